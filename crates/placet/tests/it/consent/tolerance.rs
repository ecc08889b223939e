//! Contract 2.17: inputs that real clients send, row by row.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Site, on_both};

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

fn form(site: &Site, target: &str, body: &str) -> Value {
    site.request("POST", target).key(&site.own.private).form(body).send().ok()
}

#[test]
fn a_list_may_be_an_object_of_indexes_as_php_writes_one_with_gaps() {
    on_both(|site| {
        for identifier in ["a", "b"] {
            site.post("/legal_notices", json!({ "identifier": identifier, "content": "Text" })).ok();
        }
        let cited = |id: &Value| site.consent(id.as_str().unwrap())["legal_notices"].clone();
        let identifiers = |id: &Value| -> Vec<Value> {
            cited(id).as_array().unwrap().iter().map(|notice| notice["identifier"].clone()).collect()
        };
        let fields = "legal_notices[0][identifier]=a&legal_notices[2][identifier]=b";
        assert_eq!(identifiers(&form(site, "/consent", fields)["id"]), ["a", "b"]);
        let backwards = "legal_notices[1][identifier]=b&legal_notices[0][identifier]=a";
        assert_eq!(identifiers(&form(site, "/consent", backwards)["id"]), ["a", "b"]);
        let notices = json!({ "0": { "identifier": "a" }, "2": { "identifier": "b" } });
        let proofs = json!({ "3": { "content": "typed", "form": "shown" } });
        let id = site.record(json!({ "legal_notices": notices, "proofs": proofs }));
        assert_eq!(identifiers(&json!(id)), ["a", "b"]);
        assert_eq!(site.consent(&id)["proofs"], json!([{ "content": "typed", "form": "shown" }]));
        form(site, "/subjects", "id=p&phones[1][number]=0612345678");
        assert_eq!(site.subject("p")["phones"], json!([{ "number": "0612345678" }]));
        let named = json!({ "legal_notices": { "identifier": "a" } });
        let reason = "must be a list of up to 100 {\"identifier\", \"version\"}";
        site.post("/consent", named).is_invalid("legal_notices", reason);
    });
}

#[test]
fn of_a_repeated_field_of_a_form_the_last_counts() {
    on_both(|site| {
        let answer =
            form(site, "/consent", "preferences[news]=false&preferences[news]=true&submit=a&submit=b");
        assert_eq!(site.consent(answer["id"].as_str().unwrap())["preferences"], json!({ "news": "true" }));
    });
}

#[test]
fn a_version_may_be_written_as_the_contracts_server_writes_it() {
    on_both(|site| {
        for _ in 0..2 {
            site.post("/legal_notices", json!({ "identifier": "terms", "content": "Text" })).ok();
        }
        let record = |version: Value| {
            site.record(json!({ "legal_notices": [{ "identifier": "terms", "version": version }] }))
        };
        let cited = |id: &str| site.consent(id)["legal_notices"][0]["version"].clone();
        let plain = cited(&record(json!(1)));
        for version in [json!("1"), json!("1.0"), json!(1.0), json!("1.00")] {
            assert_eq!(cited(&record(version.clone())), plain, "{version}");
        }
        for version in [json!("1.5"), json!("1."), json!(0.0), json!(".0"), json!("1e0")] {
            let body = json!({ "legal_notices": [{ "identifier": "terms", "version": version }] });
            assert_eq!(site.post("/consent", body).status, 400, "{version}");
        }
    });
}

#[test]
fn what_is_empty_counts_as_absent_wherever_it_stands() {
    on_both(|site| {
        site.post("/subjects", json!({ "id": "p", "phones": [{ "number": "0612345678" }] })).ok();
        for body in [json!({ "subject": { "id": "p", "phones": "" } }), json!({ "proof_document_ids": [""] })]
        {
            site.record(body);
        }
        form(site, "/subjects", "id=p&phones=");
        assert_eq!(site.subject("p")["phones"], json!([{ "number": "0612345678" }]));
        for (name, empty) in
            [("timestamp", json!("")), ("document_ids", json!("")), ("document_ids", json!([""]))]
        {
            let mut notice = json!({ "identifier": "terms", "content": "Text" });
            notice[name] = empty;
            site.post("/legal_notices", notice).ok();
        }
    });
}

#[test]
fn words_and_numbers_for_true_and_false_are_read() {
    on_both(|site| {
        for (index, value) in
            [json!(1), json!("True"), json!("TRUE"), json!("1"), json!(true)].iter().enumerate()
        {
            let id = format!("yes{index}");
            site.post("/subjects", json!({ "id": id, "verified": value })).ok();
            assert_eq!(site.subject(&id)["verified"], true, "{value}");
        }
        site.post("/subjects", json!({ "id": "no", "verified": 0 })).ok();
        assert_eq!(site.subject("no")["verified"], false);
        for value in [json!(2), json!("yes"), json!([true]), json!(1.5)] {
            assert_eq!(
                site.post("/subjects", json!({ "id": "x", "verified": value })).status,
                400,
                "{value}"
            );
        }
        assert_eq!(site.get("/subjects?verified=True").ok().as_array().unwrap().len(), 5);
    });
}

#[test]
fn an_id_in_the_body_of_an_update_counts_for_nothing() {
    on_both(|site| {
        site.post("/subjects", json!({ "id": "42" })).ok();
        for id in [json!(42), json!("x".repeat(300)), json!({})] {
            let update = site.request("PUT", "/subjects/42").key(&site.own.private);
            update.json(json!({ "id": id, "email": "a@b.example" })).send().ok();
        }
        assert_eq!(site.subject("42")["email"], "a@b.example");
    });
}

#[test]
fn a_byte_order_mark_before_json_says_nothing() {
    on_both(|site| {
        assert_eq!(site.post("/consent", "\u{feff}{\"preferences\":{\"a\":1}}").status, 200);
        assert_eq!(site.post("/consent", "\u{feff}\u{feff}{}").status, 400);
    });
}

#[test]
fn no_upper_bound_may_be_written_as_the_last_second_of_the_calendar() {
    on_both(|site| {
        let id = site.record(json!({}));
        for end in ["9999-12-31T23:59:59Z", "9999-12-31", "9999-12-31T23:59:59.9999999", "253402300799"] {
            for list in ["/consent", "/subjects", "/legal_notices"] {
                site.get(&format!("{list}?to_time={end}")).ok();
            }
            assert_eq!(site.get(&format!("/consent?to_time={end}")).ok()[0]["id"], id);
        }
        // A claim that cannot be is kept beside what is known.
        let claimed = site.post_public(json!({ "timestamp": "9999-12-31T23:59:59Z" })).ok();
        let at = &site.consent(claimed["id"].as_str().unwrap())["timestamp"];
        assert_eq!(at, "2026-03-01T10:20:30Z");
        assert_eq!(site.post("/consent", json!({ "timestamp": "9999-12-31T23:59:59Z" })).status, 400);
    });
}
