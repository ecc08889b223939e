//! Settings that are given again without being looked up: never longer than they would be given at all.

use std::cell::Cell;

use serde_json::json;

use super::manage::{create, publish, send, settings};
use crate::app::{Site, on_both};
use crate::client::Answer;
use crate::database::Database;
use crate::person::Person;
use crate::process::answer;

const SHOP: &str = "https://shop.example";
const WWW: &str = "https://www.shop.example";

fn published(site: &Site) -> i64 {
    let id = create(site, settings());
    publish(site, id, json!({}));
    id
}

fn ask(site: &Site, target: &str, headers: &[(&str, &str)]) -> Answer {
    let request = site.request("GET", target);
    headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
}

/// Everything but the date; the order of headers means nothing.
fn told(answer: &Answer) -> (u16, Vec<&(String, String)>, &str) {
    let mut headers: Vec<_> = answer.headers.iter().filter(|(name, _)| name != "date").collect();
    headers.sort();
    (answer.status, headers, &answer.body)
}

#[test]
fn the_same_question_gets_the_same_answer_and_each_is_counted() {
    on_both(|site| {
        let target = format!("/v1/client/cookie-widget-settings/{}?key={}", published(site), site.own.public);
        let (origin, french) = (("Origin", SHOP), ("Accept-Language", "fr"));
        let asked: [&[_]; 4] = [&[], &[origin], &[origin, french], &[origin, ("If-None-Match", "*")]];
        for headers in asked {
            let first = ask(site, &target, headers);
            assert_eq!(told(&first), told(&ask(site, &target, headers)), "{headers:?}");
        }
        let metrics = site.request("GET", "/metrics").send().body;
        let count = |status: u16, count: u16| {
            let path = "/v1/client/cookie-widget-settings/{id}";
            let line = format!(
                "placet_http_requests_total{{method=\"Get\",route=\"{path}\",status=\"{status}\"}} {count}\n"
            );
            assert!(metrics.contains(&line), "{line}{metrics}");
        };
        count(200, 6);
        count(304, 2);
    });
}

#[test]
fn another_question_gets_an_answer_of_its_own() {
    on_both(|site| {
        let target = format!("/v1/client/cookie-widget-settings/{}?key={}", published(site), site.own.public);
        let lang = |target: &str, headers: &[(&str, &str)]| {
            let answer = ask(site, target, headers);
            (answer.ok()["lang"].clone(), answer.header("access-control-allow-origin").map(str::to_owned))
        };
        for _ in 0..2 {
            assert_eq!(lang(&target, &[]), (json!("en"), None));
            assert_eq!(lang(&target, &[("Origin", SHOP)]), (json!("en"), Some(SHOP.into())));
            assert_eq!(lang(&target, &[("Accept-Language", "de")]), (json!("de"), None));
            assert_eq!(lang(&format!("{target}&culture=de"), &[]), (json!("de"), None));
            assert_eq!(ask(site, &target, &[("Origin", WWW)]).status, 403);
            assert_eq!(site.request("HEAD", &target).send().body, "");
            assert_eq!(site.request("DELETE", &target).send().status, 405);
        }
    });
}

#[test]
fn what_is_published_or_withdrawn_is_so_at_once() {
    on_both(|site| {
        let id = published(site);
        let target = format!("/v1/client/cookie-widget-settings/{id}?key={}", site.own.public);
        let title = || {
            ask(site, &target, &[]); // What this gives must not be given again.
            ask(site, &target, &[]).ok()["translation"]["startupTitle"].clone()
        };
        let before = title();
        let texts = json!({ "startupTitle": "Biscuits?" });
        send(site, "PUT", &format!("/widgets/{id}/texts/en"), texts).ok();
        assert_eq!(title(), before);
        publish(site, id, json!({}));
        assert_eq!(title(), "Biscuits?");
        let origins = format!("/widgets/{id}/allowed_origins");
        send(site, "POST", &origins, json!({ "origin": WWW })).ok();
        assert_eq!(ask(site, &target, &[("Origin", WWW)]).status, 200);
        send(site, "DELETE", &format!("{origins}?origin={WWW}"), json!({})).ok();
        assert_eq!(ask(site, &target, &[("Origin", WWW)]).status, 403);
    });
}

#[test]
fn a_key_that_is_limited_or_revoked_gets_no_answer_that_it_got_before() {
    on_both(|site| {
        let ada = Person::owner(site);
        let key = ada.send("POST", "/api/v1/keys", json!({ "kind": "public" })).ok();
        let (id, key) = (key["id"].as_str().unwrap(), key["key"].as_str().unwrap());
        let target = format!("/v1/client/cookie-widget-settings/{}?key={key}", published(site));
        let status = || ask(site, &target, &[("Origin", SHOP)]).status;
        assert_eq!(status(), 200);
        let elsewhere = json!({ "allowed_origins": ["https://elsewhere.example"] });
        ada.send("PATCH", &format!("/api/v1/keys/{id}"), elsewhere).ok();
        assert_eq!(status(), 403);
        ada.send("PATCH", &format!("/api/v1/keys/{id}"), json!({ "allowed_origins": [] })).ok();
        assert_eq!(status(), 200);
        ada.delete(&format!("/api/v1/keys/{id}"));
        assert_eq!(status(), 401);
    });
}

#[test]
fn what_another_process_publishes_is_given_within_a_second() {
    for database in Database::all() {
        let site = Site::open(database);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("widget.json");
        let import = |title: &str| {
            let mut settings = settings();
            settings["translations"] = json!([{ "lang": "en", "startupTitle": title }]);
            std::fs::write(&file, settings.to_string()).unwrap();
            let file = file.to_str().unwrap();
            answer(&site.database, &["widget", "import", file, "--workspace", "1", "--id", "7"]);
        };
        let target = format!("/v1/client/cookie-widget-settings/7?key={}", site.own.public);
        let read = Cell::new(0);
        let title = |milliseconds: i64| {
            site.move_clock(milliseconds - read.replace(milliseconds));
            ask(&site, &target, &[]).ok()["translation"]["startupTitle"].clone()
        };
        import("First");
        assert_eq!(title(0), "First");
        assert_eq!(title(900), "First");
        import("Second");
        assert_eq!(title(999), "First", "still fresh");
        assert_eq!(title(1000), "Second", "however late it was given for the last time");
    }
}
