//! After an erasure the values are in no table, packed or not; on SQLite also in no file of the data folder, nor in a
//! backup made then. The names are such that no other text holds them.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::Path;

use placet::actions::backup::make;
use placet::domain::time::Timestamp;
use serde_json::{Value, json};

use super::{REASON, request};
use crate::app::{Site, on_both};
use crate::backup::folder;
use crate::database::Database;
use crate::records::decompressed;
use crate::{document, widget};

/// Each field has one of its own.
const VALUES: [&str; 15] = [
    "zqsubject",
    "zqmail",
    "zqfirst",
    "zqlast",
    "zqfull",
    "555017293846",
    "zqextra",
    "zqcontent",
    "zqform",
    "198.51.77.213",
    "zqdocument",
    "zqscanned",
    "zqpath",
    "zquser",
    "zqnote",
];
const VISITOR: &str = "7d0e5c1b-90aa-4f0e-b7a3-5a2f8e1c6d4b";
const SESSION: &str = "5f0e8a4e-2f0c-4e0f-8b1e-7f2a0c9d3b21";
const AGENT: &str = "zqagent/1.0";
const PIECE: usize = 24;

/// Stores some of everything for a person, among others.
fn fill(site: &Site) {
    others(site, 0..150);
    let scan = document::upload(site, "zqdocument.pdf", "zqscanned ".repeat(3000).as_bytes())["id"].clone();
    let body = |form: &str| {
        json!({
            "subject": { "id": "zqsubject", "email": "zqmail@example.org", "first_name": "zqfirst", "last_name": "zqlast",
                "full_name": "zqfull", "phones": [{ "number": "+555017293846" }], "extra": "zqextra" },
            "preferences": { "news": true, "note": "zqnote" }, "ip_address": "198.51.77.213", "proof_document_ids": [scan],
            "proofs": [{ "content": "zqcontent", "form": form }],
        })
    };
    for (key, form) in
        [("1", "<form>zqform</form>".to_owned()), ("2", format!("<form>zqform {}</form>", noise(9000)))]
    {
        let named = site.request("POST", "/consent").key(&site.own.private).header("Idempotency-Key", key);
        named.json(body(&form)).send().ok();
        others(site, 150..160);
    }
    let named = site.request("POST", "/subjects").key(&site.own.private).header("Idempotency-Key", "s");
    named.json(json!({ "id": "zqsubject", "full_name": "zqfull" })).send().ok();
    choose(site);
    others(site, 160..300);
}

/// Text that does not get much smaller, so that it needs pages of its own.
fn noise(length: u64) -> String {
    let digit = |number: u64| {
        let mixed = (number ^ number >> 3).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        char::from(b'a' + u8::try_from(mixed >> 57).unwrap() % 26)
    };
    (1..length).map(digit).collect()
}

fn others(site: &Site, numbers: std::ops::Range<u64>) {
    for number in numbers {
        let id = format!("person-{}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let subject = json!({ "id": id, "email": format!("{id}@example.org"), "phones": [{ "number": format!("+39{number}") }] });
        site.record(json!({ "subject": subject, "preferences": { "news": true, "note": noise(40) } }));
    }
}

fn choose(site: &Site) {
    let published = widget::publish(site);
    let target = format!("/v1/client/collect/{}?key={}", published.id, site.own.public);
    let body = json!({ "type": "Consents", "consentId": VISITOR, "sessionId": SESSION, "userId": "zquser",
        "consents": { "cookieConsents": [{ "slug": "matomo", "consent": true }], "path": "/zqpath" } });
    let request =
        site.request("POST", &target).header("Origin", "https://shop.example").header("User-Agent", AGENT);
    request.json(body).send().ok();
}

fn erase_all(site: &Site) {
    for subject in ["zqsubject", VISITOR] {
        let said = request(site, subject, json!({ "reason": REASON, "events": true }))
            .key(&site.own.private)
            .send()
            .ok();
        assert_eq!((&said["was_known"], &said["overwritten"]), (&Value::Bool(true), &Value::Bool(true)));
    }
}

/// Name and type of every column of every table.
fn columns(database: &Database) -> Vec<[String; 3]> {
    let sql = match database {
        Database::Sqlite(_) => {
            "SELECT CAST(m.name AS BLOB), CAST(p.name AS BLOB), CAST(p.type AS BLOB) FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
        }
        Database::Postgres(_) => {
            "SELECT convert_to(table_name, 'UTF8'), convert_to(column_name, 'UTF8'), convert_to(data_type, 'UTF8') FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap();
    database.rows(sql).iter().map(|row| [text(&row[0]), text(&row[1]), text(&row[2])]).collect()
}

/// Every value of every table, as bytes.
fn values(database: &Database) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    for [table, column, kind] in columns(database) {
        let value = match (database, kind.as_str()) {
            (Database::Sqlite(_), _) => format!("CAST({column} AS BLOB)"),
            (Database::Postgres(_), "bytea") => column.clone(),
            (Database::Postgres(_), _) => format!("convert_to(CAST({column} AS TEXT), 'UTF8')"),
        };
        let rows = database.rows(&format!("SELECT {value} FROM {table} WHERE {column} IS NOT NULL"));
        values.extend(rows.into_iter().flatten());
    }
    values
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn wanted() -> impl Iterator<Item = &'static str> {
    VALUES.into_iter().chain([VISITOR, SESSION])
}

/// Which of the texts are in a table, packed or not.
pub(crate) fn found_in_tables<'w>(
    database: &Database,
    wanted: impl IntoIterator<Item = &'w str>,
) -> Vec<&'w str> {
    let values = values(database);
    let all: Vec<Vec<u8>> =
        values.iter().filter_map(|value| decompressed(value)).chain(values.iter().cloned()).collect();
    wanted.into_iter().filter(|text| all.iter().any(|value| holds(value, text.as_bytes()))).collect()
}

#[test]
fn no_table_holds_what_was_erased_packed_or_not() {
    on_both(|site| {
        fill(site);
        assert_eq!(
            found_in_tables(&site.database, wanted()),
            wanted().collect::<Vec<_>>(),
            "the search finds what is there"
        );
        erase_all(site);
        assert_eq!(found_in_tables(&site.database, wanted()), Vec::<&str>::new());
        let agents = values(&site.database).iter().any(|value| holds(value, AGENT.as_bytes()));
        assert!(!agents, "the browser's name was never stored");
    });
}

/// Pieces of what is stored of the person: packed groups, forms, documents. They are what a file would hold.
pub(crate) fn pieces(database: &Database, wanted: &[&str]) -> Vec<Vec<u8>> {
    let is_theirs = |value: &&Vec<u8>| {
        let content = decompressed(value).unwrap_or_else(|| (*value).clone());
        wanted.iter().any(|text| holds(&content, text.as_bytes()))
    };
    let (theirs, others): (Vec<_>, Vec<_>) =
        values(database).into_iter().partition(|value| is_theirs(&value));
    // What others have too tells nothing.
    let common: HashSet<&[u8]> = others.iter().flat_map(|value| value.windows(PIECE)).collect();
    let pieces =
        theirs.iter().flat_map(|value| value.chunks_exact(PIECE)).filter(|piece| !common.contains(piece));
    pieces.map(<[u8]>::to_vec).collect()
}

pub(crate) fn files(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.flat_map(|file| std::fs::read(file).unwrap()).collect()
}

/// Those that no value has now: of what was stored together, others may have a part that stays.
pub(crate) fn gone(mut pieces: Vec<Vec<u8>>, database: &Database) -> Vec<Vec<u8>> {
    let values = values(database);
    let kept: HashSet<&[u8]> = values.iter().flat_map(|value| value.windows(PIECE)).collect();
    pieces.retain(|piece| !kept.contains(piece.as_slice()));
    pieces
}

/// A backup made now, without what makes it smaller.
pub(crate) fn backed_up(database: &Database) -> Vec<u8> {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("backup.zip");
    // At a time that nothing else tells of.
    make(&database.address(), &folder(database), &file, Timestamp(0), &mut |_| {}).unwrap();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&file).unwrap()).unwrap();
    let mut bytes = Vec::new();
    for part in 0..archive.len() {
        archive.by_index(part).unwrap().read_to_end(&mut bytes).unwrap();
    }
    bytes
}

/// Which of the texts are in the bytes as they are, and how many of the pieces.
pub(crate) fn left<'w>(bytes: &[u8], (wanted, pieces): (&[&'w str], &[Vec<u8>])) -> (usize, Vec<&'w str>) {
    let texts = wanted.iter().copied().filter(|text| holds(bytes, text.as_bytes()));
    (found(bytes, pieces), texts.collect())
}

/// How many of the pieces are in the bytes.
fn found(bytes: &[u8], pieces: &[Vec<u8>]) -> usize {
    let known: HashSet<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let found: HashSet<&[u8]> = bytes.windows(PIECE).filter(|window| known.contains(window)).collect();
    found.len()
}

#[test]
fn no_file_of_the_data_folder_holds_what_was_erased_nor_does_a_backup() {
    let site = Site::open(Database::sqlite());
    let Database::Sqlite(folder) = &site.database else { panic!("SQLite") };
    fill(&site);
    let wanted: Vec<&str> = wanted().collect();
    let pieces = pieces(&site.database, &wanted);
    let before = files(folder.path());
    assert!(found(&before, &pieces) > 100, "the search finds what is there");
    for plain in ["zqsubject", "zqmail", "zqnote", "555017293846"] {
        assert!(holds(&before, plain.as_bytes()), "{plain}");
    }
    erase_all(&site);
    let backup = tempfile::tempdir().unwrap();
    site.database.tamper(&format!("VACUUM INTO '{}'", backup.path().join("backup.db").display()));
    for (what, bytes) in
        [("the data folder", files(folder.path())), ("a copy that SQLite makes", files(backup.path()))]
    {
        assert_eq!(left(&bytes, (&wanted, &pieces)), (0, Vec::new()), "{what}");
    }
}

#[test]
fn no_backup_that_is_made_after_an_erasure_holds_what_was_erased() {
    on_both(|site| {
        fill(site);
        let wanted: Vec<&str> = wanted().collect();
        let pieces = pieces(&site.database, &wanted);
        let (found, texts) = left(&backed_up(&site.database), (&wanted, &pieces));
        assert!(found > 100 && texts.len() > 3, "the search finds what is there: {found}, {texts:?}");
        erase_all(site);
        assert_eq!(left(&backed_up(&site.database), (&wanted, &pieces)), (0, Vec::new()));
    });
}
