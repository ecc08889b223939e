//! How following begins and ends: over HTTP, by command, and who may.

use serde_json::{Value, json};

use super::{HOUR, Page, SOURCE, check, check_after, contents, follow, on_both_with_loopback};
use crate::app::{Workspace, on_both};
use crate::database::Database;
use crate::process::{answer, run};

#[test]
fn it_ends_when_it_is_ended_and_the_versions_stay() {
    on_both_with_loopback(|site| {
        let page = Page::saying("Text");
        follow(site, json!({ "url": page.url() }));
        check(site);
        let delete = || site.request("DELETE", SOURCE).key(&site.own.private).send();
        assert_eq!((delete().status, delete().status), (204, 404));
        let gone = json!({
            "type": "about:blank", "title": "Not Found", "status": 404, "detail": "Address that the notice follows not found",
        });
        site.get(SOURCE).is(404, gone);
        check_after(site, 48 * HOUR);
        assert_eq!((page.times_asked(), contents(site)), (1, vec![json!("Text")]));
    });
}

#[test]
fn what_cannot_be_followed_is_refused_with_every_reason() {
    on_both(|site| {
        let put = |body: Value| site.request("PUT", SOURCE).key(&site.own.private).json(body).send();
        let refused = put(json!({ "url": "http://example.org", "every": "1m", "language": "x".repeat(36) }));
        assert_eq!(refused.status, 400);
        let errors = json!([
            { "pointer": "/url", "detail": "must begin with https://" },
            { "pointer": "/language", "detail": "must be a language code such as en" },
            { "pointer": "/every", "detail": "must be a time such as 30m, 24h or 7d, from 5m to 90d" },
        ]);
        assert_eq!(refused.json()["errors"], errors);
        for (url, detail) in [
            (json!(null), "is needed: the address of the page"),
            (json!(7), "must be a string"),
            (json!("https://169.254.169.254/"), "is not on the public internet"),
            (json!("https://[::1]/"), "is not on the public internet"),
            (json!("https://a:b@example.org/"), "must not contain a user's name or password"),
        ] {
            let refused = put(json!({ "url": url }));
            let errors = json!([{ "pointer": "/url", "detail": detail }]);
            assert_eq!((refused.status, &refused.json()["errors"]), (400, &errors));
        }
        assert_eq!(site.get(SOURCE).status, 404);
    });
}

#[test]
fn who_may_read_and_who_may_change() {
    on_both(|site| {
        let url = json!({ "url": "https://example.org/privacy" });
        let put = || site.request("PUT", SOURCE).json(&url).send();
        assert_eq!(put().status, 401);
        let send = |method: &str, workspace: &Workspace| {
            site.request(method, SOURCE).key(&workspace.private).json(&url).send().status
        };
        assert_eq!(site.request("PUT", SOURCE).key(&site.own.public).json(&url).send().status, 403);
        assert_eq!(send("PUT", &site.own), 200);
        assert_eq!((send("GET", &site.stranger), send("DELETE", &site.stranger)), (404, 404));
        assert_eq!(send("GET", &site.own), 200);
    });
}

#[test]
fn the_commands_begin_and_end_it() {
    for database in Database::all() {
        answer(&database, &["workspace", "create", "--name", "W"]);
        let page = Page::saying("Text");
        let url = page.url();
        let follow = [
            "notice",
            "follow",
            "--workspace",
            "1",
            "--identifier",
            "termos",
            "--language",
            "pt",
            "--every",
            "24h",
            "--url",
        ];
        let refused = run(&database, &[&follow[..], &[&url]].concat());
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(
            (refused.status.success(), said.as_str()),
            (false, "placet: url: must begin with https://\n")
        );
        let begun = answer(&database, &[&follow[..], &[&url, "--follow-loopback"]].concat());
        assert_eq!(
            json!([begun["identifier"], begun["url"], begun["language"], begun["every"]]),
            json!(["termos", url, "pt", "1d"])
        );
        let unfollow = ["notice", "unfollow", "--workspace", "1", "--identifier", "terms"];
        assert_eq!(answer(&database, &unfollow), json!({ "identifier": "terms" }));
        let said = String::from_utf8(run(&database, &unfollow).stderr).unwrap();
        assert_eq!(said, "placet: Address that the notice follows not found\n");
        let nowhere =
            ["notice", "follow", "--workspace", "7", "--identifier", "terms", "--url", "https://example.org"];
        let said = String::from_utf8(run(&database, &nowhere).stderr).unwrap();
        assert_eq!(said, "placet: Workspace not found\n");
    }
}

#[test]
fn a_notice_whose_page_was_never_read_is_listed_with_what_is_wrong() {
    on_both_with_loopback(|site| {
        let page = Page::saying("Text");
        page.answers("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        follow(site, json!({ "url": page.url() }));
        let head = || site.get("/api/v1/legal_notices").ok()[0].clone();
        let without = |error: Value| {
            json!({ "identifier": "privacy_policy", "version": null, "sha256": null, "at": null,
                "follows": page.url(), "last_error": error })
        };
        assert_eq!(head(), without(json!(null)));
        check(site);
        assert_eq!(head(), without(json!("the server answered 404 Not Found")));
        assert_eq!(site.get("/api/v1/legal_notices/privacy_policy").ok(), json!([]));
        let stranger = site.request("GET", "/api/v1/legal_notices").key(&site.stranger.private);
        assert_eq!(stranger.send().ok(), json!([]));
        site.post("/legal_notices", json!({ "identifier": "terms", "content": "x" })).ok();
        let names = |sort: &str| -> Vec<String> {
            let heads = site.get(&format!("/api/v1/legal_notices?sort={sort}")).ok();
            let name = |head: &Value| head["identifier"].as_str().unwrap().to_owned();
            heads.as_array().unwrap().iter().map(name).collect()
        };
        assert_eq!(
            (names("at"), names("-version")),
            (
                vec!["privacy_policy".into(), "terms".into()],
                vec!["terms".to_owned(), "privacy_policy".into()]
            )
        );
        page.says("Text at last");
        check_after(site, HOUR);
        assert_eq!((&head()["version"], &head()["last_error"]), (&json!(1), &json!(null)));
    });
}
