//! A version of a legal notice as a row, and what is known of a document as one.

use super::Kind::{Content, Json as AnyJson, Text, Told};
use super::{Column, Table, column};
use crate::domain::document::Document;
use crate::domain::error::{Error, Result};
use crate::domain::json::Json;
use crate::domain::legal_notice::NoticeVersion;
use crate::domain::time::Spelling;

/// Rows of notice versions.
pub const TABLE: Table = Table {
    name: "legal_notices",
    columns: COLUMNS,
    ignored: &["id", "owner", "owner_id"],
    aliases: &[("document_ids", "documents")],
    open: &[],
    needed: &["identifier", "content"],
};

const COLUMNS: &[Column] = &[
    column("identifier", Text),
    column("version", AnyJson),
    column("timestamp", Text),
    column("content", Content),
    column("documents", AnyJson),
    column("sha256", Text),
];

/// Rows of documents, which are written and not read: a row does not hold the file.
pub const DOCUMENTS: Table = Table {
    name: "documents",
    columns: DOCUMENT_COLUMNS,
    ignored: &[],
    aliases: &[],
    open: &[],
    needed: &["id"],
};

const DOCUMENT_COLUMNS: &[Column] = &[
    column("id", Told),
    column("name", Told),
    column("mime_type", Told),
    column("timestamp", Told),
    column("size", Told),
    column("sha256", Told),
    column("referenced", Told),
];

/// The row of a notice version.
///
/// # Errors
/// When what is stored is not JSON: the store is damaged.
pub fn row(notice: NoticeVersion) -> Result<Json<'static>> {
    let NoticeVersion { identifier, version, at, content, digest, documents } = notice;
    Ok(Json::object([
        ("identifier", Json::text(identifier)),
        ("version", Json::int(version)),
        ("timestamp", Json::text(at.spell(Spelling::Millis))),
        ("content", Json::parse(&content).map_err(Error::internal)?.into_owned()),
        ("documents", Json::Array(documents.iter().map(|id| Json::text(id.to_string())).collect())),
        ("sha256", Json::text(digest.to_string())),
    ]))
}

/// The row of a document.
#[must_use]
pub fn document_row(document: Document, is_referenced: bool) -> Json<'static> {
    let Document { id, name, mime_type, digest, size, at } = document;
    Json::object([
        ("id", Json::text(id.to_string())),
        ("name", Json::text(name)),
        ("mime_type", Json::text(mime_type)),
        ("timestamp", Json::text(at.spell(Spelling::Millis))),
        ("size", Json::int(size)),
        ("sha256", Json::text(digest.to_string())),
        ("referenced", Json::Bool(is_referenced)),
    ])
}
