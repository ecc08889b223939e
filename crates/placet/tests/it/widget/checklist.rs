//! The server's side of the drop-in checklist (widget contract 16), a test for each line that has one.

use serde_json::json;

use super::manage::{create, delivered, publish, send, settings as new_settings};
use super::{file, settings};
use crate::app::on_both;

#[test]
fn line_1_both_old_paths_serve_the_script_and_ids_can_be_brought_along() {
    on_both(|site| {
        let current = site.request("GET", "/sdk/placet.js").send();
        for path in ["/sdk/dastra.js", "/dist/dastra.js"] {
            let answer = site.request("GET", path).send();
            assert_eq!((answer.status, &answer.body), (200, &current.body), "{path}");
        }
        let mut imported = file();
        imported["id"] = json!(4712);
        assert_eq!(site.publish(&site.own, &imported).unwrap().0, 4712);
        assert_eq!(delivered(site, 4712)["id"], 4712);
    });
}

#[test]
fn line_4_both_endpoints_answer_a_native_app_without_an_origin() {
    on_both(|site| {
        let widget = super::publish(site);
        assert_eq!(settings(site, &widget, "&culture=fr").send().ok()["lang"], "fr");
        let target = format!("/v1/client/collect/{}?key={}", widget.id, site.own.public);
        let body = json!({ "type": "Consents", "consents": { "cookieConsents": [{ "slug": "matomo", "consent": true }] } });
        let answer = site.request("POST", &target).json(body).send();
        assert!(uuid::Uuid::try_parse(answer.ok().as_str().unwrap()).is_ok());
    });
}

#[test]
fn line_6_the_consent_id_finds_the_record() {
    on_both(|site| {
        let widget = super::publish(site);
        let consent_id = crate::cookie_choice::choose(site, &widget, true);
        let found = site.get(&format!("/api/v1/consents?search={consent_id}")).ok();
        assert_eq!(found.as_array().unwrap().len(), 1);
    });
}

#[test]
fn line_11_the_language_is_the_one_asked_for_then_the_browsers_then_the_first() {
    on_both(|site| {
        let widget = super::publish(site);
        let lang = |rest: &str, accepted: &str| {
            settings(site, &widget, rest).header("Accept-Language", accepted).send().ok()["lang"].clone()
        };
        assert_eq!(lang("&culture=it", "fr"), "it-IT");
        assert_eq!(lang("", "fr"), "fr");
        assert_eq!(lang("", "ja"), "en");
    });
}

#[test]
fn line_12_settings_are_asked_for_anew_with_a_tag_and_the_script_is_kept_for_a_day() {
    on_both(|site| {
        let widget = super::publish(site);
        let first = settings(site, &widget, "").send();
        assert_eq!(first.header("cache-control"), Some("private, max-age=0, must-revalidate"));
        let etag = first.header("etag").unwrap();
        assert_eq!(settings(site, &widget, "").header("If-None-Match", etag).send().status, 304);
        let script = site.request("GET", "/sdk/dastra.js").send();
        assert!(script.header("cache-control").unwrap().contains("max-age=86400"), "{script:?}");
    });
}

#[test]
fn line_13_a_wrong_origin_or_key_is_refused_in_words_that_the_page_may_read() {
    on_both(|site| {
        let widget = super::publish(site);
        let answer = settings(site, &widget, "").header("Origin", "https://evil.example").send();
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (403, Some("https://evil.example"))
        );
        assert!(answer.json()["message"].as_str().unwrap().contains("https://evil.example"));
        let target = format!("/v1/client/cookie-widget-settings/{}?key=wrong", widget.id);
        assert_eq!(site.request("GET", &target).send().status, 401);
    });
}

#[test]
fn line_14_a_reset_changes_the_key_and_a_new_service_asks_nobody_after_an_import() {
    on_both(|site| {
        let mut imported = file();
        imported["id"] = json!(7);
        site.publish(&site.own, &imported).unwrap();
        let mut more = imported.clone();
        more["groups"][2]["services"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "name": "Vimeo", "slug": "vimeo" }));
        site.publish(&site.own, &more).unwrap();
        let after = delivered(site, 7);
        assert_eq!(after["versionKey"], json!(null));
        assert_eq!(after["groups"][2]["services"][1]["round"], 0);
        assert_eq!(after["closeEffect"], "AskNextDay");
        publish(site, 7, json!({ "ask": "everyone" }));
        assert_ne!(delivered(site, 7)["versionKey"], json!(null));
    });
}

#[test]
fn line_16_the_privacy_signal_is_an_option_that_is_delivered() {
    on_both(|site| {
        let id = create(site, new_settings());
        publish(site, id, json!({}));
        assert_eq!(delivered(site, id)["enableGPC"], false);
        send(site, "PATCH", &format!("/widgets/{id}/draft"), json!({ "enableGPC": true })).ok();
        publish(site, id, json!({}));
        assert_eq!(delivered(site, id)["enableGPC"], true);
    });
}
