//! `/consent`: recorded, found again, refused.

mod addresses;
mod bodies;
mod by_hand;
mod combinations;
mod filters;
mod last;
mod lists;
mod paths;
mod public;
mod times;
mod tolerance;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{NOW, on_both, refusal};

#[test]
fn a_consent_is_answered_with_id_timestamp_and_subject_id() {
    on_both(|site| {
        let answer = site.post("/consent", json!({ "subject": { "id": "customer-981" } }));
        let id = answer.ok()["id"].as_str().unwrap().to_owned();
        let expected =
            json!({ "id": id, "timestamp": "2026-03-01T10:20:30.265Z", "subject_id": "customer-981" });
        answer.is(200, expected);
        let id = Uuid::try_parse(&id).unwrap();
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("access-control-allow-origin"), None);
    });
}

#[test]
fn an_empty_object_is_a_consent_of_a_generated_subject() {
    on_both(|site| {
        let answer = site.post("/consent", "{}").ok();
        let (id, subject) = (answer["id"].as_str().unwrap(), answer["subject_id"].as_str().unwrap());
        assert_eq!(Uuid::try_parse(subject).unwrap().get_version_num(), 7);
        let stored = site.consent(id);
        let expected = json!({
            "id": id, "timestamp": "2026-03-01T10:20:30Z", "owner": "1", "source": "private",
            "subject": { "id": subject, "owner_id": "1", "email": null, "first_name": null, "last_name": null,
                "full_name": null, "verified": false },
            "consent_type": null, "preferences": {}, "ip_address": null, "legal_notices": [], "proofs": [],
            "proof_documents": [], "checksum": stored["checksum"],
        });
        assert_eq!(stored, expected);
    });
}

#[test]
fn everything_sent_is_returned_as_it_was_sent() {
    on_both(|site| {
        site.post("/legal_notices", json!({ "identifier": "privacy_policy", "content": "Text" })).ok();
        let id = site.record(json!({
            "timestamp": "2026-02-22T00:40:00.5+01:00",
            "subject": { "id": "customer-981", "email": "ada@example.org", "first_name": "Ada",
                "last_name": "Rossi", "full_name": "Ada Rossi", "verified": true,
                "phones": [{ "number": "+39061234", "label": "home" }], "telephone": "061234" },
            "legal_notices": [{ "identifier": "privacy_policy" }],
            "proofs": [{ "content": "{\"name\":\"Ada\"}", "form": "<form>…</form>" }, { "content": "only" }],
            "preferences": { "newsletter": true, "profiling": false },
            "ip_address": "203.0.113.7",
            "consent_type": "cookie_policy",
        }));
        let stored = site.consent(&id);
        let expected = json!({
            "id": id, "timestamp": "2026-02-21T23:40:00Z", "owner": "1", "source": "private",
            "subject": { "id": "customer-981", "owner_id": "1", "email": "ada@example.org", "first_name": "Ada",
                "last_name": "Rossi", "full_name": "Ada Rossi", "verified": true,
                "phones": [{ "number": "+39061234", "label": "home" }], "telephone": "061234" },
            "consent_type": "cookie_policy",
            "preferences": { "newsletter": true, "profiling": false },
            "ip_address": "203.0.113.7",
            "legal_notices": [{ "identifier": "privacy_policy", "version": 1 }],
            "proofs": [{ "content": "{\"name\":\"Ada\"}", "form": "<form>…</form>" },
                { "content": "only", "form": null }],
            "proof_documents": [],
            "checksum": stored["checksum"],
        });
        assert_eq!(stored, expected);
        assert_eq!(stored["checksum"].as_str().unwrap().len(), 64);
    });
}

#[test]
fn preferences_of_any_json_type_come_back_byte_for_byte() {
    on_both(|site| {
        let preferences = r#"{"z":1.50,"a":1e5,"big":12345678901234567890.000,"text":"true","no":null,"list":[1,[2.0,{"x":{}}]],"nested":{"b":false,"a":-0.10E+2},"<b>":"<script>&amp;'"}"#;
        let body = format!(r#"{{"subject":{{"id":"s"}}, "preferences" : {preferences}}}"#);
        let id = site.post("/consent", &body).ok()["id"].as_str().unwrap().to_owned();
        for target in [format!("/consent/{id}"), "/consent".into(), format!("/api/v1/consents/{id}")] {
            let answer = site.get(&target);
            assert!(answer.body.contains(&format!(r#""preferences":{preferences}"#)), "{target}: {answer:?}");
        }
        let subject = site.get("/subjects/s");
        for value in [r#""value":1.50"#, r#""value":1e5"#, r#""value":"true""#, r#""value":null"#] {
            assert!(subject.body.contains(value), "{value}: {subject:?}");
        }
    });
}

#[test]
fn a_consent_keeps_its_own_snapshot_of_the_subject() {
    on_both(|site| {
        let first = site.record(json!({ "subject": { "id": "s", "email": "old@example.org" } }));
        site.record(json!({ "subject": { "id": "s", "email": "new@example.org", "full_name": "Ada" } }));
        let snapshot = &site.consent(&first)["subject"];
        assert_eq!(snapshot["email"], "old@example.org");
        assert_eq!(snapshot["full_name"], Value::Null);
        assert_eq!(site.subject("s")["email"], "new@example.org");
    });
}

#[test]
fn a_request_sent_again_is_a_new_event() {
    on_both(|site| {
        let body = json!({ "subject": { "id": "s" } });
        assert_ne!(site.record(body.clone()), site.record(body));
        assert_eq!(site.get("/consent").ok().as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_reference_to_an_unknown_notice_is_accepted_and_flagged() {
    on_both(|site| {
        site.post("/legal_notices", json!({ "identifier": "terms", "content": "Text" })).ok();
        let id = site.record(json!({ "legal_notices": [
            { "identifier": "nobody_knows" }, { "identifier": "terms", "version": "123" }, { "identifier": "terms" },
        ] }));
        let cited = json!([
            { "identifier": "nobody_knows", "version": null }, { "identifier": "terms", "version": 123 },
            { "identifier": "terms", "version": 1 },
        ]);
        assert_eq!(site.consent(&id)["legal_notices"], cited);
        let details = &site.details(&id)["notices"];
        let unresolved = |identifier, version: Value| json!({ "identifier": identifier, "version": version, "sha256": null, "at": null, "content": null });
        assert_eq!(details[0], unresolved("nobody_knows", Value::Null));
        assert_eq!(details[1], unresolved("terms", json!(123)));
        let digest = placet_proof::Digest::of(br#""Text""#).to_string();
        let resolved = json!({ "identifier": "terms", "version": 1, "sha256": digest, "at": "2026-03-01T10:20:30.265Z", "content": "Text" });
        assert_eq!(details[2], resolved);
    });
}

#[test]
fn a_version_that_is_null_means_the_newest_of_that_moment() {
    on_both(|site| {
        let publish =
            |content| site.post("/legal_notices", json!({ "identifier": "terms", "content": content })).ok();
        let agree = || site.record(json!({ "legal_notices": [{ "identifier": "terms", "version": null }] }));
        publish("First");
        let first = agree();
        publish("Second");
        let second = agree();
        let version = |id: &str| site.consent(id)["legal_notices"][0]["version"].clone();
        assert_eq!((version(&first), version(&second)), (json!(1), json!(2)));
    });
}

#[test]
fn what_does_not_exist_is_not_found() {
    on_both(|site| {
        let not_found = refusal("not_found", "Consent not found");
        site.get("/consent/0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10").is(404, not_found.clone());
        site.get("/consent/no-uuid").is(404, not_found.clone());
        site.get("/consent/%00").is(404, not_found);
    });
}

#[test]
fn ids_of_another_workspace_name_nothing() {
    on_both(|site| {
        let id = site.record(json!({ "subject": { "id": "s", "email": "ada@example.org" } }));
        let stranger = |target: &str| site.request("GET", target).key(&site.stranger.private).send();
        stranger(&format!("/consent/{id}")).is(404, refusal("not_found", "Consent not found"));
        stranger("/subjects/s").is(404, refusal("not_found", "Subject not found"));
        assert_eq!(stranger(&format!("/api/v1/consents/{id}")).status, 404);
        stranger("/consent").is(200, json!([]));
        stranger("/consent?subject_id=s").is(200, json!([]));
        stranger("/api/v1/consents?search=ada@example.org").is(200, json!([]));
        stranger(&format!("/api/v1/consents?search={id}")).is(200, json!([]));
        let cursor = stranger(&format!("/consent?starting_after={id}"));
        cursor.is_invalid("starting_after", "names no consent of this workspace");
    });
}

#[test]
fn the_clock_of_the_server_dates_a_consent_without_a_timestamp() {
    on_both(|site| {
        site.move_clock(1_000);
        let id = site.record(json!({ "timestamp": null }));
        assert_eq!(site.details(&id)["at"], "2026-03-01T10:20:31.265Z");
        assert_eq!(NOW + 1_000, 1_772_360_431_265);
    });
}
