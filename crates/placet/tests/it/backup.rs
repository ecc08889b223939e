//! Backing up while others write, and restoring: on the same kind of database and on the other one.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use placet::actions::backup::{Manifest, make, restore};
use placet::domain::error::Result;
use placet::domain::time::Timestamp;
use placet::store::Address;
use serde_json::{Value, json};

use crate::app::{NOW, Site};
use crate::database::Database;
use crate::process::{json_of, run};

/// The folder that goes with a database.
pub(crate) fn folder(database: &Database) -> PathBuf {
    match database.address() {
        Address::Folder(folder) => folder,
        Address::Url(_) => std::env::temp_dir().join("a folder that is not there"),
    }
}

fn back_up(database: &Database, file: &Path) -> Result<Manifest> {
    make(&database.address(), &folder(database), file, Timestamp(NOW), &mut |_| {})
}

fn restored(file: &Path, to: &Database) -> Result<Manifest> {
    restore(&to.address(), &folder(to), file, &mut |_| {})
}

/// One of each kind that can be had, empty.
fn targets() -> Vec<Database> {
    Database::all().collect()
}

fn filled() -> impl Iterator<Item = Site> {
    Database::all().map(|database| {
        let site = Site::open(database);
        site.post("/legal_notices", json!({ "identifier": "terms", "content": { "en": "text" } })).ok();
        let document = crate::document::upload(&site, "scan.pdf", &[0, 1, 2, 255]);
        site.record(json!({
            "subject": { "id": "s", "email": "ada@example.org", "phones": [{ "number": "+39 06" }] },
            "preferences": { "newsletter": true }, "legal_notices": [{ "identifier": "terms" }],
            "proofs": [{ "content": "typed", "form": "<form></form>" }], "proof_document_ids": [document["id"]],
        }));
        let widget = crate::widget::publish(&site);
        crate::cookie_choice::choose(&site, &widget, true);
        site
    })
}

/// What a site answers, through every index that a filter uses.
fn told(site: &Site) -> Vec<Value> {
    let consents = site.get("/consent?limit=100").ok();
    let whole =
        consents.as_array().unwrap().iter().map(|consent| site.details(consent["id"].as_str().unwrap()));
    let mut told: Vec<Value> = whole.collect();
    for target in [
        "/consent?subject_email_exact=ada@example.org",
        "/consent?fulltext=ada",
        "/consent?preference_key=newsletter",
        "/subjects?phone=3906",
        "/subjects/s",
        "/legal_notices",
        "/documents",
        "/api/v1/consents?shape=cookie",
    ] {
        told.push(site.get(target).ok());
    }
    told
}

#[test]
fn a_backup_is_restored_on_either_database_and_answers_alike() {
    for site in filled() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("backup.zip");
        let made = back_up(&site.database, &file).unwrap();
        assert!(made.rows() > 20 && made.parts.iter().any(|part| part.name == "tables/consents"), "{made:?}");
        for target in targets() {
            assert_eq!(restored(&file, &target).unwrap(), made);
            let copy = Site::again(target, &site);
            assert_eq!(told(&copy), told(&site));
            copy.record(json!({ "subject": { "id": "s" }, "preferences": { "newsletter": false } }));
            assert_eq!(copy.subject("s")["preferences"]["newsletter"]["value"], false);
        }
    }
}

#[test]
fn everything_acknowledged_before_a_backup_is_in_it_though_others_write_meanwhile() {
    for database in Database::all() {
        let site = Site::open(database);
        let place = tempfile::tempdir().unwrap();
        let (is_over, acknowledged) = (AtomicBool::new(false), Mutex::new(Vec::new()));
        let mut backups = Vec::new();
        std::thread::scope(|scope| {
            for client in 0..3 {
                let (site, is_over, acknowledged) = (&site, &is_over, &acknowledged);
                scope.spawn(move || {
                    while !is_over.load(Ordering::Relaxed) {
                        let id = site.record(
                            json!({ "subject": { "id": format!("c{client}") }, "preferences": { "a": 1 } }),
                        );
                        acknowledged.lock().unwrap().push(id);
                    }
                });
            }
            for round in 0..3 {
                while acknowledged.lock().unwrap().len() < 40 * (round + 1) {
                    std::thread::yield_now();
                }
                let before = acknowledged.lock().unwrap().clone();
                let file = place.path().join(format!("{round}.zip"));
                back_up(&site.database, &file).unwrap();
                backups.push((file, before));
            }
            is_over.store(true, Ordering::Relaxed);
        });
        for (file, before) in backups {
            for target in targets() {
                restored(&file, &target).unwrap();
                let copy = Site::again(target, &site);
                for id in &before {
                    assert_eq!(copy.consent(id), site.consent(id));
                }
                let workspace = copy.own.id;
                let without = copy.read(move |tx| placet::store::consent::count_without_entry(tx, workspace));
                assert_eq!(without, 0);
            }
        }
    }
}

#[test]
fn a_backup_that_is_not_as_it_was_written_is_refused_before_anything_is() {
    let site = filled().next().unwrap();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("backup.zip");
    back_up(&site.database, &file).unwrap();
    let whole = fs::read(&file).unwrap();
    let damage = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        let damaged = place.path().join("damaged.zip");
        fs::write(&damaged, bytes).unwrap();
        let target = Database::sqlite();
        let why = restored(&damaged, &target).unwrap_err().to_string();
        assert_eq!(fs::read_dir(folder(&target)).unwrap().count(), 0, "nothing was written");
        why
    };
    let cut = damage(&|bytes| bytes.truncate(bytes.len() / 2));
    assert!(cut.starts_with("this is no whole backup: it was cut off, or is another file"), "{cut}");
    let place_of = |text: &str| whole.windows(text.len()).position(|part| part == text.as_bytes()).unwrap();
    let row = place_of("ada@example.org");
    let flipped = damage(&|bytes| bytes[row] ^= 1);
    assert!(flipped.starts_with("the backup is damaged: its part tables/"), "{flipped}");
    let other = damage(&|bytes| *bytes = b"something else".to_vec());
    assert!(other.starts_with("this is no whole backup"), "{other}");
}

#[test]
fn a_backup_of_a_newer_release_is_refused_in_a_clear_sentence() {
    for database in Database::all() {
        let site = Site::open(database);
        site.database.tamper("INSERT INTO migrations (version, name) VALUES (9999, 'from the future')");
        let place = tempfile::tempdir().unwrap();
        let why = back_up(&site.database, &place.path().join("b.zip")).unwrap_err().to_string();
        assert!(why.starts_with("the database was written by a newer release (schema 9999"), "{why}");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }
}

#[test]
fn nothing_is_restored_over_what_is_there_and_no_file_is_written_over() {
    for site in filled() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("backup.zip");
        back_up(&site.database, &file).unwrap();
        assert!(back_up(&site.database, &file).unwrap_err().to_string().ends_with("exists already"));
        let before = told(&site);
        let why = restored(&file, &site.database).unwrap_err().to_string();
        assert!(why.contains("is not empty"), "{why}");
        assert_eq!(told(&site), before);
    }
}

#[test]
fn what_an_earlier_try_left_is_not_written_into() {
    for site in filled() {
        let place = tempfile::tempdir().unwrap();
        let (file, unfinished) =
            (place.path().join("backup.zip"), place.path().join("backup.zip.unfinished"));
        let other = place.path().join("other");
        fs::write(&other, "not ours").unwrap();
        std::os::unix::fs::symlink(&other, &unfinished).unwrap();
        back_up(&site.database, &file).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "not ours");
        let about = fs::symlink_metadata(&file).unwrap();
        assert_eq!((about.is_file(), about.mode() & 0o777), (true, 0o600));
    }
}

#[test]
fn a_restore_that_did_not_end_is_not_taken_for_one_that_did() {
    for database in Database::all() {
        let site = Site::open(database);
        site.database.tamper("INSERT INTO migrations (version, name) VALUES (0, 'restoring')");
        let opened = placet::store::open(&site.database.address(), [1; 16]).map(|_| ());
        let why = opened.unwrap_err().to_string();
        assert!(
            why.ends_with("a restore into this database did not end: empty it, and restore again"),
            "{why}"
        );
    }
}

#[test]
fn the_commands_back_up_and_restore_keys_in_the_folder_too() {
    for database in Database::all() {
        let site = Site::open(database);
        let id = site.record(json!({ "subject": { "id": "s" } }));
        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name).display().to_string();
        if let Address::Folder(folder) = site.database.address() {
            fs::write(folder.join("log.key"), "secret").unwrap();
        }
        let made = json_of(&run(&site.database, &["backup", &path("b.zip"), "--json"]));
        assert!(made["rows"].as_i64().unwrap() > 5, "{made}");
        let target = Database::sqlite();
        let back = json_of(&run(&target, &["restore", &path("b.zip"), "--json"]));
        assert_eq!((&back["rows"], &back["made_at"]), (&made["rows"], &made["made_at"]));
        if matches!(site.database, Database::Sqlite(_)) {
            assert_eq!(fs::read_to_string(folder(&target).join("log.key")).unwrap(), "secret");
        }
        assert_eq!(Site::again(target, &site).consent(&id), site.consent(&id));
        let none = run(&Database::sqlite(), &["backup", &path("none.zip")]);
        let said = String::from_utf8(none.stderr).unwrap();
        assert_eq!(said, "placet: data: there is no database in this folder\n");
    }
}

#[test]
fn what_root_restores_belongs_to_the_owner_of_the_folder() {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return;
    }
    let site = Site::open(Database::sqlite());
    fs::write(folder(&site.database).join("log.key"), "secret").unwrap();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("backup.zip");
    back_up(&site.database, &file).unwrap();
    let target = Database::sqlite();
    chown(folder(&target), Some(65532), Some(65533)).unwrap();
    restored(&file, &target).unwrap();
    let owners: Vec<(u32, u32)> = fs::read_dir(folder(&target))
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap())
        .map(|file| (file.uid(), file.gid()))
        .collect();
    assert_eq!(owners, [(65532, 65533); 2]);
}

/// The newest preferences of each subject, as they are exported.
fn preferences_of_subjects(database: &Database) -> BTreeMap<String, Value> {
    let exported = run(database, &["export", "subjects", "--workspace", "1", "--format", "jsonl"]);
    let text = String::from_utf8(exported.stdout).unwrap();
    let subjects = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let value = |(name, newest): (&String, &Value)| (name.clone(), newest["value"].clone());
    let newest = |subject: &Value| subject["preferences"].as_object().unwrap().iter().map(value).collect();
    subjects.map(|subject| (subject["id"].as_str().unwrap().to_owned(), newest(&subject))).collect()
}

/// The same, worked out from exported consents.
fn preferences_proven(consents: &str) -> BTreeMap<String, Value> {
    let mut consents: Vec<Value> = consents.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    consents.retain(|consent| consent["consent_type"].is_null());
    consents.sort_by_key(|consent| consent["timestamp"].as_str().unwrap().to_owned());
    let mut subjects: BTreeMap<String, Value> = BTreeMap::new();
    for consent in consents {
        let subject =
            subjects.entry(consent["subject"]["id"].as_str().unwrap().to_owned()).or_insert(json!({}));
        for (name, value) in consent["preferences"].as_object().unwrap() {
            subject[name] = value.clone();
        }
    }
    subjects
}

/// Made by schema 7 with:
/// `placet workspace create --name Old --data D; placet generate --workspace 1 --consents 40 --data D; placet backup
/// tests/data/schema-7.zip --data D; cp D/placet.db tests/data/schema-7.db`
#[test]
fn a_database_and_a_backup_of_an_earlier_release_are_opened_by_this_one() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let opened = Database::sqlite();
    fs::copy(data.join("schema-7.db"), folder(&opened).join("placet.db")).unwrap();
    let exported = run(&opened, &["export", "consents", "--workspace", "1", "--format", "jsonl"]);
    let text = String::from_utf8(exported.stdout).unwrap();
    assert_eq!(text.lines().count(), 40, "{:?}", String::from_utf8(exported.stderr));
    for target in targets() {
        restored(&data.join("schema-7.zip"), &target).unwrap();
        let exported = run(&target, &["export", "consents", "--workspace", "1", "--format", "jsonl"]);
        assert_eq!(String::from_utf8(exported.stdout).unwrap(), text, "{}", target.name());
        assert_eq!(preferences_of_subjects(&target), preferences_proven(&text), "{}", target.name());
        // The search index of that release knew nothing of what is looked up by equality.
        let consents: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let email = consents.iter().find_map(|consent| consent["subject"]["email"].as_str()).unwrap();
        let expected = consents.iter().filter(|consent| consent["subject"]["email"] == email).count();
        for filter in ["subject_email_exact", "fulltext"].map(|name| format!("{name}={email}")) {
            let arguments =
                ["export", "consents", "--workspace", "1", "--format", "jsonl", "--filter", &filter];
            let found = String::from_utf8(run(&target, &arguments).stdout).unwrap();
            assert_eq!(found.lines().count(), expected, "{filter} on {}", target.name());
        }
    }
}
