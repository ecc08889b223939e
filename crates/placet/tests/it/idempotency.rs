//! `Idempotency-Key`: a request with a name is carried out once, and answered the same each time.

mod crash;

use std::collections::BTreeSet;
use std::thread;

use placet::actions;
use serde_json::{Value, json};

use crate::app::{MINUTE, Site, on_both, refusal};
use crate::client::{Answer, Request};

const NAME: &str = "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"";
const HOUR: i64 = 60 * MINUTE;

fn named(site: &Site, target: &str, name: &str, body: Value) -> Request {
    site.request("POST", target).key(&site.own.private).header("Idempotency-Key", name).json(body)
}

fn consent() -> Value {
    json!({ "preferences": { "newsletter": true }, "subject": { "email": "ada@example.org" } })
}

fn notice() -> Value {
    json!({ "identifier": "privacy_policy", "content": "text" })
}

fn is_replay(answer: &Answer) -> bool {
    match answer.header("idempotency-replayed") {
        None => false,
        Some("true") => true,
        Some(other) => panic!("{other}"),
    }
}

fn reused() -> Value {
    refusal("key_reused", "this Idempotency-Key was used for another request: give each its own")
}

fn consents(site: &Site) -> usize {
    site.get("/consent?limit=100").ok().as_array().unwrap().len()
}

fn versions(site: &Site) -> usize {
    site.get("/legal_notices/privacy_policy").ok().as_array().unwrap().len()
}

#[test]
fn the_same_consent_again_is_answered_as_the_first_time_and_stores_nothing() {
    on_both(|site| {
        let first = named(site, "/consent", NAME, consent()).send();
        assert!(!is_replay(&first));
        for _ in 0..3 {
            site.move_clock(HOUR);
            let again = named(site, "/beta//consent/", NAME, consent()).send();
            assert_eq!((again.ok(), is_replay(&again)), (first.ok(), true));
        }
        assert_eq!(consents(site), 1);
        let subject = first.ok()["subject_id"].as_str().unwrap().to_owned();
        assert_eq!(site.subject(&subject)["preferences"]["newsletter"]["consent_id"], first.ok()["id"]);
    });
}

#[test]
fn without_the_header_the_same_again_is_another_consent() {
    on_both(|site| {
        let answers = [site.post("/consent", consent()), site.post("/consent", consent())];
        assert!(answers.iter().all(|answer| !is_replay(answer)));
        assert_eq!(consents(site), 2);
    });
}

#[test]
fn a_page_may_name_its_requests_too() {
    on_both(|site| {
        let send = || {
            let request = site.request("POST", "/public/consent").key(&site.own.public);
            request.header("Idempotency-Key", NAME).json(consent()).send()
        };
        let (first, again) = (send(), send());
        assert_eq!((first.ok(), is_replay(&again)), (again.ok(), true));
        assert_eq!(again.header("access-control-allow-origin"), Some("*"));
        assert_eq!(consents(site), 1);
    });
}

#[test]
fn another_request_under_the_same_name_is_refused() {
    on_both(|site| {
        named(site, "/consent", NAME, consent()).send().ok();
        named(site, "/consent", NAME, json!({})).send().is(422, reused());
        named(site, "/public/consent", NAME, consent()).send().is(422, reused());
        assert_eq!(consents(site), 1);
        named(site, "/legal_notices", NAME, notice()).send().ok();
        named(site, "/legal_notices", NAME, json!([notice()])).send().is(422, reused());
        assert_eq!(versions(site), 1);
    });
}

#[test]
fn a_name_means_the_same_with_and_without_quotes() {
    on_both(|site| {
        let first = named(site, "/consent", NAME, consent()).send().ok();
        assert_eq!(named(site, "/consent", NAME.trim_matches('"'), consent()).send().ok(), first);
    });
}

#[test]
fn names_belong_to_the_key_that_gave_them() {
    on_both(|site| {
        let with = |key: &str| {
            let request = site.request("POST", "/public/consent").key(key).header("Idempotency-Key", NAME);
            request.json(consent()).send().ok()["id"].to_string()
        };
        let keys = [&site.own.private, &site.own.public, &site.stranger.private, &site.stranger.public];
        assert_eq!(keys.map(|key| with(key)).into_iter().collect::<BTreeSet<_>>().len(), 4);
    });
}

#[test]
fn what_cannot_be_a_name_is_refused_and_nothing_is_stored() {
    on_both(|site| {
        let long = "x".repeat(256);
        for name in ["\"\"", "\"open", "tab\there", "\"a\";b", &long] {
            named(site, "/consent", name, consent()).send().is_invalid(
                "Idempotency-Key",
                "must be 1 to 255 visible ASCII characters, in quotes or without",
            );
        }
        let twice = named(site, "/consent", "a", consent()).header("Idempotency-Key", "b").send();
        twice.is_invalid("Idempotency-Key", "is given twice");
        assert_eq!(consents(site), 0);
    });
}

#[test]
fn a_refused_request_is_not_remembered() {
    on_both(|site| {
        for (target, body, right) in [
            ("/consent", json!({ "proofs": 1 }), consent()),
            ("/legal_notices", json!({ "content": 1 }), notice()),
        ] {
            assert_eq!(named(site, target, NAME, body).send().status, 400);
            let accepted = named(site, target, NAME, right).send();
            assert_eq!((accepted.status, is_replay(&accepted)), (200, false), "{target}");
        }
    });
}

#[test]
fn a_notice_is_published_once_and_its_answer_is_kept_for_a_day() {
    on_both(|site| {
        let publish = || named(site, "/legal_notices", NAME, json!([notice(), notice()])).send();
        let first = publish();
        site.move_clock(24 * HOUR - 1);
        let again = publish();
        assert_eq!((again.ok(), is_replay(&again), versions(site)), (first.ok(), true, 2));
        site.move_clock(1);
        let later = publish();
        assert_eq!(
            (later.ok()[0]["version"].clone(), is_replay(&later), versions(site)),
            (json!(3), false, 4)
        );
    });
}

#[test]
fn answers_that_need_not_be_kept_are_forgotten() {
    on_both(|site| {
        let kept = || site.database.rows("SELECT id FROM answered_requests").len();
        let publish = |name| named(site, "/legal_notices", name, notice()).send().ok();
        publish("a");
        site.move_clock(HOUR);
        publish("b");
        site.block_on(actions::idempotency::forget_answers(site.app())).unwrap();
        assert_eq!(kept(), 2);
        site.move_clock(23 * HOUR);
        site.block_on(actions::idempotency::forget_answers(site.app())).unwrap();
        assert_eq!(kept(), 1);
    });
}

#[test]
fn the_same_request_at_the_same_time_is_carried_out_once() {
    on_both(|site| {
        for (target, body) in [("/consent", consent()), ("/legal_notices", notice())] {
            let send = || named(site, target, NAME, body.clone()).send();
            let answers: Vec<Answer> = thread::scope(|scope| {
                let senders: Vec<_> = (0..12).map(|_| scope.spawn(send)).collect();
                senders.into_iter().map(|sender| sender.join().unwrap()).collect()
            });
            let (answered, refused): (Vec<_>, Vec<_>) =
                answers.iter().partition(|answer| answer.status == 200);
            assert!(answered.iter().all(|answer| answer.body == answered[0].body), "{answers:?}");
            assert_eq!(answered.iter().filter(|answer| !is_replay(answer)).count(), 1, "{answers:?}");
            for answer in refused {
                let expected =
                    refusal("conflict", "a request with this Idempotency-Key is being carried out");
                answer.is(409, expected);
            }
        }
        assert_eq!((consents(site), versions(site)), (1, 1));
    });
}

#[test]
fn while_a_request_is_carried_out_the_same_one_is_a_conflict() {
    on_both(|site| {
        let operation = ("POST /consent", &b"{}"[..]);
        let begin = || actions::idempotency::begin(site.app(), site.own.id, "key:1", "name", operation);
        let first = begin().unwrap();
        let refused = begin().map(drop).unwrap_err();
        assert_eq!(refused.to_string(), "a request with this Idempotency-Key is being carried out");
        drop(first);
        begin().unwrap();
    });
}
