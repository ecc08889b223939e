//! Records: stored bytes, what they commit to, and their entries. The bytes are read and unpacked here without any
//! code of the store, because they have to stay readable for years.

use std::collections::{BTreeMap, BTreeSet};

use placet::domain::id::{Digest, hex};
use placet::store;
use placet_assets::{SDK_DIGEST, SDK_VERSION};
use placet_proof::{Disclosure, Entry, Group, Record};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{MINUTE, Site, on_both};
use crate::database::Database;
use crate::{cookie_choice, widget};

static DICTIONARY: &[u8] = include_bytes!("../../src/store/packing/dictionary-1");
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const MOST: usize = 1 << 24;

/// One stored record.
struct Stored {
    id: String,
    record: Record,
    commitments: Vec<u8>,
}

pub(crate) fn unpack(packed: &[u8]) -> String {
    let content = match packed.split_first().unwrap() {
        (0, rest) => rest.to_vec(),
        (how, _) => decompressed(packed).unwrap_or_else(|| panic!("packed in the way {how}")),
    };
    String::from_utf8(content).unwrap()
}

/// The content of a stored value that is compressed.
pub(crate) fn decompressed(packed: &[u8]) -> Option<Vec<u8>> {
    let (how, frame) = packed.split_first()?;
    let with_dictionary = |frame: &[u8]| {
        zstd::bulk::Decompressor::with_dictionary(DICTIONARY).unwrap().decompress(frame, MOST).ok()
    };
    match how {
        1 => zstd::bulk::decompress(frame, MOST).ok(),
        2 => with_dictionary(frame),
        3 => with_dictionary(&[&MAGIC, frame].concat()),
        _ => None,
    }
}

/// All records of a table that belong to the site's own workspace, in order of their ids.
fn stored(database: &Database, table: &str) -> Vec<Stored> {
    let columns = "id, group_s, group_e, group_f, group_d, commitments";
    let rows = database.rows(&format!("SELECT {columns} FROM {table} WHERE workspace_id = 1 ORDER BY id"));
    let read = |row: Vec<Vec<u8>>| Stored {
        id: Uuid::from_slice(&row[0]).unwrap().to_string(),
        record: Record::parse([1, 2, 3, 4].map(|index| unpack(&row[index]))).unwrap(),
        commitments: row[5].clone(),
    };
    rows.into_iter().map(read).collect()
}

pub(crate) fn entries(database: &Database) -> BTreeMap<String, Entry> {
    let rows = database.rows("SELECT entries FROM pending_entries WHERE workspace_id = 1");
    let read = |pair: &[u8]| {
        (Uuid::from_slice(&pair[..16]).unwrap().to_string(), Entry::parse(&pair[16..]).unwrap())
    };
    rows.iter().flat_map(|row| row[0].chunks_exact(49)).map(read).collect()
}

/// Some of everything that is a record.
fn fill(site: &Site) {
    site.post("/legal_notices", json!([{ "identifier": "terms", "content": "Text" }, { "identifier": "terms", "content": { "en": "Text" } }])).ok();
    crate::document::upload(site, "scan.pdf", b"scan");
    let published = widget::publish(site);
    site.record(json!({}));
    site.record(
        json!({ "subject": { "id": "s" }, "proofs": [{ "content": "c", "form": "f".repeat(40_000) }, {}] }),
    );
    site.record_public(json!({ "legal_notices": [{ "identifier": "terms" }], "preferences": { "text": "x".repeat(20_000) } }));
    cookie_choice::choose(site, &published, true);
}

#[test]
fn every_record_commits_to_its_stored_bytes_and_has_its_entry() {
    on_both(|site| {
        fill(site);
        let (consents, others) = (stored(&site.database, "consents"), stored(&site.database, "records"));
        assert_eq!((consents.len(), others.len()), (4, 5));
        let mut entries = entries(&site.database);
        for stored in consents.iter().chain(&others) {
            assert_eq!(stored.record.commitments().to_bytes().as_slice(), stored.commitments);
            assert_eq!(entries.remove(&stored.id), Some(stored.record.entry()));
        }
        assert!(entries.is_empty());
        let workspace = site.own.id;
        assert_eq!(site.read(move |tx| store::consent::count_without_entry(tx, workspace)), 0);
        assert_eq!(site.read(move |tx| store::record::count_without_entry(tx, workspace)), 0);
    });
}

#[test]
fn the_checksum_is_the_commitment_and_the_dashboard_shows_what_it_is_made_of() {
    on_both(|site| {
        fill(site);
        for Stored { id, record, .. } in stored(&site.database, "consents") {
            assert_eq!(site.consent(&id)["checksum"], record.commitment().to_hex());
            let details = site.details(&id);
            let groups = Group::ALL.map(|group| {
                (group.letter().to_string(), json!(hex(&record.disclosure(group).commitment())))
            });
            assert_eq!(details["commitments"], Value::from_iter(groups));
            assert_eq!(details["commitment"], record.commitment().to_hex());
            assert_eq!(details["entry"], record.entry().to_hex());
            assert_eq!(details["leaf"], hex(&record.entry().leaf()));
        }
    });
}

#[test]
fn every_group_of_every_record_has_a_salt_of_its_own() {
    on_both(|site| {
        fill(site);
        let mut records = stored(&site.database, "consents");
        records.extend(stored(&site.database, "records"));
        let salts =
            |stored: &Stored| stored.record.disclosures().each_ref().map(|group| group.salt().encoded());
        let salts: BTreeSet<String> = records.iter().flat_map(salts).collect();
        assert_eq!(salts.len(), records.len() * 4);
    });
}

/// The objects of a record's four groups, as text.
fn objects(record: &Record) -> [&str; 4] {
    record.disclosures().each_ref().map(Disclosure::object)
}

#[track_caller]
fn only(site: &Site, table: &str) -> Stored {
    let mut all = stored(&site.database, table);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[test]
fn a_consent_has_its_members_in_the_fixed_order() {
    on_both(|site| {
        site.post("/legal_notices", json!({ "identifier": "terms", "content": "Text" })).ok();
        let scan = crate::document::upload(site, "scan.pdf", b"scan")["id"].as_str().unwrap().to_owned();
        let body = r#"{"consent_type":"cookie_policy", "proof_document_ids":["SCAN"], "proofs":[{"form":"<form>","content":"typed"},{"content":"only"}],
            "preferences":{"b":1.0,"a":true}, "legal_notices":[{"identifier":"terms","extra":1},{"version":"7","identifier":"other"}],
            "ip_address":"203.0.113.7", "timestamp":"2026-03-01T10:20:30Z",
            "subject":{"unknown":[ ],"email":"ada@example.org","id":"s"}}"#;
        site.post("/consent", body.replace("SCAN", &scan)).ok();
        let Stored { id, record, .. } = only(site, "consents");
        let scan = Digest::of(b"scan");
        let notice = Digest::of(br#""Text""#);
        let form = Digest::of(b"<form>");
        assert_eq!(
            objects(&record),
            [
                r#"{"subject":{"unknown":[],"email":"ada@example.org","id":"s"},"contents":["typed","only"]}"#,
                &format!(
                    r#"{{"kind":"consent","id":"{id}","at":1772360430000,"received_at":1772360430265,"source":"private","consent_type":"cookie_policy","preferences":{{"b":1.0,"a":true}},"notices":[{{"identifier":"terms","version":1,"sha256":"{notice}"}},{{"identifier":"other","version":7,"sha256":null}}],"documents":["{scan}"]}}"#
                ),
                &format!(r#"{{"forms":["{form}",null]}}"#),
                r#"{"ip":"203.0.113.7"}"#,
            ]
        );
    });
}

#[test]
fn what_is_not_used_is_left_out() {
    on_both(|site| {
        let answer = site.post("/consent", "{}").ok();
        let Stored { id, record, .. } = only(site, "consents");
        let subject = answer["subject_id"].as_str().unwrap();
        assert_eq!(
            objects(&record),
            [
                &format!(r#"{{"subject":{{"id":"{subject}"}}}}"#),
                &format!(
                    r#"{{"kind":"consent","id":"{id}","at":1772360430265,"received_at":1772360430265,"source":"private"}}"#
                ),
                "{}",
                "{}",
            ]
        );
    });
}

#[test]
fn a_claim_too_far_ahead_stands_beside_the_moment_of_receipt() {
    on_both(|site| {
        site.record_public(json!({ "timestamp": "2030-01-01T00:00:00Z", "autodetect_ip_address": false }));
        let Stored { record, .. } = only(site, "consents");
        let times =
            r#""at":1772360430265,"received_at":1772360430265,"claimed_at":1893456000000,"source":"public""#;
        assert!(objects(&record)[1].contains(times), "{record:?}");
    });
}

#[test]
fn a_cookie_choice_has_its_members_in_the_fixed_order() {
    on_both(|site| {
        let published = widget::publish(site);
        let target = format!("/v1/client/collect/{}?key={}", published.id, site.own.public);
        let (id, consent_id) =
            ("0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10", "c2a4f0b6-3f9e-4b57-9f0a-4d7a8be5c9f2");
        let session = "5f0e8a4e-2f0c-4e0f-8b1e-7f2a0c9d3b21";
        let body = json!({ "type": "Consents", "id": id, "consentId": consent_id, "userId": "dXNlci00Mg==", "sessionId": session,
            "consents": { "cookieConsents": [{ "slug": "matomo", "consent": true, "date": 1_772_360_420_000_i64 }],
                "date": 1_772_360_421_000_i64, "lang": "en", "sdk": SDK_DIGEST, "how": "accept_all", "path": "/page" } });
        site.request("POST", &target).header("Origin", "https://shop.example").json(body).send().ok();
        let Stored { record, .. } = only(site, "consents");
        let version = &published.version;
        assert_eq!(
            objects(&record),
            [
                &format!(
                    r#"{{"subject":{{"id":"{consent_id}"}},"user_id":"user-42","user_id_sent":"dXNlci00Mg=="}}"#
                ),
                &format!(
                    r#"{{"kind":"consent","id":"{id}","at":1772360421000,"received_at":1772360430265,"source":"public","consent_type":"cookie_policy","preferences":{{"matomo":true}},"services":[{{"id":"8d3b5f0e-0c5f-4c4e-9d39-1f6a2b7c8d90","name":"Matomo","slug":"matomo","purpose":2,"consent":true,"version":"{version}","at":1772360420000}}],"widget":{{"id":{},"version":"{version}","lang":"en","sdk":"{SDK_DIGEST}","how":"accept_all"}}}}"#,
                    published.id
                ),
                "{}",
                &format!(
                    r#"{{"origin":"https://shop.example","origin_checked":true,"path":"/page","device":"unknown","session_id":"{session}"}}"#
                ),
            ]
        );
    });
}

#[test]
fn versions_of_notices_and_widgets_and_the_sdk_build_are_records_before_any_consent() {
    on_both(|site| {
        site.post(
            "/legal_notices",
            json!({ "identifier": "terms", "content": "Text", "timestamp": "2026-02-01T00:00:00Z" }),
        )
        .ok();
        let published = widget::publish(site);
        let settings = site.database.rows("SELECT settings FROM widget_versions WHERE workspace_id = 1");
        let widget_digest = Digest::of(unpack(&settings[0][0]).as_bytes());
        let notice_digest = Digest::of(br#""Text""#);
        let (found, by): (Vec<String>, BTreeSet<String>) =
            stored(&site.database, "records").iter().map(|stored| split_by(&stored.record)).unzip();
        let found: BTreeSet<String> = found.into_iter().collect();
        assert_eq!(
            found,
            BTreeSet::from([
                format!(
                    r#"{{"kind":"notice_version","name":"terms","version":1,"at":1769904000000,"sha256":"{notice_digest}""#
                ),
                format!(
                    r#"{{"kind":"widget_version","name":"{}","version":"{}","at":1772360430265,"sha256":"{widget_digest}""#,
                    published.id, published.version
                ),
                format!(
                    r#"{{"kind":"sdk_build","name":"ui.js","version":"{SDK_VERSION}","at":1772360430265,"sha256":"{SDK_DIGEST}""#
                ),
            ])
        );
        let authors: Vec<&str> = by.iter().map(|author| author.split(':').next().unwrap()).collect();
        assert_eq!(authors, ["command", "key", "server"]);
    });
}

/// What happened, of each record that is not a consent's.
pub(crate) fn events(database: &Database) -> Vec<String> {
    stored(database, "records").iter().map(|stored| objects(&stored.record)[1].to_owned()).collect()
}

/// The text before `by`, and who it names; the other groups are empty.
fn split_by(record: &Record) -> (String, String) {
    let [subject, event, form, circumstances] = objects(record);
    assert_eq!([subject, form, circumstances], ["{}"; 3]);
    let (start, by) = event.split_once(r#","by":""#).unwrap();
    (start.to_owned(), by.trim_end_matches("\"}").to_owned())
}

#[test]
fn an_sdk_build_that_the_workspace_does_not_know_yet_is_stored_before_the_consent_that_names_it() {
    for database in Database::all() {
        let site = Site::open(database);
        let published = widget::publish(&site);
        // As if an older release had published the widget.
        site.database.tamper("DELETE FROM records WHERE kind = 'sdk_build'; DELETE FROM sdk_builds");
        let site = site.restart();
        site.move_clock(MINUTE);
        cookie_choice::choose(&site, &published, true);
        let is_build = |stored: &Stored| objects(&stored.record)[1].contains(r#""kind":"sdk_build""#);
        assert_eq!(stored(&site.database, "records").iter().filter(|stored| is_build(stored)).count(), 1);
        assert!(objects(&only(&site, "consents").record)[1].contains(r#""received_at":1772360490265"#));
    }
}
