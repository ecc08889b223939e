//! Notices over the management API.

use placet::domain::member::Role;
use serde_json::{Value, json};

use crate::app::{MINUTE, on_both};
use crate::client::Answer;
use crate::person::Person;

const PATH: &str = "/api/v1/legal_notices";

fn identifiers(answer: &Answer) -> Vec<String> {
    let name = |item: &Value| item["identifier"].as_str().unwrap().to_owned();
    answer.ok().as_array().unwrap().iter().map(name).collect()
}

#[test]
fn an_editor_publishes_a_version_and_the_audit_log_says_so() {
    on_both(|site| {
        let ed = Person::of(site, &site.own, "ed@example.org", Role::Editor);
        let notice = json!({ "identifier": "terms", "content": { "en": "Be kind." } });
        let published = ed.send("POST", PATH, notice.clone()).ok();
        assert_eq!((&published["version"], &published["content"]), (&json!(1), &notice["content"]));
        site.move_clock(MINUTE);
        assert_eq!(ed.send("POST", PATH, notice).ok()["version"], 2);
        assert_eq!(ed.get(&format!("{PATH}/terms/1")).ok(), published);
        assert_eq!(site.get("/legal_notices/terms/2").status, 200);
        let told = ed.get("/api/v1/audit?target=legal_notice:terms").ok();
        assert_eq!(told[0]["after"], json!({ "version": 2, "sha256": published["sha256"] }));
        assert_eq!(told[1]["author"], json!(format!("member:{}", ed.id)));
        assert_eq!(ed.send("POST", PATH, json!([])).status, 400);
        assert_eq!(
            ed.send("POST", PATH, json!([{ "identifier": "a", "content": "x" }])).json()["detail"],
            "the body must be one notice"
        );
    });
}

#[test]
fn notices_are_listed_with_their_newest_version_and_versions_newest_first() {
    on_both(|site| {
        let ed = Person::of(site, &site.own, "ed@example.org", Role::Editor);
        for identifier in ["terms", "privacy_policy", "terms", "Imprint"] {
            ed.send("POST", PATH, json!({ "identifier": identifier, "content": identifier })).ok();
            site.move_clock(MINUTE);
        }
        ed.send("PUT", &format!("{PATH}/Imprint/source"), json!({ "url": "https://example.org/imprint" }))
            .ok();
        let list = |query: &str| identifiers(&ed.get(&format!("{PATH}?{query}")));
        assert_eq!(list(""), ["Imprint", "privacy_policy", "terms"]);
        assert_eq!(list("sort=-at"), ["Imprint", "terms", "privacy_policy"]);
        assert_eq!(list("sort=-version&limit=1"), ["terms"]);
        assert_eq!(list("search=EXAMPLE.ORG"), ["Imprint"]);
        assert_eq!(list("starting_after=privacy_policy"), ["terms"]);
        let heads = ed.get(PATH).ok();
        assert_eq!((&heads[2]["version"], &heads[2]["at"]), (&json!(2), &json!("2026-03-01T10:22:30.265Z")));
        assert_eq!(
            (&heads[0]["follows"], &heads[1]["follows"]),
            (&json!("https://example.org/imprint"), &Value::Null)
        );
        let versions = ed.get(&format!("{PATH}/terms?limit=1"));
        assert_eq!(versions.ok()[0]["version"], 2);
        let next = "</api/v1/legal_notices/terms?limit=1&starting_after=2>; rel=\"next\"";
        assert_eq!(versions.header("link"), Some(next));
        assert_eq!(ed.get(&format!("{PATH}/terms?starting_after=2")).ok()[0]["version"], 1);
        assert_eq!(ed.get(&format!("{PATH}/nothing")).status, 404);
    });
}
