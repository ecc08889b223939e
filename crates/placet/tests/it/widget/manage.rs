//! The management API of widgets: drafts, parts, and who may change them.

use serde_json::{Value, json};

use crate::app::{Site, on_both};
use crate::client::Answer;

/// A file that can be published.
pub(crate) fn settings() -> Value {
    json!({
        "label": "Shop", "allowedOrigins": ["https://shop.example"], "translations": [{ "lang": "en" }, { "lang": "de" }],
        "services": [{ "name": "Matomo", "slug": "matomo", "purpose": 2 }, { "name": "Basket", "slug": "basket", "purpose": 0 }],
    })
}

pub(crate) fn send(site: &Site, method: &str, path: &str, body: Value) -> Answer {
    site.request(method, &format!("/api/v1{path}")).key(&site.own.private).json(body).send()
}

pub(super) fn read(site: &Site, path: &str) -> Value {
    site.get(&format!("/api/v1{path}")).ok()
}

/// Makes a widget and gives its number.
#[track_caller]
pub(crate) fn create(site: &Site, settings: Value) -> i64 {
    let answer = send(site, "POST", "/widgets", settings);
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["id"].as_i64().unwrap()
}

#[track_caller]
pub(crate) fn publish(site: &Site, id: i64, wish: Value) -> Value {
    send(site, "POST", &format!("/widgets/{id}/publish"), wish).ok()
}

/// What visitors get.
#[track_caller]
pub(super) fn delivered(site: &Site, id: i64) -> Value {
    let target = format!("/v1/client/cookie-widget-settings/{id}?key={}", site.own.public);
    site.request("GET", &target).header("Origin", "https://shop.example").send().ok()
}

#[test]
fn a_new_widget_is_a_draft_that_no_visitor_sees_until_it_is_published() {
    on_both(|site| {
        let id = create(site, settings());
        let target = format!("/v1/client/cookie-widget-settings/{id}?key={}", site.own.public);
        assert_eq!(site.request("GET", &target).send().status, 404);
        let listed = read(site, "/widgets");
        assert_eq!(
            (&listed[0]["id"], &listed[0]["label"], &listed[0]["published"]),
            (&json!(id), &json!("Shop"), &Value::Null)
        );
        let published = publish(site, id, json!({ "note": "First" }));
        assert_eq!(
            (&published["number"], &published["note"], &published["ask"]),
            (&json!(1), &json!("First"), &json!("new"))
        );
        assert!(published["by"].as_str().unwrap().starts_with("key:"));
        let delivered = delivered(site, id);
        assert_eq!(delivered["version"], published["version"]);
        assert_eq!(
            (&delivered["closeEffect"], &delivered["consentCookieName"]),
            (&json!("Refuse"), &json!("euconsent"))
        );
        let one = read(site, &format!("/widgets/{id}"));
        assert_eq!(
            (&one["published"]["version"], &one["has_unpublished_changes"]),
            (&published["version"], &json!(false))
        );
    });
}

#[test]
fn a_draft_is_changed_by_a_merge_patch_and_replaced_as_a_whole() {
    on_both(|site| {
        let id = create(site, settings());
        let draft = format!("/widgets/{id}/draft");
        let patched = send(site, "PATCH", &draft, json!({ "bgColor": "#FFFFFF", "label": "Store" })).ok();
        assert_eq!((&patched["revision"], &patched["settings"]["bgColor"]), (&json!(2), &json!("#FFFFFF")));
        assert_eq!(patched["settings"]["label"], "Store");
        let undone = send(site, "PATCH", &draft, json!({ "bgColor": null })).ok();
        assert_eq!(undone["settings"]["bgColor"], Value::Null);
        let mut other = settings();
        other["position"] = json!("Center");
        let put = send(site, "PUT", &draft, other).ok();
        assert_eq!(
            (&put["settings"]["position"], &put["settings"]["label"]),
            (&json!("Center"), &json!("Shop"))
        );
        assert_eq!(read(site, &draft), put);
        assert_eq!(send(site, "PUT", &draft, json!([])).status, 400);
    });
}

#[test]
fn a_change_of_a_draft_that_somebody_else_has_changed_is_a_conflict() {
    on_both(|site| {
        let id = create(site, settings());
        let change = |revision: &str| {
            let request =
                site.request("PATCH", &format!("/api/v1/widgets/{id}/draft")).key(&site.own.private);
            request.header("If-Match", revision).json(json!({ "label": "Mine" })).send()
        };
        assert_eq!(change("\"1\"").status, 200);
        let conflict = change("\"1\"");
        assert_eq!(conflict.status, 409);
        assert!(conflict.json()["detail"].as_str().unwrap().contains("revision 2"));
        assert_eq!(change("\"2\"").status, 200);
        assert_eq!(
            send(site, "POST", &format!("/widgets/{id}/publish"), json!({ "revision": 2 })).status,
            409
        );
        publish(site, id, json!({ "revision": 3 }));
    });
}

#[test]
fn a_draft_keeps_what_is_wrong_and_says_all_of_it_but_is_not_published() {
    on_both(|site| {
        let wrong = json!({ "label": "Shop", "bgColor": "white", "allowedOrigins": ["http://shop.example"], "position": "Left" });
        let id = create(site, wrong.clone());
        let draft = read(site, &format!("/widgets/{id}/draft"));
        assert_eq!(draft["settings"], wrong);
        let paths = |problems: &Value| -> Vec<String> {
            problems
                .as_array()
                .unwrap()
                .iter()
                .map(|problem| problem["path"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(paths(&draft["problems"]), ["position", "bgColor", "allowedOrigins[0]"]);
        let refused = send(site, "POST", &format!("/widgets/{id}/publish"), json!({}));
        assert_eq!(refused.status, 400);
        let pointers: Vec<_> = refused.json()["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["pointer"].clone())
            .collect();
        assert_eq!(pointers, ["/position", "/bgColor", "/allowedOrigins/0"]);
        assert_eq!(read(site, &format!("/widgets/{id}/check"))["can_be_published"], false);
    });
}

#[test]
fn services_come_from_the_library_by_one_call_and_can_be_changed_and_taken_away() {
    on_both(|site| {
        let id = create(site, settings());
        let services = format!("/widgets/{id}/services");
        let added =
            send(site, "POST", &services, json!({ "slug": "hotjar", "description": "Heat maps." })).ok();
        let hotjar = &added["settings"]["services"][2];
        assert_eq!(
            (&hotjar["slug"], &hotjar["description"], &hotjar["provider"]),
            (&json!("hotjar"), &json!("Heat maps."), &json!("Hotjar Limited"))
        );
        assert_eq!(
            hotjar["cookies"][0],
            json!({ "name": "_hjSession_*", "description": null, "value": null, "path": null,
            "domain": null, "expiryDays": 1, "lifetime": 1800, "storage": "cookie" })
        );
        assert_eq!(send(site, "POST", &services, json!({ "slug": "hotjar" })).status, 409);
        let unknown = send(site, "POST", &services, json!({ "slug": "no-such-service" }));
        assert_eq!((unknown.status, &unknown.json()["errors"][0]["pointer"]), (400, &json!("/slug")));
        let own = send(site, "POST", &services, json!({ "name": "Our own", "purpose": 1 })).ok();
        assert_eq!(own["settings"]["services"][3]["slug"], "our-own");
        let changed = send(site, "PATCH", &format!("{services}/hotjar"), json!({ "purpose": 3 })).ok();
        assert_eq!(changed["settings"]["services"][2]["purpose"], 3);
        let gone = send(site, "DELETE", &format!("{services}/hotjar"), json!({})).ok();
        assert_eq!(gone["settings"]["services"].as_array().unwrap().len(), 3);
        assert_eq!(send(site, "DELETE", &format!("{services}/hotjar"), json!({})).status, 404);
    });
}

#[test]
fn texts_are_set_language_by_language_and_ours_fill_the_rest() {
    on_both(|site| {
        let id = create(site, settings());
        let set =
            |lang: &str, texts: Value| send(site, "PUT", &format!("/widgets/{id}/texts/{lang}"), texts).ok();
        let french = set("fr", json!({ "startupTitle": "Des gâteaux ?" }));
        let languages: Vec<_> = french["settings"]["translations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|texts| texts["lang"].clone())
            .collect();
        assert_eq!(languages, ["en", "de", "fr"]);
        assert_eq!(french["settings"]["translations"][2]["startupTitle"], "Des gâteaux ?");
        let ours = read(site, "/texts/fr");
        assert_eq!(french["settings"]["translations"][2]["innerTitle"], ours["innerTitle"]);
        assert_eq!(
            set("fr", json!({ "startupTitle": null }))["settings"]["translations"][2]["startupTitle"],
            ours["startupTitle"]
        );
        let gone = send(site, "DELETE", &format!("/widgets/{id}/texts/de"), json!({})).ok();
        assert_eq!(gone["settings"]["translations"].as_array().unwrap().len(), 2);
        assert_eq!(send(site, "DELETE", &format!("/widgets/{id}/texts/pl"), json!({})).status, 404);
        assert_eq!(read(site, "/texts"), json!(["en", "fr", "de", "es", "it", "pt", "nl", "pl", "ar"]));
    });
}

#[test]
fn what_is_exported_can_be_imported_and_is_the_same_widget() {
    on_both(|site| {
        let id = create(site, settings());
        let version = publish(site, id, json!({}))["version"].clone();
        let mut file = read(site, &format!("/widgets/{id}/export"));
        assert_eq!(file["id"], id);
        file.as_object_mut().unwrap().remove("id");
        let copy = send(site, "POST", "/widgets/import", file).json()["id"].as_i64().unwrap();
        assert_ne!(copy, id);
        assert_eq!(publish(site, copy, json!({}))["version"], version);
    });
}

#[test]
fn settings_of_another_product_ask_the_next_day_and_nobody_again() {
    on_both(|site| {
        let vendor = json!({ "id": 4712, "label": "Shop", "consentCookieName": null, "allowedOrigins": ["https://shop.example"],
            "groups": [{ "purpose": 3, "services": [{ "name": "Ads", "requiredConsent": true, "defaultConsent": true }] }] });
        let draft = send(site, "POST", "/widgets/import", vendor.clone());
        assert_eq!(
            (draft.status, &draft.json()["id"], &draft.json()["imported"]),
            (201, &json!(4712), &json!(true))
        );
        assert_eq!(draft.json()["warnings"][0]["path"], "groups[0].services[0].defaultConsent");
        assert_eq!(publish(site, 4712, json!({}))["ask"], "nobody");
        let delivered = delivered(site, 4712);
        assert_eq!(
            (&delivered["closeEffect"], &delivered["consentCookieName"]),
            (&json!("AskNextDay"), &json!("consent-eu"))
        );
        assert_eq!(delivered["groups"][0]["services"][0]["defaultConsent"], false);
        assert_eq!(send(site, "POST", "/widgets/import", vendor).status, 409);
    });
}

#[test]
fn widgets_of_another_workspace_do_not_exist() {
    on_both(|site| {
        let id = create(site, settings());
        let stranger = |method: &str, path: &str| {
            site.request(method, &format!("/api/v1{path}"))
                .key(&site.stranger.private)
                .json(json!({}))
                .send()
                .status
        };
        for path in
            ["", "/draft", "/check", "/preview", "/export", "/versions", "/statistics", "/refused_origins"]
        {
            assert_eq!(stranger("GET", &format!("/widgets/{id}{path}")), 404, "{path}");
        }
        for path in ["/publish", "/versions/1/restore"] {
            assert_eq!(stranger("POST", &format!("/widgets/{id}{path}")), 404, "{path}");
        }
        assert_eq!(stranger("PATCH", &format!("/widgets/{id}/draft")), 404);
        let all = site.request("GET", "/api/v1/widgets").key(&site.stranger.private).send().ok();
        assert_eq!(all, json!([]));
    });
}

#[test]
fn a_public_key_may_not_read_or_change_widgets() {
    on_both(|site| {
        let id = create(site, settings());
        let get = site.request("GET", &format!("/api/v1/widgets/{id}/draft")).key(&site.own.public).send();
        let put = site
            .request("PUT", &format!("/api/v1/widgets/{id}/draft"))
            .key(&site.own.public)
            .json(settings())
            .send();
        assert_eq!((get.status, put.status), (403, 403));
    });
}
