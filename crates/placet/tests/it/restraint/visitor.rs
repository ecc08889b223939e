//! A visitor of whom only the consent id is known: no subject, but held, restricted and erased like one.

use placet::domain::member::Role;
use serde_json::{Value, json};

use super::{ask, erase, lift, set};
use crate::app::{Site, on_both};
use crate::person::Person;

use crate::process::answer;
use crate::{cookie_choice, widget};

fn visitor(site: &Site) -> String {
    cookie_choice::choose(site, &widget::publish(site), true)
}

fn restraints(site: &Site, id: &str) -> Value {
    site.get(&format!("/api/v1/subjects/{id}/restraints")).ok()
}

fn choices(person: &Person<'_>, id: &str) -> usize {
    person.get(&format!("/api/v1/consents?search={id}")).ok().as_array().unwrap().len()
}

#[test]
fn a_hold_on_a_consent_id_stops_its_erasure_and_the_end_of_its_proofs() {
    on_both(|site| {
        let id = visitor(site);
        assert_eq!(site.get(&format!("/api/v1/subjects/{id}")).status, 404, "a visitor is no subject");
        assert_eq!(restraints(site, &id), json!({ "hold": null, "restriction": null }));
        let hold = set(site, &id, "hold").ok();
        assert_eq!(restraints(site, &id), json!({ "hold": hold, "restriction": null }));
        assert_eq!(erase(site, &id).status, 409);
        site.move_clock(6 * 366 * 24 * 60 * 60 * 1000);
        site.block_on(placet::actions::retention::end_all(site.app())).unwrap();
        let owner = Person::owner(site);
        assert_eq!(choices(&owner, &id), 1, "kept although its time is over");
        lift(site, &id, "hold").ok();
        assert_eq!(erase(site, &id).ok()["consents"], 1);
        assert_eq!(choices(&owner, &id), 0);
        let told = |action: &str| {
            let changes = site.get(&format!("/api/v1/audit?action={action}")).ok();
            changes.as_array().unwrap().len()
        };
        assert_eq!(["subject.hold", "subject.lift_hold", "subject.erase"].map(told), [1, 1, 1]);
    });
}

#[test]
fn a_hold_on_a_visit_stops_an_erasure_that_reaches_it_by_the_sites_own_id_before_anything_goes() {
    on_both(|site| {
        let widget = widget::publish(site);
        let visit = || {
            let mut body = cookie_choice::choice(json!({ "slug": "matomo", "consent": true }));
            body["userId"] = json!("customer-981");
            cookie_choice::report(site, &widget, &body)
        };
        let (held, other) = (visit(), visit());
        site.record(json!({ "subject": { "id": "customer-981" }, "preferences": { "a": true } }));
        set(site, &held, "hold").ok();
        let erase = || {
            let request = site.request("DELETE", "/api/v1/subjects/customer-981").key(&site.own.private);
            request.json(json!({ "reason": "asked for", "visits": true })).send()
        };
        assert_eq!(erase().status, 409);
        assert_eq!(site.get("/api/v1/subjects/customer-981/erasure?visits=true").status, 409);
        let owner = Person::owner(site);
        assert_eq!((choices(&owner, &held), choices(&owner, &other)), (1, 1));
        assert_eq!(site.get("/subjects/customer-981").status, 200);
        lift(site, &held, "hold").ok();
        assert_eq!(erase().ok()["consents"], 3);
    });
}

#[test]
fn a_restriction_on_a_consent_id_leaves_its_choices_to_owners() {
    on_both(|site| {
        let (id, other) = (visitor(site), visitor(site));
        let owner = Person::owner(site);
        let editor = Person::of(site, &site.own, "ed@example.org", Role::Editor);
        let restriction = set(site, &id, "restriction").ok();
        assert_eq!(restraints(site, &id), json!({ "hold": null, "restriction": restriction }));
        assert_eq!((choices(&owner, &id), choices(&editor, &id)), (1, 0));
        assert_eq!((choices(&owner, &other), choices(&editor, &other)), (1, 1));
        assert_eq!(
            ask(site, "PUT", "nobody-chose-this", "restriction", json!({ "reason": "x" })).status,
            404
        );
    });
}

#[test]
fn the_commands_hold_and_erase_a_visitor() {
    on_both(|site| {
        let id = visitor(site);
        let of = |command: &[&'static str]| -> Vec<String> {
            let rest = ["--workspace", "1", "--subject", &id, "--reason", "ticket 4711"];
            command.iter().copied().chain(rest).map(str::to_owned).collect()
        };
        let run = |command: &[&'static str]| {
            let arguments = of(command);
            answer(&site.database, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
        };
        assert_eq!(run(&["hold", "set"])["subject_id"], json!(id));
        assert_eq!(run(&["hold", "lift"])["subject_id"], json!(id));
        assert_eq!(run(&["erase"])["consents"], 1);
    });
}
