//! Carrying out a request once, however often it comes.

use std::sync::PoisonError;

use uuid::Uuid;

use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::idempotency::{self, KEPT_MS, NamedRequest};
use crate::domain::time::Timestamp;
use crate::store::installation::Term;
use crate::store::{self, Tx};

/// A named request that this process is carrying out. The same one is refused until this is dropped.
pub struct Begun<'a> {
    app: &'a App,
    request: NamedRequest,
}

/// What a request is answered, as the body's text.
#[derive(Debug)]
pub struct Answer {
    /// The body.
    pub text: String,
    /// Whether it was given before.
    pub is_repeated: bool,
}

/// How a write of a `T` is made to happen once: which request it is, if that has a name, and how it is answered.
pub struct Once<T> {
    request: Option<NamedRequest>,
    answer: Box<dyn Fn(&T) -> String + Send>,
    about: Option<i64>,
}

/// Begins a request that `author` calls `key`. `operation` is its method and path.
///
/// # Errors
/// A conflict while the same one is being carried out by this process.
pub fn begin<'a>(
    app: &'a App,
    workspace: WorkspaceId,
    author: &str,
    key: &str,
    (operation, body): (&str, &[u8]),
) -> Result<Begun<'a>> {
    let id = idempotency::id(workspace, author, key);
    let fingerprint = app.store.index_key().hash(Term::Request, &idempotency::summary(operation, body));
    let is_first = app.running.lock().unwrap_or_else(PoisonError::into_inner).insert((workspace, id));
    if !is_first {
        return Err(Error::Conflict("a request with this Idempotency-Key is being carried out".into()));
    }
    Ok(Begun { app, request: NamedRequest { workspace, id, fingerprint } })
}

impl Begun<'_> {
    /// The request.
    #[must_use]
    pub fn request(&self) -> NamedRequest {
        self.request
    }

    fn key(&self) -> (WorkspaceId, Uuid) {
        (self.request.workspace, self.request.id)
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.app.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key());
    }
}

impl<T: Send + 'static> Once<T> {
    /// A write that nobody sends again, for a caller who reads no answer.
    #[must_use]
    pub fn unnamed() -> Once<T> {
        Once { request: None, answer: Box::new(|_| String::new()), about: None }
    }

    /// A write for this request, answered by the text that `answer` gives.
    pub fn new(begun: Option<&Begun<'_>>, answer: impl Fn(&T) -> String + Send + 'static) -> Once<T> {
        Once { request: begun.map(Begun::request), answer: Box::new(answer), about: None }
    }

    /// The same, with the keyed hash of what the answer tells of: with it, the answer is erased.
    pub(super) fn about(self, hash: i64) -> Once<T> {
        Once { about: Some(hash), ..self }
    }

    /// Does `work` and keeps the answer, in one transaction; or gives the answer that was kept before. If the process
    /// dies in between, neither has happened.
    ///
    /// # Errors
    /// Those of `work`, of which nothing is kept; [`Error::KeyReused`].
    pub(super) async fn write(
        self,
        app: &App,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Answer> {
        let Once { request, answer, about } = self;
        let now = app.clock.now();
        let once = move |tx: &mut Tx<'_>| {
            let Some(request) = &request else {
                return Ok(Answer { text: answer(&work(tx)?), is_repeated: false });
            };
            if let Some(text) = store::idempotency::claim(tx, request, now, forgotten(now))? {
                return Ok(Answer { text, is_repeated: true });
            }
            let text = answer(&work(tx)?);
            store::idempotency::keep(tx, request, &text, about)?;
            Ok(Answer { text, is_repeated: false })
        };
        app.store.write(once).await
    }
}

/// Answers given at this time or before are kept no longer.
fn forgotten(now: Timestamp) -> Timestamp {
    Timestamp(now.0 - KEPT_MS)
}

/// Removes the answers that need not be kept any longer, of all workspaces.
///
/// # Errors
/// Only those of the store.
pub async fn forget_answers(app: &App) -> Result<()> {
    let until = forgotten(app.clock.now());
    for workspace in app.store.read(store::workspace::ids).await? {
        app.store.write(move |tx| store::idempotency::remove_old(tx, workspace, until)).await?;
    }
    Ok(())
}
