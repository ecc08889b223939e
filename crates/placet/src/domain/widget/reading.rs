//! What is found while a widget's file is read: everything at once, each with its place.

use crate::domain::error::Problems;
use crate::domain::json::Json;

/// Where a file comes from. It decides the defaults in which the references differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// Written for Placet: by the dashboard, or by a program that knows our names.
    New,
    /// Brought along from another product: it goes on as it was.
    Imported,
}

/// What the law of a place asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Regime {
    /// Nothing before a yes.
    OptIn,
    /// On until a no.
    OptOut,
}

/// The notes of one reading.
#[derive(Debug)]
pub(super) struct Reading {
    /// Why it cannot be published.
    pub(super) problems: Problems,
    /// What a person should know before publishing it.
    pub(super) warnings: Problems,
    pub(super) provenance: Provenance,
    pub(super) regime: Regime,
}

impl Reading {
    pub(super) fn new(file: &Json<'_>, provenance: Provenance) -> Reading {
        let is_opt_out =
            file.get("regime").and_then(Json::as_str).is_some_and(|word| word.eq_ignore_ascii_case("OptOut"));
        let regime = if is_opt_out { Regime::OptOut } else { Regime::OptIn };
        Reading { problems: Problems::default(), warnings: Problems::default(), provenance, regime }
    }

    /// Notes what would be unfair to visitors. Who brings settings along is warned: the site shows them already, and
    /// the widget puts right what it can.
    pub(super) fn unfair(&mut self, field: impl Into<String>, reason: impl Into<String>) {
        match self.provenance {
            Provenance::New => self.problems.add(field, reason),
            Provenance::Imported => self.warnings.add(field, reason),
        }
    }

    /// Reads a text of at most so many characters; an empty one counts as absent.
    pub(super) fn text(&mut self, place: &str, object: &Json<'_>, name: &str, most: usize) -> Option<String> {
        match object.given(name)? {
            Json::String(text) if text.is_empty() => None,
            Json::String(text) if text.chars().count() <= most && !text.contains('\0') => {
                Some(text.to_string())
            }
            _ => {
                let field = format!("{place}.{name}");
                self.problems.add(field, format!("must be a text of at most {most} characters"));
                None
            }
        }
    }

    pub(super) fn flag(&mut self, place: &str, object: &Json<'_>, name: &str, default: bool) -> bool {
        match object.given(name) {
            None => default,
            Some(Json::Bool(value)) => *value,
            Some(_) => {
                self.problems.add(format!("{place}.{name}"), "must be true or false");
                default
            }
        }
    }

    /// One of these words, as they are written here.
    pub(super) fn word(
        &mut self,
        place: &str,
        object: &Json<'_>,
        name: &str,
        words: &[&'static str],
    ) -> Option<&'static str> {
        let value = object.given(name)?;
        let known = words.iter().find(|word| value.as_str() == Some(word));
        if known.is_none() {
            self.problems.add(format!("{place}.{name}"), format!("must be one of {}", words.join(", ")));
        }
        known.copied()
    }
}
