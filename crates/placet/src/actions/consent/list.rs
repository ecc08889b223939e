//! Finding consents again.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use uuid::Uuid;

use crate::app::App;
use crate::domain::consent::{FacetFilter, Filter, StoredConsent, open_group};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::restraint::RestraintKind;
use crate::domain::substring::Contained;
use crate::domain::time::Timestamp;
use crate::store::consent::{Index, PackedConsent, Place, Span, Stream, Walk};
use crate::store::facets::Admitted;
use crate::store::installation::{IndexKey, Term};
use crate::store::search::{self, Condition, List, Matches};
use crate::store::{self, Store, Tx};

/// The most consents that are looked at in one read.
const LONGEST_STEP: usize = 500;
/// The most consents that are looked at for a page, when a part of what they have to contain is not known to the index.
const MOST_LOOKED_AT: usize = 5000;
/// A preference that no more combinations have is sought even where another filter leads.
const FEW_COMBINATIONS: usize = 4;

/// A page of consents, newest first, after the consent `after`; at most `limit`.
///
/// # Errors
/// [`Error::Invalid`] when `after` names no consent of the workspace.
pub async fn list(
    app: &App,
    workspace: WorkspaceId,
    filter: Filter,
    after: Option<Uuid>,
    limit: usize,
) -> Result<Vec<StoredConsent<'static>>> {
    let (index_key, contained) = (*app.store.index_key(), filter.contained());
    let request = Arc::new(Request { workspace, index_key, filter, contained, after, limit });
    let (mut found, mut step) = (Vec::new(), limit);
    let mut stage = request.first_stage();
    // Each round is a read of its own, so that a long search keeps nobody else waiting.
    loop {
        let (request, begun) = (Arc::clone(&request), stage);
        let round = app.store.read(move |tx| request.round(tx, begun.clone(), step));
        let Round { stage: next, consents, are_all } = round.await?;
        found.extend(consents);
        let Some(next) = next.filter(|_| found.len() < limit) else {
            found.truncate(limit);
            return Ok(found);
        };
        // More at once where consents have to be looked at one by one.
        step = if are_all { limit - found.len() } else { (step * 2).min(LONGEST_STEP) };
        stage = next;
    }
}

/// The newest consent of a subject.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn last(app: &App, workspace: WorkspaceId, subject: String) -> Result<StoredConsent<'static>> {
    let filter = Filter { subject: Some(subject), ..Filter::default() };
    list(app, workspace, filter, None, 1).await?.pop().ok_or(Error::NotFound("Consent"))
}

/// How consents are come by.
#[derive(Clone)]
enum Stage {
    /// Along the indexes that the filter can use.
    Begin,
    Walk(Walk),
    /// One by one, as long as so many were not looked at: a part of what is to be contained is too short for the index.
    BeginLooking,
    Look(Walk, usize),
    /// From where looking ended, along the index for the parts that are long enough.
    GoOn(Span),
}

/// All consents that an index holds for a filter, newest first, packed as they are stored. Whether they pass is for
/// whoever opens them to ask the [`Sieve`].
pub(in crate::actions) struct Scan {
    store: Store,
    request: Arc<Request>,
    sieve: Sieve,
    walk: Option<Walk>,
    /// Consents that come next.
    ahead: VecDeque<Uuid>,
}

/// What a filter asks of a consent that is open.
#[derive(Clone)]
pub(in crate::actions) struct Sieve {
    filter: Filter,
    hidden: Arc<HashSet<String>>,
}

impl Sieve {
    pub(in crate::actions) fn passes(&self, consent: &StoredConsent<'_>) -> bool {
        self.filter.passes(consent) && !is_of(consent, &self.hidden)
    }
}

/// Consents, and bytes of them, that one read of a scan gives.
const PAGE: usize = 1000;
const PAGE_BYTES: usize = 4 * 1024 * 1024;

impl Scan {
    pub(in crate::actions) async fn begin(app: &App, workspace: WorkspaceId, filter: Filter) -> Result<Scan> {
        let (index_key, contained) = (*app.store.index_key(), filter.contained());
        let sieved = filter.clone();
        let request = Arc::new(Request { workspace, index_key, filter, contained, after: None, limit: PAGE });
        let asked = Arc::clone(&request);
        let hidden = Arc::new(app.store.read(move |tx| asked.hidden(tx)).await?);
        let sieve = Sieve { filter: sieved, hidden };
        Ok(Scan { store: app.store.clone(), request, sieve, walk: None, ahead: VecDeque::new() })
    }

    pub(in crate::actions) fn sieve(&self) -> &Sieve {
        &self.sieve
    }

    /// The next consents; `None` after the last.
    pub(in crate::actions) async fn next(&mut self) -> Result<Option<Vec<PackedConsent>>> {
        if self.ahead.is_empty() && self.walk.as_ref().is_some_and(Walk::is_done) {
            return Ok(None);
        }
        let (request, walked, ahead) = (Arc::clone(&self.request), self.walk.take(), self.ahead.clone());
        let page = self.store.read(move |tx| {
            let mut walk = walked.clone().map_or_else(|| request.begin(tx), Ok)?;
            let mut ids: Vec<Uuid> = ahead.iter().copied().collect();
            if ids.len() < PAGE / 2 {
                ids.extend(walk.next(tx, PAGE - ids.len())?.into_iter().map(|place| place.id));
            }
            let asked = (ids.as_slice(), request.filter.takes_all_between());
            let (consents, read) = store::consent::get_packed(tx, request.workspace, asked, PAGE_BYTES)?;
            Ok((walk, ids.split_off(read), consents))
        });
        let (walk, ahead, consents) = page.await?;
        (self.walk, self.ahead) = (Some(walk), ahead.into());
        Ok(Some(consents))
    }
}

struct Request {
    workspace: WorkspaceId,
    index_key: IndexKey,
    filter: Filter,
    /// What the subject's texts have to contain.
    contained: Vec<Contained>,
    after: Option<Uuid>,
    limit: usize,
}

impl Request {
    fn first_stage(&self) -> Stage {
        if self.contained.iter().all(search::knows) { Stage::Begin } else { Stage::BeginLooking }
    }

    /// Where a scan begins: along the index for texts if it knows them all, else along everything else.
    fn begin(&self, tx: &mut Tx<'_>) -> Result<Walk> {
        let span = self.span(tx)?;
        if self.contained.iter().all(search::knows) { self.walk(tx, span) } else { self.look(tx, span) }
    }

    fn span(&self, tx: &mut Tx<'_>) -> Result<Span> {
        let after = match self.after {
            None => Place::START,
            Some(id) => store::consent::place(tx, self.workspace, id)?
                .ok_or_else(|| Error::invalid("starting_after", "names no consent of this workspace"))?,
        };
        let newest = self.filter.to.map_or(Place::START, Place::before_moment);
        let from = self.filter.from.unwrap_or(Timestamp(i64::MIN));
        Ok(Span { after: after.min(newest), from })
    }

    /// Along everything that has an index.
    fn walk(&self, tx: &mut Tx<'_>, span: Span) -> Result<Walk> {
        let mut wanted = self.terms();
        wanted.extend(self.contained.iter().cloned().map(Condition::Part));
        let search = self.search(tx, span, &wanted)?;
        let (streams, combinations) = self.streams(tx, &self.filter.facets, span, search.is_some())?;
        Ok(Walk::new(self.workspace, (streams, search), combinations, span, self.limit))
    }

    /// Along what has an index, but for the parts of texts. Cookie choices would be looked at in vain.
    fn look(&self, tx: &mut Tx<'_>, span: Span) -> Result<Walk> {
        let is_cookie_choice = self.filter.facets.is_cookie_choice.or(Some(false));
        let facets = FacetFilter { is_cookie_choice, ..self.filter.facets.clone() };
        let search = self.search(tx, span, &self.terms())?;
        let (streams, combinations) = self.streams(tx, &facets, span, search.is_some())?;
        Ok(Walk::new(self.workspace, (streams, search), combinations, span, self.limit))
    }

    /// The search for what the search index knows; `None` when nothing of that is wanted.
    fn search(&self, tx: &mut Tx<'_>, span: Span, wanted: &[Condition]) -> Result<Option<Matches>> {
        let of = (self.workspace, List::Consents);
        Matches::begin(tx, &self.index_key, of, wanted, &span.after.into())
    }

    /// One stream for each filter that has an index of its own, and the combinations of facets that are admitted. All of
    /// them together are all consents.
    fn streams(
        &self,
        tx: &mut Tx<'_>,
        facets: &FacetFilter,
        span: Span,
        has_search: bool,
    ) -> Result<(Vec<Stream>, Option<Vec<i64>>)> {
        let subject = self.filter.subject.as_ref().map(|id| self.index_key.hash(Term::Subject, id));
        let mut streams: Vec<Stream> =
            subject.into_iter().map(|subject| Stream::any_of([Index::Subject(subject)])).collect();
        if let Some(text) = &self.filter.search {
            streams.push(self.anything(tx, span, text)?);
        }
        if (has_search || !streams.is_empty()) && *facets == FacetFilter::default() {
            return Ok((streams, None));
        }
        let name = facets.preference.as_deref().map(|name| self.index_key.hash(Term::Preference, name));
        let Admitted { mut telling, of_any_names } =
            store::facets::admitted(tx, self.workspace, facets, name)?;
        let is_sought = (streams.is_empty() && !has_search) || telling.len() <= FEW_COMBINATIONS;
        if let Some(name) = name.filter(|_| is_sought && !of_any_names.is_empty()) {
            let indexes = telling.iter().copied().map(Index::Facets).chain([Index::Name(name)]);
            streams.push(Stream::any_of(indexes));
        }
        telling.extend(of_any_names);
        Ok((streams, Some(telling)))
    }

    fn terms(&self) -> Vec<Condition> {
        let Filter { email, first_name, last_name, ip, .. } = &self.filter;
        let names = [(Term::FirstName, first_name), (Term::LastName, last_name)];
        search::terms(&self.index_key, names.into_iter().chain([(Term::Email, email), (Term::Ip, ip)]))
    }

    /// Along all by which one text may lead to consents.
    fn anything(&self, tx: &mut Tx<'_>, span: Span, text: &str) -> Result<Stream> {
        let hash = |term| self.index_key.hash(term, text);
        let ids = [Index::Subject(hash(Term::Subject)), Index::User(hash(Term::User))];
        let consent = Uuid::try_parse(text).ok().map(Index::Id);
        let email = self.search(tx, span, &[Condition::Term(hash(Term::Email))])?;
        Ok(Stream::any_of(ids.into_iter().chain(consent)).or(email))
    }

    /// Subjects whose consents the caller may not list.
    fn hidden(&self, tx: &mut Tx<'_>) -> Result<HashSet<String>> {
        if !self.filter.hides_restricted {
            return Ok(HashSet::new());
        }
        store::restraint::subjects(tx, self.workspace, RestraintKind::Restriction)
    }

    /// Of consents that are looked at one by one, those whose subject's texts have what is to be contained. Nothing else
    /// of a consent is read for that.
    fn of_wanted_subjects(&self, tx: &mut Tx<'_>, ids: &[Uuid]) -> Result<Vec<Uuid>> {
        let mut wanted = Vec::new();
        for (id, text) in store::consent::subjects_of(tx, self.workspace, ids)? {
            if self.filter.is_in_subject(&open_group(id, &text)?) {
                wanted.push(id);
            }
        }
        Ok(wanted)
    }

    /// The next consents that pass, of up to `step` that are come by.
    fn round(&self, tx: &mut Tx<'_>, stage: Stage, step: usize) -> Result<Round> {
        let (mut walk, looked_at) = match stage {
            Stage::Walk(walk) => (walk, None),
            Stage::Look(walk, looked_at) => (walk, Some(looked_at)),
            Stage::Begin => {
                let span = self.span(tx)?;
                (self.walk(tx, span)?, None)
            }
            Stage::BeginLooking => {
                let span = self.span(tx)?;
                (self.look(tx, span)?, Some(0))
            }
            Stage::GoOn(span) => (self.walk(tx, span)?, None),
        };
        let ids: Vec<Uuid> = walk.next(tx, step)?.into_iter().map(|place| place.id).collect();
        let wanted = looked_at.map(|_| self.of_wanted_subjects(tx, &ids)).transpose()?;
        let mut consents = store::consent::get_several(tx, self.workspace, wanted.as_ref().unwrap_or(&ids))?;
        let hidden = self.hidden(tx)?;
        consents.retain(|consent| self.filter.passes(consent) && !is_of(consent, &hidden));
        let are_all = consents.len() == ids.len();
        let looked_at = looked_at.map(|looked_at| looked_at + ids.len());
        Ok(Round { stage: self.next_stage(walk, looked_at), consents, are_all })
    }

    fn next_stage(&self, walk: Walk, looked_at: Option<usize>) -> Option<Stage> {
        match looked_at {
            _ if walk.is_done() => None,
            None => Some(Stage::Walk(walk)),
            Some(looked_at) if looked_at < MOST_LOOKED_AT => Some(Stage::Look(walk, looked_at)),
            Some(_) => {
                let is_left = self.contained.iter().all(search::knows_some);
                is_left.then(|| Stage::GoOn(walk.span()))
            }
        }
    }
}

fn is_of(consent: &StoredConsent<'_>, subjects: &HashSet<String>) -> bool {
    consent.subject("id").and_then(Json::as_str).is_some_and(|id| subjects.contains(id))
}

struct Round {
    /// Where the next round begins; `None` at the end.
    stage: Option<Stage>,
    consents: Vec<StoredConsent<'static>>,
    /// Whether every consent that was come by passed.
    are_all: bool,
}
