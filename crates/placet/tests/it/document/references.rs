//! Consents and notices that point to documents.

use placet_proof::Digest;
use serde_json::{Value, json};

use super::{PDF, id, upload};
use crate::app::{Site, on_both};

const UNKNOWN: &str = "0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10";

#[track_caller]
fn referenced(site: &Site) -> Vec<(String, bool)> {
    let list = site.get("/documents?limit=100").ok();
    let read = |item: &Value| (id(item), item["referenced"].as_bool().unwrap());
    list.as_array().unwrap().iter().map(read).collect()
}

#[test]
fn a_consent_answers_the_ids_of_its_documents_and_its_record_has_their_digests() {
    on_both(|site| {
        let (first, second) = (id(&upload(site, "1.pdf", PDF)), id(&upload(site, "2.pdf", b"second")));
        let consent = site.record(json!({ "proof_document_ids": [second, first] }));
        assert_eq!(site.consent(&consent)["proof_documents"], json!([second, first]));
        let details = site.details(&consent);
        let digests = [Digest::of(b"second").to_string(), Digest::of(PDF).to_string()];
        assert_eq!(
            (&details["documents"], &details["document_ids"]),
            (&json!(digests), &json!([second, first]))
        );
    });
}

#[test]
fn of_two_uploads_of_the_same_bytes_the_one_that_was_named_is_answered() {
    on_both(|site| {
        let ids = [(); 3].map(|()| id(&upload(site, "same.pdf", PDF)));
        let consent = site.record(json!({ "proof_document_ids": [ids[1]] }));
        assert_eq!(site.consent(&consent)["proof_documents"], json!([ids[1]]));
        let expected: Vec<bool> = referenced(site).into_iter().map(|(id, is)| is == (id == ids[1])).collect();
        assert_eq!(expected, [true; 3]);
    });
}

#[test]
fn documents_that_a_consent_or_a_notice_points_to_say_so() {
    on_both(|site| {
        let [consent, notice, neither] = ["1", "2", "3"].map(|name| id(&upload(site, name, name.as_bytes())));
        site.record(json!({ "proof_document_ids": [consent] }));
        site.post(
            "/legal_notices",
            json!({ "identifier": "terms", "content": "x", "document_ids": [notice] }),
        )
        .ok();
        let mut found = referenced(site);
        found.sort_by_key(|(id, _)| [&consent, &notice, &neither].iter().position(|known| *known == id));
        assert_eq!(found, [(consent, true), (notice, true), (neither, false)]);
    });
}

#[test]
fn a_consent_without_documents_says_so_however_none_is_spelled() {
    on_both(|site| {
        for none in [json!(null), json!([]), json!({})] {
            let consent = site.record(json!({ "proof_document_ids": none }));
            assert_eq!(site.consent(&consent)["proof_documents"], json!([]));
        }
    });
}

#[test]
fn a_document_named_twice_counts_once() {
    on_both(|site| {
        let id = id(&upload(site, "1.pdf", PDF));
        let consent = site.record(json!({ "proof_document_ids": [id, id.to_uppercase()] }));
        assert_eq!(site.consent(&consent)["proof_documents"], json!([id]));
    });
}

#[test]
fn a_public_key_may_point_to_documents_too() {
    on_both(|site| {
        let id = id(&upload(site, "1.pdf", PDF));
        let consent = site.record_public(json!({ "proof_document_ids": [id] }));
        assert_eq!(site.consent(&consent)["proof_documents"], json!([id]));
    });
}

#[test]
fn ids_may_come_in_a_form() {
    on_both(|site| {
        let id = id(&upload(site, "1.pdf", PDF));
        let body = format!("subject[id]=s&proof_document_ids[]={id}");
        let answer = site.request("POST", "/consent").key(&site.own.private).form(&body).send().ok();
        let consent = site.consent(answer["id"].as_str().unwrap());
        assert_eq!(consent["proof_documents"], json!([id]));
    });
}

#[test]
fn ids_that_name_no_document_are_named_and_nothing_is_stored() {
    on_both(|site| {
        let own = id(&upload(site, "1.pdf", PDF));
        let refused = site.post("/consent", json!({ "proof_document_ids": [own, UNKNOWN] }));
        let reason = format!("names no document of this workspace: {UNKNOWN}");
        refused.is_invalid("proof_document_ids[1]", &reason);
        let post = |ids: Value| site.post("/consent", json!({ "proof_document_ids": ids }));
        post(json!(["x"])).is_invalid("proof_document_ids[0]", "names no document of this workspace: x");
        post(json!([7])).is_invalid("proof_document_ids[0]", "must be a document's id, a string");
        let not_a_list = "must be a list of up to 100 document ids";
        for wrong in [json!("x"), json!(1), json!({ "a": 1 }), json!(vec![own; 101])] {
            post(wrong).is_invalid("proof_document_ids", not_a_list);
        }
        site.get("/consent").is(200, json!([]));
    });
}

#[test]
fn documents_of_another_workspace_cannot_be_pointed_to() {
    on_both(|site| {
        let own = id(&upload(site, "1.pdf", PDF));
        let reason = format!("names no document of this workspace: {own}");
        let post = |target: &str, body: Value| {
            site.request("POST", target).key(&site.stranger.private).json(body).send()
        };
        let consent = post("/consent", json!({ "proof_document_ids": [own] }));
        consent.is_invalid("proof_document_ids[0]", &reason);
        let notice = json!({ "identifier": "terms", "content": "x", "document_ids": [own] });
        post("/legal_notices", notice).is_invalid("document_ids[0]", &reason);
    });
}

#[test]
fn a_notice_answers_its_documents_in_every_shape() {
    on_both(|site| {
        let ids = ["1", "2"].map(|name| id(&upload(site, name, name.as_bytes())));
        let notice =
            |documents: Value| json!({ "identifier": "terms", "content": "x", "document_ids": documents });
        let list = json!([notice(json!([ids[1], ids[0]])), notice(json!([])), notice(json!(null))]);
        site.post("/legal_notices", list).ok();
        let documents = |target: &str| -> Vec<Value> {
            let list = site.get(target).ok();
            list.as_array().unwrap().iter().map(|item| item["documents"].clone()).collect()
        };
        let expected = [json!([]), json!([]), json!([ids[1], ids[0]])];
        assert_eq!(documents("/legal_notices/terms"), expected);
        assert_eq!(documents("/legal_notices"), expected);
        assert_eq!(documents("/legal_notices?identifier=terms&limit=3"), expected);
        assert_eq!(site.get("/legal_notices/terms/1").ok()["documents"], expected[2]);
        assert_eq!(site.get("/api/v1/legal_notices/terms/1").ok()["document_ids"], expected[2]);
    });
}

#[test]
fn a_notices_record_has_the_digests_of_its_documents() {
    on_both(|site| {
        let id = id(&upload(site, "1.pdf", PDF));
        site.post("/legal_notices", json!({ "identifier": "terms", "content": "x", "document_ids": [id] }))
            .ok();
        let end = format!(r#","documents":["{}"]}}"#, Digest::of(PDF));
        let events = crate::records::events(&site.database);
        let notice = events.iter().find(|event| event.contains("notice_version")).unwrap();
        assert!(notice.ends_with(&end), "{notice}");
    });
}

#[test]
fn a_list_of_notices_with_one_unknown_document_stores_none_and_names_them_all() {
    on_both(|site| {
        let notice = |ids: Value| json!({ "identifier": "terms", "content": "x", "document_ids": ids });
        let list = json!([notice(json!([])), notice(json!([UNKNOWN])), notice(json!([UNKNOWN]))]);
        let refused = site.post("/legal_notices", list);
        let reason = format!("names no document of this workspace: {UNKNOWN}");
        assert_eq!(refused.status, 400);
        let errors = json!({ "[1].document_ids[0]": [reason], "[2].document_ids[0]": [reason] });
        assert_eq!(refused.json()["errors"], errors);
        assert_eq!(site.get("/legal_notices/terms").status, 404);
    });
}
