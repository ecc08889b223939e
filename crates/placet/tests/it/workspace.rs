//! The settings of a workspace, over HTTP and by command.

use placet::actions;
use placet::domain::member::Role;
use serde_json::{Value, json};

use crate::app::{PASSWORD, Site, on_both};
use crate::client::{Answer, Request};
use crate::database::Database;
use crate::process::{answer, run};
use crate::session::{cookie, sign_in};

const PATH: &str = "/api/v1/workspace";

fn as_set(lists_cookie_choices: bool, public_may_update: bool, maps_notice_names: bool) -> Value {
    json!({ "id": 1, "name": "Own", "lists_cookie_choices": lists_cookie_choices,
        "public_may_update": public_may_update, "maps_notice_names": maps_notice_names,
        "keeps_addresses": "shortened", "keeps_proofs_months": 60, "widgets": {} })
}

fn patch(site: &Site, body: Value) -> Request {
    site.request("PATCH", PATH).json(body)
}

fn patch_by_key(site: &Site, body: Value) -> Answer {
    patch(site, body).key(&site.own.private).send()
}

fn problem(status: u16, title: &str, detail: &str) -> Value {
    json!({ "type": "about:blank", "title": title, "status": status, "detail": detail })
}

#[test]
fn a_new_workspace_lists_cookie_choices_maps_names_and_protects_its_subjects() {
    on_both(|site| {
        site.get(PATH).is(200, as_set(true, false, true));
        let bearer = format!("Bearer {}", site.own.private);
        site.request("GET", PATH).header("Authorization", &bearer).send().is(200, as_set(true, false, true));
    });
}

#[test]
fn settings_that_are_not_named_stay() {
    on_both(|site| {
        patch_by_key(site, json!({ "lists_cookie_choices": false })).is(200, as_set(false, false, true));
        patch_by_key(site, json!({ "public_may_update": true, "maps_notice_names": false }))
            .is(200, as_set(false, true, false));
        patch_by_key(site, json!({})).is(200, as_set(false, true, false));
        let renamed = patch_by_key(site, json!({ "name": " Own shop " })).ok();
        assert_eq!(renamed["name"], "Own shop");
        patch_by_key(site, json!({ "name": "Own" })).is(200, as_set(false, true, false));
        site.get(PATH).is(200, as_set(false, true, false));
        let stranger = site.request("GET", PATH).key(&site.stranger.private).send().ok();
        assert_eq!(stranger["lists_cookie_choices"], true);
        assert_eq!(stranger["id"], 2);
    });
}

#[test]
fn what_is_no_setting_is_refused_with_every_problem_and_nothing_is_changed() {
    on_both(|site| {
        let body =
            json!({ "maps_notice_names": false, "public_may_update": "yes", "log_id": "Other", "name": " " });
        patch_by_key(site, body).is(
            400,
            json!({
                "type": "about:blank", "title": "Bad Request", "status": 400,
                "detail": "log_id: is not a setting of a workspace; name: must have 1 to 100 characters; public_may_update: must be true or false",
                "errors": [
                    { "pointer": "/log_id", "detail": "is not a setting of a workspace" },
                    { "pointer": "/name", "detail": "must have 1 to 100 characters" },
                    { "pointer": "/public_may_update", "detail": "must be true or false" },
                ],
            }),
        );
        for body in [json!([]), json!(null), json!("x")] {
            assert_eq!(patch_by_key(site, body).json()["detail"], "the body must be a JSON object");
        }
        let broken = site.request("PATCH", PATH).key(&site.own.private).json("{").send();
        assert_eq!((broken.status, broken.header("content-type")), (400, Some("application/problem+json")));
        site.get(PATH).is(200, as_set(true, false, true));
    });
}

#[test]
fn how_long_and_how_much_is_kept_are_settings_too() {
    on_both(|site| {
        let widget = crate::widget::publish(site).id.to_string();
        let change = json!({ "keeps_addresses": "none", "keeps_proofs_months": null,
            "widgets": { widget.as_str(): { "keeps_proofs_months": 24 } } });
        let mut expected = as_set(true, false, true);
        for (name, value) in change.as_object().unwrap() {
            expected[name] = value.clone();
        }
        patch_by_key(site, change).is(200, expected.clone());
        patch_by_key(site, json!({ "keeps_addresses": "whole", "widgets": { widget: null } }));
        (expected["keeps_addresses"], expected["widgets"]) = (json!("whole"), json!({}));
        site.get(PATH).is(200, expected);
    });
}

#[test]
fn what_cannot_be_kept_so_is_refused_with_every_problem() {
    on_both(|site| {
        let months = "must be a number of months from 1 to 1200, or null to keep proofs for ever";
        let body = json!({ "keeps_addresses": "short", "keeps_proofs_months": 0, "widgets": {
            "x": null, "7": { "keeps_proofs_months": 1201 }, "8": { "months": 1 }, "9": {} } });
        let detail = patch_by_key(site, body).json()["detail"].as_str().unwrap().to_owned();
        let other = "must be null, or an object with keeps_proofs_months and nothing else";
        for problem in [
            "keeps_addresses: must be shortened, whole or none".to_owned(),
            format!("keeps_proofs_months: {months}"),
            "widgets.x: is not the id of a widget".to_owned(),
            format!("widgets.7.keeps_proofs_months: {months}"),
            format!("widgets.8: {other}"),
            format!("widgets.9: {other}"),
        ] {
            assert!(detail.contains(&problem), "{problem}: {detail}");
        }
        let unknown = patch_by_key(site, json!({ "widgets": { "77": { "keeps_proofs_months": 1 } } }));
        assert_eq!(unknown.json()["detail"], "widgets.77: names no widget of this workspace");
        site.get(PATH).is(200, as_set(true, false, true));
    });
}

#[test]
fn settings_are_read_by_every_member_and_changed_by_owners_from_our_own_pages() {
    on_both(|site| {
        let member = |email: &str, role| {
            let created = actions::member::create(site.app(), site.own.id, email, role, PASSWORD);
            site.block_on(created).unwrap();
            cookie(&sign_in(site, email, PASSWORD).send())
        };
        let (owner, auditor) =
            (member("ada@example.org", Role::Owner), member("eve@example.org", Role::Auditor));
        for cookie in [&owner, &auditor] {
            let read = site.request("GET", PATH).header("Cookie", cookie).send();
            read.is(200, as_set(true, false, true));
        }
        let change =
            |cookie: &str| patch(site, json!({ "public_may_update": true })).header("Cookie", cookie);
        let forbidden = |detail| problem(403, "Forbidden", detail);
        change(&auditor).send().is(403, forbidden("Only an owner of the workspace may change this"));
        let elsewhere = change(&owner).header("Origin", "https://evil.example").send();
        elsewhere.is(403, forbidden("sent from another site"));
        change(&owner).header("Sec-Fetch-Site", "same-origin").send().is(200, as_set(true, true, true));
    });
}

#[test]
fn without_a_private_key_or_a_session_nothing_is_told_or_changed() {
    on_both(|site| {
        let none =
            problem(401, "Unauthorized", "Please sign in. Programs send a private key where it is accepted.");
        site.request("GET", PATH).send().is(401, none.clone());
        patch(site, json!({})).send().is(401, none);
        let public = |detail| problem(403, "Forbidden", detail);
        site.request("GET", PATH).key(&site.own.public).send().is(403, public("A public key cannot read"));
        let change = patch(site, json!({})).key(&site.own.public).send();
        change.is(403, public("A public key cannot change this"));
        let wrong = patch(site, json!({})).key("placet_sk_nobody-has-this-key").send();
        wrong.is(403, problem(403, "Forbidden", "Invalid authentication credentials"));
    });
}

#[test]
fn a_process_sees_its_own_change_at_once() {
    on_both(|site| {
        let settings = || site.block_on(site.app().workspace_settings(site.own.id)).unwrap();
        assert!(settings().lists_cookie_choices);
        patch_by_key(site, json!({ "lists_cookie_choices": false }));
        assert!(!settings().lists_cookie_choices);
    });
}

#[test]
fn another_process_s_change_is_seen_within_a_second() {
    for database in Database::all() {
        let first = Site::open(database);
        let settings = || first.block_on(first.app().workspace_settings(first.own.id)).unwrap();
        assert!(!settings().public_may_update);
        answer(&first.database, &["workspace", "set", "--workspace", "1", "--public-may-update", "yes"]);
        assert!(!settings().public_may_update, "still fresh");
        first.move_clock(1000);
        assert!(settings().public_may_update);
    }
}

#[test]
fn the_command_changes_what_it_names_and_prints_everything() {
    for database in Database::all() {
        answer(&database, &["workspace", "create", "--name", "Own"]);
        let set = |options: &[&str]| {
            answer(&database, &[&["workspace", "set", "--workspace", "1"], options].concat())
        };
        assert_eq!(set(&[]), as_set(true, false, true));
        assert_eq!(set(&["--list-cookie-choices", "no"]), as_set(false, false, true));
        assert_eq!(
            set(&["--public-may-update", "yes", "--map-notice-names", "no"]),
            as_set(false, true, false)
        );
        let people = run(&database, &["workspace", "set", "--workspace", "1", "--map-notice-names", "yes"]);
        assert_eq!(
            String::from_utf8(people.stdout).unwrap(),
            "Workspace 1: Own\nlist-cookie-choices no\npublic-may-update   yes\nmap-notice-names    yes\nkeep-addresses      shortened\nkeep-proofs-months  60\n"
        );
        let kept = set(&["--keep-addresses", "whole", "--keep-proofs-months", "forever"]);
        assert_eq!((&kept["keeps_addresses"], &kept["keeps_proofs_months"]), (&json!("whole"), &Value::Null));
        let unknown = run(&database, &["workspace", "set", "--workspace", "9"]);
        assert_eq!(String::from_utf8(unknown.stderr).unwrap(), "placet: Workspace not found\n");
        assert_eq!(run(&database, &["workspace", "set"]).status.code(), Some(2));
    }
}

#[test]
fn a_setting_holds_after_a_restart() {
    for database in Database::all() {
        let site = Site::open(database);
        patch_by_key(&site, json!({ "maps_notice_names": false }));
        site.restart().get(PATH).is(200, as_set(true, false, false));
    }
}
