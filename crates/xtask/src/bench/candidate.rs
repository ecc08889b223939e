//! One store of Placet under measurement: its server, and what it leaves on disk.

use super::measure::Pair;
use super::placet::{Access, Placet, publish_notices, size_of};
use super::server::{Memory, Server};
use crate::postgres::Postgres;
use std::thread::sleep;
use std::time::Duration;

/// Between the start of a server and reading its idle memory.
pub(super) const SETTLE: Duration = Duration::from_secs(1);

pub(super) struct Candidate<'a> {
    pub(super) name: &'static str,
    pub(super) access: Access,
    pub(super) server: Server,
    placet: Placet,
    postgres: Option<&'a Postgres>,
    bytes_at_first: u64,
    pub(super) idle: Memory,
    /// Each with its number of connections.
    pub(super) writes: Vec<(u32, Pair)>,
    pub(super) reads: Vec<Pair>,
}

impl<'a> Candidate<'a> {
    pub(super) fn start(
        name: &'static str,
        placet: Placet,
        postgres: Option<&'a Postgres>,
    ) -> Result<Self, String> {
        let access = placet.set_up()?;
        let mut server = placet.serve()?;
        publish_notices(&server, &access.private_key)?;
        server.stop()?;
        let bytes_at_first = bytes_of(&placet, postgres)?;
        let server = placet.serve()?;
        sleep(SETTLE);
        let idle = server.memory()?;
        let (writes, reads) = (Vec::new(), Vec::new());
        Ok(Self { name, access, server, placet, postgres, bytes_at_first, idle, writes, reads })
    }

    /// Acknowledged in all runs so far.
    pub(super) fn consents(&self) -> u64 {
        self.writes.iter().map(|(_, pair)| pair.server.load.answered).sum()
    }

    /// A clean stop and a start. Returns how long until it was ready.
    pub(super) fn restart(&mut self) -> Result<Duration, String> {
        self.server.stop()?;
        self.start_again()
    }

    /// `kill -9` and a start. Returns how long until it was ready.
    pub(super) fn crash(&mut self) -> Result<Duration, String> {
        self.server.crash()?;
        self.start_again()
    }

    fn start_again(&mut self) -> Result<Duration, String> {
        self.server = self.placet.serve()?;
        Ok(self.server.ready_after)
    }

    /// Bytes by which the database has grown since it was set up, the server being stopped while they are counted.
    pub(super) fn bytes_grown(&mut self) -> Result<u64, String> {
        self.server.stop()?;
        let bytes = bytes_of(&self.placet, self.postgres)?;
        self.start_again()?;
        Ok(bytes.saturating_sub(self.bytes_at_first))
    }
}

fn bytes_of(placet: &Placet, postgres: Option<&Postgres>) -> Result<u64, String> {
    let Some(postgres) = postgres else {
        return Ok(size_of(&placet.data));
    };
    let answer = postgres.ask("SELECT pg_database_size(current_database())")?;
    answer.parse().map_err(|_| format!("PostgreSQL gave {answer:?} as its size"))
}
