//! Publishing versions of legal notices, and reading them.

use uuid::Uuid;

use super::idempotency::{Answer, Once};
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WorkspaceId, time_ordered};
use crate::domain::json::Json;
use crate::domain::legal_notice::{NewNotice, NoticeVersion};
use crate::domain::record::{Kind, Publication, SALT_BYTES};
use crate::domain::time::{MAX_AHEAD, Timestamp};
use crate::store::{self, Tx};

/// Adds versions, all or none, and gives them with their numbers in the order of the input, as `once` answers it.
///
/// # Errors
/// A time more than five minutes ahead; another request under the same name.
pub async fn publish(
    app: &App,
    workspace: WorkspaceId,
    notices: Vec<NewNotice>,
    by: String,
    once: Once<Vec<NoticeVersion>>,
) -> Result<Answer> {
    let now = app.clock.now();
    if notices.iter().any(|notice| notice.timestamp.is_some_and(|at| at.0 > now.0 + MAX_AHEAD)) {
        return Err(Error::invalid("timestamp", "lies more than five minutes in the future"));
    }
    let random = app.random;
    let work = move |tx: &mut Tx<'_>| {
        super::workspace::must_exist(tx, workspace)?;
        let mut publish = |notice| {
            let id = time_ordered(now, &random.bytes());
            add(tx, workspace, notice, (id, now, &random.bytes()), &by)
        };
        notices.iter().map(&mut publish).collect()
    };
    let answer = once.write(app, work).await?;
    app.notices.forget();
    Ok(answer)
}

/// Takes the next number. If another writer is faster, the whole call begins again: numbers have no gaps.
fn add(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    notice: &NewNotice,
    (id, now, salts): (Uuid, Timestamp, &[u8; SALT_BYTES]),
    by: &str,
) -> Result<NoticeVersion> {
    let version = NoticeVersion {
        identifier: notice.identifier.clone(),
        version: store::legal_notice::next_version(tx, workspace, &notice.identifier)?,
        at: notice.timestamp.unwrap_or(now),
        content: notice.content.clone(),
        digest: Digest::of(notice.content.as_bytes()),
    };
    if !store::legal_notice::insert(tx, workspace, &version, id)? {
        return Err(tx.begin_again());
    }
    let publication = Publication {
        kind: Kind::NoticeVersion,
        name: Json::text(version.identifier.as_str()),
        version: Json::int(version.version),
        at: version.at,
        digest: version.digest,
        by,
    };
    store::record::insert(tx, workspace, id, Kind::NoticeVersion, &publication.into_groups().seal(salts))?;
    Ok(version)
}

/// Up to `limit` versions of a notice older than `before`, newest first.
///
/// # Errors
/// [`Error::NotFound`] for a notice without versions.
pub async fn versions(
    app: &App,
    workspace: WorkspaceId,
    identifier: String,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<NoticeVersion>> {
    app.store
        .read(move |tx| {
            if store::legal_notice::resolve(tx, workspace, &identifier, None)?.is_none() {
                return Err(Error::NotFound("Legal notice"));
            }
            store::legal_notice::versions(tx, workspace, &identifier, before.unwrap_or(i64::MAX), limit)
        })
        .await
}

/// One version.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn get(
    app: &App,
    workspace: WorkspaceId,
    identifier: String,
    version: i64,
) -> Result<NoticeVersion> {
    let found =
        app.store.read(move |tx| store::legal_notice::get(tx, workspace, &identifier, version)).await?;
    found.ok_or(Error::NotFound("Legal notice"))
}
