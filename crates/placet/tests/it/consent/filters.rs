//! `GET /consent`: what each parameter means. Filters look at what was sent with a consent, never at the subject.

use serde_json::{Value, json};

use super::lists::ids;
use crate::app::{Site, on_both};

/// The consents that a query finds, as `preferences.name` of each, in alphabetical order.
fn names(site: &Site, query: &str) -> String {
    let found = site.get(&format!("/consent?limit=100&{query}")).ok();
    let mut names: Vec<String> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["preferences"]["name"].as_str().unwrap().into())
        .collect();
    names.sort_unstable();
    names.join(" ")
}

/// Records a consent that is recognised by a name.
fn record(site: &Site, name: &str, mut body: Value) -> String {
    body["preferences"]["name"] = name.into();
    site.record(body)
}

#[track_caller]
fn finds(site: &Site, expected: &[(&str, &str)]) {
    for (query, names) in expected {
        assert_eq!(self::names(site, query), *names, "{query}");
    }
}

#[test]
fn from_time_and_to_time_are_inclusive_bounds_on_the_timestamp() {
    on_both(|site| {
        let at = |name, timestamp| record(site, name, json!({ "timestamp": timestamp }));
        at("a", "2026-02-22T00:39:59.999Z");
        at("b", "2026-02-22T00:40:00.000Z");
        at("c", "2026-02-22T00:40:00.001Z");
        at("d", "1969-01-01T00:00:00Z");
        finds(
            site,
            &[
                ("from_time=2026-02-22T00:40:00Z", "b c"),
                ("to_time=2026-02-22T00:40:00Z", "a b d"),
                ("from_time=2026-02-22T00:40:00Z&to_time=2026-02-22T00:40:00Z", "b"),
                ("from_time=2026-02-22T00:39:59.999Z&to_time=2026-02-22T00:40:00.001Z", "a b c"),
                ("from_time=2026-02-22T00:40:00.002Z", ""),
                ("from_time=2026-02-23T00:00:00Z&to_time=2026-02-21T00:00:00Z", ""),
                ("from_time=0", "a b c"),
                ("to_time=-1", "d"),
                ("from_time=&to_time=", "a b c d"),
            ],
        );
    });
}

#[test]
fn a_bound_is_written_in_any_of_three_notations() {
    on_both(|site| {
        record(site, "before", json!({ "timestamp": "2026-02-22T00:39:59Z" }));
        record(site, "then", json!({ "timestamp": "2026-02-22T00:40:00Z" }));
        for bound in [
            "2026-02-22%2000:40:00%20UTC",
            "2026-02-22+00:40:00+UTC",
            "2026-02-22T00:40:00Z",
            "2026-02-22T02:40:00%2B02:00",
            "2026-02-22T02:40:00+02:00",
            "2026-02-21T19:40:00-05:00",
            "1771720800",
        ] {
            finds(site, &[(&format!("from_time={bound}"), "then")]);
            finds(site, &[(&format!("to_time={bound}"), "before then")]);
        }
    });
}

#[test]
fn what_cannot_be_read_is_refused_all_at_once() {
    on_both(|site| {
        let must_be = "must be a time such as 2026-03-01T10:20:30Z, 2026-03-01 10:20:30 UTC or 1772360430";
        for bound in ["yesterday", "2026-02-30", "17.5", "2026-02-22T00:40:00%2B99:00"] {
            site.get(&format!("/consent?from_time={bound}")).is_invalid("from_time", must_be);
            site.get(&format!("/beta/consent?to_time={bound}")).is_invalid("to_time", must_be);
        }
        let query = "from_time=x&to_time=x&source=both&ip_address=here&subject_verified=1&consent_type=terms&starting_after=1";
        let answer = site.get(&format!("/consent?{query}"));
        let errors = json!({
            "from_time": [must_be], "to_time": [must_be], "source": ["must be public, private or member"],
            "ip_address": ["must be an IPv4 or IPv6 address, or none"], "subject_verified": ["must be true or false"],
            "consent_type": ["must be cookie_policy or null"], "starting_after": ["must be a UUID"],
        });
        assert_eq!((answer.status, &answer.json()["errors"]), (400, &errors));
    });
}

#[test]
fn source_is_the_kind_of_key_that_recorded_the_consent() {
    on_both(|site| {
        record(site, "server", json!({}));
        site.record_public(json!({ "preferences": { "name": "browser" } }));
        let private = site.request("POST", "/public/consent").key(&site.own.private);
        private.json(json!({ "preferences": { "name": "both" } })).send().ok();
        finds(
            site,
            &[
                ("source=public", "browser"),
                ("source=private", "both server"),
                ("source=", "both browser server"),
            ],
        );
    });
}

#[test]
fn ip_address_is_an_address_or_none() {
    on_both(|site| {
        record(site, "four", json!({ "ip_address": "203.0.113.7" }));
        record(site, "six", json!({ "ip_address": "2001:DB8::1" }));
        record(site, "without", json!({ "ip_address": "" }));
        let caller = site.request("POST", "/public/consent").key(&site.own.public);
        let caller = caller.header("X-Forwarded-For", "203.0.113.77");
        caller.json(json!({ "preferences": { "name": "caller" } })).send().ok();
        finds(
            site,
            &[
                ("ip_address=203.0.113.7", "four"),
                ("ip_address=203.0.113.0", "caller"),
                ("ip_address=2001:db8::1", "six"),
                ("ip_address=2001:0db8:0:0:0:0:0:1", "six"),
                ("ip_address=203.0.113.8", ""),
                ("ip_address=none", "without"),
            ],
        );
    });
}

#[test]
fn exact_filters_are_case_sensitive_equality_with_what_was_sent() {
    on_both(|site| {
        let subject =
            json!({ "id": "s", "email": "Ada@example.org", "first_name": "Ada", "last_name": "de Rossi" });
        record(site, "ada", json!({ "subject": subject }));
        record(site, "later", json!({ "subject": { "id": "s" } }));
        record(site, "bare", json!({}));
        finds(
            site,
            &[
                ("subject_id=s", "ada later"),
                ("subject_id=S", ""),
                ("subject_email_exact=Ada%40example.org", "ada"),
                ("subject_email_exact=ada%40example.org", ""),
                ("subject_email_exact=Ada", ""),
                ("subject_first_name=Ada", "ada"),
                ("subject_first_name=ADA", ""),
                ("subject_last_name=de+Rossi", "ada"),
                ("subject_last_name=Rossi", ""),
                ("subject_first_name=de+Rossi", ""),
            ],
        );
        // The subject as it is now does not matter.
        site.record(
            json!({ "subject": { "id": "s", "first_name": "Grace" }, "preferences": { "name": "grace" } }),
        );
        finds(site, &[("subject_first_name=Ada", "ada"), ("subject_first_name=Grace", "grace")]);
    });
}

#[test]
fn subject_verified_is_the_flag_that_was_sent() {
    on_both(|site| {
        record(site, "yes", json!({ "subject": { "id": "s", "verified": true } }));
        record(site, "word", json!({ "subject": { "verified": "true" } }));
        record(site, "no", json!({ "subject": { "verified": false } }));
        record(site, "later", json!({ "subject": { "id": "s" } }));
        finds(site, &[("subject_verified=true", "word yes"), ("subject_verified=false", "later no")]);
        let listed = site.get("/consent?subject_verified=true").ok();
        for item in listed.as_array().unwrap() {
            assert_eq!(item["subject"]["verified"], true, "the item shows what was found");
        }
    });
}

#[test]
fn preference_key_finds_consents_that_contain_the_key() {
    on_both(|site| {
        record(site, "one", json!({ "preferences": { "newsletter": true } }));
        record(site, "two", json!({ "preferences": { "newsletter": null, "ключ & more": 1 } }));
        record(site, "none", json!({}));
        finds(
            site,
            &[
                ("preference_key=newsletter", "one two"),
                ("preference_key=%D0%BA%D0%BB%D1%8E%D1%87+%26+more", "two"),
                ("preference_key=Newsletter", ""),
                ("preference_key=news", ""),
                ("preference_key=name", "none one two"),
            ],
        );
    });
}

#[test]
fn consent_type_is_cookie_policy_or_null_and_absent_means_all() {
    on_both(|site| {
        let choice = record(site, "choice", json!({ "consent_type": "cookie_policy" }));
        let form = record(site, "form", json!({ "consent_type": null }));
        finds(
            site,
            &[
                ("consent_type=cookie_policy", "choice"),
                ("consent_type=null", "form"),
                ("consent_type=", "choice form"),
            ],
        );
        let widget = crate::widget::publish(site);
        crate::cookie_choice::choose(site, &widget, true);
        assert_eq!(ids(&site.get("/consent?consent_type=null").ok()), [form]);
        assert_eq!(ids(&site.get("/consent?consent_type=cookie_policy").ok()).len(), 2);
        assert_eq!(site.get("/consent").ok().as_array().unwrap().len(), 3);
        assert_eq!(site.consent(&choice)["consent_type"], "cookie_policy");
    });
}

#[test]
fn a_workspace_may_leave_cookie_choices_out_unless_they_are_asked_for() {
    on_both(|site| {
        record(site, "choice", json!({ "consent_type": "cookie_policy" }));
        record(site, "form", json!({}));
        let set = |lists: bool| {
            let patch = site.request("PATCH", "/api/v1/workspace").key(&site.own.private);
            patch.json(json!({ "lists_cookie_choices": lists })).send().ok();
        };
        set(false);
        finds(site, &[("", "form"), ("consent_type=null", "form"), ("consent_type=cookie_policy", "choice")]);
        assert_eq!(site.get("/api/v1/consents").ok().as_array().unwrap().len(), 2);
        set(true);
        finds(site, &[("", "choice form")]);
    });
}

#[test]
fn subject_email_and_subject_full_name_match_by_any_part_ignoring_case() {
    on_both(|site| {
        let subject = |name, email: &str, full_name: &str| {
            record(site, name, json!({ "subject": { "email": email, "full_name": full_name } }));
        };
        subject("a", "ada@acme.example", "Ada Rossi");
        subject("b", "grace@georgia.example", "Grace Straße");
        subject("c", "x@y.example", "Ἀντώνιος Όδος");
        record(site, "d", json!({ "subject": { "first_name": "Ada" } }));
        finds(
            site,
            &[
                ("subject_email=%40acme.org", "a b"),
                ("subject_email=%40ACME", "a"),
                ("subject_email=nobody+x%40", "c"),
                ("subject_email=...", "a b c d"),
                ("subject_full_name=rossi", "a"),
                ("subject_full_name=ross+STRASSE", "a b"),
                ("subject_full_name=%CF%8C%CE%B4%CE%BF%CF%83", "c"),
                ("subject_full_name=+", "a b c d"),
                ("subject_full_name=ada&subject_email=acme", "a"),
                ("subject_full_name=ada&subject_email=georgia", ""),
            ],
        );
    });
}

#[test]
fn fulltext_is_a_substring_of_id_names_or_email_ignoring_case() {
    on_both(|site| {
        record(site, "a", json!({ "subject": { "id": "Customer-981" } }));
        record(site, "b", json!({ "subject": { "id": "b", "first_name": "CUSTOMER", "telephone": "981" } }));
        record(site, "c", json!({ "subject": { "id": "c", "last_name": "x customer" } }));
        record(site, "d", json!({ "subject": { "id": "d", "full_name": "Ada O.customer-981" } }));
        record(site, "e", json!({ "subject": { "id": "e", "email": "customer@example.org" } }));
        record(site, "f", json!({ "subject": { "id": "f" }, "preferences": { "customer": "customer" } }));
        finds(
            site,
            &[
                ("fulltext=customer", "a b c d e"),
                ("fulltext=cUSTOMER-981", "a d"),
                ("fulltext=ada+o.c", "d"),
                ("fulltext=ada+c", ""),
                ("fulltext=981", "a d"),
                ("fulltext=", "a b c d e f"),
            ],
        );
    });
}

#[test]
fn filters_combine_with_and_and_unknown_parameters_are_ignored() {
    on_both(|site| {
        let subject = json!({ "id": "s", "first_name": "Ada", "verified": true });
        record(site, "a", json!({ "subject": subject, "timestamp": "2026-01-01T00:00:00Z" }));
        record(site, "b", json!({ "subject": { "first_name": "Ada" }, "ip_address": "203.0.113.7" }));
        record(
            site,
            "c",
            json!({ "subject": { "id": "s" }, "preferences": { "x": 1 }, "ip_address": "203.0.113.7" }),
        );
        finds(
            site,
            &[
                ("subject_id=s&subject_first_name=Ada", "a"),
                ("subject_first_name=Ada&ip_address=203.0.113.7", "b"),
                ("subject_id=s&subject_verified=false&preference_key=x", "c"),
                ("subject_id=s&preference_key=x&ip_address=none", ""),
                ("subject_first_name=Ada&to_time=2026-01-31T00:00:00Z", "a"),
                ("ip_address=203.0.113.7&source=private&subject_first_name=Ada&preference_key=name", "b"),
                ("subject_id=s&email=x&full_name=x&verified=true&nonsense&unescape_json=true", "a c"),
                ("unescape_json=true&consent_type=null&source=private", "a b c"),
            ],
        );
    });
}

#[test]
fn the_management_api_takes_the_same_filters() {
    on_both(|site| {
        record(site, "a", json!({ "subject": { "first_name": "Ada", "full_name": "Ada Rossi" } }));
        record(site, "b", json!({ "subject": { "first_name": "Grace" }, "ip_address": "203.0.113.7" }));
        let found = |query: &str| {
            let list = site.get(&format!("/api/v1/consents?{query}")).ok();
            let name = |item: &Value| item["preferences"]["name"].as_str().unwrap().to_owned();
            list.as_array().unwrap().iter().map(name).collect::<String>()
        };
        for (query, expected) in [
            ("subject_first_name=Ada", "a"),
            ("ip_address=none", "a"),
            ("subject_full_name=ROSSI", "a"),
            ("preference_key=name&ip_address=203.0.113.7", "b"),
            ("from_time=2026-03-01T10:20:31Z", ""),
        ] {
            assert_eq!(found(query), expected, "{query}");
        }
        let refused = site.get("/api/v1/consents?subject_verified=maybe&from_time=x");
        assert_eq!((refused.status, refused.json()["errors"].as_array().unwrap().len()), (400, 2));
    });
}
