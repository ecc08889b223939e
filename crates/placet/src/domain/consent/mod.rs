//! A consent: one immutable event. What a caller may submit, the groups of its record, and how it is read back.

mod event;
mod stored;
mod submission;

pub use event::{Circumstances, CitedNotice, Event, Moment, Shown};
pub use stored::StoredConsent;
pub use submission::{ProofPart, Submission, timestamp};

use super::key::KeyKind;

/// The consent type of a cookie choice.
pub const COOKIE_POLICY: &str = "cookie_policy";

/// The three properties with few values by which consents are filtered. Together they are one small number,
/// so that one index serves every combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facets {
    /// Which kind of key wrote it.
    pub source: KeyKind,
    /// Whether it is a cookie choice.
    pub is_cookie_choice: bool,
    /// Whether the subject was sent as verified.
    pub is_verified: bool,
}

/// A filter on [`Facets`]; `None` means any.
#[derive(Clone, Copy, Debug, Default)]
pub struct FacetFilter {
    /// Only consents written with this kind of key.
    pub source: Option<KeyKind>,
    /// Only cookie choices, or everything but cookie choices.
    pub is_cookie_choice: Option<bool>,
    /// Only consents whose subject was, or was not, sent as verified.
    pub is_verified: Option<bool>,
}

impl Facets {
    /// The number stored in the index, 0 to 7.
    #[must_use]
    pub fn code(self) -> i64 {
        i64::from(self.source == KeyKind::Private)
            | i64::from(self.is_cookie_choice) << 1
            | i64::from(self.is_verified) << 2
    }
}

impl FacetFilter {
    /// The codes of all facets that pass the filter.
    #[must_use]
    pub fn codes(self) -> Vec<i64> {
        let mut codes = Vec::with_capacity(8);
        for source in [KeyKind::Public, KeyKind::Private] {
            for is_cookie_choice in [false, true] {
                for is_verified in [false, true] {
                    if self.source.is_none_or(|only| only == source)
                        && self.is_cookie_choice.is_none_or(|only| only == is_cookie_choice)
                        && self.is_verified.is_none_or(|only| only == is_verified)
                    {
                        codes.push(Facets { source, is_cookie_choice, is_verified }.code());
                    }
                }
            }
        }
        codes
    }
}
