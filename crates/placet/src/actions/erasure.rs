//! Erasing what is known of a subject. What is left are the events without the person, and that they were erased.
//!
//! It is done in steps of at most a thousand rows, each a transaction that is right by itself: consents are found by their
//! subject, and one that is erased is not found again. So whoever calls again after a crash goes on where it ended.
//! What arrives for the subject meanwhile is erased too, unless it arrives after the last step: then it is the first that
//! is known of somebody new.

mod eraser;

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, PoisonError};

use uuid::Uuid;

pub(super) use eraser::{Eraser, Extent, note};

use super::audit::Audit;
use super::consent::OfSubject;
use crate::app::App;
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::consent::StoredConsent;
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::removal::{Mandate, Reason};
use crate::domain::restraint::{Restraint, RestraintKind};
use crate::domain::time::Spelling;
use crate::store::consent::Place;
use crate::store::installation::Term;
use crate::store::{self, Tx, search};

/// Of whom, and how much.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The subject's id; of a cookie choice the consent id.
    pub subject: String,
    /// Whether what happened goes too: its preferences may hold personal text. The proof goes with it.
    pub with_events: bool,
    /// Whether cookie choices go too in which the site named its visitor by this id.
    pub with_visits: bool,
}

/// What went, or would go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Consents without their person now.
    pub consents: u64,
    /// Consents whose event went too.
    pub events: u64,
    /// Forms that nobody else was shown.
    pub forms: u64,
    /// Documents that nothing else points to.
    pub documents: u64,
    /// Preferences of the subject.
    pub preferences: u64,
    /// Stored answers to requests.
    pub answers: u64,
    /// Whether there was a subject beside its consents.
    pub subject: bool,
}

impl Erased {
    /// Whether nothing was there.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Erased::default()
    }

    fn with(&self, other: &Erased) -> Erased {
        let mut both = self.clone();
        both.add(other);
        both
    }

    pub(in crate::actions) fn add(&mut self, other: &Erased) {
        let Erased { consents, events, forms, documents, preferences, answers, subject } = other;
        self.consents += consents;
        self.events += events;
        self.forms += forms;
        self.documents += documents;
        self.preferences += preferences;
        self.answers += answers;
        self.subject |= subject;
    }

    /// As callers see it.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let Erased { consents, events, forms, documents, preferences, answers, subject } = self;
        let int = |count: &u64| Json::int(i64::try_from(*count).unwrap_or(i64::MAX));
        Json::object([
            ("was_known", Json::Bool(!self.is_nothing())),
            ("subject", Json::Bool(*subject)),
            ("consents", int(consents)),
            ("events", int(events)),
            ("preferences", int(preferences)),
            ("forms", int(forms)),
            ("documents", int(documents)),
            ("answers", int(answers)),
        ])
    }
}

/// What became of an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What went.
    pub erased: Erased,
    /// Whether it is overwritten in the files of the embedded database. If somebody was reading them, the daily job will do
    /// it, or the next erasure.
    pub is_overwritten: bool,
}

impl Outcome {
    /// As callers see it.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let Outcome { erased, is_overwritten } = self;
        let mut answer = erased.to_json();
        if let Json::Object(members) = &mut answer {
            members.push(("overwritten".into(), Json::Bool(*is_overwritten)));
        }
        answer
    }
}

/// Erases a subject. Once is enough; again is harmless.
///
/// # Errors
/// An unknown workspace, a reason that names the person, a legal hold.
pub async fn erase(app: &App, workspace: WorkspaceId, wish: Wish, mandate: Mandate) -> Result<Outcome> {
    let reason = mandate.reason.clone();
    let audit = Audit::by(app, workspace, &mandate.by);
    let eraser = Eraser::new(app, workspace, mandate);
    let reaches_visits = wish.with_visits;
    let search = Arc::new(Search::new(&eraser, wish));
    let first = Arc::clone(&search);
    app.store.read(move |tx| first.check(tx, &reason)).await?;
    if reaches_visits {
        // Visits have ids of their own, each of which may be held: before anything goes.
        look_through(app, &search, &eraser).await?;
    }
    let mut gone = Erased::default();
    loop {
        let (search, eraser, audit, before) =
            (Arc::clone(&search), eraser.clone(), audit.clone(), gone.clone());
        let write = move |tx: &mut Tx<'_>| {
            let (step, is_last) = search.step(tx, &eraser)?;
            let gone = before.with(&step);
            if is_last && !gone.is_nothing() {
                audit.note(
                    tx,
                    Change::made("subject.erase", "subject", told(&gone, &eraser.mandate.reason)),
                )?;
            }
            Ok((gone, is_last))
        };
        let (so_far, is_last) = app.store.write(write).await?;
        gone = so_far;
        if is_last {
            break;
        }
    }
    app.known_forms.lock().unwrap_or_else(PoisonError::into_inner).clear();
    Ok(Outcome { erased: gone, is_overwritten: app.store.overwrite_deleted().await? })
}

/// What the audit log tells: how much and why, not of whom.
fn told(gone: &Erased, reason: &Reason) -> Json<'static> {
    let Erased { consents, events, forms, documents, .. } = gone;
    let int = |count: &u64| Json::int(i64::try_from(*count).unwrap_or(i64::MAX));
    Json::object([
        ("reason", Json::text(reason.as_str().to_owned())),
        ("consents", int(consents)),
        ("events", int(events)),
        ("forms", int(forms)),
        ("documents", int(documents)),
    ])
}

/// Says what [`erase`] would do now.
///
/// # Errors
/// An unknown workspace, a legal hold.
pub async fn preview(app: &App, workspace: WorkspaceId, wish: Wish) -> Result<Erased> {
    let mandate = Mandate { reason: Reason::retention(), by: Author::SERVER, at: app.clock.now() };
    let eraser = Eraser::new(app, workspace, mandate);
    let search = Arc::new(Search::new(&eraser, wish));
    let seen = look_through(app, &search, &eraser).await?;
    app.store.read(move |tx| search.sum(tx, &seen)).await
}

/// Everything that would go; an error if some of it must stay.
async fn look_through(app: &App, search: &Arc<Search>, eraser: &Eraser) -> Result<Seen> {
    let mut seen = Seen::default();
    let mut place = Place::START;
    loop {
        let (search, eraser) = (Arc::clone(search), eraser.clone());
        let page = app.store.read(move |tx| search.look(tx, &eraser, place)).await?;
        seen.forms.extend(page.forms);
        seen.documents.extend(page.documents);
        seen.consents.extend(page.consents);
        match page.last {
            Some(last) => place = last,
            None => return Ok(seen),
        }
    }
}

/// What a preview came across.
#[derive(Clone, Default)]
struct Seen {
    consents: HashSet<Uuid>,
    forms: HashSet<Digest>,
    documents: HashSet<Uuid>,
    /// Where to go on.
    last: Option<Place>,
}

struct Search {
    workspace: WorkspaceId,
    extent: Extent,
    consents: OfSubject,
    /// The keyed hash of the subject's id.
    about: i64,
}

impl Search {
    fn new(eraser: &Eraser, wish: Wish) -> Search {
        let Wish { subject, with_events, with_visits } = wish;
        let (workspace, index_key) = (eraser.workspace, &eraser.index_key);
        let about = index_key.hash(Term::Subject, &subject);
        let extent = if with_events { Extent::PersonAndEvent } else { Extent::Person };
        Search {
            workspace,
            extent,
            consents: OfSubject::new(index_key, workspace, subject, with_visits),
            about,
        }
    }

    fn check(&self, tx: &mut Tx<'_>, reason: &Reason) -> Result<()> {
        super::workspace::must_exist(tx, self.workspace)?;
        let subject = store::subject::get(tx, self.workspace, self.consents.subject())?;
        let email = subject.as_ref().and_then(|subject| subject.fields.email.as_deref());
        reason.must_not_name([self.consents.subject()].into_iter().chain(email))?;
        self.refuse_if_kept(tx, &[])
    }

    /// Erases the next consents, and what is left after the last of them; true then.
    fn step(&self, tx: &mut Tx<'_>, eraser: &Eraser) -> Result<(Erased, bool)> {
        store::erasure::take_turn(tx, self.workspace)?;
        // From here on no consent of a known subject comes in unseen: it would have to wait for this row. So somebody who
        // never stops writing does not keep the end away.
        let is_subject = store::subject::lock(tx, self.workspace, self.consents.subject())?;
        let consents = self.consents.newest(tx)?;
        self.refuse_if_kept(tx, &consents)?;
        let mut gone = eraser.erase(tx, &consents, self.extent)?;
        let is_last = self.consents.newest(tx)?.is_empty();
        if is_last {
            gone.add(&remove_subject(tx, self.workspace, self.consents.subject(), self.about)?);
            gone.subject = is_subject;
        }
        Ok((gone, is_last))
    }

    fn look(&self, tx: &mut Tx<'_>, eraser: &Eraser, after: Place) -> Result<Seen> {
        super::workspace::must_exist(tx, self.workspace)?;
        let (found, last) = self.consents.page(tx, after)?;
        self.refuse_if_kept(tx, &found)?;
        let mut seen = Seen { last, ..Seen::default() };
        for consent in found {
            seen.consents.insert(consent.id);
            seen.documents.extend(store::document::referred(tx, self.workspace, consent.id)?);
            seen.forms.extend(eraser.private_forms(tx, &consent)?);
        }
        Ok(seen)
    }

    /// The subject may be held, and each visitor who is reached by what the site calls the person.
    fn refuse_if_kept(&self, tx: &mut Tx<'_>, consents: &[StoredConsent<'_>]) -> Result<()> {
        let subjects = consents.iter().filter_map(|consent| consent.subject("id")?.as_str());
        let subjects: BTreeSet<&str> = subjects.chain([self.consents.subject()]).collect();
        let subjects: Vec<String> = subjects.into_iter().map(str::to_owned).collect();
        refuse_if_kept(tx, self.workspace, &subjects)
    }

    fn sum(&self, tx: &mut Tx<'_>, seen: &Seen) -> Result<Erased> {
        let (workspace, subject) = (self.workspace, self.consents.subject());
        let mut documents = 0;
        for document in &seen.documents {
            let referring = store::document::referring(tx, workspace, *document)?;
            documents += u64::from(referring.iter().all(|record| seen.consents.contains(record)));
        }
        let consents = seen.consents.len() as u64;
        Ok(Erased {
            consents,
            events: if self.extent == Extent::Person { 0 } else { consents },
            forms: seen.forms.len() as u64,
            documents,
            preferences: store::preference::count(tx, workspace, subject)? as u64,
            answers: store::idempotency::count_about(tx, workspace, self.about)?.unsigned_abs(),
            subject: store::subject::created_at(tx, workspace, subject)?.is_some(),
        })
    }
}

/// Removes what is known of a subject besides its consents, once there are none. Its row must have been locked; `about` is
/// the keyed hash of its id.
pub(in crate::actions) fn remove_subject(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    subject: &str,
    about: i64,
) -> Result<Erased> {
    if let Some(at) = store::subject::created_at(tx, workspace, subject)? {
        let place = search::Place { at, id: subject.as_bytes().to_vec() };
        search::forget(tx, workspace, &[(search::List::Subjects, place)])?;
    }
    let preferences = store::subject::remove(tx, workspace, subject)? as u64;
    store::restraint::remove(tx, workspace, RestraintKind::Restriction, subject)?;
    let answers = store::idempotency::remove_about(tx, workspace, about)?;
    Ok(Erased { preferences, answers, ..Erased::default() })
}

/// A legal hold keeps what is known of a subject, and so does a restriction: whoever contests it may want it kept.
pub(in crate::actions) fn refuse_if_kept(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    subjects: &[String],
) -> Result<()> {
    for (kind, what) in
        [(RestraintKind::Hold, "a legal hold"), (RestraintKind::Restriction, "a restriction of processing")]
    {
        let restraints = store::restraint::get_each(tx, workspace, kind, subjects)?;
        if let Some(Restraint { reason, by, at, .. }) = restraints.into_iter().flatten().next() {
            let at = at.spell(Spelling::Seconds);
            return Err(Error::Conflict(format!(
                "{what} keeps what is known of this subject: {reason} (set by {by} at {at}); lift it first"
            )));
        }
    }
    Ok(())
}
