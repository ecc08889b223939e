//! Restraints on a subject: a legal hold keeps what is known from being taken away, a restriction keeps it out of sight.

use super::json::Json;
use super::record::Kind;
use super::time::{Spelling, Timestamp};

/// What a restraint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RestraintKind {
    /// Neither erasure nor the end of its time takes anything away.
    Hold,
    /// Lists and searches show it to owners only (Article 18 GDPR).
    Restriction,
}

impl RestraintKind {
    /// The word in the store and in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            RestraintKind::Hold => "hold",
            RestraintKind::Restriction => "restriction",
        }
    }

    /// The kind of the record that says it was set.
    #[must_use]
    pub fn set(self) -> Kind {
        match self {
            RestraintKind::Hold => Kind::Hold,
            RestraintKind::Restriction => Kind::Restriction,
        }
    }

    /// The kind of the record that says it was lifted.
    #[must_use]
    pub fn lifted(self) -> Kind {
        match self {
            RestraintKind::Hold => Kind::HoldLifted,
            RestraintKind::Restriction => Kind::RestrictionLifted,
        }
    }
}

/// A restraint that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restraint {
    /// What it does.
    pub kind: RestraintKind,
    /// On whom.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Who set it.
    pub by: String,
    /// Since when.
    pub at: Timestamp,
}

impl Restraint {
    /// As callers see it.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let Restraint { kind: _, subject, reason, by, at } = self;
        Json::object([
            ("subject_id", Json::text(subject.clone())),
            ("reason", Json::text(reason.clone())),
            ("by", Json::text(by.clone())),
            ("at", Json::text(at.spell(Spelling::Millis))),
        ])
    }
}
