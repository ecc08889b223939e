//! Contract 2.1 and 2.5: paths and queries as clients really send them.

use serde_json::json;

use crate::app::{on_both, refusal};

#[test]
fn slashes_and_the_beta_prefix_do_not_matter() {
    on_both(|site| {
        for target in
            ["/consent", "/consent/", "//consent", "/beta/consent", "/beta//consent/", "//beta/consent"]
        {
            let answer = site.post(target, json!({ "subject": { "id": "s" } }));
            assert_eq!(answer.ok()["subject_id"], "s", "{target}");
        }
        let public = |target| {
            site.request("POST", target)
                .key(&site.own.public)
                .json(json!({ "subject": { "id": "s" } }))
                .send()
        };
        for target in ["/public/consent/", "//public//consent", "/beta/public/consent"] {
            assert_eq!(public(target).ok()["subject_id"], "s", "{target}");
        }
        for target in ["/consent/", "//consent", "/beta//consent?limit=100"] {
            assert_eq!(site.get(target).ok().as_array().unwrap().len(), 9, "{target}");
        }
        for target in ["/subjects/s/", "//subjects//s", "/beta/subjects/s"] {
            assert_eq!(site.get(target).ok()["id"], "s", "{target}");
        }
        for target in ["/legal_notices/", "/beta/legal_notices"] {
            let notice = json!({ "identifier": "terms", "content": "Text" });
            assert_eq!(site.post(target, notice).ok()["identifier"], "terms", "{target}");
        }
        assert_eq!(site.get("/beta//legal_notices/terms/").ok().as_array().unwrap().len(), 2);
    });
}

#[test]
fn beta_answers_are_the_same_as_current_ones() {
    on_both(|site| {
        let id = site.record(json!({ "legal_notices": [{ "identifier": "terms", "version": 2 }] }));
        let current = site.consent(&id);
        assert_eq!(site.get(&format!("/beta/consent/{id}")).ok(), current);
        assert_eq!(current["legal_notices"][0]["version"], json!(2));
    });
}

#[test]
fn unescape_json_and_unknown_parameters_are_ignored_and_html_is_never_escaped() {
    on_both(|site| {
        let body = json!({ "subject": { "id": "s" }, "preferences": { "html": "<b>&'" } });
        let id = site.post("/consent?unescape_json=true", body).ok()["id"].as_str().unwrap().to_owned();
        let plain = site.get(&format!("/consent/{id}"));
        assert!(plain.body.contains(r#""html":"<b>&'""#), "{plain:?}");
        for query in ["unescape_json=true", "unescape_json", "unescape_json=false&nonsense=%E2%82%AC"] {
            assert_eq!(site.get(&format!("/consent/{id}?{query}")).body, plain.body, "{query}");
        }
        assert_eq!(site.get("/consent?unescape_json=true&limit=2").ok().as_array().unwrap().len(), 1);
        site.get("/subjects/s?unescape_json=true").ok();
    });
}

#[test]
fn a_get_may_be_declared_as_json_and_accept_does_not_matter() {
    on_both(|site| {
        let get = site.request("GET", "//consent?limit=2").key(&site.own.private);
        get.header("Content-Type", "application/json")
            .header("Accept", "text/html")
            .send()
            .is(200, json!([]));
        let post = site.request("POST", "/consent").key(&site.own.private).body("{}");
        assert_eq!(post.header("Accept", "application/json").send().status, 200);
    });
}

#[test]
fn a_method_that_a_path_does_not_have_is_405_in_json() {
    on_both(|site| {
        let refused = refusal("method_not_allowed", "This path does not have this method");
        for (method, target, allowed) in [
            ("DELETE", "/consent", "GET,HEAD,POST"),
            ("PUT", "/consent/0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10", "GET,HEAD"),
            ("GET", "/public/consent", "POST,OPTIONS"),
            ("DELETE", "/legal_notices/terms", "GET,HEAD"),
        ] {
            let answer = site.request(method, target).key(&site.own.private).send();
            assert_eq!(answer.header("allow"), Some(allowed), "{method} {target}");
            answer.is(405, refused.clone());
        }
    });
}

#[test]
fn a_path_that_does_not_exist_is_404_in_json_for_programs() {
    on_both(|site| {
        for target in ["/consent/a/b", "/documents/a/b", "/beta/nothing", "/subjects/a/b", "/public"] {
            site.get(target).is(404, refusal("not_found", "Path not found"));
        }
    });
}
