//! `GET /subjects`: items, order, pages, and each filter.

use serde_json::{Value, json};

use crate::app::{NOW, Site, on_both};

pub(super) fn ids(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn list(site: &Site, query: &str) -> Vec<String> {
    ids(&site.get(&format!("/subjects?{query}")).ok())
}

fn create(site: &Site, body: Value) {
    site.post("/subjects", body).ok();
}

/// All pages of a list, a few at a time.
fn paged(site: &Site, query: &str, limit: usize) -> Vec<String> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = list(site, &format!("{query}&limit={limit}&starting_after={cursor}"));
        assert!(page.len() <= limit);
        let Some(last) = page.last() else { return all };
        cursor.clone_from(last);
        all.extend(page);
    }
}

#[test]
fn an_item_is_what_one_subject_is() {
    on_both(|site| {
        let consent = site.record(json!({
            "subject": { "id": "customer-981", "email": "ada@example.org", "first_name": "Ada", "last_name": "Rossi" },
            "preferences": { "newsletter": true },
        }));
        create(site, json!({ "id": "a", "phones": [{ "number": "06", "label": "home" }] }));
        let ada = json!({
            "id": "customer-981", "owner_id": "1", "email": "ada@example.org", "first_name": "Ada", "last_name": "Rossi",
            "full_name": null, "phones": [], "verified": false, "timestamp": "2026-03-01T10:20:30+00:00",
            "preferences": { "newsletter": { "value": true, "consent_id": consent } },
        });
        let plain = json!({
            "id": "a", "owner_id": "1", "email": null, "first_name": null, "last_name": null, "full_name": null,
            "phones": [{ "number": "06", "label": "home" }], "verified": false,
            "timestamp": "2026-03-01T10:20:30+00:00", "preferences": null,
        });
        let answer = site.get("/subjects");
        assert_eq!(answer.header("link"), None);
        answer.is(200, json!([ada, plain]));
        assert_eq!(site.subject("customer-981"), ada);
        site.request("GET", "/subjects").key(&site.stranger.private).send().is(200, json!([]));
    });
}

#[test]
fn the_newest_comes_first_and_equal_moments_are_ordered_by_id_descending() {
    on_both(|site| {
        let mut expected: Vec<String> = Vec::new();
        for second in 0..3 {
            let mut same: Vec<String> =
                ["b", "B", "a", "ab", "ä", "a\u{1}"].map(|id| format!("{id}{second}")).into();
            for (index, id) in same.iter().enumerate() {
                create(site, json!({ "id": id, "verified": index % 2 == 0 }));
            }
            same.sort_unstable_by(|a, b| b.cmp(a));
            expected.splice(0..0, same);
            site.move_clock(1);
        }
        assert_eq!(list(site, "limit=100"), expected);
        let encoded = |id: &String| id.replace('ä', "%C3%A4").replace('\u{1}', "%01");
        for after in 0..expected.len() {
            let page = list(site, &format!("limit=100&starting_after={}", encoded(&expected[after])));
            assert_eq!(page, expected[after + 1..], "{after}");
        }
    });
}

#[test]
fn limit_is_ten_by_default_and_brought_into_its_range() {
    on_both(|site| {
        for n in 0..103 {
            site.record(json!({ "subject": { "id": format!("s{n}") } }));
        }
        for (query, expected) in [
            ("", 10),
            ("limit=3", 3),
            ("limit=101", 101),
            ("limit=500", 101),
            ("limit=0", 1),
            ("limit=x", 10),
        ] {
            assert_eq!(list(site, query).len(), expected, "{query}");
        }
        assert_eq!(paged(site, "", 25).len(), 103);
    });
}

#[test]
fn a_cursor_that_names_nothing_is_refused() {
    on_both(|site| {
        site.request("POST", "/subjects")
            .key(&site.stranger.private)
            .json(json!({ "id": "theirs" }))
            .send()
            .ok();
        for cursor in ["nobody", "theirs", "%00", "a%00b"] {
            site.get(&format!("/subjects?starting_after={cursor}"))
                .is_invalid("starting_after", "names no subject of this workspace");
        }
    });
}

fn people(site: &Site) {
    create(
        site,
        json!({ "id": "ada", "email": "Ada@acme.example", "first_name": "Ada", "last_name": "Rossi",
        "full_name": "Ada Maria Rossi", "verified": true }),
    );
    site.move_clock(1000);
    create(
        site,
        json!({ "id": "ada-2", "email": "ada@Acme.example", "first_name": "ada", "last_name": "Rossi" }),
    );
    site.move_clock(1000);
    create(
        site,
        json!({ "id": "eve", "email": "eve@georgia.example", "first_name": "Eve", "last_name": "Straße",
        "full_name": "Eve Straße", "verified": true }),
    );
    site.move_clock(1000);
    create(site, json!({ "id": "ACME-7" }));
}

#[test]
fn exact_filters_are_equality_with_case() {
    on_both(|site| {
        people(site);
        for (query, expected) in [
            ("id=ada", vec!["ada"]),
            ("id=Ada", vec![]),
            ("id=ad", vec![]),
            ("id=%00", vec![]),
            ("id=a%00b", vec![]),
            ("email_exact=Ada@acme.example", vec!["ada"]),
            ("email_exact=ada%40Acme.example", vec!["ada-2"]),
            ("email_exact=ADA@acme.example", vec![]),
            ("email_exact=%00", vec![]),
            ("first_name=Ada", vec!["ada"]),
            ("first_name=ada", vec!["ada-2"]),
            ("first_name=A", vec![]),
            ("last_name=Rossi", vec!["ada-2", "ada"]),
            ("last_name=Stra%C3%9Fe", vec!["eve"]),
            ("last_name=Strasse", vec![]),
            ("verified=true", vec!["eve", "ada"]),
            ("verified=false", vec!["ACME-7", "ada-2"]),
            ("owner_id=1", vec!["ACME-7", "eve", "ada-2", "ada"]),
            ("owner_id=2", vec![]),
            ("first_name=&last_name=&id=", vec!["ACME-7", "eve", "ada-2", "ada"]),
        ] {
            assert_eq!(list(site, query), expected, "{query}");
        }
    });
}

#[test]
fn filters_combine_with_and() {
    on_both(|site| {
        people(site);
        for (query, expected) in [
            ("last_name=Rossi&first_name=Ada", vec!["ada"]),
            ("last_name=Rossi&verified=false", vec!["ada-2"]),
            ("last_name=Rossi&first_name=Eve", vec![]),
            ("id=ada&verified=true&email_exact=Ada@acme.example", vec!["ada"]),
            ("id=ada&verified=false", vec![]),
            ("id=ada&owner_id=2", vec![]),
            ("verified=true&email=acme", vec!["ada"]),
            ("full_name=Rossi&last_name=Rossi", vec!["ada"]),
            ("fulltext=acme&first_name=ada&last_name=Rossi&verified=false", vec!["ada-2"]),
        ] {
            assert_eq!(list(site, query), expected, "{query}");
        }
    });
}

#[test]
fn fuzzy_filters_match_any_part_between_dots_and_spaces_without_case() {
    on_both(|site| {
        people(site);
        for (query, expected) in [
            ("email=@acme.org", vec!["eve", "ada-2", "ada"]),
            ("email=@ACME", vec!["ada-2", "ada"]),
            ("email=eve+ada", vec!["eve", "ada-2", "ada"]),
            ("email=nobody", vec![]),
            ("email=.", vec!["ACME-7", "eve", "ada-2", "ada"]),
            ("full_name=maria", vec!["ada"]),
            ("full_name=STRASSE", vec!["eve"]),
            ("full_name=x.eve", vec!["eve"]),
            ("full_name=Rossi", vec!["ada"]),
            ("full_name=Ada-2", vec![]),
        ] {
            assert_eq!(list(site, query), expected, "{query}");
        }
    });
}

#[test]
fn fulltext_is_a_part_of_id_names_or_address_without_case() {
    on_both(|site| {
        people(site);
        for (query, expected) in [
            ("fulltext=acme", vec!["ACME-7", "ada-2", "ada"]),
            ("fulltext=Maria+R", vec!["ada"]),
            ("fulltext=ROSSI", vec!["ada-2", "ada"]),
            ("fulltext=strasse", vec!["eve"]),
            ("fulltext=a-2", vec!["ada-2"]),
            ("fulltext=EVE", vec!["eve"]),
            ("fulltext=acme.org", vec![]),
            ("fulltext=%00", vec![]),
        ] {
            assert_eq!(list(site, query), expected, "{query}");
        }
    });
}

#[test]
fn times_are_inclusive_bounds_in_all_three_notations() {
    on_both(|site| {
        people(site);
        let (from, to) = (NOW / 1000 + 1, NOW / 1000 + 2);
        for (from, to) in [
            (from.to_string(), to.to_string()),
            ("2026-03-01T10:20:31Z".into(), "2026-03-01T10:20:32Z".into()),
            ("2026-03-01T11:20:31%2B01:00".into(), "2026-03-01T11:20:32+01:00".into()),
            ("2026-03-01%2010:20:31%20UTC".into(), "2026-03-01+10:20:32+UTC".into()),
            ("2026-03-01T10:20:31.265Z".into(), "2026-03-01T10:20:32.265Z".into()),
        ] {
            assert_eq!(list(site, &format!("from_time={from}&to_time={to}")), ["eve", "ada-2"], "{from}");
            assert_eq!(list(site, &format!("from_time={from}")), ["ACME-7", "eve", "ada-2"], "{from}");
            assert_eq!(list(site, &format!("to_time={to}")), ["eve", "ada-2", "ada"], "{to}");
            let both = format!("last_name=Rossi&from_time={from}&to_time={to}");
            assert_eq!(list(site, &both), ["ada-2"], "{from}");
        }
        assert_eq!(
            list(site, "from_time=2026-03-01T10:20:31.266Z&to_time=2026-03-01T10:20:32.264Z"),
            Vec::<String>::new()
        );
        assert_eq!(list(site, "from_time=2027-01-01T00:00:00Z"), Vec::<String>::new());
        assert_eq!(list(site, "to_time=-1"), Vec::<String>::new());
    });
}

#[test]
fn what_is_no_time_and_no_flag_is_refused_all_at_once() {
    on_both(|site| {
        let time = "must be a time such as 2026-03-01T10:20:30Z, 2026-03-01 10:20:30 UTC or 1772360430";
        let answer = site.get("/subjects?from_time=yesterday&to_time=2026-02-30&verified=1");
        assert_eq!(answer.status, 400);
        let errors = json!({ "from_time": [time], "to_time": [time], "verified": ["must be true or false"] });
        assert_eq!(answer.json()["errors"], errors);
        site.get("/subjects?first_name=%ff").is_invalid("first_name", "is not UTF-8");
    });
}

#[test]
fn filters_sent_as_headers_and_parameters_nobody_knows_are_ignored() {
    on_both(|site| {
        people(site);
        let answer = site.request("GET", "/subjects?unescape_json=true&nothing=x").key(&site.own.private);
        let answer = answer
            .header("limit", "1")
            .header("email_exact", "nobody")
            .header("Content-Type", "application/json");
        assert_eq!(ids(&answer.send().ok()).len(), 4);
    });
}

const COUNT: usize = 700;

/// Two values that many subjects have, and few together: what one index gives is checked against the other.
#[test]
fn every_combination_is_paged_without_gaps_and_without_repeats() {
    on_both(|site| {
        let names =
            |n: usize| (["Ada", "Eve", "Zoe"][n % 3], ["Rossi", "Smith"][n / 3 % 2], n.is_multiple_of(7));
        let id = |n: usize| format!("s{n:04}");
        std::thread::scope(|scope| {
            for start in 0..20 {
                scope.spawn(move || {
                    for n in (start..COUNT).step_by(20) {
                        let (first, last, verified) = names(n);
                        site.record(
                            json!({ "subject": { "id": id(n), "first_name": first, "last_name": last,
                            "email": format!("{}@example.org", n / 100), "verified": verified } }),
                        );
                    }
                });
            }
        });
        let expected = |passes: &dyn Fn(usize) -> bool| -> Vec<String> {
            (0..COUNT).rev().filter(|n| passes(*n)).map(id).collect()
        };
        let is = |first: &'static str, last: &'static str| move |n| names(n).0 == first && names(n).1 == last;
        assert_eq!(paged(site, "first_name=Ada&last_name=Smith", 30), expected(&is("Ada", "Smith")));
        assert_eq!(
            paged(site, "first_name=Eve&last_name=Rossi&verified=true", 7),
            expected(&|n| is("Eve", "Rossi")(n) && names(n).2)
        );
        assert_eq!(
            paged(site, "last_name=Smith&verified=false&email_exact=3@example.org", 20),
            expected(&|n| names(n).1 == "Smith" && !names(n).2 && n / 100 == 3)
        );
        assert_eq!(paged(site, "verified=true&fulltext=S00", 9), expected(&|n| names(n).2 && n < 100));
        assert_eq!(
            paged(site, "email=6@&first_name=Zoe", 9),
            expected(&|n| names(n).0 == "Zoe" && n / 100 == 6)
        );
        assert_eq!(paged(site, "", 101), expected(&|_| true));
    });
}
