//! Several filters on texts at once, and others with them: what is listed is what passes each of them.

use std::fmt::Write as _;
use std::ops::Range;

use placet::domain::substring::AnyOf;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::lists::{encoded, ids};
use super::{LETTERS, bodies, index, record};
use crate::app::{Site, on_both};

/// What is asked of texts: e-mail address, full name, any text.
type Question = [Option<String>; 3];

const FIELDS: [&[&str]; 3] =
    [&["email"], &["full_name"], &["id", "email", "first_name", "last_name", "full_name"]];

fn questions() -> impl Strategy<Value = Question> {
    let letters = |range: Range<usize>| prop::collection::vec(prop::sample::select(LETTERS.to_vec()), range);
    let part = move |range| prop::option::of(letters(range).prop_map(|letters| letters.concat()));
    let asks = |question: &Question| question.iter().any(Option::is_some);
    (part(3..5), part(3..4), part(3..5)).prop_map(|(a, b, c)| [a, b, c]).prop_filter("asks nothing", asks)
}

fn passes(question: &Question, subject: &Value) -> bool {
    question.iter().zip(FIELDS).all(|(wanted, fields)| {
        let Some(wanted) = wanted else { return true };
        let wanted = AnyOf::whole(wanted).unwrap();
        fields.iter().any(|field| subject[*field].as_str().is_some_and(|text| wanted.is_in(text)))
    })
}

fn query(names: [&str; 3], question: &Question) -> String {
    let asked = names.into_iter().zip(question).filter_map(|(name, wanted)| Some((name, wanted.as_ref()?)));
    let mut query = String::new();
    for (name, wanted) in asked {
        write!(query, "&{name}={}", encoded(wanted)).unwrap();
    }
    query
}

/// The ids of those that pass, as the lists give them.
fn expected(question: &Question, known: &[(String, String, Value)]) -> Vec<String> {
    let passing = known.iter().filter(|(_, _, subject)| passes(question, subject));
    let mut passing: Vec<(&String, &String)> = passing.map(|(at, id, _)| (at, id)).collect();
    passing.sort_unstable_by(|a, b| b.cmp(a));
    passing.into_iter().map(|(_, id)| id.clone()).collect()
}

/// Moment, id and subject of everything on a list.
fn listed(site: &Site, list: &str) -> Vec<(String, String, Value)> {
    let ids = ids(site, &format!("{list}?"), 100);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let read = |id: &String| {
        let item = site.get(&format!("{list}/{}", encoded(id))).ok();
        let subject = if list == "/consent" { item["subject"].clone() } else { item.clone() };
        (text(&item["timestamp"]), id.clone(), subject)
    };
    ids.iter().map(read).collect()
}

#[test]
fn filters_on_texts_that_meet_list_what_passes_each_of_them() {
    on_both(|site| {
        record(site, &site.own, &bodies(17, 120));
        index(site);
        site.move_clock(5000);
        // Some of these change subjects that the index knows; they wait.
        let mut later = bodies(17, 110);
        for (body, other) in later.iter_mut().zip(bodies(70_001, 110)) {
            body["subject"]["email"] = other["subject"]["email"].clone();
        }
        record(site, &site.own, &later);
        let (consents, subjects) = (listed(site, "/consent"), listed(site, "/subjects"));
        for is_indexed in [false, true] {
            let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
            let mut found = 0;
            let checked = TestRunner::new(config).run(&questions(), |question| {
                let names = ["subject_email", "subject_full_name", "fulltext"];
                let query_of = |names| query(names, &question);
                prop_assert_eq!(
                    ids(site, &format!("/consent?{}", query_of(names)), 9),
                    expected(&question, &consents)
                );
                let names = ["email", "full_name", "fulltext"];
                prop_assert_eq!(
                    ids(site, &format!("/subjects?{}", query_of(names)), 9),
                    expected(&question, &subjects)
                );
                Ok(())
            });
            checked.unwrap();
            for (_, id, subject) in &subjects {
                let letters: String = subject["email"].as_str().unwrap().chars().take(3).collect();
                let question = [Some(letters), None, None];
                found += expected(&question, &subjects).len();
                if found < 400 {
                    let query = query(["email", "full_name", "fulltext"], &question);
                    let listed = ids(site, &format!("/subjects?{query}"), 100);
                    assert!(listed.contains(id), "{id} by {query}");
                }
            }
            if !is_indexed {
                index(site);
            }
        }
    });
}

#[test]
fn a_word_is_looked_for_only_in_the_text_that_is_asked_about() {
    on_both(|site| {
        let subject = |id: &str, email: &str, full_name: &str| serde_json::json!({ "subject": { "id": id, "email": email, "full_name": full_name, "first_name": "Georg" } });
        let mut sent = bodies(3, 120);
        sent.push(subject("one", "x@georg.example", "Ada"));
        sent.push(subject("two", "y@example.org", "Georg Cantor"));
        record(site, &site.own, &sent);
        for _ in 0..2 {
            let cases: [(&str, &[&str]); 6] = [
                ("full_name=georg", &["two"]),
                ("email=georg", &["one"]),
                ("full_name=georg&email=example", &["two"]),
                ("full_name=georg&email=georg", &[]),
                ("fulltext=GEORG&email=example", &["two", "one"]),
                ("fulltext=cantor", &["two"]),
            ];
            for (query, expected) in cases {
                assert_eq!(ids(site, &format!("/subjects?{query}"), 10), expected, "{query}");
                let of_consents =
                    query.replace("full_name", "subject_full_name").replace("email", "subject_email");
                assert_eq!(
                    ids(site, &format!("/consent?{of_consents}"), 10).len(),
                    expected.len(),
                    "{query}"
                );
            }
            index(site);
        }
    });
}
