//! What hurts asks for the password again; and a sign-in that opens several workspaces.

use placet::actions;
use placet::domain::member::Role;
use serde_json::{Value, json};

use crate::app::{MINUTE, PASSWORD, on_both};
use crate::person::Person;
use crate::session::{ADA, cookie, sign_in};

const CONFIRM: &str = "/api/v1/session/confirm";

fn unconfirmed() -> Value {
    json!({ "type": "/api#password-again", "title": "Forbidden", "status": 403,
        "detail": "Please give your password again first." })
}

fn name(name: &str) -> Value {
    json!({ "kind": "public", "name": name })
}

#[test]
fn ten_minutes_after_the_password_was_given_it_is_asked_for_again() {
    on_both(|site| {
        let ada = Person::owner(site);
        ada.send("POST", "/api/v1/keys", name("first")).ok();
        site.move_clock(10 * MINUTE);
        ada.send("POST", "/api/v1/keys", name("second")).ok();
        site.move_clock(1);
        ada.send("POST", "/api/v1/keys", name("third")).is(403, unconfirmed());
        // What does not hurt goes on.
        ada.send("PATCH", "/api/v1/workspace", json!({ "public_may_update": true })).ok();
        let confirmed = ada.send("POST", CONFIRM, json!({ "password": PASSWORD })).ok();
        assert_eq!(confirmed["confirmed_until"], "2026-03-01T10:40:30.266Z");
        assert_eq!(ada.get("/api/v1/session").ok(), confirmed);
        ada.send("POST", "/api/v1/keys", name("third")).ok();
    });
}

#[test]
fn the_page_of_the_api_explains_the_type_of_the_refusal() {
    on_both(|site| {
        let page = site.request("GET", "/api").send();
        assert!(page.body.contains("id=\"password-again\""), "{page:?}");
    });
}

#[test]
fn a_wrong_password_confirms_nothing_and_after_ten_one_has_to_wait() {
    on_both(|site| {
        let ada = Person::owner(site);
        site.move_clock(11 * MINUTE);
        for _ in 0..10 {
            let wrong = ada.send("POST", CONFIRM, json!({ "password": "wrong horse battery" }));
            assert_eq!(
                wrong.json()["errors"],
                json!([{ "pointer": "/password", "detail": "is not your password" }])
            );
        }
        assert_eq!(ada.send("POST", CONFIRM, json!({ "password": PASSWORD })).status, 429);
        ada.send("POST", "/api/v1/keys", name("x")).is(403, unconfirmed());
        site.move_clock(15 * MINUTE);
        ada.send("POST", CONFIRM, json!({ "password": PASSWORD })).ok();
        for body in [json!({}), json!({ "password": 7 }), json!({ "password": PASSWORD, "for": "ever" })] {
            assert_eq!(ada.send("POST", CONFIRM, body).status, 400);
        }
    });
}

#[test]
fn what_a_session_may_do_is_not_done_for_another_site() {
    on_both(|site| {
        let ada = Person::owner(site);
        let sent = |headers: &[(&str, &str)]| {
            let request = site.request("POST", CONFIRM).header("Cookie", &ada.cookie);
            let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
            request.json(json!({ "password": PASSWORD })).send().status
        };
        assert_eq!(sent(&[("Sec-Fetch-Site", "cross-site")]), 403);
        assert_eq!(sent(&[("Sec-Fetch-Site", "same-site"), ("Origin", "https://other.example.org")]), 403);
        assert_eq!(sent(&[("Origin", "https://evil.example")]), 403);
        assert_eq!(sent(&[("Origin", "null")]), 403);
        assert_eq!(sent(&[("Sec-Fetch-Site", "same-origin")]), 200);
    });
}

#[test]
fn a_sign_in_opens_the_workspaces_that_have_this_address_with_this_password_and_no_other() {
    on_both(|site| {
        let ada = Person::owner(site);
        let third = site.block_on(actions::workspace::create(site.app(), "Third")).unwrap();
        let join = |workspace, password| {
            let made = actions::member::create(site.app(), workspace, ADA, Role::Auditor, password);
            site.block_on(made).unwrap()
        };
        join(site.stranger.id, "a password of somebody else");
        join(third, PASSWORD);
        let own = json!({ "id": 1, "name": "Own", "role": "owner", "is_current": true });
        // The session was begun before.
        ada.get("/api/v1/workspaces").is(200, json!([own]));
        let ada = Person { cookie: cookie(&sign_in(site, ADA, PASSWORD).send()), ..ada };
        let other = json!({ "id": 3, "name": "Third", "role": "auditor", "is_current": false });
        ada.get("/api/v1/workspaces").is(200, json!([own, other]));
        assert_eq!(ada.send("PUT", "/api/v1/session/workspace", json!({ "id": 2 })).status, 404);
        assert_eq!(ada.send("PUT", "/api/v1/session/workspace", json!({ "id": "3" })).status, 400);
        let switched = ada.send("PUT", "/api/v1/session/workspace", json!({ "id": 3 }));
        assert_eq!(switched.ok()["workspace"], json!({ "id": 3, "name": "Third" }));
        let token = switched.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let there = Person { cookie: token, ..ada.clone() };
        assert_eq!(there.get("/api/v1/workspace").ok()["name"], "Third");
        assert_eq!(there.send("PATCH", "/api/v1/workspace", json!({})).status, 403, "an auditor there");
        // Signing out ends it everywhere.
        there.request("POST", "/sign-out").send();
        assert_eq!((ada.get("/api/v1/session").status, there.get("/api/v1/session").status), (401, 401));
    });
}
