//! The proof in the shape of widget contract 7.1.

use serde_json::{Value, json};

use super::{CONSENT_ID, DESKTOP, SESSION_ID, collect, report, whole};
use crate::app::{Site, on_both};
use crate::widget;

/// The example of the contract.
const EXAMPLE: &str = r#"{ "id": "0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10", "sessionId": "5f0e8a4e-2f0c-4e0f-8b1e-7f2a0c9d3b21",
  "date": "2026-03-02T09:15:04.120Z", "dateExpiration": "2026-09-02T09:15:04.120Z", "type": 2, "widgetId": 7, "typeDevice": 1,
  "workSpaceId": 3, "consentId": "c2a4f0b6-3f9e-4b57-9f0a-4d7a8be5c9f2",
  "consents": { "lang": "it-IT", "versionKey": null, "cookieConsents": [
    { "id": "8d3b5f0e-0c5f-4c4e-9d39-1f6a2b7c8d90", "tenantId": 0, "name": "Matomo", "slug": "matomo", "consent": true,
      "version": "2b1c9d6e-7a30-8f41-9e52-3c4d5e6f7a80", "date": "2026-03-02T09:15:02.874Z", "purpose": 2 },
    { "id": "e4a1c7d2-5b6f-4a38-8c9d-0e1f2a3b4c5d", "tenantId": 0, "name": "YouTube", "slug": "youtube", "consent": false,
      "version": "2b1c9d6e-7a30-8f41-9e52-3c4d5e6f7a80", "date": "2026-03-02T09:15:03.911Z", "purpose": 3 } ] } }"#;

fn proofs(site: &Site, consent_id: &str) -> Value {
    site.get(&format!("/api/v1/consents?subject_id={consent_id}&shape=cookie")).ok()
}

/// Every key of the example is there, with a value of the same type.
#[track_caller]
fn has_shape_of(example: &Value, actual: &Value, path: &str) {
    match (example, actual) {
        (Value::Object(example), Value::Object(actual)) => {
            for (key, value) in example {
                let path = format!("{path}.{key}");
                has_shape_of(value, actual.get(key).unwrap_or_else(|| panic!("{path} is missing")), &path);
            }
        }
        (Value::Array(example), Value::Array(actual)) => {
            assert_eq!(example.len(), actual.len(), "{path}");
            example
                .iter()
                .zip(actual)
                .for_each(|(example, actual)| has_shape_of(example, actual, &format!("{path}[]")));
        }
        _ => assert_eq!(std::mem::discriminant(example), std::mem::discriminant(actual), "{path}: {actual}"),
    }
}

#[test]
fn a_proof_has_every_key_of_the_contract() {
    on_both(|site| {
        let widget = widget::publish(site);
        report(site, &widget, &whole(&widget));
        let proof = &proofs(site, CONSENT_ID)[0];
        has_shape_of(&serde_json::from_str(EXAMPLE).unwrap(), proof, "");
    });
}

#[test]
fn a_proof_says_what_was_chosen() {
    on_both(|site| {
        let widget = widget::publish(site);
        collect(site, &widget, whole(&widget)).header("User-Agent", DESKTOP).send().ok();
        let proofs = proofs(site, CONSENT_ID);
        let youtube = proofs[0]["consents"]["cookieConsents"][1]["id"].clone();
        let service = |id: Value, name: &str, slug: &str, consent: bool, date: &str, purpose: i64| {
            json!({ "id": id, "tenantId": 0, "name": name, "slug": slug, "consent": consent, "version": widget.version,
                "date": date, "purpose": purpose })
        };
        let matomo = json!("8d3b5f0e-0c5f-4c4e-9d39-1f6a2b7c8d90");
        assert_eq!(
            proofs,
            json!([{
                "id": "0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10", "sessionId": SESSION_ID, "date": "2026-03-01T10:20:30.265Z",
                "dateExpiration": "2026-09-01T10:20:30.265Z", "type": 2, "widgetId": widget.id, "typeDevice": 2,
                "workSpaceId": 1, "consentId": CONSENT_ID, "userId": null,
                "consents": { "lang": "it-IT", "versionKey": null, "cookieConsents": [
                    service(matomo, "Matomo", "matomo", true, "2026-03-01T10:20:20.000Z", 2),
                    service(youtube, "YouTube", "youtube", false, "2026-03-01T10:20:21.000Z", 3),
                ] },
            }])
        );
    });
}

#[test]
fn proofs_come_newest_first_and_other_consents_do_not_come() {
    on_both(|site| {
        let widget = widget::publish(site);
        site.record(json!({ "subject": { "id": CONSENT_ID } }));
        let ids: Vec<String> = (1..=3).map(|n| format!("0197a0c2-6f3e-7d11-9a55-00000000000{n}")).collect();
        for (id, seconds) in ids.iter().zip([30_i64, 10, 20]) {
            let mut body = whole(&widget);
            body["id"] = json!(id);
            body["consents"]["date"] = json!(1_772_360_400_000 + seconds * 1000);
            report(site, &widget, &body);
        }
        let listed = proofs(site, CONSENT_ID);
        let listed: Vec<&str> =
            listed.as_array().unwrap().iter().map(|proof| proof["id"].as_str().unwrap()).collect();
        assert_eq!(listed, [&ids[0], &ids[2], &ids[1]]);
    });
}

#[test]
fn kinds_of_terminals_have_the_numbers_of_the_contract() {
    on_both(|site| {
        let widget = widget::publish(site);
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Safari";
        let tablet = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/15E148 Safari";
        for (agent, number) in [("curl/8.14", 0), (phone, 1), (DESKTOP, 2), (tablet, 3)] {
            let body = super::choice(json!({ "slug": "matomo", "consent": true }));
            let answer = collect(site, &widget, body).header("User-Agent", agent).send().ok();
            let proofs = proofs(site, answer.as_str().unwrap());
            assert_eq!(proofs[0]["typeDevice"], number, "{agent}");
        }
    });
}
