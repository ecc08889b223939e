//! Contract 2.17: inputs that real clients send, row by row.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::on_both;

#[test]
fn php_empty_arrays_mean_nothing() {
    on_both(|site| {
        let id = site.record(json!({ "preferences": [], "legal_notices": [], "proofs": [], "subject": [] }));
        let stored = site.consent(&id);
        assert_eq!(stored["preferences"], json!({}));
        assert_eq!((&stored["legal_notices"], &stored["proofs"]), (&json!([]), &json!([])));
        assert_eq!(site.post("/consent", "[]").status, 200);
    });
}

#[test]
fn a_subject_that_is_false_or_null_is_no_subject() {
    on_both(|site| {
        for subject in [Value::Bool(false), Value::Null] {
            let answer = site.post("/consent", json!({ "subject": subject })).ok();
            assert!(Uuid::try_parse(answer["subject_id"].as_str().unwrap()).is_ok());
        }
        site.post("/consent", json!({ "subject": "ada" })).is_invalid("subject", "must be an object");
        site.post("/consent", json!({ "subject": true })).is_invalid("subject", "must be an object");
    });
}

#[test]
fn a_subject_id_that_is_empty_or_null_is_generated() {
    on_both(|site| {
        for subject in [json!({ "id": "" }), json!({ "id": null })] {
            let answer = site.post("/consent", json!({ "subject": subject })).ok();
            let subject = answer["subject_id"].as_str().unwrap();
            assert!(Uuid::try_parse(subject).is_ok());
            assert_eq!(site.consent(answer["id"].as_str().unwrap())["subject"]["id"], subject);
        }
    });
}

#[test]
fn the_version_of_a_notice_may_be_null_a_number_or_a_numeric_string() {
    on_both(|site| {
        let notice = json!({ "identifier": "terms", "content": "Text" });
        site.post("/legal_notices", json!([notice, notice])).ok();
        for (version, expected) in
            [(Value::Null, 2), (json!("1"), 1), (json!(1), 1), (json!("2"), 2), (json!(""), 2)]
        {
            let id = site.record(json!({ "legal_notices": [{ "identifier": "terms", "version": version }] }));
            let cited = json!([{ "identifier": "terms", "version": expected }]);
            assert_eq!(site.consent(&id)["legal_notices"], cited, "{version}");
        }
        for version in [json!(0), json!(-1), json!(1.5), json!("x"), json!(true), json!([])] {
            let body = json!({ "legal_notices": [{ "identifier": "terms", "version": version }] });
            let reason = "must be a whole number from 1, or null for the newest";
            site.post("/consent", body).is_invalid("legal_notices[0].version", reason);
        }
    });
}

#[test]
fn what_only_the_server_may_say_is_ignored() {
    on_both(|site| {
        let id = site.record(json!({
            "id": "mine", "owner": "99", "source": "public", "checksum": "mine", "unknown": { "x": 1 },
        }));
        let stored = site.consent(&id);
        assert_eq!((&stored["owner"], &stored["source"]), (&json!("1"), &json!("private")));
        assert_ne!((id.as_str(), stored["checksum"].as_str()), ("mine", Some("mine")));
        assert_eq!(stored.get("unknown"), None);
    });
}

#[test]
fn extra_keys_of_a_cited_notice_are_ignored() {
    on_both(|site| {
        let notice = json!({ "identifier": "terms", "version": 1, "timestamp": "0001-01-01T00:00:00", "content": "x" });
        let id = site.record(json!({ "legal_notices": [notice] }));
        assert_eq!(site.consent(&id)["legal_notices"], json!([{ "identifier": "terms", "version": 1 }]));
    });
}

#[test]
fn unknown_keys_of_a_subject_stay_in_the_snapshot() {
    on_both(|site| {
        let subject =
            json!({ "id": "s", "telephone": "06 1234", "message": { "text": "xxxxxxx" }, "owner_id": "99" });
        let stored = site.consent(&site.record(json!({ "subject": subject })));
        assert_eq!(stored["subject"]["telephone"], "06 1234");
        assert_eq!(stored["subject"]["message"], json!({ "text": "xxxxxxx" }));
        assert_eq!(stored["subject"]["owner_id"], "1");
        let subject = site.subject("s");
        assert_eq!((subject.get("telephone"), subject.get("message")), (None, None));
    });
}

#[test]
fn limit_and_filters_sent_as_headers_are_ignored() {
    on_both(|site| {
        site.record(json!({ "subject": { "id": "a" } }));
        site.record(json!({ "subject": { "id": "b" } }));
        let request = site.request("GET", "/consent").key(&site.own.private);
        let answer = request.header("limit", "1").header("subject_id", "a").send();
        assert_eq!(answer.ok().as_array().unwrap().len(), 2);
    });
}

#[test]
fn masked_strings_are_stored_as_sent() {
    on_both(|site| {
        let id =
            site.record(json!({ "subject": { "id": "s", "email": "xxxxxxxxxx", "first_name": "xxxx" } }));
        let stored = &site.consent(&id)["subject"];
        assert_eq!((&stored["email"], &stored["first_name"]), (&json!("xxxxxxxxxx"), &json!("xxxx")));
    });
}

#[test]
fn booleans_may_be_sent_as_text_and_an_empty_address_is_none() {
    on_both(|site| {
        let id = site.record(json!({ "subject": { "id": "s", "verified": "true" }, "ip_address": "", "autodetect_ip_address": "false" }));
        assert_eq!(site.consent(&id)["ip_address"], Value::Null);
        assert_eq!(site.subject("s")["verified"], true);
        let wrong = json!({ "subject": { "verified": "maybe" } });
        site.post("/consent", wrong).is_invalid("subject.verified", "must be true or false");
    });
}

#[test]
fn every_null_field_counts_as_absent() {
    on_both(|site| {
        let id = site.record(json!({
            "timestamp": null, "subject": null, "legal_notices": null, "proofs": null, "proof_document_ids": null,
            "preferences": null, "ip_address": null, "autodetect_ip_address": null, "consent_type": null,
        }));
        let stored = site.consent(&id);
        assert_eq!(stored["preferences"], json!({}));
        assert_eq!(stored["proofs"], json!([]));
    });
}

#[test]
fn a_form_has_no_null_so_an_empty_field_counts_as_absent() {
    on_both(|site| {
        site.post("/legal_notices", json!({ "identifier": "terms", "content": "Text" })).ok();
        let form = |body: &str| {
            let answer = site.request("POST", "/consent").key(&site.own.private).form(body).send().ok();
            site.consent(answer["id"].as_str().unwrap())
        };
        for empty in [
            "timestamp=&subject=&preferences=&legal_notices=&proofs=&proof_document_ids=&ip_address=&consent_type=&autodetect_ip_address=",
            "",
        ] {
            let stored = form(empty);
            let subject = stored["subject"]["id"].as_str().unwrap();
            assert!(Uuid::try_parse(subject).is_ok());
            assert_eq!((&stored["preferences"], &stored["ip_address"]), (&json!({}), &Value::Null));
            assert_eq!(
                (&stored["legal_notices"], &stored["proofs"], &stored["consent_type"]),
                (&json!([]), &json!([]), &Value::Null)
            );
            assert_eq!(stored["timestamp"], "2026-03-01T10:20:30Z");
        }
        let stored = form(
            "subject[id]=&subject[email]=&subject[verified]=&legal_notices[0][identifier]=terms&legal_notices[0][version]=",
        );
        assert!(Uuid::try_parse(stored["subject"]["id"].as_str().unwrap()).is_ok());
        assert_eq!(stored["subject"]["verified"], false);
        assert_eq!(stored["legal_notices"], json!([{ "identifier": "terms", "version": 1 }]));
    });
}

#[test]
fn lists_of_a_form_may_be_numbered_or_not() {
    on_both(|site| {
        let form = |body: &str| {
            let answer = site.request("POST", "/consent").key(&site.own.private).form(body).send().ok();
            site.consent(answer["id"].as_str().unwrap())
        };
        let numbered = "legal_notices[0][identifier]=a&legal_notices[1][identifier]=b&legal_notices[1][version]=2\
            &proofs[0][content]=x&proofs[1][form]=y&preferences[list][]=1&preferences[list][]=2&preferences[state][deep]=yes";
        let open = "legal_notices[][identifier]=a&legal_notices[][identifier]=b&legal_notices[][version]=2\
            &proofs[][content]=x&proofs[][form]=y&preferences[list][0]=1&preferences[list][1]=2&preferences[state][deep]=yes";
        for (body, proofs) in [
            (numbered, json!([{ "content": "x", "form": null }, { "content": null, "form": "y" }])),
            // Without numbers, a field that is not there yet belongs to the item before.
            (open, json!([{ "content": "x", "form": "y" }])),
        ] {
            let stored = form(body);
            let cited = json!([{ "identifier": "a", "version": null }, { "identifier": "b", "version": 2 }]);
            assert_eq!((&stored["legal_notices"], &stored["proofs"]), (&cited, &proofs));
            assert_eq!(stored["preferences"], json!({ "list": ["1", "2"], "state": { "deep": "yes" } }));
        }
    });
}

#[test]
fn a_flag_that_was_sent_as_text_is_shown_as_a_flag() {
    on_both(|site| {
        let body = "subject[id]=s&subject[verified]=true&autodetect_ip_address=false";
        let answer = site.request("POST", "/consent").key(&site.own.private).form(body).send().ok();
        assert_eq!(site.consent(answer["id"].as_str().unwrap())["subject"]["verified"], true);
        assert_eq!(site.get("/consent").ok()[0]["subject"]["verified"], true);
    });
}
