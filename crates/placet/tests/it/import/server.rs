//! Taking everything over from a server with the same consent API: here, another Placet.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

use placet::actions::import::{Counts, News, Server, Taken, take_over};
use placet::config::Edge;
use placet::domain::error::Result;
use serde_json::json;

use super::{consents, full_site, lists};
use crate::app::Site;
use crate::database::Database;
use crate::process::{answer, placet, run_with_input};

fn take(from: &Site, to: &Site) -> Result<Taken> {
    let server = Server::new(&format!("{}/", from.url()), &from.own.private).unwrap();
    let mut refused = Vec::new();
    let mut hear = |news| {
        if let News::Refused(refusal) = news {
            refused.push(refusal.reason);
        }
    };
    let taken = to.block_on(take_over(to.app(), to.own.id, &server, &mut hear));
    assert_eq!(refused, Vec::<String>::new());
    taken
}

fn all(count: u64, known: u64) -> Counts {
    Counts { new: count, known, refused: 0 }
}

#[test]
fn two_servers_tell_the_same_after_one_has_taken_the_others_records_over() {
    for database in Database::all() {
        let source = full_site(Database::sqlite());
        let target = Site::open(database);
        let taken = take(&source, &target).unwrap();
        let expected = Taken {
            documents: all(1, 0),
            legal_notices: all(2, 0),
            subjects: all(8, 0),
            consents: all(31, 0),
        };
        assert_eq!(taken, expected);
        assert_eq!((consents(&target), lists(&target)), (consents(&source), lists(&source)));
        let document = source.get("/documents").ok()[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(target.get(&format!("/documents/{document}")).body, "%PDF scan");

        source.record(json!({ "subject": { "id": "later" }, "preferences": { "a": 1 } }));
        let again = take(&source, &target).unwrap();
        assert_eq!((again.subjects, again.consents), (all(1, 8), all(1, 31)));
        assert_eq!((again.documents, again.legal_notices), (all(0, 1), all(0, 2)));
        assert_eq!((consents(&target), lists(&target)), (consents(&source), lists(&source)));
    }
}

#[test]
fn a_server_with_limits_is_asked_no_faster_than_it_wants() {
    let limits = vec!["8/s".parse().unwrap()];
    let edge = Edge { public_url: "http://localhost".into(), rate_limit: limits, ..Edge::default() };
    let source = Site::with(Database::sqlite(), edge);
    for number in 0..5 {
        let answer = source.post("/consent", json!({ "subject": { "id": format!("s{number}") } }));
        assert_eq!(answer.status, 200);
    }
    let target = Site::open(Database::sqlite());
    let is_over = std::sync::atomic::AtomicBool::new(false);
    let taken = std::thread::scope(|scope| {
        // The limits go by the server's clock, which stands still in tests.
        let (source, is_over) = (&source, &is_over);
        let moving = scope.spawn(move || {
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                std::thread::sleep(std::time::Duration::from_millis(100));
                source.move_clock(100);
            }
        });
        let taken = take(source, &target);
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        moving.join().unwrap();
        taken.unwrap()
    });
    assert_eq!(taken.consents, all(5, 0));
}

#[test]
fn a_wrong_key_or_address_is_told_in_a_sentence() {
    let (source, target) = (Site::open(Database::sqlite()), Database::sqlite());
    answer(&target, &["workspace", "create", "--name", "Own"]);
    let url = source.url();
    let command = ["import", "iubenda", "--workspace", "1", "--url", &url, "--key-stdin"];
    let wrong = run_with_input(&target, &command, "abcdefghijklmnopqrstuvwxyz012345\n");
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(said, format!("placet: {url} does not accept the key\n"));
    let right = run_with_input(&target, &[&command[..], &["--json"]].concat(), &source.own.private);
    assert!(right.status.success(), "{right:?}");
    assert!(Server::new("ftp://example.org", "key").is_err());
}

#[test]
fn a_server_that_is_away_is_asked_again_and_who_waits_is_told_so() {
    let target = Database::sqlite();
    answer(&target, &["workspace", "create", "--name", "Own"]);
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap(); // closed again
    let mut command =
        placet(&["import", "iubenda", "--workspace", "1", "--url", &format!("http://{address}")]);
    command.args(target.option()).env("PLACET_IMPORT_KEY", "abcdefghijklmnopqrstuvwxyz012345");
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let told: Vec<String> = lines.take(2).map(std::result::Result::unwrap).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    for (line, seconds) in told.iter().zip([2, 4]) {
        assert!(line.starts_with(&format!("http://{address}: ")), "{line}");
        assert!(line.ends_with(&format!("; it is asked again in {seconds} s")), "{line}");
    }
}
