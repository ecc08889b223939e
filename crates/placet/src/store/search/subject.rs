//! Subjects as the index needs them. A subject is known anew with every consent, but mostly says what it said before:
//! its row remembers by a hash which texts the index was given, so that they are not given to it again.

use std::collections::BTreeSet;
use std::hash::Hasher as _;

use siphasher::sip::SipHasher24;

use super::super::engine::Tx;
use super::super::row::{Row, Value};
use super::gram::Gram;
use super::place::Place;
use super::text::{of_subject, terms};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::substring::Field;
use crate::domain::time::Timestamp;
use crate::store::installation::IndexKey;

statements! {
    GET = "SELECT created_at, search_hash, email, first_name, last_name, full_name FROM subjects WHERE workspace_id = $1 AND id = $2";
    CREATED_AT = "SELECT created_at FROM subjects WHERE workspace_id = $1 AND id = $2";
    NOTE = "UPDATE subjects SET search_hash = $3 WHERE workspace_id = $1 AND id = $2";
}

/// A subject whose texts the index does not have.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Where it stands in lists.
    pub place: Place,
    /// Its id, and what is stored of e-mail address, first, last and full name.
    texts: Vec<(Field, String)>,
    /// Of what is stored of e-mail address, first and last name.
    pub(super) terms: Vec<Gram>,
    /// To be noted once these texts are indexed; `None` if its row says so already.
    hash: Option<i64>,
}

impl Changed {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.texts.first().map_or("", |(_, id)| id)
    }

    /// Its texts.
    pub fn texts(&self) -> impl Iterator<Item = (Field, &str)> {
        self.texts.iter().map(|(field, text)| (*field, text.as_str()))
    }

    /// Whether its row does not say yet that these texts are indexed.
    #[must_use]
    pub fn is_to_be_noted(&self) -> bool {
        self.hash.is_some()
    }
}

/// A hash of what a subject is found by, apart from its id: e-mail address, first, last and full name. It stands in the row
/// with these texts, so it needs no key.
pub(in crate::store) fn hash(texts: [Option<&str>; 4]) -> i64 {
    let mut hasher = SipHasher24::new();
    for text in texts {
        hasher.write(text.unwrap_or_default().as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.finish().cast_signed()
}

/// Where those of these subjects that exist stand in lists.
pub(super) fn places(tx: &mut Tx<'_>, workspace: WorkspaceId, ids: &BTreeSet<String>) -> Result<Vec<Place>> {
    let keys: Vec<Vec<Value<'_>>> = ids.iter().map(|id| vec![workspace.0.into(), id.into()]).collect();
    let found = ids.iter().zip(tx.query_each(CREATED_AT, &keys)?);
    let place = |(id, rows): (&String, Vec<Row>)| {
        let mut row = rows.into_iter().next()?;
        Some(row.int(0).map(|at| Place { at: Timestamp(at), id: id.as_bytes().to_vec() }))
    };
    found.filter_map(place).collect()
}

/// Of these subjects those whose texts the index does not have. With each id comes the moment of the call that brought it
/// here: when the subject became known, if it was new.
pub fn changed(
    tx: &mut Tx<'_>,
    (workspace, key): (WorkspaceId, &IndexKey),
    subjects: &[(String, Timestamp)],
) -> Result<Vec<Changed>> {
    let keys: Vec<Vec<Value<'_>>> =
        subjects.iter().map(|(id, _)| vec![workspace.0.into(), id.into()]).collect();
    let rows = tx.query_each(GET, &keys)?.into_iter().map(|rows| rows.into_iter().next());
    let read = |((id, since), row): (&(String, Timestamp), Option<Row>)| match row {
        Some(row) => read(key, (id, *since), row).transpose(),
        None => None,
    };
    subjects.iter().zip(rows).filter_map(read).collect()
}

fn read(key: &IndexKey, (id, since): (&str, Timestamp), mut row: Row) -> Result<Option<Changed>> {
    let (at, known) = (Timestamp(row.int(0)?), row.int_or_none(1)?);
    let texts = texts(row)?;
    let texts = texts.each_ref().map(Option::as_deref);
    let hash = hash(texts);
    if known == Some(hash) && since != at {
        return Ok(None);
    }
    Ok(Some(Changed {
        place: Place { at, id: id.as_bytes().to_vec() },
        texts: of_subject(id, texts),
        terms: terms(key, texts),
        hash: (known != Some(hash)).then_some(hash),
    }))
}

fn texts(mut row: Row) -> Result<[Option<String>; 4]> {
    Ok([row.text_or_none(2)?, row.text_or_none(3)?, row.text_or_none(4)?, row.text_or_none(5)?])
}

/// Notes that the index has the texts of subjects. If the process dies before, they are indexed once more, which does
/// no harm.
pub fn note_indexed(tx: &mut Tx<'_>, workspace: WorkspaceId, subjects: &[Changed]) -> Result<()> {
    for Changed { place, texts: _, terms: _, hash } in subjects {
        if let Some(hash) = hash {
            tx.execute(NOTE, &[workspace.0.into(), place.subject_id()?.into(), (*hash).into()])?;
        }
    }
    Ok(())
}
