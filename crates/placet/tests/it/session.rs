//! Signing in and out, and what is shown to whom.

mod confirmed;

use placet::actions;
use placet::domain::id::WorkspaceId;
use placet::domain::member::Role;
use serde_json::{Value, json};

use crate::app::{MINUTE, PASSWORD, Site, on_both};
use crate::client::{Answer, Request};
use crate::database::Database;

pub(crate) const ADA: &str = "ada@example.org";
const HOUR: i64 = 60 * MINUTE;

pub(crate) fn sign_in(site: &Site, email: &str, password: &str) -> Request {
    let encode = |text: &str| text.replace('@', "%40").replace(' ', "+");
    site.request("POST", "/sign-in").form(&format!("email={}&password={}", encode(email), encode(password)))
}

/// The cookie as a browser sends it back.
#[track_caller]
pub(crate) fn cookie(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn signed_in(site: &Site) -> String {
    site.member(ADA);
    cookie(&sign_in(site, ADA, PASSWORD).send())
}

fn session(site: &Site, cookie: &str) -> Answer {
    site.request("GET", "/api/v1/session").header("Cookie", cookie).send()
}

#[test]
fn the_right_password_opens_a_session_and_leads_to_the_dashboard() {
    on_both(|site| {
        let id = site.member(ADA);
        let answer = sign_in(site, " Ada@Example.org ", PASSWORD).send();
        assert_eq!((answer.status, answer.header("location")), (303, Some("/w/1/consents")));
        let set = answer.header("set-cookie").unwrap();
        let (token, flags) = set.split_once("; ").unwrap();
        assert_eq!(flags, "Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600");
        assert!(token.starts_with("placet=1.") && token.len() == 9 + 43, "{token}");
        session(site, token).is(200, json!({
            "member": { "id": id, "email": ADA, "role": "owner" }, "workspace": { "id": 1, "name": "Own" },
            "confirmed_until": "2026-03-01T10:30:30.265Z",
        }));
    });
}

#[test]
fn behind_https_the_cookie_is_bound_to_host_and_tls() {
    let site = Site::behind(Database::sqlite(), "https://consent.example.org");
    site.member(ADA);
    let answer = sign_in(&site, ADA, PASSWORD).send();
    let set = answer.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-placet=1."), "{set}");
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600; Secure"), "{set}");
    assert_eq!(session(&site, &cookie(&answer)).status, 200);
    assert_eq!(session(&site, &cookie(&answer).replace("__Host-", "")).status, 401);
}

#[test]
fn a_wrong_password_and_an_unknown_address_get_the_same_page() {
    on_both(|site| {
        site.member(ADA);
        let wrong = sign_in(site, ADA, "wrong horse battery").send();
        let unknown = sign_in(site, ADA.replace("ada", "eve").as_str(), PASSWORD).send();
        for answer in [&wrong, &unknown] {
            assert_eq!((answer.status, answer.header("set-cookie")), (401, None));
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert!(answer.body.contains("This address and password do not belong together."), "{answer:?}");
        }
        assert_eq!(wrong.body, unknown.body.replace("eve@", "ada@"));
        assert_eq!(sign_in(site, "", "").send().status, 401);
    });
}

#[test]
fn what_was_typed_comes_back_escaped_and_the_password_does_not() {
    on_both(|site| {
        let answer = sign_in(site, "\"><script>alert(1)</script>", "hunter2hunter2").send();
        assert_eq!(answer.status, 401);
        assert!(!answer.body.contains("<script") && !answer.body.contains("hunter2"), "{answer:?}");
    });
}

#[test]
fn after_signing_in_only_pages_of_the_dashboard_are_returned_to() {
    on_both(|site| {
        site.member(ADA);
        for (next, location) in [
            ("/w/1/consents/0197a0c2", "/w/1/consents/0197a0c2"),
            ("https://evil.example/", "/w/1/consents"),
            ("//evil.example/w/", "/w/1/consents"),
            ("/w/\\evil.example", "/w/1/consents"),
            ("/sign-out", "/w/1/consents"),
            ("", "/w/1/consents"),
        ] {
            let body = format!("email=ada%40example.org&password=correct+horse+battery&next={next}");
            let answer = site.request("POST", "/sign-in").form(&body).send();
            assert_eq!((answer.status, answer.header("location")), (303, Some(location)), "{next}");
        }
        let page = site.request("GET", "/sign-in?next=/w/1/consents").send();
        assert!(page.body.contains(r#"<input type="hidden" name="next" value="/w/1/consents">"#), "{page:?}");
        assert!(!site.request("GET", "/sign-in?next=//evil.example").send().body.contains("evil"));
    });
}

#[test]
fn a_form_sent_from_another_site_is_refused() {
    on_both(|site| {
        site.member(ADA);
        let sent = |name: &str, value: &str| sign_in(site, ADA, PASSWORD).header(name, value).send();
        for site in ["cross-site", "same-site"] {
            let answer = sent("Sec-Fetch-Site", site);
            assert_eq!((answer.status, answer.header("set-cookie")), (403, None), "{site}");
        }
        for origin in ["https://evil.example", "null"] {
            assert_eq!(sent("Origin", origin).status, 403, "{origin}");
        }
        assert_eq!(sent("Sec-Fetch-Site", "same-origin").status, 303);
        assert_eq!(sent("Sec-Fetch-Site", "none").status, 303);
        let out = site.request("POST", "/sign-out").header("Sec-Fetch-Site", "cross-site").send();
        assert_eq!((out.status, out.header("set-cookie")), (403, None));
    });
}

#[test]
fn after_ten_failures_an_address_has_to_wait_a_quarter_of_an_hour() {
    on_both(|site| {
        site.member(ADA);
        for _ in 0..10 {
            assert_eq!(sign_in(site, ADA, "wrong horse battery").send().status, 401);
        }
        let refused = sign_in(site, ADA, PASSWORD).send();
        assert_eq!((refused.status, refused.header("set-cookie")), (429, None));
        assert!(refused.body.contains("Too many attempts. Try again in 15 minutes."), "{refused:?}");
        site.move_clock(15 * MINUTE);
        assert_eq!(sign_in(site, ADA, PASSWORD).send().status, 303);
    });
}

#[test]
fn failures_are_counted_per_network_too() {
    on_both(|site| {
        let network = "198.51.100.0";
        for _ in 0..30 {
            site.app().attempts.fail(network, site.now());
        }
        site.member(ADA);
        let from =
            |caller: &str| sign_in(site, ADA, PASSWORD).header("X-Forwarded-For", caller).send().status;
        assert_eq!((from("198.51.100.77"), from("203.0.113.7")), (429, 303));
    });
}

#[test]
fn signing_out_ends_the_session() {
    on_both(|site| {
        let cookie = signed_in(site);
        let out = site.request("POST", "/sign-out").header("Cookie", &cookie).send();
        assert_eq!((out.status, out.header("location")), (303, Some("/sign-in")));
        assert_eq!(out.header("set-cookie"), Some("placet=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"));
        let problem = |detail| json!({ "type": "about:blank", "title": "Unauthorized", "status": 401, "detail": detail });
        session(site, &cookie).is(401, problem("Please sign in."));
        let again = site.request("POST", "/sign-out").header("Cookie", &cookie).send();
        assert_eq!(again.status, 303);
        let none = site.request("GET", "/api/v1/session").send();
        none.is(401, problem("Please sign in. Programs send a private key where it is accepted."));
    });
}

#[test]
fn a_session_ends_after_a_day_without_use_and_after_fourteen_days_in_any_case() {
    on_both(|site| {
        let cookie = signed_in(site);
        for _ in 0..14 {
            site.move_clock(23 * HOUR);
            assert_eq!(session(site, &cookie).status, 200);
        }
        site.move_clock(23 * HOUR);
        assert_eq!(session(site, &cookie).status, 401);
        let cookie = self::cookie(&sign_in(site, ADA, PASSWORD).send());
        site.move_clock(25 * HOUR);
        assert_eq!(session(site, &cookie).status, 401);
    });
}

#[test]
fn a_forged_token_opens_nothing() {
    on_both(|site| {
        let cookie = signed_in(site);
        let (_, secret) = cookie.split_once('.').unwrap();
        for forged in [
            format!("placet=2.{secret}"),
            format!("placet=1.{}", "A".repeat(43)),
            "placet=".into(),
            "placet=x.y".into(),
        ] {
            assert_eq!(session(site, &forged).status, 401, "{forged}");
        }
    });
}

#[test]
fn pages_of_the_dashboard_lead_to_the_sign_in_page_and_back() {
    on_both(|site| {
        let get = |target: &str, cookie: &str| site.request("GET", target).header("Cookie", cookie).send();
        let location = |answer: &Answer| (answer.status, answer.header("location").map(str::to_owned));
        let to = |target: &str| (303, Some(target.to_owned()));
        assert_eq!(location(&get("/", "")), to("/sign-in"));
        assert_eq!(location(&get("/w/1/consents/x?a=b", "")), to("/sign-in?next=/w/1/consents/x"));
        let cookie = signed_in(site);
        assert_eq!(location(&get("/", &cookie)), to("/w/1/consents"));
        let page = get("/w/1/consents", &cookie);
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        assert!(
            page.header("content-security-policy").unwrap().contains("require-trusted-types-for 'script'")
        );
        assert_eq!(get("/w/2/consents", &cookie).status, 403);
    });
}

#[test]
fn a_member_reads_only_the_own_workspace() {
    on_both(|site| {
        let cookie = signed_in(site);
        let id = site.record(json!({ "subject": { "id": "s" } }));
        let get = |target: &str| site.request("GET", target).header("Cookie", &cookie).send();
        assert_eq!(get(&format!("/api/v1/consents/{id}")).ok()["id"], json!(id));
        let stranger =
            actions::member::create(site.app(), site.stranger.id, "eve@example.org", Role::Owner, PASSWORD);
        site.block_on(stranger).unwrap();
        let eve = self::cookie(&sign_in(site, "eve@example.org", PASSWORD).send());
        let answer = site.request("GET", &format!("/api/v1/consents/{id}")).header("Cookie", &eve).send();
        answer.is(404, json!({ "type": "about:blank", "title": "Not Found", "status": 404, "detail": "Consent not found" }));
    });
}

#[test]
fn a_stored_form_is_shown_in_a_sandbox_to_members_of_its_workspace_only() {
    on_both(|site| {
        let cookie = signed_in(site);
        let id = site.record(json!({ "proofs": [{ "form": "<form><script>alert(1)</script></form>" }] }));
        let url = site.details(&id)["proofs"][0]["form_url"].as_str().unwrap().to_owned();
        let get = |target: &str, cookie: &str| site.request("GET", target).header("Cookie", cookie).send();
        let form = get(&url, &cookie);
        assert!(form.body.ends_with("<form><script>alert(1)</script></form>"), "{form:?}");
        let policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";
        assert_eq!(form.header("content-security-policy"), Some(policy));
        assert_eq!(get(&url, "").status, 401);
        assert_eq!(get(&url.replace("/w/1/", "/w/2/"), &cookie).status, 404);
        assert_eq!(get("/w/1/forms/00", &cookie).status, 404);
    });
}

#[test]
fn members_are_checked_when_they_are_made() {
    on_both(|site| {
        let create = |workspace: i64, email: &str, password: &str| {
            let made =
                actions::member::create(site.app(), WorkspaceId(workspace), email, Role::Auditor, password);
            site.block_on(made).map_err(|error| error.to_string())
        };
        assert_eq!(
            create(1, "no-address", "short").unwrap_err(),
            "email: is not an e-mail address; password: must have 12 to 1024 characters"
        );
        assert_eq!(create(99, ADA, PASSWORD).unwrap_err(), "Workspace not found");
        assert_eq!(create(1, ADA, PASSWORD), Ok(1));
        assert_eq!(
            create(1, "ADA@example.org", PASSWORD).unwrap_err(),
            "ada@example.org is a member of this workspace already"
        );
        assert_eq!(create(2, ADA, "another long password"), Ok(1));
    });
}

#[test]
fn an_unknown_page_is_a_page_for_people_and_a_problem_for_programs() {
    on_both(|site| {
        let page = site.request("GET", "/nothing-here").header("Accept", "text/html,*/*;q=0.8").send();
        assert_eq!((page.status, page.header("content-type")), (404, Some("text/html; charset=utf-8")));
        let problem: Value =
            json!({ "type": "about:blank", "title": "Not Found", "status": 404, "detail": "Path not found" });
        site.request("GET", "/api/v1/nothing").send().is(404, problem);
        // A misspelt path of the consent API.
        let answer = site.request("POST", "/consents").header("Accept", "*/*").json("{}").send();
        answer.is(404, json!({ "status": "not_found", "message": "Path not found" }));
    });
}
