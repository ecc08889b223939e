//! A widget as it is worked on, and what was published of it.

use super::ask::Ask;
use super::change::Change;
use super::reading::Provenance;
use crate::domain::error::{Problem, Problems};
use crate::domain::id::{Digest, WidgetId, guid_of};
use crate::domain::json::{Json, Member};
use crate::domain::time::{Spelling, Timestamp};

/// A draft: a file that may still have problems.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Whose.
    pub widget: WidgetId,
    /// Grows with every change.
    pub revision: i64,
    /// The file.
    pub settings: Json<'static>,
    /// Where it came from.
    pub provenance: Provenance,
    /// When it was changed.
    pub changed_at: Timestamp,
    /// Who changed it.
    pub changed_by: String,
}

/// Something that was published, and never changes.
#[derive(Clone, Debug)]
pub struct Publication {
    /// From 1.
    pub number: i64,
    /// Digest of the version.
    pub digest: Digest,
    /// The file that was published.
    pub settings: Json<'static>,
    /// What changed, as [`spell_changes`] writes it.
    pub changes: Json<'static>,
    /// Who was asked again.
    pub ask: Ask,
    /// Why, in the words of who published.
    pub note: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who published it.
    pub by: String,
}

impl Publication {
    /// Without the file.
    #[must_use]
    pub fn to_json(&self) -> Vec<Member<'static>> {
        let Publication { number, digest, settings: _, changes, ask, note, at, by } = self;
        vec![
            ("number".into(), Json::int(*number)),
            ("version".into(), Json::text(guid_of(digest).to_string())),
            ("sha256".into(), Json::text(digest.to_string())),
            ("ask".into(), Json::text(ask.word())),
            ("note".into(), Json::text_or_null(note.clone())),
            ("at".into(), Json::text(at.spell(Spelling::Millis))),
            ("by".into(), Json::text(by.clone())),
            ("changes".into(), changes.clone()),
        ]
    }
}

/// Changes as they are stored and shown.
#[must_use]
pub fn spell_changes(changes: Vec<Change>) -> Json<'static> {
    let one = |Change { path, before, after }: Change| {
        Json::object([("path", Json::text(path)), ("before", before), ("after", after)])
    };
    Json::Array(changes.into_iter().map(one).collect())
}

/// Problems and warnings as a list, each with its place.
#[must_use]
pub fn spell_problems(problems: &Problems) -> Json<'static> {
    let one = |Problem { field, reason }: &Problem| {
        Json::object([("path", Json::text(field.clone())), ("reason", Json::text(reason.clone()))])
    };
    Json::Array(problems.list().iter().map(one).collect())
}
