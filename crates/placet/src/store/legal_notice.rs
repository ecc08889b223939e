//! Legal notice versions.

use uuid::Uuid;

use super::engine::Tx;
use super::packing::{pack, unpack_text};
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::legal_notice::{NewestVersion, NoticeFilter, NoticeHead, NoticeVersion};
use crate::domain::time::Timestamp;

statements! {
    TAKE_NUMBER = "INSERT INTO legal_notice_heads (workspace_id, identifier, version) VALUES ($1, $2, 1)
        ON CONFLICT (workspace_id, identifier) DO UPDATE SET version = legal_notice_heads.version + 1 RETURNING version";
    RAISE_HEAD = "INSERT INTO legal_notice_heads (workspace_id, identifier, version) VALUES ($1, $2, $3)
        ON CONFLICT (workspace_id, identifier) DO UPDATE SET version =
            CASE WHEN legal_notice_heads.version < excluded.version THEN excluded.version ELSE legal_notice_heads.version END";
    SAME = "SELECT version FROM legal_notices WHERE workspace_id = $1 AND identifier = $2 AND sha256 = $3 AND (at = $4 OR $4 IS NULL)
        ORDER BY version DESC LIMIT 1";
    HEAD = "SELECT version FROM legal_notice_heads WHERE workspace_id = $1 AND identifier = $2";
    INSERT = "INSERT INTO legal_notices (workspace_id, identifier, version, at, sha256, content, record_id) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    INSERT_LANGUAGE = "INSERT INTO legal_notice_languages (workspace_id, language, at, version, identifier) VALUES ($1, $2, $3, $4, $5)";
    NEWEST = "SELECT version, sha256 FROM legal_notices WHERE workspace_id = $1 AND identifier = $2 AND at <= $3 ORDER BY version DESC LIMIT 1";
    DIGEST = "SELECT version, sha256 FROM legal_notices WHERE workspace_id = $1 AND identifier = $2 AND version = $3";
    PLACE = "SELECT at FROM legal_notices WHERE workspace_id = $1 AND identifier = $2 AND version = $3";
    HEADS = "SELECT h.identifier, h.version, n.at, n.sha256, s.url, s.error FROM legal_notice_heads h
        JOIN legal_notices n ON n.workspace_id = h.workspace_id AND n.identifier = h.identifier AND n.version = h.version
        LEFT JOIN legal_notice_sources s ON s.workspace_id = h.workspace_id AND s.identifier = h.identifier
        WHERE h.workspace_id = $1 ORDER BY h.identifier";
    WITHOUT_VERSION = "SELECT identifier, url, error FROM legal_notice_sources s WHERE workspace_id = $1
        AND NOT EXISTS (SELECT 1 FROM legal_notice_heads h WHERE h.workspace_id = s.workspace_id AND h.identifier = s.identifier)
        ORDER BY identifier";
    GET = "SELECT n.identifier, n.version, n.at, n.content, n.sha256, r.document_id FROM legal_notices n
        LEFT JOIN document_references r ON r.workspace_id = n.workspace_id AND r.record_id = n.record_id
        WHERE n.workspace_id = $1 AND n.identifier = $2 AND n.version = $3 ORDER BY r.place";
    VERSIONS = "SELECT n.identifier, n.version, n.at, n.content, n.sha256, r.document_id FROM
        (SELECT workspace_id, identifier, version, at, content, sha256, record_id FROM legal_notices
            WHERE workspace_id = $1 AND identifier = $2 AND version < $3 ORDER BY version DESC LIMIT $4) n
        LEFT JOIN document_references r ON r.workspace_id = n.workspace_id AND r.record_id = n.record_id
        ORDER BY n.version DESC, r.place";
    BY_TIME = "SELECT n.identifier, n.version, n.at, n.content, n.sha256, r.document_id FROM
        (SELECT workspace_id, identifier, version, at, content, sha256, record_id FROM legal_notices
            WHERE workspace_id = $1 AND (at, version, identifier) < ($2, $3, $4) AND at >= $5 AND (CAST($6 AS BIGINT) = 0 OR version = $6)
            ORDER BY at DESC, version DESC, identifier DESC LIMIT $7) n
        LEFT JOIN document_references r ON r.workspace_id = n.workspace_id AND r.record_id = n.record_id
        ORDER BY n.at DESC, n.version DESC, n.identifier DESC, r.place";
    BY_IDENTIFIER = "SELECT n.identifier, n.version, n.at, n.content, n.sha256, r.document_id FROM
        (SELECT workspace_id, identifier, version, at, content, sha256, record_id FROM legal_notices
            WHERE workspace_id = $1 AND identifier = $8 AND (at, version, identifier) < ($2, $3, $4) AND at >= $5 AND (CAST($6 AS BIGINT) = 0 OR version = $6)
            ORDER BY at DESC, version DESC LIMIT $7) n
        LEFT JOIN document_references r ON r.workspace_id = n.workspace_id AND r.record_id = n.record_id
        ORDER BY n.at DESC, n.version DESC, r.place";
    BY_LANGUAGE = "SELECT n.identifier, n.version, n.at, n.content, n.sha256, r.document_id FROM
        (SELECT workspace_id, identifier, version FROM legal_notice_languages
            WHERE workspace_id = $1 AND language = $9 AND (at, version, identifier) < ($2, $3, $4) AND at >= $5
                AND (CAST($6 AS BIGINT) = 0 OR version = $6) AND ($8 = '' OR identifier = $8)
            ORDER BY at DESC, version DESC, identifier DESC LIMIT $7) l
        JOIN legal_notices n ON n.workspace_id = l.workspace_id AND n.identifier = l.identifier AND n.version = l.version
        LEFT JOIN document_references r ON r.workspace_id = n.workspace_id AND r.record_id = n.record_id
        ORDER BY n.at DESC, n.version DESC, n.identifier DESC, r.place";
}

/// Takes the number of a notice's next version. Whoever else wants one for this notice waits until this transaction
/// has ended, so numbers are given once and have no gaps.
pub fn take_number(tx: &mut Tx<'_>, workspace: WorkspaceId, identifier: &str) -> Result<i64> {
    tx.query_one(TAKE_NUMBER, &[workspace.0.into(), identifier.into()])?.map_or(Ok(1), |mut row| row.int(0))
}

/// Sees to it that the next number to be taken is greater than this one, which another installation gave.
pub fn keep_number(tx: &mut Tx<'_>, workspace: WorkspaceId, identifier: &str, version: i64) -> Result<()> {
    tx.execute(RAISE_HEAD, &[workspace.0.into(), identifier.into(), version.into()]).map(drop)
}

/// The newest version with this content, from this moment if one is given.
pub fn same(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    identifier: &str,
    digest: &Digest,
    at: Option<Timestamp>,
) -> Result<Option<i64>> {
    let values: [Value<'_>; 4] =
        [workspace.0.into(), identifier.into(), digest.into(), at.map(|at| at.0).into()];
    tx.query_one(SAME, &values)?.map(|mut row| row.int(0)).transpose()
}

/// Whether a notice has versions.
pub fn exists(tx: &mut Tx<'_>, workspace: WorkspaceId, identifier: &str) -> Result<bool> {
    Ok(head(tx, workspace, identifier)?.is_some())
}

fn head(tx: &mut Tx<'_>, workspace: WorkspaceId, identifier: &str) -> Result<Option<i64>> {
    let row = tx.query_one(HEAD, &[workspace.0.into(), identifier.into()])?;
    row.map(|mut row| row.int(0)).transpose()
}

/// All notices of a workspace, each with its newest version.
pub fn heads(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<NoticeHead>> {
    let read = |mut row: Row| {
        let newest =
            NewestVersion { version: row.int(1)?, at: Timestamp(row.int(2)?), digest: row.digest(3)? };
        Ok(NoticeHead {
            identifier: row.text(0)?,
            newest: Some(newest),
            follows: row.text_or_none(4)?,
            trouble: row.text_or_none(5)?,
        })
    };
    let with_versions = tx.query(HEADS, &[workspace.0.into()])?.into_iter().map(read);
    let mut heads: Vec<NoticeHead> = with_versions.collect::<Result<_>>()?;
    for mut row in tx.query(WITHOUT_VERSION, &[workspace.0.into()])? {
        let (identifier, follows) = (row.text(0)?, Some(row.text(1)?));
        heads.push(NoticeHead { identifier, newest: None, follows, trouble: row.text_or_none(2)? });
    }
    Ok(heads)
}

/// The version with the greatest number, whether it has taken effect or not.
pub fn newest(tx: &mut Tx<'_>, workspace: WorkspaceId, identifier: &str) -> Result<Option<NoticeVersion>> {
    let Some(version) = head(tx, workspace, identifier)? else { return Ok(None) };
    get(tx, workspace, identifier, version)
}

/// Stores a version and its languages; its number was taken in this transaction.
pub fn insert(tx: &mut Tx<'_>, workspace: WorkspaceId, notice: &NoticeVersion, record: Uuid) -> Result<()> {
    let NoticeVersion { identifier, version, at, content, digest, documents: _ } = notice;
    let values: [Value<'_>; 7] = [
        workspace.0.into(),
        identifier.as_str().into(),
        (*version).into(),
        at.0.into(),
        digest.into(),
        pack(content.as_bytes()).into(),
        (&record).into(),
    ];
    tx.execute(INSERT, &values)?;
    for language in notice.languages()? {
        let values: [Value<'_>; 5] =
            [workspace.0.into(), language.into(), at.0.into(), (*version).into(), identifier.as_str().into()];
        tx.execute(INSERT_LANGUAGE, &values)?;
    }
    Ok(())
}

/// Number and digest of a version, or of the newest one that had taken effect by `now`.
pub fn resolve(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    identifier: &str,
    version: Option<i64>,
    now: Timestamp,
) -> Result<Option<(i64, Digest)>> {
    let row = match version {
        Some(version) => tx.query_one(DIGEST, &[workspace.0.into(), identifier.into(), version.into()])?,
        None => tx.query_one(NEWEST, &[workspace.0.into(), identifier.into(), now.0.into()])?,
    };
    row.map(|mut row| Ok((row.int(0)?, row.digest(1)?))).transpose()
}

/// One version.
pub fn get(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    identifier: &str,
    version: i64,
) -> Result<Option<NoticeVersion>> {
    let rows = tx.query(GET, &[workspace.0.into(), identifier.into(), version.into()])?;
    Ok(read(rows)?.pop())
}

/// Up to `limit` versions older than `before`, newest first.
pub fn versions(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    identifier: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<NoticeVersion>> {
    let values: [Value<'_>; 4] = [workspace.0.into(), identifier.into(), before.into(), limit.into()];
    read(tx.query(VERSIONS, &values)?)
}

/// A place in the list of all versions: newest first, then the greater number, then the greater identifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoticePlace {
    /// When the version took effect.
    pub at: Timestamp,
    /// Its number.
    pub version: i64,
    /// The notice's name.
    pub identifier: String,
}

impl NoticePlace {
    /// Before all versions that took effect by `to`.
    #[must_use]
    pub fn start(to: Timestamp) -> NoticePlace {
        let (at, version) = to.0.checked_add(1).map_or((i64::MAX, i64::MAX), |after| (after, 0));
        NoticePlace { at: Timestamp(at), version, identifier: String::new() }
    }
}

/// Where a version stands in the list, if it exists.
pub fn place(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    identifier: &str,
    version: i64,
) -> Result<Option<NoticePlace>> {
    let row = tx.query_one(PLACE, &[workspace.0.into(), identifier.into(), version.into()])?;
    let read = |mut row: Row| {
        Ok(NoticePlace { at: Timestamp(row.int(0)?), version, identifier: identifier.to_owned() })
    };
    row.map(read).transpose()
}

/// Up to `limit` versions that pass the filter, after a place; the bound `to` is part of the place.
pub fn list(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    filter: &NoticeFilter,
    after: &NoticePlace,
    limit: i64,
) -> Result<Vec<NoticeVersion>> {
    let NoticeFilter { identifier, version, language, from, to } = filter;
    let start = NoticePlace::start(*to);
    let after = after.min(&start);
    let values: [Value<'_>; 9] = [
        workspace.0.into(),
        after.at.0.into(),
        after.version.into(),
        after.identifier.as_str().into(),
        from.0.into(),
        version.unwrap_or(0).into(),
        limit.into(),
        identifier.as_deref().unwrap_or_default().into(),
        language.as_deref().unwrap_or_default().into(),
    ];
    read(match (language, identifier) {
        (Some(_), _) => tx.query(BY_LANGUAGE, &values)?,
        (None, Some(_)) => tx.query(BY_IDENTIFIER, &values[..8])?,
        (None, None) => tx.query(BY_TIME, &values[..7])?,
    })
}

/// A version has a row for each of its documents, or one.
fn read(rows: Vec<Row>) -> Result<Vec<NoticeVersion>> {
    let mut versions: Vec<NoticeVersion> = Vec::new();
    for mut row in rows {
        let (identifier, version) = (row.text(0)?, row.int(1)?);
        let is_next =
            versions.last().is_none_or(|last| (&last.identifier, last.version) != (&identifier, version));
        if is_next {
            versions.push(NoticeVersion {
                identifier,
                version,
                at: Timestamp(row.int(2)?),
                content: unpack_text(&row.bytes(3)?)?,
                digest: row.digest(4)?,
                documents: Vec::new(),
            });
        }
        if let (Some(last), Some(document)) = (versions.last_mut(), row.uuid_or_none(5)?) {
            last.documents.push(document);
        }
    }
    Ok(versions)
}
