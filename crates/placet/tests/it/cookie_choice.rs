//! `collect` (widget contract 4.2): cookie choices, recorded and found again.

mod bodies;
mod replay;
mod shape;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Site, on_both};
use crate::client::Request;
use crate::widget::{self, Published};

const CONSENT_ID: &str = "c2a4f0b6-3f9e-4b57-9f0a-4d7a8be5c9f2";
const SESSION_ID: &str = "5f0e8a4e-2f0c-4e0f-8b1e-7f2a0c9d3b21";
const DESKTOP: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36";

/// A request that reports something, from the shop's page.
fn collect(site: &Site, widget: &Published, body: impl ToString) -> Request {
    let target = format!("/v1/client/collect/{}?key={}", widget.id, site.own.public);
    site.request("POST", &target).header("Content-Type", "text/plain;charset=UTF-8").body(body.to_string())
}

/// Reports something and gives the visitor's consent id.
#[track_caller]
pub(crate) fn report(site: &Site, widget: &Published, body: &Value) -> String {
    collect(site, widget, body)
        .header("Origin", "https://shop.example")
        .send()
        .ok()
        .as_str()
        .unwrap()
        .to_owned()
}

/// Decides on one service and gives the visitor's consent id.
pub(crate) fn choose(site: &Site, widget: &Published, consent: bool) -> String {
    report(site, widget, &choice(json!({ "slug": "matomo", "consent": consent })))
}

pub(crate) fn choice(decision: Value) -> Value {
    json!({ "type": "Consents", "consents": { "cookieConsents": [decision] } })
}

/// All that the SDK sends.
fn whole(widget: &Published) -> Value {
    json!({
        "id": "0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10", "type": "Consents", "consentId": CONSENT_ID,
        "sessionId": SESSION_ID,
        "consents": {
            "cookieConsents": [
                { "id": "8d3b5f0e-0c5f-4c4e-9d39-1f6a2b7c8d90", "name": "Matomo", "slug": "matomo", "purpose": 2,
                    "consent": true, "date": 1_772_360_420_000_i64 },
                { "slug": "youtube", "consent": false },
            ],
            "lang": "it-IT", "consentId": CONSENT_ID, "date": 1_772_360_421_000_i64, "version": widget.version,
            "sdk": format!("sha256:{}", "a".repeat(64)), "how": "selection", "origin": "https://shop.example",
            "path": "/page",
        },
    })
}

/// The consents of a visitor, newest first, as the management API shows them.
fn stored(site: &Site, consent_id: &str) -> Vec<Value> {
    site.get(&format!("/api/v1/consents?subject_id={consent_id}")).ok().as_array().unwrap().clone()
}

/// The whole of a visitor's only consent.
fn details(site: &Site, consent_id: &str) -> Value {
    let [only] = &stored(site, consent_id)[..] else { panic!("not one consent") };
    site.details(only["id"].as_str().unwrap())
}

#[test]
fn the_answer_is_the_consent_id_quoted_or_bare() {
    on_both(|site| {
        let widget = widget::publish(site);
        let body = whole(&widget);
        let answer = collect(site, &widget, &body).send();
        assert_eq!((answer.status, answer.body.as_str()), (200, r#""c2a4f0b6-3f9e-4b57-9f0a-4d7a8be5c9f2""#));
        assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
        let bare = collect(site, &widget, &body)
            .header("Accept", "text/plain")
            .header("Origin", "https://shop.example")
            .send();
        assert_eq!((bare.status, bare.body.as_str()), (200, CONSENT_ID));
        assert_eq!(bare.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(bare.header("access-control-allow-origin"), Some("https://shop.example"));
    });
}

#[test]
fn a_choice_is_a_consent_with_all_that_was_sent() {
    on_both(|site| {
        let widget = widget::publish(site);
        let request = collect(site, &widget, whole(&widget)).header("Origin", "https://shop.example");
        request.header("User-Agent", DESKTOP).header("X-Forwarded-For", "203.0.113.77").send().ok();
        let mut details = details(site, CONSENT_ID);
        let members = details.as_object_mut().unwrap();
        for proven_elsewhere in ["commitment", "commitments", "entry", "leaf"] {
            members.remove(proven_elsewhere).unwrap();
        }
        let shown = members.remove("shown").unwrap();
        assert_eq!((&shown["lang"], &shown["texts"]["lang"]), (&json!("it-IT"), &json!("it-IT")));
        let service_id = members["services"][1]["id"].clone();
        assert_eq!(
            details,
            json!({
                "id": "0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10", "at": "2026-03-01T10:20:21.000Z",
                "received_at": "2026-03-01T10:20:30.265Z", "claimed_at": null, "source": "public",
                "consent_type": "cookie_policy",
                "subject": { "id": CONSENT_ID, "email": null, "first_name": null, "last_name": null, "full_name": null, "verified": false },
                "user_id": null, "preferences": { "matomo": true, "youtube": false }, "notices": [],
                "widget": { "id": widget.id, "version": widget.version, "lang": "it-IT",
                    "sdk": format!("sha256:{}", "a".repeat(64)), "how": "selection" },
                "origin": "https://shop.example", "origin_checked": true, "path": "/page", "ip_address": null,
                "device": "desktop", "erased": [],
                "services": [
                    { "id": "8d3b5f0e-0c5f-4c4e-9d39-1f6a2b7c8d90", "name": "Matomo", "slug": "matomo", "purpose": 2,
                        "consent": true, "version": widget.version, "at": 1_772_360_420_000_i64 },
                    { "id": service_id, "name": "YouTube", "slug": "youtube", "purpose": 3, "consent": false,
                        "version": widget.version, "at": 1_772_360_421_000_i64 },
                ],
                "proofs": [], "document_ids": [], "documents": [], "session_id": SESSION_ID,
            })
        );
        assert_eq!(site.get(&format!("/subjects/{CONSENT_ID}")).status, 404);
    });
}

#[test]
fn an_offered_consent_id_is_kept_wherever_it_stands_and_a_missing_one_is_made() {
    on_both(|site| {
        let widget = widget::publish(site);
        let decided = |extra: Value| {
            let mut body = choice(json!({ "slug": "matomo", "consent": true }));
            if let Some(inside) = extra.get("inside") {
                body["consents"]["consentId"] = inside.clone();
            }
            if let Some(outside) = extra.get("outside") {
                body["consentId"] = outside.clone();
            }
            report(site, &widget, &body)
        };
        assert_eq!(decided(json!({ "outside": CONSENT_ID })), CONSENT_ID);
        assert_eq!(decided(json!({ "inside": CONSENT_ID })), CONSENT_ID);
        for none in [json!({}), json!({ "outside": null }), json!({ "outside": "" })] {
            assert_eq!(Uuid::try_parse(&decided(none)).unwrap().get_version_num(), 4);
        }
        assert_eq!(stored(site, CONSENT_ID).len(), 2);
    });
}

#[test]
fn a_session_id_is_kept_or_made_by_the_server() {
    on_both(|site| {
        let widget = widget::publish(site);
        let consent_id = choose(site, &widget, true);
        let made = details(site, &consent_id)["session_id"].as_str().unwrap().to_owned();
        assert_eq!(Uuid::try_parse(&made).unwrap().get_version_num(), 4);
    });
}

#[test]
fn a_later_choice_is_a_new_record_of_the_same_visitor() {
    on_both(|site| {
        let widget = widget::publish(site);
        let consent_id = choose(site, &widget, true);
        site.move_clock(1000);
        let mut later = choice(json!({ "slug": "matomo", "consent": false }));
        later["consentId"] = json!(consent_id);
        assert_eq!(report(site, &widget, &later), consent_id);
        let preferences: Vec<Value> =
            stored(site, &consent_id).iter().map(|item| item["preferences"].clone()).collect();
        assert_eq!(preferences, [json!({ "matomo": false }), json!({ "matomo": true })]);
    });
}

#[test]
fn a_user_id_in_base64_is_decoded_and_any_other_is_kept_and_both_can_be_searched() {
    on_both(|site| {
        let widget = widget::publish(site);
        for (sent, user) in [
            ("dXNlci00Mg==", "user-42"),
            ("user", "user"),
            ("4711", "4711"),
            ("AAEC", "AAEC"),
            ("ada@example.org", "ada@example.org"),
            ("w7xiZXI=", "über"),
        ] {
            let mut body = choice(json!({ "slug": "matomo", "consent": true }));
            body["userId"] = json!(sent);
            let consent_id = report(site, &widget, &body);
            assert_eq!(details(site, &consent_id)["user_id"], user, "{sent}");
            let search = user.replace('@', "%40").replace('ü', "%C3%BC");
            let found = site.get(&format!("/api/v1/consents?search={search}")).ok();
            assert_eq!(found[0]["subject"]["id"], json!(consent_id), "{sent}");
        }
    });
}

#[test]
fn a_choice_is_not_lost_for_what_a_page_says_of_its_visitor() {
    on_both(|site| {
        let widget = widget::publish(site);
        for (sent, kept) in [
            (json!(4711), json!("4711")),
            (json!("x".repeat(256)), Value::Null),
            (json!({ "id": 1 }), Value::Null),
            (json!(true), Value::Null),
        ] {
            let mut body = choice(json!({ "slug": "matomo", "consent": true }));
            body["userId"] = sent.clone();
            let consent_id = report(site, &widget, &body);
            assert_eq!(details(site, &consent_id)["user_id"], kept, "{sent}");
        }
    });
}

#[test]
fn a_version_that_was_published_is_believed_and_any_other_is_not() {
    on_both(|site| {
        let widget = widget::publish(site);
        let old = widget.version.clone();
        let mut changed = widget::file();
        changed["id"] = json!(widget.id);
        changed["label"] = json!("Changed");
        let (_, new) = site.publish(&site.own, &changed).unwrap();
        let version = |claim: Option<&str>| {
            let mut body = choice(json!({ "slug": "matomo", "consent": true }));
            body["consents"]["version"] = json!(claim);
            let details = details(site, &report(site, &widget, &body));
            assert_eq!(
                details["services"][0]["version"],
                details["widget"].get("version").cloned().unwrap_or_default()
            );
            (details["services"][0]["version"].clone(), details["shown"]["texts"]["lang"].clone())
        };
        assert_eq!(version(None), (json!(new), json!("en")));
        assert_eq!(version(Some(&old)), (json!(old), json!("en")));
        assert_eq!(version(Some(&new.to_uppercase())), (json!(new), json!("en")));
        assert_eq!(version(Some(SESSION_ID)), (Value::Null, Value::Null));
    });
}

#[test]
fn without_an_origin_header_the_claim_is_kept_and_marked_as_unchecked() {
    on_both(|site| {
        let widget = widget::publish(site);
        let mut body = whole(&widget);
        body["consents"]["origin"] = json!("https://elsewhere.example");
        collect(site, &widget, &body).send().ok();
        let stored = &stored(site, CONSENT_ID)[0];
        assert_eq!(
            (&stored["origin"], &stored["origin_checked"]),
            (&json!("https://elsewhere.example"), &json!(false))
        );
    });
}

#[test]
fn query_and_fragment_of_the_path_are_not_kept() {
    on_both(|site| {
        let widget = widget::publish(site);
        let mut body = whole(&widget);
        body["consents"]["path"] = json!("/page?email=ada@example.org#top");
        report(site, &widget, &body);
        assert_eq!(stored(site, CONSENT_ID)[0]["path"], "/page");
    });
}

#[test]
fn visits_departures_and_choices_without_proof_are_answered_and_not_stored() {
    on_both(|site| {
        let widget = widget::publish(site);
        for kind in ["Visit", "Quit"] {
            let body = json!({ "type": kind, "consentId": CONSENT_ID });
            assert_eq!(report(site, &widget, &body), CONSENT_ID);
        }
        let mut file = widget::file();
        file["saveConsentProof"] = json!(false);
        let silent = widget::publish_in(site, &site.own, &file);
        assert!(Uuid::try_parse(&choose(site, &silent, true)).is_ok());
        assert_eq!(site.get("/consent").ok(), json!([]));
    });
}

#[test]
fn a_date_far_ahead_is_only_noted() {
    on_both(|site| {
        let widget = widget::publish(site);
        let mut body = whole(&widget);
        body["consents"]["date"] = json!(1_900_000_000_000_i64);
        report(site, &widget, &body);
        let stored = &stored(site, CONSENT_ID)[0];
        assert_eq!(
            (&stored["at"], &stored["claimed_at"]),
            (&json!("2026-03-01T10:20:30.265Z"), &json!("2030-03-17T17:46:40.000Z"))
        );
    });
}
