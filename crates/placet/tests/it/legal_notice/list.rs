//! `GET /legal_notices` and `GET /legal_notices/:identifier/:version`: filters, order, pages, shapes.

use serde_json::{Value, json};

use crate::app::{Site, on_both, refusal};

const DAY: &str = "T00:00:00Z";

/// Publishes a version and gives its number.
#[track_caller]
fn publish(site: &Site, identifier: &str, day: &str, content: Value) -> i64 {
    let notice = json!({ "identifier": identifier, "content": content, "timestamp": format!("{day}{DAY}") });
    site.post("/legal_notices", notice).ok()["version"].as_i64().unwrap()
}

/// Some notices; [`ALL`] has them in the order of lists.
fn fill(site: &Site) {
    publish(site, "privacy_policy", "2026-01-01", json!({ "en": "Text", "it": "Testo" }));
    publish(site, "terms", "2026-01-01", json!("Text"));
    publish(site, "other", "2026-01-01", json!({ "it": "Altro" }));
    publish(site, "privacy_policy", "2026-02-01", json!({ "en": "New" }));
    publish(site, "terms", "2026-02-02", json!({ "EN": "New", "pt-BR": "Novo" }));
}

/// What a list holds: identifier and version of each item.
#[track_caller]
fn listed(site: &Site, query: &str) -> Vec<(String, i64)> {
    let list = site.get(&format!("/legal_notices{query}")).ok();
    let read =
        |item: &Value| (item["identifier"].as_str().unwrap().to_owned(), item["version"].as_i64().unwrap());
    list.as_array().unwrap().iter().map(read).collect()
}

#[track_caller]
fn lists(site: &Site, query: &str, expected: &[(&str, i64)]) {
    let expected: Vec<_> = expected.iter().map(|(name, version)| ((*name).to_owned(), *version)).collect();
    assert_eq!(listed(site, query), expected, "{query}");
}

const ALL: [(&str, i64); 5] =
    [("terms", 2), ("privacy_policy", 2), ("terms", 1), ("privacy_policy", 1), ("other", 1)];

#[test]
fn items_have_the_documented_shape_and_time() {
    on_both(|site| {
        publish(site, "privacy_policy", "2026-01-01", json!({ "en": "Text", "it": "Testo" }));
        let item = json!({
            "id": "1_privacy_policy", "owner_id": "1", "identifier": "privacy_policy", "version": 1,
            "timestamp": "2026-01-01T00:00:00Z", "content": { "en": "Text", "it": "Testo" }, "documents": [],
        });
        site.get("/legal_notices").is(200, json!([item]));
        site.get("/legal_notices/privacy_policy").is(200, json!([item]));
        site.get("//beta//legal_notices/?unescape_json=true").is(200, json!([item]));
    });
}

#[test]
fn one_version_has_a_shape_and_a_time_of_its_own() {
    on_both(|site| {
        publish(site, "a/b", "2026-01-01", json!("<p>Text & more</p>"));
        let version = json!({
            "identifier": "a/b", "version": 1, "timestamp": "2026-01-01T00:00:00.000+00:00",
            "content": "<p>Text & more</p>", "documents": [],
        });
        for target in ["/legal_notices/a%2Fb/1", "/beta/legal_notices/a%2Fb/1/", "//legal_notices//a%2Fb//1"]
        {
            site.get(target).is(200, version.clone());
        }
        let not_found = refusal("not_found", "Legal notice not found");
        for target in ["a%2Fb/2", "a%2Fb/0", "a%2Fb/x", "a%2Fb/-1", "A%2Fb/1", "nobody/1", "%00/1"] {
            site.get(&format!("/legal_notices/{target}")).is(404, not_found.clone());
        }
        let strangers = site.request("GET", "/legal_notices/a%2Fb/1").key(&site.stranger.private).send();
        strangers.is(404, not_found);
    });
}

#[test]
fn the_newest_timestamp_is_first_then_the_greater_version() {
    on_both(|site| {
        fill(site);
        lists(site, "", &ALL);
        // An older text published later is version 3, and stands where its timestamp puts it.
        assert_eq!(publish(site, "privacy_policy", "2026-01-01", json!("Older")), 3);
        let order = [("terms", 2), ("privacy_policy", 2), ("privacy_policy", 3), ("terms", 1)];
        lists(site, "?limit=4", &order);
    });
}

#[test]
fn no_notices_are_an_empty_list() {
    on_both(|site| {
        site.get("/legal_notices").is(200, json!([]));
        fill(site);
        site.request("GET", "/legal_notices").key(&site.stranger.private).send().is(200, json!([]));
    });
}

#[test]
fn filter_id() {
    on_both(|site| {
        fill(site);
        lists(site, "?id=1_terms", &[("terms", 2), ("terms", 1)]);
        for nobody in ["terms", "2_terms", "1_Terms", "1_", "_terms", "1terms", "%00", "1_%00"] {
            lists(site, &format!("?id={nobody}"), &[]);
        }
    });
}

#[test]
fn filter_identifier_is_exact() {
    on_both(|site| {
        fill(site);
        lists(site, "?identifier=privacy_policy", &[("privacy_policy", 2), ("privacy_policy", 1)]);
        for nobody in ["privacy", "PRIVACY_POLICY", "privacy_policy%20", "%00"] {
            lists(site, &format!("?identifier={nobody}"), &[]);
        }
    });
}

#[test]
fn filter_version() {
    on_both(|site| {
        fill(site);
        lists(site, "?version=2", &ALL[..2]);
        lists(site, "?version=3", &[]);
        for wrong in ["0", "-1", "x", "1.0", "99999999999999999999"] {
            let answer = site.get(&format!("/legal_notices?version={wrong}"));
            answer.is_invalid("version", "must be the number of a version");
        }
    });
}

#[test]
fn filter_language_finds_content_that_has_the_language() {
    on_both(|site| {
        fill(site);
        lists(site, "?language=it", &[("privacy_policy", 1), ("other", 1)]);
        lists(site, "?language=en", &[("privacy_policy", 2), ("privacy_policy", 1)]);
        lists(site, "?language=pt-BR", &[("terms", 2)]);
        for nobody in ["pt", "fr", "I", "%00", &"x".repeat(40)] {
            lists(site, &format!("?language={nobody}"), &[]);
        }
    });
}

#[test]
fn filter_from_time_and_to_time_are_inclusive_in_all_three_notations() {
    on_both(|site| {
        fill(site);
        // 2026-02-01T00:00:00Z is 1769904000.
        for moment in [
            "2026-02-01T00:00:00Z",
            "2026-02-01%2000:00:00%20UTC",
            "1769904000",
            "2026-02-01T01:00:00%2B01:00",
        ] {
            lists(site, &format!("?from_time={moment}"), &ALL[..2]);
            lists(site, &format!("?to_time={moment}"), &ALL[1..]);
            lists(site, &format!("?from_time={moment}&to_time={moment}"), &ALL[1..2]);
        }
        lists(site, "?from_time=1769904001&to_time=1769904002", &[]);
        for name in ["from_time", "to_time"] {
            let reason = "must be a time such as 2026-03-01T10:20:30Z, 2026-03-01 10:20:30 UTC or 1772360430";
            site.get(&format!("/legal_notices?{name}=yesterday")).is_invalid(name, reason);
        }
    });
}

#[test]
fn what_is_listed_with_a_second_is_not_after_that_second() {
    on_both(|site| {
        // Published at 10:20:30.265.
        site.post("/legal_notices", json!({ "identifier": "terms", "content": "x" })).ok();
        lists(site, "?to_time=2026-03-01T10:20:30Z", &[("terms", 1)]);
        lists(site, "?to_time=2026-03-01T10:20:30.264Z", &[]);
        lists(site, "?from_time=2026-03-01T10:20:30Z&to_time=1772360430", &[("terms", 1)]);
    });
}

#[test]
fn every_wrong_parameter_is_named_at_once() {
    on_both(|site| {
        let answer = site.get("/legal_notices?version=x&from_time=y&to_time=z&starting_after_version=1");
        let errors = answer.json()["errors"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(errors, ["from_time", "starting_after_identifier", "to_time", "version"]);
    });
}

#[test]
fn filters_hold_together() {
    on_both(|site| {
        fill(site);
        lists(site, "?identifier=privacy_policy&version=1", &[("privacy_policy", 1)]);
        lists(site, "?identifier=privacy_policy&language=it", &[("privacy_policy", 1)]);
        lists(site, "?language=en&version=2", &[("privacy_policy", 2)]);
        lists(site, "?language=it&to_time=2025-12-31", &[]);
        lists(site, "?language=en&from_time=2026-01-15", &[("privacy_policy", 2)]);
        lists(site, "?id=1_terms&identifier=terms&version=2", &[("terms", 2)]);
        lists(site, "?id=1_terms&identifier=other", &[]);
        lists(site, "?identifier=terms&from_time=2026-01-15&unknown=1", &[("terms", 2)]);
    });
}

#[test]
fn pages_of_any_size_give_every_version_once() {
    on_both(|site| {
        fill(site);
        for filter in ["", "&language=en", "&identifier=terms", "&version=1", "&to_time=2026-02-01"] {
            let all = listed(site, &format!("?limit=100{filter}"));
            for limit in 1..=6 {
                let mut found: Vec<(String, i64)> = Vec::new();
                while found.len().is_multiple_of(limit) {
                    let cursor = found.last().map(|(identifier, version)| {
                        format!("&starting_after_version={version}&starting_after_identifier={identifier}")
                    });
                    let page = listed(site, &format!("?limit={limit}{filter}{}", cursor.unwrap_or_default()));
                    if page.is_empty() {
                        break;
                    }
                    found.extend(page);
                }
                assert_eq!(found, all, "limit {limit}, {filter}");
            }
        }
    });
}

#[test]
fn a_cursor_has_two_parts_and_names_a_version() {
    on_both(|site| {
        fill(site);
        let list = |query: &str| site.get(&format!("/legal_notices?{query}"));
        let both = "starting_after_version and starting_after_identifier go together";
        let needed = format!("is needed: {both}");
        list("starting_after_version=1").is_invalid("starting_after_identifier", &needed);
        list("starting_after_identifier=terms").is_invalid("starting_after_version", &needed);
        let pair = |version: &str, identifier: &str| {
            list(&format!("starting_after_version={version}&starting_after_identifier={identifier}"))
        };
        pair("x", "terms").is_invalid("starting_after_version", "must be the number of a version");
        let unknown = "names, with starting_after_identifier, no version of this workspace";
        pair("7", "terms").is_invalid("starting_after_version", unknown);
        pair("1", "nobody").is_invalid("starting_after_version", unknown);
        pair("1", "%00").is_invalid("starting_after_identifier", "names no notice of this workspace");
    });
}

#[test]
fn limits_are_brought_into_their_range() {
    on_both(|site| {
        let notices: Vec<Value> =
            (0..100).map(|count| json!({ "identifier": "terms", "content": count.to_string() })).collect();
        site.post("/legal_notices", json!(notices)).ok();
        site.post("/legal_notices", json!(notices[..5])).ok();
        for path in ["/legal_notices", "/legal_notices/terms"] {
            for (limit, rows) in [
                ("", 10),
                ("?limit=x", 10),
                ("?limit=0", 1),
                ("?limit=-5", 1),
                ("?limit=100", 100),
                ("?limit=999", 101),
            ] {
                let list = site.get(&format!("{path}{limit}")).ok();
                assert_eq!(list.as_array().unwrap().len(), rows, "{path}{limit}");
            }
        }
    });
}

#[test]
fn only_a_private_key_reads_and_publishes_notices() {
    on_both(|site| {
        fill(site);
        for (method, target) in [
            ("GET", "/legal_notices"),
            ("GET", "/legal_notices/terms"),
            ("GET", "/legal_notices/terms/1"),
            ("POST", "/legal_notices"),
        ] {
            assert_eq!(site.request(method, target).send().status, 401);
            assert_eq!(site.request(method, target).key(&site.own.public).send().status, 403);
        }
    });
}
