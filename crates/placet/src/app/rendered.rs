//! Settings answers, each written once for a published version, a place and a language, and kept in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use uuid::Uuid;

use crate::domain::id::{Digest, WidgetId};
use crate::domain::time::Timestamp;
use crate::domain::widget::{Rounds, Widget, WidgetVersion};

/// A settings answer: body and its entity tag.
pub type SettingsAnswer = (Bytes, Arc<str>);

/// The most answers that are kept: a few kilobytes each.
const MOST: usize = 10_000;

/// The answers that were written.
#[derive(Default)]
pub struct Rendered(Mutex<HashMap<(WidgetId, Digest, usize), Kept>>);

/// An answer, and what it was made of besides the version.
struct Kept {
    version_key: Option<Uuid>,
    rounds: Rounds,
    updated_at: Timestamp,
    answer: SettingsAnswer,
}

impl Rendered {
    /// The answer for a version and a language, written by `write` if it is not known yet.
    pub fn get_or(
        &self,
        widget: &Widget,
        (version, language): (&WidgetVersion, usize),
        write: impl FnOnce() -> SettingsAnswer,
    ) -> SettingsAnswer {
        let key = (widget.id, version.digest, language);
        let is_current = |kept: &&Kept| {
            kept.updated_at == widget.updated_at
                && kept.version_key == widget.version_key
                && kept.rounds == widget.rounds
        };
        if let Some(kept) = self.lock().get(&key).filter(is_current) {
            return kept.answer.clone();
        }
        let answer = write();
        let Widget { version_key, rounds, updated_at, .. } = widget;
        let kept = Kept {
            version_key: *version_key,
            rounds: rounds.clone(),
            updated_at: *updated_at,
            answer: answer.clone(),
        };
        let mut answers = self.lock();
        if answers.len() >= MOST {
            answers.clear();
        }
        answers.insert(key, kept);
        answer
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(WidgetId, Digest, usize), Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
