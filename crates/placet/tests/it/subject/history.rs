//! `/api/v1/subjects`: lists, one subject, and every value that its preferences have had.

use placet_proof::Digest;
use serde_json::{Value, json};

use super::list::ids;
use crate::app::{Site, on_both};

fn problem(status: u16, title: &str, detail: &str) -> Value {
    json!({ "type": "about:blank", "title": title, "status": status, "detail": detail })
}

fn record(site: &Site, at: &str, preferences: Value) -> String {
    site.record(json!({ "timestamp": at, "subject": { "id": "s" }, "preferences": preferences }))
}

#[test]
fn a_subject_says_since_when_each_preference_holds() {
    on_both(|site| {
        let old = record(site, "2026-02-01T00:00:00.5Z", json!({ "a": { "x": [1] }, "b": "no" }));
        let new = record(site, "2026-02-02T00:00:00Z", json!({ "b": "yes" }));
        site.get("/api/v1/subjects/s").is(200, json!({
            "id": "s", "email": null, "first_name": null, "last_name": null, "full_name": null, "phones": [],
            "verified": false, "created_at": "2026-03-01T10:20:30.265Z",
            "preferences": {
                "a": { "value": { "x": [1] }, "consent_id": old, "at": "2026-02-01T00:00:00.500Z" },
                "b": { "value": "yes", "consent_id": new, "at": "2026-02-02T00:00:00.000Z" },
            },
            "hold": null, "restriction": null,
        }));
        site.post("/subjects", json!({ "id": "plain" })).ok();
        assert_eq!(site.get("/api/v1/subjects/plain").ok()["preferences"], json!({}));
    });
}

#[test]
fn the_history_has_every_value_newest_first_whenever_it_arrived() {
    on_both(|site| {
        let middle = record(site, "2026-02-02T00:00:00Z", json!({ "b": 1, "a": 1 }));
        let newest = record(site, "2026-02-03T00:00:00Z", json!({ "a": null }));
        record(site, "2026-02-02T12:00:00Z", json!({}));
        let late = record(site, "2026-02-01T00:00:00Z", json!({ "a": "x" }));
        let item = |name: &str, value: Value, consent: &str, at: &str| json!({ "name": name, "value": value, "consent_id": consent, "at": at });
        let expected = [
            item("a", json!(null), &newest, "2026-02-03T00:00:00.000Z"),
            item("b", json!(1), &middle, "2026-02-02T00:00:00.000Z"),
            item("a", json!(1), &middle, "2026-02-02T00:00:00.000Z"),
            item("a", json!("x"), &late, "2026-02-01T00:00:00.000Z"),
        ];
        let target = "/api/v1/subjects/s/preferences";
        let body = r#"{"timestamp":"2026-02-02T00:00:00Z","subject":{"id":"other"},"preferences":{"a":2}}"#;
        site.post("/consent", body).ok();
        let mut all = site.get(target).ok();
        // Members are sent in the order of their names here; the order within a consent is the order they were sent in.
        all.as_array_mut().unwrap()[1..3].sort_by_key(|item| std::cmp::Reverse(item["name"].to_string()));
        assert_eq!(all, json!(expected));
        let of_b = site.get(&format!("{target}?name=b"));
        of_b.is(200, json!([expected[1]]));
        site.get(&format!("{target}?name=c")).is(200, json!([]));
    });
}

#[test]
fn the_history_is_paged_also_within_a_consent() {
    on_both(|site| {
        for n in 0..120 {
            let at = format!("2026-02-01T00:{:02}:{:02}Z", n / 60, n % 60);
            record(site, &at, json!({ "n": n, "m": n, "k": n }));
        }
        let mut target = "/api/v1/subjects/s/preferences?limit=50".to_owned();
        let mut values = Vec::new();
        loop {
            let page = site.get(&target);
            let items = page.ok();
            values.extend(items.as_array().unwrap().iter().map(|item| item["value"].as_i64().unwrap()));
            let Some(link) = page.header("link") else { break };
            assert_eq!(items.as_array().unwrap().len(), 50);
            link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().clone_into(&mut target);
        }
        assert_eq!(values, (0..120).rev().flat_map(|n| [n, n, n]).collect::<Vec<_>>());
        let only = site.get("/api/v1/subjects/s/preferences?name=m&limit=500").ok();
        let only: Vec<i64> =
            only.as_array().unwrap().iter().map(|item| item["value"].as_i64().unwrap()).collect();
        assert_eq!(only, (0..120).rev().collect::<Vec<_>>());
    });
}

#[test]
fn a_subject_has_its_newest_preferences_up_to_a_size_and_its_history_has_all() {
    on_both(|site| {
        // Digests hardly pack: a hundred thousand bytes of each value are left.
        let much = |seed: usize| -> String {
            (0..3200).map(|n| Digest::of(format!("{seed} {n}").as_bytes()).to_string()).collect()
        };
        for day in 1..=4 {
            record(
                site,
                &format!("2026-02-0{day}T00:00:00Z"),
                json!({ format!("p{day}"): much(day), "kept": day }),
            );
        }
        record(site, "2026-02-05T00:00:00Z", json!({ "newsletter": true }));
        let subject = site.get("/subjects/s").ok();
        let names: Vec<&String> = subject["preferences"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["kept", "newsletter", "p3", "p4"]);
        assert_eq!(subject["preferences"]["kept"]["value"], json!(4));
        let history = site.get("/api/v1/subjects/s/preferences").ok();
        assert_eq!(history.as_array().unwrap().len(), 9);
        assert_eq!(history.as_array().unwrap().iter().filter(|past| past["name"] == "p1").count(), 1);
    });
}

#[test]
fn a_place_of_another_history_is_refused() {
    on_both(|site| {
        record(site, "2026-02-02T00:00:00Z", json!({ "a": 1 }));
        let other = site.record(json!({ "subject": { "id": "other" }, "preferences": { "secret": 1 } }));
        let reason = "is no place in the history of this subject";
        for cursor in
            [format!("{other}.0"), other, "x".into(), "0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10.1".into()]
        {
            let answer = site.get(&format!("/api/v1/subjects/s/preferences?starting_after={cursor}"));
            let mut expected = problem(400, "Bad Request", &format!("starting_after: {reason}"));
            expected["errors"] = json!([{ "pointer": "/starting_after", "detail": reason }]);
            answer.is(400, expected);
        }
    });
}

#[test]
fn a_cookie_choice_is_no_part_of_a_subject_s_history() {
    on_both(|site| {
        let widget = crate::widget::publish(site);
        let consent_id = crate::cookie_choice::choose(site, &widget, true);
        let target = format!("/api/v1/subjects/{consent_id}/preferences");
        site.get(&target).is(404, problem(404, "Not Found", "Subject not found"));
        site.post("/subjects", json!({ "id": consent_id })).ok();
        site.get(&target).is(200, json!([]));
    });
}

#[test]
fn the_list_has_the_filters_of_the_consent_api_and_names_the_next_page() {
    on_both(|site| {
        for id in ["a b&c=d", "ü", "x"] {
            site.post("/subjects", json!({ "id": id, "first_name": "Ada" })).ok();
        }
        site.post("/subjects", json!({ "id": "y" })).ok();
        let first = site.get("/api/v1/subjects?first_name=Ada&limit=2");
        assert_eq!(ids(&first.ok()), ["ü", "x"]);
        let link = "</api/v1/subjects?first_name=Ada&limit=2&starting_after=x>; rel=\"next\"";
        assert_eq!(first.header("link"), Some(link));
        let one = site.get("/api/v1/subjects?first_name=Ada&limit=1");
        let link = "</api/v1/subjects?first_name=Ada&limit=1&starting_after=%C3%BC>; rel=\"next\"";
        assert_eq!((ids(&one.ok()), one.header("link")), (vec!["ü".to_owned()], Some(link)));
        let last = site.get("/api/v1/subjects?first_name=Ada&limit=2&starting_after=x");
        assert_eq!((ids(&last.ok()), last.header("link")), (vec!["a b&c=d".to_owned()], None));
        assert_eq!(ids(&site.get("/api/v1/subjects").ok()).len(), 4);
        let refused = site.get("/api/v1/subjects?verified=maybe&starting_after=x");
        let mut expected = problem(400, "Bad Request", "verified: must be true or false");
        expected["errors"] = json!([{ "pointer": "/verified", "detail": "must be true or false" }]);
        refused.is(400, expected);
    });
}

#[test]
fn unknown_subjects_and_other_workspaces_are_problems() {
    on_both(|site| {
        record(site, "2026-02-02T00:00:00Z", json!({ "a": 1 }));
        for target in
            ["/api/v1/subjects/nobody", "/api/v1/subjects/nobody/preferences", "/api/v1/subjects/a%00"]
        {
            site.get(target).is(404, problem(404, "Not Found", "Subject not found"));
        }
        for target in ["/api/v1/subjects/s", "/api/v1/subjects/s/preferences"] {
            let foreign = site.request("GET", target).key(&site.stranger.private).send();
            foreign.is(404, problem(404, "Not Found", "Subject not found"));
            let public = site.request("GET", target).key(&site.own.public).send();
            public.is(403, problem(403, "Forbidden", "A public key cannot read"));
            assert_eq!(site.request("GET", target).send().status, 401);
        }
        site.request("GET", "/api/v1/subjects").key(&site.stranger.private).send().is(200, json!([]));
    });
}

#[test]
fn subjects_are_listed_from_the_one_known_longest_on() {
    on_both(|site| {
        for (id, verified) in [("c", true), ("a", false), ("b", true), ("d", false), ("e", false)] {
            site.post("/subjects", json!({ "id": id, "verified": verified })).ok();
            if id != "a" {
                site.move_clock(1000);
            }
        }
        let list = |query: &str| site.get(&format!("/api/v1/subjects?sort=created_at{query}"));
        let found = |query: &str| ids(&list(query).ok());
        assert_eq!(found(""), ["c", "a", "b", "d", "e"]);
        assert_eq!(ids(&site.get("/api/v1/subjects?sort=-created_at").ok()), ["e", "d", "b", "a", "c"]);
        assert_eq!(found("&verified=true"), ["c", "b"]);
        assert_eq!(
            found("&from_time=2026-03-01T10:20:31.265Z&to_time=2026-03-01T10:20:32.265Z"),
            ["a", "b", "d"]
        );
        assert_eq!(found("&owner_id=99"), Vec::<String>::new());
        let first = list("&limit=2");
        let link = "</api/v1/subjects?sort=created_at&limit=2&starting_after=a>; rel=\"next\"";
        assert_eq!((ids(&first.ok()), first.header("link")), (vec!["c".into(), "a".into()], Some(link)));
        assert_eq!(found("&limit=2&starting_after=a"), ["b", "d"]);
        assert_eq!(found("&limit=2&starting_after=d"), ["e"]);
        site.request("PUT", "/api/v1/subjects/a/restriction")
            .key(&site.own.private)
            .json(json!({ "reason": "contested" }))
            .send()
            .ok();
        assert_eq!(found("&limit=2"), ["c", "b"], "a page is full although somebody is left out");
        for query in ["&fulltext=a", "&id=a", "&phone=1", "&starting_after=nobody"] {
            assert_eq!(list(query).status, 400, "{query}");
        }
        assert_eq!(site.get("/api/v1/subjects?sort=name").status, 400);
    });
}
