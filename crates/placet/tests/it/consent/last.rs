//! `GET /subjects/:id/consent/last`: the newest consent of a subject, whole.

use serde_json::json;

use crate::app::{on_both, refusal};

#[test]
fn the_last_consent_of_a_subject_has_the_shape_of_one_consent() {
    on_both(|site| {
        let record = |timestamp: &str| {
            site.record(json!({ "timestamp": timestamp, "subject": { "id": "customer-981" },
                "legal_notices": [{ "identifier": "terms", "version": 2 }], "proofs": [{ "content": "x", "form": "y" }] }))
        };
        record("2026-01-01T00:00:00Z");
        let newest = record("2026-02-01T00:00:00.5Z");
        record("2025-01-01T00:00:00Z");
        let whole = site.consent(&newest);
        assert_eq!(whole["timestamp"], "2026-02-01T00:00:00Z");
        assert_eq!((&whole["proofs"][0]["form"], &whole["subject"]["owner_id"]), (&json!("y"), &json!("1")));
        for target in [
            "/subjects/customer-981/consent/last",
            "/beta/subjects/customer-981/consent/last",
            "/beta//subjects/customer%2D981/consent/last/?unescape_json=true",
        ] {
            assert_eq!(site.get(target).ok(), whole, "{target}");
        }
    });
}

#[test]
fn of_two_consents_of_the_same_moment_the_last_is_the_first_of_the_list() {
    on_both(|site| {
        for _ in 0..4 {
            site.record(json!({ "subject": { "id": "s" }, "timestamp": "2026-01-01T00:00:00Z" }));
        }
        let first = site.get("/consent?subject_id=s&limit=1").ok()[0]["id"].clone();
        assert_eq!(site.get("/subjects/s/consent/last").ok()["id"], first);
    });
}

#[test]
fn a_subject_without_consents_or_of_another_workspace_has_no_last_one() {
    on_both(|site| {
        site.record(json!({ "subject": { "id": "s" } }));
        let not_found = refusal("not_found", "Consent not found");
        for target in
            ["/subjects/nobody/consent/last", "/subjects/S/consent/last", "/subjects/%00/consent/last"]
        {
            site.get(target).is(404, not_found.clone());
        }
        let stranger = site.request("GET", "/subjects/s/consent/last").key(&site.stranger.private);
        stranger.send().is(404, not_found);
        let public = site.request("GET", "/subjects/s/consent/last").key(&site.own.public).send();
        assert_eq!(public.status, 403);
    });
}
