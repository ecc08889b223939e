//! The story goes on: the records go along to a second installation, which answers alike; a person takes everything known
//! of them, and goes; and no file there, nor a backup made then, holds who it was.

use serde_json::{Value, json};

use super::{Tale, consents, notices, searches, subjects};
use crate::app::{MINUTE, Site};
use crate::database::Database;
use crate::erasure::files::{backed_up, files, found_in_tables, gone, left, pieces};
use crate::subject_file::{archive, text};

/// What tells who Ada was; names of others are in none of them.
const ADA: [&str; 6] =
    ["Ada@Example.org", "ada@example.org", "Lovelace", "Rossi", "203.0.113.7", "<form>Yes</form>"];

fn moved(from: &Site) -> Site {
    let to = Site::open(Database::sqlite());
    to.move_clock(60 * MINUTE);
    for what in ["legal_notices", "subjects", "consents"] {
        let file = from.get(&format!("/api/v1/exports/{what}?format=jsonl")).body;
        let request = to.request("POST", &format!("/api/v1/imports/{what}")).key(&to.own.private);
        let said = request.body(file.as_str()).send().ok();
        assert_eq!((&said["refused"], &said["known"]), (&json!(0), &json!(0)), "{what}: {said}");
        assert_eq!(said["new"], file.lines().count(), "{what}");
    }
    to
}

/// Every answer to the questions of the story, with commitments, which hang on salts, as numbers.
fn answers(site: &Site, ids: &[String]) -> Vec<String> {
    let tale = Tale::default();
    searches(&tale, site, ids);
    for target in
        ["/subjects", "/subjects/ada", "/subjects/alan", "/subjects/ada/consent/last", "/legal_notices"]
    {
        tale.tell(site, "GET", target, None);
    }
    tale.lines.into_inner()
}

fn erased(site: &Site, subject: &str) -> Value {
    let request = site.request("DELETE", &format!("/api/v1/subjects/{subject}")).key(&site.own.private);
    request.json(json!({ "reason": "asked for, ticket 4711" })).send().ok()
}

#[test]
fn records_go_along_and_a_person_takes_theirs_and_goes() {
    for database in Database::all() {
        let first = Site::open(database);
        let tale = Tale::default();
        notices(&tale, &first);
        let ids = consents(&tale, &first);
        subjects(&tale, &first);
        let second = moved(&first);
        for (here, there) in answers(&first, &ids).iter().zip(answers(&second, &ids)) {
            assert_eq!(*here, there);
        }

        let mut taken = archive(second.get("/api/v1/subjects/ada/file"));
        let subject: Value = serde_json::from_str(&text(&mut taken, "subject.json")).unwrap();
        assert_eq!((&subject["id"], &subject["last_name"]), (&json!("ada"), &json!("Lovelace")));
        assert_eq!(text(&mut taken, "consents.jsonl").lines().count(), 2);

        let pieces = pieces(&second.database, &ADA);
        let Database::Sqlite(folder) = &second.database else { panic!("SQLite") };
        let (found, texts) = left(&files(folder.path()), (&ADA, &pieces));
        assert!(found > 0 && !texts.is_empty(), "the search finds what is there: {found}, {texts:?}");
        let said = erased(&second, "ada");
        assert_eq!(
            (&said["consents"], &said["forms"], &said["overwritten"]),
            (&json!(2), &json!(1), &json!(true))
        );
        assert_eq!(found_in_tables(&second.database, ADA), Vec::<&str>::new());
        let pieces = gone(pieces, &second.database);
        assert!(!pieces.is_empty());
        for (what, bytes) in
            [("the data folder", files(folder.path())), ("a backup", backed_up(&second.database))]
        {
            assert_eq!(left(&bytes, (&ADA, &pieces)), (0, Vec::new()), "{what}");
        }
        assert_eq!(second.get("/subjects/ada").status, 404);
        assert_eq!(first.subject("ada")["last_name"], "Lovelace", "the first installation keeps its own");
    }
}
