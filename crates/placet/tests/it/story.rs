//! A site's whole life over HTTP, told twice, on SQLite and on PostgreSQL: every answer is the same.

mod kept;

use std::cell::RefCell;

use serde_json::{Value, json};

use crate::app::{MINUTE, Site};
use crate::database::Database;

/// What was asked and answered, with ids that differ from run to run replaced by the order in which they appeared.
#[derive(Default)]
struct Tale {
    lines: RefCell<Vec<String>>,
    ids: RefCell<Vec<String>>,
}

impl Tale {
    fn tell(&self, site: &Site, method: &str, target: &str, body: Option<Value>) -> Value {
        let request = site.request(method, target).key(&site.own.private);
        let answer = body.clone().map_or(request.clone(), |body| request.json(body)).send();
        let value = answer.json();
        let body = body.unwrap_or(Value::Null);
        let line = format!("{method} {target} {body}\n  -> {} {value}", answer.status);
        self.lines.borrow_mut().push(self.with_numbered_ids(&line));
        value
    }

    fn with_numbered_ids(&self, line: &str) -> String {
        let mut ids = self.ids.borrow_mut();
        let mut told = String::new();
        for word in line.split_inclusive(|letter| !is_part_of_id(letter)) {
            let end = word.find(|letter| !is_part_of_id(letter)).unwrap_or(word.len());
            let (id, rest) = word.split_at(end);
            if !is_unlike_between_runs(id) {
                told.push_str(word);
                continue;
            }
            let number = ids.iter().position(|known| known == id).unwrap_or(ids.len());
            if number == ids.len() {
                ids.push(id.to_owned());
            }
            told.extend(["#", &number.to_string(), rest]);
        }
        told
    }
}

fn is_part_of_id(letter: char) -> bool {
    letter.is_ascii_hexdigit() || letter == '-'
}

/// An id that we made, or a commitment, which depends on salts.
fn is_unlike_between_runs(text: &str) -> bool {
    (text.len() == 36 && text.matches('-').count() == 4) || text.len() == 64
}

fn notices(tale: &Tale, site: &Site) {
    let post = |body| tale.tell(site, "POST", "/legal_notices", Some(body));
    post(json!([
        { "identifier": "privacy_policy", "content": { "en": "We keep little.", "it": "Teniamo poco." } },
        { "identifier": "terms", "content": "Be kind." }
    ]));
    site.move_clock(MINUTE);
    post(json!({ "identifier": "privacy_policy", "content": { "en": "We keep less." } }));
    for target in [
        "/legal_notices",
        "/legal_notices?language=it",
        "/legal_notices/privacy_policy?limit=1",
        "/legal_notices/privacy_policy/2",
        "/beta//legal_notices/terms/1/",
        "/legal_notices/imprint",
    ] {
        tale.tell(site, "GET", target, None);
    }
}

fn consents(tale: &Tale, site: &Site) -> Vec<String> {
    let bodies = [
        json!({ "subject": { "id": "ada", "email": "Ada@Example.org", "first_name": "Ada", "last_name": "Rossi" },
            "preferences": { "newsletter": true, "profiling": "no" }, "legal_notices": [{ "identifier": "privacy_policy" }],
            "proofs": [{ "form": "<form>Yes</form>", "content": "{\"yes\":true}" }], "ip_address": "203.0.113.7" }),
        json!({ "timestamp": "2025-06-01T12:00:00+02:00", "subject": { "id": "ada" }, "preferences": { "newsletter": false } }),
        json!({ "subject": { "id": "grace", "full_name": "Grace Hopper", "verified": true }, "preferences": [],
            "legal_notices": [{ "identifier": "termos", "version": null }, { "identifier": "unknown", "version": "7" }] }),
        json!({ "subject": false, "proofs": [], "legal_notices": [] }),
        json!({ "consent_type": "cookie_policy", "subject": { "id": "visitor" }, "preferences": { "maps": true } }),
    ];
    let record = |body: &Value| {
        site.move_clock(MINUTE);
        tale.tell(site, "POST", "/consent/", Some(body.clone()))["id"].as_str().unwrap().to_owned()
    };
    bodies.iter().map(record).collect()
}

fn searches(tale: &Tale, site: &Site, ids: &[String]) {
    let after = format!("/consent?limit=2&starting_after={}", ids[3]);
    for target in [
        "/consent",
        "//consent?unescape_json=true&limit=2",
        &after,
        "/consent?subject_id=ada",
        "/consent?subject_email=example.org",
        "/consent?subject_email_exact=ada@example.org",
        "/consent?subject_email_exact=Ada@Example.org",
        "/consent?subject_full_name=hop",
        "/consent?fulltext=ROSSI",
        "/consent?ip_address=none",
        "/consent?ip_address=203.0.113.7",
        "/consent?preference_key=newsletter",
        "/consent?consent_type=null&limit=3",
        "/consent?consent_type=cookie_policy",
        "/consent?subject_verified=true",
        "/consent?source=public",
        "/consent?from_time=1748700000&to_time=2025-06-02T00:00:00Z",
        "/consent?subject_first_name=Ada&preference_key=profiling",
    ] {
        tale.tell(site, "GET", target, None);
    }
    for id in ids {
        tale.tell(site, "GET", &format!("/consent/{id}"), None);
    }
}

fn subjects(tale: &Tale, site: &Site) {
    let write = |method, target: &str, body| tale.tell(site, method, target, Some(body));
    write(
        "POST",
        "/subjects",
        json!({ "id": "alan", "email": "alan@example.org",
        "phones": [{ "number": "+44 20 7946 0000", "label": "work" }] }),
    );
    write("PATCH", "/subjects/ada", json!({ "email": "", "last_name": "Lovelace", "verified": true }));
    write("PUT", "/subjects/nobody", json!({ "last_name": "None" }));
    write("POST", "/subjects/alan", json!({ "first_name": "Alan", "preferences": { "ignored": true } }));
    for target in [
        "/subjects",
        "/subjects/ada",
        "/subjects/alan",
        "/subjects?email_exact=alan@example.org",
        "/subjects?phone=7946",
        "/subjects?fulltext=love",
        "/subjects?verified=true",
        "/subjects?limit=1",
        "/subjects/ada/consent/last",
        "/beta/subjects/nobody/consent/last",
        "/api/v1/subjects/ada/preferences",
        "/api/v1/consents?search=ada",
    ] {
        tale.tell(site, "GET", target, None);
    }
}

fn life(site: &Site) -> String {
    let tale = Tale::default();
    notices(&tale, site);
    let ids = consents(&tale, site);
    searches(&tale, site, &ids);
    subjects(&tale, site);
    tale.lines.into_inner().join("\n")
}

#[test]
fn a_sites_life_is_told_alike_by_both_databases() {
    let tales: Vec<String> = Database::all().map(|database| life(&Site::open(database))).collect();
    for pair in tales.windows(2) {
        for (sqlite, postgres) in pair[0].lines().zip(pair[1].lines()) {
            assert_eq!(sqlite, postgres);
        }
        assert_eq!(pair[0].lines().count(), pair[1].lines().count());
    }
    // What is told is what happened: the newest value, the newest version, and nothing of a refused call.
    let told = &tales[0];
    for expected in [
        r#""newsletter":{"consent_id":"#,
        r#""last_name":"Lovelace""#,
        r#""identifier":"privacy_policy","version":2"#,
        r#"-> 404 {"message":"#,
    ] {
        assert!(told.contains(expected), "{expected} is missing in\n{told}");
    }
}
