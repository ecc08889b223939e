//! The indexes along which consents are found: each a list, newest first, of the consents that have one hash.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::engine::Tx;
use super::super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

/// The consents that have one value in a column, each with its combination of facets.
macro_rules! along {
    ($column:literal) => {
        concat!(
            "SELECT at, id, facets FROM consents WHERE workspace_id = $1 AND ",
            $column,
            " = $2 AND (at, id) < ($3, $4) AND at >= $5 ORDER BY at DESC, id DESC LIMIT $6"
        )
    };
}

statements! {
    BY_FACETS = along!("facets");
    BY_SUBJECT = along!("subject_hash");
    BY_USER = along!("user_hash");
    BY_ID = along!("id");
    FACETS = "SELECT facets FROM consents WHERE workspace_id = $1 AND id = $2";
    BY_NAME = "SELECT at, consent_id, facets FROM consent_names WHERE workspace_id = $1 AND name_hash = $2
        AND (at, consent_id) < ($3, $4) AND at >= $5 ORDER BY at DESC, consent_id DESC LIMIT $6";
    NEWEST_BY_FACETS = "SELECT f.code, (SELECT c.at FROM consents c WHERE c.workspace_id = f.workspace_id AND c.facets = f.code
        AND (c.at, c.id) < ($2, $3) AND c.at >= $4 ORDER BY c.at DESC, c.id DESC LIMIT 1) FROM facets f WHERE f.workspace_id = $1";
}

/// A place in a list: newest first, ties by id descending. The greater place comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The consent's moment.
    pub at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// The part of a list that is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// What comes after this place.
    pub after: Place,
    /// Nothing older than this.
    pub from: Timestamp,
}

/// An index, and the value that is looked up in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// Consents with this code of facets.
    Facets(i64),
    /// Consents of subjects with this hash of their id.
    Subject(i64),
    /// Consents with this hash of the user id.
    User(i64),
    /// The consent with this id.
    Id(Uuid),
    /// Consents with a preference whose name has this hash, of those whose combination does not tell their names.
    Name(i64),
}

/// A consent, as far as an index tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub place: Place,
    /// Its combination of facets.
    pub facets: i64,
}

impl Place {
    /// Before the first item of any list.
    pub const START: Place = Place { at: Timestamp(i64::MAX), id: Uuid::max() };

    /// After the last item of any list.
    pub const END: Place = Place { at: Timestamp(i64::MIN), id: Uuid::nil() };

    /// Before everything that was given at this moment or earlier.
    #[must_use]
    pub fn before_moment(at: Timestamp) -> Place {
        Place { at: Timestamp(at.0.saturating_add(1)), id: Uuid::nil() }
    }

    /// The place of which this one is the next.
    pub(super) fn just_before(self) -> Place {
        match self.id.as_u128().checked_add(1) {
            Some(id) => Place { at: self.at, id: Uuid::from_u128(id) },
            None => Place::before_moment(self.at),
        }
    }
}

impl Index {
    /// Up to `limit` consents of the index, in order.
    pub(super) fn read(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        span: Span,
        limit: usize,
    ) -> Result<Vec<Candidate>> {
        let (sql, value): (_, Value<'_>) = match self {
            Index::Facets(code) => (BY_FACETS, (*code).into()),
            Index::Subject(hash) => (BY_SUBJECT, (*hash).into()),
            Index::User(hash) => (BY_USER, (*hash).into()),
            Index::Id(id) => (BY_ID, id.into()),
            Index::Name(hash) => (BY_NAME, (*hash).into()),
        };
        tx.query(sql, &values(workspace, value, &span, limit))?.into_iter().map(candidate).collect()
    }
}

/// The same for several codes of facets, each with where it goes on, asked for at once.
pub(super) fn read_facets(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    codes: &[(i64, Span)],
    limit: usize,
) -> Result<Vec<Vec<Candidate>>> {
    let mut sets: Vec<Vec<Value<'_>>> = Vec::with_capacity(codes.len());
    for (code, span) in codes {
        sets.push(values(workspace, (*code).into(), span, limit).into());
    }
    let each = tx.query_each(BY_FACETS, &sets)?.into_iter();
    each.map(|rows| rows.into_iter().map(candidate).collect()).collect()
}

fn values<'v>(workspace: WorkspaceId, value: Value<'v>, span: &'v Span, limit: usize) -> [Value<'v>; 6] {
    let Span { after, from } = span;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    [workspace.0.into(), value, after.at.0.into(), (&after.id).into(), from.0.into(), limit.into()]
}

fn candidate(mut row: Row) -> Result<Candidate> {
    Ok(Candidate { place: Place { at: Timestamp(row.int(0)?), id: row.uuid(1)? }, facets: row.int(2)? })
}

/// The combination of facets of a consent, if it exists.
pub(super) fn facets(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<i64>> {
    let row = tx.query_one(FACETS, &[workspace.0.into(), (&id).into()])?;
    row.map(|mut row| row.int(0)).transpose()
}

/// When the newest consent of each code in the span was given; codes without one are left out.
pub(super) fn newest_by_facets(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    span: Span,
) -> Result<HashMap<i64, Timestamp>> {
    let Span { after, from } = span;
    let values: [Value<'_>; 4] = [workspace.0.into(), after.at.0.into(), (&after.id).into(), from.0.into()];
    let rows = tx.query(NEWEST_BY_FACETS, &values)?.into_iter();
    let newest = rows.filter_map(|mut row| match (row.int(0), row.int_or_none(1)) {
        (Ok(code), Ok(at)) => at.map(|at| Ok((code, Timestamp(at)))),
        (Err(error), _) | (_, Err(error)) => Some(Err(error)),
    });
    newest.collect()
}
