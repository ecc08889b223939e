//! Members over HTTP: who may sign in, and what they may do.

use placet::actions;
use placet::domain::member::Role;
use serde_json::{Value, json};

use crate::app::{MINUTE, PASSWORD, Site, on_both};
use crate::client::Answer;
use crate::person::{Person, problem};
use crate::session::{cookie, sign_in};

const PATH: &str = "/api/v1/members";
const GRACE: &str = "grace@example.org";
const NEW_PASSWORD: &str = "another long password";

fn emails(answer: &Answer) -> Vec<String> {
    let text = |member: &Value| member["email"].as_str().unwrap().to_owned();
    answer.ok().as_array().unwrap().iter().map(text).collect()
}

fn grace(role: &str) -> Value {
    json!({ "email": " Grace@Example.org ", "role": role, "password": PASSWORD })
}

/// Whether address and password still open a session.
fn can_sign_in(site: &Site, email: &str, password: &str) -> bool {
    sign_in(site, email, password).send().status == 303
}

#[test]
fn an_owner_adds_a_member_who_can_sign_in_at_once() {
    on_both(|site| {
        let ada = Person::owner(site);
        let added = ada.send("POST", PATH, grace("editor"));
        let expected =
            json!({ "id": 2, "email": GRACE, "role": "editor", "created_at": "2026-03-01T10:20:30.265Z" });
        added.is(200, expected.clone());
        ada.get("/api/v1/members/2").is(200, expected);
        assert!(!added.body.contains("argon2") && can_sign_in(site, GRACE, PASSWORD));
        let again = ada.send("POST", PATH, grace("owner"));
        again.is(409, problem(409, "Conflict", "grace@example.org is a member of this workspace already"));
    });
}

#[test]
fn every_fault_of_a_new_member_is_told_and_nothing_is_stored() {
    on_both(|site| {
        let ada = Person::owner(site);
        let body = json!({ "email": "no-address", "role": "king", "password": "short", "id": 7 });
        let refused = ada.send("POST", PATH, body);
        let detail = "id: is not known here; known are email, role, password; role: must be owner, editor or auditor; \
            email: is not an e-mail address; password: must have 12 to 1024 characters";
        assert_eq!((refused.status, refused.json()["detail"].as_str()), (400, Some(detail)));
        assert_eq!(ada.send("POST", PATH, json!([])).json()["detail"], "the body must be a JSON object");
        assert_eq!(emails(&ada.get(PATH)), ["ada@example.org"]);
    });
}

#[test]
fn a_list_is_sorted_searched_and_paged() {
    on_both(|site| {
        let ada = Person::owner(site);
        for (email, role) in
            [("zoe@example.org", "editor"), (GRACE, "auditor"), ("bob@example.com", "editor")]
        {
            site.move_clock(MINUTE);
            ada.send("POST", PATH, json!({ "email": email, "role": role, "password": PASSWORD })).ok();
        }
        let list = |query: &str| emails(&ada.get(&format!("{PATH}?{query}")));
        assert_eq!(list(""), ["ada@example.org", "bob@example.com", GRACE, "zoe@example.org"]);
        assert_eq!(list("sort=-email&limit=2"), ["zoe@example.org", GRACE]);
        assert_eq!(list("sort=created_at"), ["ada@example.org", "zoe@example.org", GRACE, "bob@example.com"]);
        assert_eq!(list("sort=role"), [GRACE, "bob@example.com", "zoe@example.org", "ada@example.org"]);
        assert_eq!(list("search=EXAMPLE.ORG"), ["ada@example.org", GRACE, "zoe@example.org"]);
        assert_eq!(list("search=audit"), [GRACE]);
        let first = ada.get(&format!("{PATH}?limit=3"));
        let next = "</api/v1/members?limit=3&starting_after=3>; rel=\"next\"";
        assert_eq!(first.header("link"), Some(next));
        let second = ada.get(&format!("{PATH}?limit=3&starting_after=3"));
        assert_eq!((emails(&second), second.header("link")), (vec!["zoe@example.org".into()], None));
        let wrong = ada.get(&format!("{PATH}?sort=password_hash&starting_after=99"));
        let detail = "sort: must be email, role, created_at, or one of them after a minus sign; starting_after: names no member of this workspace";
        assert_eq!((wrong.status, wrong.json()["detail"].as_str()), (400, Some(detail)));
    });
}

#[test]
fn a_role_that_is_changed_holds_for_the_next_request_of_a_session_that_is_open() {
    on_both(|site| {
        let (ada, grace) = (Person::owner(site), Person::of(site, &site.own, GRACE, Role::Editor));
        let setting = json!({ "public_may_update": true });
        assert_eq!(grace.send("PATCH", "/api/v1/workspace", setting.clone()).status, 403);
        let promoted = ada.send("PATCH", "/api/v1/members/2", json!({ "role": "owner" }));
        assert_eq!(promoted.ok()["role"], "owner");
        assert_eq!(grace.send("PATCH", "/api/v1/workspace", setting.clone()).status, 200);
        ada.send("PATCH", "/api/v1/members/2", json!({ "role": "auditor" })).ok();
        assert_eq!(grace.send("PATCH", "/api/v1/workspace", setting).status, 403);
    });
}

#[test]
fn the_last_owner_can_neither_be_removed_nor_demoted() {
    on_both(|site| {
        let ada = Person::owner(site);
        let last = problem(409, "Conflict", "this is the last owner: make another member an owner first");
        ada.delete("/api/v1/members/1").is(409, last.clone());
        ada.send("PATCH", "/api/v1/members/1", json!({ "role": "editor" })).is(409, last.clone());
        ada.send("PATCH", "/api/v1/members/1", json!({ "role": "owner" })).ok();
        // An owner of another workspace does not count.
        Person::of(site, &site.stranger, "eve@example.org", Role::Owner);
        ada.delete("/api/v1/members/1").is(409, last);
        ada.send("POST", PATH, grace("owner")).ok();
        assert_eq!(ada.delete("/api/v1/members/1").status, 204);
        assert_eq!(ada.get("/api/v1/session").status, 401);
    });
}

#[test]
fn two_owners_who_remove_each_other_at_the_same_moment_leave_one() {
    on_both(|site| {
        let (ada, grace) = (Person::owner(site), Person::of(site, &site.own, GRACE, Role::Owner));
        let statuses = std::thread::scope(|scope| {
            let first = scope.spawn(|| ada.delete("/api/v1/members/2").status);
            let second = scope.spawn(|| grace.delete("/api/v1/members/1").status);
            [first.join().unwrap(), second.join().unwrap()]
        });
        assert!(statuses.contains(&204) && statuses != [204, 204], "{statuses:?}");
        let owners = site.block_on(actions::member::list(site.app(), site.own.id)).unwrap();
        assert_eq!(owners.len(), 1);
    });
}

#[test]
fn a_removed_member_s_sessions_end_at_once_and_the_number_is_never_given_to_someone_else() {
    on_both(|site| {
        let (ada, grace) = (Person::owner(site), Person::of(site, &site.own, GRACE, Role::Editor));
        assert_eq!(grace.get(PATH).status, 200);
        assert_eq!(ada.delete("/api/v1/members/2").status, 204);
        assert_eq!((grace.get(PATH).status, grace.get("/api/v1/session").status), (401, 401));
        assert!(!can_sign_in(site, GRACE, PASSWORD));
        assert_eq!(emails(&ada.get(PATH)), ["ada@example.org"]);
        assert_eq!((ada.get("/api/v1/members/2").status, ada.delete("/api/v1/members/2").status), (404, 404));
        let bob = ada.send(
            "POST",
            PATH,
            json!({ "email": "bob@example.org", "role": "editor", "password": PASSWORD }),
        );
        assert_eq!(bob.ok()["id"], 3);
        // Who comes back is the same person to the audit log, with a new role and a new password.
        let back = json!({ "email": GRACE, "role": "auditor", "password": NEW_PASSWORD });
        assert_eq!(ada.send("POST", PATH, back).ok()["id"], 2);
        assert!(can_sign_in(site, GRACE, NEW_PASSWORD) && !can_sign_in(site, GRACE, PASSWORD));
    });
}

#[test]
fn a_member_changes_the_own_password_which_ends_the_other_sessions() {
    on_both(|site| {
        Person::owner(site);
        let grace = Person::of(site, &site.own, GRACE, Role::Auditor);
        let elsewhere = Person { cookie: cookie(&sign_in(site, GRACE, PASSWORD).send()), ..grace.clone() };
        let set = |current: &str, wanted: &str| {
            let body = json!({ "current_password": current, "password": wanted });
            grace.send("PUT", "/api/v1/session/password", body)
        };
        let wrong = set("wrong horse battery", NEW_PASSWORD);
        assert_eq!(
            wrong.json()["errors"],
            json!([{ "pointer": "/current_password", "detail": "is not your password" }])
        );
        assert_eq!(set(PASSWORD, "short").status, 400);
        assert_eq!(set(PASSWORD, NEW_PASSWORD).status, 204);
        assert_eq!((grace.get(PATH).status, elsewhere.get(PATH).status), (200, 401));
        assert!(can_sign_in(site, GRACE, NEW_PASSWORD) && !can_sign_in(site, GRACE, PASSWORD));
    });
}

#[test]
fn an_owner_gives_a_new_password_to_a_member_who_lost_it() {
    on_both(|site| {
        let (ada, grace) = (Person::owner(site), Person::of(site, &site.own, GRACE, Role::Editor));
        ada.send("PATCH", "/api/v1/members/2", json!({ "password": NEW_PASSWORD })).ok();
        assert_eq!(grace.get(PATH).status, 401);
        assert!(can_sign_in(site, GRACE, NEW_PASSWORD) && !can_sign_in(site, GRACE, PASSWORD));
    });
}

#[test]
fn no_key_can_change_members() {
    on_both(|site| {
        Person::owner(site);
        let refusal = "Only an owner who is signed in may change keys and members: no key can make another";
        site.post(PATH, grace("owner")).is(403, problem(403, "Forbidden", refusal));
        let delete = site.request("DELETE", "/api/v1/members/1").key(&site.own.private).send();
        delete.is(403, problem(403, "Forbidden", refusal));
        assert_eq!(emails(&site.get(PATH)), ["ada@example.org"]);
    });
}
