//! Daily numbers of widgets: how often the window was shown, and what came of it. No person is in them.

use std::collections::BTreeMap;

use super::cookie_choice::Decision;
use super::json::Json;
use super::time::{Spelling, Timestamp};

const DAY_MS: i64 = 86_400_000;

/// A day in UTC, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day of a moment.
    #[must_use]
    pub fn of(at: Timestamp) -> Day {
        Day(at.0.div_euclid(DAY_MS))
    }

    /// Reads `2026-03-01`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Day> {
        let is_day = text.len() == 10 && text.as_bytes().get(4) == Some(&b'-');
        is_day.then(|| Timestamp::parse(&format!("{text}T00:00:00Z")).map(Day::of)).flatten()
    }

    /// `2026-03-01`
    #[must_use]
    pub fn spell(self) -> String {
        let mut text = Timestamp(self.0 * DAY_MS).spell(Spelling::Seconds);
        text.truncate(10);
        text
    }
}

/// What is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Nothing: the whole day.
    All,
    /// Kind of terminal.
    Device,
    /// Language shown.
    Language,
    /// Origin of the page.
    Origin,
    /// Version of the settings; each variant has its own.
    Version,
    /// A purpose: accepted if all its services are, refused if none is.
    Purpose,
    /// A service.
    Service,
}

impl Dimension {
    const ALL: [Dimension; 7] = [
        Dimension::All,
        Dimension::Device,
        Dimension::Language,
        Dimension::Origin,
        Dimension::Version,
        Dimension::Purpose,
        Dimension::Service,
    ];

    /// The word in the store and on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Dimension::All => "",
            Dimension::Device => "device",
            Dimension::Language => "language",
            Dimension::Origin => "origin",
            Dimension::Version => "version",
            Dimension::Purpose => "purpose",
            Dimension::Service => "service",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Dimension> {
        Dimension::ALL.into_iter().find(|dimension| dimension.word() == word)
    }
}

/// Numbers that add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The window was shown.
    pub shown: i64,
    /// The page was left without an answer.
    pub unanswered: i64,
    /// Everything was accepted.
    pub accepted: i64,
    /// Everything was refused.
    pub refused: i64,
    /// Something was accepted and something refused.
    pub partly: i64,
}

/// The numbers of a day, for one value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which day.
    pub day: Day,
    /// What is told apart.
    pub dimension: Dimension,
    /// Which one of these; empty for all.
    pub value: String,
    /// How often.
    pub counts: Counts,
}

impl Counts {
    /// The window was shown once.
    pub const SHOWN: Counts = Counts { shown: 1, ..Counts::NONE };
    /// The page was left once.
    pub const UNANSWERED: Counts = Counts { unanswered: 1, ..Counts::NONE };
    const NONE: Counts = Counts { shown: 0, unanswered: 0, accepted: 0, refused: 0, partly: 0 };

    /// One choice, by what it said.
    #[must_use]
    pub fn of_choice(answers: impl IntoIterator<Item = bool>) -> Counts {
        let (mut any, mut all) = (false, true);
        for answer in answers {
            any |= answer;
            all &= answer;
        }
        match (any, all) {
            (true, true) => Counts { accepted: 1, ..Counts::NONE },
            (true, false) => Counts { partly: 1, ..Counts::NONE },
            (false, _) => Counts { refused: 1, ..Counts::NONE },
        }
    }

    /// Adds others.
    pub fn add(&mut self, other: Counts) {
        let Counts { shown, unanswered, accepted, refused, partly } = other;
        self.shown += shown;
        self.unanswered += unanswered;
        self.accepted += accepted;
        self.refused += refused;
        self.partly += partly;
    }

    /// With the share of each answer in all of them.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let Counts { shown, unanswered, accepted, refused, partly } = *self;
        let choices = accepted + refused + partly;
        Json::object([
            ("shown", Json::int(shown)),
            ("unanswered", Json::int(unanswered)),
            ("choices", Json::int(choices)),
            ("accepted", Json::int(accepted)),
            ("refused", Json::int(refused)),
            ("partly", Json::int(partly)),
            ("accepted_rate", rate(accepted, choices)),
            ("refused_rate", rate(refused, choices)),
            ("partly_rate", rate(partly, choices)),
        ])
    }
}

/// A share in thousandths, as a decimal fraction; null of nothing.
fn rate(part: i64, whole: i64) -> Json<'static> {
    if whole == 0 {
        return Json::Null;
    }
    let thousandths = (part * 1000 + whole / 2) / whole;
    Json::Number(format!("{}.{:03}", thousandths / 1000, thousandths % 1000).into())
}

/// What one choice adds for its services and purposes.
#[must_use]
pub fn of_decisions(decisions: &[Decision]) -> Vec<(Dimension, String, Counts)> {
    let mut purposes: BTreeMap<i64, Vec<bool>> = BTreeMap::new();
    let mut found = Vec::new();
    for decision in decisions {
        purposes.entry(decision.purpose.number()).or_default().push(decision.consent);
        found.push((Dimension::Service, decision.slug.clone(), Counts::of_choice([decision.consent])));
    }
    found.extend(
        purposes
            .into_iter()
            .map(|(purpose, answers)| (Dimension::Purpose, purpose.to_string(), Counts::of_choice(answers))),
    );
    found
}

/// Numbers from one day to another, as they are shown.
#[must_use]
pub fn report(lines: &[Line], (first, last): (Day, Day)) -> Json<'static> {
    let mut total = Counts::default();
    let mut days: BTreeMap<Day, Counts> = BTreeMap::new();
    let mut parts: BTreeMap<(Dimension, &str), Counts> = BTreeMap::new();
    for Line { day, dimension, value, counts } in lines {
        if *dimension == Dimension::All {
            total.add(*counts);
            days.entry(*day).or_default().add(*counts);
        } else {
            parts.entry((*dimension, value.as_str())).or_default().add(*counts);
        }
    }
    let of = |wanted: Dimension| {
        let own = parts.iter().filter(|((dimension, _), _)| *dimension == wanted);
        Json::Array(own.map(|((_, value), counts)| named("value", (*value).to_owned(), counts)).collect())
    };
    let by = Dimension::ALL.into_iter().filter(|dimension| *dimension != Dimension::All);
    Json::object([
        ("from", Json::text(first.spell())),
        ("to", Json::text(last.spell())),
        ("total", total.to_json()),
        ("days", Json::Array(days.iter().map(|(day, counts)| named("day", day.spell(), counts)).collect())),
        ("by", Json::Object(by.map(|dimension| (dimension.word().into(), of(dimension))).collect())),
    ])
}

fn named(name: &'static str, value: String, counts: &Counts) -> Json<'static> {
    let mut members = vec![(name.into(), Json::text(value))];
    members.extend(counts.to_json().members().iter().cloned());
    Json::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_utc() {
        assert_eq!(Day::of(Timestamp(1_772_360_430_265)).spell(), "2026-03-01");
        assert_eq!(Day::parse("2026-03-01"), Some(Day::of(Timestamp(1_772_360_430_265))));
        for wrong in ["2026-3-1", "2026-02-30", "yesterday", "2026-03-01T00"] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn rates_are_shares_of_choices() {
        let counts = Counts { accepted: 2, refused: 1, ..Counts::default() };
        assert_eq!(counts.to_json().get("accepted_rate"), Some(&Json::Number("0.667".into())));
        assert_eq!(Counts::SHOWN.to_json().get("accepted_rate"), Some(&Json::Null));
        let all = Counts { refused: 3, ..Counts::default() };
        assert_eq!(all.to_json().get("refused_rate"), Some(&Json::Number("1.000".into())));
    }
}
