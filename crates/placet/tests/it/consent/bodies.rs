//! Contract 2.3: bodies that cannot be read, and bodies in the other encoding.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::app::{Site, on_both};
use crate::client::Answer;

const MEGABYTE: usize = 1_048_576;

fn post(site: &Site, body: impl Into<Vec<u8>>) -> Answer {
    let request = site.request("POST", "/consent").key(&site.own.private);
    request.header("Content-Type", "application/json").body(body).send()
}

#[test]
fn text_that_is_not_json_is_refused_with_its_place() {
    on_both(|site| {
        for (body, reason) in [
            ("", "unexpected end at byte 0"),
            ("{\"a\":1", "unexpected end at byte 6"),
            ("{'a':1}", "expected a member name in quotes at byte 1"),
            (r#"{"a":1,"a":2}"#, "duplicate member name at byte 7"),
            (r#"{"subject":{"id":"a","\u0069d":"b"}}"#, "duplicate member name at byte 21"),
            (r#"{"preferences":{"a":"\ud800"}}"#, "lone surrogate at byte 27"),
            (r#"{"preferences":{"\udc00":1}}"#, "lone surrogate at byte 23"),
            ("{\"a\":01}", "expected a comma or a closing bracket at byte 6"),
        ] {
            post(site, body).is_invalid("body", &format!("the body is not valid JSON: {reason}"));
        }
        assert_eq!(site.get("/consent").ok(), json!([]));
    });
}

#[test]
fn what_is_not_an_object_is_refused() {
    on_both(|site| {
        for body in ["1", "\"text\"", "true", "null", "[1]", "[{}]"] {
            post(site, body).is_invalid("body", "the body must be a JSON object");
        }
    });
}

#[test]
fn nesting_of_64_is_stored_and_65_is_refused() {
    on_both(|site| {
        let nested =
            |depth: usize| format!(r#"{{"preferences":{{"a":{}{}}}}}"#, "[".repeat(depth), "]".repeat(depth));
        // The object itself and `preferences` are the first two levels.
        assert_eq!(post(site, nested(62)).status, 200);
        let refused = post(site, nested(63));
        refused.is_invalid("body", "the body is not valid JSON: nested deeper than 64 levels at byte 82");
        assert_eq!(post(site, "[".repeat(MEGABYTE)).status, 400);
    });
}

#[test]
fn bytes_that_are_not_utf_8_are_refused() {
    on_both(|site| {
        for bytes in [
            &b"{\"a\":\"\xff\"}"[..],
            b"{\"a\":\"\xed\xa0\x80\"}",
            b"{\"a\":\"\xc0\x80\"}",
            b"\xff\xfe{\0}\0",
        ] {
            post(site, bytes).is_invalid("body", "the body is not UTF-8");
        }
    });
}

#[test]
fn another_charset_than_utf_8_is_refused_even_if_the_bytes_are_plain() {
    on_both(|site| {
        let declared = |kind: &str| {
            site.request("POST", "/consent")
                .key(&site.own.private)
                .header("Content-Type", kind)
                .body("{}")
                .send()
        };
        for kind in [
            "application/json; charset=iso-8859-1",
            "application/json;charset=\"UTF-16\"",
            "text/plain; charset=latin1",
        ] {
            declared(kind).is_invalid("body", "the body must be UTF-8");
        }
        for kind in [
            "application/json; charset=utf-8",
            "application/json; charset=\"UTF-8\"",
            "application/vnd.api+json",
            "text/plain",
        ] {
            assert_eq!(declared(kind).status, 200, "{kind}");
        }
        for kind in ["multipart/form-data; boundary=x", "application/xml", "text/html"] {
            let reason = "Content-Type must be application/json or application/x-www-form-urlencoded";
            declared(kind).is_invalid("body", reason);
        }
    });
}

#[test]
fn a_body_over_one_megabyte_is_413_with_the_documented_reason_phrase() {
    on_both(|site| {
        let expected = json!({ "status": "too_large", "message": "Request Entity Too Large: at most 1048576 bytes are accepted" });
        let announced = site
            .request("POST", "/consent")
            .key(&site.own.private)
            .header("Content-Length", "1048577")
            .send();
        assert_eq!(announced.reason, "Request Entity Too Large");
        announced.is(413, expected.clone());
        let chunk = format!("{:x}\r\n{}\r\n0\r\n\r\n", MEGABYTE + 1, "x".repeat(MEGABYTE + 1));
        let chunked =
            site.request("POST", "/consent").key(&site.own.private).header("Transfer-Encoding", "chunked");
        let chunked = chunked.body(chunk).send();
        assert_eq!(chunked.reason, "Request Entity Too Large");
        chunked.is(413, expected);
    });
}

#[test]
fn a_client_that_sends_all_of_a_large_body_reads_the_413_too() {
    on_both(|site| {
        for size in [MEGABYTE + 1, 3 * MEGABYTE] {
            assert_eq!(post(site, " ".repeat(size)).status, 413, "{size}");
        }
    });
}

#[test]
fn a_body_of_exactly_one_megabyte_is_stored() {
    on_both(|site| {
        let text = "x".repeat(MEGABYTE - r#"{"proofs":[{"form":""}]}"#.len());
        let answer = post(site, format!(r#"{{"proofs":[{{"form":"{text}"}}]}}"#)).ok();
        let stored = site.consent(answer["id"].as_str().unwrap());
        assert_eq!(stored["proofs"][0]["form"].as_str().unwrap(), text);
    });
}

#[test]
fn u_0000_is_refused_in_ids_names_and_identifiers_and_kept_elsewhere() {
    on_both(|site| {
        let body = json!({ "subject": { "id": "a\0b" } });
        post(site, body.to_string()).is_invalid("subject.id", "contains U+0000");
        let body = json!({ "legal_notices": [{ "identifier": "a\0" }] });
        post(site, body.to_string())
            .is_invalid("legal_notices[0].identifier", "must be a string of 1 to 255 characters");
        let body = json!({ "preferences": { "a\0": 1 } });
        post(site, body.to_string())
            .is_invalid("preferences", "has a name longer than 255 characters or with a U+0000 in it");
        let id = site.record(
            json!({ "preferences": { "a": "b\0c" }, "proofs": [{ "content": "d\0", "form": "e\0" }] }),
        );
        let stored = site.consent(&id);
        assert_eq!(stored["preferences"], json!({ "a": "b\0c" }));
        assert_eq!(stored["proofs"], json!([{ "content": "d\0", "form": "e\0" }]));
    });
}

#[test]
fn values_that_are_too_long_are_refused() {
    on_both(|site| {
        let long = "é".repeat(255);
        let id = site.record(
            json!({ "subject": { "id": long, "first_name": long }, "preferences": { long.clone(): long } }),
        );
        assert_eq!(site.consent(&id)["subject"]["first_name"], json!(long));
        let longer = format!("{long}é");
        let id = json!({ "subject": { "id": longer } });
        site.post("/consent", id).is_invalid("subject.id", "is longer than 255 characters");
        let email = json!({ "subject": { "email": "x".repeat(321) } });
        site.post("/consent", email).is_invalid("subject.email", "is longer than 320 characters");
    });
}

#[test]
fn every_problem_is_reported_at_once() {
    on_both(|site| {
        let answer = site.post("/consent", json!({
            "timestamp": 5, "subject": { "id": 7, "verified": 1.5, "phones": "06" }, "preferences": "all",
            "legal_notices": [{ "version": "x" }], "proofs": [7, { "form": 1 }], "consent_type": "marketing",
            "proof_document_ids": ["x"], "ip_address": "here", "autodetect_ip_address": "here",
        }));
        let fields: Vec<String> = answer.json()["errors"].as_object().unwrap().keys().cloned().collect();
        let mut expected = [
            "timestamp",
            "subject.id",
            "subject.verified",
            "subject.phones",
            "preferences",
            "legal_notices[0].identifier",
            "legal_notices[0].version",
            "proofs[0]",
            "proofs[1].form",
            "consent_type",
            "ip_address",
            "proof_document_ids[0]",
        ];
        expected.sort_unstable();
        let mut fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!((answer.status, fields), (400, expected.to_vec()));
    });
}

#[test]
fn a_form_encoded_body_means_what_the_json_one_means() {
    on_both(|site| {
        let body = "subject[id]=s&subject[email]=a%40example.org&preferences[newsletter]=true&legal_notices[][identifier]=terms&legal_notices[][version]=3&legal_notices[][identifier]=privacy+policy&proofs[0][content]=x&proofs[0][form]=%3Cform%3E&timestamp=2026-02-01T00:00:00%2B01:00";
        let answer = site.request("POST", "/consent").key(&site.own.private).form(body).send().ok();
        assert_eq!(
            (&answer["subject_id"], &answer["timestamp"]),
            (&json!("s"), &json!("2026-01-31T23:00:00.000Z"))
        );
        let stored = site.consent(answer["id"].as_str().unwrap());
        assert_eq!(stored["subject"]["email"], "a@example.org");
        assert_eq!(stored["preferences"], json!({ "newsletter": "true" }));
        let cited = json!([{ "identifier": "terms", "version": 3 }, { "identifier": "privacy policy", "version": null }]);
        assert_eq!(stored["legal_notices"], cited);
        assert_eq!(stored["proofs"], json!([{ "content": "x", "form": "<form>" }]));
    });
}

#[test]
fn a_form_that_contradicts_itself_is_refused() {
    on_both(|site| {
        let form = |body: &str| site.request("POST", "/consent").key(&site.own.private).form(body).send();
        let both = "a field is given both as a value and as a group";
        form("subject=a&subject[id]=b").is_invalid("body", both);
        form("subject[id]=a&subject=b").is_invalid("body", both);
        form("subject[id]=%ff").is_invalid("body", "is not UTF-8");
        form("subject[id=a").is_invalid("body", "a field name has an unclosed bracket");
        assert_eq!(form("").status, 200);
    });
}

/// Writes a whole request before it reads, as simple clients do; gives the answer's head.
fn told_after_writing_all(site: &Site, target: &str, headers: &str, length: usize) -> String {
    let mut stream = TcpStream::connect(site.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let head =
        format!("POST {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    for _ in 0..length.div_ceil(65_536) {
        stream.write_all(&vec![b' '; 65_536]).unwrap();
    }
    let mut received = [0; 12];
    stream.read_exact(&mut received).unwrap();
    String::from_utf8_lossy(&received).into_owned()
}

#[test]
fn a_refusal_arrives_although_nobody_reads_the_body() {
    on_both(|site| {
        let key = format!("ApiKey: {}\r\n", site.own.private);
        for _ in 0..5 {
            for length in [1_114_112, 8 * 1_048_576, 30 * 1_048_576] {
                assert_eq!(told_after_writing_all(site, "/consent", &key, length), "HTTP/1.1 413");
            }
            let unknown = "ApiKey: placet_sk_00000000000000000000000000000000000000\r\n";
            assert_eq!(told_after_writing_all(site, "/consent", unknown, 3 * 1_048_576), "HTTP/1.1 403");
            assert_eq!(told_after_writing_all(site, "/documents", &key, 3 * 1_048_576), "HTTP/1.1 400");
        }
    });
}

#[test]
fn a_client_that_asks_whether_to_send_its_body_is_told_that_it_is_too_large() {
    on_both(|site| {
        let headers = format!("ApiKey: {}\r\nExpect: 100-continue\r\n", site.own.private);
        let mut stream = TcpStream::connect(site.url().trim_start_matches("http://")).unwrap();
        let head =
            format!("POST /consent HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: 5000000\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut received = [0; 12];
        stream.read_exact(&mut received).unwrap();
        assert_eq!(&received, b"HTTP/1.1 413");
    });
}

#[test]
fn a_form_of_very_many_fields_keeps_nobody_waiting() {
    on_both(|site| {
        let fields: Vec<String> = (0..100_000).map(|number| format!("x{number}=")).collect();
        let answer = site.request("POST", "/consent").key(&site.own.private).form(&fields.join("&")).send();
        // When each field was compared with all before it, the client gave up before this.
        assert_eq!(answer.status, 200, "{answer:?}");
    });
}
