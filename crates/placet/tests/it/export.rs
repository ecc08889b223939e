//! Exports: everything that a list would give, as one file.

mod accounts;

use serde_json::{Value, json};

use crate::app::{Site, on_both};
use crate::database::Database;
use crate::process::{json_of, run};

/// The rows of an export with an object per line.
#[track_caller]
pub(crate) fn rows(site: &Site, target: &str) -> Vec<Value> {
    let separator = if target.contains('?') { '&' } else { '?' };
    let answer = site.get(&format!("{target}{separator}format=jsonl"));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/jsonl; charset=utf-8"));
    answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

#[test]
fn a_consent_is_exported_whole_as_json_and_as_a_line_of_csv() {
    on_both(|site| {
        site.post("/legal_notices", json!({ "identifier": "terms", "content": "We, and you" })).ok();
        let id = site.record(json!({
            "timestamp": "2026-02-01T10:00:00.123Z",
            "subject": { "id": "=cmd|' /C calc'!A0", "email": "ada@example.org", "tel": "+39 06" },
            "preferences": { "newsletter": true, "size": 1.5 },
            "legal_notices": [{ "identifier": "terms" }],
            "proofs": [{ "content": "x \"y\"", "form": "<form>\r\n</form>" }],
            "ip_address": "203.0.113.7",
        }));
        let whole = site.consent(&id);
        let [row] = &rows(site, "/api/v1/exports/consents")[..] else { panic!("one row") };
        let mut expected = whole.clone();
        expected["timestamp"] = json!("2026-02-01T10:00:00.123Z");
        for (name, value) in expected.as_object().unwrap() {
            match name.as_str() {
                "subject" => assert_eq!(row["subject"]["tel"], "+39 06"),
                "legal_notices" => assert_eq!(row[name][0]["version"], 1),
                "proofs" => assert_eq!(row[name][0]["form"], value[0]["form"]),
                _ => assert_eq!(row[name], *value, "{name}"),
            }
        }
        let csv = site.get("/api/v1/exports/consents");
        let (head, line) = csv.body.split_once("\r\n").unwrap();
        assert!(head.starts_with("id,timestamp,received_at,"), "{head}");
        let start = format!(
            "{id},2026-02-01T10:00:00.123Z,2026-03-01T10:20:30.265Z,,private,,\"'=cmd|' /C calc'!A0\",ada@example.org,,,,false,\"{{\"\"tel\"\":\"\"+39 06\"\"}}\",,"
        );
        assert!(line.starts_with(&start), "{line}");
        assert!(line.contains("\"{\"\"newsletter\"\":true,\"\"size\"\":1.5}\""), "{line}");
        assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        let name = csv.header("content-disposition").unwrap();
        assert!(name.starts_with("attachment; filename=\"consents-1.csv\""), "{name}");
    });
}

#[test]
fn an_export_holds_what_the_list_holds_in_its_order_whatever_the_filter() {
    on_both(|site| {
        for number in 0..230 {
            let body = json!({
                "timestamp": format!("2026-02-01T10:{:02}:{:02}Z", number / 60, number % 60),
                "subject": { "id": format!("s{}", number % 40), "email": format!("p{}@example.org", number % 3) },
                "preferences": { "a": number },
            });
            if number % 2 == 0 {
                site.record(body)
            } else {
                site.record_public(body)
            };
        }
        for filter in [
            "",
            "source=public",
            "subject_id=s7",
            "subject_email_exact=p1@example.org&source=private",
            "from_time=2026-02-01T10:01:00Z&to_time=2026-02-01T10:02:00Z",
            "fulltext=s1",
            "search=s3",
            "subject_id=nobody",
        ] {
            let exported = rows(site, &format!("/api/v1/exports/consents?{filter}"));
            let listed = site.get(&format!("/api/v1/consents?limit=500&{filter}")).ok();
            assert_eq!(ids(&exported), ids(listed.as_array().unwrap()), "{filter}");
        }
        let exported = rows(site, "/api/v1/exports/subjects?email_exact=p1@example.org");
        let listed = site.get("/api/v1/subjects?limit=500&email_exact=p1@example.org").ok();
        assert_eq!(ids(&exported), ids(listed.as_array().unwrap()));
        assert!(exported[0]["preferences"]["a"]["consent_id"].is_string());
        let by_age = rows(site, "/api/v1/exports/subjects?sort=created_at");
        let newest_first = rows(site, "/api/v1/exports/subjects?sort=-created_at");
        assert_eq!(ids(&by_age), ids(&newest_first).into_iter().rev().collect::<Vec<_>>());
        assert_eq!(by_age.len(), 40);
    });
}

#[test]
fn consents_that_were_dated_back_stand_where_the_list_has_them() {
    on_both(|site| {
        for number in 0..120 {
            site.move_clock(1000);
            let mut body = json!({ "subject": { "id": "s" }, "preferences": { "a": number } });
            if number % 10 == 3 {
                body["timestamp"] = json!(format!("2026-02-01T10:{:02}:{:02}Z", number / 60, number % 60));
            }
            site.record(body);
        }
        for (filter, count) in
            [("", 120), ("from_time=2026-03-01T00:00:00Z", 108), ("to_time=2026-02-02T00:00:00Z", 12)]
        {
            let exported = rows(site, &format!("/api/v1/exports/consents?{filter}"));
            let listed = site.get(&format!("/api/v1/consents?limit=500&{filter}")).ok();
            assert_eq!(ids(&exported), ids(listed.as_array().unwrap()), "{filter}");
            assert_eq!(exported.len(), count, "{filter}");
        }
    });
}

#[test]
fn notices_and_the_list_of_documents_are_exported_too() {
    on_both(|site| {
        for number in 1..=40 {
            site.post(
                "/legal_notices",
                json!({ "identifier": "terms", "content": { "en": format!("v{number}") } }),
            )
            .ok();
        }
        let versions = rows(site, "/api/v1/exports/legal_notices?identifier=terms");
        let numbers: Vec<i64> = versions.iter().map(|row| row["version"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (1..=40).rev().collect::<Vec<_>>());
        assert_eq!(versions[0]["content"], json!({ "en": "v40" }));
        let document = crate::document::upload(site, "a, b.pdf", b"scan");
        let documents = rows(site, "/api/v1/exports/documents");
        assert_eq!((&documents[0]["id"], &documents[0]["name"]), (&document["id"], &json!("a, b.pdf")));
    });
}

#[test]
fn an_export_of_notices_or_documents_takes_what_their_lists_take() {
    on_both(|site| {
        for identifier in ["privacy_policy", "terms", "privacy_of_apps"] {
            site.post("/legal_notices", json!({ "identifier": identifier, "content": "x" })).ok();
        }
        let found = rows(site, "/api/v1/exports/legal_notices?search=PRIVACY");
        let mut names: Vec<&str> = found.iter().map(|row| row["identifier"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["privacy_of_apps", "privacy_policy"]);
        let scan = crate::document::upload(site, "scan.pdf", b"scan");
        crate::document::upload(site, "notice.pdf", b"a notice");
        site.record(json!({ "proof_document_ids": [scan["id"]] }));
        for filter in
            ["search=SCAN", "referenced=true", "referenced=false", "sort=name", "sort=-size", "search=none"]
        {
            let listed = site.get(&format!("/api/v1/documents?{filter}")).ok();
            let exported = rows(site, &format!("/api/v1/exports/documents?{filter}"));
            assert_eq!(ids(&exported), ids(listed.as_array().unwrap()), "{filter}");
        }
        assert_eq!(site.get("/api/v1/exports/documents?sort=colour").status, 400);
    });
}

#[test]
fn nobody_exports_another_workspace_or_without_a_key() {
    on_both(|site| {
        site.record(json!({ "subject": { "id": "s" } }));
        for what in ["consents", "subjects", "legal_notices", "documents"] {
            let target = format!("/api/v1/exports/{what}?format=jsonl");
            assert_eq!(site.request("GET", &target).send().status, 401);
            assert_eq!(site.request("GET", &target).key(&site.own.public).send().status, 403);
            let stranger = site.request("GET", &target).key(&site.stranger.private).send();
            assert_eq!((stranger.status, stranger.body.as_str()), (200, ""));
        }
        let wrong = site.get("/api/v1/exports/consents?format=xml&from_time=never");
        assert_eq!(wrong.status, 400);
    });
}

#[test]
fn the_command_writes_the_same_file_and_none_that_is_not_whole() {
    for database in Database::all() {
        let site = Site::open(database);
        site.record(json!({ "subject": { "id": "s" }, "preferences": { "a": 1 } }));
        let served = site.get("/api/v1/exports/consents").body;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out.csv");
        let path = file.to_str().unwrap();
        let export = ["export", "consents", "--workspace", "1", "--out", path, "--json"];
        let answer = json_of(&run(&site.database, &export));
        assert_eq!(answer, json!({ "file": path, "bytes": served.len() }));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), served);
        assert!(!run(&site.database, &export).status.success(), "a file that exists is kept");
        let printed = run(&site.database, &["export", "consents", "--workspace", "1"]);
        assert_eq!(String::from_utf8(printed.stdout).unwrap(), served);
        let other = folder.path().join("none.csv");
        let none = ["export", "consents", "--workspace", "99", "--out", other.to_str().unwrap()];
        assert!(!run(&site.database, &none).status.success() && !other.exists());
    }
}
