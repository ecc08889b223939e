//! `placet generate`: load data that is the same for the same numbers, and as good as real.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use placet::domain::id::WorkspaceId;
use placet::domain::time::Timestamp;
use placet::store;
use serde_json::{Value, json};

use crate::app::{Site, on_both};
use crate::database::Database;
use crate::process::{Server, answer, placet, run};

type Rows = Vec<Vec<Vec<u8>>>;

/// Databases with a workspace that holds 2,500 generated consents.
fn generated() -> impl Iterator<Item = Database> {
    Database::all().inspect(|database| {
        answer(database, &["workspace", "create", "--name", "Load"]);
        let made = answer(database, &["generate", "--workspace", "1", "--consents", "2500"]);
        assert_eq!((&made["consents"], &made["subjects"]), (&json!(2500), &json!(500)), "{made}");
        assert!(made["milliseconds"].is_i64() && made["per_second"].is_i64(), "{made}");
    })
}

/// All that a database holds of generated consents and that does not hang on the installation: not the hashes and the
/// facets' codes, whose key each installation draws for itself, and not the records of the notices, the widget and the
/// SDK build, which are published like any others, with ids and salts of their own.
fn content(database: &Database) -> [Rows; 4] {
    let bytes = |column: &str| match database {
        Database::Sqlite(_) => format!("CAST({column} AS BLOB)"),
        Database::Postgres(_) => format!("convert_to(CAST({column} AS TEXT), 'UTF8')"),
    };
    let (at, identifier, version) = (bytes("at"), bytes("identifier"), bytes("version"));
    let (verified, created_at) = (bytes("verified"), bytes("created_at"));
    let fields = ["id", "email", "first_name", "last_name", "full_name", "phones"]
        .map(|field| bytes(&format!("COALESCE({field}, '-')")))
        .join(", ");
    [
        format!("SELECT id, {at}, group_s, group_e, group_f, group_d, commitments FROM consents ORDER BY id"),
        "SELECT sha256, html FROM forms ORDER BY sha256".into(),
        format!("SELECT {fields}, preferences, {verified}, {created_at} FROM subjects ORDER BY id"),
        format!("SELECT {identifier}, {version}, {at}, sha256, content FROM legal_notices ORDER BY identifier, version"),
    ]
    .map(|sql| database.rows(&sql))
}

#[test]
fn the_same_numbers_give_the_same_bytes_in_every_installation_and_on_both_databases() {
    let first = generated().map(|database| content(&database));
    let contents: Vec<[Rows; 4]> = first.chain(generated().map(|database| content(&database))).collect();
    for other in &contents[1..] {
        for (table, (one, other)) in contents[0].iter().zip(other).enumerate() {
            assert!(one == other, "table {table} differs");
        }
    }
    assert_eq!((contents[0][0].len(), contents[0][2].len()), (2500, 500));
}

#[test]
fn the_people_stay_the_same_from_release_to_release() {
    let database = Database::sqlite();
    answer(&database, &["workspace", "create", "--name", "Load"]);
    answer(&database, &["generate", "--workspace", "1", "--consents", "50"]);
    let people =
        database.rows("SELECT CAST(id || ' ' || email AS BLOB) FROM subjects ORDER BY created_at LIMIT 8");
    let people: Vec<String> =
        people.into_iter().map(|mut row| String::from_utf8(row.remove(0)).unwrap()).collect();
    let expected = [
        "oliver.wilson0@mail.example oliver.wilson0@mail.example",
        "0188-0000001 davide.conti253@example.com",
        "0188-0000002 harrison.rhys@post.example",
        "caron.noemie3@example.org caron.noemie3@example.org",
        "0188-0000004 savchuk.pavlo@lavka.example",
        "2f6eb28c-cae1-43ae-a138-ad7786f9553d mia.meier523@example.net",
        "eb57d4ae-ecf8-433f-aa49-e22d3ab29412 k.nikolaou41@agora.example",
        "ff7e1e2a-0ba7-4d16-8c0d-99a9f3bb1b8d marta.munoz732@tienda.example",
    ];
    assert_eq!(people, expected);
}

#[test]
fn another_number_gives_other_consents_and_the_same_one_is_refused_a_second_time() {
    for database in generated() {
        let again = run(&database, &["generate", "--workspace", "1", "--consents", "2500"]);
        let said = String::from_utf8(again.stderr).unwrap();
        let sentence = "placet: these consents are in the workspace already, all or some: choose another --random to add others";
        assert_eq!((again.status.code(), said.trim()), (Some(1), sentence));
        let other = answer(
            &database,
            &["generate", "--workspace", "1", "--consents", "2500", "--subjects", "1500", "--random", "2"],
        );
        assert_eq!(other["subjects"], 1500);
        let [consents, forms, subjects, notices] = content(&database);
        assert_eq!((consents.len(), subjects.len()), (5000, 2000));
        assert_eq!((forms.len() <= 180, notices.len()), (true, 9), "what is shown is stored once");
    }
}

#[test]
fn what_cannot_be_generated_is_refused_in_one_sentence() {
    for database in Database::all() {
        let refuse = |arguments: &[&str], sentence: &str| {
            let output = run(&database, &[&["generate"], arguments].concat());
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!((output.status.code(), said.trim()), (Some(1), sentence));
        };
        refuse(&["--workspace", "1", "--consents", "10"], "placet: Workspace not found");
        answer(&database, &["workspace", "create", "--name", "Load"]);
        let plan = ["--workspace", "1", "--consents", "10"];
        let reason = "placet: subjects: must be 1 to 6: of 10 consents, 6 are given in forms by subjects";
        for subjects in ["0", "7"] {
            refuse(&[&plan[..], &["--subjects", subjects]].concat(), reason);
        }
        refuse(&[&plan[..], &["--until", "9000-01-01"]].concat(), "placet: until: lies in the future");
        let none = run(&database, &["generate", "--workspace", "1", "--consents", "0"]);
        assert_eq!(none.status.code(), Some(2));
        assert!(content(&database)[0].is_empty());
    }
}

#[test]
fn generated_consents_are_as_good_as_real_ones() {
    for database in generated() {
        let site = Site::open(database);
        let workspace = WorkspaceId(1);
        assert_eq!(site.read(move |tx| store::consent::count_without_entry(tx, workspace)), 0);
        assert_eq!(site.read(move |tx| store::record::count_without_entry(tx, workspace)), 0);
        let key = answer(&site.database, &["key", "create", "--workspace", "1", "--kind", "private"]);
        let get = |target: &str| site.request("GET", target).key(key["key"].as_str().unwrap()).send().ok();
        let page = get("/consent?limit=100");
        let mut kinds = [0; 3];
        for item in page.as_array().unwrap() {
            let consent = get(&format!("/consent/{}", item["id"].as_str().unwrap()));
            kinds[check(&consent, &get)] += 1;
        }
        assert!(kinds.iter().all(|count| *count > 10), "{kinds:?}");
    }
}

/// Checks one consent and gives its kind: by page, by server, in the banner.
fn check(consent: &Value, get: &dyn Fn(&str) -> Value) -> usize {
    let at = Timestamp::parse(consent["timestamp"].as_str().unwrap()).unwrap();
    let (begin, end) = ("2023-01-05T00:00:00Z", "2026-01-01T00:00:00Z");
    assert!((Timestamp::parse(begin).unwrap()..Timestamp::parse(end).unwrap()).contains(&at), "{consent}");
    if consent["consent_type"] == "cookie_policy" {
        assert_eq!(consent["preferences"].as_object().unwrap().len(), 7);
        return 2;
    }
    let form = consent["proofs"][0]["form"].as_str().unwrap();
    assert!(form.starts_with("<form id=") && form.ends_with("</button></form>"));
    for notice in consent["legal_notices"].as_array().unwrap() {
        let target = format!("/legal_notices/{}?limit=100", notice["identifier"].as_str().unwrap());
        let versions = get(&target);
        let cited =
            versions.as_array().unwrap().iter().find(|version| version["version"] == notice["version"]);
        let since = Timestamp::parse(cited.unwrap()["timestamp"].as_str().unwrap()).unwrap();
        assert!(since.0 < at.0 + 21 * 24 * 3_600_000, "{consent} cites what came later");
    }
    let subject =
        get(&format!("/subjects/{}", consent["subject"]["id"].as_str().unwrap().replace('@', "%40")));
    assert_eq!(subject["email"], consent["subject"]["email"]);
    let names = subject["preferences"].as_object().unwrap();
    assert!(consent["preferences"].as_object().unwrap().keys().all(|name| names.contains_key(name)));
    usize::from(consent["source"] == "private")
}

#[test]
fn generating_goes_on_beside_a_running_server() {
    for database in Database::all() {
        answer(&database, &["workspace", "create", "--name", "Load"]);
        let key = answer(&database, &["key", "create", "--workspace", "1", "--kind", "private"]);
        let server = Server::start(&database);
        let is_done = std::sync::atomic::AtomicBool::new(false);
        let written = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut written = 0;
                while !is_done.load(std::sync::atomic::Ordering::Relaxed) {
                    server
                        .request("POST", "/consent")
                        .key(key["key"].as_str().unwrap())
                        .json("{}")
                        .send()
                        .ok();
                    written += 1;
                }
                written
            });
            answer(&database, &["generate", "--workspace", "1", "--consents", "3000"]);
            is_done.store(true, std::sync::atomic::Ordering::Relaxed);
            writer.join().unwrap()
        });
        assert!(written > 0);
        assert_eq!(database.rows("SELECT id FROM consents").len(), 3000 + written);
    }
}

#[test]
fn asked_to_stop_it_says_how_many_are_stored_and_they_are() {
    for database in Database::all() {
        answer(&database, &["workspace", "create", "--name", "Load"]);
        let mut command = placet(&["generate", "--workspace", "1", "--consents", "900000000"]);
        command.args(database.option()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let progress = lines.next().unwrap();
        assert!(
            progress.contains(" of 900000000 consents, ") && progress.ends_with(" a second"),
            "{progress}"
        );
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let last = lines.last().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1));
        let stored = database.rows("SELECT id FROM consents").len();
        assert_eq!(last, format!("placet: stopped after {stored} of 900000000 consents; those are stored"));
        let site = Site::open(database);
        assert_eq!(site.read(|tx| store::consent::count_without_entry(tx, WorkspaceId(1))), 0);
    }
}

#[test]
fn a_table_of_many_consents_belongs_to_its_workspace_alone() {
    on_both(|site| {
        let arguments = ["generate", "--workspace", "2", "--consents", "100"];
        answer(&site.database, &arguments);
        site.get("/consent").is(200, json!([]));
    });
}
