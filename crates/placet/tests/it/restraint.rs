//! Legal holds and restrictions of processing.

mod visitor;

use placet::actions;
use placet::actions::retention;
use placet::domain::member::Role;
use serde_json::{Value, json};

use crate::app::{MINUTE, NOW, PASSWORD, Site, on_both};
use crate::client::Answer;
use crate::database::Database;
use crate::erasure::consent_of;
use crate::person::Person;
use crate::process::{answer, run};
use crate::records;
use crate::session::{cookie, sign_in};

const REASON: &str = "lawsuit 4 O 17/26";

fn ask(site: &Site, method: &str, subject: &str, what: &str, body: Value) -> Answer {
    let target = format!("/api/v1/subjects/{subject}/{what}");
    site.request(method, &target).key(&site.own.private).json(body).send()
}

fn set(site: &Site, subject: &str, what: &str) -> Answer {
    ask(site, "PUT", subject, what, json!({ "reason": REASON }))
}

fn lift(site: &Site, subject: &str, what: &str) -> Answer {
    ask(site, "DELETE", subject, what, json!({ "reason": "it is over" }))
}

fn erase(site: &Site, subject: &str) -> Answer {
    let request = site.request("DELETE", &format!("/api/v1/subjects/{subject}"));
    request.key(&site.own.private).json(json!({ "reason": "asked for" })).send()
}

#[test]
fn a_hold_stops_an_erasure_until_it_is_lifted() {
    on_both(|site| {
        let id = site.record(consent_of("ada"));
        let held = set(site, "ada", "hold").ok();
        assert_eq!((&held["subject_id"], &held["reason"]), (&json!("ada"), &json!(REASON)));
        let refused = erase(site, "ada");
        let by = held["by"].as_str().unwrap();
        let detail = format!(
            "a legal hold keeps what is known of this subject: {REASON} (set by {by} at 2026-03-01T10:20:30Z); lift it first"
        );
        refused
            .is(409, json!({ "type": "about:blank", "title": "Conflict", "status": 409, "detail": detail }));
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        assert_eq!(site.get("/api/v1/subjects/ada/erasure").status, 409);
        assert_eq!(site.consent(&id).get("erased"), None);
        assert_eq!(site.get("/api/v1/holds").ok(), json!([held]));
        lift(site, "ada", "hold").is(200, held);
        assert_eq!(site.get("/api/v1/holds").ok(), json!([]));
        assert_eq!(erase(site, "ada").ok()["consents"], 1);
    });
}

#[test]
fn each_record_of_the_subject_gets_one_that_says_what_was_done() {
    on_both(|site| {
        let first = site.record(consent_of("ada"));
        site.record(consent_of("ada"));
        site.record(consent_of("eve"));
        let leaf = site.details(&first)["leaf"].as_str().unwrap().to_owned();
        set(site, "ada", "hold").ok();
        site.move_clock(MINUTE);
        lift(site, "ada", "hold").ok();
        set(site, "ada", "restriction").ok();
        lift(site, "ada", "restriction").ok();
        let events: Vec<Value> = records::events(&site.database)
            .iter()
            .map(|event| serde_json::from_str(event).unwrap())
            .collect();
        let kinds: Vec<&str> = events
            .iter()
            .filter(|event| event["of"] == *leaf)
            .map(|event| event["kind"].as_str().unwrap())
            .collect();
        assert_eq!(events.len(), 8);
        for kind in ["hold", "hold_lifted", "restriction", "restriction_lifted"] {
            assert_eq!(kinds.iter().filter(|known| **known == kind).count(), 1, "{kind}");
        }
        let hold = events.iter().find(|event| event["kind"] == "hold").unwrap();
        let names: Vec<&String> = hold.as_object().unwrap().keys().collect();
        assert_eq!(names.len(), 7);
        assert_eq!(
            (&hold["at"], &hold["groups"], &hold["reason"]),
            (&json!(NOW), &json!(["S", "E", "F", "D"]), &json!(REASON))
        );
        // Without the quotation mark it would be found in an id now and then.
        assert!(!records::events(&site.database).concat().contains("\"ada"));
    });
}

#[test]
fn a_restriction_hides_the_subject_from_lists_for_all_but_owners() {
    on_both(|site| {
        let id = site.record(consent_of("ada"));
        site.record(consent_of("eve"));
        let member = |email: &str, role| {
            let created = actions::member::create(site.app(), site.own.id, email, role, PASSWORD);
            site.block_on(created).unwrap();
            cookie(&sign_in(site, email, PASSWORD).send())
        };
        let (owner, auditor) =
            (member("ow@example.org", Role::Owner), member("au@example.org", Role::Auditor));
        set(site, "ada", "restriction").ok();
        let by_member =
            |cookie: &str, target: &str| site.request("GET", target).header("Cookie", cookie).send().ok();
        let ids = |list: &Value, name: &str| -> Vec<String> {
            list.as_array()
                .unwrap()
                .iter()
                .map(|item| item.pointer(name).unwrap().as_str().unwrap().to_owned())
                .collect()
        };
        for target in [
            "/api/v1/consents",
            "/api/v1/consents?search=ada",
            "/api/v1/consents?subject_email_exact=ada@example.org",
        ] {
            assert!(!ids(&site.get(target).ok(), "/subject/id").contains(&"ada".to_owned()), "{target}");
            assert!(
                !ids(&by_member(&auditor, target), "/subject/id").contains(&"ada".to_owned()),
                "{target}"
            );
            assert!(ids(&by_member(&owner, target), "/subject/id").contains(&"ada".to_owned()), "{target}");
        }
        assert_eq!(ids(&site.get("/consent").ok(), "/subject/id"), ["eve"]);
        for target in ["/subjects", "/subjects?first_name=Ada", "/subjects?phone=1234", "/api/v1/subjects"] {
            assert_eq!(ids(&site.get(target).ok(), "/id"), ["eve"], "{target}");
        }
        assert_eq!(ids(&by_member(&auditor, "/api/v1/subjects"), "/id"), ["eve"]);
        assert_eq!(ids(&by_member(&owner, "/api/v1/subjects"), "/id").len(), 2);
        assert_eq!(site.consent(&id)["subject"]["id"], "ada", "who knows an id reads by it");
        assert_eq!(site.subject("ada")["id"], "ada");
        let refused = site.request("GET", "/api/v1/restrictions").header("Cookie", &auditor).send();
        assert_eq!(refused.status, 403);
        lift(site, "ada", "restriction").ok();
        assert_eq!(ids(&site.get("/subjects").ok(), "/id").len(), 2);
    });
}

#[test]
fn a_subject_says_what_restrains_it() {
    on_both(|site| {
        for subject in ["ada", "eve"] {
            site.record(consent_of(subject));
            site.move_clock(1000);
        }
        let owner = Person::of(site, &site.own, "ow@example.org", Role::Owner);
        let held = set(site, "ada", "hold").ok();
        let restricted = set(site, "ada", "restriction").ok();
        let list = owner.get("/api/v1/subjects").ok();
        assert_eq!(
            (&list[1]["id"], &list[1]["hold"], &list[1]["restriction"]),
            (&json!("ada"), &held, &restricted)
        );
        assert_eq!(
            (&list[0]["id"], &list[0]["hold"], &list[0]["restriction"]),
            (&json!("eve"), &Value::Null, &Value::Null)
        );
        assert_eq!(owner.get("/api/v1/subjects/ada").ok(), list[1]);
        lift(site, "ada", "hold").ok();
        let ada = owner.get("/api/v1/subjects/ada").ok();
        assert_eq!((&ada["hold"], &ada["restriction"]), (&Value::Null, &restricted));
    });
}

#[test]
fn a_page_is_full_although_restricted_subjects_are_left_out() {
    on_both(|site| {
        for number in 0..6 {
            site.record(consent_of(&format!("person-{number}")));
            site.move_clock(1000);
        }
        for number in [1, 3, 5] {
            set(site, &format!("person-{number}"), "restriction").ok();
        }
        let page = site.get("/subjects?limit=2").ok();
        assert_eq!((&page[0]["id"], &page[1]["id"]), (&json!("person-4"), &json!("person-2")));
        let page = site.get("/consent?limit=2").ok();
        assert_eq!(
            (&page[0]["subject"]["id"], &page[1]["subject"]["id"]),
            (&json!("person-4"), &json!("person-2"))
        );
        let after = page[1]["id"].as_str().unwrap().to_owned();
        let rest = site.get(&format!("/consent?limit=2&starting_after={after}")).ok();
        assert_eq!((rest.as_array().unwrap().len(), &rest[0]["subject"]["id"]), (1, &json!("person-0")));
    });
}

#[test]
fn what_cannot_be_set_or_lifted_is_refused_in_words() {
    on_both(|site| {
        site.record(consent_of("ada-byron"));
        let detail = |answer: Answer| (answer.status, answer.json()["detail"].as_str().unwrap().to_owned());
        assert_eq!(detail(set(site, "nobody", "hold")), (404, "Subject not found".into()));
        assert_eq!(detail(lift(site, "ada-byron", "hold")), (404, "Hold not found".into()));
        assert_eq!(detail(lift(site, "ada-byron", "restriction")), (404, "Restriction not found".into()));
        let held = set(site, "ada-byron", "hold").ok();
        let (status, said) = detail(set(site, "ada-byron", "hold"));
        let by = held["by"].as_str().unwrap();
        assert_eq!(
            (status, said),
            (
                409,
                format!(
                    "a hold of this subject is in force: {REASON} (set by {by} at 2026-03-01T10:20:30Z); lift it first"
                )
            )
        );
        let naming = ask(site, "PUT", "ada-byron", "restriction", json!({ "reason": "mail of ada-byron" }));
        assert_eq!(naming.status, 400);
        let none = ask(site, "PUT", "ada-byron", "restriction", json!({}));
        assert_eq!(
            detail(none),
            (400, "reason: must be a text that says why, without naming the person".into())
        );
        let target = "/api/v1/subjects/ada-byron/hold";
        assert_eq!(
            site.request("DELETE", target)
                .key(&site.stranger.private)
                .json(json!({ "reason": "x" }))
                .send()
                .status,
            404
        );
        assert_eq!(site.request("GET", "/api/v1/holds").key(&site.stranger.private).send().ok(), json!([]));
    });
}

#[test]
fn restrictions_are_listed_page_by_page() {
    on_both(|site| {
        for subject in ["a", "b", "c"] {
            site.record(consent_of(subject));
            set(site, subject, "restriction").ok();
        }
        let page = site.get("/api/v1/restrictions?limit=2");
        let next = page.header("link").unwrap().split(['<', '>']).nth(1).unwrap().to_owned();
        assert_eq!(
            (page.ok().as_array().unwrap().len(), site.get(&next).ok()[0]["subject_id"].clone()),
            (2, json!("c"))
        );
        lift(site, "b", "restriction").ok();
        assert_eq!(site.get("/api/v1/restrictions").ok().as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_restriction_too_stops_an_erasure_and_the_end_of_proofs_until_it_is_lifted() {
    on_both(|site| {
        let id = site.record(consent_of("ada"));
        let restricted = set(site, "ada", "restriction").ok();
        let detail = format!(
            "a restriction of processing keeps what is known of this subject: {REASON} (set by {} at 2026-03-01T10:20:30Z); lift it first",
            restricted["by"].as_str().unwrap()
        );
        assert_eq!(erase(site, "ada").json()["detail"], detail);
        assert_eq!(site.get("/api/v1/subjects/ada/erasure").status, 409);
        site.move_clock(6 * 366 * 24 * 60 * 60 * 1000);
        site.block_on(retention::end_all(site.app())).unwrap();
        assert_eq!(site.details(&id)["erased"], json!([]), "kept although its time is over");
        lift(site, "ada", "restriction").ok();
        assert_eq!(erase(site, "ada").ok()["consents"], 1);
    });
}

#[test]
fn the_commands_do_the_same() {
    for database in Database::all() {
        let site = Site::open(database);
        site.record(consent_of("ada"));
        let command = |what: &str, verb: &str| {
            answer(&site.database, &[what, verb, "--workspace", "1", "--subject", "ada", "--reason", REASON])
        };
        let held = command("hold", "set");
        assert_eq!((&held["subject_id"], &held["by"]), (&json!("ada"), &json!("command")));
        assert_eq!(answer(&site.database, &["hold", "list", "--workspace", "1"]), json!({ "holds": [held] }));
        let refused =
            run(&site.database, &["erase", "--workspace", "1", "--subject", "ada", "--reason", "asked for"]);
        assert!(!refused.status.success());
        assert!(
            String::from_utf8(refused.stderr)
                .unwrap()
                .starts_with("placet: a legal hold keeps what is known of this subject: ")
        );
        assert_eq!(command("hold", "lift"), held);
        let restricted = command("restriction", "set");
        assert_eq!(
            answer(&site.database, &["restriction", "list", "--workspace", "1"]),
            json!({ "restrictions": [restricted] })
        );
        command("restriction", "lift");
        let none = run(&site.database, &["restriction", "list", "--workspace", "1"]);
        assert_eq!(String::from_utf8(none.stdout).unwrap(), "No restriction is in force\n");
    }
}
