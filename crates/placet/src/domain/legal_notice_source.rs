//! An address that a notice follows: a page whose text becomes a new version of the notice when it has changed.

use std::borrow::Cow;

use super::error::{Error, Problems, Result};
use super::id::{Digest, WorkspaceId};
use super::json::Json;
use super::legal_notice::is_language;
use super::time::{Spelling, Timestamp};
use super::web_address::{Reach, WebAddress};

const MINUTE: i64 = 60_000;
const UNITS: [(char, i64); 3] = [('d', 24 * 60 * MINUTE), ('h', 60 * MINUTE), ('m', MINUTE)];
/// How often a page may be asked for, in milliseconds.
const SOONEST: i64 = 5 * MINUTE;
const LATEST: i64 = 90 * 24 * 60 * MINUTE;
/// How often a page is asked for unless told.
pub const DAILY: Interval = Interval(24 * 60 * MINUTE);
/// A page that could not be read is asked for again after this time at the latest, in milliseconds.
const RETRY: i64 = 60 * MINUTE;

/// A time between two checks, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval(pub i64);

/// What a notice is to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    /// The page.
    pub url: String,
    /// The language of its text; `None` if the notice has no languages.
    pub language: Option<String>,
    /// How often it is checked.
    pub every: Interval,
}

/// What a notice follows, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Whose notice it is.
    pub workspace: WorkspaceId,
    /// The notice.
    pub identifier: String,
    /// The page, its language, how often.
    pub following: Following,
    /// When the page is checked next.
    pub due_at: Timestamp,
    /// When it was checked last.
    pub checked_at: Option<Timestamp>,
    /// Why its text could not be read then.
    pub error: Option<String>,
    /// Digest of the text that was read last.
    pub text: Option<Digest>,
    /// The version that was published last because of it.
    pub version: Option<i64>,
}

impl Interval {
    /// Reads `30m`, `24h` or `7d`.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub fn parse(text: &str) -> Result<Interval, &'static str> {
        let read = || {
            let unit = text.chars().last()?;
            let (_, length) = UNITS.into_iter().find(|(letter, _)| *letter == unit)?;
            let count: u32 = text[..text.len() - 1].parse().ok()?;
            Some(i64::from(count) * length)
        };
        let interval = read().filter(|interval| (SOONEST..=LATEST).contains(interval));
        interval.map(Interval).ok_or("must be a time such as 30m, 24h or 7d, from 5m to 90d")
    }

    /// In the greatest unit that fits.
    #[must_use]
    pub fn spell(self) -> String {
        let unit = UNITS.into_iter().find(|(_, length)| self.0 % length == 0);
        unit.map_or_else(String::new, |(letter, length)| format!("{}{letter}", self.0 / length))
    }
}

impl Following {
    /// Checks what a notice is to follow.
    ///
    /// # Errors
    /// Every problem found.
    pub fn new(url: &str, language: Option<&str>, every: Option<&str>, reach: Reach) -> Result<Following> {
        let mut problems = Problems::default();
        let mut note = |field: &str, reason: &str| problems.add(field, reason);
        let url = WebAddress::parse(url, reach).map_err(|why| note("url", why)).ok();
        if language.is_some_and(|language| !is_language(language)) {
            note("language", "must be a language code such as en");
        }
        let every = every.map_or(Ok(DAILY), Interval::parse).map_err(|why| note("every", why)).ok();
        let following = Following {
            url: url.map(|url| url.to_string()).unwrap_or_default(),
            language: language.map(str::to_owned),
            every: every.unwrap_or(DAILY),
        };
        problems.or(following)
    }

    /// As [`Following::parse`] reads it.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let Following { url, language, every } = self;
        Json::object([
            ("url", Json::text(url.clone())),
            ("language", Json::text_or_null(language.clone())),
            ("every", Json::text(every.spell())),
        ])
    }

    /// Reads `{"url", "language", "every"}`.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse(body: &Json<'_>, reach: Reach) -> Result<Following> {
        let mut problems = Problems::default();
        let mut text = |name: &str| match body.given(name) {
            Some(Json::String(text)) => Some(text.clone()),
            None => None,
            Some(_) => {
                problems.add(name, "must be a string");
                None
            }
        };
        let fields: [Option<Cow<'_, str>>; 3] = ["url", "language", "every"].map(&mut text);
        if fields[0].is_none() && problems.list().is_empty() {
            problems.add("url", "is needed: the address of the page");
        }
        let [url, language, every] = problems.or(fields)?;
        Following::new(&url.unwrap_or_default(), language.as_deref(), every.as_deref(), reach)
    }
}

impl Source {
    /// What programs are told of it.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let Source { workspace: _, identifier, following, due_at, checked_at, error, text: _, version } =
            self;
        let Following { url, language, every } = following;
        let at = |at: Timestamp| at.spell(Spelling::Millis);
        Json::object([
            ("identifier", Json::text(identifier.clone())),
            ("url", Json::text(url.clone())),
            ("language", Json::text_or_null(language.clone())),
            ("every", Json::text(every.spell())),
            ("last_checked_at", Json::text_or_null(checked_at.map(at))),
            ("last_error", Json::text_or_null(error.clone())),
            ("last_version", Json::int_or_null(*version)),
            ("next_check_at", Json::text(at(*due_at))),
        ])
    }

    /// When it is checked again.
    #[must_use]
    pub fn next_check(&self, now: Timestamp, was_read: bool) -> Timestamp {
        let every = self.following.every.0;
        Timestamp(now.0 + if was_read { every } else { every.min(RETRY) })
    }

    /// The content of a version with this text; texts of other languages stay what they are in the newest version.
    ///
    /// # Errors
    /// When the newest content is not JSON: the store is damaged.
    pub fn content(&self, text: &str, newest: Option<&str>) -> Result<String> {
        let Some(language) = &self.following.language else { return Ok(Json::text(text).to_string()) };
        let newest = newest.map(Json::parse).transpose().map_err(Error::internal)?;
        let mut texts = newest.map(|newest| newest.members().to_vec()).unwrap_or_default();
        match texts.iter_mut().find(|(known, _)| known == language) {
            Some((_, known)) => *known = Json::text(text),
            None => texts.push((language.clone().into(), Json::text(text))),
        }
        Ok(Json::Object(texts).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_read_and_written_in_minutes_hours_and_days() {
        for (text, spelled) in [("5m", "5m"), ("60m", "1h"), ("24h", "1d"), ("36h", "36h"), ("90d", "90d")] {
            assert_eq!(Interval::parse(text).unwrap().spell(), spelled);
        }
        for wrong in ["", "m", "4m", "91d", "1.5h", "-1h", "24", "24 h", "1w", "99999999999d", "é"] {
            assert!(Interval::parse(wrong).is_err(), "{wrong}");
        }
    }

    fn source(language: Option<&str>) -> Source {
        let reach = Reach::default();
        let following = Following::new("https://example.org/privacy", language, None, reach).unwrap();
        let at = Timestamp(0);
        Source {
            workspace: WorkspaceId(1),
            identifier: "terms".into(),
            following,
            due_at: at,
            checked_at: None,
            error: None,
            text: None,
            version: None,
        }
    }

    #[test]
    fn a_text_takes_the_place_of_its_language_and_leaves_the_others() {
        let german = source(Some("de"));
        assert_eq!(german.content("x\"", None).unwrap(), r#"{"de":"x\""}"#);
        assert_eq!(
            german.content("neu", Some(r#"{"en":"a","de":"alt"}"#)).unwrap(),
            r#"{"en":"a","de":"neu"}"#
        );
        assert_eq!(german.content("neu", Some(r#"{"en":"a"}"#)).unwrap(), r#"{"en":"a","de":"neu"}"#);
        assert_eq!(german.content("neu", Some(r#""one text""#)).unwrap(), r#"{"de":"neu"}"#);
        assert_eq!(source(None).content("text", Some(r#"{"en":"a"}"#)).unwrap(), r#""text""#);
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let why = |body: &str| Following::parse(&Json::parse(body).unwrap(), Reach::default()).unwrap_err();
        assert_eq!(
            why(r#"{"url":"http://x","language":"","every":"1s"}"#).to_string(),
            "url: must begin with https://; language: must be a language code such as en; every: must be a time such as 30m, 24h or 7d, from 5m to 90d"
        );
        assert_eq!(why("{}").to_string(), "url: is needed: the address of the page");
        assert_eq!(
            why(r#"{"url":1,"every":2}"#).to_string(),
            "url: must be a string; every: must be a string"
        );
    }
}
