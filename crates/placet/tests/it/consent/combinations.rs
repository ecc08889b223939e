//! Lists when filters meet: against a plain model of them, with invented preferences, and on consents of before.

use std::fmt::Write as _;

use placet::store;
use serde_json::{Value, json};

use super::lists::ids;
use crate::app::{Site, on_both};

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one_of<'a>(&mut self, values: &[&'a str]) -> &'a str {
        let index = self.below(values.len() as u64);
        values[usize::try_from(index).unwrap()]
    }
}

const FIRST_NAMES: [&str; 3] = ["Ada", "Grace", "Zoe"];
const LAST_NAMES: [&str; 2] = ["Rossi", "Hopper"];
const EMAILS: [&str; 3] = ["a@example.org", "b@acme.example", ""];
const ADDRESSES: [&str; 3] = ["", "203.0.113.7", "203.0.113.9"];
const KEYS: [&str; 3] = ["x", "y", "z"];

fn consent(dice: &mut Dice) -> Value {
    let mut body = json!({
        "timestamp": format!("2026-02-0{}T00:00:0{}Z", 1 + dice.below(3), dice.below(4)),
        "subject": { "id": format!("s{}", dice.below(9)), "first_name": dice.one_of(&FIRST_NAMES),
            "last_name": dice.one_of(&LAST_NAMES), "email": dice.one_of(&EMAILS), "verified": dice.below(5) == 0 },
        "preferences": {},
        "ip_address": dice.one_of(&ADDRESSES),
    });
    for key in KEYS {
        if dice.below(3) == 0 {
            body["preferences"][key] = json!(true);
        }
    }
    if dice.below(4) == 0 {
        body["consent_type"] = "cookie_policy".into();
    }
    body
}

/// A query, and whether an item of the list passes it.
type Question = (String, Vec<Box<dyn Fn(&Value) -> bool>>);

fn ask(dice: &mut Dice) -> Question {
    let mut question: Question = (String::new(), Vec::new());
    let mut asks = 0;
    while asks == 0 {
        for (parameter, pointer, values) in [
            ("subject_first_name", "/subject/first_name", &FIRST_NAMES[..]),
            ("subject_last_name", "/subject/last_name", &LAST_NAMES[..]),
            ("subject_email_exact", "/subject/email", &EMAILS[..2]),
            ("ip_address", "/ip_address", &ADDRESSES[1..]),
            ("source", "/source", &["public", "private"][..]),
            ("subject_id", "/subject/id", &["s1", "s2", "nobody"][..]),
        ] {
            if dice.below(4) == 0 {
                asks += 1;
                let value = dice.one_of(values).to_owned();
                write!(question.0, "&{parameter}={value}").unwrap();
                question.1.push(Box::new(move |item| item.pointer(pointer) == Some(&json!(value))));
            }
        }
        if dice.below(4) == 0 {
            asks += 1;
            let key = dice.one_of(&KEYS);
            write!(question.0, "&preference_key={key}").unwrap();
            question.1.push(Box::new(move |item| item["preferences"].get(key).is_some()));
        }
        if dice.below(4) == 0 {
            asks += 1;
            question.0.push_str("&consent_type=null&subject_verified=true");
            question
                .1
                .push(Box::new(|item| item["consent_type"].is_null() && item["subject"]["verified"] == true));
        }
        if dice.below(4) == 0 {
            asks += 1;
            question.0.push_str("&from_time=2026-02-01T00:00:02Z&to_time=2026-02-02T00:00:01Z");
            question.1.push(Box::new(|item| {
                let at = item["timestamp"].as_str().unwrap();
                ("2026-02-01T00:00:02"..="2026-02-02T00:00:01.999").contains(&at.trim_end_matches("+00:00"))
            }));
        }
    }
    question
}

/// All that a query finds, page by page.
fn pages(site: &Site, query: &str, limit: usize) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let cursor = all
            .last()
            .map(|item| format!("&starting_after={}", item["id"].as_str().unwrap()))
            .unwrap_or_default();
        let page = site.get(&format!("/consent?limit={limit}{query}{cursor}")).ok();
        let page = page.as_array().unwrap();
        all.extend(page.iter().cloned());
        if page.len() < limit {
            return all;
        }
    }
}

#[test]
fn any_filters_together_find_what_passes_each_of_them_page_by_page() {
    on_both(|site| {
        let mut dice = Dice(981);
        for number in 0..400 {
            let body = consent(&mut dice);
            if number % 3 == 0 {
                site.record_public(body)
            } else {
                site.record(body)
            };
        }
        let all = pages(site, "", 100);
        assert_eq!(all.len(), 400);
        let mut found = 0;
        for _ in 0..80 {
            let (query, tests) = ask(&mut dice);
            let expected: Vec<&Value> =
                all.iter().filter(|item| tests.iter().all(|passes| passes(item))).collect();
            let limit = 1 + usize::try_from(dice.below(40)).unwrap();
            assert_eq!(pages(site, &query, limit).iter().collect::<Vec<_>>(), expected, "{query}");
            found += expected.len();
        }
        assert!(found > 400, "the questions find something: {found}");
    });
}

#[test]
fn names_that_somebody_invents_are_found_and_cost_a_bounded_number_of_combinations() {
    on_both(|site| {
        let body = |number: i64| {
            json!({ "preferences": { format!("invented {number}"): true, "newsletter": true },
                "timestamp": format!("2026-02-01T00:{:02}:{:02}Z", number / 60, number % 60) })
        };
        let recorded: Vec<String> = (0..1010).map(|number| site.record_public(body(number))).collect();
        let workspace = site.own.id;
        let codes = site.read(move |tx| store::facets::codes(tx, workspace));
        assert_eq!(codes.len(), 1001, "a thousand, and one for all the rest");
        let noted = site.database.rows("SELECT consent_id FROM consent_names");
        assert_eq!(noted.len(), 20, "two names each of ten consents whose combination does not tell them");
        for number in [0, 500, 999, 1000, 1009] {
            let expected = [recorded[number].clone()];
            assert_eq!(ids(&site.get(&format!("/consent?preference_key=invented+{number}")).ok()), expected);
        }
        let newest: Vec<&String> = recorded.iter().rev().collect();
        let listed = pages(site, "&preference_key=newsletter", 101);
        assert_eq!(listed.iter().map(|item| item["id"].as_str().unwrap()).collect::<Vec<_>>(), newest);
        assert_eq!(ids(&site.get("/consent?limit=3").ok()).iter().collect::<Vec<_>>(), newest[..3]);
        // What was known before is known after a restart, and an ordinary consent has a combination too.
        let ordinary = site.record(json!({ "preferences": { "terms": true } }));
        assert_eq!(ids(&site.get("/consent?source=private&preference_key=terms").ok()), [ordinary]);
        assert_eq!(ids(&site.get("/consent?source=public&preference_key=terms").ok()), [""; 0]);
        let both = "/consent?source=public&preference_key=invented+1009&subject_verified=false";
        assert_eq!(ids(&site.get(both).ok()).len(), 1);
        assert_eq!(site.get("/consent?source=private&preference_key=newsletter").ok(), json!([]));
    });
}

#[test]
fn consents_with_very_many_preferences_are_found_by_each_of_them() {
    on_both(|site| {
        let names: serde_json::Map<String, Value> =
            (0..1000).map(|number| (format!("key {number}"), json!(true))).collect();
        let id = site.record(json!({ "preferences": names }));
        site.record(json!({ "preferences": { "other": true } }));
        for key in ["key+0", "key+999"] {
            assert_eq!(
                ids(&site.get(&format!("/consent?preference_key={key}")).ok()),
                std::slice::from_ref(&id)
            );
        }
        assert_eq!(site.get("/consent?preference_key=key").ok(), json!([]));
    });
}

#[test]
fn consents_from_before_combinations_were_noted_pass_every_filter_they_should() {
    on_both(|site| {
        let form = site
            .record(json!({ "timestamp": "2026-01-01T00:00:00Z", "preferences": { "newsletter": true },
            "ip_address": "203.0.113.7" }));
        let choice = site.record(json!({ "timestamp": "2026-01-02T00:00:00Z", "consent_type": "cookie_policy", "subject": { "verified": true } }));
        let browser =
            site.record_public(json!({ "preferences": { "terms": true }, "autodetect_ip_address": false }));
        let code = |id: &str, code: i64| {
            let bytes = match site.database.name() {
                "SQLite" => format!("x'{}'", id.replace('-', "")),
                _ => format!("'\\x{}'", id.replace('-', "")),
            };
            site.database.tamper(&format!("UPDATE consents SET facets = {code} WHERE id = {bytes}"));
        };
        code(&form, 1);
        code(&choice, 7);
        code(&browser, 0);
        site.database.tamper("DELETE FROM facets");
        for code in [0, 1, 7] {
            let (private, cookie, verified) = (code & 1, code >> 1 & 1, code >> 2 & 1);
            site.database.tamper(&format!(
                "INSERT INTO facets (workspace_id, code, is_private, is_cookie_choice, is_verified)
                 VALUES (1, {code}, {private}, {cookie}, {verified})"
            ));
        }
        for (query, expected) in [
            ("source=public", vec![&browser]),
            ("source=private&consent_type=null", vec![&form]),
            ("subject_verified=true", vec![&choice]),
            ("ip_address=203.0.113.7", vec![&form]),
            ("ip_address=none&consent_type=null", vec![&browser]),
            ("preference_key=newsletter", vec![&form]),
            ("preference_key=terms&ip_address=none", vec![&browser]),
            ("", vec![&browser, &choice, &form]),
        ] {
            assert_eq!(
                ids(&site.get(&format!("/consent?{query}")).ok()).iter().collect::<Vec<_>>(),
                expected,
                "{query}"
            );
        }
    });
}
