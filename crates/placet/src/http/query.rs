//! Query strings. Unknown parameters are ignored; of a repeated one the last counts.

use axum::http::Uri;

use crate::domain::error::{Problems, Result};
use crate::domain::form_encoding::decode;
use crate::domain::time::Timestamp;

/// A decoded query string.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn of(uri: &Uri) -> Result<Query> {
        let mut problems = Problems::default();
        let mut pairs = Vec::new();
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decode(name), decode(value)) {
                (Ok(name), Ok(value)) => pairs.push((name, value)),
                (Ok(name), Err(why)) => problems.add(name, why),
                (Err(_), _) => problems.add("", "a parameter's name is not UTF-8"),
            }
        }
        problems.or(Query(pairs))
    }

    /// A query that was not sent over HTTP.
    pub(super) fn from_pairs(pairs: Vec<(String, String)>) -> Query {
        Query(pairs)
    }

    /// The value of a parameter; an empty one counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    /// Reads the value of a parameter, if there is one; what cannot be read is noted with what it must be.
    pub(super) fn read<T>(
        &self,
        name: &str,
        problems: &mut Problems,
        must_be: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = read(self.get(name)?);
        if value.is_none() {
            problems.add(name, must_be);
        }
        value
    }

    /// A moment, as a bound.
    pub(super) fn moment(&self, name: &str, problems: &mut Problems) -> Option<Timestamp> {
        let must_be = "must be a time such as 2026-03-01T10:20:30Z, 2026-03-01 10:20:30 UTC or 1772360430";
        self.read(name, problems, must_be, Timestamp::parse_bound)
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, name: &str, problems: &mut Problems) -> Option<bool> {
        self.read(name, problems, "must be true or false", |text| text.to_ascii_lowercase().parse().ok())
    }

    /// A text, as it is.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// `limit`: what is out of range is brought into it, what is not a number is the default.
    pub(super) fn limit(&self, default: usize, most: usize) -> usize {
        let number = self
            .get("limit")
            .and_then(|text| text.trim().parse::<f64>().ok())
            .filter(|number| number.is_finite());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "clamped to a small positive range"
        )]
        number.map_or(default, |number| number.clamp(1.0, most as f64) as usize)
    }

    /// The upper bound of a list that shows times in seconds: nothing is after the second that is shown for it.
    pub(super) fn second(&self, name: &str, problems: &mut Problems) -> Option<Timestamp> {
        let moment = self.moment(name, problems)?;
        Some(if moment.0 % 1000 == 0 { Timestamp(moment.0 + 999) } else { moment })
    }
}
