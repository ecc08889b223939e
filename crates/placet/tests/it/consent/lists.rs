//! `GET /consent`: order, pages, filters.

use serde_json::{Value, json};

use crate::app::{Site, on_both};

pub(super) fn ids(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn at(site: &Site, timestamp: &str) -> String {
    site.record(json!({ "timestamp": timestamp, "subject": { "id": "s" } }))
}

#[test]
fn an_item_has_neither_proofs_nor_notices() {
    on_both(|site| {
        let subject = json!({ "id": "customer-981", "email": "ada@example.org" });
        let body = json!({ "subject": subject, "proofs": [{ "content": "x" }], "preferences": { "newsletter": true },
            "legal_notices": [{ "identifier": "terms" }] });
        let id = site.record_public(body);
        let expected = json!([{
            "id": id, "timestamp": "2026-03-01T10:20:30.265+00:00", "owner": "1", "source": "public",
            "subject": { "id": "customer-981", "email": "ada@example.org", "first_name": null, "last_name": null,
                "full_name": null, "verified": false },
            "consent_type": null, "preferences": { "newsletter": true }, "ip_address": "127.0.0.0",
        }]);
        let answer = site.get("/consent");
        assert_eq!(answer.header("link"), None);
        answer.is(200, expected);
    });
}

#[test]
fn the_newest_comes_first_and_equal_moments_are_ordered_by_id_descending() {
    on_both(|site| {
        let old = at(site, "2020-01-01T00:00:00Z");
        let mut same: Vec<String> = (0..5).map(|_| at(site, "2026-02-01T00:00:00Z")).collect();
        let new = at(site, "2026-02-01T00:00:00.001Z");
        let oldest = at(site, "1999-01-01T00:00:00Z");
        same.sort_unstable_by(|a, b| b.cmp(a));
        let expected: Vec<String> = [vec![new], same, vec![old, oldest]].concat();
        assert_eq!(ids(&site.get("/consent").ok()), expected);
        assert_eq!(ids(&site.get("/consent?subject_id=s").ok()), expected);
        let mut paged = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = ids(&site.get(&format!("/consent?limit=3&starting_after={cursor}")).ok());
            let Some(last) = page.last() else { break };
            cursor.clone_from(last);
            paged.extend(page);
        }
        assert_eq!(paged, expected);
    });
}

#[test]
fn limit_is_ten_by_default_and_brought_into_its_range() {
    on_both(|site| {
        for _ in 0..103 {
            site.record(json!({}));
        }
        let count = |query: &str| site.get(&format!("/consent{query}")).ok().as_array().unwrap().len();
        let expected = [
            ("", 10),
            ("?limit=3", 3),
            ("?limit=100", 100),
            ("?limit=101", 101),
            ("?limit=5000", 101),
            ("?limit=0", 1),
            ("?limit=-4", 1),
            ("?limit=many", 10),
            ("?limit=", 10),
            ("?limit=99999999999999999999", 101),
            ("?limit=2&limit=4", 4),
        ];
        for (query, expected) in expected {
            assert_eq!(count(query), expected, "{query}");
        }
    });
}

#[test]
fn subject_id_is_compared_exactly_and_stays_in_force_while_paging() {
    on_both(|site| {
        let record = |subject: &str| site.record(json!({ "subject": { "id": subject } }));
        let mut mine: Vec<String> = (0..3).map(|_| record("Ada+1@example.org")).collect();
        record("ada+1@example.org");
        record("Ada+1@example.org ");
        let list =
            |query: &str| ids(&site.get(&format!("/consent?subject_id=Ada%2B1%40example.org{query}")).ok());
        assert_eq!(list("").len(), 3);
        let first = list("&limit=2");
        let rest = list(&format!("&limit=2&starting_after={}", first[1]));
        let mut all = [first, rest].concat();
        all.sort();
        mine.sort();
        assert_eq!(all, mine);
        assert_eq!(site.get("/consent?subject_id=nobody").ok(), json!([]));
    });
}

#[test]
fn a_cursor_that_names_nothing_is_refused() {
    on_both(|site| {
        let after = |cursor: &str| site.get(&format!("/consent?starting_after={cursor}"));
        after("0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10")
            .is_invalid("starting_after", "names no consent of this workspace");
        after("1").is_invalid("starting_after", "must be a UUID");
    });
}

#[test]
fn a_cookie_choice_is_in_the_list_with_the_consent_id_as_its_subject() {
    on_both(|site| {
        let widget = crate::widget::publish(site);
        let consent_id = crate::cookie_choice::choose(site, &widget, true);
        let item = site.get(&format!("/consent?subject_id={consent_id}")).ok()[0].clone();
        assert_eq!(item["consent_type"], "cookie_policy");
        assert_eq!(item["subject"]["id"], json!(consent_id));
        assert_eq!(item["preferences"], json!({ "matomo": true }));
        assert_eq!(site.get(&format!("/subjects/{consent_id}")).status, 404);
    });
}

#[test]
fn a_query_that_is_not_utf_8_is_refused() {
    on_both(|site| {
        site.get("/consent?subject_id=%ff").is_invalid("subject_id", "is not UTF-8");
    });
}

#[test]
fn subject_and_preferences_are_objects_even_where_nothing_was_sent() {
    on_both(|site| {
        site.post("/consent", json!({ "subject": false, "preferences": [] })).ok();
        site.record_public(json!({}));
        let polled = site.get("/consent?from_time=2026-03-01+10:20:30+UTC&limit=100").ok();
        assert_eq!(polled.as_array().unwrap().len(), 2);
        for item in polled.as_array().unwrap() {
            assert!(item["subject"].is_object() && item["preferences"] == json!({}), "{item}");
        }
    });
}

#[test]
fn what_was_erased_of_a_consent_passes_no_filter_and_the_rest_is_listed() {
    on_both(|site| {
        let subject = json!({ "id": "s", "email": "ada@example.org", "full_name": "Ada Rossi" });
        let id = site.record(json!({ "subject": subject, "preferences": { "newsletter": true } }));
        site.database.tamper("UPDATE consents SET group_s = NULL");
        let found = |query: &str| ids(&site.get(&format!("/consent?{query}")).ok());
        for query in
            ["", "source=private", "preference_key=newsletter", "ip_address=none", "consent_type=null"]
        {
            assert_eq!(found(query), std::slice::from_ref(&id), "{query}");
        }
        for query in ["subject_id=s", "subject_verified=false", "subject_full_name=ada", "fulltext=s"] {
            assert!(found(query).is_empty(), "{query}");
        }
        assert_eq!(site.get("/consent").ok()[0]["subject"]["email"], Value::Null);
    });
}

#[test]
fn a_consent_keeps_its_moment_when_what_happened_is_erased() {
    on_both(|site| {
        let id = site.record(json!({ "timestamp": "2026-02-01T10:20:30Z", "subject": { "id": "s" } }));
        let before = site.get("/consent").ok()[0]["timestamp"].clone();
        site.database.tamper("UPDATE consents SET group_e = NULL");
        assert_eq!(site.get("/consent").ok()[0]["timestamp"], before);
        assert_eq!(site.consent(&id)["timestamp"], "2026-02-01T10:20:30Z");
        assert_eq!(site.details(&id)["at"], "2026-02-01T10:20:30.000Z");
    });
}
