//! Two servers on one database write the same subjects at the same time.

use serde_json::{Value, json};

use crate::client::Request;
use crate::database::Database;
use crate::process::{Server, answer};

const WRITERS: usize = 8;
const ROUNDS: usize = 20;
const SUBJECTS: usize = 5;

fn post(server: &Server, key: &str, target: &str, body: Value) -> Request {
    server.request("POST", target).key(key).json(body)
}

#[test]
fn nothing_that_two_servers_write_to_the_same_subjects_is_lost() {
    for database in Database::all() {
        answer(&database, &["workspace", "create", "--name", "Own"]);
        let key = answer(&database, &["key", "create", "--workspace", "1", "--kind", "private"]);
        let key = key["key"].as_str().unwrap();
        let servers = [Server::start(&database), Server::start(&database)];
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let server = &servers[writer % 2];
                scope.spawn(move || write(server, key, writer));
            }
        });
        for subject in 0..SUBJECTS {
            for server in &servers {
                check(server, key, subject);
            }
        }
    }
}

/// Each writer sets preferences and, on subjects of a number of its own, fields that nobody else sets.
fn write(server: &Server, key: &str, writer: usize) {
    let field = ["email", "first_name", "last_name", "full_name"][writer / 2];
    for round in 0..ROUNDS {
        // In another order than the next writer: rows are locked in the order of their keys all the same.
        let subject = (round * (writer + 1)) % SUBJECTS;
        let id = format!("s{subject}");
        // A consent of its own time for each writer and round, so that it is clear which is the newest.
        let at = 1_700_000_000 + i64::try_from(round * WRITERS + writer).unwrap();
        let at = format!("{}Z", timestamp(at));
        let body = json!({ "timestamp": at, "subject": { "id": id, field: "set" },
            "preferences": { "all": round * WRITERS + writer, (format!("w{writer}")): round } });
        post(server, key, "/consent", body).send().ok();
        let phones = json!([{ "number": format!("{writer}{round:03}") }]);
        post(server, key, &format!("/subjects/{id}"), json!({ field: "set", "phones": phones })).send().ok();
        post(server, key, "/subjects", json!({ "id": id, "verified": true, "phones": phones })).send().ok();
    }
}

fn timestamp(seconds: i64) -> String {
    let moment = placet::domain::time::Timestamp(seconds * 1000);
    let spelled = moment.spell(placet::domain::time::Spelling::Seconds);
    spelled.trim_end_matches('Z').to_owned()
}

fn check(server: &Server, key: &str, subject: usize) {
    let get = |target: String| server.request("GET", &target).key(key).send().ok();
    let stored = get(format!("/subjects/s{subject}"));
    let touched =
        |writer: usize| (0..ROUNDS).filter(move |round| (round * (writer + 1)) % SUBJECTS == subject);
    let mut newest = None;
    for writer in 0..WRITERS {
        let last = touched(writer).next_back();
        let found = &stored["preferences"][format!("w{writer}")]["value"];
        assert_eq!(*found, json!(last), "subject {subject}, writer {writer}: {stored}");
        newest = newest.max(last.map(|round| round * WRITERS + writer));
        if last.is_some() {
            let field = ["email", "first_name", "last_name", "full_name"][writer / 2];
            assert_eq!(stored[field], "set", "{stored}");
        }
    }
    assert_eq!(stored["preferences"]["all"]["value"], json!(newest), "{stored}");
    assert_eq!(stored["verified"], true);
    // The number that is stored finds the subject, and no number that was replaced does.
    let number = stored["phones"][0]["number"].as_str().unwrap();
    for writer in 0..WRITERS {
        for round in touched(writer) {
            let other = format!("{writer}{round:03}");
            let found = get(format!("/subjects?phone={other}&id=s{subject}"));
            assert_eq!(found.as_array().unwrap().len(), usize::from(other == number), "{other}, {number}");
        }
    }
}
