//! Exports of members, keys and the audit log.

use placet::domain::member::Role;
use serde_json::{Value, json};

use super::rows;
use crate::app::{PASSWORD, Site, on_both};
use crate::person::Person;
use crate::process::run;

/// What lists and exports both tell of each item.
fn told(rows: &[Value], names: &[&str]) -> Vec<Vec<Value>> {
    let one = |row: &Value| names.iter().map(|name| row[*name].clone()).collect();
    rows.iter().map(one).collect()
}

fn exported_as_listed(site: &Site, what: &str, query: &str, names: &[&str]) {
    let listed = site.get(&format!("/api/v1/{what}?limit=500&{query}")).ok();
    let exported = rows(site, &format!("/api/v1/exports/{what}?{query}"));
    assert_eq!(told(&exported, names), told(listed.as_array().unwrap(), names), "{what} {query}");
}

fn some_of_everything(site: &Site) -> String {
    let owner = Person::owner(site);
    Person::of(site, &site.own, "grace@example.org", Role::Auditor);
    let key = json!({ "kind": "private", "name": "=HYPERLINK(\"https://evil.example\")" });
    let key = owner.send("POST", "/api/v1/keys", key).ok();
    owner.send("POST", "/api/v1/legal_notices", json!({ "identifier": "terms", "content": "x" })).ok();
    key["key"].as_str().unwrap().to_owned()
}

#[test]
fn members_keys_and_changes_are_exported_as_they_are_listed() {
    on_both(|site| {
        some_of_everything(site);
        let members = ["id", "email", "role", "created_at"];
        for query in ["", "search=GRACE", "sort=-email", "sort=role&search=a", "search=nobody"] {
            exported_as_listed(site, "members", query, &members);
        }
        let keys = ["id", "kind", "name", "state", "allowed_origins", "created_at", "works_until"];
        for query in ["", "search=private", "sort=-name", "sort=kind&search=e"] {
            exported_as_listed(site, "keys", query, &keys);
        }
        let changes = ["id", "at", "author", "author_name", "action", "target", "before", "after"];
        for query in [
            "",
            "action=key.add",
            "author=command",
            "target=legal_notice:terms",
            "to_time=2020-01-01T00:00:00Z",
        ] {
            exported_as_listed(site, "audit", query, &changes);
        }
        for wrong in ["members?sort=colour", "keys?sort=key", "audit?author=somebody", "audit?format=xml"] {
            assert_eq!(site.get(&format!("/api/v1/exports/{wrong}")).status, 400, "{wrong}");
        }
    });
}

#[test]
fn no_export_of_them_holds_a_secret_or_a_formula() {
    on_both(|site| {
        let secret = some_of_everything(site);
        let auditor = Person::of(site, &site.own, "au@example.org", Role::Auditor);
        for what in ["members", "keys", "audit"] {
            for format in ["csv", "jsonl"] {
                let answer = auditor.get(&format!("/api/v1/exports/{what}?format={format}"));
                assert_eq!(answer.status, 200, "{answer:?}");
                let hidden = [secret.as_str(), &site.own.private, &site.own.public, PASSWORD, "argon2"];
                for part in hidden {
                    assert!(!answer.body.contains(part), "{what} as {format} tells {part}");
                }
            }
        }
        let csv = auditor.get("/api/v1/exports/keys?search=HYPERLINK");
        let (head, line) = csv.body.split_once("\r\n").unwrap();
        assert_eq!(head, "id,kind,name,state,allowed_origins,created_at,last_used_at,works_until");
        assert!(
            line.contains(",private,\"'=HYPERLINK(\"\"https://evil.example\"\")\",active,,2026-"),
            "{line}"
        );
        let name = csv.header("content-disposition").unwrap();
        assert!(name.starts_with("attachment; filename=\"keys-1.csv\""), "{name}");
        let printed =
            run(&site.database, &["export", "keys", "--workspace", "1", "--filter", "search=HYPERLINK"]);
        assert_eq!(String::from_utf8(printed.stdout).unwrap(), csv.body);
    });
}

#[test]
fn a_long_audit_log_is_exported_whole() {
    on_both(|site| {
        for number in 0..1100 {
            site.request("PATCH", "/api/v1/workspace")
                .key(&site.own.private)
                .json(json!({ "keeps_proofs_months": 12 + number % 2 }))
                .send()
                .ok();
        }
        let changes = rows(site, "/api/v1/exports/audit?action=workspace.change");
        assert_eq!(changes.len(), 1100);
        let ids: Vec<&str> = changes.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert!(ids.is_sorted_by(|newer, older| newer > older));
    });
}
