//! Publishing: immutable versions, what changed, and who is asked again.

use serde_json::{Value, json};

use super::manage::{create, delivered, publish, read, send, settings};
use crate::app::{MINUTE, Site, on_both};

/// A published widget.
fn published(site: &Site) -> i64 {
    let id = create(site, settings());
    publish(site, id, json!({}));
    id
}

fn patch(site: &Site, id: i64, changes: Value) {
    send(site, "PATCH", &format!("/widgets/{id}/draft"), changes).ok();
}

fn add(site: &Site, id: i64, service: Value) {
    send(site, "POST", &format!("/widgets/{id}/services"), service).ok();
}

/// Version key, and slug and round of each service.
fn asked(site: &Site, id: i64) -> (Value, Vec<(String, i64)>) {
    let settings = delivered(site, id);
    let groups = settings["groups"].as_array().unwrap().iter();
    let services = groups.flat_map(|group| group["services"].as_array().unwrap());
    let round =
        |service: &Value| (service["slug"].as_str().unwrap().to_owned(), service["round"].as_i64().unwrap());
    (settings["versionKey"].clone(), services.map(round).collect())
}

fn rounds(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(slug, round)| ((*slug).to_owned(), *round)).collect()
}

#[test]
fn a_new_service_begins_a_round_for_itself_and_for_nothing_else() {
    on_both(|site| {
        let id = published(site);
        assert_eq!(asked(site, id), (Value::Null, rounds(&[("basket", 0), ("matomo", 0)])));
        add(site, id, json!({ "slug": "youtube" }));
        let check = read(site, &format!("/widgets/{id}/check"));
        assert_eq!((&check["new_services"], &check["ask"]), (&json!(["youtube"]), &json!("new")));
        publish(site, id, json!({}));
        assert_eq!(asked(site, id), (Value::Null, rounds(&[("basket", 0), ("matomo", 0), ("youtube", 1)])));
        patch(site, id, json!({ "label": "Renamed" }));
        publish(site, id, json!({}));
        assert_eq!(asked(site, id).1, rounds(&[("basket", 0), ("matomo", 0), ("youtube", 1)]));
        add(site, id, json!({ "slug": "hotjar" }));
        publish(site, id, json!({}));
        let expected = [("basket", 0), ("hotjar", 2), ("matomo", 0), ("youtube", 1)];
        let mut found = asked(site, id).1;
        found.sort();
        assert_eq!(found, rounds(&expected));
    });
}

#[test]
fn a_service_that_becomes_another_thing_is_new_and_one_that_is_only_described_better_is_not() {
    on_both(|site| {
        let id = published(site);
        let change = |changes: Value| {
            send(site, "PATCH", &format!("/widgets/{id}/services/matomo"), changes).ok();
            publish(site, id, json!({}));
            asked(site, id).1.into_iter().find(|(slug, _)| slug == "matomo").unwrap().1
        };
        assert_eq!(change(json!({ "description": "Counts visits." })), 0);
        assert_eq!(change(json!({ "purpose": 3 })), 1);
        assert_eq!(change(json!({ "provider": "Somebody else" })), 2);
    });
}

#[test]
fn asking_nobody_changes_neither_key_nor_rounds() {
    on_both(|site| {
        let id = published(site);
        add(site, id, json!({ "slug": "youtube" }));
        publish(site, id, json!({ "ask": "nobody" }));
        assert_eq!(asked(site, id), (Value::Null, rounds(&[("basket", 0), ("matomo", 0), ("youtube", 0)])));
    });
}

#[test]
fn asking_everyone_makes_a_new_key_and_begins_the_rounds_again() {
    on_both(|site| {
        let id = published(site);
        add(site, id, json!({ "slug": "youtube" }));
        publish(site, id, json!({}));
        publish(site, id, json!({ "ask": "everyone" }));
        let (first, services) = asked(site, id);
        assert!(uuid::Uuid::try_parse(first.as_str().unwrap()).is_ok());
        assert_eq!(services, rounds(&[("basket", 0), ("matomo", 0), ("youtube", 0)]));
        patch(site, id, json!({ "label": "Renamed" }));
        publish(site, id, json!({}));
        assert_eq!(asked(site, id).0, first, "publishing other changes keeps the key");
        publish(site, id, json!({ "ask": "everyone" }));
        assert_ne!(asked(site, id).0, first);
    });
}

#[test]
fn a_service_that_was_gone_and_comes_back_is_new_again() {
    on_both(|site| {
        let id = published(site);
        for change in ["POST", "DELETE", "POST"] {
            let path = format!("/widgets/{id}/services{}", if change == "POST" { "" } else { "/youtube" });
            send(site, change, &path, json!({ "slug": "youtube" })).ok();
            publish(site, id, json!({}));
        }
        assert_eq!(asked(site, id).1.last(), Some(&("youtube".to_owned(), 2)));
    });
}

#[test]
fn versions_never_change_and_say_what_changed_and_who_did_it() {
    on_both(|site| {
        let id = published(site);
        let first = read(site, &format!("/widgets/{id}/versions/1"));
        site.move_clock(MINUTE);
        patch(site, id, json!({ "bgColor": "#FFFFFF" }));
        publish(site, id, json!({ "note": "White" }));
        let versions = read(site, &format!("/widgets/{id}/versions"));
        let numbers: Vec<_> =
            versions.as_array().unwrap().iter().map(|version| version["number"].clone()).collect();
        assert_eq!(numbers, [2, 1]);
        assert_eq!(
            versions[0]["changes"],
            json!([{ "path": "bgColor", "before": null, "after": "#FFFFFF" }])
        );
        assert_eq!(
            (&versions[0]["note"], &versions[0]["at"]),
            (&json!("White"), &json!("2026-03-01T10:21:30.265Z"))
        );
        assert!(versions[0]["by"].as_str().unwrap().starts_with("key:"));
        assert_eq!(read(site, &format!("/widgets/{id}/versions/1")), first);
        assert_ne!(versions[0]["sha256"], first["sha256"]);
        let back = read(site, &format!("/widgets/{id}/versions/1/diff?against=2"));
        assert_eq!(back["changes"], json!([{ "path": "bgColor", "before": "#FFFFFF", "after": null }]));
        assert_eq!(site.get(&format!("/api/v1/widgets/{id}/versions/3")).status, 404);
    });
}

#[test]
fn an_older_version_can_be_made_the_draft_and_published_under_its_old_guid() {
    on_both(|site| {
        let id = published(site);
        let first = read(site, &format!("/widgets/{id}/versions/1"));
        patch(site, id, json!({ "label": "Changed" }));
        publish(site, id, json!({}));
        let draft = send(site, "POST", &format!("/widgets/{id}/versions/1/restore"), json!({})).ok();
        assert_eq!(draft["settings"]["label"], "Shop");
        let diff = read(site, &format!("/widgets/{id}/versions/2/diff?against=draft"));
        assert_eq!(diff["changes"], json!([{ "path": "label", "before": "Shop", "after": "Changed" }]));
        let again = publish(site, id, json!({}));
        assert_eq!((&again["number"], &again["version"]), (&json!(3), &first["version"]));
        assert_eq!(delivered(site, id)["label"], "Shop");
    });
}

#[test]
fn every_wish_of_publishing_is_checked() {
    on_both(|site| {
        let id = create(site, settings());
        let wrong = json!({ "ask": "all", "note": 1, "revision": "x" });
        let refused = send(site, "POST", &format!("/widgets/{id}/publish"), wrong);
        let pointers: Vec<_> = refused.json()["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["pointer"].clone())
            .collect();
        assert_eq!(
            (refused.status, pointers),
            (400, vec![json!("/ask"), json!("/note"), json!("/revision")])
        );
    });
}

#[test]
fn two_who_publish_at_once_get_two_numbers() {
    on_both(|site| {
        let id = published(site);
        let numbers: Vec<i64> = std::thread::scope(|scope| {
            let publishing: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| publish(site, id, json!({}))["number"].as_i64().unwrap()))
                .collect();
            publishing.into_iter().map(|publishing| publishing.join().unwrap()).collect()
        });
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [2, 3, 4, 5]);
    });
}
