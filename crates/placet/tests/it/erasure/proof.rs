//! What is left after an erasure still proves what it says.

use placet_proof::{Commitments, Disclosure, Entry};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{REASON, consent_of, erase, request, without_entry};
use crate::app::{NOW, Site, on_both};
use crate::records::{self, unpack};

/// What is stored of the only consent: each group's text, the commitments, and the entry.
fn stored(site: &Site) -> ([Option<String>; 4], Commitments, Entry) {
    let database = &site.database;
    let group = |letter: &str| {
        let sql = format!("SELECT group_{letter} FROM consents WHERE group_{letter} IS NOT NULL");
        database.rows(&sql).first().map(|row| unpack(&row[0]))
    };
    let rows = database.rows("SELECT commitments, id FROM consents");
    let bytes: [u8; 128] = rows[0][0].clone().try_into().unwrap();
    let entry = records::entries(database)[&Uuid::from_slice(&rows[0][1]).unwrap().to_string()];
    (["s", "e", "f", "d"].map(group), Commitments::from_bytes(&bytes), entry)
}

#[test]
fn entry_and_leaf_follow_from_the_stored_commitments_and_each_disclosure_that_is_left_holds() {
    on_both(|site| {
        site.record(consent_of("ada"));
        let (before, commitments, entry) = stored(site);
        assert!(before.iter().all(Option::is_some));
        erase(site, "ada");
        let (after, left, same) = stored(site);
        assert_eq!((after[0].as_ref(), after[2].as_ref(), after[3].as_ref()), (None, None, None));
        assert_eq!(after[1], before[1], "the event's bytes are the same");
        assert_eq!(left.to_bytes(), commitments.to_bytes());
        assert_eq!((same, left.commitment().entry().leaf()), (entry, entry.leaf()));
        assert!(left.holds(&Disclosure::parse(after[1].clone().unwrap()).unwrap()));
        // What was erased, had somebody kept it, would still be what was committed to.
        assert!(left.holds(&Disclosure::parse(before[0].clone().unwrap()).unwrap()));
        assert_eq!(without_entry(site, &site.own), (0, 0));
    });
}

#[test]
fn each_erased_record_has_one_record_that_says_so_and_names_nobody() {
    on_both(|site| {
        site.record(consent_of("ada"));
        let leaf = site.details(&only(site))["leaf"].clone();
        erase(site, "ada");
        let [event] = &records::events(&site.database)[..] else { panic!("not one record") };
        let id = serde_json::from_str::<Value>(event).unwrap()["id"].as_str().unwrap().to_owned();
        let by = serde_json::from_str::<Value>(event).unwrap()["by"].as_str().unwrap().to_owned();
        assert!(by.starts_with("key:"));
        assert_eq!(
            *event,
            format!(
                r#"{{"kind":"erasure","id":"{id}","at":{NOW},"of":{leaf},"groups":["S","F","D"],"reason":"{REASON}","by":"{by}"}}"#
            )
        );
    });
}

#[test]
fn an_erasure_of_what_happened_says_so() {
    on_both(|site| {
        site.record(json!({ "subject": { "id": "ada" } }));
        request(site, "ada", json!({ "reason": REASON, "events": true })).key(&site.own.private).send().ok();
        assert!(records::events(&site.database)[0].contains(r#""groups":["S","E","D"]"#));
        let (left, commitments, entry) = stored(site);
        assert_eq!([&left[0], &left[1], &left[3]], [&None; 3]);
        assert_eq!(commitments.commitment().entry(), entry);
    });
}

fn only(site: &Site) -> String {
    site.get("/consent").ok()[0]["id"].as_str().unwrap().to_owned()
}
