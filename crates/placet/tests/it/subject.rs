//! `/subjects` (contract 2.14): what consents leave on a subject.

mod concurrent;
mod history;
mod list;
mod phones;
mod write;

use serde_json::{Value, json};

use crate::app::{on_both, refusal};

#[test]
fn a_subject_has_its_fields_and_its_current_preferences() {
    on_both(|site| {
        let id = site.record(json!({
            "subject": { "id": "customer-981", "email": "ada@example.org", "first_name": "Ada", "last_name": "Rossi",
                "phones": [{ "number": "+39061234", "label": "home" }], "verified": true },
            "preferences": { "newsletter": true },
        }));
        site.get("/subjects/customer-981").is(200, json!({
            "id": "customer-981", "owner_id": "1", "email": "ada@example.org", "first_name": "Ada", "last_name": "Rossi",
            "full_name": null, "phones": [{ "number": "+39061234", "label": "home" }], "verified": true,
            "timestamp": "2026-03-01T10:20:30+00:00",
            "preferences": { "newsletter": { "value": true, "consent_id": id } },
        }));
    });
}

#[test]
fn a_subject_without_preferences_has_null() {
    on_both(|site| {
        site.record(json!({ "subject": { "id": "s" } }));
        site.get("/subjects/s").is(200, json!({
            "id": "s", "owner_id": "1", "email": null, "first_name": null, "last_name": null, "full_name": null,
            "phones": [], "verified": false, "timestamp": "2026-03-01T10:20:30+00:00", "preferences": null,
        }));
    });
}

#[test]
fn ids_of_every_kind_are_found_and_others_are_not() {
    on_both(|site| {
        for (id, path) in [
            ("ada@example.org", "ada@example.org"),
            ("ada@example.org ", "ada%40example.org%20"),
            ("a/b?c#d", "a%2Fb%3Fc%23d"),
            ("%41", "%2541"),
            ("ключ", "%D0%BA%D0%BB%D1%8E%D1%87"),
        ] {
            site.record(json!({ "subject": { "id": id } }));
            assert_eq!(site.subject(path)["id"], id);
        }
        for id in ["export", "import", "erasure", "hold", "preferences", "restraints", "file"] {
            site.record(json!({ "subject": { "id": id } }));
            assert_eq!(site.subject(id)["id"], id);
            assert_eq!(site.get(&format!("/api/v1/subjects/{id}")).ok()["id"], id);
        }
        for path in ["ADA@example.org", "A", "%00", "a%00", "nobody"] {
            site.get(&format!("/subjects/{path}")).is(404, refusal("not_found", "Subject not found"));
        }
    });
}

#[test]
fn null_and_empty_values_do_not_erase_and_others_overwrite() {
    on_both(|site| {
        let record = |subject: Value| site.record(json!({ "subject": subject }));
        record(
            json!({ "id": "s", "email": "old@example.org", "first_name": "Ada", "last_name": "Rossi", "verified": true }),
        );
        record(
            json!({ "id": "s", "email": "new@example.org", "first_name": null, "last_name": "", "full_name": null }),
        );
        let subject = site.subject("s");
        assert_eq!(subject["email"], "new@example.org");
        assert_eq!((&subject["first_name"], &subject["last_name"]), (&json!("Ada"), &json!("Rossi")));
        assert_eq!((&subject["full_name"], &subject["verified"]), (&Value::Null, &json!(true)));
        record(json!({ "id": "s", "verified": false }));
        assert_eq!(site.subject("s")["verified"], false);
    });
}

#[test]
fn a_public_call_fills_in_what_is_missing_and_overwrites_nothing() {
    on_both(|site| {
        site.record(json!({ "subject": { "id": "s", "email": "ada@example.org" } }));
        let other = json!({ "id": "s", "email": "eve@example.org", "last_name": "Rossi", "verified": true });
        site.record_public(json!({ "subject": other, "preferences": { "newsletter": true } }));
        let subject = site.subject("s");
        assert_eq!((&subject["email"], &subject["last_name"]), (&json!("ada@example.org"), &json!("Rossi")));
        assert_eq!(subject["verified"], false);
        assert_eq!(subject["preferences"]["newsletter"]["value"], true);
    });
}

#[test]
fn a_public_call_overwrites_and_verifies_where_the_workspace_allows_it() {
    on_both(|site| {
        site.record(json!({ "subject": { "id": "s", "email": "ada@example.org", "first_name": "Ada" } }));
        site.request("PATCH", "/api/v1/workspace")
            .key(&site.own.private)
            .json(json!({ "public_may_update": true }))
            .send()
            .ok();
        let other = json!({ "id": "s", "email": "rossi@example.org", "first_name": null, "verified": true });
        site.record_public(json!({ "subject": other }));
        let subject = site.subject("s");
        assert_eq!((&subject["email"], &subject["first_name"]), (&json!("rossi@example.org"), &json!("Ada")));
        assert_eq!(subject["verified"], true);
    });
}

#[test]
fn a_private_call_overwrites_what_a_public_one_said() {
    on_both(|site| {
        site.record_public(json!({ "subject": { "id": "s", "email": "first@example.org" } }));
        site.record(json!({ "subject": { "id": "s", "email": "second@example.org" } }));
        site.record_public(json!({ "subject": { "id": "s", "email": "third@example.org" } }));
        assert_eq!(site.subject("s")["email"], "second@example.org");
    });
}

#[test]
fn the_newest_value_of_each_preference_wins_also_when_an_older_consent_arrives_late() {
    on_both(|site| {
        let record = |at: &str, preferences: Value| {
            site.record(json!({ "timestamp": at, "subject": { "id": "s" }, "preferences": preferences }))
        };
        let middle = record("2026-02-02T00:00:00Z", json!({ "a": 1, "b": 1 }));
        let newest = record("2026-02-03T00:00:00Z", json!({ "a": 2 }));
        let late = record("2026-02-01T00:00:00Z", json!({ "a": 0, "b": 0, "c": 0 }));
        let expected = json!({
            "a": { "value": 2, "consent_id": newest }, "b": { "value": 1, "consent_id": middle },
            "c": { "value": 0, "consent_id": late },
        });
        assert_eq!(site.subject("s")["preferences"], expected);
        let again = record("2026-02-03T00:00:00Z", json!({ "a": 3 }));
        assert_eq!(site.subject("s")["preferences"]["a"], json!({ "value": 3, "consent_id": again }));
    });
}

#[test]
fn consents_that_arrive_together_leave_what_they_leave_one_by_one() {
    on_both(|site| {
        let requests: Vec<_> = (0..60)
            .map(|n| {
                let at = format!("2026-02-01T00:00:{n:02}Z");
                let body = json!({ "timestamp": at, "subject": { "id": "s", "first_name": format!("n{n}") }, "preferences": { "n": n } });
                site.request("POST", "/consent").key(&site.own.private).json(body)
            })
            .collect();
        std::thread::scope(|scope| {
            for request in requests {
                scope.spawn(|| assert_eq!(request.send().status, 200));
            }
        });
        let subject = site.subject("s");
        assert_eq!(subject["preferences"]["n"]["value"], 59);
        assert!(subject["first_name"].as_str().unwrap().starts_with('n'));
        assert_eq!(site.get("/consent?limit=100").ok().as_array().unwrap().len(), 60);
    });
}

#[test]
fn a_cookie_policy_consent_of_the_api_keeps_its_subject() {
    on_both(|site| {
        let id = site.record(json!({ "consent_type": "cookie_policy", "subject": { "id": "s" }, "preferences": { "matomo": "yes" } }));
        assert_eq!(site.consent(&id)["consent_type"], "cookie_policy");
        assert_eq!(site.subject("s")["preferences"]["matomo"]["value"], "yes");
    });
}
