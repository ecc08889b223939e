//! What a service stores in the browser: cookies, and entries of the two storages.

use super::reading::Reading;
use super::service::{MAX_NAME, MAX_TEXT};
use crate::domain::json::{Json, Member};

const DAY: i64 = 86_400;
/// Ten years: nothing in a browser lives longer, whatever it says.
const LONGEST: i64 = 3653 * DAY;
const STORAGES: [&str; 3] = ["cookie", "localStorage", "sessionStorage"];

pub(super) fn read(place: &str, service: &Json<'_>, reading: &mut Reading) -> Json<'static> {
    let items = service.given("cookies").map_or(&[][..], Json::items).iter().enumerate();
    let cookies = items.filter_map(|(index, item)| one(&format!("{place}.cookies[{index}]"), item, reading));
    Json::Array(cookies.collect())
}

fn one(place: &str, cookie: &Json<'_>, reading: &mut Reading) -> Option<Json<'static>> {
    let name = reading.text(place, cookie, "name", MAX_NAME);
    if name.is_none() {
        reading.problems.add(format!("{place}.name"), "is required");
    }
    let mut members: Vec<Member<'static>> = vec![("name".into(), Json::text(name?))];
    for key in ["description", "value", "path", "domain"] {
        members.push((key.into(), Json::text_or_null(reading.text(place, cookie, key, MAX_TEXT))));
    }
    let storage = reading.word(place, cookie, "storage", &STORAGES).unwrap_or("cookie");
    let (days, seconds) = lifetime(place, cookie, reading);
    members.push(("expiryDays".into(), Json::int_or_null(days)));
    members.push(("lifetime".into(), Json::int_or_null(seconds)));
    members.push(("storage".into(), Json::text(storage)));
    Some(Json::Object(members))
}

/// Members that a cookie of an earlier release lacks.
pub(super) fn absent(cookie: &Json<'static>) -> Vec<Member<'static>> {
    if cookie.get("storage").is_some() {
        return Vec::new();
    }
    let days = cookie.get("expiryDays").and_then(Json::as_int);
    vec![
        ("lifetime".into(), Json::int_or_null(days.map(|days| days * DAY))),
        ("storage".into(), Json::text(STORAGES[0])),
    ]
}

/// Whole days and exact seconds; of the two, what is exact is believed.
fn lifetime(place: &str, cookie: &Json<'_>, reading: &mut Reading) -> (Option<i64>, Option<i64>) {
    let mut within = |name: &str, most: i64| {
        let value = cookie.given(name)?;
        let number = value.as_int().filter(|number| (0..=most).contains(number));
        if number.is_none() {
            // What is brought along may hold anything here, and is no reason to refuse all the rest.
            let reason = format!("must be a whole number from 0 to {most}, and counts as not known");
            reading.unfair(format!("{place}.{name}"), reason);
        }
        number
    };
    let days = within("expiryDays", LONGEST / DAY);
    match within("lifetime", LONGEST) {
        Some(seconds) => (Some(days_of(seconds)), Some(seconds)),
        None => (days, days.map(|days| days * DAY)),
    }
}

fn days_of(seconds: i64) -> i64 {
    (seconds + DAY - 1) / DAY
}

/// Where the data of the library says how long something lives: `session`, `30m`, `24h`, `90d`, `13mo`, `2y`, `local`
/// (`localStorage`, until it is deleted), `tab` (`sessionStorage`), `?`. A month is 30 days and a year 365 days, as cookies are set.
pub(super) fn from_library(name: &str, kept: &str) -> Option<Json<'static>> {
    let (storage, lifetime) = match kept {
        "?" => ("cookie", None),
        "session" => ("cookie", Some(0)),
        "local" => ("localStorage", None),
        "tab" => ("sessionStorage", Some(0)),
        _ => ("cookie", Some(seconds(kept)?)),
    };
    Some(Json::object([
        ("name", Json::text(name.to_owned())),
        ("expiryDays", Json::int_or_null(lifetime.map(days_of))),
        ("lifetime", Json::int_or_null(lifetime)),
        ("storage", Json::text(storage)),
    ]))
}

/// A number and a unit: `30m`, `24h`, `90d`, `13mo`, `2y`.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => DAY,
        "mo" => 30 * DAY,
        "y" => 365 * DAY,
        _ => return None,
    };
    let seconds = number.parse::<i64>().ok()?.checked_mul(unit)?;
    (1..=LONGEST).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_a_number_and_a_unit() {
        assert_eq!(seconds("30m"), Some(1800));
        assert_eq!(seconds("13mo"), Some(390 * DAY));
        assert_eq!(seconds("2y"), Some(730 * DAY));
        for wrong in ["", "d", "0d", "1w", "-1d", "1.5d", "99y", "99999999999999999999y"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_part_of_a_day_counts_as_a_day_and_a_session_as_none() {
        let days = |kept| from_library("x", kept).unwrap().get("expiryDays").unwrap().as_int();
        assert_eq!(days("30m"), Some(1));
        assert_eq!(days("24h"), Some(1));
        assert_eq!(days("session"), Some(0));
        assert_eq!(days("local"), None);
    }
}
