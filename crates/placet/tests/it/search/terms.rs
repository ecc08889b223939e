//! What is looked up by equality: e-mail addresses, names, addresses of devices.

use std::collections::BTreeSet;

use placet::domain::substring::AnyOf;
use placet::domain::time::{Spelling, Timestamp};
use placet::store::installation::Term;
use placet::store::search::{Condition, List, Matches};
use serde_json::{Value, json};

use super::lists::{encoded, ids};
use super::{bodies, check, check_subjects, index, record, start};
use crate::app::{NOW, Site, on_both};
use crate::database::Database;

const EMAILS: [&str; 4] = ["Ada@example.org", "ada@example.org", "ada@example.or", "é@b.example"];
const NAMES: [&str; 3] = ["Ada", "ada", "Ad a"];
const ADDRESSES: [&str; 3] = ["203.0.113.7", "203.0.113.70", "2001:db8::7"];

/// Consents of a few people with few values, so that every filter meets every other.
fn people(seed: usize, count: usize) -> Vec<Value> {
    let person = |index: usize| {
        let number = (index + seed).wrapping_mul(2_654_435_761) % 1_000_003;
        let at = Timestamp(NOW - 1000 * i64::try_from(number % 5000).unwrap());
        let mut body = json!({
            "timestamp": at.spell(Spelling::Millis),
            "subject": { "id": format!("person-{}", number % 40) },
            "preferences": { ["letter", "profile"][number % 2]: true },
        });
        let mut give = |pointer: &str, name: &str, values: &[&str], number: usize| {
            let value = number.checked_rem(values.len() + 1).and_then(|index| values.get(index));
            if let Some(value) = value {
                body.pointer_mut(pointer).unwrap()[name] = json!(value);
            }
        };
        give("/subject", "email", &EMAILS, number);
        give("/subject", "first_name", &NAMES, number / 5);
        give("/subject", "last_name", &NAMES, number / 20);
        give("", "ip_address", &ADDRESSES, number / 80);
        body
    };
    (0..count).map(person).collect()
}

/// Consents with their moment, newest first.
fn listed(site: &Site) -> Vec<Value> {
    ids(site, "/consent?", 100).iter().map(|id| site.consent(id)).collect()
}

fn queries() -> Vec<(Vec<(&'static str, &'static str)>, String)> {
    let given =
        |name, pointer, values: &[&'static str]| -> Vec<Option<(&'static str, &'static str, &'static str)>> {
            std::iter::once(None).chain(values.iter().map(|value| Some((name, pointer, *value)))).collect()
        };
    let emails =
        given("subject_email_exact", "/subject/email", &[EMAILS[0], EMAILS[3], "nobody@example.org"]);
    let firsts = given("subject_first_name", "/subject/first_name", &NAMES[..2]);
    let lasts = given("subject_last_name", "/subject/last_name", &NAMES[1..]);
    let addresses = given("ip_address", "/ip_address", &ADDRESSES[..2]);
    let mut queries = Vec::new();
    for email in &emails {
        for first in &firsts {
            for (last, address) in lasts.iter().zip(&addresses) {
                let asked: Vec<_> = [email, first, last, address].into_iter().flatten().collect();
                let query: Vec<String> =
                    asked.iter().map(|(name, _, value)| format!("{name}={}", encoded(value))).collect();
                let wanted = asked.iter().map(|(_, pointer, value)| (*pointer, *value)).collect();
                queries.push((wanted, query.join("&")));
            }
        }
    }
    queries
}

#[test]
fn filters_by_equality_list_what_has_each_of_the_values_whatever_the_index_knows() {
    on_both(|site| {
        for round in 0..9 {
            record(site, &site.own, &people(round * 110, 110));
            index(site);
        }
        record(site, &site.stranger, &people(7, 50));
        // Some in a merged segment, some in small ones, some only waiting.
        record(site, &site.own, &people(100_000, 70));
        let consents = listed(site);
        assert_eq!(consents.len(), 1060);
        for (wanted, query) in queries() {
            let has = |consent: &Value, pointer: &str, value: &str| {
                consent.pointer(pointer).and_then(Value::as_str) == Some(value)
            };
            let passing =
                consents.iter().filter(|it| wanted.iter().all(|(pointer, value)| has(it, pointer, value)));
            let passing: Vec<&Value> = passing.collect();
            let ids_of = |also: &dyn Fn(&Value) -> bool| -> Vec<String> {
                let some = passing.iter().filter(|it| also(it));
                some.map(|it| it["id"].as_str().unwrap().to_owned()).collect()
            };
            assert_eq!(ids(site, &format!("/consent?{query}"), 30), ids_of(&|_| true), "{query}");
            let letter = ids(site, &format!("/consent?{query}&preference_key=letter"), 30);
            assert_eq!(letter, ids_of(&|it| it["preferences"]["letter"] == true), "{query}, letter");
            let of_one = ids(site, &format!("/consent?{query}&subject_id=person-7"), 30);
            assert_eq!(of_one, ids_of(&|it| it["subject"]["id"] == "person-7"), "{query}, person-7");
        }
    });
}

#[test]
fn subjects_are_found_by_the_values_that_they_have_now() {
    on_both(|site| {
        record(site, &site.own, &people(0, 130));
        index(site);
        record(site, &site.own, &people(500, 60));
        site.post("/subjects/person-3", json!({ "email": "new@example.org", "first_name": "Grace" })).ok();
        site.post("/subjects", json!({ "id": "alone", "email": EMAILS[0], "verified": true })).ok();
        let all: Vec<Value> = ids(site, "/subjects?", 100).iter().map(|id| site.subject(id)).collect();
        for is_indexed in [false, true] {
            for email in [EMAILS[0], EMAILS[1], "new@example.org", "nobody@example.org"] {
                for (first, verified) in
                    [(None, None), (Some("Ada"), None), (None, Some(true)), (Some("Grace"), Some(false))]
                {
                    let mut query = format!("/subjects?email_exact={}", encoded(email));
                    query.extend(first.map(|first| format!("&first_name={first}")));
                    query.extend(verified.map(|verified| format!("&verified={verified}")));
                    let passes = |it: &&Value| {
                        it["email"] == email
                            && first.is_none_or(|first| it["first_name"] == first)
                            && verified.is_none_or(|verified| it["verified"] == verified)
                    };
                    let expected: BTreeSet<&str> =
                        all.iter().filter(passes).map(|it| it["id"].as_str().unwrap()).collect();
                    let found = ids(site, &query, 5);
                    assert_eq!(
                        found.iter().map(String::as_str).collect::<BTreeSet<_>>(),
                        expected,
                        "{query}"
                    );
                    assert_eq!(found.len(), expected.len(), "{query}, {is_indexed}");
                }
            }
            index(site);
        }
    });
}

#[test]
fn one_text_finds_a_consent_by_whatever_it_is() {
    on_both(|site| {
        let record = |body: Value| site.record(body);
        let by_email = record(json!({ "subject": { "id": "one", "email": "two" } }));
        site.move_clock(10);
        let by_id = record(json!({ "subject": { "id": "two", "email": "three@example.org" } }));
        for _ in 0..2 {
            let found = |text: &str| ids(site, &format!("/api/v1/consents?search={text}"), 1);
            assert_eq!(found("two"), [by_id.clone(), by_email.clone()]);
            assert_eq!(found("three@example.org"), std::slice::from_ref(&by_id));
            assert_eq!(found(&by_email), std::slice::from_ref(&by_email));
            assert_eq!(found("four"), [""; 0]);
            super::record(site, &site.own, &people(0, 120));
            index(site);
        }
    });
}

#[test]
fn an_index_that_is_made_anew_knows_all_that_is_stored() {
    for database in Database::all() {
        let bytes = if matches!(database, Database::Sqlite(_)) { "BLOB" } else { "BYTEA" };
        let site = Site::open(database);
        // More consents and more subjects than one step reads.
        let known = record(&site, &site.own, &bodies(0, 1100));
        record(&site, &site.own, &people(0, 90));
        index(&site);
        let with_email =
            site.get(&format!("/consent?limit=100&subject_email_exact={}", encoded(EMAILS[3]))).ok();
        assert!(with_email.as_array().unwrap().len() > 9, "{with_email}");
        for table in ["search_texts", "search_pages", "search_segments"] {
            site.database.tamper(&format!("DELETE FROM {table}"));
        }
        site.database.tamper("UPDATE subjects SET search_hash = NULL");
        let columns = "INSERT INTO search_refills (workspace_id, list, after_id)";
        site.database.tamper(&format!("{columns} SELECT id, 0, CAST('' AS {bytes}) FROM workspaces"));
        let site = site.restart();
        assert!(site.database.rows("SELECT workspace_id FROM search_refills").is_empty());
        for _ in 0..2 {
            for wanted in ["aaa", "@b", "c-1", ".org"].map(|text| AnyOf::whole(text).unwrap()) {
                if wanted.of_length(3).is_some() {
                    check(&site, site.own.id, &known, &wanted, &start());
                    check_subjects(&site, &known, &wanted);
                }
            }
            let again =
                site.get(&format!("/consent?limit=100&subject_email_exact={}", encoded(EMAILS[3]))).ok();
            assert_eq!(again, with_email);
            index(&site);
        }
    }
}

#[test]
fn an_imported_choice_is_found_by_its_address_until_it_is_erased() {
    on_both(|site| {
        let widget = crate::widget::publish(site);
        crate::cookie_choice::choose(site, &widget, true);
        let file = site.get("/api/v1/exports/consents?format=jsonl").body;
        let mut choice: Value = serde_json::from_str(&file).unwrap();
        choice["ip_address"] = json!(ADDRESSES[0]);
        let id = choice["subject"]["id"].as_str().unwrap().to_owned();
        let target = Site::open(Database::sqlite());
        let import = target.request("POST", "/api/v1/imports/consents").key(&target.own.private);
        let imported = import.body(choice.to_string()).send().ok();
        assert_eq!(imported["new"], 1, "{imported}");
        record(&target, &target.own, &people(0, 120));
        let found = || {
            let query = format!("/consent?consent_type=cookie_policy&ip_address={}", ADDRESSES[0]);
            ids(&target, &query, 10).len()
        };
        assert_eq!(found(), 1);
        index(&target);
        assert_eq!(found(), 1);
        let erased = target.request("DELETE", &format!("/api/v1/subjects/{id}")).key(&target.own.private);
        erased.json(json!({ "reason": "asked for" })).send().ok();
        assert_eq!(found(), 0);
        let key = *target.app().store.index_key();
        let condition = [Condition::Term(key.hash(Term::Ip, ADDRESSES[0]))];
        let of = (target.own.id, List::Consents);
        let left = target.read(move |tx| {
            let mut matches = Matches::begin(tx, &key, of, &condition, &start())?.unwrap();
            let (mut left, mut place) = (0, start());
            while let Some(next) = matches.next(tx, &place)? {
                (left, place) = (left + 1, next);
            }
            Ok(left)
        });
        let stored = ids(&target, &format!("/consent?ip_address={}", ADDRESSES[0]), 100).len();
        assert_eq!(left, stored, "the index leads to no more than to what is stored");
    });
}
