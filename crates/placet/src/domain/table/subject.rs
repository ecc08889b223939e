//! A subject as a row.

use super::Kind::{Flag, Json as AnyJson, Text, Told};
use super::{Column, Table, column};
use crate::domain::error::{Error, Result};
use crate::domain::json::{Json, Member};
use crate::domain::subject::{CurrentPreference, Subject, SubjectFields};
use crate::domain::time::Spelling;

/// Rows of subjects. Their preferences come from their consents.
pub const TABLE: Table = Table {
    name: "subjects",
    columns: COLUMNS,
    ignored: &["owner", "owner_id", "created_at"],
    aliases: &[],
    open: &[],
    needed: &["id"],
};

const COLUMNS: &[Column] = &[
    column("id", Text),
    column("timestamp", Text),
    column("email", Text),
    column("first_name", Text),
    column("last_name", Text),
    column("full_name", Text),
    column("verified", Flag),
    column("phones", AnyJson),
    column("preferences", Told),
];

/// The row of a subject.
///
/// # Errors
/// When what is stored is not JSON: the store is damaged.
pub fn row(subject: Subject) -> Result<Json<'static>> {
    let Subject { id, fields, created_at, preferences } = subject;
    let SubjectFields { id: _, email, first_name, last_name, full_name, verified, phones } = fields;
    Ok(Json::object([
        ("id", Json::text(id)),
        ("timestamp", Json::text(created_at.spell(Spelling::Millis))),
        ("email", Json::text_or_null(email)),
        ("first_name", Json::text_or_null(first_name)),
        ("last_name", Json::text_or_null(last_name)),
        ("full_name", Json::text_or_null(full_name)),
        ("verified", Json::Bool(verified.unwrap_or(false))),
        ("phones", stored(phones.as_deref().unwrap_or("[]"))?),
        ("preferences", Json::Object(preferences.into_iter().map(preference).collect::<Result<_>>()?)),
    ]))
}

fn preference(preference: CurrentPreference) -> Result<Member<'static>> {
    let CurrentPreference { name, value, consent, at } = preference;
    let value = Json::object([
        ("value", stored(&value)?),
        ("consent_id", Json::text(consent.to_string())),
        ("at", Json::text(at.spell(Spelling::Millis))),
    ]);
    Ok((name.into(), value))
}

fn stored(text: &str) -> Result<Json<'static>> {
    Ok(Json::parse(text).map_err(Error::internal)?.into_owned())
}
