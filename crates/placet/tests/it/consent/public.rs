//! `POST /public/consent`: what a browser may do, and what it may not.

use serde_json::{Value, json};

use crate::app::{Site, on_both};

fn from(site: &Site, caller: &str, body: Value) -> Value {
    let request = site.request("POST", "/public/consent").key(&site.own.public);
    let answer = request.header("X-Forwarded-For", caller).json(body).send().ok();
    site.consent(answer["id"].as_str().unwrap())
}

#[test]
fn the_preflight_allows_any_page_to_post_with_a_key() {
    on_both(|site| {
        let preflight = site
            .request("OPTIONS", "/public/consent")
            .header("Origin", "https://shop.example")
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "apikey,content-type")
            .send();
        assert_eq!((preflight.status, preflight.body.as_str()), (204, ""));
        assert_eq!(preflight.header("access-control-allow-origin"), Some("*"));
        assert_eq!(preflight.header("access-control-allow-methods"), Some("POST, OPTIONS"));
        assert_eq!(
            preflight.header("access-control-allow-headers"),
            Some("ApiKey, Content-Type, Idempotency-Key")
        );
        assert_eq!(preflight.header("access-control-max-age"), Some("86400"));
        assert_eq!(preflight.header("access-control-allow-credentials"), None);
    });
}

#[test]
fn the_page_may_read_every_answer_refusals_too() {
    on_both(|site| {
        let request = || site.request("POST", "/public/consent").header("Origin", "https://shop.example");
        let too_large = request().key(&site.own.public).header("Content-Length", "1048577").send();
        let answers = [
            (200, request().key(&site.own.public).json("{}").send()),
            (400, request().key(&site.own.public).json("{").send()),
            (401, request().json("{}").send()),
            (403, request().key("nonsense").json("{}").send()),
            (413, too_large),
        ];
        for (status, answer) in answers {
            assert_eq!(answer.status, status);
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{status}");
        }
    });
}

#[test]
fn private_endpoints_are_closed_to_other_origins() {
    on_both(|site| {
        let get =
            site.request("GET", "/consent").key(&site.own.private).header("Origin", "https://shop.example");
        assert_eq!(get.send().header("access-control-allow-origin"), None);
        let preflight = site.request("OPTIONS", "/consent").header("Origin", "https://shop.example").send();
        assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (405, None));
    });
}

#[test]
fn the_callers_address_is_shortened() {
    on_both(|site| {
        let stored = |caller| from(site, caller, json!({}))["ip_address"].clone();
        assert_eq!(stored("203.0.113.77"), "203.0.113.0");
        assert_eq!(stored("::ffff:203.0.113.77"), "203.0.113.0");
        assert_eq!(stored("2001:db8:aaaa:bbbb::1"), "2001:db8:aaaa::");
    });
}

#[test]
fn the_callers_address_is_not_kept_when_told_so() {
    on_both(|site| {
        for no in [json!(false), json!("false"), json!("0")] {
            let stored = from(site, "203.0.113.77", json!({ "autodetect_ip_address": no }));
            assert_eq!(stored["ip_address"], Value::Null, "{no}");
        }
        let stored = from(site, "203.0.113.77", json!({ "autodetect_ip_address": "true" }));
        assert_eq!(stored["ip_address"], "203.0.113.0");
    });
}

#[test]
fn a_browser_cannot_claim_an_address() {
    on_both(|site| {
        for claim in ["198.51.100.9", "nonsense"] {
            let stored = from(site, "203.0.113.77", json!({ "ip_address": claim }));
            assert_eq!(stored["ip_address"], "203.0.113.0");
        }
        let private = site.post("/consent", json!({ "ip_address": "nonsense" }));
        private.is_invalid("ip_address", "must be an IPv4 or IPv6 address");
    });
}

#[test]
fn what_a_browser_sent_stays_in_its_own_snapshot() {
    on_both(|site| {
        site.record(json!({ "subject": { "id": "s", "email": "real@example.org" } }));
        let sent =
            json!({ "id": "s", "email": "other@example.org", "full_name": "Ada Rossi", "verified": true });
        let stored = from(site, "203.0.113.77", json!({ "subject": sent }));
        assert_eq!(stored["source"], "public");
        assert_eq!(
            (&stored["subject"]["email"], &stored["subject"]["verified"]),
            (&json!("other@example.org"), &json!(true))
        );
        let subject = site.subject("s");
        assert_eq!((&subject["email"], &subject["verified"]), (&json!("real@example.org"), &json!(false)));
        assert_eq!(subject["full_name"], "Ada Rossi");
    });
}

#[test]
fn a_browser_cannot_confirm_a_new_subject_either() {
    on_both(|site| {
        from(site, "203.0.113.77", json!({ "subject": { "id": "s", "verified": true } }));
        assert_eq!(site.subject("s")["verified"], false);
    });
}
