//! Documents in several orders, page by page, and what points to one of them.

use uuid::Uuid;

use super::document::read_listed;
use super::engine::Tx;
use super::row::{Row, Value};
use crate::domain::document::Document;
use crate::domain::document_list::{DocumentOrder, Referrer};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;

/// A statement that lists documents beyond a place.
macro_rules! listing {
    ($beyond:literal, $order:literal) => {
        concat!(
            "SELECT d.id, d.name, d.mime_type, d.sha256, d.size, d.at, CAST(CASE WHEN EXISTS
                (SELECT 1 FROM document_references r WHERE r.workspace_id = d.workspace_id AND r.document_id = d.id) THEN 1 ELSE 0 END AS BIGINT)
            FROM documents d WHERE d.workspace_id = $1 AND ", $beyond, " ORDER BY ", $order, " LIMIT $3"
        )
    };
}

statements! {
    BY_TIME = listing!("d.id > $2", "d.id");
    BY_TIME_BACKWARDS = listing!("d.id < $2", "d.id DESC");
    BY_NAME = listing!("(d.name, d.id) > ($4, $2)", "d.name, d.id");
    BY_NAME_BACKWARDS = listing!("(d.name, d.id) < ($4, $2)", "d.name DESC, d.id DESC");
    BY_SIZE = listing!("(d.size, d.id) > ($4, $2)", "d.size, d.id");
    BY_SIZE_BACKWARDS = listing!("(d.size, d.id) < ($4, $2)", "d.size DESC, d.id DESC");
    REFERRERS = "SELECT r.record_id, n.identifier, n.version FROM document_references r
        LEFT JOIN legal_notices n ON n.workspace_id = r.workspace_id AND n.record_id = r.record_id
        WHERE r.workspace_id = $1 AND r.document_id = $2 AND r.record_id < $3 ORDER BY r.record_id DESC LIMIT $4";
}

/// Beyond every name: no name is longer, and no character is greater.
const LONGEST: usize = crate::domain::document::MAX_NAME + 1;

/// A place in a list of documents.
#[derive(Clone, Debug)]
pub struct DocumentPlace {
    id: Uuid,
    name: String,
    size: i64,
}

impl DocumentPlace {
    /// Before the first document of a list.
    #[must_use]
    pub fn start(is_descending: bool) -> DocumentPlace {
        if is_descending {
            DocumentPlace { id: Uuid::max(), name: "\u{10ffff}".repeat(LONGEST), size: i64::MAX }
        } else {
            DocumentPlace { id: Uuid::nil(), name: String::new(), size: -1 }
        }
    }

    /// Where a document is.
    #[must_use]
    pub fn of(document: &Document) -> DocumentPlace {
        DocumentPlace { id: document.id, name: document.name.clone(), size: document.size }
    }
}

/// Up to `limit` documents beyond a place, each with whether anything points to it.
pub fn list(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    (order, is_descending): (DocumentOrder, bool),
    beyond: &DocumentPlace,
    limit: i64,
) -> Result<Vec<(Document, bool)>> {
    let DocumentPlace { id, name, size } = beyond;
    let mut values: Vec<Value<'_>> = vec![workspace.0.into(), id.into(), limit.into()];
    let sql = match (order, is_descending) {
        (DocumentOrder::Time, false) => BY_TIME,
        (DocumentOrder::Time, true) => BY_TIME_BACKWARDS,
        (DocumentOrder::Name, false) => BY_NAME,
        (DocumentOrder::Name, true) => BY_NAME_BACKWARDS,
        (DocumentOrder::Size, false) => BY_SIZE,
        (DocumentOrder::Size, true) => BY_SIZE_BACKWARDS,
    };
    match order {
        DocumentOrder::Time => {}
        DocumentOrder::Name => values.push(name.into()),
        DocumentOrder::Size => values.push((*size).into()),
    }
    tx.query(sql, &values)?.into_iter().map(read_listed).collect()
}

/// Up to `limit` of those that point to a document, before the record `before`.
pub fn referrers(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    document: Uuid,
    before: Uuid,
    limit: i64,
) -> Result<Vec<Referrer>> {
    let values: [Value<'_>; 4] = [workspace.0.into(), (&document).into(), (&before).into(), limit.into()];
    let read = |mut row: Row| {
        let notice = row.text_or_none(1)?.zip(row.int_or_none(2)?);
        Ok(Referrer { record: row.uuid(0)?, notice })
    };
    tx.query(REFERRERS, &values)?.into_iter().map(read).collect()
}
