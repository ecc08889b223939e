//! What is kept of a caller's address.

use serde_json::{Value, json};

use crate::app::{Site, on_both};

const ASKED: [(&str, &str, &str); 4] = [
    ("203.0.113.77", "203.0.113.0", "203.0.113.77"),
    ("255.255.255.255", "255.255.255.0", "255.255.255.255"),
    ("2001:db8:aaaa:bbbb:cccc::1", "2001:db8:aaaa::", "2001:db8:aaaa:bbbb:cccc::1"),
    ("::ffff:203.0.113.77", "203.0.113.0", "203.0.113.77"),
];

fn keep(site: &Site, how: &str) {
    let request = site.request("PATCH", "/api/v1/workspace").key(&site.own.private);
    request.json(json!({ "keeps_addresses": how })).send().ok();
}

/// What is kept of the address of a browser that is there.
fn kept(site: &Site, address: &str, body: Value) -> Value {
    let request =
        site.request("POST", "/public/consent").key(&site.own.public).header("X-Forwarded-For", address);
    let id = request.json(body).send().ok()["id"].as_str().unwrap().to_owned();
    site.consent(&id)["ip_address"].clone()
}

#[test]
fn an_address_that_the_server_finds_is_shortened_unless_all_of_it_or_nothing_is_to_be_kept() {
    on_both(|site| {
        for (address, short, whole) in ASKED {
            keep(site, "shortened");
            assert_eq!(kept(site, address, json!({})), short);
            keep(site, "whole");
            assert_eq!(kept(site, address, json!({})), whole);
            keep(site, "none");
            assert_eq!(kept(site, address, json!({})), Value::Null);
        }
        assert_eq!(site.get("/consent?ip_address=none").ok().as_array().unwrap().len(), ASKED.len());
        assert_eq!(site.get("/consent?ip_address=203.0.113.77").ok().as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_page_may_keep_its_visitors_address_out_whatever_the_workspace_keeps() {
    on_both(|site| {
        for how in ["shortened", "whole", "none"] {
            keep(site, how);
            assert_eq!(kept(site, "203.0.113.77", json!({ "autodetect_ip_address": false })), Value::Null);
        }
    });
}

#[test]
fn an_address_that_a_private_key_gives_is_kept_as_it_is_whatever_the_workspace_keeps() {
    on_both(|site| {
        for how in ["shortened", "whole", "none"] {
            keep(site, how);
            let id = site.record(json!({ "ip_address": "203.0.113.77" }));
            assert_eq!(site.consent(&id)["ip_address"], "203.0.113.77");
            let request = site
                .request("POST", "/consent")
                .key(&site.own.private)
                .header("X-Forwarded-For", "203.0.113.9");
            let id = request.json(json!({})).send().ok()["id"].as_str().unwrap().to_owned();
            assert_eq!(site.consent(&id)["ip_address"], Value::Null, "the caller is a server");
        }
    });
}

#[test]
fn a_public_key_cannot_claim_an_address() {
    on_both(|site| {
        assert_eq!(kept(site, "203.0.113.77", json!({ "ip_address": "198.51.100.1" })), "203.0.113.0");
    });
}
