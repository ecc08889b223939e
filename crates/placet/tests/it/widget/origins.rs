//! Origins that were refused, and allowing them.

use serde_json::{Value, json};

use super::manage::{create, publish, read, send, settings};
use crate::app::{Site, on_both};

fn ask(site: &Site, id: i64, origin: &str) -> u16 {
    let target = format!("/v1/client/cookie-widget-settings/{id}?key={}", site.own.public);
    site.request("GET", &target).header("Origin", origin).send().status
}

fn published(site: &Site) -> i64 {
    let id = create(site, settings());
    publish(site, id, json!({}));
    id
}

#[test]
fn a_refused_origin_is_remembered_and_can_be_allowed_at_once() {
    on_both(|site| {
        let id = published(site);
        for _ in 0..3 {
            assert_eq!(ask(site, id, "https://www.shop.example"), 403);
        }
        ask(site, id, "http://shop.example");
        ask(site, id, "null");
        let mut refused = read(site, &format!("/widgets/{id}/refused_origins")).as_array().unwrap().clone();
        refused.sort_by_key(|origin| origin["origin"].as_str().unwrap().to_owned());
        let last_at = "2026-03-01T10:20:30.265Z";
        assert_eq!(
            refused,
            [
                json!({ "origin": "http://shop.example", "count": 1, "last_at": last_at, "can_be_allowed": false }),
                json!({ "origin": "https://www.shop.example", "count": 3, "last_at": last_at, "can_be_allowed": true }),
            ]
        );
        let allowed = send(
            site,
            "POST",
            &format!("/widgets/{id}/allowed_origins"),
            json!({ "origin": "https://www.shop.example" }),
        )
        .ok();
        assert_eq!(allowed["allowed_origins"], json!(["https://shop.example", "https://www.shop.example"]));
        assert_eq!(ask(site, id, "https://www.shop.example"), 200);
        assert_eq!(read(site, &format!("/widgets/{id}/refused_origins")).as_array().unwrap().len(), 1);
        let draft = read(site, &format!("/widgets/{id}/draft"));
        assert_eq!(draft["settings"]["allowedOrigins"], allowed["allowed_origins"]);
        publish(site, id, json!({}));
        assert_eq!(ask(site, id, "https://www.shop.example"), 200);
    });
}

#[test]
fn an_origin_is_withdrawn_at_once_but_not_the_last_one() {
    on_both(|site| {
        let id = published(site);
        let path = format!("/widgets/{id}/allowed_origins");
        send(site, "POST", &path, json!({ "origin": "https://*.shop.example" })).ok();
        assert_eq!(ask(site, id, "https://a.shop.example"), 200);
        let without = |origin: &str| send(site, "DELETE", &format!("{path}?origin={origin}"), json!({}));
        assert_eq!(
            without("https://*.shop.example").ok()["allowed_origins"],
            json!(["https://shop.example"])
        );
        assert_eq!(ask(site, id, "https://a.shop.example"), 403);
        assert_eq!(without("https://shop.example").status, 400);
        assert_eq!(send(site, "POST", &path, json!({ "origin": "http://shop.example" })).status, 400);
    });
}

#[test]
fn strangers_cannot_fill_the_list_and_an_entry_can_be_forgotten() {
    on_both(|site| {
        let id = published(site);
        for number in 0..130 {
            ask(site, id, &format!("https://{number}.example"));
        }
        let list = |site: &Site| -> Vec<Value> {
            read(site, &format!("/widgets/{id}/refused_origins")).as_array().unwrap().clone()
        };
        let listed = list(site);
        assert_eq!(listed.len(), 100);
        let origin = listed[0]["origin"].as_str().unwrap();
        let path = format!("/widgets/{id}/refused_origins?origin={origin}");
        assert_eq!(send(site, "DELETE", &path, json!({})).status, 204);
        assert_eq!(send(site, "DELETE", &path, json!({})).status, 404);
        assert_eq!(list(site).len(), 99);
    });
}
