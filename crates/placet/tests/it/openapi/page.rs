//! The reference page: the description, for people.

use std::collections::BTreeSet;

use super::described::Description;
use crate::app::on_both;

/// Values of an attribute, in the order of the page.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    page.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_reference_page_shows_every_operation_and_needs_no_script() {
    on_both(|site| {
        let answer = site.request("GET", "/api/").send();
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
        assert!(!answer.body.contains("<script") && !answer.body.contains(" style="));
        for operation in Description::read().operations().filter(|operation| operation.method != "options") {
            let summary = operation.value["summary"].as_str().unwrap().replace('"', "&quot;");
            assert!(answer.body.contains(&summary), "{operation}");
            assert!(answer.body.contains(&format!("<code>{}</code>", operation.path)), "{operation}");
        }
    });
}

#[test]
fn every_link_of_the_reference_page_leads_somewhere() {
    on_both(|site| {
        let page = site.request("GET", "/api").send().body;
        let ids = attributes(&page, "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands twice");
        for link in attributes(&page, "href") {
            match link.strip_prefix('#') {
                Some(id) => assert!(ids.contains(&id), "{link}"),
                None if link.starts_with("/assets/") => {}
                None => assert!(site.request("GET", link).send().status < 400, "{link}"),
            }
        }
    });
}
