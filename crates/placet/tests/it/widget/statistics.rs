//! Daily numbers: what is counted, what is not, and that nothing of a person is kept.

use serde_json::{Value, json};

use super::manage::{create, publish, read, settings};
use crate::app::{Site, on_both};

const DAY: i64 = 86_400_000;

fn report(site: &Site, id: i64, body: Value) {
    let target = format!("/v1/client/collect/{id}?key={}", site.own.public);
    site.request("POST", &target).header("Origin", "https://shop.example").json(body).send().ok();
}

fn choice(answers: &[(&str, bool)]) -> Value {
    let decisions: Vec<Value> =
        answers.iter().map(|(slug, consent)| json!({ "slug": slug, "consent": consent })).collect();
    json!({ "type": "Consents", "consents": { "lang": "de", "cookieConsents": decisions } })
}

fn published(site: &Site, more: &[(&str, Value)]) -> i64 {
    let mut file = settings();
    file["services"] =
        json!([{ "name": "A", "slug": "a", "purpose": 2 }, { "name": "B", "slug": "b", "purpose": 3 }]);
    for (name, value) in more {
        file[*name] = value.clone();
    }
    let id = create(site, file);
    publish(site, id, json!({}));
    id
}

#[test]
fn displays_departures_and_choices_add_up_with_their_rates() {
    on_both(|site| {
        let id = published(site, &[]);
        for _ in 0..4 {
            report(site, id, json!({ "type": "Visit", "consents": { "lang": "de" } }));
        }
        report(site, id, json!({ "type": "Quit" }));
        report(site, id, choice(&[("a", true), ("b", true)]));
        report(site, id, choice(&[("a", false), ("b", false)]));
        report(site, id, choice(&[("a", true), ("b", false)]));
        let numbers = read(site, &format!("/widgets/{id}/statistics"));
        assert_eq!(
            numbers["total"],
            json!({ "shown": 4, "unanswered": 1, "choices": 3, "accepted": 1, "refused": 1, "partly": 1,
                "accepted_rate": 0.333, "refused_rate": 0.333, "partly_rate": 0.333 })
        );
        assert_eq!((&numbers["to"], &numbers["from"]), (&json!("2026-03-01"), &json!("2026-01-31")));
        assert_eq!(numbers["days"][0]["day"], "2026-03-01");
        let value = |by: &str, index: usize| numbers["by"][by][index].clone();
        assert_eq!(
            (&value("service", 0)["value"], &value("service", 0)["accepted_rate"]),
            (&json!("a"), &json!(0.667))
        );
        assert_eq!(
            (&value("purpose", 1)["value"], &value("purpose", 1)["refused"]),
            (&json!("3"), &json!(2))
        );
        assert_eq!(
            (&value("origin", 0)["value"], &value("origin", 0)["shown"]),
            (&json!("https://shop.example"), &json!(4))
        );
        let german = numbers["by"]["language"]
            .as_array()
            .unwrap()
            .iter()
            .find(|line| line["value"] == "de")
            .unwrap()
            .clone();
        assert_eq!(german["choices"], 3);
        assert_eq!(read(site, &format!("/widgets/{id}/statistics")), numbers, "reading counts nothing");
    });
}

#[test]
fn a_repeated_proof_counts_once() {
    on_both(|site| {
        let id = published(site, &[]);
        let mut body = choice(&[("a", true)]);
        body["id"] = json!("0197a0c2-6f3e-7d11-9a55-0c6e2f9b7a10");
        report(site, id, body.clone());
        report(site, id, body);
        assert_eq!(read(site, &format!("/widgets/{id}/statistics"))["total"]["choices"], 1);
    });
}

#[test]
fn a_visit_leaves_no_record_and_nothing_of_a_person() {
    on_both(|site| {
        let id = published(site, &[]);
        let visit = json!({ "type": "Visit", "userId": "ada@example.org", "consentId": "c2a4f0b6-3f9e-4b57-9f0a-4d7a8be5c9f2",
            "consents": { "lang": "xx-made-up", "path": "/secret" } });
        report(site, id, visit);
        assert_eq!(site.get("/api/v1/consents").ok(), json!([]));
        let numbers = read(site, &format!("/widgets/{id}/statistics")).to_string();
        for trace in ["ada", "c2a4f0b6", "made-up", "secret"] {
            assert!(!numbers.contains(trace), "{trace} in {numbers}");
        }
    });
}

#[test]
fn a_preview_and_a_widget_that_counts_no_visits_count_none() {
    on_both(|site| {
        let preview = published(site, &[("developerMode", json!(true))]);
        let silent = published(site, &[("countVisits", json!(false))]);
        for id in [preview, silent] {
            report(site, id, json!({ "type": "Visit" }));
            assert_eq!(read(site, &format!("/widgets/{id}/statistics"))["total"]["shown"], 0);
        }
    });
}

#[test]
fn services_that_a_visitor_makes_up_are_not_counted_as_such() {
    on_both(|site| {
        let id = published(site, &[]);
        report(site, id, choice(&[("a", true), ("made-up", true)]));
        let services = read(site, &format!("/widgets/{id}/statistics"))["by"]["service"].clone();
        assert_eq!(services.as_array().unwrap().len(), 1);
    });
}

#[test]
fn days_are_chosen_and_compared_with_those_before() {
    on_both(|site| {
        let id = published(site, &[]);
        report(site, id, json!({ "type": "Visit" }));
        site.move_clock(DAY);
        report(site, id, json!({ "type": "Visit" }));
        report(site, id, json!({ "type": "Visit" }));
        let day = read(site, &format!("/widgets/{id}/statistics?from=2026-03-02&to=2026-03-02"));
        assert_eq!((&day["total"]["shown"], &day["previous"]["shown"]), (&json!(2), &json!(1)));
        for (query, pointer) in [
            ("from=yesterday", "/from"),
            ("from=2026-03-02&to=2026-03-01", "/from"),
            ("from=2020-01-01", "/from"),
        ] {
            let refused = site.get(&format!("/api/v1/widgets/{id}/statistics?{query}"));
            assert_eq!(
                (refused.status, &refused.json()["errors"][0]["pointer"]),
                (400, &json!(pointer)),
                "{query}"
            );
        }
    });
}
