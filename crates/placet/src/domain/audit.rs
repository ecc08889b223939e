//! The audit log: who changed what, and when. It holds no personal data and no secret: a member is a number, a key its
//! id, and of what is personal or secret only *that* it changed.

use uuid::Uuid;

use super::author::Author;
use super::json::Json;
use super::time::Timestamp;

/// A change that is about to be made.
#[derive(Clone, Debug)]
pub struct Change {
    /// A noun and a verb: `member.add`, `key.revoke`.
    pub action: &'static str,
    /// What was changed: `member:3`, `workspace`, `legal_notice:terms`.
    pub target: String,
    /// What it was, as far as it may be told; `None` for what is new.
    pub before: Option<Json<'static>>,
    /// What it is now; `None` for what has ended.
    pub after: Option<Json<'static>>,
}

impl Change {
    /// Something new.
    pub fn made(action: &'static str, target: impl Into<String>, after: Json<'static>) -> Change {
        Change { action, target: target.into(), before: None, after: Some(after) }
    }

    /// Something else than before.
    pub fn altered(
        action: &'static str,
        target: impl Into<String>,
        before: Json<'static>,
        after: Json<'static>,
    ) -> Change {
        Change { action, target: target.into(), before: Some(before), after: Some(after) }
    }

    /// Something of which neither what it was nor what it is may be told.
    pub fn hidden(action: &'static str, target: impl Into<String>) -> Change {
        Change { action, target: target.into(), before: None, after: None }
    }

    /// Something that is no longer.
    pub fn ended(action: &'static str, target: impl Into<String>, before: Json<'static>) -> Change {
        Change { action, target: target.into(), before: Some(before), after: None }
    }
}

/// A change with its author, ready to be stored.
#[derive(Clone, Debug)]
pub struct ChangeToStore {
    /// Time-ordered.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub author: Author,
    /// What.
    pub change: Change,
}

/// A change that was made.
#[derive(Clone, Debug)]
pub struct PastChange {
    /// Time-ordered.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub author: Author,
    /// Noun and verb.
    pub action: String,
    /// What was changed.
    pub target: String,
    /// JSON text of what it was.
    pub before: Option<String>,
    /// JSON text of what it is since then.
    pub after: Option<String>,
}

/// Which changes to list; what is `None` is not asked.
#[derive(Clone, Debug, Default)]
pub struct ChangeFilter {
    /// Only by this author.
    pub author: Option<Author>,
    /// Only this action.
    pub action: Option<String>,
    /// Only of this target.
    pub target: Option<String>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Not after this moment.
    pub to: Option<Timestamp>,
}
