//! `cargo xtask bench`: how fast and how small the server is, on this machine, beside what is possible on it.

mod candidate;
mod floor;
mod machine;
mod measure;
mod placet;
mod report;
mod server;
mod table;
mod wrk;

use crate::apt::{self, POSTGRESQL, WRK};
use crate::postgres::{Durability, Postgres};
use crate::process::{cargo, check, now, root, target_dir};
use crate::scratch::Scratch;
use candidate::Candidate;
use floor::Floor;
use machine::Machine;
use measure::{Measure, Plan};
use placet::Placet;
use report::Figures;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use wrk::Wrk;

const FULL: Plan =
    Plan { repetitions: 3, write_time: Duration::from_secs(8), read_time: Duration::from_secs(5) };
const QUICK: Plan =
    Plan { repetitions: 1, write_time: Duration::from_secs(4), read_time: Duration::from_secs(3) };

pub(crate) fn run(options: &[String]) -> Result<(), String> {
    let quick = match options {
        [] => false,
        [option] if option == "--quick" => true,
        _ => return Err("bench takes no option but --quick".into()),
    };
    apt::require(&[POSTGRESQL, WRK])?;
    check(cargo().args(["build", "--release", "--package", "placet"]))?;
    let floor = floor::compile()?;
    let since = now();
    let page = measure(if quick { QUICK } else { FULL }, floor)?;
    println!("{page}\nmeasured in {} s", (now() - since).as_secs());
    if quick { Ok(()) } else { keep(&page) }
}

fn measure(plan: Plan, floor: PathBuf) -> Result<String, String> {
    let scratch = Scratch::create("bench")?;
    let floor = Floor::new(floor, scratch.path())?;
    let wrk = Wrk::prepare(scratch.path())?;
    let postgres = Postgres::start(Durability::Default)?;
    let machine = Machine::look(&postgres, scratch.path())?;
    let mut candidates = candidates(scratch.path(), &postgres)?;
    let mut measure = Measure::new(plan, &floor, &wrk);
    for repetition in 1..=plan.repetitions {
        println!("repetition {repetition} of {}", plan.repetitions);
        measure.writes(&mut candidates)?;
        measure.reads(&mut candidates)?;
    }
    println!("memory, disk, starts");
    let floor = measure.floor_ends()?;
    let ends =
        candidates.iter_mut().map(|candidate| measure.ends(candidate)).collect::<Result<Vec<_>, _>>()?;
    let candidates = candidates.into_iter().zip(ends).collect();
    Ok(report::page(&Figures { plan, machine, candidates, floor }))
}

fn candidates<'a>(dir: &Path, postgres: &'a Postgres) -> Result<Vec<Candidate<'a>>, String> {
    let binary = target_dir()?.join("release/placet");
    let sqlite = Placet { binary: binary.clone(), data: dir.join("sqlite"), database_url: None };
    let other = Placet { binary, data: dir.join("postgres"), database_url: Some(postgres.url()) };
    Ok(vec![
        Candidate::start("SQLite", sqlite, None)?,
        Candidate::start("PostgreSQL", other, Some(postgres))?,
    ])
}

fn keep(page: &str) -> Result<(), String> {
    let path = root().join("docs/performance.md");
    fs::create_dir_all(root().join("docs"))
        .and_then(|()| fs::write(&path, page))
        .map_err(|e| format!("cannot write {}: {e}", path.display()))?;
    println!("written to docs/performance.md");
    Ok(())
}
