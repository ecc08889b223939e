//! The page on which a draft is tried.

use placet::domain::member::Role;
use serde_json::json;

use super::manage::{create, read, settings};
use crate::app::on_both;
use crate::person::Person;

#[test]
fn a_draft_is_shown_on_a_page_in_a_sandbox_to_members_of_its_workspace() {
    on_both(|site| {
        let mut file = settings();
        file["translations"][1]["startupTitle"] = json!("Kekse & \"mehr\" </script>");
        let id = create(site, file);
        let auditor = Person::of(site, &site.own, "au@example.org", Role::Auditor);
        let address = format!("/w/{}/widgets/{id}/preview", site.own.id.0);
        let page = auditor.get(&format!("{address}?culture=de"));
        assert_eq!(page.status, 200, "{page:?}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; default-src 'none'; script-src 'self';"), "{policy}");
        assert!(policy.ends_with("frame-ancestors 'self'"), "{policy}");
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert!(page.body.contains("Kekse &amp; \\&quot;mehr\\&quot; &lt;/script&gt;"), "{}", page.body);
        assert!(page.body.contains(&format!("data-widgetid=\"{id}\" data-lang=\"de\"")), "{}", page.body);
        assert_eq!(site.request("GET", &address).send().status, 401);
        let eve = Person::of(site, &site.stranger, "eve@example.org", Role::Owner);
        let elsewhere = format!("/w/{}/widgets/{id}/preview", site.stranger.id.0);
        assert_eq!((eve.get(&address).status, eve.get(&elsewhere).status), (404, 404));
        assert_eq!(auditor.get(&format!("/w/{}/widgets/none/preview", site.own.id.0)).status, 404);
    });
}

#[test]
fn a_draft_that_has_problems_is_not_shown_but_they_are() {
    on_both(|site| {
        let id = create(site, json!({ "label": "Shop", "bgColor": "white" }));
        let owner = Person::owner(site);
        let page = owner.get(&format!("/w/{}/widgets/{id}/preview", site.own.id.0));
        assert_eq!(page.status, 400);
        for problem in ["<code>bgColor</code> must be a colour", "<code>allowedOrigins</code> is required"] {
            assert!(page.body.contains(problem), "{}", page.body);
        }
        assert!(!page.body.contains("<script"), "{}", page.body);
    });
}

#[test]
fn the_list_names_the_origins_of_a_draft_that_nobody_has_published() {
    on_both(|site| {
        create(site, settings());
        create(site, json!({ "label": "Empty" }));
        let listed = read(site, "/widgets");
        assert_eq!(listed[0]["allowed_origins"], json!(["https://shop.example"]));
        assert_eq!(listed[1]["allowed_origins"], json!([]));
    });
}
