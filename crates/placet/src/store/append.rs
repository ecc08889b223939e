//! The write path. Consents wait in a bounded queue; a writer takes all that wait, up to 1,024, and stores them in one
//! transaction. PostgreSQL commits durably. On SQLite the commit is handed to a thread that syncs the write-ahead
//! log while the writer goes on, one sync for all that was committed meanwhile. Only then is everyone answered.
//!
//! What is true if the process or the machine dies:
//!
//! 1. *before the commit reached the disk*: the database forgets the transaction when it is opened again. Nobody
//!    was answered, so nothing that was acknowledged is lost; a browser's queue sends its consent again. A reader may
//!    have seen the consent for the few milliseconds between commit and sync.
//! 2. *after the sync, before the answers*: the consents are stored, each with its record, its commitments and its
//!    pending entry. A caller who brought an id and asks again gets the first answer; one who did not may store a
//!    second event, as the contract has it.
//! 3. *while the write-ahead log is moved into the database file*: the log is still whole, and moving it is begun again.
//!
//! A consent, its record, its commitments and its pending entry are one transaction: there is no moment in which one
//! is stored without the others.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use uuid::Uuid;

use super::answer::Committed;
use super::engine::{Connection, Insert, Purpose, Tx, WriteAheadLog};
use super::queue::{Waiting, Work, WriteQueue};
use super::row::Value;
use super::subject_upsert::{Call, SubjectUpsert};
use super::{audit, consent, document, form, pending_entry, record, search, subject_phone, subject_upsert};
use crate::domain::audit::ChangeToStore;
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::time::Timestamp;

/// A consent ready to be stored: parsed, hashed and packed.
#[derive(Clone)]
pub struct NewConsent {
    /// Whose record it is.
    pub workspace: WorkspaceId,
    /// Time-ordered id, or the one made in the browser.
    pub id: Uuid,
    /// The moment by which consents are ordered.
    pub at: Timestamp,
    /// Code of its facets.
    pub facets: i64,
    /// Hashes of the names of its preferences, where that code does not tell them.
    pub names: Vec<i64>,
    /// What it can be found by.
    pub terms: Terms,
    /// Keyed hash of the request, if the caller chose the id: an equal one is the same request again.
    pub replay_hash: Option<i64>,
    /// The packed disclosures S, E, F, D.
    pub groups: [Vec<u8>; 4],
    /// `c_S || c_E || c_F || c_D`
    pub commitments: [u8; 128],
    /// What the log will hold.
    pub entry: [u8; 33],
    /// What the person was shown.
    pub forms: Vec<FormToStore>,
    /// Documents that it points to.
    pub documents: Vec<Uuid>,
    /// The subject to create or update; a cookie choice has none.
    pub subject: Option<SubjectUpsert>,
    /// What the audit log says of it, if a member recorded it.
    pub audit: Option<Box<ChangeToStore>>,
}

/// Keyed hashes of what a consent can be found by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// Of the subject's id.
    pub subject: Option<i64>,
    /// Of the e-mail address, as sent.
    pub email: Option<i64>,
    /// Of the first name.
    pub first_name: Option<i64>,
    /// Of the last name.
    pub last_name: Option<i64>,
    /// Of the address stored in group D.
    pub ip: Option<i64>,
    /// Of the site's user id.
    pub user: Option<i64>,
}

/// A form's HTML, packed; the same one is shared by all consents that wait.
#[derive(Clone)]
pub struct FormToStore {
    /// Digest of the HTML.
    pub digest: Digest,
    /// The packed HTML.
    pub html: Arc<Vec<u8>>,
}

/// What became of a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It was stored.
    Stored,
    /// The same request had been stored before.
    Known,
    /// A consent was stored under this id, and what was said of it has been erased since.
    Erased,
}

/// The bulk inserts of this path.
pub(super) const INSERTS: &[&Insert] = &[
    &consent::INSERT,
    &consent::INSERT_CHOSEN,
    &consent::INSERT_NAMES,
    &pending_entry::INSERT,
    &record::INSERT,
    &form::INSERT,
    &document::INSERT_REFERENCES,
    &subject_upsert::INSERT,
    &subject_phone::INSERT,
    &search::INSERT_TEXTS,
    &search::INSERT_PAGES,
    &audit::INSERT,
];

/// Batches that may be committed while another is synced; then the writer waits, and the next batch grows.
pub(super) const COMMITTED_AHEAD: usize = 1;

impl Terms {
    /// Those that the search index knows.
    pub(super) fn searched(&self) -> impl Iterator<Item = i64> {
        let Terms { subject: _, email, first_name, last_name, ip, user: _ } = *self;
        [email, first_name, last_name, ip].into_iter().flatten()
    }
}

impl NewConsent {
    /// Roughly the bytes it takes in memory while it waits.
    pub(super) fn size(&self) -> usize {
        let forms: usize = self.forms.iter().map(|form| form.html.len()).sum();
        512 + self.groups.iter().map(Vec::len).sum::<usize>() + forms
    }

    fn has_chosen_id(&self) -> bool {
        self.replay_hash.is_some()
    }

    fn key(&self) -> (WorkspaceId, Uuid) {
        (self.workspace, self.id)
    }
}

/// A writer's thread. What it commits goes to the thread that syncs, if there is one; otherwise it is durable already.
pub(super) fn write_until_closed(
    queue: &WriteQueue,
    mut connection: Connection,
    to_sync: Option<&SyncSender<Committed>>,
) {
    while let Some(work) = queue.next() {
        match work {
            Work::Job(job) => job(&mut connection),
            Work::Batch(batch) => {
                let storing = queue.storing();
                let committed = store_all(&mut connection, batch);
                drop(storing);
                hand_on(committed, to_sync);
            }
        }
    }
}

fn store_all(connection: &mut Connection, batch: Vec<Waiting>) -> Committed {
    let (consents, answers): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|waiting| (waiting.consent, waiting.answer)).unzip();
    Committed { answers, results: store(connection, &consents) }
}

fn hand_on(committed: Committed, to_sync: Option<&SyncSender<Committed>>) {
    match to_sync {
        // The receiver goes only after the writers; were it gone, whoever waits learns so from the dropped answers.
        Some(to_sync) => drop(to_sync.send(committed)),
        None => committed.answer(&Ok(())),
    }
}

/// The thread that syncs: one sync for all that was committed meanwhile, and only then the answers.
pub(super) fn sync_until_closed(log: &WriteAheadLog, committed: &Receiver<Committed>) {
    while let Ok(first) = committed.recv() {
        let batches: Vec<Committed> = std::iter::once(first).chain(committed.try_iter()).collect();
        let synced = log.sync();
        for batch in batches {
            batch.answer(&synced);
        }
    }
}

/// Stores a batch; one that the database refuses is tried again consent by consent, so that a bad one harms only itself.
fn store(connection: &mut Connection, consents: &[Box<NewConsent>]) -> Vec<Result<Appended>> {
    match connection.transaction(Purpose::Append, &mut |tx| store_batch(tx, consents)) {
        Ok(results) => results,
        Err(Error::Unavailable { retry_after, cause }) => {
            tracing::warn!(%cause, consents = consents.len(), "a batch of consents could not be stored");
            let refusal = || Err(Error::Unavailable { retry_after, cause: cause.clone() });
            consents.iter().map(|_| refusal()).collect()
        }
        Err(error) if consents.len() == 1 => vec![Err(error)],
        Err(_) => consents.chunks(1).flat_map(|single| store(connection, single)).collect(),
    }
}

pub(super) fn store_batch(tx: &mut Tx<'_>, consents: &[Box<NewConsent>]) -> Result<Vec<Result<Appended>>> {
    let results = insert_chosen(tx, consents)?;
    let is_stored = |result: &Result<Appended>| matches!(result, Ok(Appended::Stored));
    let new: Vec<&NewConsent> = consents
        .iter()
        .zip(&results)
        .filter(|(_, result)| is_stored(result))
        .map(|(new, _)| &**new)
        .collect();
    insert_all(tx, &new)?;
    Ok(results)
}

/// Inserts the consents under ids that callers chose, which may be stored already; an id that we made is new.
fn insert_chosen(tx: &mut Tx<'_>, consents: &[Box<NewConsent>]) -> Result<Vec<Result<Appended>>> {
    let mut results: Vec<Result<Appended>> = consents.iter().map(|_| Ok(Appended::Stored)).collect();
    let chosen = (0..consents.len()).filter(|index| consents[*index].has_chosen_id());
    let mut seen = HashSet::new();
    let (first, mut known): (Vec<usize>, Vec<usize>) =
        chosen.partition(|index| seen.insert(consents[*index].key()));
    let rows: Vec<Value<'_>> = first.iter().flat_map(|index| consent::row(&consents[*index])).collect();
    let is_new = tx.insert_new(&consent::INSERT_CHOSEN, &rows)?;
    known.extend(first.into_iter().zip(is_new).filter_map(|(index, is_new)| (!is_new).then_some(index)));
    for index in known {
        results[index] = recognise(tx, &consents[index])?;
    }
    Ok(results)
}

/// The id exists: the same request again, or another one under the same id.
fn recognise(tx: &mut Tx<'_>, consent: &NewConsent) -> Result<Result<Appended>> {
    let (stored, is_erased) = consent::replay_hash(tx, consent.workspace, consent.id)?;
    if is_erased {
        return Ok(Ok(Appended::Erased));
    }
    if stored.is_some() && stored == consent.replay_hash {
        return Ok(Ok(Appended::Known));
    }
    Ok(Err(Error::Conflict(format!("another consent is stored under the id {}", consent.id))))
}

/// All that belongs to new consents, themselves included unless their id was chosen, in one go.
fn insert_all(tx: &mut Tx<'_>, consents: &[&NewConsent]) -> Result<()> {
    let showings = form::showings(consents);
    let ours = consents.iter().filter(|consent| !consent.has_chosen_id());
    let mut inserts: Vec<(&Insert<'_>, Vec<Value<'_>>)> = vec![
        (&consent::INSERT, ours.flat_map(|consent| consent::row(consent)).collect()),
        (
            &pending_entry::INSERT,
            pending_entry::rows(
                consents.iter().map(|consent| (consent.workspace, consent.id, &consent.entry)),
            ),
        ),
        (&form::INSERT, form::rows(&showings)),
        (&document::INSERT_REFERENCES, references(consents)),
        (&consent::INSERT_NAMES, consents.iter().flat_map(|consent| consent::name_rows(consent)).collect()),
    ];
    inserts.push((&search::INSERT_TEXTS, search::rows(consents)));
    inserts.push((&audit::INSERT, changes(consents)));
    inserts.retain(|(_, rows)| !rows.is_empty());
    tx.insert_all(&inserts)?;
    form::note_shown(tx, &showings)?;
    subject_upsert::upsert(tx, consents.iter().filter_map(|consent| call(consent))).map(drop)
}

/// What a consent says of its subject.
fn call(consent: &NewConsent) -> Option<Call<'_>> {
    let upsert = consent.subject.as_ref()?;
    Some(Call { workspace: consent.workspace, upsert, consent: (consent.id, consent.at) })
}

fn references<'c>(consents: &[&'c NewConsent]) -> Vec<Value<'c>> {
    let rows = |consent: &&'c NewConsent| {
        document::reference_rows(consent.workspace, &consent.id, &consent.documents)
    };
    consents.iter().flat_map(rows).collect()
}

fn changes<'c>(consents: &[&'c NewConsent]) -> Vec<Value<'c>> {
    let row = |consent: &&'c NewConsent| Some(audit::row(consent.workspace, consent.audit.as_deref()?));
    consents.iter().filter_map(row).flatten().collect()
}
