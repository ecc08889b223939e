//! Notices that follow an address: beginning, ending, and checking the pages.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::audit::Audit;
use super::legal_notice::{Stamp, add, meant};
use crate::app::{App, Random};
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::legal_notice::{MAX_IDENTIFIER, NewNotice, is_identifier};
use crate::domain::legal_notice_source::{Following, Source};
use crate::domain::time::Timestamp;
use crate::store::legal_notice_source::Check;
use crate::store::{self, Tx};

/// Pages that one run checks, and how many of them at the same time: one slow host does not keep all others waiting.
const PER_RUN: i64 = 200;
const AT_ONCE: usize = 8;
const NOTHING: Error = Error::NotFound("Address that the notice follows");

/// Lets a notice follow an address, checked at once and then again and again. A page that had been read before and still
/// says the same makes no new version, also under another address.
///
/// # Errors
/// [`Error::NotFound`] for an unknown workspace, [`Error::Invalid`] for what cannot name a notice.
pub async fn follow(
    app: &App,
    workspace: WorkspaceId,
    by: &Author,
    name: &str,
    following: Following,
) -> Result<Source> {
    if !is_identifier(name) {
        let reason = format!("must be a string of 1 to {MAX_IDENTIFIER} characters");
        return Err(Error::invalid("identifier", reason));
    }
    let identifier = meant(app, workspace, name).await?;
    let (due_at, audit) = (app.clock.now(), Audit::by(app, workspace, by));
    let write = move |tx: &mut Tx<'_>| {
        super::workspace::must_exist(tx, workspace)?;
        let before = store::legal_notice_source::get(tx, workspace, &identifier)?;
        let change = Change {
            action: "legal_notice.follow",
            target: format!("legal_notice:{identifier}"),
            before: before.as_ref().map(|before| before.following.to_json()),
            after: Some(following.to_json()),
        };
        audit.note(tx, change)?;
        let before = before.filter(|before| before.following.language == following.language);
        let source = Source {
            workspace,
            identifier: identifier.clone(),
            following: following.clone(),
            due_at,
            checked_at: None,
            error: None,
            text: before.as_ref().and_then(|before| before.text),
            version: before.and_then(|before| before.version),
        };
        store::legal_notice_source::put(tx, &source)?;
        Ok(source)
    };
    called(name, app.store.write(write).await)
}

/// Ends it. Versions that were published stay.
///
/// # Errors
/// [`Error::NotFound`] when the notice follows nothing.
pub async fn unfollow(app: &App, workspace: WorkspaceId, by: &Author, name: &str) -> Result<()> {
    let identifier = meant(app, workspace, name).await?;
    let audit = Audit::by(app, workspace, by);
    let delete = move |tx: &mut Tx<'_>| {
        let before = store::legal_notice_source::get(tx, workspace, &identifier)?.ok_or(NOTHING)?;
        let target = format!("legal_notice:{identifier}");
        audit.note(tx, Change::ended("legal_notice.unfollow", target, before.following.to_json()))?;
        store::legal_notice_source::delete(tx, workspace, &identifier)
    };
    app.store.write(delete).await
}

/// What a notice follows, and what came of it.
///
/// # Errors
/// [`Error::NotFound`] when it follows nothing.
pub async fn get(app: &App, workspace: WorkspaceId, name: &str) -> Result<Source> {
    let identifier = meant(app, workspace, name).await?;
    let read = move |tx: &mut Tx<'_>| store::legal_notice_source::get(tx, workspace, &identifier);
    called(name, app.store.read(read).await?.ok_or(NOTHING))
}

fn called(name: &str, source: Result<Source>) -> Result<Source> {
    source.map(|source| Source { identifier: name.to_owned(), ..source })
}

/// Checks the pages that are due. May be stopped at any moment: a page whose check was not noted is still due.
///
/// # Errors
/// Those of the store; what is wrong with a page is noted with its address.
pub async fn check_due(app: &Arc<App>) -> Result<()> {
    let now = app.clock.now();
    let due = app.store.read(move |tx| store::legal_notice_source::due(tx, now, PER_RUN)).await?;
    let mut waiting = due.into_iter();
    let mut running = JoinSet::new();
    let mut result = Ok(());
    loop {
        while running.len() < AT_ONCE
            && let Some(source) = waiting.next()
        {
            let app = Arc::clone(app);
            running.spawn(async move { check(&app, source).await });
        }
        let Some(checked) = running.join_next().await else { return result };
        result = result.and(checked.map_err(Error::internal).flatten());
    }
}

async fn check(app: &App, source: Source) -> Result<()> {
    let read = match app.fetcher.get(&source.following.url).await {
        // Megabytes of markup take a while: not on a thread that answers requests.
        Ok(page) => {
            tokio::task::spawn_blocking(move || page.readable_text()).await.map_err(Error::internal)?
        }
        Err(why) => Err(why),
    };
    if let Err(why) = &read {
        let (workspace, identifier) = (source.workspace.0, &source.identifier);
        tracing::info!(workspace, identifier, why, "a page that a notice follows was not read");
    }
    let (now, random) = (app.clock.now(), app.random);
    let is_new = app.store.write(move |tx| note(tx, &source, &read, now, random)).await?;
    if is_new {
        app.notices.forget();
    }
    Ok(())
}

/// Notes what was found, and publishes it if the page says something else than when it was last read. Only the first of
/// two checks of the same moment is noted, so a text is published once.
fn note(
    tx: &mut Tx<'_>,
    source: &Source,
    read: &std::result::Result<String, String>,
    now: Timestamp,
    random: Random,
) -> Result<bool> {
    let text = read.as_ref().ok().map(|text| Digest::of(text.as_bytes()));
    let check = Check {
        at: now,
        error: read.as_ref().err().cloned(),
        text: text.or(source.text),
        due_at: source.next_check(now, read.is_ok()),
    };
    let is_noted = store::legal_notice_source::note(tx, source, &check)?;
    match read {
        Ok(text) if is_noted && check.text != source.text => publish(tx, source, text, now, random),
        _ => Ok(false),
    }
}

/// A notice whose newest version says the same already gets no other one.
fn publish(tx: &mut Tx<'_>, source: &Source, text: &str, now: Timestamp, random: Random) -> Result<bool> {
    let newest = store::legal_notice::newest(tx, source.workspace, &source.identifier)?;
    let newest = newest.map(|newest| newest.content);
    let content = source.content(text, newest.as_deref())?;
    if newest.as_ref() == Some(&content) {
        return Ok(false);
    }
    let by = format!("address:{}", source.following.url);
    let identifier = source.identifier.clone();
    let notice = NewNotice { identifier, content, timestamp: Some(now), documents: Vec::new() };
    let version = add(tx, source.workspace, &notice, &[], &Stamp::new(random, now, &by))?.version;
    store::legal_notice_source::published(tx, source, version)?;
    Ok(true)
}
