//! Subjects: created and updated by calls of their own, found, and what they preferred over time.

use std::collections::HashSet;
use std::sync::Arc;

use placet_proof::Group;
use uuid::Uuid;

use super::idempotency::{Answer, Once};
use super::{consent, restraint};
use crate::app::App;
use crate::domain::consent::{Filter, StoredConsent};
use crate::domain::error::{Error, Result};
use crate::domain::id::{WorkspaceId, time_ordered};
use crate::domain::json::{Json, Member};
use crate::domain::subject::{PastPreference, Subject, SubjectFields, SubjectFilter};
use crate::domain::substring::Contained;
use crate::domain::time::Timestamp;
use crate::store::installation::Term;
use crate::store::search::{self, Condition};
use crate::store::subject_list::{Found, Place, Wanted};
use crate::store::{self, IndexKey, SubjectUpsert, Tx};

/// What the caller is told.
#[derive(Debug)]
pub struct Written {
    /// The subject's id.
    pub id: String,
    /// When it became known.
    pub created_at: Timestamp,
}

/// Creates a subject, under an id of its own if none is given; one that exists is updated. Gives what `once` answers.
///
/// # Errors
/// Another request under the same name.
pub async fn create(
    app: &App,
    workspace: WorkspaceId,
    fields: SubjectFields,
    once: Once<Written>,
) -> Result<Answer> {
    let now = app.clock.now();
    let generated = || time_ordered(now, &app.random.bytes()).to_string();
    let id = fields.id.clone().unwrap_or_else(generated);
    let upsert = SubjectUpsert::new(id.clone(), fields, true, now);
    let key = *app.store.index_key();
    let call = time_ordered(now, &app.random.bytes());
    let about = key.hash(Term::Subject, &id);
    let work = move |tx: &mut Tx<'_>| {
        let created_at = store::subject::upsert(tx, (workspace, &key), &upsert, &call)?;
        Ok(Written { id: id.clone(), created_at })
    };
    once.about(about).write(app, work).await
}

/// Updates a subject with the fields given; an id among them counts for nothing. Gives what `once` answers.
///
/// # Errors
/// [`Error::NotFound`], also for a subject of another workspace; another request under the same name.
pub async fn update(
    app: &App,
    workspace: WorkspaceId,
    id: String,
    fields: SubjectFields,
    once: Once<Written>,
) -> Result<Answer> {
    let key = *app.store.index_key();
    let about = key.hash(Term::Subject, &id);
    let now = app.clock.now();
    let call = (time_ordered(now, &app.random.bytes()), now);
    let work = move |tx: &mut Tx<'_>| {
        let updated = store::subject::update(tx, (workspace, &key), &id, &fields, &call)?;
        let created_at = updated.ok_or(Error::NotFound("Subject"))?;
        Ok(Written { id: id.clone(), created_at })
    };
    once.about(about).write(app, work).await
}

/// One subject with its newest preferences.
///
/// # Errors
/// [`Error::NotFound`], also for a subject of another workspace.
pub async fn get(app: &App, workspace: WorkspaceId, id: String) -> Result<Subject> {
    let subject = app.store.read(move |tx| store::subject::get(tx, workspace, &id)).await?;
    subject.ok_or(Error::NotFound("Subject"))
}

/// The most subjects that are looked at for a page, when a part of what they have to contain is not known to the index.
const MOST_LOOKED_AT: usize = 5000;
/// Subjects looked at in one read, when most of those looked at do not pass.
const STRETCH: usize = 500;

/// A page of subjects, newest first, after the subject `after`; at most `limit`.
///
/// # Errors
/// [`Error::Invalid`] when `after` names no subject of the workspace.
pub async fn list(
    app: &App,
    workspace: WorkspaceId,
    filter: SubjectFilter,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<Subject>> {
    let mut place = start(app, workspace, &filter, after).await?;
    if !filter.is_possible(&workspace.owner()) {
        return Ok(Vec::new());
    }
    let hidden =
        if filter.hides_restricted { restraint::restricted(app, workspace).await? } else { HashSet::new() };
    let passes = |subject: &Subject| filter.passes(subject) && !hidden.contains(&subject.id);
    let search = Arc::new(Search::new(app, workspace, &filter));
    let (mut subjects, mut looked_at) = (Vec::new(), 0);
    let mut stretch = limit;
    while search.goes_on(looked_at) {
        let (search, after) = (Arc::clone(&search), place);
        let found = app.store.read(move |tx| search.find(tx, &after, stretch, looked_at)).await?;
        looked_at += found.subjects.len();
        subjects.extend(found.subjects.into_iter().filter(passes));
        match found.seen_to {
            Some(seen) if subjects.len() < limit => place = seen,
            _ => break,
        }
        stretch = STRETCH;
    }
    subjects.truncate(limit);
    Ok(subjects)
}

/// A page of subjects from the one known longest on, after the subject `after`; at most `limit`.
///
/// # Errors
/// [`Error::Invalid`] when `after` names no subject of the workspace, or when the filter looks for somebody: what is found
/// then is in the order of the index that it is found by.
pub async fn list_by_age(
    app: &App,
    workspace: WorkspaceId,
    filter: SubjectFilter,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<Subject>> {
    if !filter.is_about_nobody() {
        return Err(Error::invalid("sort", "must be -created_at where somebody is looked for"));
    }
    if !filter.is_possible(&workspace.owner()) {
        return Ok(Vec::new());
    }
    let hidden =
        if filter.hides_restricted { restraint::restricted(app, workspace).await? } else { HashSet::new() };
    let to = filter.to.unwrap_or(Timestamp(i64::MAX));
    let oldest = Place { at: filter.from.unwrap_or(Timestamp(i64::MIN)), id: String::new() };
    let mut place = place_of(app, workspace, after).await?.map_or(oldest.clone(), |place| place.max(oldest));
    let mut subjects = Vec::new();
    loop {
        let (after, verified) = (place.clone(), filter.verified);
        let read =
            move |tx: &mut Tx<'_>| store::subject_by_age::list(tx, workspace, verified, (&after, to), limit);
        let found = app.store.read(read).await?;
        let is_end = found.len() < limit;
        place = found.last().map_or(place, |last| Place { at: last.created_at, id: last.id.clone() });
        subjects.extend(found.into_iter().filter(|subject| !hidden.contains(&subject.id)));
        if is_end || subjects.len() >= limit {
            break;
        }
    }
    subjects.truncate(limit);
    Ok(subjects)
}

/// What the store is asked for.
struct Search {
    workspace: WorkspaceId,
    index_key: IndexKey,
    wanted: Wanted,
    /// What the texts have to contain,
    contained: Vec<Contained>,
    /// and the terms that they have to have.
    terms: Vec<Condition>,
}

impl Search {
    fn new(app: &App, workspace: WorkspaceId, filter: &SubjectFilter) -> Search {
        let index_key = *app.store.index_key();
        let (wanted, contained, terms) = (wanted(filter), filter.contained(), terms(&index_key, filter));
        Search { workspace, index_key, wanted, contained, terms }
    }

    /// Whether parts of texts are looked for one subject after the other: those too short for the index are, for a while.
    fn looks(&self, looked_at: usize) -> bool {
        self.contained.is_empty() || (looked_at < MOST_LOOKED_AT && !self.contained.iter().all(search::knows))
    }

    fn goes_on(&self, looked_at: usize) -> bool {
        self.looks(looked_at) || self.contained.iter().all(search::knows_some)
    }

    fn find(&self, tx: &mut Tx<'_>, after: &Place, limit: usize, looked_at: usize) -> Result<Found> {
        let mut conditions = self.terms.clone();
        if !self.looks(looked_at) {
            conditions.extend(self.contained.iter().cloned().map(Condition::Part));
        }
        let of = (self.workspace, &self.index_key);
        store::subject_search::find(tx, of, (&self.wanted, &conditions), after, limit)
    }
}

/// After the subject named, and not after the moment that the filter ends with.
async fn start(
    app: &App,
    workspace: WorkspaceId,
    filter: &SubjectFilter,
    after: Option<String>,
) -> Result<Place> {
    let newest = Place::before(filter.to.unwrap_or(Timestamp(i64::MAX)));
    Ok(place_of(app, workspace, after).await?.map_or(newest.clone(), |place| newest.min(place)))
}

/// Where the subject is that a page is to begin after.
async fn place_of(app: &App, workspace: WorkspaceId, after: Option<String>) -> Result<Option<Place>> {
    let Some(id) = after else { return Ok(None) };
    let name = id.clone();
    let found = app.store.read(move |tx| store::subject::created_at(tx, workspace, &name)).await?;
    let at = found.ok_or_else(|| Error::invalid("starting_after", "names no subject of this workspace"))?;
    Ok(Some(Place { at, id }))
}

fn wanted(filter: &SubjectFilter) -> Wanted {
    Wanted {
        id: filter.id.clone(),
        verified: filter.verified,
        phone: filter.phone.clone(),
        from: filter.from,
    }
}

fn terms(key: &IndexKey, filter: &SubjectFilter) -> Vec<Condition> {
    let SubjectFilter { email, first_name, last_name, .. } = filter;
    search::terms(key, [(Term::Email, email), (Term::FirstName, first_name), (Term::LastName, last_name)])
}

/// A place in a history: after so many preferences of a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryPlace {
    /// The consent.
    pub consent: Uuid,
    /// How many of its preferences stand before this place.
    pub passed: usize,
}

/// Consents read at once for a history.
const CONSENTS: usize = 100;

/// What a subject preferred, newest first, each with its place: everything that its consents say, not only what holds
/// now. `name` asks for one preference only.
///
/// # Errors
/// [`Error::NotFound`] for an unknown subject, [`Error::Invalid`] when `after` is no place in its history.
pub async fn history(
    app: &App,
    workspace: WorkspaceId,
    id: String,
    name: Option<&str>,
    after: Option<HistoryPlace>,
    limit: usize,
) -> Result<Vec<(HistoryPlace, PastPreference)>> {
    let known = id.clone();
    let subject = app.store.read(move |tx| store::subject::created_at(tx, workspace, &known)).await?;
    subject.ok_or(Error::NotFound("Subject"))?;
    let is_asked = |(_, past): &(HistoryPlace, PastPreference)| name.is_none_or(|name| past.name == name);
    let mut history = match after {
        Some(after) => rest_of(app, workspace, &id, after).await?,
        None => Vec::new(),
    };
    history.retain(is_asked);
    let mut last = after.map(|place| place.consent);
    while history.len() < limit {
        let filter = Filter { subject: Some(id.clone()), ..Filter::default() };
        let consents = consent::list(app, workspace, filter, last, CONSENTS).await?;
        history.extend(consents.iter().flat_map(preferences_of).filter(is_asked));
        last = consents.last().map(|consent| consent.id);
        if consents.len() < CONSENTS {
            break;
        }
    }
    history.truncate(limit);
    Ok(history)
}

/// The preferences of the consent that the page before ended in.
async fn rest_of(
    app: &App,
    workspace: WorkspaceId,
    subject: &str,
    place: HistoryPlace,
) -> Result<Vec<(HistoryPlace, PastPreference)>> {
    let unknown = || Error::invalid("starting_after", "is no place in the history of this subject");
    let consent = match consent::get(app, workspace, place.consent).await {
        Err(Error::NotFound(_)) => return Err(unknown()),
        other => other?,
    };
    if consent.subject("id").and_then(Json::as_str) != Some(subject) {
        return Err(unknown());
    }
    Ok(preferences_of(&consent).into_iter().skip(place.passed).collect())
}

/// What a consent says of its subject. A cookie choice sets no preference of a subject; nor does what was erased.
fn preferences_of(consent: &StoredConsent<'static>) -> Vec<(HistoryPlace, PastPreference)> {
    if consent.get(Group::Event, "widget").is_some() {
        return Vec::new();
    }
    let (id, at) = (consent.id, consent.at);
    let preferences = consent.get(Group::Event, "preferences").map_or(&[][..], Json::members);
    let past = |(passed, (name, value)): (usize, &Member<'static>)| {
        let past = PastPreference { name: name.to_string(), value: value.clone(), consent: id, at };
        (HistoryPlace { consent: id, passed }, past)
    };
    (1..).zip(preferences).map(past).collect()
}
