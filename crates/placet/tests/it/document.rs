//! `/documents` (contract 2.16), and what points to documents.

mod managed;
mod references;

use std::collections::BTreeSet;

use placet::config::Edge;
use placet::domain::document::DocumentRules;
use placet_proof::Digest;
use serde_json::{Value, json};

use crate::app::{MINUTE, Site, on_both, refusal};
use crate::client::{Answer, Request};
use crate::database::Database;

const PDF: &[u8] = b"%PDF-1.7\n\0\xff\xfe a scan \r\n--X-- \x80";
const NOT_A_FORM: &str = "the body must be multipart/form-data with a part named file";

/// A part of a form: its headers after `Content-Disposition: form-data; `, and its content.
pub(crate) type Part<'a> = (&'a str, &'a [u8]);

pub(crate) fn form(request: Request, parts: &[Part<'_>]) -> Request {
    let mut body = Vec::new();
    for (headers, content) in parts {
        body.extend_from_slice(b"--BOUNDARY\r\nContent-Disposition: form-data; ");
        body.extend_from_slice(headers.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--BOUNDARY--\r\n");
    request.header("Content-Type", "multipart/form-data; boundary=BOUNDARY").body(body)
}

fn send(site: &Site, parts: &[Part<'_>]) -> Answer {
    form(site.request("POST", "/documents").key(&site.own.private), parts).send()
}

/// Uploads a file and gives the answer.
#[track_caller]
pub(crate) fn upload(site: &Site, name: &str, content: &[u8]) -> Value {
    let headers = format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/pdf");
    send(site, &[(&headers, content)]).ok()
}

#[track_caller]
fn id(document: &Value) -> String {
    document["id"].as_str().expect("an id").to_owned()
}

fn download(site: &Site, id: &str) -> Answer {
    site.get(&format!("/documents/{id}"))
}

#[test]
fn the_answer_to_an_upload_tells_id_name_type_and_time() {
    on_both(|site| {
        let answer = upload(site, "form.pdf", PDF);
        let id = id(&answer);
        assert!(uuid::Uuid::try_parse(&id).is_ok());
        assert_eq!(
            answer,
            json!({
                "id": id, "name": "form.pdf", "mime_type": "application/pdf", "timestamp": "2026-03-01T10:20:30.265Z",
                "size": PDF.len(), "sha256": Digest::of(PDF).to_string(),
            })
        );
    });
}

#[test]
fn a_download_is_the_bytes_as_sent_as_an_attachment_of_the_stored_type() {
    on_both(|site| {
        let answer = download(site, &id(&upload(site, "Zustimmung März.pdf", PDF)));
        assert_eq!((answer.status, answer.bytes.as_slice()), (200, PDF));
        for (name, value) in [
            ("content-type", "application/pdf"),
            (
                "content-disposition",
                "attachment; filename=\"Zustimmung M_rz.pdf\"; filename*=UTF-8''Zustimmung%20M%C3%A4rz.pdf",
            ),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}");
        }
    });
}

#[test]
fn documents_work_under_beta_and_with_slashes_too_many() {
    on_both(|site| {
        let key = &site.own.private;
        let parts: [Part<'_>; 1] = [("name=\"file\"; filename=\"a.pdf\"", PDF)];
        for target in ["/beta/documents", "//documents/", "/beta//documents/"] {
            let document = form(site.request("POST", target).key(key), &parts).send().ok();
            assert_eq!(site.get(&format!("/beta/documents/{}/", id(&document))).bytes, PDF);
        }
        assert_eq!(site.get("/beta/documents").ok(), site.get("//documents/?unescape_json=true").ok());
    });
}

#[test]
fn a_list_is_newest_first_and_is_read_on_after_the_last_one() {
    on_both(|site| {
        let uploaded: Vec<Value> = (0..12)
            .map(|count| {
                site.move_clock(MINUTE);
                let mut document = upload(site, &format!("{count}.pdf"), format!("scan {count}").as_bytes());
                document["referenced"] = json!(false);
                document
            })
            .collect();
        let newest_first: Vec<Value> = uploaded.into_iter().rev().collect();
        let list = |query: &str| site.get(&format!("/documents{query}")).ok();
        assert_eq!(list(""), json!(newest_first[..10]));
        assert_eq!(list("?limit=3"), json!(newest_first[..3]));
        let after = |place: usize| format!("?limit=5&starting_after_identifier={}", id(&newest_first[place]));
        assert_eq!(list(&after(4)), json!(newest_first[5..10]));
        assert_eq!(list(&after(11)), json!([]));
        assert_eq!(list("?limit=1000"), json!(newest_first));
    });
}

#[test]
fn a_cursor_that_names_no_document_is_refused() {
    on_both(|site| {
        let list = |id: &str| site.get(&format!("/documents?starting_after_identifier={id}"));
        list("x%00").is_invalid("starting_after_identifier", "must be a document's id");
        list("0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10")
            .is_invalid("starting_after_identifier", "names no document of this workspace");
    });
}

#[test]
fn unknown_documents_and_those_of_others_are_not_found() {
    on_both(|site| {
        let own = id(&upload(site, "a.pdf", PDF));
        let not_found = refusal("not_found", "Document not found");
        let stranger = site.request("GET", &format!("/documents/{own}")).key(&site.stranger.private).send();
        stranger.is(404, not_found.clone());
        for wrong in ["0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10", "x", "%00", "1"] {
            download(site, wrong).is(404, not_found.clone());
        }
        let strangers = site.request("GET", "/documents").key(&site.stranger.private).send();
        strangers.is(200, json!([]));
    });
}

#[test]
fn only_a_private_key_uploads_lists_and_reads() {
    on_both(|site| {
        let id = id(&upload(site, "a.pdf", PDF));
        for (method, target) in [
            ("POST", "/documents".to_owned()),
            ("GET", "/documents".to_owned()),
            ("GET", format!("/documents/{id}")),
        ] {
            assert_eq!(site.request(method, &target).send().status, 401);
            assert_eq!(site.request(method, &target).key("wrong").send().status, 403);
            assert_eq!(site.request(method, &target).key(&site.own.public).send().status, 403);
        }
    });
}

#[test]
fn the_same_bytes_are_stored_once_and_every_upload_is_a_document_of_its_own() {
    on_both(|site| {
        let (first, second) = (upload(site, "a.pdf", PDF), upload(site, "b.pdf", PDF));
        assert_ne!(first["id"], second["id"]);
        assert_eq!((&first["name"], &second["name"]), (&json!("a.pdf"), &json!("b.pdf")));
        assert_eq!(download(site, &id(&first)).bytes, download(site, &id(&second)).bytes);
        let headers = "name=\"file\"; filename=\"c.pdf\"";
        form(site.request("POST", "/documents").key(&site.stranger.private), &[(headers, PDF)]).send().ok();
        let stored = |workspace: i64| {
            site.database
                .rows(&format!("SELECT sha256 FROM document_contents WHERE workspace_id = {workspace}"))
                .len()
        };
        assert_eq!((stored(site.own.id.0), stored(site.stranger.id.0)), (1, 1));
    });
}

#[test]
fn of_the_same_bytes_uploaded_at_once_one_copy_is_kept() {
    on_both(|site| {
        std::thread::scope(|scope| {
            for name in 0..8 {
                scope.spawn(move || upload(site, &format!("{name}.pdf"), PDF));
            }
        });
        assert_eq!(site.get("/documents?limit=100").ok().as_array().unwrap().len(), 8);
        assert_eq!(site.database.rows("SELECT sha256 FROM document_contents").len(), 1);
    });
}

#[test]
fn names_and_types_are_what_the_part_says_made_harmless() {
    on_both(|site| {
        let html = "name=\"file\"; filename=\"../../x.html\"\r\nContent-Type: Text/HTML; charset=utf-8";
        let document = send(site, &[(html, b"<script>alert(1)</script>")]).ok();
        assert_eq!((&document["name"], &document["mime_type"]), (&json!("x.html"), &json!("text/html")));
        assert_eq!(
            download(site, &id(&document)).header("content-disposition"),
            Some("attachment; filename=\"x.html\"; filename*=UTF-8''x.html")
        );
        let bare = send(site, &[("name=\"file\"", b"text")]).ok();
        assert_eq!(
            (&bare["name"], &bare["mime_type"]),
            (&json!("document"), &json!("application/octet-stream"))
        );
    });
}

#[test]
fn other_parts_of_the_form_are_ignored() {
    on_both(|site| {
        let parts: [Part<'_>; 3] = [
            ("name=\"note\"", b"from the desk"),
            ("name=\"file\"; filename=\"a.pdf\"", PDF),
            ("name=\"x\"", b""),
        ];
        assert_eq!(download(site, &id(&send(site, &parts).ok())).bytes, PDF);
    });
}

#[test]
fn a_form_without_exactly_one_file_is_refused() {
    on_both(|site| {
        send(site, &[]).is_invalid("file", NOT_A_FORM);
        send(site, &[("name=\"document\"; filename=\"a.pdf\"", PDF)]).is_invalid("file", NOT_A_FORM);
        send(site, &[("name=\"file\"; filename=\"a.pdf\"", b"")]).is_invalid("file", "is empty");
        let twice: [Part<'_>; 2] = [("name=\"file\"", b"a"), ("name=\"file\"", b"b")];
        send(site, &twice).is_invalid("file", "must be one file, not several");
        let post = || site.request("POST", "/documents").key(&site.own.private);
        post().json(json!({})).send().is_invalid("body", NOT_A_FORM);
        post().form("file=x").send().is_invalid("body", NOT_A_FORM);
        post().header("Content-Type", "multipart/form-data").body("x").send().is_invalid("body", NOT_A_FORM);
        let broken = post().header("Content-Type", "multipart/form-data; boundary=BOUNDARY");
        for body in
            ["", "x", "--BOUNDARY", "--BOUNDARY\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhalf"]
        {
            broken.clone().body(body).send().is_invalid("body", "the body is not valid multipart/form-data");
        }
        site.get("/documents").is(200, json!([]));
    });
}

#[test]
fn ten_megabytes_are_accepted_and_one_byte_more_is_not() {
    on_both(|site| {
        let most = 10 * 1024 * 1024;
        let scan: Vec<u8> = (0..=most).map(|index: usize| ((index * index) >> 7).to_le_bytes()[0]).collect();
        let document = upload(site, "scan.pdf", &scan[..most]);
        assert!(download(site, &id(&document)).bytes == scan[..most]);
        let refused = send(site, &[("name=\"file\"; filename=\"scan.pdf\"", &scan)]);
        let message = "Request Entity Too Large: at most 10485760 bytes are accepted";
        assert_eq!(refused.reason, "Request Entity Too Large");
        refused.is(413, refusal("too_large", message));
        let announced = site.request("POST", "/documents").key(&site.own.private);
        let announced = announced.header("Content-Type", "multipart/form-data; boundary=BOUNDARY");
        announced.header("Content-Length", "99999999").send().is(413, refusal("too_large", message));
        assert_eq!(site.get("/documents").ok().as_array().unwrap().len(), 1);
    });
}

#[test]
fn size_and_types_are_the_operators_to_set() {
    for database in Database::all() {
        let documents =
            DocumentRules { max_bytes: 100, types: vec!["application/pdf".into(), "image/*".into()] };
        let site = Site::with(database, Edge { documents, ..Edge::default() });
        let send = |kind: &str, length: usize| {
            let headers = format!("name=\"file\"; filename=\"a\"\r\nContent-Type: {kind}");
            send(&site, &[(&headers, &vec![b'x'; length])])
        };
        send("application/pdf", 100).ok();
        send("image/png", 1).ok();
        let message = "Request Entity Too Large: at most 100 bytes are accepted";
        send("application/pdf", 101).is(413, refusal("too_large", message));
        send("text/html", 1).is_invalid("file", "is text/html; this server accepts application/pdf, image/*");
    }
}

#[test]
fn a_document_is_a_record() {
    on_both(|site| {
        let document = upload(site, "form.pdf", PDF);
        let events = crate::records::events(&site.database);
        let expected = format!(
            r#"{{"kind":"document","name":"form.pdf","version":"{}","at":1772360430265,"sha256":"{}","by":"key:"#,
            id(&document),
            Digest::of(PDF)
        );
        assert_eq!(events.len(), 1);
        assert!(events[0].starts_with(&expected), "{events:?}");
        let workspace = site.own.id;
        assert_eq!(site.read(move |tx| placet::store::record::count_without_entry(tx, workspace)), 0);
    });
}

#[test]
fn hundreds_of_odd_names_come_back_and_break_no_header() {
    on_both(|site| {
        let mut names = BTreeSet::new();
        for odd in ['\'', '(', ';', '=', '%', '&', '#', '?', '*', '中', 'é', '\u{1f4c4}', '\u{301}'] {
            for name in [format!("{odd}"), format!("a{odd}b.pdf"), format!("{odd}{odd}.{odd}")] {
                names.insert(name);
            }
        }
        for name in names {
            let answer = download(site, &id(&upload(site, &name, PDF)));
            let header = answer.header("content-disposition").unwrap();
            let (_, encoded) = header.split_once("filename*=UTF-8''").unwrap();
            assert_eq!(percent_decoded(encoded), name);
        }
    });
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&rest[..2]).unwrap(), 16).unwrap());
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn an_upload_with_a_name_of_its_own_happens_once_whatever_the_form_looks_like() {
    on_both(|site| {
        let send = |content: &[u8], boundary: &str| {
            let headers = "name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf";
            let mut body =
                format!("--{boundary}\r\nContent-Disposition: form-data; {headers}\r\n\r\n").into_bytes();
            body.extend_from_slice(content);
            body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
            let request = site.request("POST", "/documents").key(&site.own.private);
            let kind = format!("multipart/form-data; boundary={boundary}");
            request.header("Idempotency-Key", "upload-1").header("Content-Type", &kind).body(body).send()
        };
        let (first, again) = (send(PDF, "one"), send(PDF, "two"));
        assert_eq!(first.ok(), again.ok());
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(send(b"other", "one").status, 422);
        assert_eq!(site.get("/documents").ok().as_array().unwrap().len(), 1);
    });
}
