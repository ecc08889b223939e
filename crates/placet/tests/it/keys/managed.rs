//! Keys over HTTP: made, changed, replaced, revoked, and where browsers may use them.

use serde_json::{Value, json};

use crate::app::{MINUTE, Site, on_both};
use crate::client::Answer;
use crate::person::{Person, problem};
use crate::widget;

const PATH: &str = "/api/v1/keys";
const SHOP: &str = "https://shop.example";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn reads(site: &Site, key: &str) -> u16 {
    site.request("GET", "/consent").key(key).send().status
}

fn names(answer: &Answer) -> Vec<String> {
    answer.ok().as_array().unwrap().iter().map(|key| text(key, "name").to_owned()).collect()
}

#[test]
fn a_private_key_is_shown_once_and_never_again() {
    on_both(|site| {
        let ada = Person::owner(site);
        let made = ada.send("POST", PATH, json!({ "kind": "private", "name": " Newsletter " })).ok();
        let (id, key) = (text(&made, "id"), text(&made, "key"));
        assert!(key.starts_with("placet_sk_") && reads(site, key) == 200, "{key}");
        let expected = json!({ "id": id, "kind": "private", "name": "Newsletter", "state": "active", "allowed_origins": [],
            "created_at": "2026-03-01T10:20:30.265Z", "last_used_at": "2026-03-01T10:20:30.265Z", "works_until": null, "key": null });
        ada.get(&format!("{PATH}/{id}")).is(200, expected);
        for target in [PATH, "/api/v1/audit"] {
            assert!(!ada.get(target).body.contains(key), "{target} tells the key");
        }
        let rows = site
            .database
            .rows(&format!("SELECT CAST(digest AS {}) FROM keys", crate::statements::bytes(&site.database)));
        assert_eq!(rows.len(), 5, "two of each workspace, and the new one");
    });
}

#[test]
fn a_public_key_can_be_read_again_because_it_is_in_every_page() {
    on_both(|site| {
        let ada = Person::owner(site);
        let made = ada
            .send(
                "POST",
                PATH,
                json!({ "kind": "public", "allowed_origins": ["https://Shop.example/", SHOP] }),
            )
            .ok();
        let read = ada.get(&format!("{PATH}/{}", text(&made, "id"))).ok();
        assert_eq!((&read["key"], &read["allowed_origins"]), (&made["key"], &json!([SHOP])));
    });
}

#[test]
fn a_key_brought_along_works_and_one_in_use_is_a_conflict() {
    on_both(|site| {
        let ada = Person::owner(site);
        let value = "AbCdEfGhIjKlMnOpQrStUvWxYz012345";
        let bring = || ada.send("POST", PATH, json!({ "kind": "private", "value": value }));
        assert_eq!(bring().ok()["key"], value);
        assert_eq!(reads(site, value), 200);
        bring().is(409, problem(409, "Conflict", "this key is in use already"));
    });
}

#[test]
fn a_revoked_key_stops_working_at_once() {
    on_both(|site| {
        let ada = Person::owner(site);
        let made = ada.send("POST", PATH, json!({ "kind": "private" })).ok();
        let (target, key) = (format!("{PATH}/{}", text(&made, "id")), text(&made, "key"));
        assert_eq!(reads(site, key), 200);
        assert_eq!((ada.delete(&target).status, reads(site, key)), (204, 403));
        assert_eq!(ada.delete(&target).status, 204, "once more changes nothing");
        let read = ada.get(&target).ok();
        assert_eq!(
            (text(&read, "state"), text(&read, "works_until")),
            ("revoked", "2026-03-01T10:20:30.265Z")
        );
        let told = ada.get("/api/v1/audit?action=key.revoke").ok();
        assert_eq!(told.as_array().unwrap().len(), 1);
        assert_eq!(told[0]["before"], json!({ "kind": "private", "name": "", "allowed_origins": [] }));
    });
}

#[test]
fn a_key_is_replaced_and_the_old_one_works_as_long_as_told() {
    on_both(|site| {
        let ada = Person::owner(site);
        let made = ada
            .send("POST", PATH, json!({ "kind": "public", "name": "Pages", "allowed_origins": [SHOP] }))
            .ok();
        let target = format!("{PATH}/{}", text(&made, "id"));
        let new = ada.send("POST", &format!("{target}/rotate"), json!({ "old_works_for": "1h" })).ok();
        for name in ["kind", "name", "allowed_origins"] {
            assert_eq!(new[name], made[name]);
        }
        let write = |key: &Value| {
            site.request("POST", "/public/consent").key(text(key, "key")).json("{}").send().status
        };
        assert_eq!((write(&made), write(&new)), (200, 200));
        let old = ada.get(&target).ok();
        assert_eq!((text(&old, "state"), text(&old, "works_until")), ("ending", "2026-03-01T11:20:30.265Z"));
        let again = ada.send("POST", &format!("{target}/rotate"), json!({}));
        again.is(409, problem(409, "Conflict", "this key was revoked or replaced already"));
        site.move_clock(60 * MINUTE);
        assert_eq!((write(&made), write(&new)), (403, 200));
    });
}

#[test]
fn without_an_overlap_the_old_key_ends_with_the_new_one() {
    on_both(|site| {
        let ada = Person::owner(site);
        let made = ada.send("POST", PATH, json!({ "kind": "private" })).ok();
        let rotate = |body| ada.send("POST", &format!("{PATH}/{}/rotate", text(&made, "id")), body);
        assert_eq!(rotate(json!({ "old_works_for": "soon" })).status, 400);
        let new = rotate(json!({})).ok();
        assert_eq!((reads(site, text(&made, "key")), reads(site, text(&new, "key"))), (403, 200));
    });
}

#[test]
fn a_public_key_is_used_only_on_its_origins() {
    on_both(|site| {
        let ada = Person::owner(site);
        let made = ada.send("POST", PATH, json!({ "kind": "public", "allowed_origins": [SHOP] })).ok();
        let key = text(&made, "key").to_owned();
        let on = |origin: Option<&str>| {
            let request = site.request("POST", "/public/consent").key(&key).json("{}");
            origin.iter().fold(request, |request, origin| request.header("Origin", origin)).send()
        };
        assert_eq!((on(Some(SHOP)).status, on(None).status), (200, 200));
        for origin in ["https://evil.example", "http://shop.example", "https://shop.example.evil", "null"] {
            let refused = on(Some(origin));
            refused.is(403, json!({ "message": "This key may not be used on this origin" }));
            assert_eq!(refused.header("access-control-allow-origin"), Some("*"), "the page can read why");
        }
        ada.send("PATCH", &format!("{PATH}/{}", text(&made, "id")), json!({ "allowed_origins": [] })).ok();
        assert_eq!(on(Some("https://evil.example")).status, 200);
        assert_eq!(site.get("/consent").ok().as_array().unwrap().len(), 3);
    });
}

#[test]
fn the_widget_is_not_shown_with_a_key_for_other_origins() {
    on_both(|site| {
        let ada = Person::owner(site);
        let published = widget::publish(site);
        let made = ada
            .send("POST", PATH, json!({ "kind": "public", "allowed_origins": ["https://other.example"] }))
            .ok();
        let settings = |key: &str| {
            let target = format!("/v1/client/cookie-widget-settings/{}?key={key}", published.id);
            site.request("GET", &target).header("Origin", SHOP).send().status
        };
        assert_eq!((settings(&site.own.public), settings(text(&made, "key"))), (200, 403));
    });
}

#[test]
fn when_a_key_was_used_is_known_within_five_minutes() {
    on_both(|site| {
        let ada = Person::owner(site);
        let made = ada.send("POST", PATH, json!({ "kind": "private" })).ok();
        let used = || ada.get(&format!("{PATH}/{}", text(&made, "id"))).ok()["last_used_at"].clone();
        assert_eq!(used(), Value::Null);
        for (minutes, expected) in [
            (1, "2026-03-01T10:21:30.265Z"),
            (4, "2026-03-01T10:21:30.265Z"),
            (1, "2026-03-01T10:26:30.265Z"),
        ] {
            site.move_clock(minutes * MINUTE);
            assert_eq!(reads(site, text(&made, "key")), 200);
            assert_eq!(used(), expected);
        }
    });
}

#[test]
fn the_list_is_sorted_and_searched_and_has_revoked_keys_too() {
    on_both(|site| {
        let ada = Person::owner(site);
        for name in ["Beta", "Alpha"] {
            site.move_clock(MINUTE);
            ada.send("POST", PATH, json!({ "kind": "public", "name": name, "allowed_origins": [SHOP] })).ok();
        }
        let list = |query: &str| names(&ada.get(&format!("{PATH}?{query}")));
        assert_eq!(list("sort=-created_at&limit=2"), ["Alpha", "Beta"]);
        assert_eq!(list("sort=name&search=SHOP.example"), ["Alpha", "Beta"]);
        assert_eq!(list("sort=-name&search=bet"), ["Beta"]);
        assert_eq!(list("search=PRIVATE"), [""]);
    });
}

#[test]
fn no_key_can_make_change_or_revoke_a_key() {
    on_both(|site| {
        let ada = Person::owner(site);
        let id = text(&ada.send("POST", PATH, json!({ "kind": "private" })).ok(), "id").to_owned();
        let by_key = |method: &str, target: &str| {
            site.request(method, target).key(&site.own.private).json(json!({ "kind": "private" })).send()
        };
        let refusal = problem(
            403,
            "Forbidden",
            "Only an owner who is signed in may change keys and members: no key can make another",
        );
        by_key("POST", PATH).is(403, refusal.clone());
        for (method, target) in [
            ("PATCH", format!("{PATH}/{id}")),
            ("POST", format!("{PATH}/{id}/rotate")),
            ("DELETE", format!("{PATH}/{id}")),
        ] {
            by_key(method, &target).is(403, refusal.clone());
        }
    });
}
