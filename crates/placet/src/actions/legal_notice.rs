//! Publishing versions of legal notices, and reading them.

use uuid::Uuid;

use super::audit::Audit;
use super::idempotency::{Answer, Once};
use crate::app::{App, KnownNotice, Random};
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::document::CitedDocument;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::{Digest, WorkspaceId, time_ordered};
use crate::domain::json::Json;
use crate::domain::legal_notice::{NewNotice, NoticeFilter, NoticeHead, NoticeReference, NoticeVersion};
use crate::domain::legal_notice_names::predefined;
use crate::domain::record::{Kind, Publication, SALT_BYTES};
use crate::domain::time::{MAX_AHEAD, Timestamp};
use crate::store::legal_notice::NoticePlace;
use crate::store::{self, Tx};

/// What a version's record needs besides the notice.
pub(super) struct Stamp<'a> {
    /// The record's id.
    pub id: Uuid,
    /// The present moment.
    pub now: Timestamp,
    /// Random bytes.
    pub salts: [u8; SALT_BYTES],
    /// Who publishes.
    pub by: &'a str,
}

impl<'a> Stamp<'a> {
    pub(super) fn new(random: Random, now: Timestamp, by: &'a str) -> Stamp<'a> {
        Stamp { id: time_ordered(now, &random.bytes()), now, salts: random.bytes(), by }
    }
}

/// The notice that a name means: a predefined one if it is its name in another language, unless the workspace has
/// switched that off; else the notice of this name.
///
/// # Errors
/// Only those of the store.
pub async fn meant(app: &App, workspace: WorkspaceId, name: &str) -> Result<String> {
    match predefined(name) {
        Some(notice) if app.workspace_settings(workspace).await?.maps_notice_names => Ok(notice.to_owned()),
        _ => Ok(name.to_owned()),
    }
}

/// Versions under the name that the caller used.
fn called(name: &str, mut versions: Vec<NoticeVersion>) -> Vec<NoticeVersion> {
    for version in &mut versions {
        name.clone_into(&mut version.identifier);
    }
    versions
}

/// Adds versions, all or none, and gives them with their numbers in the order of the input and under the names used, as
/// `once` answers it.
///
/// # Errors
/// A time more than five minutes ahead; documents that do not exist; another request under the same name.
pub async fn publish(
    app: &App,
    workspace: WorkspaceId,
    mut notices: Vec<NewNotice>,
    by: Author,
    once: Once<Vec<NoticeVersion>>,
) -> Result<Answer> {
    let now = app.clock.now();
    if notices.iter().any(|notice| notice.timestamp.is_some_and(|at| at.0 > now.0 + MAX_AHEAD)) {
        return Err(Error::invalid("timestamp", "lies more than five minutes in the future"));
    }
    let mut names = Vec::with_capacity(notices.len());
    for notice in &mut notices {
        let meant = meant(app, workspace, &notice.identifier).await?;
        names.push(std::mem::replace(&mut notice.identifier, meant));
    }
    let (random, audit) = (app.random, Audit::by(app, workspace, &by));
    let by = by.to_string();
    let work = move |tx: &mut Tx<'_>| {
        super::workspace::must_exist(tx, workspace)?;
        let documents = cite_documents(tx, workspace, &notices)?;
        let mut new: Vec<_> = notices.iter().zip(&documents).zip(&names).enumerate().collect();
        // In the order of the names: two writers wait for each other, never in a circle.
        new.sort_by_key(|(_, ((notice, _), _))| &notice.identifier);
        let mut published = Vec::with_capacity(new.len());
        for (index, ((notice, documents), name)) in new {
            let version = add(tx, workspace, notice, documents, &Stamp::new(random, now, &by))?;
            audit.note(tx, publication(&version))?;
            published.push((index, NoticeVersion { identifier: name.clone(), ..version }));
        }
        published.sort_by_key(|(index, _)| *index);
        Ok(published.into_iter().map(|(_, version)| version).collect())
    };
    let answer = once.write(app, work).await?;
    app.notices.forget();
    Ok(answer)
}

fn publication(version: &NoticeVersion) -> Change {
    let after = Json::object([
        ("version", Json::int(version.version)),
        ("sha256", Json::text(version.digest.to_string())),
    ]);
    Change::made("legal_notice.publish", format!("legal_notice:{}", version.identifier), after)
}

fn cite_documents(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    notices: &[NewNotice],
) -> Result<Vec<Vec<CitedDocument>>> {
    let mut problems = Problems::default();
    let cite = |notice: &NewNotice| super::document::cite(tx, workspace, &notice.documents, &mut problems);
    let cited = notices.iter().map(cite).collect::<Result<Vec<_>>>()?;
    problems.or(cited)
}

/// Takes the next number and stores the version with its record.
pub(super) fn add(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    notice: &NewNotice,
    documents: &[CitedDocument],
    stamp: &Stamp<'_>,
) -> Result<NoticeVersion> {
    let number = store::legal_notice::take_number(tx, workspace, &notice.identifier)?;
    add_numbered(tx, workspace, (notice, number), documents, stamp)
}

/// Stores the version under a number that is free, with its record.
pub(super) fn add_numbered(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    (notice, number): (&NewNotice, i64),
    documents: &[CitedDocument],
    stamp: &Stamp<'_>,
) -> Result<NoticeVersion> {
    let version = NoticeVersion {
        identifier: notice.identifier.clone(),
        version: number,
        at: notice.timestamp.unwrap_or(stamp.now),
        content: notice.content.clone(),
        digest: Digest::of(notice.content.as_bytes()),
        documents: documents.iter().map(|document| document.id).collect(),
    };
    let digests: Vec<Digest> = documents.iter().map(|document| document.digest).collect();
    let publication = Publication {
        kind: Kind::NoticeVersion,
        name: Json::text(version.identifier.as_str()),
        version: Json::int(version.version),
        at: version.at,
        digest: version.digest,
        by: stamp.by,
        documents: &digests,
    };
    let record = publication.into_groups().seal(&stamp.salts);
    store::legal_notice::insert(tx, workspace, &version, stamp.id)?;
    store::document::refer(tx, workspace, stamp.id, &version.documents)?;
    store::record::insert(tx, workspace, stamp.id, Kind::NoticeVersion, &record)?;
    Ok(version)
}

/// The version that a reference means: the one it names, or the newest that has taken effect. At most a second old.
pub(super) async fn known(
    app: &App,
    workspace: WorkspaceId,
    reference: &NoticeReference,
) -> Result<KnownNotice> {
    let now = app.clock.now();
    let key = (workspace, meant(app, workspace, &reference.identifier).await?, reference.version);
    let read = || {
        let (workspace, identifier, version) = key.clone();
        app.store.read(move |tx| store::legal_notice::resolve(tx, workspace, &identifier, version, now))
    };
    app.notices.get_or(&key, now, read).await
}

/// Up to `limit` versions that pass the filter: newest first, then the greater number. `after` is identifier and number
/// of the last one of the page before.
///
/// # Errors
/// [`Error::Invalid`] when `after` names no version of the workspace.
pub async fn list(
    app: &App,
    workspace: WorkspaceId,
    mut filter: NoticeFilter,
    mut after: Option<(String, i64)>,
    limit: i64,
) -> Result<Vec<NoticeVersion>> {
    let name = filter.identifier.clone();
    for identifier in filter.identifier.iter_mut().chain(after.as_mut().map(|(identifier, _)| identifier)) {
        *identifier = meant(app, workspace, identifier).await?;
    }
    let found = app
        .store
        .read(move |tx| {
            let place = match &after {
                None => NoticePlace::start(filter.to),
                Some((identifier, version)) => {
                    let place = store::legal_notice::place(tx, workspace, identifier, *version)?;
                    place.ok_or_else(unknown_place)?
                }
            };
            store::legal_notice::list(tx, workspace, &filter, &place, limit)
        })
        .await?;
    Ok(match name {
        Some(name) => called(&name, found),
        None => found,
    })
}

fn unknown_place() -> Error {
    let reason = "names, with starting_after_identifier, no version of this workspace";
    Error::invalid("starting_after_version", reason)
}

/// All notices, each with its newest version.
///
/// # Errors
/// Only those of the store.
pub async fn heads(app: &App, workspace: WorkspaceId) -> Result<Vec<NoticeHead>> {
    app.store.read(move |tx| store::legal_notice::heads(tx, workspace)).await
}

/// Up to `limit` versions of a notice older than `before`, newest first.
///
/// # Errors
/// [`Error::NotFound`] for a notice without versions that follows no address; [`Error::Invalid`] when it has no version
/// `before`.
pub async fn versions(
    app: &App,
    workspace: WorkspaceId,
    name: String,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<NoticeVersion>> {
    let identifier = meant(app, workspace, &name).await?;
    let found = app
        .store
        .read(move |tx| {
            if !is_known(tx, workspace, &identifier)? {
                return Err(Error::NotFound("Legal notice"));
            }
            if let Some(before) = before
                && store::legal_notice::place(tx, workspace, &identifier, before)?.is_none()
            {
                return Err(Error::invalid("starting_after", "names no version of this notice"));
            }
            store::legal_notice::versions(tx, workspace, &identifier, before.unwrap_or(i64::MAX), limit)
        })
        .await?;
    Ok(called(&name, found))
}

/// Also a notice whose address has not been read so far, and which has no version for that reason.
fn is_known(tx: &mut Tx<'_>, workspace: WorkspaceId, identifier: &str) -> Result<bool> {
    Ok(store::legal_notice::exists(tx, workspace, identifier)?
        || store::legal_notice_source::get(tx, workspace, identifier)?.is_some())
}

/// One version.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn get(app: &App, workspace: WorkspaceId, name: String, version: i64) -> Result<NoticeVersion> {
    let identifier = meant(app, workspace, &name).await?;
    let found =
        app.store.read(move |tx| store::legal_notice::get(tx, workspace, &identifier, version)).await?;
    found.map(|found| NoticeVersion { identifier: name, ..found }).ok_or(Error::NotFound("Legal notice"))
}

/// The version that a consent named, whatever names have come to mean since then: the digest tells which notice it
/// was.
///
/// # Errors
/// Only those of the store.
pub async fn cited(
    app: &App,
    workspace: WorkspaceId,
    name: String,
    version: i64,
    digest: Digest,
) -> Result<Option<NoticeVersion>> {
    let find = move |tx: &mut Tx<'_>| {
        for identifier in [Some(name.as_str()), predefined(&name)].into_iter().flatten() {
            let found = store::legal_notice::get(tx, workspace, identifier, version)?;
            if let Some(found) = found.filter(|found| found.digest == digest) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    };
    app.store.read(find).await
}
