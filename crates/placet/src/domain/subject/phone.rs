//! Phone numbers of a subject: `[{number, label}]`.

use std::collections::BTreeSet;

use crate::domain::error::Problems;
use crate::domain::input::{list, not_empty};
use crate::domain::json::Json;

const MAX_PHONES: usize = 20;
const MAX_NUMBER: usize = 64;
/// The most of an ending that is indexed: longer than any number that can be dialled.
const MAX_ENDING: usize = 20;

/// Reads the `phones` of a subject, as JSON text. A phone with an empty number counts as not given.
pub(super) fn parse(value: Option<&Json<'_>>, field: &str, problems: &mut Problems) -> Option<String> {
    let Some(items) = list(not_empty(value)?) else {
        problems.add(field, "must be a list of {\"number\", \"label\"}");
        return None;
    };
    if items.len() > MAX_PHONES {
        problems.add(field, format!("has more than {MAX_PHONES} entries"));
    }
    for (index, item) in items.iter().enumerate() {
        check(item, &format!("{field}[{index}]"), problems);
    }
    let has_number = |item: &&Json<'_>| number(item).is_some_and(|number| !number.is_empty());
    let given: Vec<Json<'_>> = items.into_iter().filter(has_number).cloned().collect();
    (!given.is_empty()).then(|| Json::Array(given).to_string())
}

fn check(item: &Json<'_>, field: &str, problems: &mut Problems) {
    if !matches!(item, Json::Object(_)) {
        problems.add(field, "must be an object with number and label");
        return;
    }
    if item.get("number").is_none() {
        problems.add(format!("{field}.number"), "is required");
    }
    for (name, max) in [("number", MAX_NUMBER), ("label", super::MAX_TEXT)] {
        match item.given(name).map(Json::as_str) {
            Some(None) => problems.add(format!("{field}.{name}"), "must be a string"),
            Some(Some(text)) if text.chars().count() > max => {
                problems.add(format!("{field}.{name}"), format!("is longer than {max} characters"));
            }
            _ => {}
        }
    }
}

fn number<'j>(phone: &'j Json<'_>) -> Option<&'j str> {
    phone.given("number")?.as_str()
}

/// A number as numbers are compared: letters and digits only, so that `+39 (06) 12-34` is `39061234`.
#[must_use]
pub fn plain(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The numbers in the JSON text of stored `phones`, plain.
fn plain_numbers(phones: &str) -> Vec<String> {
    let Ok(phones) = Json::parse(phones) else { return Vec::new() };
    phones.items().iter().filter_map(number).map(plain).collect()
}

/// Whether one of the stored phones contains a plain number.
#[must_use]
pub fn contain(phones: Option<&str>, plain: &str) -> bool {
    phones.is_some_and(|phones| plain_numbers(phones).iter().any(|number| number.contains(plain)))
}

/// Every ending of every number, cut to what is indexed: a part of a number is the beginning of one of them.
#[must_use]
pub fn endings(phones: &str) -> BTreeSet<String> {
    let mut endings = BTreeSet::new();
    for number in plain_numbers(phones) {
        endings.extend((0..number.len()).map(|start| cut(&number[start..]).to_owned()));
    }
    endings
}

/// The part of a plain number that is looked for among the endings.
#[must_use]
pub fn cut(plain: &str) -> &str {
    &plain[..plain.len().min(MAX_ENDING)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONES: &str = r#"[{"number":"+39 (06) 12","label":"home"},{"number":"0612"},{"number":"xx"}]"#;

    #[test]
    fn a_part_of_a_number_is_the_beginning_of_an_ending() {
        let expected = ["0612", "12", "2", "390612", "612", "90612", "x", "xx"];
        assert_eq!(endings(PHONES).into_iter().collect::<Vec<_>>(), expected);
        for part in ["061", "390612", "12", "9", "xx"] {
            assert!(contain(Some(PHONES), part));
            assert!(endings(PHONES).iter().any(|ending| ending.starts_with(cut(part))), "{part}");
        }
        assert!(!contain(Some(PHONES), "13") && !contain(None, "1"));
    }

    #[test]
    fn a_number_that_nobody_could_dial_is_found_by_its_beginning() {
        let long = "1234567890".repeat(6);
        let phones = format!(r#"[{{"number":"{long}"}}]"#);
        assert!(endings(&phones).contains(cut(&long)));
        assert_eq!(endings(&phones).len(), 10 + 19);
    }

    #[test]
    fn numbers_are_compared_without_what_people_put_between_digits() {
        assert_eq!(plain(" 39 (06) 12-34.5/6 "), "3906123456");
        assert_eq!(plain("+"), "");
    }
}
