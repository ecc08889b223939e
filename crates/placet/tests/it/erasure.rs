//! Erasing what is known of a subject: what goes, what stays, and that the proof holds.

pub(crate) mod files;
mod proof;
mod repeated;
mod resumed;

use placet::store;
use serde_json::{Value, json};

use crate::app::{PASSWORD, Site, Workspace, on_both};
use crate::client::{Answer, Request};
use crate::database::Database;
use crate::process::{answer, run};
use crate::session::{cookie, sign_in};
use crate::{cookie_choice, document, records, widget};

const REASON: &str = "asked for, ticket 17";

fn request(site: &Site, subject: &str, body: Value) -> Request {
    site.request("DELETE", &format!("/api/v1/subjects/{subject}")).json(body)
}

/// Erases with the private key.
#[track_caller]
fn erase(site: &Site, subject: &str) -> Value {
    request(site, subject, json!({ "reason": REASON })).key(&site.own.private).send().ok()
}

fn preview(site: &Site, subject: &str, query: &str) -> Value {
    site.get(&format!("/api/v1/subjects/{subject}/erasure{query}")).ok()
}

/// What an erasure says: subject, consents, events, preferences, forms, documents, answers.
fn counts(said: &Value) -> (bool, [i64; 6]) {
    let names = ["consents", "events", "preferences", "forms", "documents", "answers"];
    (said["subject"] == true, names.map(|name| said[name].as_i64().unwrap()))
}

pub(crate) fn consent_of(subject: &str) -> Value {
    json!({
        "subject": { "id": subject, "email": format!("{subject}@example.org"), "first_name": "Ada", "last_name": "Byron",
            "full_name": "Ada Byron", "verified": true, "phones": [{ "number": "+39 055 1234" }] },
        "preferences": { "newsletter": true }, "ip_address": "203.0.113.7",
        "proofs": [{ "content": "typed", "form": "<form>for all</form>" }],
    })
}

#[test]
fn the_event_stays_without_the_person_and_every_answer_says_so() {
    on_both(|site| {
        let id = site.record(consent_of("ada"));
        site.record(consent_of("eve"));
        let checksum = site.consent(&id)["checksum"].clone();
        assert_eq!(counts(&preview(site, "ada", "")), (true, [1, 0, 1, 0, 0, 0]));
        assert_eq!(counts(&erase(site, "ada")), (true, [1, 0, 1, 0, 0, 0]));
        let consent = site.consent(&id);
        assert_eq!(consent["erased"], json!(["S", "D"]));
        assert_eq!(consent["checksum"], checksum);
        assert_eq!(consent["preferences"], json!({ "newsletter": true }));
        assert_eq!(consent["timestamp"], "2026-03-01T10:20:30Z");
        for gone in
            ["/subject/id", "/subject/email", "/subject/full_name", "/ip_address", "/proofs/0/content"]
        {
            assert_eq!(consent.pointer(gone), Some(&Value::Null), "{gone}");
        }
        assert_eq!(consent["proofs"][0]["form"], "<form>for all</form>", "eve was shown it too");
        let details = site.details(&id);
        assert_eq!((&details["erased"], &details["subject"]["email"]), (&json!(["S", "D"]), &Value::Null));
        assert_eq!(details["at"], "2026-03-01T10:20:30.265Z");
        let listed = site.get("/consent?source=private").ok();
        assert_eq!(
            listed.as_array().unwrap().iter().filter(|item| item["erased"] == json!(["S", "D"])).count(),
            1
        );
    });
}

#[test]
fn whatever_the_person_could_be_found_by_is_gone() {
    on_both(|site| {
        site.record(consent_of("ada"));
        erase(site, "ada");
        assert_eq!(site.get("/subjects/ada").status, 404);
        assert_eq!(site.get("/subjects/ada/consent/last").status, 404);
        assert_eq!(site.get("/api/v1/subjects/ada/preferences").status, 404);
        for query in [
            "subject_id=ada",
            "subject_email_exact=ada@example.org",
            "subject_first_name=Ada",
            "subject_last_name=Byron",
            "ip_address=203.0.113.7",
            "subject_verified=true",
            "fulltext=ada",
        ] {
            assert_eq!(site.get(&format!("/consent?{query}")).ok(), json!([]), "{query}");
        }
        for query in ["", "phone=1234", "email_exact=ada@example.org", "fulltext=byron"] {
            assert_eq!(site.get(&format!("/subjects?{query}")).ok(), json!([]), "{query}");
        }
        let left = ["subject_hash", "user_hash", "replay_hash"]
            .map(|column| format!("{column} IS NOT NULL"))
            .join(" OR ");
        assert!(site.database.rows(&format!("SELECT id FROM consents WHERE {left}")).is_empty());
        assert_eq!(
            site.get("/consent?ip_address=none").ok().as_array().unwrap().len(),
            0,
            "what is erased tells nothing"
        );
    });
}

#[test]
fn a_form_that_only_this_person_was_shown_goes_and_one_that_others_saw_stays() {
    on_both(|site| {
        let with_forms = |subject: &str, forms: &[&str]| {
            let proofs: Vec<Value> = forms.iter().map(|form| json!({ "form": form })).collect();
            site.record(json!({ "subject": { "id": subject }, "proofs": proofs }))
        };
        let own = with_forms("ada", &["<form>Dear Ada"]);
        let again = with_forms("ada", &["<form>Dear Ada"]);
        let shared = with_forms("ada", &["<form>Dear all"]);
        let both = with_forms("ada", &["<form>Dear all", "<form>Dear Countess"]);
        with_forms("eve", &["<form>Dear all"]);
        assert_eq!(counts(&preview(site, "ada", "")), (true, [4, 0, 0, 2, 0, 0]));
        assert_eq!(counts(&erase(site, "ada")), (true, [4, 0, 0, 2, 0, 0]));
        let erased = |id: &str| site.consent(id)["erased"].clone();
        assert_eq!(
            [erased(&own), erased(&again), erased(&both)],
            [json!(["S", "F", "D"]), json!(["S", "F", "D"]), json!(["S", "F", "D"])]
        );
        assert_eq!(erased(&shared), json!(["S", "D"]));
        assert_eq!(site.consent(&shared)["proofs"][0]["form"], "<form>Dear all");
        assert_eq!(site.database.rows("SELECT sha256 FROM forms").len(), 1);
    });
}

#[test]
fn a_form_that_others_were_shown_in_the_same_moment_is_not_private() {
    on_both(|site| {
        let form =
            |subject: &str| json!({ "subject": { "id": subject }, "proofs": [{ "form": "<form>at once" }] });
        std::thread::scope(|scope| {
            for number in 0..8 {
                scope.spawn(move || site.record(form(&format!("person-{number}"))));
            }
        });
        assert_eq!(counts(&erase(site, "person-0")).1[3], 0);
        assert_eq!(site.database.rows("SELECT sha256 FROM forms").len(), 1);
    });
}

#[test]
fn a_document_goes_with_the_last_record_that_points_to_it_and_its_name_with_it() {
    on_both(|site| {
        let upload = |name| document::upload(site, name, b"scan")["id"].as_str().unwrap().to_owned();
        let (own, shared, cited) = (upload("ada-byron.pdf"), upload("list.pdf"), upload("notice.pdf"));
        site.post(
            "/legal_notices",
            json!({ "identifier": "terms", "content": "x", "proof_document_ids": [cited] }),
        );
        let record = |subject: &str, documents: &[&str]| {
            site.record(json!({ "subject": { "id": subject }, "proof_document_ids": documents }))
        };
        let id = record("ada", &[&own, &shared]);
        record("ada", &[&own]);
        record("eve", &[&shared]);
        assert_eq!(counts(&preview(site, "ada", "")).1[4], 1);
        assert_eq!(counts(&erase(site, "ada")).1[4], 1);
        assert_eq!(site.get(&format!("/documents/{own}")).status, 404);
        assert_eq!(site.get(&format!("/documents/{shared}")).status, 200);
        assert_eq!(site.details(&id)["document_ids"], json!([]));
        let erased_records = site.database.rows("SELECT id FROM records WHERE group_e IS NULL");
        assert_eq!(erased_records.len(), 1);
        assert_eq!(counts(&erase(site, "eve")).1[4], 1);
        assert_eq!(site.get(&format!("/documents/{shared}")).status, 404);
    });
}

#[test]
fn what_happened_goes_only_when_asked_for_and_is_in_no_list_then() {
    on_both(|site| {
        let id = site.record(json!({ "subject": { "id": "ada" }, "preferences": { "note": "call me Ada" } }));
        assert_eq!(counts(&preview(site, "ada", "?events=true")), (true, [1, 1, 1, 0, 0, 0]));
        let said =
            request(site, "ada", json!({ "reason": REASON, "events": true })).key(&site.own.private).send();
        assert_eq!(counts(&said.ok()), (true, [1, 1, 1, 0, 0, 0]));
        let consent = site.consent(&id);
        assert_eq!(consent["erased"], json!(["S", "E", "D"]));
        assert_eq!((&consent["preferences"], &consent["source"]), (&json!({}), &Value::Null));
        assert_eq!(consent["timestamp"], "2026-03-01T10:20:30Z");
        assert_eq!(site.details(&id)["received_at"], "2026-03-01T10:20:30.265Z");
        assert_eq!(site.get("/consent").ok(), json!([]));
        assert_eq!(site.get("/api/v1/consents").ok(), json!([]));
    });
}

#[test]
fn a_cookie_choice_is_erased_by_its_consent_id() {
    on_both(|site| {
        let published = widget::publish(site);
        let visitor = cookie_choice::choose(site, &published, true);
        let other = cookie_choice::choose(site, &published, false);
        let id = site.get(&format!("/api/v1/consents?subject_id={visitor}")).ok()[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(counts(&erase(site, &visitor)), (false, [1, 0, 0, 0, 0, 0]));
        let shapes = site.get("/api/v1/consents?shape=cookie").ok();
        let shape = shapes.as_array().unwrap().iter().find(|shape| shape["id"] == *id).unwrap();
        assert_eq!(
            (&shape["erased"], &shape["consentId"], &shape["sessionId"]),
            (&json!(["S", "D"]), &Value::Null, &Value::Null)
        );
        assert_eq!(shape["consents"]["cookieConsents"][0]["consent"], true);
        let left = shapes.as_array().unwrap().iter().find(|shape| shape["consentId"] == *other).unwrap();
        assert_eq!(left.get("erased"), None);
    });
}

#[test]
fn cookie_choices_that_name_the_subject_as_their_visitor_go_when_asked_for() {
    on_both(|site| {
        let published = widget::publish(site);
        let target = format!("/v1/client/collect/{}?key={}", published.id, site.own.public);
        let choice = json!({ "type": "Consents", "userId": "ada-17", "consents": { "cookieConsents": [{ "slug": "matomo", "consent": true }] } });
        site.request("POST", &target).header("Origin", "https://shop.example").json(choice).send().ok();
        assert_eq!(counts(&preview(site, "ada-17", "")), (false, [0; 6]));
        assert_eq!(counts(&preview(site, "ada-17", "?visits=true")), (false, [1, 0, 0, 0, 0, 0]));
        let asked = json!({ "reason": REASON, "visits": true });
        let said = request(site, "ada-17", asked).key(&site.own.private).send().ok();
        assert_eq!(counts(&said), (false, [1, 0, 0, 0, 0, 0]));
        assert_eq!(site.get("/api/v1/consents?search=ada-17").ok(), json!([]));
    });
}

#[test]
fn stored_answers_that_tell_of_the_subject_go_and_a_repeated_request_is_told_that_it_was_erased() {
    on_both(|site| {
        let named = |target: &str, body: Value| {
            site.request("POST", target).key(&site.own.private).header("Idempotency-Key", "k").json(body)
        };
        named("/subjects", json!({ "id": "ada" })).send().ok();
        named("/subjects/ada", json!({ "email": "ada@example.org" })).send();
        let consent = || {
            site.request("POST", "/consent")
                .key(&site.own.private)
                .header("Idempotency-Key", "c")
                .json(consent_of("ada"))
        };
        consent().send().ok();
        let said = erase(site, "ada");
        assert_eq!(counts(&said).1[5], 1, "{said}");
        assert!(site.database.rows("SELECT id FROM answered_requests WHERE answer IS NOT NULL").is_empty());
        let again = consent().send();
        assert_eq!(
            (again.status, again.json()["message"].clone()),
            (409, json!("this request was carried out, and what it said has been erased"))
        );
        assert_eq!(site.get("/subjects/ada").status, 404);
    });
}

#[test]
fn erasing_twice_is_harmless_and_says_so() {
    on_both(|site| {
        site.record(consent_of("ada"));
        assert_eq!(erase(site, "ada")["was_known"], true);
        let records = records::events(&site.database).len();
        let again = erase(site, "ada");
        assert_eq!((&again["was_known"], counts(&again)), (&json!(false), (false, [0; 6])));
        assert_eq!(records::events(&site.database).len(), records);
    });
}

#[test]
fn a_consent_that_comes_after_an_erasure_is_of_somebody_new() {
    on_both(|site| {
        site.record(consent_of("ada"));
        erase(site, "ada");
        let new = site.record(json!({ "subject": { "id": "ada" }, "preferences": { "newsletter": false } }));
        let subject = site.subject("ada");
        assert_eq!(
            (&subject["email"], &subject["preferences"]["newsletter"]["consent_id"]),
            (&Value::Null, &json!(new))
        );
    });
}

#[test]
fn another_workspace_is_not_touched() {
    on_both(|site| {
        let post = |key: &str| site.request("POST", "/consent").key(key).json(consent_of("ada")).send().ok();
        post(&site.own.private);
        let id = post(&site.stranger.private)["id"].as_str().unwrap().to_owned();
        erase(site, "ada");
        let read = |target: &str| site.request("GET", target).key(&site.stranger.private).send();
        assert_eq!(read(&format!("/consent/{id}")).ok()["subject"]["email"], "ada@example.org");
        assert_eq!(read("/subjects/ada").ok()["email"], "ada@example.org");
        assert_eq!(read(&format!("/consent/{id}")).ok()["proofs"][0]["form"], "<form>for all</form>");
    });
}

#[test]
fn owners_and_private_keys_erase_and_nobody_else_does() {
    on_both(|site| {
        site.record(consent_of("ada"));
        let wish = || request(site, "ada", json!({ "reason": REASON }));
        assert_eq!(wish().send().status, 401);
        assert_eq!(wish().key(&site.own.public).send().status, 403);
        let member = |email: &str, role| {
            let created = placet::actions::member::create(site.app(), site.own.id, email, role, PASSWORD);
            site.block_on(created).unwrap();
            cookie(&sign_in(site, email, PASSWORD).send())
        };
        let editor = member("ed@example.org", placet::domain::member::Role::Editor);
        assert_eq!(
            wish().header("Cookie", &editor).header("Sec-Fetch-Site", "same-origin").send().status,
            403
        );
        let owner = member("ow@example.org", placet::domain::member::Role::Owner);
        assert_eq!(
            wish().header("Cookie", &owner).header("Origin", "https://evil.example").send().status,
            403
        );
        let done = wish().header("Cookie", &owner).header("Sec-Fetch-Site", "same-origin").send();
        assert_eq!(done.ok()["consents"], 1);
        assert!(records::events(&site.database)[0].contains(r#""by":"member:"#));
    });
}

#[test]
fn what_is_wrong_with_a_wish_is_said_and_nothing_is_erased() {
    on_both(|site| {
        let id = site.record(consent_of("ada-byron"));
        let wish = |body: Value| request(site, "ada-byron", body).key(&site.own.private).send();
        let detail = |answer: Answer| (answer.status, answer.json()["detail"].as_str().unwrap().to_owned());
        let missing = "reason: must be a text that says why, without naming the person";
        assert_eq!(detail(wish(json!({}))), (400, missing.into()));
        let nothing = site.request("DELETE", "/api/v1/subjects/ada-byron").key(&site.own.private).send();
        assert_eq!(detail(nothing), (400, missing.into()));
        let (status, said) = detail(wish(json!({ "reason": REASON, "event": true, "visits": 1 })));
        assert_eq!(
            (status, said.as_str()),
            (400, "event: is not among reason, events, visits; visits: must be true or false")
        );
        for naming in ["on behalf of Ada-Byron", "mail from ada-byron@example.org"] {
            let (status, said) = detail(wish(json!({ "reason": naming })));
            assert_eq!(
                (status, said.as_str()),
                (400, "reason: is kept for good and must not name the person: refer to a ticket instead")
            );
        }
        assert_eq!(site.consent(&id).get("erased"), None);
    });
}

#[test]
fn the_command_previews_erases_and_says_what_went() {
    for database in Database::all() {
        let site = Site::open(database);
        site.record(consent_of("ada"));
        let erase = |more: &[&str]| {
            answer(&site.database, &[&["erase", "--workspace", "1", "--subject", "ada"], more].concat())
        };
        assert_eq!(counts(&erase(&["--preview"])), (true, [1, 0, 1, 1, 0, 0]));
        let said = erase(&["--reason", REASON]);
        assert_eq!((counts(&said), &said["overwritten"]), ((true, [1, 0, 1, 1, 0, 0]), &json!(true)));
        let again =
            run(&site.database, &["erase", "--workspace", "1", "--subject", "ada", "--reason", REASON]);
        assert!(again.status.success());
        assert_eq!(
            String::from_utf8(again.stdout).unwrap(),
            "Nothing is known of this subject: it was erased before, or was never there\n"
        );
        let refused = |arguments: &[&str]| String::from_utf8(run(&site.database, arguments).stderr).unwrap();
        assert_eq!(
            refused(&["erase", "--workspace", "9", "--subject", "ada", "--reason", REASON]),
            "placet: Workspace not found\n"
        );
        assert!(refused(&["erase", "--workspace", "1", "--subject", "ada"]).contains("--reason"));
        assert!(
            refused(&["erase", "--workspace", "1", "--subject", "ada", "--reason", " "])
                .contains("reason: must say")
        );
    }
}

/// The site's own workspace has this many records and consents without an entry: always none.
fn without_entry(site: &Site, workspace: &Workspace) -> (usize, usize) {
    let id = workspace.id;
    (
        site.read(move |tx| store::consent::count_without_entry(tx, id)),
        site.read(move |tx| store::record::count_without_entry(tx, id)),
    )
}
