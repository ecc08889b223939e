//! Writing down who changed what, and reading it.

use std::collections::HashMap;

use uuid::Uuid;

use crate::app::{App, Random};
use crate::domain::audit::{Change, ChangeFilter, ChangeToStore, PastChange};
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WorkspaceId, time_ordered};
use crate::domain::time::Timestamp;
use crate::store::{self, Tx};

/// Someone who is changing something in a workspace. Made before the transaction, used in it.
#[derive(Clone, Debug)]
pub struct Audit {
    workspace: WorkspaceId,
    author: Author,
    at: Timestamp,
    random: Random,
}

impl Audit {
    /// By this author, now.
    #[must_use]
    pub fn by(app: &App, workspace: WorkspaceId, author: &Author) -> Audit {
        Audit { workspace, author: author.clone(), at: app.clock.now(), random: app.random }
    }

    /// Writes down a change, in the transaction that makes it: neither is stored without the other.
    ///
    /// # Errors
    /// Only those of the store.
    pub fn note(&self, tx: &mut Tx<'_>, change: Change) -> Result<()> {
        store::audit::insert(tx, self.workspace, &self.row(change))
    }

    /// The same for what is stored with others: the row goes where the change goes.
    #[must_use]
    pub fn row(&self, change: Change) -> ChangeToStore {
        let id = time_ordered(self.at, &self.random.bytes());
        ChangeToStore { id, at: self.at, author: self.author.clone(), change }
    }
}

/// A page of changes, newest first, after the change `after`; each with its author's address or name, if there is one.
///
/// # Errors
/// [`Error::Invalid`] when `after` names no change of the workspace.
pub async fn list(
    app: &App,
    workspace: WorkspaceId,
    filter: ChangeFilter,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<(PastChange, Option<String>)>> {
    let read = move |tx: &mut Tx<'_>| {
        if let Some(id) = after
            && !store::audit::exists(tx, workspace, id)?
        {
            return Err(Error::invalid("starting_after", "names no change in this workspace"));
        }
        let changes = store::audit::list(tx, workspace, &filter, after.unwrap_or(Uuid::max()), limit)?;
        with_names(tx, workspace, changes)
    };
    app.store.read(read).await
}

fn with_names(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    changes: Vec<PastChange>,
) -> Result<Vec<(PastChange, Option<String>)>> {
    let mut names: HashMap<String, Option<String>> = HashMap::new();
    let mut pairs = Vec::with_capacity(changes.len());
    for change in changes {
        let author = change.author.to_string();
        let name = match names.get(&author) {
            Some(name) => name.clone(),
            None => name(tx, workspace, &change.author)?,
        };
        names.insert(author, name.clone());
        pairs.push((change, name));
    }
    Ok(pairs)
}

fn name(tx: &mut Tx<'_>, workspace: WorkspaceId, author: &Author) -> Result<Option<String>> {
    match author {
        Author::Member(id) => store::member::email(tx, workspace, *id),
        Author::Key(id) => store::key::name(tx, workspace, id),
        Author::Operator(_) => Ok(None),
    }
}
