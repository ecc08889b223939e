//! `POST /subjects`, and `PUT`, `PATCH` and `POST /subjects/:id`.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{MINUTE, Site, on_both, refusal};
use crate::client::Answer;

const CREATED: &str = "2026-03-01T10:20:30.265Z";

fn whole() -> Value {
    json!({ "id": "customer-981", "email": "ada@example.org", "first_name": "Ada", "last_name": "Rossi",
        "full_name": "Ada Rossi", "verified": true, "phones": [{ "number": "+39061234", "label": "home" }] })
}

fn send(site: &Site, method: &str, target: &str, body: Value) -> Answer {
    site.request(method, target).key(&site.own.private).json(body).send()
}

/// The subject as `GET /subjects/:id` gives it, when it was created at the beginning of the test.
fn stored(fields: Value) -> Value {
    let mut subject = json!({ "owner_id": "1", "email": null, "first_name": null, "last_name": null, "full_name": null,
        "phones": [], "verified": false, "timestamp": "2026-03-01T10:20:30+00:00", "preferences": null });
    subject.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    subject
}

#[test]
fn post_creates_a_subject_and_answers_with_its_moment_under_both_names() {
    on_both(|site| {
        let answer = json!({ "id": "customer-981", "timestamp": CREATED, "created_at": CREATED });
        site.post("/subjects", whole()).is(200, answer);
        site.get("/subjects/customer-981").is(200, stored(whole()));
    });
}

#[test]
fn post_generates_an_id_where_none_is_given() {
    on_both(|site| {
        for body in [json!({}), json!([]), json!({ "id": null }), json!({ "id": "" })] {
            let answer = site.post("/subjects", &body).ok();
            let id = answer["id"].as_str().unwrap();
            assert!(Uuid::try_parse(id).is_ok(), "{answer}");
            assert_eq!(site.subject(id), stored(json!({ "id": id })), "{body}");
        }
    });
}

#[test]
fn post_of_an_id_that_exists_updates_it_and_gives_its_creation_time() {
    on_both(|site| {
        site.post("/subjects", whole()).ok();
        site.move_clock(MINUTE);
        let answer = site.post("/subjects", json!({ "id": "customer-981", "email": "rossi@example.org" }));
        answer.is(200, json!({ "id": "customer-981", "timestamp": CREATED, "created_at": CREATED }));
        let mut expected = stored(whole());
        expected["email"] = json!("rossi@example.org");
        site.get("/subjects/customer-981").is(200, expected);
    });
}

#[test]
fn put_and_patch_and_post_of_a_subject_are_one_partial_update() {
    on_both(|site| {
        for (method, name) in [("PUT", "first_name"), ("PATCH", "last_name"), ("POST", "full_name")] {
            site.post("/subjects", whole()).ok();
            site.move_clock(MINUTE);
            let answer = send(site, method, "/subjects/customer-981", json!({ name: "Other" }));
            answer.is(200, json!({ "id": "customer-981", "timestamp": "2026-03-01T10:20:30.265+00:00" }));
            let mut expected = stored(whole());
            expected[name] = json!("Other");
            assert_eq!(site.subject("customer-981"), expected, "{method}");
        }
    });
}

#[test]
fn an_update_of_an_unknown_subject_is_404_and_creates_none() {
    on_both(|site| {
        site.request("POST", "/subjects")
            .key(&site.stranger.private)
            .json(json!({ "id": "theirs" }))
            .send()
            .ok();
        for method in ["PUT", "PATCH", "POST"] {
            for id in ["nobody", "theirs", "%00", "a%00b"] {
                let answer =
                    send(site, method, &format!("/subjects/{id}"), json!({ "email": "a@b.example" }));
                answer.is(404, refusal("not_found", "Subject not found"));
            }
        }
        site.get("/subjects").is(200, json!([]));
        let theirs = site.request("GET", "/subjects/theirs").key(&site.stranger.private).send().ok();
        assert_eq!(theirs["email"], Value::Null);
    });
}

#[test]
fn null_and_empty_values_never_erase() {
    on_both(|site| {
        site.post("/subjects", whole()).ok();
        let nothing = json!({ "id": "customer-981", "email": null, "first_name": "", "last_name": null,
            "full_name": "", "verified": null, "phones": [] });
        site.post("/subjects", &nothing).ok();
        for method in ["PUT", "PATCH", "POST"] {
            send(site, method, "/subjects/customer-981", nothing.clone()).ok();
            send(site, method, "/subjects/customer-981", json!({})).ok();
            send(site, method, "/subjects/customer-981", json!([])).ok();
        }
        let form = site.request("PUT", "/subjects/customer-981").key(&site.own.private);
        form.form("verified=&email=&phones[0][number]=").send().ok();
        site.get("/subjects/customer-981").is(200, stored(whole()));
    });
}

#[test]
fn preferences_and_timestamp_and_id_in_the_body_of_an_update_are_ignored() {
    on_both(|site| {
        let consent = site.record(json!({ "subject": { "id": "s" }, "preferences": { "newsletter": true } }));
        let preferences = json!({ "newsletter": { "value": true, "consent_id": consent } });
        let body = json!({ "id": "other", "owner_id": "9", "email": "ada@example.org",
            "timestamp": "2001-01-01T00:00:00Z", "preferences": { "newsletter": false, "calls": true } });
        for (method, target) in [("PUT", "/subjects/s"), ("PATCH", "/subjects/s"), ("POST", "/subjects/s")] {
            assert_eq!(send(site, method, target, body.clone()).ok()["id"], "s");
        }
        let expected = stored(json!({ "id": "s", "email": "ada@example.org", "preferences": preferences }));
        site.get("/subjects/s").is(200, expected);
        assert_eq!(site.get("/subjects/other").status, 404);
        let mut created = body;
        created["id"] = json!("new");
        assert_eq!(site.post("/subjects", created).ok()["timestamp"], CREATED);
        site.get("/subjects/new").is(200, stored(json!({ "id": "new", "email": "ada@example.org" })));
    });
}

#[test]
fn verified_is_raised_and_lowered_with_a_private_key() {
    on_both(|site| {
        site.post("/subjects", json!({ "id": "s" })).ok();
        for (sent, verified) in
            [(json!(true), true), (json!(null), true), (json!(false), false), (json!("true"), true)]
        {
            send(site, "PATCH", "/subjects/s", json!({ "verified": sent })).ok();
            assert_eq!(site.subject("s")["verified"], verified, "{sent}");
        }
    });
}

#[test]
fn what_cannot_be_stored_is_refused_with_every_problem_and_changes_nothing() {
    on_both(|site| {
        site.post("/subjects", whole()).ok();
        let body = json!({ "email": 7, "first_name": "x".repeat(256), "last_name": ["a"], "full_name": "a\u{0}b",
            "verified": "maybe", "phones": "06" });
        let errors = json!({
            "email": ["must be a string"], "first_name": ["is longer than 255 characters"],
            "last_name": ["must be a string"], "full_name": ["contains U+0000"],
            "verified": ["must be true or false"], "phones": ["must be a list of {\"number\", \"label\"}"],
        });
        for (method, target) in
            [("POST", "/subjects"), ("PUT", "/subjects/customer-981"), ("PATCH", "/subjects/customer-981")]
        {
            let answer = send(site, method, target, body.clone());
            assert_eq!((answer.status, &answer.json()["errors"]), (400, &errors), "{method}");
        }
        site.post("/subjects", json!({ "id": "x".repeat(256) }))
            .is_invalid("id", "is longer than 255 characters");
        for body in [json!(null), json!("s"), json!(1), json!([{ "id": "s" }])] {
            site.post("/subjects", body).is_invalid("body", "the body must be a JSON object");
        }
        assert_eq!(site.post("/subjects", "{\"id\":\"s\",").status, 400);
        let twice = site.post("/subjects", r#"{"id":"s","email":"a","email":"b"}"#);
        assert_eq!(twice.status, 400);
        assert_eq!(site.get("/subjects").ok().as_array().unwrap().len(), 1);
        site.get("/subjects/customer-981").is(200, stored(whole()));
    });
}

#[test]
fn a_form_body_means_what_the_same_json_means() {
    on_both(|site| {
        let form =
            "id=s&email=ada%40example.org&verified=true&phones[][number]=%2B39061234&phones[][label]=home";
        let answer = site.request("POST", "/subjects").key(&site.own.private).form(form).send();
        answer.is(200, json!({ "id": "s", "timestamp": CREATED, "created_at": CREATED }));
        site.get("/subjects/s").is(
            200,
            stored(json!({ "id": "s", "email": "ada@example.org", "verified": true,
            "phones": [{ "number": "+39061234", "label": "home" }] })),
        );
    });
}

#[test]
fn slashes_too_many_and_the_beta_prefix_do_not_matter() {
    on_both(|site| {
        for (index, path) in
            ["/subjects/", "//subjects", "/beta/subjects", "/beta//subjects//"].iter().enumerate()
        {
            let id = format!("s{index}");
            site.post(path, json!({ "id": id })).ok();
            assert_eq!(site.get(&format!("{path}?id={id}")).ok()[0]["id"], json!(id), "{path}");
            for method in ["PUT", "PATCH", "POST"] {
                send(site, method, &format!("{path}/{id}/"), json!({ "email": method })).ok();
                assert_eq!(site.get(&format!("{path}//{id}//")).ok()["email"], json!(method), "{path}");
            }
        }
    });
}

#[test]
fn only_a_private_key_may_write_or_read_subjects() {
    on_both(|site| {
        site.post("/subjects", whole()).ok();
        let calls = [
            ("GET", "/subjects"),
            ("POST", "/subjects"),
            ("GET", "/subjects/customer-981"),
            ("PUT", "/subjects/customer-981"),
            ("PATCH", "/subjects/customer-981"),
            ("POST", "/subjects/customer-981"),
        ];
        for (method, target) in calls {
            let call = || site.request(method, target).json(json!({ "email": "eve@example.org" }));
            call().send().is(401, json!({ "message": "No API key found in request" }));
            let wrong = call().key("abcdefghijklmnopqrstuvwxyz012345").send();
            wrong.is(403, json!({ "message": "Invalid authentication credentials" }));
            let public = call().key(&site.own.public).send();
            public.is(403, json!({ "message": "A public key can only be used with POST /public/consent" }));
        }
        site.get("/subjects/customer-981").is(200, stored(whole()));
    });
}

#[test]
fn two_workspaces_may_have_subjects_of_one_id() {
    on_both(|site| {
        site.post("/subjects", whole()).ok();
        let theirs = site.request("POST", "/subjects").key(&site.stranger.private);
        theirs.json(json!({ "id": "customer-981", "email": "eve@example.org" })).send().ok();
        let theirs = site.request("GET", "/subjects").key(&site.stranger.private).send().ok();
        assert_eq!((&theirs[0]["owner_id"], &theirs[0]["email"]), (&json!("2"), &json!("eve@example.org")));
        site.get("/subjects").is(200, json!([stored(whole())]));
    });
}

#[test]
fn a_consent_adds_to_a_subject_that_was_created_before() {
    on_both(|site| {
        site.post("/subjects", whole()).ok();
        let consent =
            site.record(json!({ "subject": { "id": "customer-981" }, "preferences": { "calls": "no" } }));
        let mut expected = stored(whole());
        expected["preferences"] = json!({ "calls": { "value": "no", "consent_id": consent } });
        site.get("/subjects/customer-981").is(200, expected);
    });
}
