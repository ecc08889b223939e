//! Requests that nobody should send, to every endpoint that reads or writes: each is refused with a clear answer in
//! the shape of the API, nothing is stored of it, and nothing of another workspace is told.

mod uploads;

use serde_json::Value;

use crate::app::{Site, on_both};
use crate::client::{Answer, Request};

/// Everything that a workspace holds, as its own key reads it.
const LISTS: [&str; 4] =
    ["/consent?limit=100", "/subjects?limit=100", "/legal_notices?limit=100", "/documents?limit=100"];
/// Something that must never be in an answer to another workspace.
const SECRET: &str = "only-the-stranger-knows";

const MULTIPART: &str = "multipart/form-data; boundary=B";
const A_FILE: &str = "Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"";

/// A site with a little in both workspaces, and the ids of what the stranger has.
struct Target<'s> {
    site: &'s Site,
    strangers_consent: String,
    strangers_document: String,
    sent: std::cell::Cell<usize>,
}

impl<'s> Target<'s> {
    fn of(site: &'s Site) -> Target<'s> {
        let stranger =
            |path, body: &str| site.request("POST", path).key(&site.stranger.private).json(body).send().ok();
        let consent = format!(
            r#"{{"subject":{{"id":"{SECRET}","email":"{SECRET}@example.org"}},"preferences":{{"{SECRET}":true}}}}"#
        );
        let strangers_consent = stranger("/consent", &consent)["id"].as_str().unwrap().to_owned();
        stranger("/legal_notices", &format!(r#"{{"identifier":"{SECRET}","content":"{SECRET}"}}"#));
        let upload = site.request("POST", "/documents").key(&site.stranger.private);
        let document = format!("--B\r\n{A_FILE}\r\n\r\n{SECRET}\r\n--B--\r\n");
        let document = upload.header("Content-Type", MULTIPART).body(document).send().ok();
        let strangers_document = document["id"].as_str().unwrap().to_owned();
        site.post("/consent", r#"{"subject":{"id":"ada"}}"#).ok();
        site.post("/legal_notices", r#"{"identifier":"terms","content":"Be kind."}"#).ok();
        Target { site, strangers_consent, strangers_document, sent: std::cell::Cell::new(0) }
    }

    fn holdings(&self) -> Vec<Value> {
        LISTS.iter().map(|list| self.site.get(list).ok()).collect()
    }

    fn request(&self, method: &str, path: &str) -> Request {
        let key = if path.starts_with("/public") { &self.site.own.public } else { &self.site.own.private };
        self.site.request(method, path).key(key)
    }

    /// Sends it; the answer has one of these statuses, is JSON if it has a body, and tells nothing of the stranger.
    #[track_caller]
    fn is_refused(&self, request: Request, statuses: &[u16], what: &str) {
        self.sent.set(self.sent.get() + 1);
        let answer = request.send();
        assert!(statuses.contains(&answer.status), "{what}: {answer:?}");
        assert!(!answer.body.contains(SECRET), "{what} told of another workspace: {answer:?}");
        if !answer.body.is_empty() {
            explains(&answer, what);
        }
    }
}

#[track_caller]
fn explains(answer: &Answer, what: &str) {
    let body: Value =
        serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{what} is not JSON: {answer:?}"));
    let text = ["message", "detail"].iter().find_map(|name| body[*name].as_str());
    assert!(text.is_some_and(|text| !text.is_empty()), "{what} is not explained: {answer:?}");
}

/// Sends malformed requests, at least `count`, to both databases; nothing may have changed afterwards.
fn nothing_is_stored_of(count: usize, send_all: impl Fn(&Target)) {
    on_both(|site| {
        let target = Target::of(site);
        let before = target.holdings();
        send_all(&target);
        assert_eq!(target.holdings(), before);
        assert!(target.sent.get() >= count, "only {} requests were sent", target.sent.get());
    });
}

const WRITES: [(&str, &str); 7] = [
    ("POST", "/consent"),
    ("POST", "/public/consent"),
    ("POST", "/beta/consent"),
    ("POST", "/subjects"),
    ("PUT", "/subjects/ada"),
    ("PATCH", "/beta/subjects/ada"),
    ("POST", "/legal_notices"),
];

#[test]
fn bodies_that_are_not_json_objects_of_utf_8_are_refused_everywhere() {
    let deep = format!(r#"{{"preferences":{}{}}}"#, "[".repeat(100), "]".repeat(100));
    let bodies: [(&str, &[u8]); 17] = [
        ("nothing", b""),
        ("white space", b" \n\t "),
        ("half an object", b"{"),
        ("half a list", b"[{"),
        ("half a word", b"nul"),
        ("a number", b"17"),
        ("a text", b"\"consent\""),
        ("a boolean", b"true"),
        ("a list of numbers", b"[1,2]"),
        ("a name twice", br#"{"subject":{"id":"a","id":"b"}}"#),
        ("half a surrogate pair", br#"{"subject":{"id":"\ud800"}}"#),
        ("a comment", b"{/* hello */}"),
        ("a trailing comma", br#"{"subject":{},}"#),
        ("deep nesting", deep.as_bytes()),
        ("bytes that are not UTF-8", b"{\"subject\":{\"id\":\"\xff\xfe\"}}"),
        ("UTF-16", b"\xff\xfe{\x00}\x00"),
        ("a zero byte", b"{\"subject\":{\"id\":\"a\x00b\"}}"),
    ];
    nothing_is_stored_of(WRITES.len() * bodies.len(), |target| {
        for (method, path) in WRITES {
            for (what, body) in &bodies {
                let request = target.request(method, path).header("Content-Type", "application/json");
                target.is_refused(request.body(*body), &[400], &format!("{what} to {method} {path}"));
            }
        }
    });
}

#[test]
fn bodies_that_are_too_large_or_of_another_kind_are_refused_everywhere() {
    let large = format!(r#"{{"subject":{{"id":"{}"}}}}"#, "a".repeat(1_100_000));
    nothing_is_stored_of(WRITES.len() * 6, |target| {
        for (method, path) in WRITES {
            let to = |what: &str| format!("{what} to {method} {path}");
            let typed = |kind: &str| target.request(method, path).header("Content-Type", kind).body("{}");
            target.is_refused(target.request(method, path).json(&large), &[413], &to("1.1 MB"));
            for kind in ["application/xml", "image/png", "application/json; charset=iso-8859-1", "text/html"]
            {
                target.is_refused(typed(kind), &[400], &to(kind));
            }
            let announced = target.request(method, path).header("Content-Length", "99999999999999999999");
            target.is_refused(announced, &[400, 413], &to("a length beyond numbers"));
        }
    });
}

const WRONG_CONSENTS: &[&str] = &[
    r#"{"subject":1}"#,
    r#"{"subject":"ada"}"#,
    r#"{"subject":[1]}"#,
    r#"{"subject":true}"#,
    r#"{"subject":{"id":1}}"#,
    r#"{"subject":{"id":["a"]}}"#,
    r#"{"subject":{"id":"a\u0000"}}"#,
    r#"{"subject":{"email":{}}}"#,
    r#"{"subject":{"first_name":7}}"#,
    r#"{"subject":{"last_name":[7]}}"#,
    r#"{"subject":{"full_name":true}}"#,
    r#"{"subject":{"verified":"maybe"}}"#,
    r#"{"subject":{"verified":2}}"#,
    r#"{"preferences":1}"#,
    r#"{"preferences":"all"}"#,
    r#"{"preferences":[1]}"#,
    r#"{"preferences":true}"#,
    r#"{"legal_notices":"terms"}"#,
    r#"{"legal_notices":[1]}"#,
    r#"{"legal_notices":["terms"]}"#,
    r#"{"legal_notices":[{}]}"#,
    r#"{"legal_notices":[{"identifier":1}]}"#,
    r#"{"legal_notices":[{"identifier":""}]}"#,
    r#"{"legal_notices":[{"identifier":"a\u0000"}]}"#,
    r#"{"proofs":"x"}"#,
    r#"{"proofs":[1]}"#,
    r#"{"proofs":["form"]}"#,
    r#"{"proofs":[{"form":1}]}"#,
    r#"{"proofs":[{"content":{"a":1}}]}"#,
    r#"{"timestamp":1}"#,
    r#"{"timestamp":"yesterday"}"#,
    r#"{"timestamp":"2026-13-45T00:00:00Z"}"#,
    r#"{"timestamp":"9999-01-01T00:00:00Z"}"#,
    r#"{"timestamp":{}}"#,
    r#"{"ip_address":"999.1.1.1"}"#,
    r#"{"ip_address":1}"#,
    r#"{"ip_address":"::g"}"#,
    r#"{"consent_type":"x"}"#,
    r#"{"consent_type":1}"#,
    r#"{"proof_document_ids":["00000000-0000-7000-8000-000000000000"]}"#,
    r#"{"proof_document_ids":5}"#,
];

const WRONG_SUBJECTS: &[&str] = &[
    r#"{"id":1}"#,
    r#"{"email":1}"#,
    r#"{"first_name":{}}"#,
    r#"{"last_name":[1]}"#,
    r#"{"full_name":false}"#,
    r#"{"verified":"maybe"}"#,
    r#"{"phones":"+39"}"#,
    r#"{"phones":[1]}"#,
    r#"{"phones":[{"number":1}]}"#,
    r#"{"phones":[{"label":"home"}]}"#,
];

const WRONG_NOTICES: &[&str] = &[
    "{}",
    r#"{"identifier":"terms"}"#,
    r#"{"content":"text"}"#,
    r#"{"identifier":1,"content":"x"}"#,
    r#"{"identifier":"","content":"x"}"#,
    r#"{"identifier":"a","content":1}"#,
    r#"{"identifier":"a","content":[]}"#,
    r#"{"identifier":"a","content":{"en":1}}"#,
    r#"{"identifier":"a","content":"x","timestamp":"soon"}"#,
    r#"[{"identifier":"a","content":"x"},{"identifier":"b"}]"#,
    r#"[{"identifier":"a","content":"x"},1]"#,
    r#"{"identifier":"a","content":"x","document_ids":["00000000-0000-7000-8000-000000000000"]}"#,
];

#[test]
fn fields_of_the_wrong_kind_are_refused() {
    let all =
        [("/consent", WRONG_CONSENTS), ("/subjects", WRONG_SUBJECTS), ("/legal_notices", WRONG_NOTICES)];
    nothing_is_stored_of(60, |target| {
        for (path, bodies) in all {
            for body in bodies {
                let request = target.request("POST", path).json(body);
                target.is_refused(request, &[400], &format!("{body} to {path}"));
            }
        }
        let long = format!(r#"{{"identifier":"{}","content":"x"}}"#, "a".repeat(256));
        target.is_refused(target.request("POST", "/legal_notices").json(long), &[400], "a long identifier");
    });
}

#[test]
fn filters_that_cannot_be_read_are_refused() {
    let queries = [
        "/consent?from_time=yesterday",
        "/consent?to_time=2026-13-01T00:00:00Z",
        "/consent?from_time=99999999999999999999",
        "/consent?source=neither",
        "/consent?ip_address=1.2.3",
        "/consent?ip_address=everyone",
        "/consent?subject_verified=maybe",
        "/consent?consent_type=cookies",
        "/consent?starting_after=first",
        "/consent?starting_after=00000000-0000-7000-8000-000000000000",
        "/consent?subject_id=%ff",
        "/consent?fulltext=%c3%28",
        "/subjects?from_time=tomorrow",
        "/subjects?verified=perhaps",
        "/subjects?starting_after=nobody",
        "/subjects?id=%ff",
        "/legal_notices?from_time=x",
        "/legal_notices?version=one",
        "/legal_notices?starting_after_version=1",
        "/legal_notices?starting_after_identifier=terms",
        "/legal_notices/terms?starting_after=x",
        "/documents?starting_after_identifier=x",
        "/api/v1/consents?starting_after=x",
        "/api/v1/consents?from_time=x",
    ];
    nothing_is_stored_of(queries.len(), |target| {
        for query in queries {
            target.is_refused(target.request("GET", query), &[400], query);
        }
        let of_stranger = format!("/consent?starting_after={}", target.strangers_consent);
        target.is_refused(target.request("GET", &of_stranger), &[400], &of_stranger);
    });
}

#[test]
fn what_another_workspace_has_does_not_exist() {
    nothing_is_stored_of(20, |target| {
        let consent = &target.strangers_consent;
        let paths = [
            format!("/consent/{consent}"),
            format!("/beta/consent/{consent}"),
            format!("/api/v1/consents/{consent}"),
            format!("/subjects/{SECRET}"),
            format!("/subjects/{SECRET}/consent/last"),
            format!("/legal_notices/{SECRET}"),
            format!("/legal_notices/{SECRET}/1"),
            format!("/documents/{}", target.strangers_document),
            format!("/api/v1/documents/{}", target.strangers_document),
            "/documents/first".into(),
            "/documents/%00".into(),
            format!("/api/v1/legal_notices/{SECRET}/1"),
            format!("/api/v1/subjects/{SECRET}"),
            format!("/api/v1/subjects/{SECRET}/preferences"),
            "/consent/first".into(),
            "/consent/..%2f..%2fetc%2fpasswd".into(),
            "/consent/%00".into(),
            "/consent/00000000-0000-7000-8000-000000000000".into(),
            "/subjects/%00".into(),
            "/legal_notices/%00".into(),
            "/legal_notices/terms/99".into(),
            "/legal_notices/terms/x".into(),
            "/consent/x/y".into(),
            "/api/v1/nothing".into(),
            format!("/consent/{}", "a".repeat(5000)),
        ];
        for path in &paths {
            target.is_refused(target.request("GET", path), &[400, 404], path);
        }
        let update =
            target.request("PUT", &format!("/subjects/{SECRET}")).json(r#"{"email":"mine@example.org"}"#);
        target.is_refused(update, &[404], "an update of the stranger's subject");
        for list in LISTS {
            let answer = target.request("GET", list).send();
            assert!(!answer.body.contains(SECRET), "{list}");
        }
    });
}

#[test]
fn keys_that_are_missing_wrong_or_of_the_other_kind_are_refused() {
    let paths =
        ["/consent", "/subjects", "/legal_notices", "/consent/x", "/subjects/ada", "/api/v1/consents"];
    nothing_is_stored_of(paths.len() * 9, |target| {
        let site = target.site;
        for path in paths {
            let get = || site.request("GET", path);
            let long = "k".repeat(4000);
            for (key, status) in [
                ("", 401),
                ("wrong", 403),
                ("placet_sk_00000000000000000000000000000000000000", 403),
                (long.as_str(), 403),
                ("' OR 1=1 --", 403),
                ("\u{fc}", 403),
                (site.own.public.as_str(), 403),
            ] {
                target.is_refused(get().key(key), &[status], &format!("{path} with the key {key}"));
            }
            target.is_refused(get(), &[401], path);
            let in_address = format!("{path}?key={}&ApiKey={0}", site.own.private);
            target.is_refused(site.request("GET", &in_address), &[401], "a private key in an address");
        }
        for (method, path) in WRITES {
            target.is_refused(site.request(method, path).json("{}"), &[401], path);
            target.is_refused(site.request(method, path).key("wrong").json("{}"), &[403], path);
        }
    });
}

#[test]
fn methods_that_do_not_exist_are_refused() {
    nothing_is_stored_of(20, |target| {
        for path in ["/consent", "/subjects", "/legal_notices", "/consent/x", "/subjects/ada"] {
            for method in ["DELETE", "TRACE", "PROPFIND", "BREW"] {
                target.is_refused(target.request(method, path), &[405], &format!("{method} {path}"));
            }
        }
    });
}

#[test]
fn tricks_with_headers_are_refused_or_change_nothing() {
    nothing_is_stored_of(11, |target| {
        let post = || target.request("POST", "/consent");
        let both =
            post().header("Content-Length", "5").header("Transfer-Encoding", "chunked").body("0\r\n\r\n{}");
        target.is_refused(both, &[400], "two lengths of one body");
        let chunk = post().header("Transfer-Encoding", "chunked").body("zz\r\n{}\r\n0\r\n\r\n");
        target.is_refused(chunk, &[400], "a chunk without a length");
        let twice = post().header("Content-Length", "2").header("Content-Length", "3").body("{}");
        target.is_refused(twice, &[400], "two different lengths");
        target.is_refused(
            post().header("X-Long", &"a".repeat(500_000)).json("{}"),
            &[400, 431],
            "a long header",
        );
        for key in ["", " ", &"k".repeat(300), "\u{fc}"] {
            let named = post().header("Idempotency-Key", key).json("{}");
            target.is_refused(named, &[400], &format!("the Idempotency-Key {key:?}"));
        }
        let override_method = target.request("POST", "/consent/x").header("X-HTTP-Method-Override", "DELETE");
        target.is_refused(override_method.json("{}"), &[405], "another method in a header");
        for header in ["X-Original-URL", "X-Rewrite-URL"] {
            let rewritten = target.request("GET", "/api/v1/nothing").header(header, "/consent");
            target.is_refused(rewritten, &[404], header);
        }
        let answer = target.request("GET", "/consent").header("X-Forwarded-For", "not, an, address").send();
        assert_eq!(answer.status, 200);
        let escaped = target.request("GET", "/consent").header("Origin", "https://evil.example").send();
        assert_eq!(escaped.header("access-control-allow-origin"), None);
    });
}
