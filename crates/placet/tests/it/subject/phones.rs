//! Phones: what is accepted, what is kept, and how a part of a number finds its subjects.

use serde_json::{Value, json};

use super::list::ids;
use crate::app::{Site, on_both};

fn create(site: &Site, id: &str, phones: Value) {
    site.post("/subjects", json!({ "id": id, "phones": phones })).ok();
}

fn with_phone(site: &Site, number: &str) -> Vec<String> {
    ids(&site.get(&format!("/subjects?phone={number}")).ok())
}

#[test]
fn phones_are_a_list_of_numbers_with_or_without_a_label() {
    on_both(|site| {
        let phones =
            json!([{ "number": "+39 06 1234", "label": "home" }, { "number": "06", "label": null, "x": 1 }]);
        create(site, "s", phones.clone());
        assert_eq!(site.subject("s")["phones"], phones);
        create(site, "s", json!([]));
        assert_eq!(site.subject("s")["phones"], phones);
        create(site, "s", json!([{ "number": "" }, { "number": null }, { "number": "07" }]));
        assert_eq!(site.subject("s")["phones"], json!([{ "number": "07" }]));
    });
}

#[test]
fn what_is_no_phone_is_refused_where_it_stands() {
    on_both(|site| {
        let cases = [
            (json!("06"), "phones", "must be a list of {\"number\", \"label\"}"),
            (json!({ "number": "06" }), "phones", "must be a list of {\"number\", \"label\"}"),
            (json!(["06"]), "phones[0]", "must be an object with number and label"),
            (json!([{ "number": "06" }, {}]), "phones[1].number", "is required"),
            (json!([{ "number": 6 }]), "phones[0].number", "must be a string"),
            (json!([{ "number": "6".repeat(65) }]), "phones[0].number", "is longer than 64 characters"),
            (json!([{ "number": "06", "label": 1 }]), "phones[0].label", "must be a string"),
            (Value::from(vec![json!({ "number": "06" }); 21]), "phones", "has more than 20 entries"),
        ];
        for (phones, field, reason) in cases {
            site.post("/subjects", json!({ "phones": phones })).is_invalid(field, reason);
            let in_consent = site.post("/consent", json!({ "subject": { "phones": phones } }));
            in_consent.is_invalid(&format!("subject.{field}"), reason);
        }
        site.get("/subjects").is(200, json!([]));
    });
}

#[test]
fn a_part_of_a_number_finds_the_subjects_that_have_it() {
    on_both(|site| {
        create(site, "rome", json!([{ "number": "+39 (06) 12-34" }, { "number": "0039061299" }]));
        create(site, "oslo", json!([{ "number": "+4799061200" }]));
        create(site, "none", json!([]));
        site.record(
            json!({ "subject": { "id": "consent", "phones": [{ "number": "0612345", "label": "x" }] } }),
        );
        for (number, found) in [
            ("%2B39061234", vec!["rome"]),
            ("+39061234", vec!["rome"]),
            ("39%2006%201234", vec!["rome"]),
            ("061234", vec!["rome", "consent"]),
            ("0612", vec!["rome", "oslo", "consent"]),
            ("0612345", vec!["consent"]),
            ("4799061200", vec!["oslo"]),
            ("9", vec!["rome", "oslo"]),
            ("55", vec![]),
            ("061234567", vec![]),
        ] {
            assert_eq!(sorted(with_phone(site, number)), sorted(found), "{number}");
        }
        assert_eq!(with_phone(site, "%2B").len(), 4, "nothing is left of it to look for");
    });
}

fn sorted(ids: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    let mut ids: Vec<String> = ids.into_iter().map(Into::into).collect();
    ids.sort();
    ids
}

#[test]
fn numbers_that_were_replaced_find_nobody() {
    on_both(|site| {
        create(site, "s", json!([{ "number": "0611" }]));
        create(site, "s", json!([{ "number": "0622" }]));
        assert_eq!((with_phone(site, "0611"), with_phone(site, "0622")), (vec![], vec!["s".to_owned()]));
        let patch = site.request("PATCH", "/subjects/s").key(&site.own.private);
        patch.json(json!({ "phones": [{ "number": "0633" }] })).send().ok();
        assert_eq!((with_phone(site, "0622"), with_phone(site, "0633")), (vec![], vec!["s".to_owned()]));
        site.record(json!({ "subject": { "id": "s", "phones": [{ "number": "0644" }] } }));
        assert_eq!((with_phone(site, "0633"), with_phone(site, "0644")), (vec![], vec!["s".to_owned()]));
        site.record_public(json!({ "subject": { "id": "s", "phones": [{ "number": "0655" }] } }));
        assert_eq!((with_phone(site, "0655"), with_phone(site, "0644")), (vec![], vec!["s".to_owned()]));
        let endings = site.database.rows(&format!(
            "SELECT CAST(ending AS {0}) FROM subject_phones ORDER BY ending",
            crate::statements::bytes(&site.database)
        ));
        let endings: Vec<&[u8]> = endings.iter().map(|row| &row[0][..]).collect();
        assert_eq!(endings, [&b"0644"[..], b"4", b"44", b"644"]);
    });
}

#[test]
fn numbers_that_nobody_could_dial_are_found_all_the_same() {
    on_both(|site| {
        create(site, "masked", json!([{ "number": "xxxxxxxx" }]));
        create(site, "long", json!([{ "number": "1234567890".repeat(6) }]));
        assert_eq!(with_phone(site, "XXX"), ["masked"]);
        assert_eq!(with_phone(site, &"1234567890".repeat(5)), ["long"]);
        assert_eq!(with_phone(site, &format!("{}1", "1234567890".repeat(6))), Vec::<String>::new());
        assert_eq!(with_phone(site, &"7890123456".repeat(5)), ["long"]);
    });
}

#[test]
fn subjects_found_by_phone_are_paged_and_filtered_like_others() {
    on_both(|site| {
        for n in 0..9 {
            let name = if n % 2 == 0 { "Ada" } else { "Eve" };
            let phones = json!([{ "number": format!("06 1234{n}") }]);
            site.post("/subjects", json!({ "id": format!("s{n}"), "first_name": name, "phones": phones }))
                .ok();
            site.move_clock(1000);
        }
        let list = |query: &str| ids(&site.get(&format!("/subjects?phone=061234{query}")).ok());
        assert_eq!(list("&limit=4"), ["s8", "s7", "s6", "s5"]);
        assert_eq!(list("&limit=4&starting_after=s5"), ["s4", "s3", "s2", "s1"]);
        assert_eq!(list("&limit=4&starting_after=s1"), ["s0"]);
        assert_eq!(list("&first_name=Ada"), ["s8", "s6", "s4", "s2", "s0"]);
        assert_eq!(list("&first_name=Ada&limit=2&starting_after=s6"), ["s4", "s2"]);
        assert_eq!(list("&first_name=Ada&verified=true"), Vec::<String>::new());
        assert_eq!(list("&from_time=2026-03-01T10:20:33Z&to_time=2026-03-01T10:20:34Z"), ["s4", "s3"]);
        assert_eq!(with_phone(site, "0612343"), ["s3"]);
    });
}
