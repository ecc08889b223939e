//! Many consents: how fast they are written, found and listed, and what they take on disk.

mod client;
mod disk;
mod keep;
mod questions;
pub(super) mod report;
mod seen;

use super::Ground;
use super::measure::WRITERS;
use super::placet::{Access, Placet, publish_notices, size_of};
use super::server::Server;
use super::table::{median, milliseconds};
use super::wrk::{Pressure, Wrk};
use crate::postgres::Postgres;
use client::Client;
use disk::Parts;
use keep::{Keep, Kept};
use questions::{Kind, Question};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// How much to measure.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    pub(super) consents: u64,
    /// Writes at this number are the yardstick for writes at the full one.
    pub(super) few: u64,
    /// Moments of the three years whose consents give the values asked for.
    pub(super) places: u64,
    /// How often the page of a filter without values, and the search for each word, is asked for.
    pub(super) times: usize,
    pub(super) repetitions: u32,
    pub(super) write_time: Duration,
}

impl Scale {
    pub(super) const USUAL: Self = Self {
        consents: 1_000_000,
        few: 100_000,
        places: 100,
        times: 20,
        repetitions: 3,
        write_time: Duration::from_secs(8),
    };
    pub(super) const FULL: Self = Self { consents: 10_000_000, ..Self::USUAL };
    pub(super) const QUICK: Self = Self {
        consents: 100_000,
        few: 10_000,
        places: 20,
        times: 5,
        repetitions: 1,
        write_time: Duration::from_secs(4),
    };
}

/// What was measured of one store.
pub(super) struct Scaled {
    name: &'static str,
    /// Consents generated in a second.
    rate: f64,
    parts: Parts,
    /// Bytes by which the database grew.
    bytes: u64,
    answers: Vec<Answered>,
    pages: Vec<Pages>,
    /// Durable writes in a second, at few consents and at many, run by run.
    writes: Vec<[f64; 2]>,
    kept: Kept,
}

/// How long a question took, in milliseconds.
struct Answered {
    kind: Kind,
    name: String,
    times: Vec<f64>,
    /// The first request whose answer holds something that was not asked for.
    wrong: Option<String>,
}

/// A list's first page and pages deep in it, in milliseconds.
struct Pages {
    name: String,
    first: Vec<f64>,
    deep: Vec<f64>,
}

/// A store of Placet: an installation of its own for few and for many consents.
struct Store<'a> {
    name: &'static str,
    postgres: Option<&'a Postgres>,
    ground: &'a Ground,
}

/// An installation with generated consents.
struct Filled {
    placet: Placet,
    access: Access,
    rate: f64,
    bytes: u64,
}

pub(super) fn measure(scale: Scale, ground: &Ground) -> Result<Vec<Scaled>, String> {
    let store = |name, postgres| Store { name, postgres, ground };
    let stores = [store("SQLite", None), store("PostgreSQL", Some(&ground.postgres))];
    let measured = |store: &Store<'_>| {
        let scaled = store.measure(scale)?;
        // It took long: what is known is not lost when the next store fails.
        println!("{}", report::sections(scale, std::slice::from_ref(&scaled)));
        Ok(scaled)
    };
    stores.iter().map(measured).collect()
}

impl Store<'_> {
    fn measure(&self, scale: Scale) -> Result<Scaled, String> {
        println!("{}: {} consents", self.name, scale.consents);
        let few = self.fill("few", scale.few)?;
        let many = self.fill("many", scale.consents)?;
        let parts = self.parts("many", &many)?;
        let server = many.placet.serve()?;
        let mut client = Client::connect(server.address(), &many.access.private_key)?;
        let seen = seen::look(&mut client, scale.places)?;
        let questions = questions::all(&seen, scale.times);
        let answers = questions.into_iter().map(|question| ask(&mut client, question));
        let answers = answers.collect::<Result<_, _>>()?;
        let pages = pages(&mut client, scale.times)?;
        let servers = [(few.placet.serve()?, &few.access), (server, &many.access)];
        let writes = writes(scale, &servers, &self.ground.wrk)?;
        let [_, (server, _)] = &servers;
        let kept = Keep { scale, store: self, many: &many, server, wrk: &self.ground.wrk }.measure()?;
        drop(servers);
        self.remove(&["few", "many"])?;
        let Filled { rate, bytes, .. } = many;
        Ok(Scaled { name: self.name, rate, bytes, parts, answers, pages, writes, kept })
    }

    /// An installation set up as a newcomer would, and filled.
    fn fill(&self, name: &str, consents: u64) -> Result<Filled, String> {
        let placet = self.placet(name)?;
        let access = placet.set_up()?;
        let mut server = placet.serve()?;
        publish_notices(&server, &access.private_key)?;
        server.stop()?;
        let before = self.bytes(name, &placet)?;
        let rate = placet.generate(&access.workspace, consents)?;
        if let Some(postgres) = self.postgres {
            postgres.ask_in(&database(name), "VACUUM (ANALYZE)")?;
        }
        let bytes = self.bytes(name, &placet)?.saturating_sub(before);
        Ok(Filled { placet, access, rate, bytes })
    }

    fn placet(&self, name: &str) -> Result<Placet, String> {
        let database_url = match self.postgres {
            Some(postgres) => {
                postgres.ask(&format!("CREATE DATABASE {}", database(name)))?;
                Some(postgres.url_of(&database(name)))
            }
            None => None,
        };
        Ok(Placet { binary: self.ground.binary.clone(), data: self.folder(name), database_url })
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.ground.scratch.path().join(format!("{}-{name}", self.name))
    }

    fn bytes(&self, name: &str, placet: &Placet) -> Result<u64, String> {
        let Some(postgres) = self.postgres else { return Ok(size_of(&placet.data)) };
        let answer = postgres.ask(&format!("SELECT pg_database_size('{}')", database(name)))?;
        answer.parse().map_err(|_| format!("PostgreSQL gave {answer:?} as its size"))
    }

    fn parts(&self, name: &str, filled: &Filled) -> Result<Parts, String> {
        match self.postgres {
            Some(postgres) => disk::of_postgres(postgres, &database(name)),
            None => disk::of_sqlite(&filled.placet.data),
        }
    }

    /// Makes room for the next store.
    fn remove(&self, names: &[&str]) -> Result<(), String> {
        for name in names {
            if let Some(postgres) = self.postgres {
                postgres.ask(&format!("DROP DATABASE {} WITH (FORCE)", database(name)))?;
            }
            let folder = self.folder(name);
            fs::remove_dir_all(&folder).map_err(|e| format!("cannot remove {}: {e}", folder.display()))?;
        }
        Ok(())
    }
}

fn database(name: &str) -> String {
    format!("scale_{name}")
}

fn ask(client: &mut Client, question: Question) -> Result<Answered, String> {
    let Question { kind, name, requests } = question;
    let (mut times, mut wrong) = (Vec::with_capacity(requests.len()), None);
    for request in requests {
        let (body, time) = client.get(&request.target)?;
        times.push(milliseconds(time));
        let is_right = |every: &String| {
            seen::items(&body).iter().all(|item| item.to_lowercase().contains(every.as_str()))
        };
        if wrong.is_none() && !request.every.as_ref().is_none_or(is_right) {
            wrong = Some(request.target);
        }
    }
    Ok(Answered { kind, name, times, wrong })
}

/// The first page of lists, and pages at the end of their first tenth, second tenth and so on.
fn pages(client: &mut Client, times: usize) -> Result<Vec<Pages>, String> {
    let lists = [
        ("/consent", ""),
        ("/consent", "source=public"),
        ("/consent", "subject_last_name=M%C3%BCller"),
        ("/consent", "fulltext=martin"),
        ("/consent", "subject_email=%40mail.example"),
        ("/subjects", ""),
        ("/subjects", "fulltext=martin"),
    ];
    lists.into_iter().map(|(list, filter)| pages_of(client, (list, filter), times)).collect()
}

fn pages_of(client: &mut Client, (list, filter): (&str, &str), times: usize) -> Result<Pages, String> {
    let (mut first, mut deep) = (Vec::new(), Vec::new());
    for part in 1..10 {
        let at_depth = format!("{filter}&to_time={}", seen::moment(part, 10));
        let (body, _) = client.get(&questions::page(list, &at_depth))?;
        let Some(cursor) = seen::items(&body).first().map(|item| seen::id(item)) else { continue };
        let after = questions::page(list, &format!("{filter}&starting_after={}", client::encoded(&cursor)));
        for _ in 0..times {
            first.push(milliseconds(client.get(&questions::page(list, filter))?.1));
            deep.push(milliseconds(client.get(&after)?.1));
        }
    }
    let question = if filter.is_empty() { list.to_owned() } else { format!("{list}?{filter}") };
    Ok(Pages { name: format!("`{question}`"), first, deep })
}

/// Durable writes, with few and with many consents in turn.
fn writes(scale: Scale, servers: &[(Server, &Access); 2], wrk: &Wrk) -> Result<Vec<[f64; 2]>, String> {
    let how = Pressure { connections: WRITERS[0], time: scale.write_time };
    let write = |run: u32, (server, access): &(Server, &Access)| {
        let load =
            wrk.post_consents(&server.url("/consent"), how, &access.private_key, &format!("scale-{run}"))?;
        if load.failed > 0 { Err(format!("{} writes failed", load.failed)) } else { Ok(load.per_second) }
    };
    let [few, many] = servers;
    (0..scale.repetitions).map(|run| Ok([write(run, few)?, write(run, many)?])).collect()
}

impl Scaled {
    /// Writes at few and at many, and the median of their ratios.
    fn write_rates(&self) -> [f64; 3] {
        let rates = |of: usize| median(self.writes.iter().map(|run| run[of]));
        [rates(0), rates(1), median(self.writes.iter().map(|[few, many]| many / few))]
    }
}
