//! The search index: what it finds is what looking at every text finds, in the order of lists.

mod forgotten;
mod lists;
mod terms;
mod together;

use std::collections::BTreeSet;
use std::time::Duration;

use placet::actions;
use placet::domain::consent::Submission;
use placet::domain::error::Error;
use placet::domain::id::WorkspaceId;
use placet::domain::json::Json;
use placet::domain::key::{KeyIdentity, KeyKind};
use placet::domain::substring::{AnyOf, Contained};
use placet::domain::time::{Spelling, Timestamp};
use placet::store::search::{self, Condition, List, Matches, Place};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::app::{NOW, Site, Workspace, on_both};

/// Fewer texts than in earnest make a segment, so that a test gets to merge some.
const FEWEST: usize = 100;

/// What was sent, and where it stands.
#[derive(Clone, Debug)]
struct Known {
    place: Place,
    subject: String,
    texts: Vec<String>,
}

/// Records consents as fast as they are taken.
fn record(site: &Site, workspace: &Workspace, bodies: &[Value]) -> Vec<Known> {
    let key = KeyIdentity { workspace: workspace.id, id: "key".into(), kind: KeyKind::Private };
    let recorder = actions::consent::Recorder::with_key(&key);
    let record = async |body: &Value| {
        let text = body.to_string();
        let submission = Submission::parse(&Json::parse(&text).unwrap(), KeyKind::Private).unwrap();
        let made = actions::consent::record(site.app(), &recorder, submission, None, None).await.unwrap();
        let mut texts: Vec<String> =
            body["subject"].as_object().unwrap().values().map(|text| text.as_str().unwrap().into()).collect();
        texts.push(made.subject.clone());
        let place = Place { at: made.at, id: made.id.as_bytes().to_vec() };
        Known { place, subject: made.subject, texts }
    };
    site.block_on(async {
        let mut known = Vec::new();
        for some in bodies.chunks(512) {
            let mut running: Vec<_> = some.iter().map(|body| Box::pin(record(body))).collect();
            for one in join_all(&mut running).await {
                known.push(one);
            }
        }
        known
    })
}

/// Polls all of them until each has its result.
async fn join_all<F: Future + Unpin>(futures: &mut [F]) -> Vec<F::Output> {
    let mut results: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, result) in futures.iter_mut().zip(&mut results) {
            if result.is_none()
                && let std::task::Poll::Ready(value) = std::pin::Pin::new(future).poll(context)
            {
                *result = Some(value);
            }
        }
        if results.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    results.into_iter().flatten().collect()
}

fn index(site: &Site) {
    site.block_on(actions::search::index(site.app(), FEWEST)).unwrap();
}

/// Every place that a search gives after another.
fn places(site: &Site, workspace: WorkspaceId, list: List, wanted: &AnyOf, after: &Place) -> Vec<Place> {
    let (key, wanted, after) =
        (*site.app().store.index_key(), [Condition::Part(anywhere(wanted))], after.clone());
    site.read(move |tx| {
        let mut matches = Matches::begin(tx, &key, (workspace, list), &wanted, &after)?.expect("long enough");
        let (mut found, mut place) = (Vec::new(), after.clone());
        while let Some(next) = matches.next(tx, &place)? {
            assert!(next < place, "in order, each once");
            place = next.clone();
            found.push(next);
        }
        Ok(found)
    })
}

fn anywhere(wanted: &AnyOf) -> Contained {
    Contained { within: None, any_of: wanted.clone() }
}

fn start() -> Place {
    Place { at: Timestamp(i64::MAX), id: vec![0xff; 16] }
}

/// What looking at every text finds.
fn naive(known: &[Known], wanted: &AnyOf) -> Vec<Place> {
    let mut places: Vec<Place> = known
        .iter()
        .filter(|known| known.texts.iter().any(|text| wanted.is_in(text)))
        .map(|known| known.place.clone())
        .collect();
    places.sort_unstable_by(|a, b| b.cmp(a));
    places
}

/// The places that a search gives, without those at which the text is not.
#[track_caller]
fn check(site: &Site, workspace: WorkspaceId, known: &[Known], wanted: &AnyOf, after: &Place) {
    let expected = naive(known, wanted);
    let there: BTreeSet<&Place> = expected.iter().collect();
    let mut found = places(site, workspace, List::Consents, wanted, after);
    found.retain(|place| there.contains(place));
    let expected: Vec<Place> = expected.iter().filter(|place| *place < after).cloned().collect();
    assert_eq!(found, expected, "{wanted:?}");
}

const LETTERS: [&str; 7] = ["a", "B", "c", "é", "@", "%", "ß"];

fn word(mut number: usize, length: usize) -> String {
    let letter = |_| {
        let letter = LETTERS[number % LETTERS.len()];
        number /= LETTERS.len();
        letter
    };
    (0..length).map(letter).collect()
}

/// Made-up people with few different letters, so that grams occur together by chance. Many were recorded at the same
/// moment, and some are older than those recorded before them.
fn bodies(seed: usize, count: usize) -> Vec<Value> {
    let body = |index: usize| {
        let number = (index + seed).wrapping_mul(2_654_435_761) % 1_000_003;
        let minutes = if number.is_multiple_of(7) { number % 5000 } else { seed / 100 % 50 };
        let at = Timestamp(NOW - 60_000 * i64::try_from(minutes).unwrap());
        let mut subject = json!({ "email": format!("{}@{}.org", word(number, 6), word(number / 11, 4)),
            "first_name": word(number / 3, 2 + number % 5), "last_name": word(number / 7, number % 4 + 1) });
        if number.is_multiple_of(2) {
            subject["full_name"] = json!(format!("{} '{}'", word(number / 5, 3), word(number / 13, 2)));
        }
        if number.is_multiple_of(3) {
            subject["id"] = json!(format!("{}-{}", word(number, 3).replace('%', "c"), number % 900));
        }
        json!({ "timestamp": at.spell(Spelling::Millis), "subject": subject })
    };
    (0..count).map(body).collect()
}

#[test]
fn a_search_finds_what_looking_at_every_text_finds() {
    on_both(|site| {
        let strangers = record(site, &site.stranger, &bodies(7, 150));
        let mut known = Vec::new();
        for round in 0..9 {
            known.extend(record(site, &site.own, &bodies(round * 110, 110)));
            index(site);
        }
        // Some in a merged segment, some in small ones, some only waiting.
        known.extend(record(site, &site.own, &bodies(100_000, 70)));
        let workspace = site.own.id;
        let segments = site.read(move |tx| search::in_use(tx, workspace));
        assert!((2..=3).contains(&segments.len()), "{}", segments.len());
        let letters = prop::collection::vec(
            prop::sample::select(vec!["a", "b", "C", "É", "@", "%", "SS", "'", ".org"]),
            3..8,
        );
        let parts = prop::collection::vec(letters.prop_map(|letters| letters.concat()), 1..3);
        let mut runner =
            TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
        let checked = runner.run(&(parts, any::<prop::sample::Index>()), |(parts, index)| {
            let wanted = AnyOf::parts_of(&parts.join(" ")).unwrap();
            prop_assume!(wanted.parts().iter().all(|part| part.chars().count() > 2));
            check(site, site.own.id, &known, &wanted, &start());
            check(site, site.own.id, &known, &wanted, &index.get(&known).place);
            check(site, site.stranger.id, &strangers, &wanted, &start());
            Ok(())
        });
        checked.unwrap();
    });
}

#[test]
fn what_was_just_recorded_is_found_before_any_index_is_made() {
    on_both(|site| {
        let known = record(
            site,
            &site.own,
            &[
                json!({ "subject": { "id": "customer-981", "email": "Ada@Example.org", "full_name": "Ada Lovelace" } }),
                json!({ "subject": { "id": "customer-982", "email": "bob@example.org" } }),
            ],
        );
        for wanted in ["EXAMPLE", "lovelace", "da Lo", "customer-98", "a@e"] {
            check(site, site.own.id, &known, &AnyOf::whole(wanted).unwrap(), &start());
        }
        let nobody =
            places(site, site.stranger.id, List::Consents, &AnyOf::whole("example").unwrap(), &start());
        assert_eq!(nobody, []);
    });
}

#[test]
fn parts_shorter_than_three_letters_are_not_for_the_index() {
    let knows = |wanted| {
        let wanted = anywhere(&AnyOf::parts_of(wanted).unwrap());
        (search::knows(&wanted), search::knows_some(&wanted))
    };
    for (wanted, all, some) in [
        ("abc", true, true),
        ("äöü", true, true),
        ("ab", false, false),
        ("abc de", false, true),
        ("ß", false, false),
        ("ßa", true, true),
    ] {
        assert_eq!(knows(wanted), (all, some), "{wanted}");
    }
}

#[test]
fn subjects_are_found_by_what_is_stored_of_them_once_each() {
    on_both(|site| {
        let mut known = record(site, &site.own, &bodies(3, 110));
        index(site);
        site.move_clock(1000);
        let again = |known: &Known| json!({ "subject": { "id": known.subject } });
        record(site, &site.own, &known.iter().map(again).collect::<Vec<_>>());
        let renamed = json!({ "subject": { "id": known[0].subject, "full_name": "Grace Hopper" } });
        record(site, &site.own, &[renamed]);
        known[0].texts.push("Grace Hopper".into());
        for is_indexed in [false, true] {
            let workspace = site.own.id;
            let asked: Vec<_> = known.iter().map(|known| (known.subject.clone(), site.now())).collect();
            let key = *site.app().store.index_key();
            let changed = site.read(move |tx| search::changed(tx, (workspace, &key), &asked));
            let changed: BTreeSet<&str> = changed.iter().map(search::Changed::id).collect();
            let renamed: BTreeSet<&str> = BTreeSet::from([known[0].subject.as_str()]);
            assert_eq!(changed, if is_indexed { BTreeSet::new() } else { renamed });
            for wanted in ["hopper", "ace", "aaa", "b@b", "cc-", "org", "é@c"] {
                check_subjects(site, &known, &AnyOf::whole(wanted).unwrap());
            }
            index(site);
        }
    });
}

/// The subjects that a search gives are among them all whose texts contain what is wanted, each once.
#[track_caller]
fn check_subjects(site: &Site, known: &[Known], wanted: &AnyOf) {
    let found = places(site, site.own.id, List::Subjects, wanted, &start());
    let found: Vec<String> = found.iter().map(|place| place.subject_id().unwrap().to_owned()).collect();
    let once: BTreeSet<&String> = found.iter().collect();
    assert_eq!(once.len(), found.len());
    for Known { subject, texts, .. } in known {
        let is_there = texts.iter().any(|text| wanted.is_in(text));
        assert!(!is_there || once.contains(subject), "{subject} for {wanted:?}");
    }
}

#[test]
fn a_search_goes_on_when_the_index_is_merged_under_its_hands() {
    on_both(|site| {
        let mut known = record(site, &site.own, &bodies(0, 110));
        index(site);
        known.extend(record(site, &site.own, &bodies(2000, 110)));
        let wanted = AnyOf::whole("org").unwrap();
        let (key, of) = (*site.app().store.index_key(), (site.own.id, List::Consents));
        let same = [Condition::Part(anywhere(&wanted))];
        let mut matches = site.read(move |tx| Matches::begin(tx, &key, of, &same, &start())).unwrap();
        let (mut found, mut place) = (Vec::new(), start());
        loop {
            let (mut now, after) = (matches.clone(), place.clone());
            let (next, now) = site.read(move |tx| Ok((now.next(tx, &after)?, now.clone())));
            let Some(next) = next else { break };
            (place, matches) = (next.clone(), now);
            found.push(next);
            if found.len() == 50 {
                for round in 0..8 {
                    record(site, &site.own, &bodies(9000 + round * 110, 110));
                    index(site);
                }
            }
        }
        // What was recorded meanwhile may be among it or not.
        let expected = naive(&known, &wanted);
        found.retain(|place| expected.contains(place));
        assert_eq!(found, expected);
    });
}

#[test]
fn an_index_that_is_stopped_anywhere_loses_nothing_and_is_made_again() {
    on_both(|site| {
        let (mut known, workspace) = (Vec::new(), site.own.id);
        let wanted = AnyOf::whole("org").unwrap();
        for round in 0..12 {
            known.extend(record(site, &site.own, &bodies(round * 110, 110)));
            let run = actions::search::index(site.app(), FEWEST);
            let patience = Duration::from_millis(round as u64 * 3);
            // As when the process dies between two transactions.
            drop(site.block_on(async { tokio::time::timeout(patience, run).await }));
            check(site, workspace, &known, &wanted, &start());
            check_subjects(site, &known, &wanted);
        }
        index(site);
        check(site, workspace, &known, &wanted, &start());
        let unfinished = site.database.rows(
            "SELECT content FROM search_pages WHERE page / 65536 NOT IN
            (SELECT id FROM search_segments WHERE state = 1)",
        );
        assert!(unfinished.is_empty(), "{} pages on {}", unfinished.len(), site.database.name());
    });
}

#[test]
fn two_processes_that_index_at_once_lose_nothing() {
    on_both(|site| {
        let mut known = Vec::new();
        for round in 0..6 {
            known.extend(record(site, &site.own, &bodies(round * 330, 330)));
            let (one, other) = site.block_on(async {
                tokio::join!(
                    actions::search::index(site.app(), FEWEST),
                    actions::search::index(site.app(), FEWEST)
                )
            });
            for result in [one, other] {
                assert!(matches!(result, Ok(()) | Err(Error::Conflict(_))), "{result:?}");
            }
            check(site, site.own.id, &known, &AnyOf::whole("org").unwrap(), &start());
        }
        index(site);
        check(site, site.own.id, &known, &AnyOf::whole("org").unwrap(), &start());
    });
}
