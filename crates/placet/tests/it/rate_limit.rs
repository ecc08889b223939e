//! Limits on requests (contract 2.4): whom they count for, and what is answered.

use serde_json::{Value, json};

use crate::app::{Site, on_both, refusal};
use crate::client::{Answer, Request};
use crate::database::Database;
use crate::process::{placet, run};
use crate::widget;

/// Runs a test on each database, with limits.
fn limited(limits: &str, test: impl Fn(&Site)) {
    for database in Database::all() {
        test(&Site::limited(database, limits));
    }
}

fn from(site: &Site, network: &str, key: &str) -> Request {
    site.request("POST", "/public/consent").key(key).header("X-Forwarded-For", network).json("{}")
}

fn public(site: &Site, network: &str) -> u16 {
    from(site, network, &site.own.public).send().status
}

fn numbers(answer: &Answer) -> [Option<&str>; 4] {
    ["limit-second", "remaining-second", "limit-hour", "remaining-hour"]
        .map(|name| answer.header(&format!("x-ratelimit-{name}")))
}

fn too_many(seconds: u32) -> Value {
    refusal("too_many_requests", &format!("Too Many Requests: try again in {seconds} seconds"))
}

#[test]
fn without_limits_nothing_is_counted_and_nothing_is_said() {
    on_both(|site| {
        for _ in 0..20 {
            let answer = site.get("/consent");
            assert_eq!((answer.status, numbers(&answer)), (200, [None; 4]));
        }
    });
}

#[test]
fn every_answer_to_a_key_says_what_is_left() {
    limited("50/s,108000/h", |site| {
        let answers = [site.get("/consent"), site.get("/consent/x"), site.post("/consent", "{")];
        let statuses = answers.each_ref().map(|answer| answer.status);
        assert_eq!(statuses, [200, 404, 400]);
        for (answer, (second, hour)) in
            answers.iter().zip([("49", "107999"), ("48", "107998"), ("47", "107997")])
        {
            assert_eq!(numbers(answer), [Some("50"), Some(second), Some("108000"), Some(hour)]);
        }
    });
}

#[test]
fn one_request_too_many_is_a_429_that_says_when_to_come_back() {
    limited("2/s,5/h", |site| {
        site.record(json!({}));
        site.record(json!({}));
        let refused = site.post("/consent", "{}");
        assert_eq!((refused.status, refused.reason.as_str()), (429, "Too Many Requests"));
        assert_eq!(refused.header("retry-after"), Some("1"));
        assert_eq!(numbers(&refused), [Some("2"), Some("0"), Some("5"), Some("3")]);
        refused.is(429, too_many(1));
        site.move_clock(500);
        site.record(json!({}));
        site.move_clock(1000);
        assert_eq!(
            site.get("/consent").ok().as_array().unwrap().len(),
            3,
            "nothing is stored of a refused call"
        );
    });
}

#[test]
fn the_longest_wait_counts() {
    limited("5/s,5/h", |site| {
        for _ in 0..5 {
            site.record(json!({}));
        }
        let refused = site.get("/consent");
        assert_eq!(refused.header("retry-after"), Some("720"));
        refused.is(429, too_many(720));
        site.move_clock(719_000);
        assert_eq!(site.get("/consent").status, 429);
        site.move_clock(1000);
        assert_eq!(site.get("/consent").status, 200);
    });
}

#[test]
fn every_private_key_has_a_bucket_of_its_own() {
    limited("1/h", |site| {
        assert_eq!(site.get("/consent").status, 200);
        assert_eq!(site.get("/consent").status, 429);
        assert_eq!(site.get("/api/v1/consents").status, 429, "the same key on another API");
        let stranger = || site.request("GET", "/consent").key(&site.stranger.private).send();
        assert_eq!((stranger().status, stranger().status), (200, 429));
    });
}

#[test]
fn a_public_key_is_limited_per_network_so_that_one_visitor_cannot_silence_a_site() {
    limited("2/h", |site| {
        for visitor in ["203.0.113.7", "203.0.113.200"] {
            assert_eq!(public(site, visitor), 200);
        }
        assert_eq!(public(site, "203.0.113.8"), 429, "one network");
        assert_eq!(public(site, "203.0.114.7"), 200, "another network");
        let home =
            ["2001:db8:1:2::3", "2001:db8:1:ffff::1", "2001:db8:1::9"].map(|visitor| public(site, visitor));
        assert_eq!((home, public(site, "2001:db8:2::1")), ([200, 200, 429], 200));
        let other_site = from(site, "203.0.113.7", &site.stranger.public).send();
        assert_eq!(other_site.status, 200, "the same network on another site");
        assert_eq!(site.get("/consent").status, 200, "the site's own server");
    });
}

#[test]
fn guesses_of_keys_count_for_the_network_they_come_from() {
    limited("2/h", |site| {
        let guess = |network| from(site, network, "abcdefghijklmnopqrstuvwxyz012345").send().status;
        assert_eq!([guess("203.0.113.7"), guess("203.0.113.8"), guess("203.0.113.9")], [403, 403, 429]);
        assert_eq!((guess("198.51.100.1"), public(site, "203.0.113.7")), (403, 200));
        let without =
            || site.request("GET", "/consent").header("X-Forwarded-For", "198.51.100.7").send().status;
        assert_eq!([without(), without()], [401, 429]);
    });
}

#[test]
fn a_page_can_read_that_it_has_to_wait() {
    limited("1/h", |site| {
        let visitor = "203.0.113.7";
        public(site, visitor);
        let refused = from(site, visitor, &site.own.public).send();
        assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
        assert_eq!(
            refused.header("access-control-expose-headers"),
            Some("Retry-After, Idempotency-Replayed")
        );
        refused.is(429, too_many(3600));
        let published = widget::publish(site);
        let settings = || {
            let request = widget::settings(site, &published, "").header("Origin", "https://shop.example");
            request.header("X-Forwarded-For", "198.51.100.1").send()
        };
        assert_eq!(settings().status, 200);
        let refused = settings();
        assert_eq!(refused.header("access-control-allow-origin"), Some("https://shop.example"));
        refused.is(429, too_many(3600));
    });
}

#[test]
fn the_management_api_refuses_in_its_own_shape() {
    limited("1/h", |site| {
        site.get("/api/v1/consents");
        let refused = site.get("/api/v1/consents");
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        refused.is(
            429,
            json!({
                "type": "about:blank", "title": "Too Many Requests", "status": 429,
                "detail": "Too Many Requests: try again in 3600 seconds",
            }),
        );
    });
}

#[test]
fn preflights_scripts_pages_and_health_are_not_limited() {
    limited("1/h", |site| {
        for target in ["/sdk/placet.js", "/sign-in", "/healthz", "/readyz"] {
            for _ in 0..3 {
                let answer = site.request("GET", target).send();
                assert_eq!((answer.status, numbers(&answer)), (200, [None; 4]), "{target}");
            }
        }
        for _ in 0..3 {
            assert_eq!(site.request("OPTIONS", "/public/consent").send().status, 204);
        }
        assert_eq!(public(site, "127.0.0.1"), 200);
    });
}

#[test]
fn limits_that_make_no_sense_are_refused_at_the_start() {
    let wrong = placet(&["serve", "--rate-limit", "50/s,1/fortnight"]).output().unwrap();
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said.contains("'1/fortnight'") && said.contains("must look like 50/s or 108000/h"), "{said}");
    let twice = run(&Database::sqlite(), &["serve", "--rate-limit", "50/s,60/s"]);
    let said = String::from_utf8(twice.stderr).unwrap();
    assert_eq!(said, "placet: rate-limit: has two limits per second\n");
}
