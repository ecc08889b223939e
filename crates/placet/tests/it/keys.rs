//! Keys (contract 2.2): what each opens, and what is said without one.

mod managed;

use placet::actions;
use placet::domain::error::Error;
use placet::domain::key::KeyKind;
use serde_json::json;

use crate::app::{Site, on_both};
use crate::client::Request;

fn private_endpoints(site: &Site) -> Vec<Request> {
    let mut requests: Vec<Request> =
        ["/consent", "/consent/x", "/subjects/x", "/legal_notices/x", "/beta//consent/"]
            .into_iter()
            .map(|target| site.request("GET", target))
            .collect();
    requests.extend(["/consent", "/legal_notices"].map(|target| site.request("POST", target).json("{}")));
    requests
}

#[test]
fn without_a_key_the_answer_is_the_known_401() {
    on_both(|site| {
        let expected = json!({ "message": "No API key found in request" });
        let mut requests = private_endpoints(site);
        requests.push(site.request("POST", "/public/consent").json("{}"));
        requests.push(site.request("GET", "/consent").key("  "));
        for request in requests {
            request.send().is(401, expected.clone());
        }
    });
}

#[test]
fn with_a_wrong_key_the_answer_is_the_known_403() {
    on_both(|site| {
        let expected = json!({ "message": "Invalid authentication credentials" });
        let mut mistyped = site.own.private.clone();
        mistyped.replace_range(12..13, if &mistyped[12..13] == "x" { "y" } else { "x" });
        for key in ["nonsense", "abcdefghijklmnopqrstuvwxyz012345", mistyped.as_str(), "clé"] {
            for request in private_endpoints(site) {
                request.key(key).send().is(403, expected.clone());
            }
            site.request("POST", "/public/consent").key(key).json("{}").send().is(403, expected.clone());
        }
    });
}

#[test]
fn the_name_of_the_header_is_read_in_any_case() {
    on_both(|site| {
        for name in ["apikey", "APIKEY", "ApiKey", "apiKey"] {
            site.request("GET", "/consent").header(name, &site.own.private).send().is(200, json!([]));
        }
    });
}

#[test]
fn a_public_key_opens_only_the_public_endpoint() {
    on_both(|site| {
        let expected = json!({ "message": "A public key can only be used with POST /public/consent" });
        for request in private_endpoints(site) {
            request.key(&site.own.public).send().is(403, expected.clone());
        }
        let management = site.request("GET", "/api/v1/consents").key(&site.own.public).send();
        assert_eq!(
            (management.status, management.json()["detail"].as_str()),
            (403, Some("A public key cannot read"))
        );
        assert_eq!(site.post_public("{}").status, 200);
    });
}

#[test]
fn a_private_key_may_write_to_the_public_endpoint_and_is_recorded_as_private() {
    on_both(|site| {
        let body = json!({ "ip_address": "198.51.100.9", "subject": { "id": "s", "verified": true } });
        let answer = site.request("POST", "/public/consent").key(&site.own.private).json(body).send().ok();
        let stored = site.consent(answer["id"].as_str().unwrap());
        assert_eq!((&stored["source"], &stored["ip_address"]), (&json!("private"), &json!("198.51.100.9")));
        assert_eq!(site.subject("s")["verified"], true);
    });
}

#[test]
fn credentials_are_checked_before_the_body() {
    on_both(|site| {
        let broken = site.request("POST", "/consent").json("{");
        broken.send().is(401, json!({ "message": "No API key found in request" }));
    });
}

#[test]
fn a_workspace_may_have_several_keys_of_each_kind() {
    on_both(|site| {
        let create = |kind| actions::key::create(site.app(), site.own.id, kind, "second", None);
        let second = site.block_on(create(KeyKind::Private)).unwrap();
        assert!(second.key.starts_with("placet_sk_") && second.key.len() == 48, "{}", second.key);
        for key in [&second.key, &site.own.private] {
            assert_eq!(site.request("GET", "/consent").key(key).send().status, 200);
        }
        let public = site.block_on(create(KeyKind::Public)).unwrap().key;
        assert!(public.starts_with("placet_pk_"), "{public}");
        assert_eq!(site.request("POST", "/public/consent").key(&public).json("{}").send().status, 200);
    });
}

#[test]
fn a_key_brought_along_works_and_belongs_to_one_workspace_only() {
    on_both(|site| {
        let value = || Some("AbCdEfGhIjKlMnOpQrStUvWxYz012345".to_owned());
        let bring =
            |workspace, value| actions::key::create(site.app(), workspace, KeyKind::Private, "", value);
        let created = site.block_on(bring(site.own.id, value())).unwrap();
        assert_eq!(Some(&created.key), value().as_ref());
        site.request("GET", "/consent").key(&created.key).send().is(200, json!([]));
        let taken = site.block_on(bring(site.stranger.id, value()));
        assert!(matches!(taken, Err(Error::Conflict(why)) if why == "this key is in use already"));
        for wrong in ["too_short", "with space in the middle of", "ключключключключключ"]
        {
            let refused = site.block_on(bring(site.own.id, Some(wrong.to_owned())));
            assert!(matches!(refused, Err(Error::Invalid(_))), "{wrong}");
        }
    });
}

#[test]
fn the_management_api_takes_a_private_key_as_a_bearer_token() {
    on_both(|site| {
        let get = |value: &str| site.request("GET", "/api/v1/consents").header("Authorization", value).send();
        get(&format!("Bearer {}", site.own.private)).is(200, json!([]));
        let problem = |status: u16, title: &str, detail: &str| json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
        get(&format!("Bearer {}", site.own.public))
            .is(403, problem(403, "Forbidden", "A public key cannot read"));
        get("Bearer nonsense").is(403, problem(403, "Forbidden", "Invalid authentication credentials"));
        let expected =
            problem(401, "Unauthorized", "Please sign in. Programs send a private key where it is accepted.");
        get("Basic YTpi").is(401, expected.clone());
        let none = site.request("GET", "/api/v1/consents").send();
        assert_eq!(none.header("content-type"), Some("application/problem+json"));
        none.is(401, expected);
    });
}
