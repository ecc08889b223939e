//! Finding consents again.

use std::collections::VecDeque;
use std::sync::Arc;

use uuid::Uuid;

use crate::app::App;
use crate::domain::consent::{FacetFilter, Filter, StoredConsent};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;
use crate::store::consent::{Index, PackedConsent, Place, Span, Stream, Walk};
use crate::store::installation::{IndexKey, Term};
use crate::store::{self, Store, Tx};

/// The most consents that are looked at in one read.
const LONGEST_STEP: usize = 500;

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
) -> Result<Vec<StoredConsent>> {
    let request = Arc::new(Request { workspace, index_key: *app.store.index_key(), filter, after, limit });
    let (mut found, mut walk, mut step) = (Vec::new(), None, limit);
    // Each round is a read of its own, so that a long search keeps nobody else waiting.
    loop {
        let (request, walked) = (Arc::clone(&request), walk.take());
        let round = app.store.read(move |tx| {
            let walk = walked.clone().map_or_else(|| request.begin(tx), Ok)?;
            request.round(tx, walk, step)
        });
        let Round { walk: walked, consents, are_all } = round.await?;
        found.extend(consents);
        if found.len() >= limit || walked.is_done() {
            found.truncate(limit);
            return Ok(found);
        }
        // More at once where consents have to be looked at one by one.
        step = if are_all { limit - found.len() } else { (step * 2).min(LONGEST_STEP) };
        walk = Some(walked);
    }
}

/// The newest consent of a subject.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn last(app: &App, workspace: WorkspaceId, subject: String) -> Result<StoredConsent> {
    let filter = Filter { subject: Some(subject), ..Filter::default() };
    list(app, workspace, filter, None, 1).await?.pop().ok_or(Error::NotFound("Consent"))
}

/// All consents that an index holds for a filter, newest first, packed as they are stored. Whether they pass is for
/// whoever opens them to ask.
pub(in crate::actions) struct Scan {
    store: Store,
    request: Arc<Request>,
    walk: Option<Walk>,
    /// Consents that come next.
    ahead: VecDeque<Uuid>,
}

/// Consents, and bytes of them, that one read of a scan gives.
const PAGE: usize = 1000;
const PAGE_BYTES: usize = 4 * 1024 * 1024;

impl Scan {
    pub(in crate::actions) fn new(app: &App, workspace: WorkspaceId, filter: Filter) -> Scan {
        let index_key = *app.store.index_key();
        let request = Arc::new(Request { workspace, index_key, filter, after: None, limit: PAGE });
        Scan { store: app.store.clone(), request, walk: None, ahead: VecDeque::new() }
    }

    pub(in crate::actions) fn filter(&self) -> &Filter {
        &self.request.filter
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
            let (consents, read) = store::consent::get_packed(tx, request.workspace, &ids, PAGE_BYTES)?;
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
    after: Option<Uuid>,
    limit: usize,
}

impl Request {
    fn begin(&self, tx: &mut Tx<'_>) -> Result<Walk> {
        let after = match self.after {
            None => Place::START,
            Some(id) => store::consent::place(tx, self.workspace, id)?
                .ok_or_else(|| Error::invalid("starting_after", "names no consent of this workspace"))?,
        };
        let newest = self.filter.to.map_or(Place::START, Place::before_moment);
        let from = self.filter.from.unwrap_or(Timestamp(i64::MIN));
        let span = Span { after: after.min(newest), from };
        let streams = self.streams();
        let combinations = self.combinations(tx, streams.is_empty())?;
        Ok(Walk::new(self.workspace, streams, combinations, span, self.limit))
    }

    /// One stream for each filter that has an index of its own.
    fn streams(&self) -> Vec<Stream> {
        let mut streams: Vec<Stream> =
            self.exact().into_iter().map(|index| Stream::any_of([index])).collect();
        streams.extend(self.filter.search.as_deref().map(|text| self.search(text)));
        streams
    }

    /// The combinations of facets that the filter admits. All of them together are all consents.
    fn combinations(&self, tx: &mut Tx<'_>, is_alone: bool) -> Result<Option<Vec<i64>>> {
        let facets = &self.filter.facets;
        if !is_alone && *facets == FacetFilter::default() {
            return Ok(None);
        }
        let name = facets.preference.as_deref().map(|name| self.index_key.hash(Term::Preference, name));
        store::facets::admitted(tx, self.workspace, facets, name).map(Some)
    }

    fn exact(&self) -> Vec<Index> {
        let Filter { subject, email, first_name, last_name, ip, .. } = &self.filter;
        let hash = |term, text: &Option<String>| text.as_ref().map(|text| self.index_key.hash(term, text));
        let indexes = [
            hash(Term::Subject, subject).map(Index::Subject),
            hash(Term::Email, email).map(Index::Email),
            hash(Term::FirstName, first_name).map(Index::FirstName),
            hash(Term::LastName, last_name).map(Index::LastName),
            hash(Term::Ip, ip).map(Index::Ip),
        ];
        indexes.into_iter().flatten().collect()
    }

    fn search(&self, text: &str) -> Stream {
        let hash = |term| self.index_key.hash(term, text);
        let indexes = [
            Some(Index::Subject(hash(Term::Subject))),
            Some(Index::Email(hash(Term::Email))),
            Some(Index::User(hash(Term::User))),
            Uuid::try_parse(text).ok().map(Index::Id),
        ];
        Stream::any_of(indexes.into_iter().flatten())
    }

    /// The next consents that pass, of up to `step` that the walk comes to.
    fn round(&self, tx: &mut Tx<'_>, mut walk: Walk, step: usize) -> Result<Round> {
        let ids: Vec<Uuid> = walk.next(tx, step)?.into_iter().map(|place| place.id).collect();
        let mut consents = store::consent::get_several(tx, self.workspace, &ids)?;
        consents.retain(|consent| self.filter.passes(consent));
        Ok(Round { walk, are_all: consents.len() == ids.len(), consents })
    }
}

struct Round {
    walk: Walk,
    consents: Vec<StoredConsent>,
    /// Whether every consent that the walk came to passed.
    are_all: bool,
}
