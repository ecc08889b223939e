//! The figures of scale, as a part of the page.

use super::super::report::{section, verdict};
use super::super::server::Memory;
use super::super::table::{Table, count, float, median, percentile};
use super::keep::Kept;
use super::questions::{KINDS, Kind, WORDS};
use super::{Answered, Pages, Scale, Scaled, disk};
use std::collections::BTreeSet;
use std::time::Duration;

/// The most that a consent may take on disk.
const MOST_BYTES: f64 = 800.0;
/// Consents to be generated in a second.
const LEAST_RATE: f64 = 20_000.0;
/// What a page deep in a list may cost, compared with the first.
const MOST_DEPTH: f64 = 1.5;
/// Consents to be exported and imported in a second.
const LEAST_EXPORTED: f64 = 50_000.0;
const LEAST_IMPORTED: f64 = 10_000.0;
/// Seconds that erasing a subject, and a backup of ten million consents, may take.
const MOST_ERASURE: f64 = 2.0;
const MOST_BACKUP: f64 = 120.0;
/// What writes may lose to the end of proofs.
const LEAST_WHILE_ENDING: f64 = 0.8;
/// Writes may take a third longer.
const LEAST_WRITES: f64 = 0.75;

pub(in super::super) fn sections(scale: Scale, stores: &[Scaled]) -> String {
    let consents = count(float(scale.consents));
    let heading = |what: &str| format!("{what}, {consents} consents");
    let by_kind = KINDS.map(|kind| section(&heading(title(kind)), &answers(stores, kind)));
    [
        by_kind.concat(),
        section(&heading("Deep pages"), &pages(stores)),
        section(&heading("Writing"), &writing(scale, stores)),
        section(&heading("Taking along and removing"), &keeping(scale, stores)),
        section(&heading("Bytes on disk per consent, by part"), &parts(scale, stores)),
    ]
    .concat()
}

pub(in super::super) fn reading() -> String {
    let words = WORDS.map(|word| format!("`{word}`")).join(", ");
    format!(
        "- **Scale**: the consents of `placet generate`, over three years: of five, three given in forms, two in the banner.\n  \
         Questions go over one connection, one after another, with `limit=100`; times are until the whole answer was read.\n  \
         Values that occur are those of consents from all parts of the three years. The words searched for are\n  \
         {words}.\n\
         - A *deep* page begins with a cursor, after a tenth of the three years, two tenths and so on.\n\
         - **Bytes on disk** are those by which the database grew while it was filled, without PostgreSQL's write-ahead log. Parts\n  \
         are tables and indexes; a table counts with what was moved out of its rows. PostgreSQL was told to `VACUUM (ANALYZE)`\n  \
         after it was filled, as it does by itself some minutes later.\n"
    )
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::ById => "One by its id",
        Kind::FirstPage => "First page of a filter",
        Kind::Search => "Search",
    }
}

/// The percentile that counts, and the most milliseconds that it may have.
fn asked(kind: Kind) -> (usize, f64) {
    match kind {
        Kind::ById => (99, 5.0),
        Kind::FirstPage => (95, 30.0),
        Kind::Search => (95, 150.0),
    }
}

fn answers(stores: &[Scaled], kind: Kind) -> String {
    let (of_a_hundred, _) = asked(kind);
    let percent = format!("p{of_a_hundred}");
    let mut table = Table::new(&["store", "question", "asked for", "p50", &percent, "slowest", "asked"]);
    for store in stores {
        for answered in store.answers.iter().filter(|answered| answered.kind == kind) {
            table.row([vec![store.name.to_owned()], row(answered)].concat());
        }
    }
    table.markdown()
}

fn row(answered: &Answered) -> Vec<String> {
    let Answered { kind, name, times, wrong } = answered;
    let (of_a_hundred, most) = asked(*kind);
    let of = |of_a_hundred| percentile(times, of_a_hundred);
    let verdict = match wrong {
        Some(target) => format!("**the answer to `{target}` holds what was not asked for**"),
        None => verdict(of(of_a_hundred) < most, &format!("under {most} ms")),
    };
    let times_asked = format!("{} times", times.len());
    vec![name.clone(), times_asked, show(of(50)), show(of(of_a_hundred)), show(of(100)), verdict]
}

fn pages(stores: &[Scaled]) -> String {
    let mut table = Table::new(&["store", "list", "first page, p50", "deep page, p50", "ratio", "asked"]);
    for store in stores {
        for Pages { name, first, deep } in &store.pages {
            let [first, deep] = [first, deep].map(|times| percentile(times, 50));
            let ratio = deep / first;
            let asked = verdict(ratio <= MOST_DEPTH, &format!("ratio of at most {MOST_DEPTH}"));
            let cells =
                [store.name.to_owned(), name.clone(), show(first), show(deep), format!("{ratio:.2}"), asked];
            table.row(cells.to_vec());
        }
    }
    table.markdown()
}

fn writing(scale: Scale, stores: &[Scaled]) -> String {
    let mut table = Table::new(&["store", "figure", "value", "yardstick", "ratio", "asked"]);
    let few = count(float(scale.few));
    for store in stores {
        let [at_few, at_many, ratio] = store.write_rates();
        let rate = verdict(store.rate > LEAST_RATE, &format!("more than {}", count(LEAST_RATE)));
        let generated = ["generated in a second", &count(store.rate), "", "", &rate];
        let asked = verdict(ratio >= LEAST_WRITES, &format!("ratio of at least {LEAST_WRITES}"));
        let name = format!("durable `POST /consent` in a second, yardstick at {few}");
        let written = [name.as_str(), &count(at_many), &count(at_few), &format!("{ratio:.2}"), &asked];
        for cells in [generated, written] {
            table.row([&[store.name], cells.as_slice()].concat().into_iter().map(str::to_owned).collect());
        }
    }
    table.markdown()
}

fn keeping(scale: Scale, stores: &[Scaled]) -> String {
    let mut table = Table::new(&["store", "figure", "value", "most memory", "asked"]);
    for store in stores {
        for row in rows_of_keeping(scale, &store.kept) {
            table.row([vec![store.name.to_owned()], row.to_vec()].concat());
        }
    }
    table.markdown()
}

fn rows_of_keeping(scale: Scale, kept: &Kept) -> Vec<[String; 4]> {
    let megabytes = |memory: Memory| format!("{:.0} MB", memory.peak);
    let rate = |what: String, (rate, memory): (f64, Memory), least: f64| {
        let asked = verdict(rate > least, &format!("more than {}", count(least)));
        [what, count(rate), megabytes(memory), asked]
    };
    let seconds = |what: String, time: Duration, most: f64| {
        let asked = verdict(time.as_secs_f64() < most, &format!("under {most} s"));
        [what, format!("{:.2} s", time.as_secs_f64()), String::new(), asked]
    };
    let exports = kept.exports.iter().map(|(format, each, memory)| {
        rate(format!("consents exported in a second, `{format}`"), (*each, *memory), LEAST_EXPORTED)
    });
    let imported = format!("consents imported in a second, {}", count(float(kept.imported)));
    let (backup, writes) = kept.backup;
    let beside = format!("backup, {} writes in a second beside it", count(writes));
    let ratio = median(kept.retention.iter().map(|[without, with]| with / without));
    let asked = verdict(ratio >= LEAST_WHILE_ENDING, &format!("at least {LEAST_WHILE_ENDING}"));
    let ending = "durable writes while proofs end, beside those without".to_owned();
    let most = if scale.consents < Scale::FULL.consents { f64::INFINITY } else { MOST_BACKUP };
    let mut backup = seconds(beside, backup, most);
    if most.is_infinite() {
        backup[3] = format!("under {MOST_BACKUP} s with {}", count(float(Scale::FULL.consents)));
    }
    exports
        .chain([
            rate(imported, kept.import, LEAST_IMPORTED),
            seconds("erasure of a subject with 1,000 consents".to_owned(), kept.erasure, MOST_ERASURE),
            backup,
            [ending, format!("{ratio:.2}"), String::new(), asked],
        ])
        .collect()
}

fn parts(scale: Scale, stores: &[Scaled]) -> String {
    let heads: Vec<&str> =
        [vec!["part"], stores.iter().map(|store| store.name).collect(), vec!["asked"]].concat();
    let mut table = Table::new(&heads);
    let each: Vec<f64> = stores.iter().map(|store| float(store.bytes) / float(scale.consents)).collect();
    let is_met = each.iter().all(|bytes| *bytes < MOST_BYTES);
    let total = each.iter().map(|bytes| count(*bytes)).collect();
    table.row(
        [vec!["**all**".to_owned()], total, vec![verdict(is_met, &format!("under {MOST_BYTES}"))]].concat(),
    );
    let shown: Vec<_> = stores.iter().map(|store| disk::per_consent(&store.parts, scale.consents)).collect();
    let names: BTreeSet<&String> = shown.iter().flat_map(|parts| parts.keys()).collect();
    let mut names: Vec<(&String, f64)> = names
        .into_iter()
        .map(|name| (name, shown.iter().filter_map(|parts| parts.get(name)).sum()))
        .collect();
    names.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    for (name, _) in names {
        let bytes = shown.iter().map(|parts| parts.get(name).map_or_else(String::new, |bytes| count(*bytes)));
        table.row([vec![format!("`{name}`")], bytes.collect(), vec![String::new()]].concat());
    }
    table.markdown()
}

fn show(milliseconds: f64) -> String {
    format!("{milliseconds:.2} ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_is_not_met_however_fast() {
        let answered = |wrong| Answered { kind: Kind::ById, name: "a".into(), times: vec![1.0, 2.0], wrong };
        assert_eq!(
            row(&answered(None)),
            ["a", "2 times", "1.00 ms", "2.00 ms", "2.00 ms", "under 5 ms: met"]
        );
        let verdict = row(&answered(Some("/x".into()))).pop().unwrap();
        assert_eq!(verdict, "**the answer to `/x` holds what was not asked for**");
    }
}
