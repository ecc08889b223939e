//! Notices that follow an address: `/api/v1/legal_notices/{identifier}/source`, the commands, and what the checks do.

mod begun;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use placet::actions;
use placet::app::App;
use placet::config::Edge;
use placet::domain::web_address::Reach;
use placet::store;
use serde_json::{Value, json};

use crate::app::{MINUTE, Site, on_both};
use crate::database::Database;

const HOUR: i64 = 60 * MINUTE;

/// A page on this machine; what it says can be changed.
struct Page {
    address: SocketAddr,
    answer: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Page {
    fn saying(html: &str) -> Page {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answer = Arc::new(Mutex::new(String::new()));
        let asked = Arc::new(AtomicUsize::new(0));
        let (answers, count) = (Arc::clone(&answer), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4096]);
                let answer = answers.lock().unwrap().clone();
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        let page = Page { address, answer, asked };
        page.says(html);
        page
    }

    fn says(&self, html: &str) {
        self.answers(&format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{html}",
            html.len()
        ));
    }

    fn answers(&self, answer: &str) {
        answer.clone_into(&mut self.answer.lock().unwrap());
    }

    fn url(&self) -> String {
        format!("http://{}/privacy", self.address)
    }

    fn times_asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn on_both_with_loopback(test: impl Fn(&Site)) {
    for database in Database::all() {
        let edge = Edge {
            public_url: "http://localhost".into(),
            reach: Reach { loopback: true, anywhere: false },
            ..Edge::default()
        };
        test(&Site::with(database, edge));
    }
}

const SOURCE: &str = "/api/v1/legal_notices/privacy_policy/source";

#[track_caller]
fn follow(site: &Site, body: Value) -> Value {
    site.request("PUT", SOURCE).key(&site.own.private).json(body).send().ok()
}

fn source(site: &Site) -> Value {
    site.get(SOURCE).ok()
}

/// One run of the job.
fn check(site: &Site) {
    site.block_on(actions::legal_notice_source::check_due(site.app())).unwrap();
}

fn check_after(site: &Site, milliseconds: i64) {
    site.move_clock(milliseconds);
    check(site);
}

/// Contents of all versions, oldest first.
#[track_caller]
fn contents(site: &Site) -> Vec<Value> {
    let list = site.get("/legal_notices?identifier=privacy_policy&limit=100").ok();
    let mut all: Vec<(i64, Value)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["version"].as_i64().unwrap(), item["content"].clone()))
        .collect();
    all.sort_by_key(|(version, _)| *version);
    all.into_iter().map(|(_, content)| content).collect()
}

#[test]
fn a_page_that_is_followed_becomes_a_version_when_its_readable_text_has_changed_and_only_then() {
    on_both_with_loopback(|site| {
        let page =
            Page::saying("<nav>Home</nav><h1>Privacy</h1><p>We keep <b>nothing</b>.<script>1</script>");
        follow(site, json!({ "url": page.url(), "every": "24h" }));
        check(site);
        assert_eq!(contents(site), ["Privacy\nWe keep nothing."]);
        page.says("<nav>Start</nav>\n<h1 class=x>Privacy</h1>\n\n<p>We keep  nothing.</p><style>b{}</style><script>2</script>");
        check_after(site, 24 * HOUR);
        assert_eq!(contents(site).len(), 1);
        page.says("<h1>Privacy</h1><p>We keep everything.");
        check_after(site, 24 * HOUR);
        check_after(site, 24 * HOUR);
        assert_eq!(contents(site), ["Privacy\nWe keep nothing.", "Privacy\nWe keep everything."]);
        assert_eq!(page.times_asked(), 4);
    });
}

#[test]
fn what_came_of_it_is_told() {
    on_both_with_loopback(|site| {
        let page = Page::saying("Text");
        let answer = |checked: Value, error: Value, version: Value, next: &str| {
            json!({
                "identifier": "privacy_policy", "url": page.url(), "language": null, "every": "1d",
                "last_checked_at": checked, "last_error": error, "last_version": version, "next_check_at": next,
            })
        };
        let begun = answer(json!(null), json!(null), json!(null), "2026-03-01T10:20:30.265Z");
        assert_eq!(follow(site, json!({ "url": page.url() })), begun);
        assert_eq!(source(site), begun);
        check(site);
        let checked = json!("2026-03-01T10:20:30.265Z");
        assert_eq!(source(site), answer(checked, json!(null), json!(1), "2026-03-02T10:20:30.265Z"));
    });
}

#[test]
fn a_page_is_asked_when_it_is_due_and_not_before() {
    on_both_with_loopback(|site| {
        let page = Page::saying("Text");
        follow(site, json!({ "url": page.url(), "every": "2h" }));
        check(site);
        check(site);
        check_after(site, 2 * HOUR - 1);
        assert_eq!(page.times_asked(), 1);
        check_after(site, 1);
        assert_eq!(page.times_asked(), 2);
    });
}

#[test]
fn a_failure_is_recorded_and_tried_again_and_never_a_version() {
    on_both_with_loopback(|site| {
        let page = Page::saying("Text");
        follow(site, json!({ "url": page.url() }));
        check(site);
        page.answers("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nText");
        check_after(site, 24 * HOUR);
        let told = source(site);
        assert_eq!(
            json!([told["last_error"], told["last_checked_at"], told["last_version"], told["next_check_at"]]),
            json!([
                "the server answered 500 Internal Server Error",
                "2026-03-02T10:20:30.265Z",
                1,
                "2026-03-02T11:20:30.265Z"
            ])
        );
        for (wrong, why) in [
            (
                "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 1\r\n\r\nx",
                "the page is application/pdf, not text/html or text/plain",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<nav>Home</a>",
                "the page has no readable text",
            ),
            (
                "HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n",
                "a redirect leads to an address that is not on the public internet",
            ),
            ("", "the connection to 127.0.0.1 broke off"),
        ] {
            page.answers(wrong);
            check_after(site, HOUR);
            assert_eq!(source(site)["last_error"], why);
        }
        assert_eq!(contents(site), ["Text"]);
        page.says("Text");
        check_after(site, HOUR);
        let told = source(site);
        assert_eq!(json!([told["last_error"], told["last_version"]]), json!([null, 1]));
        assert_eq!(contents(site), ["Text"]);
    });
}

#[test]
fn a_language_is_replaced_and_the_others_stay() {
    on_both_with_loopback(|site| {
        let notice = json!({ "identifier": "privacy_policy", "content": { "en": "Text", "it": "Vecchio" } });
        site.post("/legal_notices", notice).ok();
        let page = Page::saying("Nuovo");
        follow(site, json!({ "url": page.url(), "language": "it" }));
        check(site);
        assert_eq!(contents(site)[1..], [json!({ "en": "Text", "it": "Nuovo" })]);
    });
}

#[test]
fn a_notice_that_says_the_same_already_gets_no_version() {
    on_both_with_loopback(|site| {
        let notice = json!({ "identifier": "privacy_policy", "content": "Text" });
        site.post("/legal_notices", notice).ok();
        let page = Page::saying("<p>Text</p>");
        follow(site, json!({ "url": page.url() }));
        check(site);
        assert_eq!((contents(site), &source(site)["last_version"]), (vec![json!("Text")], &json!(null)));
    });
}

#[test]
fn a_version_that_somebody_publishes_stays_the_newest_until_the_page_changes() {
    on_both_with_loopback(|site| {
        let page = Page::saying("One");
        follow(site, json!({ "url": page.url() }));
        check(site);
        site.post("/legal_notices", json!({ "identifier": "privacy_policy", "content": "By hand" })).ok();
        check_after(site, 24 * HOUR);
        assert_eq!(contents(site), ["One", "By hand"]);
        page.says("Two");
        check_after(site, 24 * HOUR);
        assert_eq!(contents(site), ["One", "By hand", "Two"]);
    });
}

#[test]
fn another_address_with_the_same_text_makes_no_version() {
    on_both_with_loopback(|site| {
        let (page, moved) = (Page::saying("Text"), Page::saying("<p> Text"));
        follow(site, json!({ "url": page.url() }));
        check(site);
        follow(site, json!({ "url": moved.url(), "every": "1h" }));
        check(site);
        assert_eq!((moved.times_asked(), contents(site)), (1, vec![json!("Text")]));
        assert_eq!(source(site)["last_version"], 1);
    });
}

#[test]
fn a_consent_names_the_version_at_once_and_its_record_says_where_it_came_from() {
    on_both_with_loopback(|site| {
        let page = Page::saying("Text");
        let cited = || {
            let consent = site.record(json!({ "legal_notices": [{ "identifier": "privacy_policy" }] }));
            site.details(&consent)["notices"][0]["version"].clone()
        };
        assert_eq!(cited(), json!(null));
        follow(site, json!({ "url": page.url() }));
        check(site);
        assert_eq!(cited(), 1);
        let events = crate::records::events(&site.database);
        assert!(events[0].ends_with(&format!(r#""by":"address:{}"}}"#, page.url())), "{events:?}");
    });
}

#[test]
fn predefined_notices_are_followed_under_any_of_their_names() {
    on_both_with_loopback(|site| {
        let page = Page::saying("Texto");
        let target = "/api/v1/legal_notices/politica_de_privacidade/source";
        let body = json!({ "url": page.url() });
        let begun = site.request("PUT", target).key(&site.own.private).json(body).send().ok();
        assert_eq!(begun["identifier"], "politica_de_privacidade");
        assert_eq!(source(site)["url"], page.url());
        check(site);
        assert_eq!(contents(site), ["Texto"]);
    });
}

#[test]
fn without_the_switch_a_page_on_this_machine_is_not_asked() {
    on_both(|site| {
        let page = Page::saying("secret");
        let url = format!("https://localhost:{}/", page.address.port());
        follow(site, json!({ "url": url }));
        check(site);
        assert_eq!(source(site)["last_error"], "localhost is not on the public internet");
        assert_eq!(page.times_asked(), 0);
    });
}

#[test]
fn two_servers_that_check_at_once_publish_a_text_once() {
    on_both_with_loopback(|site| {
        let (store, _threads) = store::open(&site.database.address(), [8; 16]).unwrap();
        let edge = Edge { reach: Reach { loopback: true, anywhere: false }, ..Edge::default() };
        let neighbour = Arc::new(App::new(store, site.app().clock.clone(), edge));
        let page = Page::saying("Text");
        follow(site, json!({ "url": page.url() }));
        for round in 0..5 {
            page.says(&format!("Text {round}"));
            site.block_on(async {
                let (one, other) = tokio::join!(
                    actions::legal_notice_source::check_due(site.app()),
                    actions::legal_notice_source::check_due(&neighbour)
                );
                one.and(other).unwrap();
            });
            site.move_clock(24 * HOUR);
        }
        assert_eq!(contents(site), ["Text 0", "Text 1", "Text 2", "Text 3", "Text 4"]);
    });
}

#[test]
fn a_slow_page_keeps_no_other_one_waiting() {
    on_both_with_loopback(|site| {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let page = Page::saying("Text");
        let put = |identifier: &str, url: String| {
            let target = format!("/api/v1/legal_notices/{identifier}/source");
            site.request("PUT", &target).key(&site.own.private).json(json!({ "url": url })).send().ok()
        };
        put("slow", format!("http://{}/", silent.local_addr().unwrap()));
        site.move_clock(1);
        put("privacy_policy", page.url());
        site.block_on(async {
            // Given up after a moment, as when the server stops: what was not noted is still due.
            let run = actions::legal_notice_source::check_due(site.app());
            assert!(tokio::time::timeout(Duration::from_secs(2), run).await.is_err());
        });
        assert_eq!(contents(site), ["Text"]);
        let slow = site.get("/api/v1/legal_notices/slow/source").ok();
        assert_eq!(json!([slow["last_checked_at"], slow["last_error"]]), json!([null, null]));
    });
}
