//! `placet doctor`: what keeps the widget from a page.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use placet::actions::doctor::page::look_at;
use placet::domain::finding::Finding;
use serde_json::json;

use super::manage::{create, publish, settings};
use crate::app::{Site, on_both};

/// A page on this machine, as it is asked for once.
fn page(headers: &str, body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(answer.as_bytes());
    });
    address
}

fn problems(site: &Site, headers: &str, body: &str) -> Vec<String> {
    let findings = site.block_on(look_at(site.app(), &page(headers, body))).unwrap();
    findings.into_iter().filter(|Finding { is_fine, .. }| !is_fine).map(|finding| finding.text).collect()
}

fn snippet(id: &str, key: &str) -> String {
    format!(
        r#"<div id="placet-widget" data-widgetid="{id}"></div><script async src="http://consent.example.org/sdk/placet.js?key={key}"></script>"#
    )
}

fn published(site: &Site) -> String {
    let mut file = settings();
    file["allowedOrigins"] = json!(["http://127.0.0.1:*"]);
    let id = create(site, file);
    publish(site, id, json!({}));
    id.to_string()
}

#[test]
fn a_page_with_everything_has_no_problem() {
    on_both(|site| {
        let id = published(site);
        assert_eq!(problems(site, "", &snippet(&id, &site.own.public)), Vec::<String>::new());
        let policy = "Content-Security-Policy: script-src http://consent.example.org; connect-src http://consent.example.org\r\n";
        assert_eq!(problems(site, policy, &snippet(&id, &site.own.public)), Vec::<String>::new());
    });
}

#[test]
fn each_fault_of_a_page_is_named() {
    on_both(|site| {
        let id = published(site);
        let one = |headers: &str, body: &str| {
            let found = problems(site, headers, body);
            assert_eq!(found.len(), 1, "{found:?}");
            found[0].clone()
        };
        assert!(one("", "<p>Hello</p>").starts_with("The page has no script of the widget."));
        assert!(one("", &snippet(&id, "unknown-key-of-somebody-else")).starts_with("The key is not known"));
        assert!(one("", &snippet(&id, &site.own.private)).starts_with("The key is a private one."));
        assert!(one("", &snippet("4711", &site.own.public)).starts_with("There is no published widget 4711"));
        assert!(one("", &snippet("", &site.own.public)).starts_with("The page names no widget"));
        assert!(
            one("", &snippet(&id, &site.own.public).replace(" async", ""))
                .starts_with("The script has no async")
        );
        let policies = problems(
            site,
            "Content-Security-Policy: default-src 'self'\r\n",
            &snippet(&id, &site.own.public),
        );
        assert_eq!(policies.len(), 2);
        assert!(
            policies.iter().all(|problem| problem.starts_with("The content security policy: default-src")),
            "{policies:?}"
        );
    });
}

#[test]
fn a_wrong_origin_is_named() {
    on_both(|site| {
        let id = create(site, settings());
        publish(site, id, json!({}));
        let found = problems(site, "", &snippet(&id.to_string(), &site.own.public));
        assert!(found.len() == 1 && found[0].contains("is not on the widget's list"), "{found:?}");
    });
}

#[test]
fn a_page_that_cannot_be_read_is_a_finding() {
    on_both(|site| {
        let findings = site.block_on(look_at(site.app(), "http://10.0.0.1/")).unwrap();
        assert!(
            findings.len() == 1 && findings[0].text.starts_with("The page cannot be read"),
            "{findings:?}"
        );
    });
}
