//! The figures as a page that a person can judge: each beside its yardstick, its ratio and what was asked of it.

use super::candidate::Candidate;
use super::machine::Machine;
use super::measure::{Ends, FloorEnds, Pair, Plan, READERS, Run, WRITERS};
use super::scale;
use super::table::{Table, count, float, median, milliseconds};
use std::time::Duration;

/// What was measured beside the floor.
pub(super) struct Figures<'a> {
    pub(super) plan: Plan,
    pub(super) candidates: Vec<(Candidate<'a>, Ends)>,
    pub(super) floor: FloorEnds,
}

const HEAD: &str = "\
# Performance

Written by `cargo xtask bench`; run it to get the figures of your own machine.

";

const READING: &str = "
## How to read this

- **The floor** is a server that does only what no consent server can leave out: the same HTTP stack, the same JSON
  parsed into types, then one append to one file with `fdatasync`, in groups, before the answer
  (`crates/placet/benches/floor.rs`). It keeps no index, makes no proof and can find nothing again. For settings it
  answers the same bytes, with an `ETag`, from memory.
- A *ratio* is server / floor, each run divided by the floor's run just before it; then the median.
- **Durable** means synced to disk before the answer: the consent, its commitments and its log entry. The log of
  SQLite is synced by the server itself, PostgreSQL runs with the settings it has when nobody changes them.
- Each body of about 1.5 KB has a subject never seen before, three preferences, two notices, and a proof with form and
  content.
- The load generator, the server and the database share the processors of this one machine. A busy or virtual machine
  makes both columns smaller and the ratio less sure.
- Processor time is that of the server process, all threads. PostgreSQL's processes are not in it.
- A run in which any request failed, or was answered with an error, ends without a report.
";

/// The whole page.
pub(super) fn page(machine: &Machine, sections: &str) -> String {
    [HEAD.to_owned(), machine.describe(), sections.to_owned(), READING.to_owned(), scale::report::reading()]
        .concat()
}

/// The part that is measured beside the floor.
pub(super) fn sections(figures: &Figures) -> String {
    let writes = WRITERS.map(|connections| {
        let heading = format!("Durable `POST /consent`, {connections} connections");
        section(&heading, &table(figures, |candidate, _| rows_of_writes(candidate, connections)))
    });
    let reads = table(figures, |candidate, _| rows_of_reads(candidate));
    let ends = table(figures, |candidate, ends| rows_of_ends(candidate, ends, &figures.floor));
    [
        how(figures.plan),
        writes.concat(),
        section(&format!("Settings of a widget, `GET`, {READERS} connections"), &reads),
        section("Memory, start and disk", &ends),
    ]
    .concat()
}

pub(super) fn section(heading: &str, table: &str) -> String {
    format!("\n## {heading}\n\n{table}")
}

fn how(plan: Plan) -> String {
    format!(
        "\nMedians of {} interleaved repetitions of {} s (writes) and {} s (reads).\n",
        plan.repetitions,
        plan.write_time.as_secs(),
        plan.read_time.as_secs()
    )
}

/// One figure: what it is, what it came to, its yardstick, their ratio, and what was asked of it.
type Row = [String; 5];

fn table(figures: &Figures, rows: impl Fn(&Candidate, &Ends) -> Vec<Row>) -> String {
    let mut table = Table::new(&["store", "figure", "value", "floor", "ratio", "asked"]);
    for (candidate, ends) in &figures.candidates {
        for row in rows(candidate, ends) {
            table.row([vec![candidate.name.to_owned()], row.to_vec()].concat());
        }
    }
    table.markdown()
}

fn rows_of_writes(candidate: &Candidate, connections: u32) -> Vec<Row> {
    let pairs = candidate.writes.iter().filter(|(of, _)| *of == connections);
    let pairs: Vec<&Pair> = pairs.map(|(_, pair)| pair).collect();
    let most_p99 = (connections == WRITERS[0]).then_some(50.0);
    rows_of_load(&pairs, ratio_asked_of_writes(candidate.name, connections), most_p99)
}

fn rows_of_reads(candidate: &Candidate) -> Vec<Row> {
    rows_of_load(&candidate.reads.iter().collect::<Vec<_>>(), 0.8, None)
}

/// The least share of the floor's rate that the first release was asked to reach.
fn ratio_asked_of_writes(store: &str, connections: u32) -> f64 {
    match (store, connections) {
        ("SQLite", 64) => 0.5,
        ("PostgreSQL", 64) => 0.3,
        _ => 0.4,
    }
}

fn rows_of_load(pairs: &[&Pair], least_ratio: f64, most_p99: Option<f64>) -> Vec<Row> {
    let rate = Compared::of(pairs, |run| run.load.per_second);
    let p50 = Compared::of(pairs, |run| milliseconds(run.load.p50));
    let p99 = Compared::of(pairs, |run| milliseconds(run.load.p99));
    let processor = Compared::of(pairs, |run| run.processor);
    let asked_of_rate = verdict(rate.ratio >= least_ratio, &format!("ratio of at least {least_ratio}"));
    let asked_of_p99 = most_p99.map(|most| verdict(p99.server < most, &format!("under {most} ms")));
    let tenths = |value: f64| format!("{value:.1} ms");
    vec![
        rate.row("requests per second", count, asked_of_rate),
        p50.row("latency, p50", tenths, String::new()),
        p99.row("latency, p99", tenths, asked_of_p99.unwrap_or_default()),
        processor.row("processor time per request", |value| format!("{value:.0} us"), String::new()),
    ]
}

fn rows_of_ends(candidate: &Candidate, ends: &Ends, floor: &FloorEnds) -> Vec<Row> {
    let memory = |what: &str, server: f64, floor: f64, most: f64| {
        let asked = verdict(server < most, &format!("under {most} MB"));
        Compared::new(server, floor).row(what, |value| format!("{value:.1} MB"), asked)
    };
    let ready = |what: &str, starts: &[Duration], most: f64| {
        let server = median(starts.iter().copied().map(milliseconds));
        let asked = verdict(server <= most, &format!("within {most} ms"));
        Compared::new(server, milliseconds(floor.ready)).row(what, |value| format!("{value:.0} ms"), asked)
    };
    let disk = Compared::new(ends.bytes_per_consent, floor.bytes_per_consent);
    let on_disk = format!("bytes on disk per consent, {} stored", count(float(ends.consents)));
    vec![
        memory("resident memory, idle", candidate.idle.now, floor.idle.now, 40.0),
        memory("resident memory, peak under load", ends.peak.peak, floor.peak.peak, 150.0),
        ready("ready after a clean stop", &ends.ready_after_stop, 200.0),
        ready("ready after `kill -9` under load", &ends.ready_after_crash, 2000.0),
        disk.row(&on_disk, count, String::new()),
    ]
}

/// A figure of the server beside the floor's.
struct Compared {
    server: f64,
    floor: f64,
    ratio: f64,
}

impl Compared {
    fn new(server: f64, floor: f64) -> Self {
        Self { server, floor, ratio: server / floor }
    }

    /// Medians; the ratio is the median of each pair's ratio, because the machine was the same only for that moment.
    fn of(pairs: &[&Pair], figure: impl Fn(&Run) -> f64) -> Self {
        Self {
            server: median(pairs.iter().map(|pair| figure(&pair.server))),
            floor: median(pairs.iter().map(|pair| figure(&pair.floor))),
            ratio: median(pairs.iter().map(|pair| figure(&pair.server) / figure(&pair.floor))),
        }
    }

    fn row(&self, figure: &str, show: impl Fn(f64) -> String, asked: String) -> Row {
        [figure.to_owned(), show(self.server), show(self.floor), format!("{:.2}", self.ratio), asked]
    }
}

pub(super) fn verdict(met: bool, asked: &str) -> String {
    format!("{asked}: {}", if met { "met" } else { "**missed**" })
}
