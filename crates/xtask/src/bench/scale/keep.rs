//! Taking along and removing: how fast it is with many consents, how much memory it takes, and what writers notice of it.

use super::super::measure::WRITERS;
use super::super::placet::{Access, Placet};
use super::super::server::{Memory, Server, memory_of};
use super::super::table::float;
use super::super::wrk::{Pressure, Wrk};
use super::seen::moment;
use super::{Filled, Scale, Store};
use crate::process::{not_started, now};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{self, sleep};
use std::time::Duration;

/// Consents of the one subject that is erased.
const OF_ONE: u64 = 1000;
/// The frequent subject.
const SUBJECT: &str = "one-of-many-consents";
/// The newest part of the three years whose consents are imported elsewhere, of so many.
const PARTS: u64 = 10;

/// What was measured.
pub(super) struct Kept {
    /// Format, consents in a second, most memory.
    pub(super) exports: Vec<(&'static str, f64, Memory)>,
    pub(super) import: (f64, Memory),
    pub(super) imported: u64,
    pub(super) erasure: Duration,
    /// Time, and durable writes in a second meanwhile.
    pub(super) backup: (Duration, f64),
    /// Durable writes in a second without and with proofs being ended, run by run.
    pub(super) retention: Vec<[f64; 2]>,
}

/// What is measured, and what presses meanwhile.
pub(super) struct Keep<'a> {
    pub(super) scale: Scale,
    pub(super) store: &'a Store<'a>,
    pub(super) many: &'a Filled,
    pub(super) server: &'a Server,
    pub(super) wrk: &'a Wrk,
}

/// A command that ended well.
struct Ended {
    time: Duration,
    memory: Memory,
}

impl Keep<'_> {
    pub(super) fn measure(&self) -> Result<Kept, String> {
        println!("{}: export, import, erasure, backup, retention", self.store.name);
        let exports = ["csv", "jsonl"].map(|format| self.export(format));
        let exports = exports.into_iter().collect::<Result<_, _>>()?;
        let (imported, import) = self.import()?;
        let erasure = self.erase()?;
        let backup = self.back_up()?;
        Ok(Kept { exports, import, imported, erasure, backup, retention: self.retain()? })
    }

    fn placet(&self) -> &Placet {
        &self.many.placet
    }

    fn workspace(&self) -> [&str; 2] {
        ["--workspace", &self.many.access.workspace]
    }

    fn export(&self, format: &'static str) -> Result<(&'static str, f64, Memory), String> {
        let mut command = self.placet().command(&["export", "consents", "--format", format]);
        let Ended { time, memory } = run(command.args(self.workspace()))?;
        Ok((format, float(self.scale.consents) / time.as_secs_f64(), memory))
    }

    /// Takes a part of the consents to an installation of its own; gives how many, and at what rate.
    fn import(&self) -> Result<(u64, (f64, Memory)), String> {
        let file = self.placet().data.with_extension("export.jsonl");
        let from = format!("from_time={}", moment(PARTS - 1, PARTS));
        let mut command =
            self.placet().command(&["export", "consents", "--format", "jsonl", "--filter", &from]);
        run(command.args(self.workspace()).arg("--out").arg(&file))?;
        let copy = self.store.placet("copy")?;
        let access = copy.set_up()?;
        let Ended { time, memory } = import(&copy, &access, &file)?;
        let rows = lines(&file)?;
        self.store.remove(&["copy"])?;
        remove(&file)?;
        Ok((rows, (float(rows) / time.as_secs_f64(), memory)))
    }

    fn erase(&self) -> Result<Duration, String> {
        let file = self.placet().data.with_extension("one.jsonl");
        let mut rows = String::new();
        for number in 0..OF_ONE {
            // Writing to a String cannot fail.
            let _ = writeln!(
                rows,
                r#"{{"subject":{{"id":"{SUBJECT}","email":"one@many.example"}},"preferences":{{"newsletter":{}}},"timestamp":"2025-01-01T00:00:00.{number:03}Z"}}"#,
                number % 2 == 0
            );
        }
        fs::write(&file, rows).map_err(|e| format!("cannot write {}: {e}", file.display()))?;
        import(self.placet(), &self.many.access, &file)?;
        remove(&file)?;
        let mut command = self.placet().command(&["erase", "--subject", SUBJECT, "--reason", "measured"]);
        Ok(run(command.args(self.workspace()))?.time)
    }

    /// A backup, and how fast writes went on meanwhile.
    fn back_up(&self) -> Result<(Duration, f64), String> {
        let file = self.placet().data.with_extension("backup");
        let mut command = self.placet().command(&["backup"]);
        command.arg(&file);
        thread::scope(|scope| {
            let writes = scope.spawn(|| self.write("backup"));
            let ended = run(&mut command)?;
            let writes = writes.join().map_err(|_| "the writing thread panicked")??;
            remove(&file)?;
            Ok((ended.time, writes))
        })
    }

    /// Writes without and with the end of most proofs, in turn.
    fn retain(&self) -> Result<Vec<[f64; 2]>, String> {
        let mut set = self.placet().command(&["workspace", "set", "--keep-proofs-months", "6"]);
        run(set.args(self.workspace()))?;
        (0..self.scale.repetitions).map(|turn| self.retain_once(turn)).collect()
    }

    fn retain_once(&self, turn: u32) -> Result<[f64; 2], String> {
        let without = self.write(&format!("keeping-{turn}"))?;
        let mut command = self.placet().command(&["retention", "--now"]);
        let mut ending = Ending::start(command.args(self.workspace()))?;
        let with = self.write(&format!("ending-{turn}"))?;
        ending.still_goes_on()?;
        Ok([without, with])
    }

    fn write(&self, run: &str) -> Result<f64, String> {
        let how = Pressure { connections: WRITERS[0], time: self.scale.write_time };
        let key = &self.many.access.private_key;
        let load = self.wrk.post_consents(&self.server.url("/consent"), how, key, run)?;
        if load.failed > 0 { Err(format!("{} writes failed", load.failed)) } else { Ok(load.per_second) }
    }
}

fn import(into: &Placet, access: &Access, file: &Path) -> Result<Ended, String> {
    let mut command = into.command(&["import", "consents", "--workspace", &access.workspace]);
    run(command.arg(file))
}

/// Runs to the end, and watches how much memory it takes.
fn run(command: &mut Command) -> Result<Ended, String> {
    let since = now();
    let mut child =
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(|e| not_started(command, &e))?;
    let mut memory = Memory { now: 0.0, peak: 0.0 };
    loop {
        // A process that has just ended tells nothing any more; what it told before counts.
        memory = memory_of(child.id()).unwrap_or(memory);
        match child.try_wait().map_err(|e| not_started(command, &e))? {
            Some(status) if status.success() => return Ok(Ended { time: now() - since, memory }),
            Some(status) => return Err(format!("{command:?} failed ({status})")),
            None => sleep(Duration::from_millis(5)),
        }
    }
}

/// The end of proofs, in a process of its own, killed when dropped.
struct Ending(Child);

impl Ending {
    fn start(command: &mut Command) -> Result<Ending, String> {
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.spawn().map(Ending).map_err(|e| not_started(command, &e))
    }

    /// Otherwise there was nothing to be noticed of it.
    fn still_goes_on(&mut self) -> Result<(), String> {
        match self.0.try_wait() {
            Ok(None) => Ok(()),
            _ => Err("the end of proofs was over before the writes were".into()),
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn lines(file: &Path) -> Result<u64, String> {
    let open = File::open(file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
    let count = std::io::BufRead::split(std::io::BufReader::new(open), b'\n').count();
    u64::try_from(count).map_err(|e| e.to_string())
}

fn remove(file: &Path) -> Result<(), String> {
    fs::remove_file(file).map_err(|e| format!("cannot remove {}: {e}", file.display()))
}
