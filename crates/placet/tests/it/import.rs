//! Imports: rows of a file become records, once, and all or none.

mod server;

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{NOW, Site, on_both};
use crate::client::Answer;
use crate::database::Database;
use crate::export::rows;
use crate::process::{answer, json_of, run};

#[track_caller]
fn import(site: &Site, target: &str, file: &str) -> Answer {
    site.request("POST", &format!("/api/v1/imports/{target}")).key(&site.own.private).body(file).send()
}

/// What became of the rows: new, known, refused.
#[track_caller]
fn counts(answer: &Answer) -> [i64; 3] {
    let body = answer.ok();
    ["new", "known", "refused"].map(|name| body[name].as_i64().unwrap())
}

/// A site with consents of every kind.
fn full_site(database: Database) -> Site {
    let site = Site::open(database);
    for text in ["first", "second"] {
        site.post("/legal_notices", json!({ "identifier": "terms", "content": { "en": text } })).ok();
    }
    let document = crate::document::upload(&site, "scan.pdf", b"%PDF scan");
    for number in 0..30 {
        let body = json!({
            "timestamp": format!("2026-02-01T10:00:{number:02}.5Z"),
            "subject": { "id": format!("s{}", number % 7), "email": "ada@example.org", "first_name": "=Ada", "verified": number % 2 == 0, "tel": 7 },
            "preferences": { "newsletter": number % 3 == 0, "nested": { "a": [1, null] } },
            "legal_notices": [{ "identifier": "terms", "version": 1 + number % 2 }, { "identifier": "unknown" }],
            "proofs": [{ "content": "a,\"b\"\r\nc", "form": format!("<form>{}</form>", number % 2) }, { "content": null }],
        });
        if number % 5 == 0 {
            site.record_public(body)
        } else {
            site.record(body)
        };
        site.move_clock(1000);
    }
    site.record(json!({ "subject": { "id": "paper" }, "proof_document_ids": [document["id"]], "ip_address": "203.0.113.7" }));
    site.move_clock(1000);
    crate::widget::publish(&site);
    site
}

/// The consents, whole, without what another installation makes anew.
fn consents(site: &Site) -> Vec<Value> {
    let list = site.get("/consent?limit=100").ok();
    let whole = |consent: &Value| {
        let mut whole = site.consent(consent["id"].as_str().unwrap());
        whole["checksum"].take();
        whole
    };
    list.as_array().unwrap().iter().map(whole).collect()
}

fn lists(site: &Site) -> [Value; 2] {
    ["/subjects?limit=100", "/legal_notices?limit=100"].map(|list| site.get(list).ok())
}

#[test]
fn what_one_installation_exports_another_one_imports_and_tells_the_same() {
    for database in Database::all() {
        let source = full_site(database);
        for format in ["csv", "jsonl"] {
            let target = Site::open(Database::sqlite());
            for what in ["legal_notices", "subjects", "consents"] {
                let exported = source.get(&format!("/api/v1/exports/{what}?format={format}")).body;
                // Documents are files, not rows: a consent that needs one cannot come before it.
                let file = if what == "consents" { without_documents(&exported) } else { exported };
                let dry = import(&target, &format!("{what}?dry_run=true"), &file);
                let wet = import(&target, what, &file);
                assert_eq!(counts(&dry), counts(&wet), "{what} as {format}");
                assert!(counts(&wet)[0] > 1 && counts(&wet)[2] == 0, "{wet:?}");
                let again = counts(&import(&target, what, &file));
                assert_eq!(again, [0, counts(&wet)[0], 0], "{what} as {format}");
            }
            let mut there = consents(&source);
            there.retain(|consent| consent["proof_documents"] == json!([]));
            assert_eq!(consents(&target), there, "{format}");
            assert_eq!(lists(&target), lists(&source), "{format}");
        }
    }
}

/// The file without the one consent that points to a document.
fn without_documents(file: &str) -> String {
    file.lines().filter(|line| !line.contains("paper")).fold(String::new(), |text, line| text + line + "\n")
}

#[test]
fn an_imported_record_says_that_it_was_and_is_a_record_like_all_others() {
    on_both(|site| {
        let row = json!({
            "id": "0c6f1f53-58e0-4f0e-9e0e-6d2a4b7f9a11", "timestamp": "2024-05-01T00:00:00Z", "received_at": "2024-05-01T00:00:01Z",
            "source": "public", "subject": { "id": "s", "owner_id": "4217" }, "checksum": "ab".repeat(32), "owner": "4217",
        });
        assert_eq!(counts(&import(site, "consents", &row.to_string())), [1, 0, 0]);
        let details = site.details("0c6f1f53-58e0-4f0e-9e0e-6d2a4b7f9a11");
        assert_eq!(details["at"], "2024-05-01T00:00:00.000Z");
        assert_eq!(details["received_at"], "2026-03-01T10:20:30.265Z");
        assert_eq!(details["source"], "public");
        let [exported] = &rows(site, "/api/v1/exports/consents")[..] else { panic!() };
        let imported =
            json!({ "at": NOW, "received_at": 1_714_521_601_000_i64, "checksum": "ab".repeat(32) });
        assert_eq!(exported["imported"], imported);
        let workspace = site.own.id;
        let without = site.read(move |tx| placet::store::consent::count_without_entry(tx, workspace));
        assert_eq!(without, 0);
        assert_eq!(site.subject("s")["timestamp"], "2024-05-01T00:00:00+00:00");
    });
}

#[test]
fn what_several_rows_say_of_a_subject_is_put_together_in_their_order() {
    on_both(|site| {
        let row = |day, email: Value, phones: Value, preferences: Value| {
            let subject = json!({ "id": "s", "email": email, "phones": phones });
            json!({ "timestamp": format!("2025-01-0{day}T00:00:00Z"), "subject": subject, "preferences": preferences })
        };
        let phones = json!([{ "number": "+33 1 2345" }]);
        let rows = [
            row(2, Value::Null, Value::Null, json!({ "news": "second", "calls": true })),
            row(1, json!("first@example.org"), phones.clone(), json!({ "news": "first", "post": false })),
            row(3, json!("later@example.org"), json!([{ "number": "999" }]), json!({ "calls": false })),
        ];
        let file = rows.map(|row| row.to_string()).join("\n");
        assert_eq!(counts(&import(site, "consents", &file)), [3, 0, 0]);
        let subject = site.subject("s");
        assert_eq!((&subject["email"], &subject["phones"]), (&json!("first@example.org"), &phones));
        assert_eq!(subject["timestamp"], "2025-01-02T00:00:00+00:00");
        let values = ["news", "calls", "post"].map(|name| subject["preferences"][name]["value"].clone());
        assert_eq!(values, [json!("second"), json!(false), json!(false)]);
        assert_eq!(site.get("/subjects?phone=2345").ok().as_array().unwrap().len(), 1);
        assert_eq!(site.get("/subjects?phone=999").ok(), json!([]));
    });
}

#[test]
fn rows_without_an_id_are_recognised_by_what_they_say() {
    on_both(|site| {
        let file = "timestamp,subject.email,preferences.newsletter\n2025-01-01T00:00:00Z,ada@example.org,true\n2025-01-01T00:00:00Z,bob@example.org,true\n2025-01-01T00:00:00Z,ada@example.org,true\n";
        assert_eq!(counts(&import(site, "consents?dry_run=true", file)), [2, 1, 0]);
        assert_eq!(counts(&import(site, "consents", file)), [2, 1, 0]);
        assert_eq!(counts(&import(site, "consents", file)), [0, 3, 0]);
        let listed = site.get("/consent?subject_email_exact=ada@example.org").ok();
        assert_eq!(listed.as_array().unwrap().len(), 1);
        assert_eq!(listed[0]["preferences"], json!({ "newsletter": true }));
    });
}

/// A file with one good row and one of each fault, and the lines of the faults.
fn faulty() -> (String, Vec<u64>) {
    let id = "0c6f1f53-58e0-4f0e-9e0e-6d2a4b7f9a11";
    let rows = [
        format!("{id},2025-01-01T00:00:00Z,s,,"),
        format!("{id},2025-01-01T00:00:01Z,s,,"),
        ",yesterday,s,,".into(),
        ",2036-01-01T00:00:00Z,s,,".into(),
        "7,2025-01-01T00:00:00Z,s,,".into(),
        ",2025-01-01T00:00:00Z,s,[],".into(),
        ",2025-01-01T00:00:00Z,s,{\"a\"".into(),
        ",2025-01-01T00:00:00Z,s,,\"[\"\"00000000-0000-4000-8000-000000000000\"\"]\"".into(),
        format!(",2025-01-01T00:00:00Z,{},,", "x".repeat(300)),
        ",2025-01-01T00:00:00Z,s".into(),
        ",,s,,".into(),
    ];
    let head = "id,timestamp,subject.id,preferences,proof_documents\n";
    (format!("{head}{}\n", rows.join("\n")), vec![3, 4, 5, 6, 8, 9, 10, 11, 12])
}

#[test]
fn every_refused_row_is_named_with_its_line_and_nothing_is_stored() {
    on_both(|site| {
        let (file, lines) = faulty();
        let dry = import(site, "consents?dry_run=true", &file).ok();
        let mut named: Vec<u64> = dry["refusals"]
            .as_array()
            .unwrap()
            .iter()
            .map(|refusal| refusal["line"].as_u64().unwrap())
            .collect();
        named.sort_unstable();
        assert_eq!(named, lines, "{dry:#}");
        let wet = import(site, "consents", &file);
        assert_eq!(wet.status, 400);
        let body = wet.json();
        assert_eq!(body["errors"][0]["detail"], "9 of 11 rows are refused, so nothing was stored");
        assert!(
            body["errors"].as_array().unwrap().iter().any(|error| error["pointer"] == "/lines/4"),
            "{body:#}"
        );
        assert_eq!(site.get("/consent").ok(), json!([]));
        assert_eq!(counts(&import(site, "consents?skip_refused=true", &file)), [2, 0, 9]);
        assert_eq!(counts(&import(site, "consents?skip_refused=true", &file)), [0, 2, 9]);
    });
}

#[test]
fn a_file_that_cannot_be_understood_at_all_is_refused_in_one_sentence() {
    on_both(|site| {
        for (file, detail) in [
            (&b""[..], "is empty: it needs a line of names"),
            (&b"\xff\xfei\0"[..], "is UTF-16: save it as UTF-8"),
            (&b"timestamp,colour\n"[..], "is no column of consents"),
        ] {
            let request = site.request("POST", "/api/v1/imports/consents").key(&site.own.private).body(file);
            let answer = request.send();
            assert_eq!((answer.status, &answer.json()["errors"][0]["detail"]), (400, &json!(detail)));
        }
        assert_eq!(import(site, "cookies", "").status, 404);
        let stranger =
            site.request("POST", "/api/v1/imports/consents").key(&site.own.public).body("timestamp\n");
        assert_eq!(stranger.send().status, 403);
    });
}

#[test]
fn subjects_keep_what_they_have_and_get_what_they_lack() {
    on_both(|site| {
        site.post("/subjects", json!({ "id": "s", "email": "new@example.org" })).ok();
        let file = "id,email,first_name,verified,phones,timestamp\ns,old@example.org,Ada,true,\"[{\"\"number\"\":\"\"+39 06\"\"}]\",2020-01-01\nt,,Grace,true,,2020-01-01T00:00:00Z\n";
        assert_eq!(counts(&import(site, "subjects", file)), [1, 1, 0]);
        let (s, t) = (site.subject("s"), site.subject("t"));
        assert_eq!(
            (&s["email"], &s["first_name"], &s["verified"]),
            (&json!("new@example.org"), &json!("Ada"), &json!(false))
        );
        assert_eq!((&t["verified"], &t["timestamp"]), (&json!(true), &json!("2020-01-01T00:00:00+00:00")));
        for (query, id) in [("phone=3906", "s"), ("fulltext=rac", "t"), ("first_name=Grace", "t")] {
            assert_eq!(site.get(&format!("/subjects?{query}")).ok()[0]["id"], id, "{query}");
        }
    });
}

#[test]
fn notices_keep_their_numbers_and_the_next_one_comes_after_them() {
    on_both(|site| {
        let file = "identifier,version,timestamp,content\nterms,7,2024-01-01T00:00:00Z,plain text\nterms,3,2023-01-01T00:00:00Z,\"{\"\"en\"\":\"\"older\"\"}\"\n";
        assert_eq!(counts(&import(site, "legal_notices", file)), [2, 0, 0]);
        assert_eq!(site.get("/legal_notices/terms/7").ok()["content"], "plain text");
        assert_eq!(site.get("/legal_notices/terms/3").ok()["content"], json!({ "en": "older" }));
        let next = site.post("/legal_notices", json!({ "identifier": "terms", "content": "now" })).ok();
        assert_eq!(next["version"], 8);
        let other = import(site, "legal_notices", "identifier,version,content\nterms,7,another text\n");
        assert_eq!(other.status, 400);
        let consent = format!(
            "{{\"timestamp\":\"2025-01-01T00:00:00Z\",\"legal_notices\":[{{\"identifier\":\"terms\",\"version\":7,\"sha256\":\"sha256:{}\"}}]}}",
            "0".repeat(64)
        );
        let refused = import(site, "consents?dry_run=true", &consent).ok();
        assert_eq!(refused["refusals"][0]["reason"], "legal_notices[0]: this version has another text here");
    });
}

fn written(file: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows");
    std::fs::write(&path, file).unwrap();
    (folder, path)
}

#[test]
fn the_command_reports_what_it_refuses_and_goes_on_only_when_asked() {
    for database in Database::all() {
        answer(&database, &["workspace", "create", "--name", "Own"]);
        let (file, lines) = faulty();
        let (folder, path) = written(&file);
        let report = folder.path().join("report.csv");
        let command = ["import", "consents", path.to_str().unwrap(), "--workspace", "1", "--json"];
        let refused = run(&database, &[&command[..], &["--report", report.to_str().unwrap()]].concat());
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && said.ends_with("placet: 9 of 11 rows are refused, so nothing was stored. With --skip-refused, the good ones are stored\n"), "{said}");
        let reported = std::fs::read_to_string(&report).unwrap();
        assert_eq!(reported.lines().count(), lines.len() + 1, "{reported}");
        assert!(
            reported
                .contains("\r\n4,\"timestamp: must be an ISO 8601 time such as 2026-03-01T10:20:30Z\"\r\n"),
            "{reported}"
        );
        let stored = json_of(&run(&database, &[&command[..], &["--skip-refused"]].concat()));
        assert_eq!(
            stored,
            json!({ "what": "consents", "dry_run": false, "rows": 11, "new": 2, "known": 0, "refused": 9 })
        );
        let again = json_of(&run(&database, &[&command[..], &["--skip-refused"]].concat()));
        assert_eq!((&again["new"], &again["known"]), (&json!(0), &json!(2)));
    }
}

#[test]
fn choices_made_in_a_banner_come_along_as_such() {
    for database in Database::all() {
        let source = Site::open(database);
        let widget = crate::widget::publish(&source);
        crate::cookie_choice::choose(&source, &widget, true);
        let file = source.get("/api/v1/exports/consents?format=jsonl").body;
        let target = Site::open(Database::sqlite());
        assert_eq!(counts(&import(&target, "consents", &file)), [1, 0, 0]);
        let shape = |site: &Site| site.get("/api/v1/consents?shape=cookie").ok();
        assert_eq!(shape(&target), shape(&source));
        assert_eq!(target.get("/subjects").ok(), json!([]));
    }
}

#[test]
fn the_id_of_a_row_without_one_cannot_be_worked_out_from_the_row() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("rows.jsonl");
    let row = json!({ "timestamp": "2026-02-01T09:00:00Z", "subject": { "email": "anna@example.org" } });
    std::fs::write(&file, row.to_string()).unwrap();
    let stored = |database: Database| {
        answer(&database, &["workspace", "create", "--name", "Own"]);
        let import =
            || answer(&database, &["import", "consents", file.to_str().unwrap(), "--workspace", "1"]);
        assert_eq!((import()["new"].clone(), import()["known"].clone()), (json!(1), json!(1)));
        let exported =
            run(&database, &["export", "consents", "--workspace", "1", "--format", "jsonl"]).stdout;
        let consent: Value = serde_json::from_slice(&exported).unwrap();
        (consent["id"].clone(), consent["subject"]["id"].clone())
    };
    // Each installation has a secret of its own.
    for database in Database::all() {
        let (here, there) = (stored(database), stored(Database::sqlite()));
        assert_ne!(here.0, there.0);
        assert_ne!(here.1, there.1);
    }
}

#[test]
fn who_recorded_a_consent_and_what_was_claimed_of_its_time_go_along() {
    on_both(|site| {
        let row = json!({
            "id": "0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10", "timestamp": "2026-02-01T09:00:00.000Z", "source": "member",
            "claimed_at": "2027-06-01T09:00:00.000Z", "subject": { "id": "ada" }, "preferences": { "news": true },
        });
        let file = row.to_string();
        assert_eq!(counts(&import(site, "consents?format=jsonl", &file)), [1, 0, 0]);
        let exported = rows(site, "/api/v1/exports/consents")[0].clone();
        for name in ["id", "timestamp", "source", "claimed_at"] {
            assert_eq!(exported[name], row[name], "{name}");
        }
        assert_eq!(site.get("/api/v1/consents?source=member").ok().as_array().unwrap().len(), 1);
        for (name, value) in [("source", "somebody"), ("claimed_at", "zzz")] {
            let mut wrong = row.clone();
            wrong[name] = json!(value);
            wrong["id"] = Value::Null;
            assert_eq!(import(site, "consents?format=jsonl", &wrong.to_string()).status, 400, "{name}");
        }
    });
}

#[test]
fn of_one_notice_either_all_rows_have_a_number_or_none() {
    on_both(|site| {
        let file = "identifier,content,version\ncond,Text without a number,\ncond,Text with number one,1\nother,Fine,\n";
        let reason = "version: line 2 of the same notice has none; either all of them have one, or none";
        let checked = import(site, "legal_notices?dry_run=true", file);
        assert_eq!(counts(&checked), [2, 0, 1]);
        assert_eq!(checked.json()["refusals"], json!([{ "line": 3, "reason": reason }]));
        assert_eq!(import(site, "legal_notices", file).status, 400);
        assert_eq!(site.get("/legal_notices").ok(), json!([]), "nothing is half done");
        assert_eq!(counts(&import(site, "legal_notices?skip_refused=true", file)), [2, 0, 1]);
    });
}

#[test]
fn a_text_that_was_not_known_when_a_consent_was_given_is_not_claimed_later() {
    on_both(|site| {
        site.post("/legal_notices", json!({ "identifier": "terms", "content": "Later" })).ok();
        let digest = site.get("/api/v1/legal_notices/terms").ok()[0]["sha256"].clone();
        for (name, cited, expected) in [
            ("unread", json!({ "identifier": "terms", "version": 1, "sha256": null }), Value::Null),
            ("unsaid", json!({ "identifier": "terms", "version": 1 }), digest.clone()),
        ] {
            let row = json!({ "timestamp": "2026-02-01T09:00:00Z", "subject": { "id": name }, "legal_notices": [cited] });
            assert_eq!(counts(&import(site, "consents?format=jsonl", &row.to_string())), [1, 0, 0]);
            let exported = rows(site, &format!("/api/v1/exports/consents?subject_id={name}"));
            assert_eq!(exported[0]["legal_notices"][0]["sha256"], expected, "{name}");
        }
    });
}
