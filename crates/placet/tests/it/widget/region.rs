//! Variants for regions: who gets which, and what they may do.

use placet::config::Edge;
use serde_json::{Value, json};

use super::manage::{create, publish, send, settings};
use crate::app::{Site, on_both};
use crate::database::Database;

fn with_variants() -> Value {
    let mut file = settings();
    file["services"] = json!([{ "name": "Ads", "slug": "ads", "purpose": 3 }, { "name": "Matomo", "slug": "matomo", "purpose": 2 }]);
    file["variants"] = json!([
        { "label": "United States", "regions": ["US"], "changes": { "regime": "OptOut", "services": { "matomo": null } } },
        { "label": "California", "regions": ["US-CA"], "changes": { "regime": "OptOut", "position": "Center", "translations": [{ "lang": "en", "startupTitle": "Your privacy choices" }] } },
        { "label": "Adequate", "regions": ["ADEQUATE"], "changes": { "position": "TopLeft" } },
    ]);
    file
}

/// A site behind a proxy that names countries.
fn on_both_with_countries(test: impl Fn(&Site)) {
    for database in Database::all() {
        let edge = Edge {
            public_url: "https://consent.example.org".into(),
            country_headers: (Some("cf-ipcountry".into()), Some("cf-region-code".into())),
            ..Edge::default()
        };
        test(&Site::with(database, edge));
    }
}

fn from(site: &Site, id: i64, country: &str, part: &str) -> Value {
    let target = format!("/v1/client/cookie-widget-settings/{id}?key={}", site.own.public);
    let request = site.request("GET", &target).header("Origin", "https://shop.example");
    request.header("CF-IPCountry", country).header("CF-Region-Code", part).send().ok()
}

#[test]
fn the_variant_that_names_the_place_most_exactly_is_shown() {
    on_both_with_countries(|site| {
        let id = create(site, with_variants());
        publish(site, id, json!({}));
        let position = |country: &str, part: &str| from(site, id, country, part)["position"].clone();
        assert_eq!(position("US", "CA"), "Center");
        assert_eq!(position("US", "TX"), "BottomLeft");
        assert_eq!(position("CH", "ZH"), "TopLeft");
        assert_eq!(position("XX", ""), "BottomLeft");
        let texas = from(site, id, "US", "TX");
        let slugs: Vec<_> = texas["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|group| group["services"][0]["slug"].clone())
            .collect();
        assert_eq!(slugs, ["ads"], "a service that is not used there is not asked about there");
        assert_eq!(from(site, id, "US", "CA")["translation"]["startupTitle"], "Your privacy choices");
    });
}

#[test]
fn where_the_law_asks_for_a_no_services_are_on_until_it_and_a_privacy_signal_counts() {
    on_both_with_countries(|site| {
        let id = create(site, with_variants());
        publish(site, id, json!({}));
        let (there, here) = (from(site, id, "US", "TX"), from(site, id, "DE", ""));
        let state = |settings: &Value| {
            (
                settings["regime"].clone(),
                settings["enableGPC"].clone(),
                settings["groups"].as_array().unwrap().last().unwrap()["services"][0]["defaultConsent"]
                    .clone(),
            )
        };
        assert_eq!(state(&there), (json!("OptOut"), json!(true), json!(true)));
        assert_eq!(state(&here), (json!("OptIn"), json!(false), json!(false)));
    });
}

#[test]
fn each_variant_is_a_version_of_its_own_that_proofs_can_name() {
    on_both_with_countries(|site| {
        let id = create(site, with_variants());
        publish(site, id, json!({}));
        let versions = [from(site, id, "US", "CA"), from(site, id, "US", ""), from(site, id, "DE", "")]
            .map(|settings| settings["version"].clone());
        assert!(versions[0] != versions[1] && versions[1] != versions[2]);
        let body = json!({ "type": "Consents", "consents": { "version": versions[0], "cookieConsents": [{ "slug": "ads", "consent": false }] } });
        let target = format!("/v1/client/collect/{id}?key={}", site.own.public);
        let consent_id =
            site.request("POST", &target).header("Origin", "https://shop.example").json(body).send().ok();
        let found = site.get(&format!("/api/v1/consents?subject_id={}", consent_id.as_str().unwrap())).ok();
        let details = site.details(found[0]["id"].as_str().unwrap());
        assert!(details.to_string().contains(versions[0].as_str().unwrap()), "{details}");
    });
}

#[test]
fn a_header_from_somebody_who_is_no_trusted_proxy_says_nothing() {
    for database in Database::all() {
        // The header is not configured.
        let site = Site::behind(database, "https://consent.example.org");
        let id = create(&site, with_variants());
        publish(&site, id, json!({}));
        assert_eq!(from(&site, id, "US", "CA")["position"], "BottomLeft");
    }
}

#[test]
fn an_answer_for_one_place_is_for_one_browser_and_has_a_tag_of_its_own() {
    on_both_with_countries(|site| {
        let id = create(site, with_variants());
        publish(site, id, json!({}));
        let get = |country: &str, etag: &str| {
            let target = format!("/v1/client/cookie-widget-settings/{id}?key={}", site.own.public);
            site.request("GET", &target).header("CF-IPCountry", country).header("If-None-Match", etag).send()
        };
        let first = get("US", "");
        assert_eq!(first.header("cache-control"), Some("private, max-age=0, must-revalidate"));
        let etag = first.header("etag").unwrap();
        assert_eq!(get("US", etag).status, 304);
        assert_eq!(get("DE", etag).status, 200);
    });
}

#[test]
fn variants_that_cannot_be_lawful_or_are_not_clear_are_refused() {
    on_both(|site| {
        let problems = |variants: Value| -> Vec<String> {
            let mut file = with_variants();
            file["variants"] = variants;
            let draft = send(site, "POST", "/widgets", file).json();
            draft["problems"]
                .as_array()
                .unwrap()
                .iter()
                .map(|problem| problem["path"].as_str().unwrap().to_owned())
                .collect()
        };
        let opt_out = |region: &str| {
            problems(json!([{ "label": "X", "regions": [region], "changes": { "regime": "OptOut" } }]))
        };
        for region in ["EEA", "FR", "GB", "CA-QC", "ADEQUATE", "BR"] {
            assert_eq!(opt_out(region), ["variants[0].changes.regime"], "{region}");
        }
        assert_eq!(opt_out("US-CA"), Vec::<String>::new());
        let wrong = json!([
            { "regions": ["everywhere"] },
            { "label": "A", "regions": ["US"], "changes": { "services": { "unknown": { "purpose": 2 } }, "colour": "red", "position": "Left" } },
            { "label": "B", "regions": ["US"] },
        ]);
        let mut found = problems(wrong);
        found.sort();
        assert_eq!(
            found,
            [
                "variants[0].label",
                "variants[0].regions",
                "variants[0].regions[0]",
                "variants[1].changes.colour",
                "variants[1].changes.position",
                "variants[1].changes.services.unknown",
                "variants[2].regions",
                "variants[2].regions[0]",
            ]
        );
        let mut file = settings();
        file["regime"] = json!("OptOut");
        assert_eq!(send(site, "POST", "/widgets", file).json()["problems"][0]["path"], "regime");
    });
}

#[test]
fn a_draft_can_be_previewed_as_from_elsewhere() {
    on_both(|site| {
        let id = create(site, with_variants());
        let preview = site.get(&format!("/api/v1/widgets/{id}/preview?region=US-CA&culture=de")).ok();
        assert_eq!((&preview["position"], &preview["lang"]), (&json!("Center"), &json!("de")));
    });
}
