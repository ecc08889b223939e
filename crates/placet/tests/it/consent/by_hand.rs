//! Consents that a member records by hand.

use placet::domain::member::Role;
use serde_json::{Value, json};

use crate::app::{Site, on_both};
use crate::document::upload;
use crate::person::Person;

const PATH: &str = "/api/v1/consents";

fn paper(site: &Site) -> Value {
    let scan = upload(site, "paper.pdf", b"a scan");
    json!({ "timestamp": "2026-02-20T09:00:00Z", "subject": { "id": "ada", "email": "ada@example.org" },
        "preferences": { "newsletter": true }, "proof_document_ids": [scan["id"]] })
}

#[test]
fn a_consent_from_paper_points_to_the_scan_and_shows_that_a_member_recorded_it() {
    on_both(|site| {
        let ed = Person::of(site, &site.own, "ed@example.org", Role::Editor);
        let body = paper(site);
        let recorded = ed.send("POST", PATH, body.clone()).ok();
        assert_eq!(
            (&recorded["at"], &recorded["subject_id"]),
            (&json!("2026-02-20T09:00:00.000Z"), &json!("ada"))
        );
        let id = recorded["id"].as_str().unwrap();
        let stored = site.details(id);
        assert_eq!(
            (&stored["source"], &stored["document_ids"]),
            (&json!("member"), &body["proof_document_ids"])
        );
        assert_eq!(site.consent(id)["source"], "member");
        assert_eq!(site.subject("ada")["preferences"]["newsletter"]["consent_id"], id);
        // It can be found by where it came from.
        let by_source =
            |source: &str| site.get(&format!("/consent?source={source}")).ok().as_array().unwrap().len();
        assert_eq!(["member", "private", "public"].map(by_source), [1, 0, 0]);
    });
}

#[test]
fn the_audit_log_names_the_member_and_not_the_person_it_is_about() {
    on_both(|site| {
        let ed = Person::of(site, &site.own, "ed@example.org", Role::Editor);
        let id = ed.send("POST", PATH, paper(site)).ok()["id"].as_str().unwrap().to_owned();
        let answer = ed.get("/api/v1/audit?action=consent.record");
        let told = &answer.ok()[0];
        assert_eq!(
            (&told["author"], &told["author_name"], &told["target"], &told["after"]),
            (
                &json!(format!("member:{}", ed.id)),
                &json!("ed@example.org"),
                &json!(format!("consent:{id}")),
                &json!({ "documents": 1 })
            )
        );
        assert!(!answer.body.contains("ada"), "{answer:?}");
        // Programs are not written down for each consent.
        site.record(json!({}));
        assert_eq!(ed.get("/api/v1/audit?action=consent.record").ok().as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_form_that_is_sent_twice_under_one_name_is_recorded_once() {
    on_both(|site| {
        let ed = Person::of(site, &site.own, "ed@example.org", Role::Editor);
        let other = Person::of(site, &site.own, "other@example.org", Role::Editor);
        let body = paper(site);
        let send = |person: &Person<'_>, body: Value| {
            person.request("POST", PATH).header("Idempotency-Key", "form-1").json(body).send()
        };
        let first = send(&ed, body.clone());
        let again = send(&ed, body.clone());
        assert_eq!(
            (first.header("idempotency-replayed"), again.header("idempotency-replayed")),
            (None, Some("true"))
        );
        assert_eq!(first.ok(), again.ok());
        assert_eq!(send(&ed, json!({ "proofs": [{ "content": "another" }] })).status, 422);
        assert_ne!(send(&other, body).ok(), first.ok(), "names belong to the member who gave them");
        assert_eq!(site.get("/consent").ok().as_array().unwrap().len(), 2);
        assert_eq!(ed.get("/api/v1/audit?action=consent.record").ok().as_array().unwrap().len(), 2);
    });
}

#[test]
fn what_proves_it_has_to_be_said() {
    on_both(|site| {
        let ed = Person::of(site, &site.own, "ed@example.org", Role::Editor);
        let unproven = ed.send("POST", PATH, json!({ "preferences": { "newsletter": true } }));
        let expected = json!([{ "pointer": "/proof_document_ids",
            "detail": "must name a document, such as the scan of a form, unless proofs say what proves it" }]);
        assert_eq!((unproven.status, &unproven.json()["errors"]), (400, &expected));
        let unknown =
            ed.send("POST", PATH, json!({ "proof_document_ids": ["01a20078-e658-77d7-ae6a-33491e28ee67"] }));
        assert_eq!(unknown.status, 400);
        let call = json!({ "proofs": [{ "content": "On the telephone, recording 17" }] });
        assert_eq!(ed.send("POST", PATH, call).status, 200);
        assert_eq!(site.get("/consent").ok().as_array().unwrap().len(), 1);
        assert_eq!(ed.get("/api/v1/audit?action=consent.record").ok().as_array().unwrap().len(), 1);
    });
}
