//! Predefined names in other languages: the same notice, answered under the name that the caller used.

use placet::domain::id::hex;
use placet::domain::legal_notice_names::NAMES;
use placet_proof::Digest;
use serde_json::{Value, json};

use crate::app::{Site, on_both, refusal};

fn switch(site: &Site, is_on: bool) {
    let change = json!({ "maps_notice_names": is_on });
    let target = "/api/v1/workspace";
    assert_eq!(site.request("PATCH", target).key(&site.own.private).json(change).send().status, 200);
}

#[track_caller]
fn publish(site: &Site, identifier: &str, content: &str) -> Value {
    site.post("/legal_notices", json!({ "identifier": identifier, "content": content })).ok()
}

fn encoded(name: &str) -> String {
    hex(name.as_bytes())
        .as_bytes()
        .chunks(2)
        .flat_map(|digits| ["%", str::from_utf8(digits).unwrap()])
        .collect()
}

#[test]
fn every_name_of_the_table_counts_the_versions_of_its_predefined_notice() {
    on_both(|site| {
        let mut counts = std::collections::BTreeMap::new();
        for (name, notice) in NAMES {
            let version = counts.entry(*notice).or_insert(0);
            *version += 1;
            let answer = publish(site, name, name);
            assert_eq!((&answer["identifier"], &answer["version"]), (&json!(name), &json!(version)));
        }
        for (notice, versions) in counts {
            assert_eq!(publish(site, notice, "own name")["version"], versions + 1);
            assert_eq!(
                site.get(&format!("/legal_notices/{notice}?limit=1")).ok()[0]["version"],
                versions + 1
            );
        }
    });
}

#[test]
fn a_consent_cites_the_predefined_notice_and_keeps_the_name_as_written() {
    on_both(|site| {
        publish(site, "privacy_policy", "one");
        publish(site, "politica_de_privacidade", "two");
        let digest = |text: &str| Digest::of(json!(text).to_string().as_bytes()).to_string();
        for (reference, version, text) in [
            (json!({ "identifier": "politica_de_privacidade" }), 2, "two"),
            (json!({ "identifier": "datenschutzerklärung", "version": 1 }), 1, "one"),
            (json!({ "identifier": "privacy_policy" }), 2, "two"),
        ] {
            let consent = site.record(json!({ "legal_notices": [reference] }));
            let name = &reference["identifier"];
            let expected = json!([{ "identifier": name, "version": version }]);
            assert_eq!(site.consent(&consent)["legal_notices"], expected);
            let notice = &site.details(&consent)["notices"][0];
            let expected = json!([name, version, digest(text), text]);
            assert_eq!(
                json!([notice["identifier"], notice["version"], notice["sha256"], notice["content"]]),
                expected
            );
        }
    });
}

#[test]
fn notices_are_read_under_any_of_their_names() {
    on_both(|site| {
        publish(site, "terms", "one");
        publish(site, "termos", "two");
        for name in ["terms", "termos", "termini", "términos", "conditions", "agb"] {
            let path = format!("/legal_notices/{}", encoded(name));
            let is = |list: Value, versions: &[i64]| {
                let found: Vec<Value> = list.as_array().unwrap().clone();
                let expected: Vec<Value> =
                    versions.iter().map(|version| json!([format!("1_{name}"), name, version])).collect();
                let told = found.iter().map(|item| json!([item["id"], item["identifier"], item["version"]]));
                assert_eq!(told.collect::<Vec<_>>(), expected);
            };
            is(site.get(&path).ok(), &[2, 1]);
            is(site.get(&format!("{path}?starting_after=2")).ok(), &[1]);
            let filter = format!("/legal_notices?identifier={}", encoded(name));
            is(site.get(&filter).ok(), &[2, 1]);
            let cursor = format!("&starting_after_version=2&starting_after_identifier={}", encoded(name));
            is(site.get(&format!("{filter}{cursor}")).ok(), &[1]);
            let one = site.get(&format!("{path}/2")).ok();
            assert_eq!((&one["identifier"], &one["content"]), (&json!(name), &json!("two")));
            let id = format!("/legal_notices?id=1_{}", encoded(name));
            assert_eq!(site.get(&id).ok().as_array().unwrap().len(), 2);
        }
        let all = site.get("/legal_notices").ok();
        assert!(all.as_array().unwrap().iter().all(|item| item["identifier"] == "terms"));
    });
}

#[test]
fn names_that_are_not_in_the_table_mean_themselves() {
    on_both(|site| {
        publish(site, "terms", "one");
        for name in ["Termos", "term", "terms_and_conditions", "termos_de_uso"] {
            site.get(&format!("/legal_notices/{name}"))
                .is(404, refusal("not_found", "Legal notice not found"));
            assert_eq!(publish(site, name, "own")["version"], 1);
        }
    });
}

#[test]
fn a_workspace_may_switch_it_off_and_keeps_what_its_consents_cited() {
    on_both(|site| {
        publish(site, "terms", "shared");
        let cite = || {
            let consent = site.record(json!({ "legal_notices": [{ "identifier": "termos" }] }));
            let notice = site.details(&consent)["notices"][0].clone();
            (consent, json!([notice["version"], notice["content"]]))
        };
        let (before, cited) = cite();
        assert_eq!(cited, json!([1, "shared"]));
        switch(site, false);
        site.get("/legal_notices/termos").is(404, refusal("not_found", "Legal notice not found"));
        assert_eq!(cite().1, json!([null, null]));
        assert_eq!(publish(site, "termos", "separate")["version"], 1);
        assert_eq!(cite().1, json!([1, "separate"]));
        // What was agreed to stays what it was, whatever the name means now.
        assert_eq!(site.details(&before)["notices"][0]["content"], "shared");
        switch(site, true);
        assert_eq!(cite().1, json!([1, "shared"]));
    });
}
