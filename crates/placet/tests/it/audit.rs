//! The audit log: who changed what.

use placet::domain::member::Role;
use serde_json::{Value, json};

use crate::app::{MINUTE, PASSWORD, Site, on_both};
use crate::client::Answer;
use crate::person::Person;
use crate::widget::manage;

const PATH: &str = "/api/v1/audit";

fn actions(answer: &Answer) -> Vec<String> {
    let action = |change: &Value| {
        format!("{} {}", change["action"].as_str().unwrap(), change["target"].as_str().unwrap())
    };
    answer.ok().as_array().unwrap().iter().map(action).collect()
}

/// What a change says, without id and moment.
fn told(change: &Value) -> Value {
    let mut told = change.clone();
    told.as_object_mut().unwrap().retain(|name, _| name != "id" && name != "at");
    told
}

/// A member and a setting, changed a minute apart.
fn changed(site: &Site) -> Person<'_> {
    let ada = Person::owner(site);
    site.move_clock(MINUTE);
    let grace = json!({ "email": "grace@example.org", "role": "editor", "password": PASSWORD });
    ada.send("POST", "/api/v1/members", grace).ok();
    site.move_clock(MINUTE);
    ada.send("PATCH", "/api/v1/members/2", json!({ "role": "auditor" })).ok();
    site.move_clock(MINUTE);
    let setting = site.request("PATCH", "/api/v1/workspace").key(&site.own.private);
    setting.json(json!({ "public_may_update": true, "maps_notice_names": true })).send().ok();
    site.move_clock(MINUTE);
    assert_eq!(ada.delete("/api/v1/members/2").status, 204);
    ada
}

#[test]
fn every_change_says_who_what_and_when_and_nothing_personal() {
    on_both(|site| {
        let ada = changed(site);
        let answer = ada.get(&format!("{PATH}?limit=4"));
        let list = answer.ok();
        let by_ada = |action: &str, before: Value, after: Value| {
            json!({ "author": "member:1", "author_name": "ada@example.org", "action": action, "target": "member:2",
                "before": before, "after": after })
        };
        assert_eq!(list[0]["at"], "2026-03-01T10:24:30.265Z");
        assert_eq!(told(&list[0]), by_ada("member.remove", json!({ "role": "auditor" }), Value::Null));
        let key = list[1]["author"].as_str().unwrap();
        assert!(key.starts_with("key:"), "{key}");
        assert_eq!(
            told(&list[1]),
            json!({ "author": key, "author_name": null, "action": "workspace.change",
            "target": "workspace", "before": { "public_may_update": false }, "after": { "public_may_update": true } })
        );
        assert_eq!(
            told(&list[2]),
            by_ada("member.set_role", json!({ "role": "editor" }), json!({ "role": "auditor" }))
        );
        assert_eq!(told(&list[3]), by_ada("member.add", Value::Null, json!({ "role": "editor" })));
        assert!(!answer.body.contains("grace") && !answer.body.contains(PASSWORD), "{answer:?}");
    });
}

#[test]
fn the_list_is_filtered_and_paged() {
    on_both(|site| {
        let ada = changed(site);
        let list = |query: &str| actions(&ada.get(&format!("{PATH}?{query}")));
        let of_grace = ["member.remove member:2", "member.set_role member:2", "member.add member:2"];
        assert_eq!(list("target=member:2"), of_grace);
        assert_eq!(list("author=member:1"), of_grace);
        assert_eq!(list("author=member:1&action=member.add"), ["member.add member:2"]);
        assert_eq!(list("target=member:2&author=command"), Vec::<String>::new());
        assert_eq!(list("author=command&action=member.add"), ["member.add member:1"]);
        assert_eq!(list("action=workspace.change"), ["workspace.change workspace"]);
        let span = "from_time=2026-03-01T10:22:00Z&to_time=2026-03-01T10:24:00Z";
        assert_eq!(list(span), ["workspace.change workspace", "member.set_role member:2"]);
        let first = ada.get(&format!("{PATH}?limit=2&target=member:2"));
        let id = first.ok()[1]["id"].as_str().unwrap().to_owned();
        let next = format!("<{PATH}?limit=2&target=member:2&starting_after={id}>; rel=\"next\"");
        assert_eq!(first.header("link"), Some(next.as_str()));
        assert_eq!(list(&format!("limit=2&target=member:2&starting_after={id}")), ["member.add member:2"]);
        for wrong in [
            "author=root",
            "from_time=soon",
            "starting_after=x",
            "starting_after=01a1fff6-d877-7c29-b306-05425bf5b5d5",
        ] {
            assert_eq!(ada.get(&format!("{PATH}?{wrong}")).status, 400, "{wrong}");
        }
    });
}

#[test]
fn what_changes_nothing_is_not_written_down() {
    on_both(|site| {
        let ada = Person::owner(site);
        let before = ada.get(PATH).ok();
        ada.send("PATCH", "/api/v1/workspace", json!({ "public_may_update": false })).ok();
        ada.send("PATCH", "/api/v1/members/1", json!({ "role": "owner" })).ok();
        ada.delete("/api/v1/members/1");
        ada.send("PATCH", "/api/v1/workspace", json!({ "colour": "red" }));
        assert_eq!(ada.get(PATH).ok(), before);
    });
}

#[test]
fn another_workspace_s_changes_are_not_told() {
    on_both(|site| {
        changed(site);
        let eve = Person::of(site, &site.stranger, "eve@example.org", Role::Owner);
        let told = actions(&eve.get(PATH));
        assert_eq!(told.len(), 3, "two keys and a member, by command: {told:?}");
        assert!(eve.get(&format!("{PATH}?target=member:2")).ok().as_array().unwrap().is_empty());
    });
}

#[test]
fn what_is_done_to_a_subject_is_told_but_not_to_whom() {
    on_both(|site| {
        site.record(json!({ "subject": { "id": "customer-981", "email": "ada@example.org" }, "ip_address": "203.0.113.7" }));
        let act = |method: &str, path: &str, reason: &str| {
            site.move_clock(MINUTE);
            let request = site.request(method, &format!("/api/v1/subjects/customer-981{path}"));
            request.key(&site.own.private).json(json!({ "reason": reason })).send().ok();
        };
        act("PUT", "/hold", "lawsuit 7");
        act("DELETE", "/hold", "settled");
        act("PUT", "/restriction", "ticket 8");
        act("DELETE", "/restriction", "ticket 9");
        act("DELETE", "", "ticket 10");
        act("DELETE", "", "once more");
        let answer = site.get(&format!("{PATH}?target=subject"));
        let told: Vec<(Value, Value)> = answer
            .ok()
            .as_array()
            .unwrap()
            .iter()
            .map(|change| (change["action"].clone(), change["after"].clone()))
            .collect();
        let erased = json!({ "reason": "ticket 10", "consents": 1, "events": 0, "forms": 0, "documents": 0 });
        let expected = [
            ("subject.erase", erased),
            ("subject.lift_restriction", json!({ "reason": "ticket 9" })),
            ("subject.restrict", json!({ "reason": "ticket 8" })),
            ("subject.lift_hold", json!({ "reason": "settled" })),
            ("subject.hold", json!({ "reason": "lawsuit 7" })),
        ];
        assert_eq!(told, expected.map(|(action, after)| (json!(action), after)));
        assert!(!answer.body.contains("981") && !answer.body.contains("ada@"), "{answer:?}");
    });
}

#[test]
fn changes_of_a_widget_are_told_and_where_they_are() {
    on_both(|site| {
        let id = manage::create(site, manage::settings());
        let path = format!("/widgets/{id}");
        site.move_clock(MINUTE);
        manage::send(site, "PATCH", &format!("{path}/draft"), json!({ "label": "Store" })).ok();
        manage::send(site, "PATCH", &format!("{path}/draft"), json!({ "label": "Store" })).ok();
        site.move_clock(MINUTE);
        let published = manage::publish(site, id, json!({ "note": "First" }));
        site.move_clock(MINUTE);
        manage::send(
            site,
            "POST",
            &format!("{path}/allowed_origins"),
            json!({ "origin": "https://two.example" }),
        )
        .ok();
        let changes = site.get(&format!("{PATH}?target=widget:{id}")).ok();
        let told: Vec<(Value, Value)> = changes
            .as_array()
            .unwrap()
            .iter()
            .map(|change| (change["action"].clone(), change["after"].clone()))
            .collect();
        let expected = [
            ("widget.allow_origin", json!({ "origin": "https://two.example" })),
            (
                "widget.publish",
                json!({ "number": 1, "version": published["version"], "ask": "new", "note": "First" }),
            ),
            ("widget.change", json!({ "changed": ["label"] })),
            ("widget.add", json!({ "label": "Shop" })),
        ];
        assert_eq!(told, expected.map(|(action, after)| (json!(action), after)));
    });
}

#[test]
fn an_import_is_told_with_its_counts_and_a_trial_is_not() {
    on_both(|site| {
        let rows = "{\"timestamp\":\"2026-02-01T10:00:00Z\",\"subject\":{\"id\":\"s1\"}}\n";
        let import = |query: &str| {
            let request = site.request("POST", &format!("/api/v1/imports/consents?format=jsonl{query}"));
            request.key(&site.own.private).body(rows).send().ok();
        };
        import("&dry_run=true");
        import("");
        let changes = site.get(&format!("{PATH}?action=import")).ok();
        let told: Vec<Value> = changes.as_array().unwrap().iter().map(told).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(
            (&told[0]["target"], &told[0]["after"]),
            (&json!("consents"), &json!({ "new": 1, "known": 0, "refused": 0 }))
        );
    });
}
