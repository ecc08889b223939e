//! Purposes: the fixed list of categories that a visitor decides on (widget contract 5.4).

use crate::domain::json::Json;

/// A purpose, by its number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Strictly necessary: no switch.
    Necessary = 0,
    /// Preferences.
    Preference = 1,
    /// Audience measurement.
    Analytical = 2,
    /// Marketing and user experience.
    Marketing = 3,
    /// Other.
    Other = 4,
    /// Not yet sorted: hidden from visitors.
    Unclassified = 5,
}

impl Purpose {
    /// All purposes, in the order shown.
    pub const ALL: [Purpose; 6] = [
        Purpose::Necessary,
        Purpose::Preference,
        Purpose::Analytical,
        Purpose::Marketing,
        Purpose::Other,
        Purpose::Unclassified,
    ];

    /// The label of the script API; also the middle of the text keys (`categoryMarketingLabel`).
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Purpose::Necessary => "Necessary",
            Purpose::Preference => "Preference",
            Purpose::Analytical => "Analytical",
            Purpose::Marketing => "Marketing",
            Purpose::Other => "Other",
            Purpose::Unclassified => "Unclassified",
        }
    }

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> i64 {
        self as i64
    }

    /// Reads a number or a label.
    #[must_use]
    pub fn parse(value: &Json<'_>) -> Option<Purpose> {
        let number = value.as_int();
        let label = value.as_str();
        Purpose::ALL.into_iter().find(|purpose| {
            Some(purpose.number()) == number
                || label.is_some_and(|label| label.eq_ignore_ascii_case(purpose.label()))
        })
    }
}
