//! The search index: what it finds is what looking at every text finds, in the order of lists.

use std::collections::BTreeSet;

use placet::actions;
use placet::domain::consent::Submission;
use placet::domain::error::Error;
use placet::domain::id::WorkspaceId;
use placet::domain::json::Json;
use placet::domain::key::{KeyIdentity, KeyKind};
use placet::domain::substring::AnyOf;
use placet::domain::time::{Spelling, Timestamp};
use placet::store::search::{self, Built, Item, List, Matches, Place, Places, Replaced, Waiting};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::app::{NOW, Site, Workspace, on_both};
use crate::{cookie_choice, widget};

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
    let record = async |body: &Value| {
        let text = body.to_string();
        let submission = Submission::parse(&Json::parse(&text).unwrap(), KeyKind::Private).unwrap();
        let recorded = actions::consent::record(site.app(), &key, submission, None, None).await.unwrap();
        let mut texts: Vec<String> =
            body["subject"].as_object().unwrap().values().map(|text| text.as_str().unwrap().into()).collect();
        texts.push(recorded.subject.clone());
        let place = Place { at: recorded.at, id: recorded.id.as_bytes().to_vec() };
        Known { place, subject: recorded.subject, texts }
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
    let (key, wanted, after) = (*site.app().store.index_key(), wanted.clone(), after.clone());
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

/// Made-up people with few different letters, so that grams occur together by chance. Many were recorded at the same
/// moment, and some are older than those recorded before them.
fn bodies(seed: usize, count: usize) -> Vec<Value> {
    let word = |number: usize, length: usize| -> String {
        (0..length).map(|place| ["a", "B", "c", "é", "@"][(number / 5_usize.pow(place as u32)) % 5]).collect()
    };
    let body = |index: usize| {
        let number = (index + seed).wrapping_mul(2_654_435_761) % 1_000_003;
        let minutes = if number % 7 == 0 { number % 5000 } else { seed / 100 % 50 };
        let at = Timestamp(NOW - 60_000 * i64::try_from(minutes).unwrap());
        let mut subject = json!({ "email": format!("{}@{}.org", word(number, 6), word(number / 11, 4)),
            "first_name": word(number / 3, 2 + number % 5), "last_name": word(number / 7, number % 4 + 1) });
        if number % 3 == 0 {
            subject["id"] = json!(format!("{}-{}", word(number, 3), number % 900));
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
        let letters =
            prop::collection::vec(prop::sample::select(vec!["a", "b", "C", "É", "@", ".org"]), 3..8);
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
        let wanted = AnyOf::parts_of(wanted).unwrap();
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

/// The ids of a list, page by page.
fn ids(site: &Site, list: &str, limit: usize) -> Vec<String> {
    let (mut ids, mut after): (Vec<String>, String) = Default::default();
    loop {
        let page = site.get(&format!("{list}&limit={limit}{after}")).ok();
        let page: Vec<String> =
            page.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        let is_last = page.len() < limit;
        ids.extend(page);
        if is_last {
            return ids;
        }
        after = format!("&starting_after={}", ids.last().unwrap());
    }
}

#[test]
fn lists_give_what_contains_a_text_page_by_page_and_with_other_filters() {
    on_both(|site| {
        let known = record(site, &site.own, &bodies(5, 250));
        index(site);
        site.move_clock(1000);
        site.record_public(
            json!({ "subject": { "id": "@a-public", "email": "xx@aaaa.org", "first_name": "abc" } }),
        );
        let email = |wanted: &str| {
            let found = known.iter().filter(|known| known.texts.iter().any(|text| text.contains(wanted)));
            found.count()
        };
        assert!(email("a@") > 10, "{}", email("a@"));
        for wanted in ["aaa", "a@a", "é@b", ".org", "zzz", "c-1", "a@"] {
            let all = naive(&known, &AnyOf::whole(wanted).unwrap());
            let mut expected: Vec<String> =
                all.iter().map(|place| place.of_consent().unwrap().id.to_string()).collect();
            let query = format!("/consent?source=private&fulltext={}", wanted.replace('é', "%C3%A9"));
            assert_eq!(ids(site, &query, 7), expected, "{wanted}");
            let from = Timestamp(NOW - 60_000 * 2000);
            let bound = from.spell(Spelling::Millis);
            expected.truncate(all.partition_point(|place| place.at >= from));
            assert_eq!(ids(site, &format!("{query}&from_time={bound}"), 100), expected, "{wanted}");
        }
        let public = ids(site, "/consent?source=public&fulltext=aaa", 10);
        assert_eq!(public.len(), 1);
        assert_eq!(ids(site, "/consent?subject_first_name=abc&subject_email=%40aaaa.x", 10), public);
        assert_eq!(ids(site, "/consent?subject_first_name=abc&subject_email=%40bbbb.xy", 10), [""; 0]);
    });
}

#[test]
fn subjects_that_contain_a_text_are_listed_page_by_page_and_with_other_filters() {
    on_both(|site| {
        let known = record(site, &site.own, &bodies(6, 250));
        index(site);
        site.move_clock(1000);
        let body = json!({ "id": "new", "email": "x@aaaa.org", "first_name": "abc", "verified": true });
        site.post("/subjects", body).ok();
        site.post("/subjects/new", json!({ "full_name": "Grace Hopper" })).ok();
        let stored: Vec<Value> = known.iter().map(|known| site.subject(&known.subject)).collect();
        let ids_of = |passes: &dyn Fn(&Value) -> bool| {
            let all: BTreeSet<String> =
                stored.iter().filter(|it| passes(it)).map(|it| it["id"].as_str().unwrap().into()).collect();
            all.into_iter().rev().collect::<Vec<String>>()
        };
        let fields = ["id", "email", "first_name", "last_name", "full_name"];
        for wanted in ["aaa", "a@a", "é@b", ".org", "zzz", "c-1", "a@"] {
            let parts = AnyOf::whole(wanted).unwrap();
            let contains = |it: &Value| {
                fields.iter().any(|name| it[name].as_str().is_some_and(|text| parts.is_in(text)))
            };
            let query = format!("/subjects?fulltext={}", wanted.replace('é', "%C3%A9"));
            let mut expected = ids_of(&contains);
            assert_eq!(ids(site, &format!("{query}&verified=false"), 7), expected, "{wanted}");
            if ["aaa", "a@a", ".org", "a@"].contains(&wanted) {
                expected.insert(0, "new".into());
            }
            assert_eq!(ids(site, &query, 100), expected, "{wanted}");
            let first = stored[17]["first_name"].as_str().unwrap();
            let expected = ids_of(&|it| contains(it) && it["first_name"] == first);
            let first = first.replace('é', "%C3%A9").replace('@', "%40");
            assert_eq!(ids(site, &format!("{query}&first_name={first}"), 7), expected, "{wanted} {first}");
        }
        for query in
            ["fulltext=hopper", "full_name=hopp.x", "full_name=race&email=aaaa", "fulltext=new&id=new"]
        {
            assert_eq!(ids(site, &format!("/subjects?{query}"), 10), ["new"], "{query}");
        }
        index(site);
        assert_eq!(ids(site, "/subjects?full_name=hopp.x", 10), ["new"]);
    });
}

#[test]
fn a_choice_in_the_widget_is_not_found_by_a_part_of_its_id() {
    on_both(|site| {
        let published = widget::publish(site);
        cookie_choice::choose(site, &published, true);
        let consent = site.get("/consent?consent_type=cookie_policy").ok()[0]["subject"]["id"].clone();
        let id = consent.as_str().unwrap();
        for part in [&id[..2], &id[..8]] {
            for filter in ["", "&consent_type=cookie_policy"] {
                assert_eq!(ids(site, &format!("/consent?fulltext={part}{filter}"), 10), [""; 0]);
            }
        }
        assert_eq!(ids(site, &format!("/consent?subject_id={id}"), 10).len(), 1);
    });
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
            let changed = site.read(move |tx| search::changed(tx, workspace, &asked));
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
fn what_is_forgotten_leaves_no_trace_in_the_index() {
    on_both(|site| {
        let marked = |mark: &str| json!({ "subject": { "id": format!("subject-{mark}"), "email": format!("{mark}@example.org") } });
        let mut known = Vec::new();
        for (round, mark) in ["xyzzy", "plugh"].iter().enumerate() {
            known.extend(record(site, &site.own, &bodies(round * 1000, 80)));
            known.extend(record(site, &site.own, &[marked(mark)]));
            known.extend(record(site, &site.own, &bodies(round * 1000 + 80, 80)));
            if round == 0 {
                index(site);
            }
        }
        let all = AnyOf::parts_of("xyzzy plugh").unwrap();
        let found = |list| places(site, site.own.id, list, &all, &start()).len();
        assert_eq!((found(List::Consents), found(List::Subjects)), (2, 2));
        let (marked, rest): (Vec<Known>, Vec<Known>) =
            known.into_iter().partition(|known| known.subject.starts_with("subject-"));
        let workspace = site.own.id;
        for Known { place, subject, .. } in marked {
            let forget = site.app().store.write(move |tx| {
                search::forget(tx, workspace, List::Consents, &place)?;
                let subject = Place { at: Timestamp(NOW), id: subject.clone().into_bytes() };
                search::forget(tx, workspace, List::Subjects, &subject)
            });
            site.block_on(forget).unwrap();
        }
        assert_eq!((found(List::Consents), found(List::Subjects)), (0, 0));
        for wanted in ["aaa", "org", "@b.", "ccc"] {
            check(site, workspace, &rest, &AnyOf::whole(wanted).unwrap(), &start());
        }
        index(site);
        assert_eq!((found(List::Consents), found(List::Subjects)), (0, 0));
        check(site, workspace, &rest, &AnyOf::whole("org").unwrap(), &start());
        let tables = ["search_texts", "search_pages"];
        for content in
            tables.iter().flat_map(|table| site.database.rows(&format!("SELECT content FROM {table}")))
        {
            assert!(!content[0].windows(8).any(|bytes| bytes == b"subject-"), "on {}", site.database.name());
        }
    });
}

#[test]
fn a_search_goes_on_when_the_index_is_merged_under_its_hands() {
    on_both(|site| {
        let mut known = record(site, &site.own, &bodies(0, 110));
        index(site);
        known.extend(record(site, &site.own, &bodies(2000, 110)));
        let wanted = AnyOf::whole("org").unwrap();
        let (key, of) = (*site.app().store.index_key(), (site.own.id, List::Consents));
        let same = wanted.clone();
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
fn a_segment_whose_texts_were_forgotten_meanwhile_is_not_put_in_use() {
    on_both(|site| {
        let known = record(site, &site.own, &bodies(0, 20));
        let (key, workspace, place) = (*site.app().store.index_key(), site.own.id, known[0].place.clone());
        let waiting = site.read(move |tx| search::oldest(tx, workspace, 20));
        let items = known.iter().map(|known| {
            Item::new(
                &key,
                Places { consent: Some(known.place.clone()), subject: None },
                known.texts.iter().map(String::as_str),
            )
        });
        let built = Built::of(items.collect(), [1; 8]).unwrap().unwrap();
        let forget = site.app().store.write(move |tx| search::forget(tx, workspace, List::Consents, &place));
        site.block_on(forget).unwrap();
        let replaced = Replaced::Texts(waiting.iter().map(Waiting::key).collect());
        let segment = built.segment.clone();
        let put_in_use = site.app().store.write(move |tx| {
            search::begin(tx, workspace, &built.segment)?;
            built.batches().try_for_each(|pages| search::write(tx, workspace, &built.segment, pages))
        });
        site.block_on(put_in_use).unwrap();
        let put_in_use =
            site.app().store.write(move |tx| search::put_in_use(tx, workspace, Some(&segment), &replaced));
        assert!(matches!(site.block_on(put_in_use), Err(Error::Conflict(_))));
        check(site, workspace, &known[1..], &AnyOf::whole("org").unwrap(), &start());
        // What was written in vain is removed.
        index(site);
        assert_eq!(site.database.rows("SELECT content FROM search_pages"), Vec::<Vec<Vec<u8>>>::new());
    });
}
