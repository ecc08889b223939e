//! Importing: what a file may say, and what becomes of it.

use placet::domain::error::Error;
use placet::store;
use serde_json::{Value, json};

use super::{file, publish, settings};
use crate::app::{Site, on_both};

fn with(name: &str, value: Value) -> Value {
    let mut file = file();
    file[name] = value;
    file
}

#[track_caller]
fn refused(site: &Site, file: &Value) -> Vec<String> {
    match site.publish(&site.own, file) {
        Err(Error::Invalid(problems)) => {
            problems.list().iter().map(|problem| problem.field.clone()).collect()
        }
        other => panic!("{:?}", other.map(drop)),
    }
}

#[test]
fn ids_brought_along_are_kept_and_others_are_the_next_free_ones() {
    on_both(|site| {
        let import = |file: &Value| site.publish(&site.own, file).unwrap().0;
        assert_eq!(import(&file()), 1);
        assert_eq!(import(&with("id", json!(4712))), 4712);
        assert_eq!(import(&file()), 4713);
        assert_eq!(import(&with("id", json!(4712))), 4712);
        assert_eq!(import(&with("id", json!(7))), 7);
        for wrong in [json!(0), json!(-1), json!(1.5), json!("7"), json!(2_147_483_648_i64)] {
            assert_eq!(refused(site, &with("id", wrong)), ["id"]);
        }
    });
}

#[test]
fn an_id_of_another_workspace_is_refused() {
    on_both(|site| {
        site.publish(&site.stranger, &with("id", json!(7))).unwrap();
        let refused = site.publish(&site.own, &with("id", json!(7)));
        let expected = "widget id 7 belongs to another workspace; choose another with --id";
        assert!(matches!(refused, Err(Error::Conflict(why)) if why == expected));
        assert_eq!(site.publish(&site.own, &file()).unwrap().0, 8);
    });
}

#[test]
fn publishing_the_same_again_is_the_same_version() {
    on_both(|site| {
        let first = publish(site);
        let again = site.publish(&site.own, &with("id", json!(first.id))).unwrap();
        assert_eq!(again, (first.id, first.version));
        let (workspace, id) = (site.own.id, placet::domain::id::WidgetId(first.id));
        assert_eq!(site.read(move |tx| store::widget::versions(tx, workspace, id)).len(), 1);
    });
}

#[test]
fn a_name_for_the_cookie_is_ours_unless_the_file_speaks_of_it() {
    on_both(|site| {
        let name = |file: &Value| {
            let (id, version) = site.publish(&site.own, file).unwrap();
            settings(site, &super::Published { id, version }, "").send().ok()["consentCookieName"].clone()
        };
        assert_eq!(name(&file()), "euconsent");
        assert_eq!(name(&with("consentCookieName", Value::Null)), "consent-eu");
        assert_eq!(name(&with("consentCookieName", json!(""))), "consent-eu");
        assert_eq!(name(&with("consentCookieName", json!("mine"))), "mine");
        assert_eq!(refused(site, &with("consentCookieName", json!("a;b"))), ["consentCookieName"]);
    });
}

#[test]
fn every_problem_of_a_file_is_reported_at_once() {
    on_both(|site| {
        let wrong = json!({
            "id": "x", "position": "Left", "bgColor": "white", "consentCookieExpiryTime": 0, "enabled": "yes",
            "allowedOrigins": ["http://shop.example", 7],
            "groups": [{ "services": [{ "slug": "a b", "name": "A", "purpose": 9 }, {}] }],
            "translations": [{ "lang": "e" }, { "lang": "fr", "startupTitle": 1 }],
        });
        let expected = [
            "enabled",
            "consentCookieExpiryTime",
            "position",
            "bgColor",
            "label",
            "translations[0].lang",
            "translations.fr.startupTitle",
            "groups[0].services[0].slug",
            "groups[0].services[0].purpose",
            "groups[0].services[1].name",
            "allowedOrigins[0]",
            "allowedOrigins[1]",
            "id",
        ];
        assert_eq!(refused(site, &wrong), expected);
        assert_eq!(refused(site, &json!([])), ["", "label", "allowedOrigins"]);
    });
}

#[test]
fn a_workspace_that_does_not_exist_gets_no_widget() {
    on_both(|site| {
        let nowhere = crate::app::Workspace {
            id: placet::domain::id::WorkspaceId(99),
            private: String::new(),
            public: String::new(),
        };
        assert!(matches!(site.publish(&nowhere, &file()), Err(Error::NotFound("Workspace"))));
    });
}
