//! Which version a consent names.

use placet_proof::Digest;
use serde_json::{Value, json};

use crate::app::{MINUTE, Site, on_both};

fn publish(site: &Site, content: &str, timestamp: Option<&str>) {
    let notice = json!({ "identifier": "terms", "content": content, "timestamp": timestamp });
    site.post("/legal_notices", notice).ok();
}

/// The notice that a consent names, as its record tells it.
fn cited(site: &Site, reference: Value, timestamp: Option<&str>) -> Value {
    let consent = json!({ "legal_notices": [reference], "timestamp": timestamp });
    let notice = site.details(&site.record(consent))["notices"][0].clone();
    json!([notice["version"], notice["sha256"]])
}

fn is(version: i64, content: &str) -> Value {
    json!([version, Digest::of(json!(content).to_string().as_bytes()).to_string()])
}

#[test]
fn without_a_version_it_is_the_newest_by_digest_however_it_is_left_out() {
    on_both(|site| {
        publish(site, "one", None);
        publish(site, "two", None);
        for reference in [
            json!({ "identifier": "terms" }),
            json!({ "identifier": "terms", "version": null }),
            json!({ "identifier": "terms", "timestamp": "0001-01-01T00:00:00Z", "content": "other" }),
        ] {
            assert_eq!(cited(site, reference, None), is(2, "two"));
        }
        assert_eq!(cited(site, json!({ "identifier": "terms", "version": "1" }), None), is(1, "one"));
    });
}

#[test]
fn a_version_that_takes_effect_later_is_not_available_yet() {
    on_both(|site| {
        let newest = || cited(site, json!({ "identifier": "terms" }), None);
        publish(site, "soon", Some("2026-03-01T10:22:00Z"));
        assert_eq!(newest(), json!([null, null]));
        publish(site, "now", None);
        publish(site, "later", Some("2026-03-01T10:23:00Z"));
        assert_eq!(newest(), is(2, "now"));
        assert_eq!(cited(site, json!({ "identifier": "terms", "version": 3 }), None), is(3, "later"));
        site.move_clock(2 * MINUTE);
        assert_eq!(newest(), is(2, "now"));
        site.move_clock(MINUTE);
        assert_eq!(newest(), is(3, "later"));
    });
}

#[test]
fn what_counts_is_when_the_consent_is_received_not_when_it_claims_to_have_been_given() {
    on_both(|site| {
        publish(site, "one", Some("2026-01-01T00:00:00Z"));
        publish(site, "two", Some("2026-02-01T00:00:00Z"));
        let newest = cited(site, json!({ "identifier": "terms" }), Some("2026-01-15T00:00:00Z"));
        assert_eq!(newest, is(2, "two"));
    });
}

#[test]
fn a_version_that_is_published_afterwards_changes_no_consent() {
    on_both(|site| {
        publish(site, "one", None);
        let consent = site.record(json!({ "legal_notices": [{ "identifier": "terms" }] }));
        publish(site, "two", None);
        let expected = json!([{ "identifier": "terms", "version": 1 }]);
        assert_eq!(site.consent(&consent)["legal_notices"], expected);
    });
}
