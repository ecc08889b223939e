//! Contract 2.5: one spelling of times per endpoint; and moments that cannot be.

use serde_json::{Value, json};

use crate::app::{MINUTE, on_both};

#[test]
fn each_endpoint_spells_times_in_its_own_way() {
    on_both(|site| {
        let body = json!({ "timestamp": "2026-02-01T01:02:03.045678+01:00", "subject": { "id": "s" } });
        let answer = site.post("/consent", body).ok();
        assert_eq!(answer["timestamp"], "2026-02-01T00:02:03.045Z");
        assert_eq!(site.get("/consent").ok()[0]["timestamp"], "2026-02-01T00:02:03.045+00:00");
        assert_eq!(site.consent(answer["id"].as_str().unwrap())["timestamp"], "2026-02-01T00:02:03Z");
        assert_eq!(site.get("/subjects/s/consent/last").ok()["timestamp"], "2026-02-01T00:02:03Z");
        assert_eq!(site.subject("s")["timestamp"], "2026-03-01T10:20:30+00:00");
        let notice =
            json!({ "identifier": "terms", "content": "x", "timestamp": "2026-02-01T00:02:03.045Z" });
        assert_eq!(site.post("/legal_notices", notice).ok()["timestamp"], "2026-02-01T00:02:03.045Z");
        assert_eq!(site.get("/legal_notices/terms").ok()[0]["timestamp"], "2026-02-01T00:02:03Z");
    });
}

#[test]
fn a_moment_is_read_in_every_spelling_that_clients_send() {
    on_both(|site| {
        for (sent, stored) in [
            ("2026-02-22 00:40:00 UTC", "2026-02-22T00:40:00.000Z"),
            ("2026-02-22T00:40:00Z", "2026-02-22T00:40:00.000Z"),
            ("2026-02-22T02:40:00+02:00", "2026-02-22T00:40:00.000Z"),
            ("2026-02-22T00:40:00.123456", "2026-02-22T00:40:00.123Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"),
        ] {
            assert_eq!(
                site.post("/consent", json!({ "timestamp": sent })).ok()["timestamp"],
                stored,
                "{sent}"
            );
        }
    });
}

#[test]
fn what_is_not_a_moment_is_refused() {
    on_both(|site| {
        for sent in
            [json!("yesterday"), json!(" "), json!(1_772_360_430), json!("2026-02-30T00:00:00Z"), json!({})]
        {
            let answer = site.post("/consent", json!({ "timestamp": sent }));
            answer.is_invalid("timestamp", "must be an ISO 8601 time such as 2026-03-01T10:20:30Z");
        }
    });
}

#[test]
fn five_minutes_ahead_is_a_clock_and_more_is_refused_with_a_private_key() {
    on_both(|site| {
        let at = |text: &str| site.post("/consent", json!({ "timestamp": text }));
        assert_eq!(at("2026-03-01T10:25:30.265Z").ok()["timestamp"], "2026-03-01T10:25:30.265Z");
        at("2026-03-01T10:25:30.266Z").is_invalid("timestamp", "lies more than five minutes in the future");
        assert_eq!(site.get("/consent").ok().as_array().unwrap().len(), 1);
    });
}

#[test]
fn more_than_five_minutes_ahead_with_a_public_key_is_dated_by_the_server_and_the_claim_is_kept() {
    on_both(|site| {
        let at = |text: &str| site.record_public(json!({ "timestamp": text }));
        let times = |id: &str| {
            let details = site.details(id);
            ["at", "received_at", "claimed_at"].map(|name| details[name].clone())
        };
        let (now, near) = (json!("2026-03-01T10:20:30.265Z"), json!("2026-03-01T10:25:30.265Z"));
        let far = json!("2026-03-01T10:25:30.266Z");
        assert_eq!(times(&at(near.as_str().unwrap())), [near, now.clone(), Value::Null]);
        assert_eq!(times(&at(far.as_str().unwrap())), [now.clone(), now, far]);
    });
}

#[test]
fn a_moment_in_the_past_is_kept_and_so_is_the_moment_of_receipt() {
    on_both(|site| {
        site.move_clock(MINUTE);
        let details = site.details(&site.record(json!({ "timestamp": "2019-05-01T12:00:00Z" })));
        assert_eq!(details["at"], "2019-05-01T12:00:00.000Z");
        assert_eq!(details["received_at"], "2026-03-01T10:21:30.265Z");
    });
}
