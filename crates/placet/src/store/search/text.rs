//! Texts that wait to be indexed: what a batch of consents brought, in one row of the same transaction. A row per batch
//! costs the hot path next to nothing, and no row can be missed, in whatever order transactions become visible: a row is
//! taken by removing it.

use std::collections::BTreeMap;

use placet_proof::Group;
use uuid::Uuid;

use super::super::append::NewConsent;
use super::super::engine::{ColumnType, Insert, Tx};
use super::super::packing::{pack, unpack};
use super::super::row::{Row, Value};
use super::bytes::{Reader, damaged, put_bytes, put_number};
use super::gram::{self, GRAM_BITS, Gram};
use super::place::Place;
use crate::domain::consent::StoredConsent;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::subject::SubjectFields;
use crate::domain::substring::{Contained, Field};
use crate::domain::time::Timestamp;
use crate::store::installation::{IndexKey, Term};

statements! {
    READ = "SELECT id, revision, content FROM search_texts WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    REMOVE = "DELETE FROM search_texts WHERE workspace_id = $1 AND id = $2 AND revision = $3";
    REPLACE = "UPDATE search_texts SET revision = revision + 1, entries = $4, content = $5 WHERE workspace_id = $1 AND id = $2 AND revision = $3";
    /// Not by workspace: which ones have enough that waits.
    DUE = "SELECT workspace_id FROM search_texts GROUP BY workspace_id HAVING SUM(entries) >= CAST($1 AS BIGINT) ORDER BY workspace_id";
}

pub(in crate::store) const INSERT: Insert = Insert {
    table: "search_texts",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("id", ColumnType::Bytes),
        ("entries", ColumnType::Int),
        ("revision", ColumnType::Int),
        ("content", ColumnType::Bytes),
    ],
    on_conflict: "",
};

/// What a call said of a subject, to be found again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The consent that said it.
    pub consent: Option<Place>,
    /// When the subject became known, if it was new; `None` once the subject was forgotten.
    pub subject_since: Option<Timestamp>,
    /// The subject's id, then what was given of e-mail address, first, last and full name.
    pub texts: Vec<(Field, String)>,
    /// What is looked up by equality: e-mail address, first and last name, and the address of the device.
    pub(super) terms: Vec<Gram>,
}

/// A row of entries that wait.
#[derive(Clone, Debug)]
pub struct Waiting {
    id: Vec<u8>,
    revision: i64,
    /// What waits.
    pub entries: Vec<Entry>,
}

/// Id and revision of a row.
pub(super) type RowKey = (Vec<u8>, i64);

const OF_CONSENT: u8 = 1;
const OF_SUBJECT: u8 = 2;
const TERM_BYTES: usize = (GRAM_BITS / u8::BITS) as usize;

impl Waiting {
    /// By which the row is removed.
    #[must_use]
    pub fn key(&self) -> RowKey {
        (self.id.clone(), self.revision)
    }
}

impl Entry {
    /// An entry of a subject's id and fields, and of when it became known, if it was new.
    fn of_call(key: &IndexKey, (id, fields, since): (&str, &SubjectFields, Timestamp)) -> Entry {
        let texts = texts_of(fields);
        let (texts, terms) = (of_subject(id, texts), terms(key, texts));
        Entry { consent: None, subject_since: Some(since), texts, terms }
    }

    /// An entry of a consent; `None` if there is nothing by which it is found here. A cookie choice names nobody.
    fn of_consent(consent: &NewConsent) -> Option<Entry> {
        let place = Place { at: consent.at, id: consent.id.as_bytes().to_vec() };
        let subject = consent.subject.as_ref();
        let entry = Entry {
            consent: Some(place),
            subject_since: subject.map(|subject| subject.created_at),
            texts: subject
                .map_or_else(Vec::new, |subject| of_subject(&subject.id, texts_of(&subject.fields))),
            terms: consent.terms.searched().map(gram::of_term).collect(),
        };
        entry.is_found().then_some(entry)
    }

    /// An entry of a consent that is stored; `None` as above.
    pub(super) fn of_stored(key: &IndexKey, consent: &StoredConsent<'_>) -> Option<Entry> {
        let text = |name: &str| consent.subject(name).and_then(Json::as_str);
        let given = [text("email"), text("first_name"), text("last_name"), text("full_name")];
        let id = text("id").filter(|_| consent.widget().is_none());
        let ip = consent.get(Group::Circumstances, "ip").and_then(Json::as_str);
        let ip = ip.map(|ip| gram::of_term(key.hash(Term::Ip, ip)));
        let entry = Entry {
            consent: Some(Place { at: consent.at, id: consent.id.as_bytes().to_vec() }),
            subject_since: None,
            texts: id.map_or_else(Vec::new, |id| of_subject(id, given)),
            terms: terms(key, given).into_iter().chain(ip).collect(),
        };
        entry.is_found().then_some(entry)
    }

    fn is_found(&self) -> bool {
        !self.texts.is_empty() || !self.terms.is_empty()
    }

    /// The subject's id.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.texts.first().map_or("", |(_, id)| id)
    }

    /// Its texts.
    pub fn texts(&self) -> impl Iterator<Item = (Field, &str)> {
        self.texts.iter().map(|(field, text)| (*field, text.as_str()))
    }

    /// Whether anything is found by it.
    pub(super) fn is_of_any(&self) -> bool {
        self.consent.is_some() || self.subject_since.is_some()
    }

    /// Whether one of the texts contains what is wanted.
    pub(super) fn contains(&self, wanted: &Contained) -> bool {
        self.texts().any(|(field, text)| wanted.is_in(field, text))
    }

    fn put(&self, out: &mut Vec<u8>) {
        let Entry { consent, subject_since, texts, terms } = self;
        let kinds = [consent.as_ref().map(|_| OF_CONSENT), subject_since.map(|_| OF_SUBJECT)];
        out.push(kinds.into_iter().flatten().sum());
        if let Some(Place { at, id }) = consent {
            out.extend_from_slice(&at.0.to_le_bytes());
            put_bytes(out, id);
        }
        if let Some(since) = subject_since {
            out.extend_from_slice(&since.0.to_le_bytes());
        }
        put_number(out, texts.len() as u64);
        for (field, text) in texts {
            out.push(number_of(*field));
            put_bytes(out, text.as_bytes());
        }
        put_number(out, terms.len() as u64);
        for term in terms {
            out.extend_from_slice(&term.to_le_bytes()[..TERM_BYTES]);
        }
    }

    fn take(reader: &mut Reader<'_>) -> Result<Entry> {
        let kinds = reader.byte()?;
        let mut entry = Entry::default();
        if kinds & OF_CONSENT != 0 {
            entry.consent = Some(Place { at: moment(reader)?, id: reader.bytes()?.to_vec() });
        }
        if kinds & OF_SUBJECT != 0 {
            entry.subject_since = Some(moment(reader)?);
        }
        for _ in 0..reader.number()? {
            let field = field_of(reader.byte()?)?;
            let text = std::str::from_utf8(reader.bytes()?).map_err(|_| damaged())?;
            entry.texts.push((field, text.to_owned()));
        }
        for _ in 0..reader.number()? {
            let [a, b, c] = reader.array::<TERM_BYTES>()?;
            entry.terms.push(Gram::from_le_bytes([a, b, c, 0]));
        }
        Ok(entry)
    }
}

fn texts_of(fields: &SubjectFields) -> [Option<&str>; 4] {
    let SubjectFields { id: _, email, first_name, last_name, full_name, verified: _, phones: _ } = fields;
    [email, first_name, last_name, full_name].map(Option::as_deref)
}

/// The terms among a subject's e-mail address, first, last and full name.
pub(super) fn terms(key: &IndexKey, [email, first, last, _]: [Option<&str>; 4]) -> Vec<Gram> {
    let given = [(Term::Email, email), (Term::FirstName, first), (Term::LastName, last)];
    let term = |(term, text): (Term, Option<&str>)| Some(gram::of_term(key.hash(term, text?)));
    given.into_iter().filter_map(term).collect()
}

/// A subject's id and the others of its texts, with their fields: e-mail address, first, last and full name.
pub(super) fn of_subject(id: &str, [email, first, last, full]: [Option<&str>; 4]) -> Vec<(Field, String)> {
    let given = [(Field::Email, email), (Field::Other, first), (Field::Other, last), (Field::FullName, full)];
    let given = given.into_iter().filter_map(|(field, text)| Some((field, text?)));
    std::iter::once((Field::Other, id)).chain(given).map(|(field, text)| (field, text.to_owned())).collect()
}

fn number_of(field: Field) -> u8 {
    match field {
        Field::Other => 0,
        Field::Email => 1,
        Field::FullName => 2,
    }
}

fn field_of(number: u8) -> Result<Field> {
    let fields = [Field::Other, Field::Email, Field::FullName];
    fields.into_iter().find(|field| number_of(*field) == number).ok_or_else(damaged)
}

fn moment(reader: &mut Reader<'_>) -> Result<Timestamp> {
    reader.array().map(|bytes| Timestamp(i64::from_le_bytes(bytes)))
}

/// The rows of a batch, one for each workspace.
pub(in crate::store) fn rows(consents: &[&NewConsent]) -> Vec<Value<'static>> {
    let mut by_workspace: BTreeMap<WorkspaceId, (Uuid, Vec<Entry>)> = BTreeMap::new();
    for consent in consents {
        let Some(entry) = Entry::of_consent(consent) else { continue };
        let (_, entries) = by_workspace.entry(consent.workspace).or_insert((consent.id, Vec::new()));
        entries.push(entry);
    }
    by_workspace
        .into_iter()
        .flat_map(|(workspace, (id, entries))| row(workspace, id.as_bytes(), &entries))
        .collect()
}

/// Stores what a call of its own said of subjects, under an id that no other row has: of each its id, its fields, and
/// when it became known, if it was new.
pub(in crate::store) fn insert<'s>(
    tx: &mut Tx<'_>,
    (workspace, key): (WorkspaceId, &IndexKey),
    row_id: &[u8],
    subjects: impl IntoIterator<Item = (&'s str, &'s SubjectFields, Timestamp)>,
) -> Result<()> {
    let entries = subjects.into_iter().map(|subject| Entry::of_call(key, subject));
    insert_entries(tx, workspace, row_id, &entries.collect::<Vec<_>>())
}

pub(super) fn insert_entries(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    row_id: &[u8],
    entries: &[Entry],
) -> Result<()> {
    tx.insert_all(&[(&INSERT, row(workspace, row_id, entries).into())])
}

fn row(workspace: WorkspaceId, id: &[u8], entries: &[Entry]) -> [Value<'static>; 5] {
    [workspace.0.into(), id.to_vec().into(), count(entries).into(), 0.into(), encode(entries).into()]
}

fn count(entries: &[Entry]) -> i64 {
    i64::try_from(entries.len()).unwrap_or(i64::MAX)
}

fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut content = Vec::with_capacity(entries.len() * 100);
    for entry in entries {
        entry.put(&mut content);
    }
    pack(&content)
}

fn decode(content: &[u8]) -> Result<Vec<Entry>> {
    let content = unpack(content)?;
    let (mut reader, mut entries) = (Reader(&content), Vec::new());
    while !reader.is_at_end() {
        entries.push(Entry::take(&mut reader)?);
    }
    Ok(entries)
}

/// Rows that wait in a workspace, after the row `after`; up to `limit`.
fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, after: &[u8], limit: i64) -> Result<Vec<Waiting>> {
    let rows = tx.query(READ, &[workspace.0.into(), after.into(), limit.into()])?;
    let waiting = |mut row: Row| {
        Ok(Waiting { id: row.bytes(0)?, revision: row.int(1)?, entries: decode(&row.bytes(2)?)? })
    };
    rows.into_iter().map(waiting).collect()
}

/// Rows read at once.
const ROWS: i64 = 64;
/// The most rows that are taken at once.
const MAX_ROWS: usize = 1000;

/// Calls `each` with every row that waits in a workspace, until it says that it is enough.
pub(super) fn each(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    mut each: impl FnMut(&mut Tx<'_>, Waiting) -> Result<bool>,
) -> Result<()> {
    let mut after = Vec::new();
    loop {
        let rows = read(tx, workspace, &after, ROWS)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after.clone_from(&last.id);
        for row in rows {
            if !each(tx, row)? {
                return Ok(());
            }
        }
    }
}

/// Removes a row that is as it was read, and gives the number of rows removed: none if another process was faster or an
/// entry was forgotten meanwhile.
pub(super) fn remove(tx: &mut Tx<'_>, workspace: WorkspaceId, row: &RowKey) -> Result<u64> {
    let (id, revision) = row;
    tx.execute(REMOVE, &[workspace.0.into(), id.as_slice().into(), (*revision).into()])
}

/// Puts other entries in the place of a row's; false if the row has changed since it was read.
pub(super) fn replace(tx: &mut Tx<'_>, workspace: WorkspaceId, row: &Waiting) -> Result<bool> {
    let Waiting { id, revision, entries } = row;
    let values: [Value<'_>; 5] = [
        workspace.0.into(),
        id.as_slice().into(),
        (*revision).into(),
        count(entries).into(),
        encode(entries).into(),
    ];
    Ok(tx.execute(REPLACE, &values)? == 1)
}

/// The rows that have waited longest, with at most `entries` entries or so.
pub fn oldest(tx: &mut Tx<'_>, workspace: WorkspaceId, entries: usize) -> Result<Vec<Waiting>> {
    let (mut rows, mut count) = (Vec::new(), 0);
    each(tx, workspace, |_, row| {
        count += row.entries.len();
        rows.push(row);
        Ok(count < entries && rows.len() < MAX_ROWS)
    })?;
    Ok(rows)
}

/// Workspaces in which at least `entries` wait.
pub fn due(tx: &mut Tx<'_>, entries: usize) -> Result<Vec<WorkspaceId>> {
    tx.query(DUE, &[i64::try_from(entries).unwrap_or(i64::MAX).into()])?
        .iter_mut()
        .map(|row| row.int(0).map(WorkspaceId))
        .collect()
}
