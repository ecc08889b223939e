//! `cargo xtask bench`: how fast and how small the server is, on this machine, beside what is possible on it.

mod candidate;
mod floor;
mod machine;
mod measure;
pub(crate) mod placet;
mod report;
mod scale;
pub(crate) mod server;
mod table;
mod wrk;

use crate::apt::{self, POSTGRESQL, SQLITE, WRK};
use crate::postgres::{Durability, Postgres};
use crate::process::{cargo, check, now, root, target_dir};
use crate::scratch::Scratch;
use candidate::Candidate;
use floor::Floor;
use machine::Machine;
use measure::{Measure, Plan};
use placet::Placet;
use report::Figures;
use scale::Scale;
use std::fs;
use std::path::PathBuf;
use wrk::Wrk;

/// What to measure, and how much of it.
struct Extent {
    speed: Option<Plan>,
    scale: Option<Scale>,
}

const USAGE: &str =
    "bench takes the part to measure, speed or scale, or neither for both; and --quick or --full";

impl Extent {
    fn of(options: &[String]) -> Result<Self, String> {
        let (mut speed, mut scale, mut is_quick) = (Some(Plan::USUAL), Some(Scale::USUAL), false);
        for option in options {
            match option.as_str() {
                "speed" => scale = None,
                "scale" => speed = None,
                "--quick" => is_quick = true,
                "--full" => scale = scale.map(|_| Scale::FULL),
                _ => return Err(USAGE.into()),
            }
        }
        if is_quick {
            (speed, scale) = (speed.map(|_| Plan::QUICK), scale.map(|_| Scale::QUICK));
        }
        if speed.is_none() && scale.is_none() { Err(USAGE.into()) } else { Ok(Self { speed, scale }) }
    }

    /// The page holds all parts, so it is only written when all were measured as they should be.
    fn is_worth_keeping(&self) -> bool {
        let is_quick = |plan: &Plan| plan.repetitions < Plan::USUAL.repetitions;
        self.speed.as_ref().is_some_and(|plan| !is_quick(plan)) && self.scale.is_some()
    }
}

pub(crate) fn run(options: &[String]) -> Result<(), String> {
    let extent = Extent::of(options)?;
    apt::require(&[POSTGRESQL, SQLITE, WRK])?;
    check(cargo().args(["build", "--release", "--package", "placet"]))?;
    let floor = extent.speed.map(|_| floor::compile()).transpose()?;
    let since = now();
    let page = measure(&extent, floor)?;
    println!("{page}\nmeasured in {} s", (now() - since).as_secs());
    if extent.is_worth_keeping() { keep(&page) } else { Ok(()) }
}

/// Where everything is measured.
struct Ground {
    scratch: Scratch,
    postgres: Postgres,
    wrk: Wrk,
    /// The server under measurement.
    binary: PathBuf,
}

fn measure(extent: &Extent, floor: Option<PathBuf>) -> Result<String, String> {
    let scratch = Scratch::create("bench")?;
    let wrk = Wrk::prepare(scratch.path())?;
    let postgres = Postgres::start(Durability::Default)?;
    let machine = Machine::look(&postgres, scratch.path())?;
    let ground = Ground { scratch, postgres, wrk, binary: target_dir()?.join("release/placet") };
    let mut sections = String::new();
    if let (Some(plan), Some(floor)) = (extent.speed, floor) {
        sections.push_str(&speed(plan, floor, &ground)?);
    }
    if let Some(scale) = extent.scale {
        let stores = scale::measure(scale, &ground)?;
        sections.push_str(&scale::report::sections(scale, &stores));
    }
    Ok(report::page(&machine, &sections))
}

/// The server beside what is possible on this machine, with few consents.
fn speed(plan: Plan, floor: PathBuf, ground: &Ground) -> Result<String, String> {
    let floor = Floor::new(floor, ground.scratch.path())?;
    let mut candidates = candidates(ground)?;
    let mut measure = Measure::new(plan, &floor, &ground.wrk);
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
    Ok(report::sections(&Figures { plan, candidates, floor }))
}

fn candidates(ground: &Ground) -> Result<Vec<Candidate<'_>>, String> {
    let Ground { scratch, postgres, binary, .. } = ground;
    let (sqlite, other) = (scratch.path().join("sqlite"), scratch.path().join("postgres"));
    let sqlite = Placet { binary: binary.clone(), data: sqlite, database_url: None };
    let other = Placet { binary: binary.clone(), data: other, database_url: Some(postgres.url()) };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(options: &[&str]) -> Option<(Option<u32>, Option<u64>, bool)> {
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        let extent = Extent::of(&options).ok()?;
        let repetitions = extent.speed.map(|plan| plan.repetitions);
        Some((repetitions, extent.scale.map(|scale| scale.consents), extent.is_worth_keeping()))
    }

    #[test]
    fn the_options_say_what_is_measured_and_only_a_whole_measurement_is_kept() {
        assert_eq!(extent(&[]), Some((Some(3), Some(1_000_000), true)));
        assert_eq!(extent(&["--full"]), Some((Some(3), Some(10_000_000), true)));
        assert_eq!(extent(&["--quick"]), Some((Some(1), Some(100_000), false)));
        assert_eq!(extent(&["scale", "--full"]), Some((None, Some(10_000_000), false)));
        assert_eq!(extent(&["speed"]), Some((Some(3), None, false)));
        assert_eq!([extent(&["scale", "speed"]), extent(&["all"])], [None, None]);
    }
}
