//! Bodies that `collect` does not take.

use serde_json::{Value, json};

use super::{choice, collect, whole};
use crate::app::on_both;
use crate::widget;

#[test]
fn what_is_not_json_or_not_utf_8_is_400() {
    on_both(|site| {
        let widget = widget::publish(site);
        let broken = collect(site, &widget, "{\"type\":").header("Origin", "https://shop.example").send();
        assert_eq!(broken.header("access-control-allow-origin"), Some("https://shop.example"));
        broken.is_invalid("body", "the body is not valid JSON: unexpected end at byte 8");
        collect(site, &widget, "")
            .send()
            .is_invalid("body", "the body is not valid JSON: unexpected end at byte 0");
        collect(site, &widget, "").body(*b"\"\xff\"").send().is_invalid("body", "the body is not UTF-8");
    });
}

#[test]
fn the_declared_type_of_the_body_does_not_matter() {
    on_both(|site| {
        let widget = widget::publish(site);
        let target = format!("/v1/client/collect/{}?key={}", widget.id, site.own.public);
        let body = choice(json!({ "slug": "matomo", "consent": true })).to_string();
        for kind in [
            "application/json",
            "text/plain",
            "text/plain;charset=UTF-8",
            "application/x-www-form-urlencoded",
        ] {
            let request = site.request("POST", &target).header("Content-Type", kind).body(body.clone());
            assert_eq!(request.send().status, 200, "{kind}");
        }
        assert_eq!(site.request("POST", &target).body(body).send().status, 200);
    });
}

#[test]
fn a_body_over_64_kilobytes_is_413() {
    on_both(|site| {
        let widget = widget::publish(site);
        let mut body = whole(&widget);
        body["extra"] = json!("x".repeat(65_536));
        let answer = collect(site, &widget, body).send();
        assert_eq!((answer.status, answer.reason.as_str()), (413, "Request Entity Too Large"));
    });
}

#[test]
fn every_field_is_checked_and_named() {
    on_both(|site| {
        let widget = widget::publish(site);
        let (uuid, text) = ("must be a UUID", "must be a text of at most 255 characters");
        let decision = "consents.cookieConsents[0]";
        let date = "must be a number of milliseconds since 1970, or an ISO 8601 time";
        for (pointer, value, field, reason) in [
            ("/type", json!("Other"), "type", "must be Visit, Quit or Consents"),
            ("/id", json!("x"), "id", uuid),
            ("/consentId", json!(7), "consentId", uuid),
            ("/sessionId", json!("x"), "sessionId", uuid),
            ("/consents", json!([]), "consents", "must be an object with cookieConsents"),
            (
                "/consents/cookieConsents",
                json!({}),
                "consents.cookieConsents",
                "must be a list of up to 1000 decisions",
            ),
            ("/consents/lang", json!(7), "consents.lang", text),
            ("/consents/how", json!("x".repeat(256)), "consents.how", text),
            ("/consents/date", json!("soon"), "consents.date", date),
            ("/consents/date", json!(1e300), "consents.date", date),
            ("/consents/version", json!("x"), "consents.version", uuid),
            ("/consents/path", json!(7), "consents.path", "must be a text"),
            ("/consents/cookieConsents/0/id", json!("x"), "consents.cookieConsents[0].id", uuid),
            (
                "/consents/cookieConsents/0/consent",
                json!("true"),
                "consents.cookieConsents[0].consent",
                "must be true or false",
            ),
            (
                "/consents/cookieConsents/0/purpose",
                json!(9),
                "consents.cookieConsents[0].purpose",
                "must be a number from 0 to 5",
            ),
            (
                "/consents/cookieConsents/1/slug",
                json!("matomo"),
                "consents.cookieConsents[1]",
                "matomo is given twice",
            ),
        ] {
            let mut body = whole(&widget);
            *body.pointer_mut(pointer).unwrap() = value;
            collect(site, &widget, body).send().is_invalid(field, reason);
        }
        collect(site, &widget, choice(json!({ "consent": true })))
            .send()
            .is_invalid(&format!("{decision}.slug"), "must name a service");
        assert_eq!(site.get("/consent").ok(), json!([]));
    });
}

#[test]
fn a_service_the_widget_does_not_have_is_recorded_as_it_was_sent() {
    on_both(|site| {
        let widget = widget::publish(site);
        let body = choice(json!({ "slug": "gone", "consent": false }));
        let consent_id = super::report(site, &widget, &body);
        let services = &super::details(site, &consent_id)["services"];
        let expected = json!({ "id": null, "name": "gone", "slug": "gone", "purpose": 5, "consent": false,
            "version": widget.version, "at": 1_772_360_430_265_i64 });
        assert_eq!(services, &Value::Array(vec![expected]));
    });
}

#[test]
fn u_0000_is_refused_where_it_would_name_something() {
    on_both(|site| {
        let widget = widget::publish(site);
        for (pointer, field) in [("/consents/cookieConsents/0/slug", "slug"), ("/userId", "userId")] {
            let mut body = whole(&widget);
            body["userId"] = json!("user");
            *body.pointer_mut(pointer).unwrap() = json!("a\0");
            let answer = collect(site, &widget, body).send();
            assert_eq!(answer.status, 400, "{field}");
            assert!(answer.body.contains(field), "{answer:?}");
        }
    });
}
