//! `/legal_notices` (contract 2.15).

mod cited;
mod concurrency;
mod list;
mod managed;
mod names;
mod source;

use std::collections::BTreeSet;

use placet_proof::Digest;
use serde_json::{Value, json};

use crate::app::{on_both, refusal};

const NOT_CONTENT: &str = "must be a text, or an object of language codes and texts";

#[test]
fn one_notice_in_gives_one_answer_and_a_list_gives_a_list() {
    on_both(|site| {
        let answer = |identifier: &str, version: i64| json!({ "identifier": identifier, "version": version, "timestamp": "2026-03-01T10:20:30.265Z" });
        let notice = |identifier: &str| json!({ "identifier": identifier, "content": "Text" });
        site.post("/legal_notices", notice("terms")).is(200, answer("terms", 1));
        let list = json!([notice("terms"), notice("privacy_policy"), notice("terms")]);
        let answers = json!([answer("terms", 2), answer("privacy_policy", 1), answer("terms", 3)]);
        site.post("/legal_notices", list).is(200, answers);
        site.post("/legal_notices", json!([notice("terms")])).is(200, json!([answer("terms", 4)]));
    });
}

#[test]
fn versions_are_listed_newest_first_with_their_content_as_posted() {
    on_both(|site| {
        site.post(
            "/legal_notices",
            json!({ "identifier": "privacy_policy", "content": "<p>Text & more</p>" }),
        )
        .ok();
        let content = json!({ "en": "Text", "it": "Testo" });
        let second = json!({ "identifier": "privacy_policy", "content": content, "timestamp": "2026-02-01T00:00:00Z" });
        site.post("/legal_notices", second).ok();
        let version = |version: i64, timestamp: &str, content: Value| {
            json!({ "id": "1_privacy_policy", "owner_id": "1", "identifier": "privacy_policy", "version": version,
                "timestamp": timestamp, "content": content, "documents": [] })
        };
        let (newest, oldest) = (
            version(2, "2026-02-01T00:00:00Z", content),
            version(1, "2026-03-01T10:20:30Z", json!("<p>Text & more</p>")),
        );
        let list = |query: &str| site.get(&format!("/legal_notices/privacy_policy{query}"));
        list("").is(200, json!([newest, oldest]));
        list("?limit=1").is(200, json!([newest]));
        list("?limit=1&starting_after=2").is(200, json!([oldest]));
        list("?starting_after=1").is(200, json!([]));
        list("?starting_after=x").is_invalid("starting_after", "must be the number of a version");
    });
}

#[test]
fn identifiers_are_case_sensitive_and_may_hold_anything_but_u_0000() {
    on_both(|site| {
        for (identifier, path) in
            [("Terms", "Terms"), ("terms", "terms"), ("a/b c", "a%2Fb%20c"), ("§", "%C2%A7")]
        {
            let notice = json!({ "identifier": identifier, "content": identifier });
            assert_eq!(site.post("/legal_notices", notice).ok()["version"], 1);
            let listed = site.get(&format!("/legal_notices/{path}")).ok();
            assert_eq!(
                (listed.as_array().unwrap().len(), listed[0]["content"].as_str()),
                (1, Some(identifier))
            );
        }
        for path in ["TERMS", "%00", "nobody"] {
            site.get(&format!("/legal_notices/{path}"))
                .is(404, refusal("not_found", "Legal notice not found"));
        }
    });
}

#[test]
fn a_notice_needs_an_identifier_and_a_content() {
    on_both(|site| {
        let content =
            |content: Value| site.post("/legal_notices", json!({ "identifier": "a", "content": content }));
        for wrong in [json!(null), json!(1), json!([]), json!({}), json!({ "en": 1 }), json!({ "": "x" })] {
            content(wrong).is_invalid("content", NOT_CONTENT);
        }
        for wrong in [json!(null), json!(""), json!(1), json!("a\0"), json!("x".repeat(256))] {
            let answer = site.post("/legal_notices", json!({ "identifier": wrong, "content": "x" }));
            answer.is_invalid("identifier", "must be a string of 1 to 255 characters");
        }
        for body in ["[]", "1", "null"] {
            let reason = "the body must be a notice or a list of 1 to 100 notices";
            site.post("/legal_notices", body).is_invalid("body", reason);
        }
        let future = json!({ "identifier": "a", "content": "x", "timestamp": "2026-03-01T10:26:00Z" });
        site.post("/legal_notices", future)
            .is_invalid("timestamp", "lies more than five minutes in the future");
    });
}

#[test]
fn a_list_with_one_wrong_item_stores_nothing_and_names_every_problem() {
    on_both(|site| {
        let list = json!([{ "identifier": "terms", "content": "x" }, { "content": 1 }, 7]);
        let answer = site.post("/legal_notices", list);
        assert_eq!(answer.status, 400);
        let fields: BTreeSet<String> = answer.json()["errors"].as_object().unwrap().keys().cloned().collect();
        let expected = ["[1].content", "[1].identifier", "[2].content", "[2].identifier"];
        assert_eq!(fields, BTreeSet::from(expected.map(str::to_owned)));
        assert_eq!(site.get("/legal_notices/terms").status, 404);
    });
}

#[test]
fn a_version_in_the_body_is_not_accepted_but_assigned() {
    on_both(|site| {
        let notice = json!({ "identifier": "terms", "content": "x", "version": 40, "document_ids": [] });
        assert_eq!(site.post("/legal_notices", notice).ok()["version"], 1);
    });
}

#[test]
fn versions_have_no_gaps_when_many_publish_at_once() {
    on_both(|site| {
        std::thread::scope(|scope| {
            for _ in 0..20 {
                let notice = json!([{ "identifier": "terms", "content": "x" }, { "identifier": "terms", "content": "y" }]);
                scope.spawn(|| assert_eq!(site.post("/legal_notices", notice).status, 200));
            }
        });
        let versions = site.get("/legal_notices/terms?limit=100").ok();
        let numbers: Vec<i64> =
            versions.as_array().unwrap().iter().map(|item| item["version"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (1..=40).rev().collect::<Vec<_>>());
    });
}

#[test]
fn another_workspace_has_versions_of_its_own() {
    on_both(|site| {
        let publish = |key: &str| {
            let notice = json!({ "identifier": "terms", "content": "x" });
            site.request("POST", "/legal_notices").key(key).json(notice).send().ok()["version"].clone()
        };
        assert_eq!((publish(&site.own.private), publish(&site.own.private)), (json!(1), json!(2)));
        assert_eq!(publish(&site.stranger.private), 1);
        let stranger = site.request("GET", "/legal_notices/terms").key(&site.stranger.private).send().ok();
        assert_eq!((stranger.as_array().unwrap().len(), stranger[0]["id"].as_str()), (1, Some("2_terms")));
    });
}

#[test]
fn the_management_api_gives_one_version_with_its_digest() {
    on_both(|site| {
        let content = r#"{"it":"Testo","en":"Text \u0041"}"#;
        site.post("/legal_notices", format!(r#"{{"identifier":"terms","content": {content} }}"#)).ok();
        let digest = Digest::of(br#"{"it":"Testo","en":"Text A"}"#).to_string();
        site.get("/api/v1/legal_notices/terms/1").is(
            200,
            json!({
                "identifier": "terms", "version": 1, "sha256": digest, "at": "2026-03-01T10:20:30.265Z",
                "content": { "it": "Testo", "en": "Text A" }, "document_ids": [],
            }),
        );
        for target in [
            "/api/v1/legal_notices/terms/2",
            "/api/v1/legal_notices/terms/x",
            "/api/v1/legal_notices/other/1",
        ] {
            let expected = json!({ "type": "about:blank", "title": "Not Found", "status": 404, "detail": "Legal notice not found" });
            site.get(target).is(404, expected);
        }
    });
}
