//! The end of proofs when their time is over.

use std::sync::Arc;
use std::time::Duration;

use placet::actions;
use placet::jobs::{JOBS, Runner};
use serde_json::{Value, json};

use crate::app::{Site, on_both};
use crate::database::Database;
use crate::erasure::consent_of;
use crate::process::{answer, run};
use crate::{cookie_choice, records, widget};

const PATH: &str = "/api/v1/retention";
const DAY: i64 = 24 * 60 * 60 * 1000;

fn record_at(site: &Site, subject: &str, at: &str) -> String {
    let mut body = consent_of(subject);
    body["timestamp"] = json!(at);
    site.record(body)
}

fn end(site: &Site) {
    site.block_on(actions::retention::end_all(site.app())).unwrap();
}

fn set(site: &Site, change: Value) {
    site.request("PATCH", "/api/v1/workspace").key(&site.own.private).json(change).send().ok();
}

fn erased(site: &Site, id: &str) -> Value {
    site.consent(id).get("erased").cloned().unwrap_or_else(|| json!([]))
}

const ALL: [&str; 4] = ["S", "E", "F", "D"];

#[test]
fn a_proof_ends_five_years_after_it_was_given_unless_told_otherwise() {
    on_both(|site| {
        let over = record_at(site, "ada", "2021-03-01T10:20:30.264Z");
        let not_yet = record_at(site, "eve", "2021-03-01T10:20:30.265Z");
        end(site);
        assert_eq!((erased(site, &over), erased(site, &not_yet)), (json!(ALL), json!([])));
        let [event] = &records::events(&site.database)[..] else { panic!("not one record") };
        assert!(
            event.contains(r#""groups":["S","E","F","D"],"reason":"retention","by":"server"}"#),
            "{event}"
        );
        assert_eq!(site.get("/consent").ok().as_array().unwrap().len(), 1);
        end(site);
        assert_eq!(records::events(&site.database).len(), 1);
    });
}

#[test]
fn a_subject_goes_with_its_last_proof_and_its_preferences_with_those_that_prove_them() {
    on_both(|site| {
        record_at(site, "ada", "2020-01-01T00:00:00Z");
        let new = json!({ "subject": { "id": "eve" }, "preferences": { "sms": true } });
        record_at(site, "eve", "2020-01-01T00:00:00Z");
        let new = site.record(new);
        end(site);
        assert_eq!(site.get("/subjects/ada").status, 404);
        assert_eq!(
            site.subject("eve")["preferences"],
            json!({ "sms": { "value": true, "consent_id": new } })
        );
        assert_eq!(site.get("/subjects?phone=1234").ok().as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_hold_keeps_proofs_and_their_forms_beyond_their_time() {
    on_both(|site| {
        let kept = record_at(site, "ada", "2020-01-01T00:00:00Z");
        let other = record_at(site, "eve", "2020-01-01T00:00:00Z");
        let hold = |method: &str| {
            let request = site.request(method, "/api/v1/subjects/ada/hold").key(&site.own.private);
            request.json(json!({ "reason": "lawsuit" })).send().ok();
        };
        hold("PUT");
        end(site);
        assert_eq!((erased(site, &kept), erased(site, &other)), (json!([]), json!(ALL)));
        assert_eq!(site.consent(&kept)["proofs"][0]["form"], "<form>for all</form>");
        let outlook = site.get(PATH).ok();
        assert_eq!((&outlook["due"], &outlook["held_subjects"]), (&json!(1), &json!(1)));
        hold("DELETE");
        end(site);
        assert_eq!(erased(site, &kept), json!(ALL));
        assert!(site.database.rows("SELECT sha256 FROM forms").is_empty());
    });
}

#[test]
fn a_form_stays_as_long_as_a_proof_shows_it() {
    on_both(|site| {
        record_at(site, "ada", "2020-01-01T00:00:00Z");
        let newer = record_at(site, "eve", "2022-01-01T00:00:00Z");
        end(site);
        assert_eq!(site.consent(&newer)["proofs"][0]["form"], "<form>for all</form>");
    });
}

#[test]
fn a_widget_may_have_a_time_of_its_own_and_for_ever_is_a_time() {
    on_both(|site| {
        let [short, long] = [widget::publish(site), widget::publish(site)];
        set(
            site,
            json!({ "keeps_proofs_months": null, "widgets": { short.id.to_string(): { "keeps_proofs_months": 6 } } }),
        );
        let (visitor, other) =
            (cookie_choice::choose(site, &short, true), cookie_choice::choose(site, &long, true));
        let form = site.record(consent_of("ada"));
        let id = |visitor: &str| {
            site.get(&format!("/api/v1/consents?subject_id={visitor}")).ok()[0]["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let (visitor, other) = (id(&visitor), id(&other));
        site.move_clock(183 * DAY);
        end(site);
        assert_eq!(erased(site, &visitor), json!([]), "183 days are less than six months from March");
        site.move_clock(2 * DAY);
        end(site);
        assert_eq!(
            [erased(site, &visitor), erased(site, &other), erased(site, &form)],
            [json!(ALL), json!([]), json!([])]
        );
        set(site, json!({ "widgets": { short.id.to_string(): null } }));
        assert_eq!(site.get("/api/v1/workspace").ok()["widgets"], json!({}));
    });
}

#[test]
fn choices_of_earlier_releases_are_asked_for_their_widget() {
    on_both(|site| {
        let published = widget::publish(site);
        set(site, json!({ "widgets": { published.id.to_string(): { "keeps_proofs_months": 6 } } }));
        let visitor = cookie_choice::choose(site, &published, true);
        let id = site.get(&format!("/api/v1/consents?subject_id={visitor}")).ok()[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        site.database.tamper("UPDATE facets SET widget_id = NULL");
        site.move_clock(200 * DAY);
        end(site);
        assert_eq!(erased(site, &id), json!(ALL));
    });
}

#[test]
fn what_was_erased_of_a_person_before_ends_with_the_rest() {
    on_both(|site| {
        let id = record_at(site, "ada", "2020-01-01T00:00:00Z");
        let request = site.request("DELETE", "/api/v1/subjects/ada").key(&site.own.private);
        request.json(json!({ "reason": "asked for" })).send().ok();
        end(site);
        assert_eq!(erased(site, &id), json!(ALL));
        assert!(
            records::events(&site.database)
                .iter()
                .any(|event| event.contains(r#""groups":["E"],"reason":"retention""#))
        );
    });
}

#[test]
fn more_than_one_step_can_take_ends_in_several_and_the_other_workspace_keeps_its_own() {
    on_both(|site| {
        for number in 0..230 {
            record_at(site, &format!("person-{number}"), "2020-01-01T00:00:00Z");
        }
        set(site, json!({ "keeps_proofs_months": 60 }));
        let stranger = site.request("PATCH", "/api/v1/workspace").key(&site.stranger.private);
        stranger.json(json!({ "keeps_proofs_months": null })).send().ok();
        let mut body = consent_of("ada");
        body["timestamp"] = json!("2020-01-01T00:00:00Z");
        let post = site.request("POST", "/consent").key(&site.stranger.private).json(body).send().ok();
        assert_eq!(site.get(PATH).ok()["due"], 230);
        end(site);
        assert_eq!(
            (site.get(PATH).ok()["due"].clone(), records::events(&site.database).len()),
            (json!(0), 230)
        );
        let target = format!("/consent/{}", post["id"].as_str().unwrap());
        let kept = site.request("GET", &target).key(&site.stranger.private).send().ok();
        assert_eq!(kept.get("erased"), None);
        assert!(site.database.rows("SELECT sha256 FROM forms WHERE workspace_id = 1").is_empty());
    });
}

#[test]
fn what_will_go_and_when_can_be_seen_before() {
    on_both(|site| {
        for at in [
            "2020-01-01T00:00:00Z",
            "2021-03-20T00:00:00Z",
            "2021-04-10T00:00:00Z",
            "2022-02-10T00:00:00Z",
            "2022-03-10T00:00:00Z",
        ] {
            record_at(site, "ada", at);
        }
        let outlook = site.get(PATH).ok();
        assert_eq!(
            (&outlook["keeps_proofs_months"], &outlook["due"], &outlook["held_subjects"]),
            (&json!(60), &json!(1), &json!(0))
        );
        let months: Vec<i64> = outlook["coming"]
            .as_array()
            .unwrap()
            .iter()
            .map(|month| month["consents"].as_i64().unwrap())
            .collect();
        assert_eq!(months, [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        let first = &outlook["coming"][0];
        assert_eq!(
            (&first["from"], &first["to"]),
            (&json!("2026-03-01T10:20:30.265Z"), &json!("2026-04-01T10:20:30.265Z"))
        );
        assert_eq!(site.get(&format!("{PATH}?keeps_proofs_months=12")).ok()["due"], 5);
        assert_eq!(site.get(&format!("{PATH}?keeps_proofs_months=forever")).ok()["due"], 0);
        assert_eq!(site.get(&format!("{PATH}?keeps_proofs_months=0")).status, 400);
        assert_eq!(site.get(PATH).ok()["keeps_proofs_months"], 60, "looking changes nothing");
    });
}

#[test]
fn the_job_ends_proofs_once_a_day() {
    on_both(|site| {
        let mut runner = Runner::new(Arc::clone(site.app()), JOBS);
        let look = |runner: &mut Runner| {
            site.block_on(async {
                for _ in 0..40 {
                    runner.look().await.unwrap();
                    tokio::time::sleep(Duration::from_millis(25)).await;
                }
            });
        };
        let first = record_at(site, "ada", "2020-01-01T00:00:00Z");
        look(&mut runner);
        assert_eq!(erased(site, &first), json!(ALL));
        let second = record_at(site, "ada", "2020-01-01T00:00:00Z");
        site.move_clock(DAY / 2);
        look(&mut runner);
        assert_eq!(erased(site, &second), json!([]));
        site.move_clock(DAY / 2 + 1000);
        look(&mut runner);
        assert_eq!(erased(site, &second), json!(ALL));
        site.block_on(runner.stop());
    });
}

#[test]
fn the_command_shows_what_will_go_and_ends_it_now_when_told_to() {
    for database in Database::all() {
        let site = Site::open(database);
        record_at(&site, "ada", "2020-01-01T00:00:00Z");
        let outlook = answer(&site.database, &["retention", "--workspace", "1"]);
        assert_eq!((&outlook["due"], outlook["coming"].as_array().unwrap().len()), (&json!(1), 12));
        let ended = answer(&site.database, &["retention", "--workspace", "1", "--now"]);
        assert_eq!(
            (&ended["consents"], &ended["events"], &ended["subject"]),
            (&json!(1), &json!(1), &json!(true))
        );
        let again = run(&site.database, &["retention", "--workspace", "1", "--now"]);
        assert_eq!(String::from_utf8(again.stdout).unwrap(), "No proof's time is over\n");
        let people =
            run(&site.database, &["retention", "--workspace", "1", "--keep-proofs-months", "forever"]);
        assert!(
            String::from_utf8(people.stdout)
                .unwrap()
                .starts_with("Proofs are kept for ever\nOver now: 0 consents")
        );
    }
}
