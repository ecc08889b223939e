//! Parts of a draft, changed one at a time.

use serde_json::{Value, json};

use super::manage::{create, read, send, settings};
use crate::app::on_both;

#[test]
fn a_part_that_was_changed_on_an_older_draft_is_a_conflict() {
    on_both(|site| {
        let id = create(site, settings());
        let part = |method: &str, path: &str, body: Value| {
            let target = format!("/api/v1/widgets/{id}/{path}");
            let request = site.request(method, &target).key(&site.own.private);
            request.header("If-Match", "\"1\"").json(body).send()
        };
        assert_eq!(part("PUT", "texts/de", json!({ "startupTitle": "Wir fragen" })).status, 200);
        for (method, path, body) in [
            ("PUT", "texts/de", json!({ "startupTitle": "Ich frage" })),
            ("DELETE", "texts/de", json!({})),
            ("POST", "services", json!({ "slug": "hotjar" })),
            ("PATCH", "services/matomo", json!({ "name": "Piwik" })),
            ("DELETE", "services/matomo", json!({})),
        ] {
            let conflict = part(method, path, body);
            assert_eq!(conflict.status, 409, "{method} {path}: {conflict:?}");
            assert!(conflict.json()["detail"].as_str().unwrap().contains("revision 2"), "{conflict:?}");
        }
        send(site, "POST", &format!("/widgets/{id}/publish"), json!({})).ok();
        assert_eq!(part("POST", "versions/1/restore", json!({})).status, 409);
        let draft = read(site, &format!("/widgets/{id}/draft"));
        assert_eq!(draft["settings"]["translations"][1]["startupTitle"], "Wir fragen");
        assert_eq!(draft["settings"]["services"][0]["name"], "Matomo");
    });
}

#[test]
fn services_that_were_brought_along_in_groups_are_changed_like_others() {
    on_both(|site| {
        let groups = json!([
            { "purpose": 3, "services": [{ "name": "Ads and More", "defaultConsent": true }] },
            { "purpose": 2, "services": [{ "name": "Matomo", "slug": "piwik", "purpose": 4 }] },
        ]);
        let file = json!({ "label": "Shop", "allowedOrigins": ["https://shop.example"], "groups": groups });
        let id = send(site, "POST", "/widgets/import", file).json()["id"].as_i64().unwrap();
        assert_eq!(read(site, &format!("/widgets/{id}/draft"))["settings"]["groups"], groups);
        let services = format!("/widgets/{id}/services");
        assert_eq!(send(site, "POST", &services, json!({ "slug": "piwik", "name": "Again" })).status, 409);
        let changed =
            send(site, "PATCH", &format!("{services}/ads-and-more"), json!({ "provider": "Ads Ltd" })).ok();
        assert_eq!(changed["settings"].get("groups"), None);
        let facts =
            |service: &Value| ["name", "slug", "purpose", "provider"].map(|name| service[name].clone());
        let list: Vec<_> = changed["settings"]["services"].as_array().unwrap().iter().map(facts).collect();
        assert_eq!(
            list,
            [
                [json!("Ads and More"), json!("ads-and-more"), json!(3), json!("Ads Ltd")],
                [json!("Matomo"), json!("piwik"), json!(4), Value::Null],
            ]
        );
        let left = send(site, "DELETE", &format!("{services}/piwik"), json!({})).ok();
        assert_eq!(left["settings"]["services"].as_array().unwrap().len(), 1);
    });
}
