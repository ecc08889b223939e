//! Members, keys and changes as rows, which are written and not read: another installation has its own. No row holds a
//! secret.

use super::Kind::Told;
use super::{Column, Table, column};
use crate::domain::audit::PastChange;
use crate::domain::error::{Error, Result};
use crate::domain::issued_key::{IssuedKey, spelled};
use crate::domain::json::{Json, Member};
use crate::domain::member;
use crate::domain::time::{Spelling, Timestamp};

/// Rows of members.
pub const MEMBERS: Table = told("members", MEMBER_COLUMNS);

const MEMBER_COLUMNS: &[Column] =
    &[column("id", Told), column("email", Told), column("role", Told), column("created_at", Told)];

/// Rows of keys, without the keys themselves.
pub const KEYS: Table = told("keys", KEY_COLUMNS);

const KEY_COLUMNS: &[Column] = &[
    column("id", Told),
    column("kind", Told),
    column("name", Told),
    column("state", Told),
    column("allowed_origins", Told),
    column("created_at", Told),
    column("last_used_at", Told),
    column("works_until", Told),
];

/// Rows of the audit log.
pub const CHANGES: Table = told("audit", CHANGE_COLUMNS);

const CHANGE_COLUMNS: &[Column] = &[
    column("id", Told),
    column("at", Told),
    column("author", Told),
    column("author_name", Told),
    column("action", Told),
    column("target", Told),
    column("before", Told),
    column("after", Told),
];

const fn told(name: &'static str, columns: &'static [Column]) -> Table {
    Table { name, columns, ignored: &[], aliases: &[], open: &[], needed: &["id"] }
}

/// The row of a member.
#[must_use]
pub fn member_row(member: &member::Member) -> Json<'static> {
    let member::Member { workspace: _, id, email, role, password_hash: _, created_at } = member;
    Json::object([
        ("id", Json::int(*id)),
        ("email", Json::text(email.clone())),
        ("role", Json::text(role.word())),
        ("created_at", Json::text(created_at.spell(Spelling::Millis))),
    ])
}

/// The row of a key.
#[must_use]
pub fn key_row(issued: &IssuedKey, now: Timestamp) -> Vec<Member<'static>> {
    let IssuedKey { id, kind, name, value: _, allowed_origins, created_at, last_used_at, revoked_at } =
        issued;
    let at = |at: &Timestamp| at.spell(Spelling::Millis);
    vec![
        ("id".into(), Json::text(id.clone())),
        ("kind".into(), Json::text(kind.word())),
        ("name".into(), Json::text(name.clone())),
        ("state".into(), Json::text(issued.state(now))),
        ("allowed_origins".into(), spelled(allowed_origins)),
        ("created_at".into(), Json::text(at(created_at))),
        ("last_used_at".into(), Json::text_or_null(last_used_at.as_ref().map(at))),
        ("works_until".into(), Json::text_or_null(revoked_at.as_ref().map(at))),
    ]
}

/// The row of a change, with its author's address or name.
///
/// # Errors
/// When what is stored is not JSON: the store is damaged.
pub fn change_row((change, name): (PastChange, Option<String>)) -> Result<Json<'static>> {
    let PastChange { id, at, author, action, target, before, after } = change;
    let value = |text: Option<String>| match text {
        Some(text) => Ok(Json::parse(&text).map_err(Error::internal)?.into_owned()),
        None => Ok(Json::Null),
    };
    Ok(Json::object([
        ("id", Json::text(id.to_string())),
        ("at", Json::text(at.spell(Spelling::Millis))),
        ("author", Json::text(author.to_string())),
        ("author_name", Json::text_or_null(name)),
        ("action", Json::text(action)),
        ("target", Json::text(target)),
        ("before", value(before)?),
        ("after", value(after)?),
    ]))
}
