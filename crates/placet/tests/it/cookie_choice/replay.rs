//! The browser's queue sends again what was not answered: the same id is the same record.

use serde_json::json;
use uuid::Uuid;

use super::{choice, collect, report, stored, whole};
use crate::app::{on_both, refusal};
use crate::widget;

const ID: &str = "0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10";

#[test]
fn the_same_request_again_gets_the_first_answer_and_stores_nothing() {
    on_both(|site| {
        let widget = widget::publish(site);
        let mut body = choice(json!({ "slug": "matomo", "consent": true }));
        body["id"] = json!(ID);
        let first = report(site, &widget, &body);
        for _ in 0..3 {
            site.move_clock(60_000);
            assert_eq!(report(site, &widget, &body), first);
        }
        assert_eq!(stored(site, &first).len(), 1);
        assert_eq!(site.get("/consent").ok().as_array().unwrap().len(), 1);
    });
}

#[test]
fn another_body_under_the_same_id_is_a_conflict() {
    on_both(|site| {
        let widget = widget::publish(site);
        let mut body = whole(&widget);
        report(site, &widget, &body);
        body["consents"]["how"] = json!("accept_all");
        let answer = collect(site, &widget, &body).header("Origin", "https://shop.example").send();
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"));
        answer.is(409, refusal("conflict", &format!("another consent is stored under the id {ID}")));
    });
}

#[test]
fn the_id_of_another_consent_is_a_conflict_too() {
    on_both(|site| {
        let widget = widget::publish(site);
        let mut body = whole(&widget);
        body["id"] = json!(site.record(json!({})));
        assert_eq!(collect(site, &widget, &body).send().status, 409);
    });
}

#[test]
fn the_same_request_many_times_at_once_is_stored_once() {
    on_both(|site| {
        let widget = widget::publish(site);
        let mut body = choice(json!({ "slug": "matomo", "consent": true }));
        body["id"] = json!(ID);
        let answers: Vec<String> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..16).map(|_| scope.spawn(|| report(site, &widget, &body))).collect();
            senders.into_iter().map(|sender| sender.join().unwrap()).collect()
        });
        assert_eq!(answers, vec![answers[0].clone(); 16]);
        assert!(Uuid::try_parse(&answers[0]).is_ok());
        assert_eq!(stored(site, &answers[0]).len(), 1);
    });
}

#[test]
fn another_workspace_may_use_the_same_id() {
    on_both(|site| {
        let (own, other) = (widget::publish(site), widget::publish_in(site, &site.stranger, &widget::file()));
        let body = whole(&own);
        report(site, &own, &body);
        let target = format!("/v1/client/collect/{}?key={}", other.id, site.stranger.public);
        let mut other_body = body;
        other_body["consents"]["how"] = json!("accept_all");
        assert_eq!(site.request("POST", &target).json(other_body).send().status, 200);
        assert_eq!(site.details(ID)["widget"]["how"], "selection");
    });
}
