//! Settings that were given a moment ago, by the question as it was sent: most pages of a site ask the same. What is
//! found here was allowed then, and is given again as long as the key and the widget are those it was allowed for.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::{App, KnownKey, SettingsAnswer};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::widget::Widget;

/// The most answers that are kept, and the longest question, in bytes.
const MOST: usize = 1000;
const LONGEST: usize = 1000;

/// Everything of a request that its answer depends on, if the widget is the same everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Question<'r> {
    /// Path and query.
    pub target: &'r str,
    /// The header `Origin`.
    pub origin: Option<&'r [u8]>,
    /// The header `Accept-Language`.
    pub languages: Option<&'r [u8]>,
}

/// The answers that were given, by the hash of their questions.
#[derive(Default)]
pub struct Recent {
    given: Mutex<HashMap<u64, Given>>,
    hasher: RandomState,
}

/// An answer, and what it was given for.
struct Given {
    target: Box<str>,
    origin: Option<Box<[u8]>>,
    languages: Option<Box<[u8]>>,
    key: Arc<KnownKey>,
    /// As long as this is held, no other widget can be at its address; the widget itself may go.
    widget: Weak<Widget>,
    whose: (WorkspaceId, WidgetId),
    answer: SettingsAnswer,
}

impl Recent {
    /// What was given to this question, if it would be given again.
    pub fn get(&self, app: &App, question: Question<'_>) -> Option<SettingsAnswer> {
        let given = self.lock();
        let given =
            given.get(&self.hasher.hash_one(question)).filter(|given| given.question() == question)?;
        given.still_holds(app).then(|| given.answer.clone())
    }

    /// Keeps what was given to a question.
    pub fn keep(
        &self,
        question: Question<'_>,
        key: &Arc<KnownKey>,
        widget: &Arc<Widget>,
        answer: &SettingsAnswer,
    ) {
        if question.length() > LONGEST {
            return;
        }
        let given = Given {
            target: question.target.into(),
            origin: question.origin.map(Into::into),
            languages: question.languages.map(Into::into),
            key: Arc::clone(key),
            widget: Arc::downgrade(widget),
            whose: (widget.workspace, widget.id),
            answer: answer.clone(),
        };
        let mut kept = self.lock();
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(self.hasher.hash_one(question), given);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Given>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Question<'_> {
    fn length(&self) -> usize {
        self.target.len() + self.origin.map_or(0, <[u8]>::len) + self.languages.map_or(0, <[u8]>::len)
    }
}

impl Given {
    fn question(&self) -> Question<'_> {
        let Given { target, origin, languages, .. } = self;
        Question { target, origin: origin.as_deref(), languages: languages.as_deref() }
    }

    /// Whether key and widget are still the ones that are known, and known freshly.
    fn still_holds(&self, app: &App) -> bool {
        let now = app.clock.now();
        let key = app.keys.get(&self.key.digest, now);
        let widget = app.widgets.get(&self.whose, now).flatten();
        key.is_some_and(|key| Arc::ptr_eq(&key, &self.key))
            && widget.is_some_and(|widget| std::ptr::eq(Arc::as_ptr(&widget), self.widget.as_ptr()))
    }
}
