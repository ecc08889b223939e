//! Lists of what contains a text, page by page and with other filters.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use placet::domain::substring::AnyOf;
use placet::domain::time::{Spelling, Timestamp};
use serde_json::{Value, json};

use super::{bodies, index, naive, record};
use crate::app::{NOW, Site, on_both};
use crate::{cookie_choice, widget};

/// A text as it stands in a query.
pub(super) fn encoded(text: &str) -> String {
    let mut query = String::new();
    for byte in text.bytes() {
        write!(query, "%{byte:02X}").unwrap();
    }
    query
}

/// The ids of a list, page by page.
pub(super) fn ids(site: &Site, list: &str, limit: usize) -> Vec<String> {
    let (mut ids, mut after): (Vec<String>, String) = Default::default();
    loop {
        let page = site.get(&format!("{list}&limit={limit}{after}")).ok();
        let page: Vec<String> =
            page.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        let is_last = page.len() < limit;
        ids.extend(page);
        if is_last {
            return ids;
        }
        after = format!("&starting_after={}", ids.last().unwrap());
    }
}

#[test]
fn lists_give_what_contains_a_text_page_by_page_and_with_other_filters() {
    on_both(|site| {
        let known = record(site, &site.own, &bodies(5, 250));
        index(site);
        site.move_clock(1000);
        site.record_public(
            json!({ "subject": { "id": "@a-public", "email": "xx@aaaa.org", "first_name": "abc" } }),
        );
        let email = |wanted: &str| {
            let found = known.iter().filter(|known| known.texts.iter().any(|text| text.contains(wanted)));
            found.count()
        };
        assert!(email("a@") > 10, "{}", email("a@"));
        for wanted in ["aaa", "a@a", "é@b", ".org", "zzz", "c-1", "a@"] {
            let all = naive(&known, &AnyOf::whole(wanted).unwrap());
            let mut expected: Vec<String> =
                all.iter().map(|place| place.of_consent().unwrap().id.to_string()).collect();
            let query = format!("/consent?source=private&fulltext={}", encoded(wanted));
            assert_eq!(ids(site, &query, 7), expected, "{wanted}");
            let from = Timestamp(NOW - 60_000 * 2000);
            let bound = from.spell(Spelling::Millis);
            expected.truncate(all.partition_point(|place| place.at >= from));
            assert_eq!(ids(site, &format!("{query}&from_time={bound}"), 100), expected, "{wanted}");
        }
        let public = ids(site, "/consent?source=public&fulltext=aaa", 10);
        assert_eq!(public.len(), 1);
        assert_eq!(ids(site, "/consent?subject_first_name=abc&subject_email=%40aaaa.x", 10), public);
        assert_eq!(ids(site, "/consent?subject_first_name=abc&subject_email=%40bbbb.xy", 10), [""; 0]);
    });
}

#[test]
fn subjects_that_contain_a_text_are_listed_page_by_page_and_with_other_filters() {
    on_both(|site| {
        let known = record(site, &site.own, &bodies(6, 250));
        index(site);
        site.move_clock(1000);
        let body = json!({ "id": "new", "email": "x@aaaa.org", "first_name": "abc", "verified": true });
        site.post("/subjects", body).ok();
        site.post("/subjects/new", json!({ "full_name": "Grace Hopper" })).ok();
        let stored: Vec<Value> = known.iter().map(|known| site.subject(&known.subject)).collect();
        let ids_of = |passes: &dyn Fn(&Value) -> bool| {
            let all: BTreeSet<String> =
                stored.iter().filter(|it| passes(it)).map(|it| it["id"].as_str().unwrap().into()).collect();
            all.into_iter().rev().collect::<Vec<String>>()
        };
        let fields = ["id", "email", "first_name", "last_name", "full_name"];
        for wanted in ["aaa", "a@a", "é@b", ".org", "zzz", "c-1", "a@"] {
            let parts = AnyOf::whole(wanted).unwrap();
            let contains = |it: &Value| {
                fields.iter().any(|name| it[name].as_str().is_some_and(|text| parts.is_in(text)))
            };
            let query = format!("/subjects?fulltext={}", encoded(wanted));
            let mut expected = ids_of(&contains);
            assert_eq!(ids(site, &format!("{query}&verified=false"), 7), expected, "{wanted}");
            if ["aaa", ".org"].contains(&wanted) {
                expected.insert(0, "new".into());
            }
            assert_eq!(ids(site, &query, 100), expected, "{wanted}");
            let first = stored[17]["first_name"].as_str().unwrap();
            let expected = ids_of(&|it| contains(it) && it["first_name"] == first);
            assert_eq!(
                ids(site, &format!("{query}&first_name={}", encoded(first)), 7),
                expected,
                "{wanted} {first}"
            );
        }
        for query in
            ["fulltext=hopper", "full_name=hopp.x", "full_name=race&email=aaaa", "fulltext=new&id=new"]
        {
            assert_eq!(ids(site, &format!("/subjects?{query}"), 10), ["new"], "{query}");
        }
        index(site);
        assert_eq!(ids(site, "/subjects?full_name=hopp.x", 10), ["new"]);
    });
}

#[test]
fn a_choice_in_the_widget_is_not_found_by_a_part_of_its_id() {
    on_both(|site| {
        let published = widget::publish(site);
        cookie_choice::choose(site, &published, true);
        let consent = site.get("/consent?consent_type=cookie_policy").ok()[0]["subject"]["id"].clone();
        let id = consent.as_str().unwrap();
        for part in [&id[..2], &id[..8]] {
            for filter in ["", "&consent_type=cookie_policy"] {
                assert_eq!(ids(site, &format!("/consent?fulltext={part}{filter}"), 10), [""; 0]);
            }
        }
        assert_eq!(ids(site, &format!("/consent?subject_id={id}"), 10).len(), 1);
    });
}
