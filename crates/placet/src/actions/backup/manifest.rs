//! What a backup says of itself.

use crate::domain::error::{Error, Result};
use crate::domain::json::Json;

/// The name and the version of the format.
const FORMAT: &str = "placet backup 1";

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The release that made it.
    pub release: String,
    /// The number of the schema.
    pub schema: i64,
    /// When it was made, for people.
    pub made_at: String,
    /// Its parts, in the order in which they are restored.
    pub parts: Vec<PartEntry>,
}

/// A part: a table, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartEntry {
    /// Its name in the archive.
    pub name: String,
    /// Name and type of each column; none for a file.
    pub columns: Vec<(String, String)>,
    /// How many rows it has.
    pub rows: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// All rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// All bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }

    /// As it stands in the archive.
    #[must_use]
    pub fn to_json(&self) -> Json<'_> {
        let Manifest { release, schema, made_at, parts } = self;
        Json::object([
            ("format", Json::text(FORMAT)),
            ("release", Json::text(release.as_str())),
            ("schema", Json::int(*schema)),
            ("made_at", Json::text(made_at.as_str())),
            ("parts", Json::Array(parts.iter().map(PartEntry::to_json).collect())),
        ])
    }

    /// Reads it.
    ///
    /// # Errors
    /// Another format, or one that a newer release writes.
    pub fn parse(text: &str) -> Result<Manifest> {
        let json = Json::parse(text).map_err(|_| unreadable())?;
        let text = |name: &str| json.get(name).and_then(Json::as_str);
        let format = text("format").ok_or_else(unreadable)?;
        if format != FORMAT {
            return Err(Error::Conflict(format!(
                "this is a \"{format}\", and this release reads \"{FORMAT}\" only: use the release that made it"
            )));
        }
        let parts = json.get("parts").map_or(&[][..], Json::items).iter();
        let manifest = || {
            Some(Manifest {
                release: text("release")?.to_owned(),
                schema: json.get("schema")?.as_int()?,
                made_at: text("made_at")?.to_owned(),
                parts: parts.map(PartEntry::parse).collect::<Option<_>>()?,
            })
        };
        manifest().ok_or_else(unreadable)
    }
}

impl PartEntry {
    fn to_json(&self) -> Json<'_> {
        let PartEntry { name, columns, rows, bytes, sha256 } = self;
        let columns = columns.iter().map(|(name, kind)| (name.as_str().into(), Json::text(kind.as_str())));
        let number = |count: u64| Json::Number(count.to_string().into());
        Json::object([
            ("name", Json::text(name.as_str())),
            ("columns", Json::Object(columns.collect())),
            ("rows", number(*rows)),
            ("bytes", number(*bytes)),
            ("sha256", Json::text(sha256.as_str())),
        ])
    }

    /// A name that could lead out of the folder is none.
    fn parse(json: &Json<'_>) -> Option<PartEntry> {
        let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
        let number = |name: &str| json.get(name)?.as_int()?.try_into().ok();
        let name = text("name").filter(|name| is_plain(name))?;
        let columns = json.get("columns").map_or(&[][..], Json::members).iter();
        let columns = columns.map(|(name, kind)| Some((name.to_string(), kind.as_str()?.to_owned())));
        Some(PartEntry {
            name,
            columns: columns.collect::<Option<_>>()?,
            rows: number("rows")?,
            bytes: number("bytes")?,
            sha256: text("sha256")?,
        })
    }
}

fn is_plain(name: &str) -> bool {
    let is_fine =
        |rest: &str| !rest.is_empty() && !rest.starts_with('.') && !rest.contains(['/', '\\', '\0']);
    ["tables/", "files/"].iter().any(|start| name.strip_prefix(start).is_some_and(is_fine))
}

fn unreadable() -> Error {
    Error::Conflict("the manifest of the backup cannot be read: it is damaged, or no backup of Placet".into())
}
