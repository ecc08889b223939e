//! Setting and lifting legal holds and restrictions of processing.
//!
//! Each is written down for every record concerned. A restraint is in force, or at an end, from the last transaction on,
//! so an answer means that all of it is done; whoever calls again after a crash has some records said twice.

use std::collections::HashSet;
use std::sync::Arc;

use super::audit::Audit;
use super::consent::OfSubject;
use super::erasure::note;
use crate::app::{App, Random};
use crate::domain::audit;
use crate::domain::consent::StoredConsent;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::record::Kind;
use crate::domain::removal::Mandate;
use crate::domain::restraint::{Restraint, RestraintKind};
use crate::domain::time::Spelling;
use crate::store::consent::Place;
use crate::store::record::NewRecord;
use crate::store::{self, Tx};

/// Puts a restraint on a subject.
///
/// # Errors
/// [`Error::NotFound`] for a subject of which nothing is known; a conflict if one of its kind is in force; a reason that
/// names the person.
pub async fn set(
    app: &App,
    workspace: WorkspaceId,
    kind: RestraintKind,
    subject: String,
    mandate: Mandate,
) -> Result<Restraint> {
    change(app, workspace, Change { kind, is_set: true, mandate }, subject).await
}

/// Ends a restraint on a subject, and gives what it was.
///
/// # Errors
/// [`Error::NotFound`] if none is in force; a reason that names the person.
pub async fn lift(
    app: &App,
    workspace: WorkspaceId,
    kind: RestraintKind,
    subject: String,
    mandate: Mandate,
) -> Result<Restraint> {
    change(app, workspace, Change { kind, is_set: false, mandate }, subject).await
}

/// Up to `limit` restraints of a kind, by subject, after the one on `after`.
///
/// # Errors
/// Only those of the store.
pub async fn list(
    app: &App,
    workspace: WorkspaceId,
    kind: RestraintKind,
    after: String,
    limit: i64,
) -> Result<Vec<Restraint>> {
    app.store.read(move |tx| store::restraint::list(tx, workspace, kind, &after, limit)).await
}

/// What is in force on each of these subjects, in their order: hold and restriction.
///
/// # Errors
/// Only those of the store.
pub async fn on_each(
    app: &App,
    workspace: WorkspaceId,
    subjects: Vec<String>,
) -> Result<Vec<(Option<Restraint>, Option<Restraint>)>> {
    let read = move |tx: &mut Tx<'_>| {
        let holds = store::restraint::get_each(tx, workspace, RestraintKind::Hold, &subjects)?;
        let restrictions = store::restraint::get_each(tx, workspace, RestraintKind::Restriction, &subjects)?;
        Ok(holds.into_iter().zip(restrictions).collect())
    };
    app.store.read(read).await
}

/// The subjects that are shown to owners only.
///
/// # Errors
/// Only those of the store.
pub(super) async fn restricted(app: &App, workspace: WorkspaceId) -> Result<HashSet<String>> {
    app.store.read(move |tx| store::restraint::subjects(tx, workspace, RestraintKind::Restriction)).await
}

struct Change {
    kind: RestraintKind,
    is_set: bool,
    mandate: Mandate,
}

struct Changing {
    workspace: WorkspaceId,
    change: Change,
    consents: OfSubject,
    random: Random,
    audit: Audit,
}

async fn change(app: &App, workspace: WorkspaceId, change: Change, subject: String) -> Result<Restraint> {
    let consents = OfSubject::new(app.store.index_key(), workspace, subject, false);
    let audit = Audit::by(app, workspace, &change.mandate.by);
    let changing = Arc::new(Changing { workspace, change, consents, random: app.random, audit });
    let mut place = Place::START;
    loop {
        let changing = Arc::clone(&changing);
        match app.store.write(move |tx| changing.step(tx, place)).await? {
            Step::GoOn(last) => place = last,
            Step::Done(restraint) => return Ok(restraint),
        }
    }
}

enum Step {
    GoOn(Place),
    Done(Restraint),
}

impl Changing {
    fn step(&self, tx: &mut Tx<'_>, after: Place) -> Result<Step> {
        let Changing { workspace, consents, .. } = self;
        store::erasure::take_turn(tx, *workspace)?;
        let (found, last) = consents.page(tx, after)?;
        let restraint = self.restraint(tx, !found.is_empty())?;
        let notes: Vec<NewRecord> = found.iter().map(|consent| self.note(consent)).collect();
        store::record::insert_all(tx, *workspace, &notes)?;
        let Some(last) = last else {
            self.end(tx, &restraint)?;
            return Ok(Step::Done(restraint));
        };
        Ok(Step::GoOn(last))
    }

    /// The restraint that is to begin, or to end.
    fn restraint(&self, tx: &mut Tx<'_>, has_consents: bool) -> Result<Restraint> {
        let Changing { workspace, change: Change { kind, is_set, mandate }, consents, .. } = self;
        super::workspace::must_exist(tx, *workspace)?;
        let subject = consents.subject();
        let known = store::subject::get(tx, *workspace, subject)?;
        let email = known.as_ref().and_then(|known| known.fields.email.as_deref());
        mandate.reason.must_not_name([subject].into_iter().chain(email))?;
        let in_force = store::restraint::get(tx, *workspace, *kind, subject)?;
        match (in_force, is_set) {
            (Some(restraint), false) => Ok(restraint),
            (None, false) => Err(Error::NotFound(name(*kind))),
            (Some(restraint), true) => Err(Error::Conflict(in_force_already(&restraint))),
            (None, true) => {
                if known.is_none() && !has_consents && consents.newest(tx)?.is_empty() {
                    return Err(Error::NotFound("Subject"));
                }
                let (reason, by) = (mandate.reason.as_str().to_owned(), mandate.by.to_string());
                Ok(Restraint { kind: *kind, subject: subject.to_owned(), reason, by, at: mandate.at })
            }
        }
    }

    fn note(&self, consent: &StoredConsent<'_>) -> NewRecord {
        let Change { kind, is_set, mandate } = &self.change;
        let kind: Kind = if *is_set { kind.set() } else { kind.lifted() };
        note(self.random, kind, (&consent.commitments, &consent.left()), mandate)
    }

    fn action(&self) -> &'static str {
        match (self.change.kind, self.change.is_set) {
            (RestraintKind::Hold, true) => "subject.hold",
            (RestraintKind::Hold, false) => "subject.lift_hold",
            (RestraintKind::Restriction, true) => "subject.restrict",
            (RestraintKind::Restriction, false) => "subject.lift_restriction",
        }
    }

    fn end(&self, tx: &mut Tx<'_>, restraint: &Restraint) -> Result<()> {
        // Not of whom: what is in force is listed elsewhere, and what has ended need not be known for good.
        let reason = Json::object([("reason", Json::text(self.change.mandate.reason.as_str().to_owned()))]);
        self.audit.note(tx, audit::Change::made(self.action(), "subject", reason))?;
        if self.change.is_set {
            store::restraint::put(tx, self.workspace, restraint).map(drop)
        } else {
            store::restraint::remove(tx, self.workspace, restraint.kind, &restraint.subject).map(drop)
        }
    }
}

fn name(kind: RestraintKind) -> &'static str {
    match kind {
        RestraintKind::Hold => "Hold",
        RestraintKind::Restriction => "Restriction",
    }
}

fn in_force_already(restraint: &Restraint) -> String {
    let Restraint { kind, subject: _, reason, by, at } = restraint;
    let at = at.spell(Spelling::Seconds);
    format!("a {} of this subject is in force: {reason} (set by {by} at {at}); lift it first", kind.word())
}
