//! Erasing much, being killed half way, and what arrives meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::{REASON, consent_of, counts, erase};
use crate::app::{Site, on_both};
use crate::database::Database;
use crate::process::{answer, placet};
use crate::records;

const MANY: usize = 620;

/// Consents of one person, more than one step erases.
fn fill(site: &Site) {
    let mut body = consent_of("ada");
    for number in 0..MANY {
        body["proofs"][0]["content"] = json!(number.to_string());
        site.record(body.clone());
    }
    site.record(consent_of("eve"));
}

fn notes(site: &Site) -> usize {
    let events = records::events(&site.database);
    let of = |event: &String| event.split(r#""of":""#).nth(1).map(|rest| rest[..64].to_owned());
    let leaves: std::collections::BTreeSet<String> = events.iter().filter_map(of).collect();
    assert_eq!(leaves.len(), events.len(), "no record is said to be erased twice");
    leaves.len()
}

fn persons(site: &Site) -> usize {
    site.database.rows("SELECT id FROM consents WHERE group_s IS NOT NULL").len()
}

struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn more_than_one_step_can_take_is_erased_in_several() {
    on_both(|site| {
        fill(site);
        assert_eq!(counts(&erase(site, "ada")).1[0], i64::try_from(MANY).unwrap());
        assert_eq!((persons(site), notes(site)), (1, MANY));
        assert_eq!(site.subject("eve")["email"], "eve@example.org");
    });
}

#[test]
fn whoever_was_killed_half_way_goes_on_where_it_ended() {
    for database in Database::all() {
        let site = Site::open(database);
        fill(&site);
        let arguments = ["erase", "--workspace", "1", "--subject", "ada", "--reason", REASON, "--json"];
        let option = site.database.option();
        let whole: Vec<&str> = arguments.into_iter().chain(option.iter().map(String::as_str)).collect();
        for pause in [20, 40, 60, 80, 100, 150] {
            let mut process = placet(&whole).stdout(std::process::Stdio::null()).spawn().unwrap();
            thread::sleep(Duration::from_millis(pause));
            process.kill().unwrap();
            process.wait().unwrap();
            assert_eq!(persons(&site) + notes(&site), MANY + 1, "a step is done or not");
        }
        answer(&site.database, &arguments[..arguments.len() - 1]);
        assert_eq!((persons(&site), notes(&site)), (1, MANY));
        assert_eq!(site.get("/subjects/ada").status, 404);
    }
}

#[test]
fn what_arrives_meanwhile_is_erased_whole_or_stays_whole() {
    on_both(|site| {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        site.record(consent_of("ada"));
                    }
                });
            }
            // Also when an erasure fails: those who write would never end.
            let _end = End(&is_over);
            for _ in 0..6 {
                thread::sleep(Duration::from_millis(40));
                erase(site, "ada");
            }
        });
        let left = site.get("/consent?subject_id=ada&limit=1").ok();
        let subject = site.get("/subjects/ada");
        if left == json!([]) {
            assert_eq!(subject.status, 404);
        } else {
            let proven_by = subject.ok()["preferences"]["newsletter"]["consent_id"].clone();
            assert_eq!(site.consent(proven_by.as_str().unwrap())["subject"]["id"], "ada");
        }
        erase(site, "ada");
        assert_eq!((persons(site), site.get("/subjects/ada").status), (0, 404));
        assert!(site.database.rows("SELECT preferences FROM subjects").is_empty());
    });
}
