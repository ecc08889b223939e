//! Who may use a widget: key, ownership, origin (widget contract 2.4 and 4.1).

use serde_json::{Value, json};

use super::{file, publish, publish_in, settings};
use crate::app::{Site, on_both, refusal};
use crate::client::Answer;

const PAGE: &str = "https://shop.example";

/// Both endpoints, asked in the same way.
fn both(site: &Site, id: &str, query: &str, origin: Option<&str>) -> [Answer; 2] {
    let choice = json!({ "type": "Consents", "consents": { "cookieConsents": [] } });
    let settings = site.request("GET", &format!("/v1/client/cookie-widget-settings/{id}{query}"));
    let collect = site.request("POST", &format!("/v1/client/collect/{id}{query}")).json(choice);
    [settings, collect].map(|request| match origin {
        Some(origin) => request.header("Origin", origin).send(),
        None => request.send(),
    })
}

#[track_caller]
fn both_are(answers: [Answer; 2], status: u16, body: &Value) {
    for answer in answers {
        assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE), "{answer:?}");
        answer.is(status, body.clone());
    }
}

#[test]
fn a_missing_or_unknown_key_is_401() {
    on_both(|site| {
        let id = publish(site).id.to_string();
        let missing = json!({ "message": "The public key is missing: add ?key=... to the address" });
        both_are(both(site, &id, "", Some(PAGE)), 401, &missing);
        both_are(both(site, &id, "?key=", Some(PAGE)), 401, &missing);
        let unknown = json!({ "message": "The public key is not known to this server" });
        both_are(both(site, &id, "?key=nonsense", Some(PAGE)), 401, &unknown);
        both_are(both(site, &id, "?key=abcdefghijklmnopqrstuvwxyz012345", Some(PAGE)), 401, &unknown);
    });
}

#[test]
fn a_private_key_in_an_address_is_403() {
    on_both(|site| {
        let id = publish(site).id.to_string();
        let expected =
            json!({ "message": "A private key must never be sent from a page or in an address: revoke it" });
        both_are(both(site, &id, &format!("?key={}", site.own.private), Some(PAGE)), 403, &expected);
    });
}

#[test]
fn a_widget_that_does_not_exist_and_one_of_another_workspace_are_404() {
    on_both(|site| {
        let other = publish_in(site, &site.stranger, &file()).id.to_string();
        let key = format!("?key={}", site.own.public);
        for id in [other.as_str(), "4711", "x", "-1", "99999999999999999999"] {
            both_are(both(site, id, &key, Some(PAGE)), 404, &refusal("not_found", "Widget not found"));
        }
    });
}

#[test]
fn a_widget_that_is_switched_off_is_403() {
    on_both(|site| {
        let mut off = file();
        off["enabled"] = json!(false);
        let id = publish_in(site, &site.own, &off).id.to_string();
        let expected = json!({ "message": "The widget is switched off" });
        both_are(both(site, &id, &format!("?key={}", site.own.public), Some(PAGE)), 403, &expected);
    });
}

#[test]
fn origins_are_exact_or_one_level_below_a_wildcard_or_loopback() {
    on_both(|site| {
        let widget = publish(site);
        let query = format!("?key={}", site.own.public);
        for (origin, is_allowed) in [
            ("https://shop.example", true),
            ("https://SHOP.example", true),
            ("https://shop.example:443", true),
            ("https://www.example.org", true),
            ("http://localhost", true),
            ("http://localhost:3000", true),
            ("http://shop.example", false),
            ("https://shop.example:8443", false),
            ("https://shop.example.evil.example", false),
            ("https://example.org", false),
            ("https://a.b.example.org", false),
            ("https://evilexample.org", false),
            ("http://localhost.evil.example", false),
            ("http://127.0.0.1:3000", false),
            ("null", false),
            ("https://elsewhere.example", false),
        ] {
            for answer in both(site, &widget.id.to_string(), &query, Some(origin)) {
                assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "{origin}");
                assert!(answer.all("vary").contains(&"Origin"), "{origin}");
                if is_allowed {
                    assert_eq!(answer.status, 200, "{origin}");
                } else {
                    let message =
                        format!("The origin {origin} is not on the widget's list of allowed origins");
                    answer.is(403, json!({ "message": message }));
                }
            }
        }
    });
}

#[test]
fn a_request_without_an_origin_is_accepted() {
    on_both(|site| {
        let widget = publish(site);
        for answer in both(site, &widget.id.to_string(), &format!("?key={}", site.own.public), None) {
            assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
        }
    });
}

#[test]
fn preview_mode_also_allows_loopback_hosts() {
    on_both(|site| {
        let mut preview = file();
        preview["developerMode"] = json!(true);
        preview["allowedOrigins"] = json!(["https://shop.example"]);
        let widget = publish_in(site, &site.own, &preview);
        for (origin, status) in [
            ("http://localhost:5173", 200),
            ("http://127.0.0.1:8080", 200),
            ("http://elsewhere.example", 403),
            ("https://elsewhere.example", 403),
        ] {
            assert_eq!(
                settings(site, &widget, "").header("Origin", origin).send().status,
                status,
                "{origin}"
            );
        }
    });
}

#[test]
fn allowed_origins_are_never_delivered() {
    on_both(|site| {
        let body = settings(site, &publish(site), "").send().body;
        assert!(!body.contains("allowedOrigins") && !body.contains("shop.example"), "{body}");
    });
}

#[test]
fn the_preflight_is_answered_for_the_page_that_asks() {
    on_both(|site| {
        for target in ["/v1/client/cookie-widget-settings/1", "/v1/client/collect/1"] {
            let answer = site.request("OPTIONS", target).header("Origin", PAGE).send();
            assert_eq!(answer.status, 204);
            assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
            assert_eq!(answer.header("access-control-allow-methods"), Some("GET, POST, OPTIONS"));
            assert_eq!(answer.header("access-control-allow-headers"), Some("Content-Type, If-None-Match"));
            assert_eq!(answer.header("access-control-allow-credentials"), None);
        }
    });
}
