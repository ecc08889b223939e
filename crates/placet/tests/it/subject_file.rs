//! Everything known of one subject, as an archive for a person who asks for it.

use std::io::{Cursor, Read as _};

use serde_json::{Value, json};
use zip::ZipArchive;

use crate::app::{Site, on_both};
use crate::client::Answer;
use crate::process::{json_of, run};

pub(crate) type Archive = ZipArchive<Cursor<Vec<u8>>>;

#[track_caller]
pub(crate) fn archive(answer: Answer) -> Archive {
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/zip")));
    ZipArchive::new(Cursor::new(answer.bytes)).unwrap()
}

#[track_caller]
pub(crate) fn text(archive: &mut Archive, name: &str) -> String {
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn site_with_ada(site: &Site) -> String {
    site.post("/legal_notices", json!({ "identifier": "terms", "content": { "en": "<b>We</b>" } })).ok();
    site.post("/legal_notices", json!({ "identifier": "terms", "content": { "en": "newer" } })).ok();
    let document = crate::document::upload(site, "scan.pdf", b"%PDF scan");
    site.record(json!({
        "subject": { "id": "ada", "email": "ada@example.org", "first_name": "<script>alert(1)</script>" },
        "preferences": { "newsletter": true },
        "legal_notices": [{ "identifier": "terms", "version": 1 }],
        "proofs": [{ "content": "typed", "form": "<form>shown</form>" }],
        "proof_document_ids": [document["id"]],
    }));
    site.record(json!({ "subject": { "id": "bob", "email": "bob@example.org" } }));
    document["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_archive_has_a_page_the_data_the_forms_the_documents_and_the_notices_agreed_to() {
    on_both(|site| {
        let document = site_with_ada(site);
        let mut archive = archive(site.get("/api/v1/subjects/ada/file"));
        let page = text(&mut archive, "index.html");
        assert!(
            page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script"),
            "{page}"
        );
        assert!(page.contains("&lt;b&gt;We&lt;/b&gt;") && !page.contains("newer"), "{page}");
        assert!(page.contains("default-src 'none'") && page.ends_with("</body></html>\n"));
        let consents = text(&mut archive, "consents.jsonl");
        assert_eq!(consents.lines().count(), 1);
        let consent: Value = serde_json::from_str(&consents).unwrap();
        assert_eq!(consent["proofs"][0]["form"], "<form>shown</form>");
        let subject: Value = serde_json::from_str(&text(&mut archive, "subject.json")).unwrap();
        assert_eq!(subject["preferences"]["newsletter"]["consent_id"], consent["id"]);
        let notice: Value = serde_json::from_str(&text(&mut archive, "legal_notices.jsonl")).unwrap();
        assert_eq!((&notice["version"], &notice["content"]), (&json!(1), &json!({ "en": "<b>We</b>" })));
        let digest = consent["proofs"][0]["sha256"].as_str().unwrap().trim_start_matches("sha256:");
        assert_eq!(text(&mut archive, &format!("forms/{digest}.html.txt")), "<form>shown</form>");
        assert_eq!(text(&mut archive, &format!("documents/{document}-scan.pdf")), "%PDF scan");
        for part in 0..archive.len() {
            let mut bytes = Vec::new();
            archive.by_index(part).unwrap().read_to_end(&mut bytes).unwrap();
            assert!(!String::from_utf8_lossy(&bytes).contains("bob"), "nothing of anybody else");
        }
    });
}

#[test]
fn a_visitor_has_a_file_and_somebody_unknown_has_none() {
    on_both(|site| {
        let widget = crate::widget::publish(site);
        let visitor = crate::cookie_choice::choose(site, &widget, true);
        let mut archive = archive(site.get(&format!("/api/v1/subjects/{visitor}/file")));
        assert_eq!(text(&mut archive, "consents.jsonl").lines().count(), 1);
        assert_eq!(site.get("/api/v1/subjects/nobody/file").status, 404);
        let stranger = site.request("GET", &format!("/api/v1/subjects/{visitor}/file"));
        assert_eq!(stranger.key(&site.stranger.private).send().status, 404);
    });
}

#[test]
fn the_command_writes_the_archive() {
    on_both(|site| {
        site_with_ada(site);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ada.zip");
        let path = file.to_str().unwrap();
        let answer = json_of(&run(
            &site.database,
            &["subject", "file", "ada", "--workspace", "1", "--out", path, "--json"],
        ));
        let bytes = std::fs::read(&file).unwrap();
        assert_eq!(answer, json!({ "file": path, "bytes": bytes.len() }));
        assert!(ZipArchive::new(Cursor::new(bytes)).unwrap().by_name("index.html").is_ok());
        let none = folder.path().join("none.zip");
        let unknown = run(
            &site.database,
            &["subject", "file", "nobody", "--workspace", "1", "--out", none.to_str().unwrap()],
        );
        assert_eq!(String::from_utf8(unknown.stderr).unwrap(), "placet: Subject not found\n");
        assert!(!none.exists());
    });
}
