//! Recording a consent, and finding it again.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError};

use placet_proof::Group;
use uuid::Uuid;

use super::receipt::Receipt;
use crate::app::App;
use crate::domain::address::shorten;
use crate::domain::consent::{
    Circumstances, CitedNotice, Event, FacetFilter, Facets, Moment, ProofPart, StoredConsent, Submission,
};
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::idempotency::NamedRequest;
use crate::domain::json::{Json, Member};
use crate::domain::key::{KeyIdentity, KeyKind};
use crate::domain::legal_notice::NoticeReference;
use crate::domain::record::{Groups, SALT_BYTES};
use crate::domain::time::Timestamp;
use crate::store::consent::{Index, Place};
use crate::store::installation::Term;
use crate::store::{self, Appended, FormToStore, NewConsent, SubjectUpsert, Terms, pack};

/// What the caller is told.
#[derive(Debug)]
pub struct Recorded {
    /// The consent's id.
    pub id: Uuid,
    /// Its moment.
    pub at: Timestamp,
    /// The subject's id.
    pub subject: String,
    /// Whether the same request had been carried out before.
    pub is_repeated: bool,
}

/// Forms larger than this are packed anew each time instead of being kept in memory.
const MAX_KEPT_FORM: usize = 64 * 1024;
const MAX_KEPT_FORMS: usize = 512;

/// Records a consent. `Ok` means that it is on disk. The id of a consent that a named request records is that of the
/// request: by it, the request is recognised when it comes again, and is answered from the record.
///
/// # Errors
/// An implausible moment, another request under the same name, or a store that cannot take it now; nothing is stored
/// then.
pub async fn record(
    app: &App,
    key: &KeyIdentity,
    mut submission: Submission<'_>,
    caller: Option<IpAddr>,
    request: Option<NamedRequest>,
) -> Result<Recorded> {
    let known = Known {
        notices: cite(app, key.workspace, std::mem::take(&mut submission.notices)).await?,
        public_may_update: app.workspace_settings(key.workspace).await?.public_may_update,
    };
    let receipt = Receipt::now(app, request.map(|request| request.id));
    let (consent, subject) = prepare(app, key, submission, known, caller, &receipt)?;
    store_once(app, consent, request, subject).await
}

/// Stores the consent, unless the same request has done so before.
async fn store_once(
    app: &App,
    mut consent: Box<NewConsent>,
    request: Option<NamedRequest>,
    subject: String,
) -> Result<Recorded> {
    consent.replay_hash = request.map(|request| request.fingerprint);
    let (workspace, id, at) = (consent.workspace, consent.id, consent.at);
    match app.store.append(consent).await {
        Ok(Appended::Stored) => Ok(Recorded { id, at, subject, is_repeated: false }),
        Ok(Appended::Known) => recorded_before(app, workspace, id).await,
        Err(Error::Conflict(_)) if request.is_some() => Err(Error::KeyReused),
        Err(error) => Err(error),
    }
}

/// What the caller was told when the request came for the first time.
async fn recorded_before(app: &App, workspace: WorkspaceId, id: Uuid) -> Result<Recorded> {
    let consent = get(app, workspace, id).await?;
    let subject = consent.subject("id").and_then(Json::as_str).map(str::to_owned);
    let at = consent.get(Group::Event, "at").and_then(Json::as_int).map(Timestamp);
    let (Some(subject), Some(at)) = (subject, at) else {
        return Err(Error::Conflict("this request was carried out, and what it said has been erased".into()));
    };
    Ok(Recorded { id, at, subject, is_repeated: true })
}

/// What the store knows that a record depends on.
pub(super) struct Known {
    /// The notices that the submission names, as they are known.
    pub notices: Vec<CitedNotice>,
    /// Whether a public call may change a subject that exists.
    pub public_may_update: bool,
}

/// Makes the record of a submission, ready to be stored, and gives its subject's id too.
///
/// # Errors
/// An implausible moment.
pub(super) fn prepare(
    app: &App,
    key: &KeyIdentity,
    submission: Submission<'_>,
    known: Known,
    caller: Option<IpAddr>,
    receipt: &Receipt,
) -> Result<(Box<NewConsent>, String)> {
    let moment = Moment::weigh(submission.timestamp, receipt.at, key.kind)?;
    let id = receipt.id;
    let subject = submission.fields.id.clone().unwrap_or_else(|| receipt.subject_id.to_string());
    let ip = submission
        .ip_address
        .or(caller.filter(|_| submission.autodetect_ip).map(shorten))
        .map(|ip| ip.to_string());
    let (forms, digests) = forms(app, &submission.proofs);
    let facets = Facets {
        source: key.kind,
        is_cookie_choice: submission.is_cookie_choice,
        is_verified: submission.fields.verified == Some(true),
    };
    let hash = |term, text: Option<&str>| text.map(|text| app.store.index_key().hash(term, text));
    let terms = Terms {
        subject: hash(Term::Subject, Some(&subject)),
        email: hash(Term::Email, submission.fields.email.as_deref()),
        first_name: hash(Term::FirstName, submission.fields.first_name.as_deref()),
        last_name: hash(Term::LastName, submission.fields.last_name.as_deref()),
        ip: hash(Term::Ip, ip.as_deref()),
        user: None,
    };
    let may_overwrite = key.kind == KeyKind::Private || known.public_may_update;
    let index_key = app.store.index_key();
    let mut upsert =
        SubjectUpsert::new(index_key, subject.clone(), submission.fields, may_overwrite, receipt.at);
    let packed = |(name, value): &Member<'_>| (name.to_string(), pack(value.to_string().as_bytes()));
    upsert.preferences = submission.preferences.iter().map(packed).collect();
    let event = Event {
        id,
        moment,
        source: key.kind,
        is_cookie_choice: submission.is_cookie_choice,
        subject: with_id(submission.subject, &subject),
        user_id: None,
        contents: contents(&submission.proofs),
        forms: digests,
        preferences: submission.preferences,
        notices: known.notices,
        services: Vec::new(),
        shown: None,
        circumstances: Circumstances { ip, ..Circumstances::default() },
    };
    let mut consent = seal(&receipt.salts, key.workspace, (id, moment.at), facets, &event.into_groups());
    consent.terms = terms;
    consent.forms = forms;
    consent.subject = Some(upsert);
    Ok((consent, subject))
}

/// Writes the record and packs it; terms, forms and subject are still to be added.
pub(super) fn seal(
    salts: &[u8; SALT_BYTES],
    workspace: WorkspaceId,
    (id, at): (Uuid, Timestamp),
    facets: Facets,
    groups: &Groups<'_>,
) -> Box<NewConsent> {
    let record = groups.seal(salts);
    let commitments = record.commitments();
    Box::new(NewConsent {
        workspace,
        id,
        at,
        facets: facets.code(),
        terms: Terms::default(),
        replay_hash: None,
        groups: record.disclosures().each_ref().map(|disclosure| pack(disclosure.as_bytes())),
        commitments: commitments.to_bytes(),
        entry: *commitments.commitment().entry().as_bytes(),
        forms: Vec::new(),
        subject: None,
    })
}

/// Names for each notice the version and digest actually in force; what is not known stays as it was sent.
async fn cite(
    app: &App,
    workspace: WorkspaceId,
    references: Vec<NoticeReference>,
) -> Result<Vec<CitedNotice>> {
    let mut cited = Vec::with_capacity(references.len());
    for reference in references {
        let key = (workspace, reference.identifier.clone(), reference.version);
        let known = app
            .notices
            .get_or(&key, app.clock.now(), || {
                let (workspace, identifier, version) = key.clone();
                app.store.read(move |tx| store::legal_notice::resolve(tx, workspace, &identifier, version))
            })
            .await?;
        cited.push(reference.cite(known));
    }
    Ok(cited)
}

/// The members as sent; the id in its place, or first if it was generated.
fn with_id<'a>(mut subject: Vec<Member<'a>>, id: &str) -> Vec<Member<'a>> {
    match subject.iter_mut().find(|(name, _)| name == "id") {
        Some((_, value)) => *value = Json::text(id.to_owned()),
        None => subject.insert(0, ("id".into(), Json::text(id.to_owned()))),
    }
    subject
}

fn contents<'a>(proofs: &[ProofPart<'a>]) -> Vec<Json<'a>> {
    proofs.iter().map(|proof| Json::text_or_null(proof.content.clone())).collect()
}

fn forms(app: &App, proofs: &[ProofPart<'_>]) -> (Vec<FormToStore>, Vec<Option<Digest>>) {
    let mut stored = Vec::new();
    let digests = proofs.iter().map(|proof| {
        let html = proof.form.as_deref()?;
        let digest = Digest::of(html.as_bytes());
        stored.push(FormToStore { digest, html: packed_form(app, digest, html) });
        Some(digest)
    });
    let digests = digests.collect();
    (stored, digests)
}

/// Many people are shown the same form: it is packed once.
fn packed_form(app: &App, digest: Digest, html: &str) -> Arc<Vec<u8>> {
    let known = app.packed_forms.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
    known.unwrap_or_else(|| {
        let packed = Arc::new(pack(html.as_bytes()));
        if packed.len() <= MAX_KEPT_FORM {
            let mut kept = app.packed_forms.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= MAX_KEPT_FORMS {
                kept.clear();
            }
            kept.insert(digest, Arc::clone(&packed));
        }
        packed
    })
}

/// Which consents to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Source, consent type, verified.
    pub facets: FacetFilter,
    /// Exactly this subject id.
    pub subject: Option<String>,
    /// Exactly this consent id, subject id, e-mail address or user id.
    pub search: Option<String>,
}

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
    let indexes = indexes(app, &filter);
    app.store
        .read(move |tx| {
            let mut place = start(tx, workspace, after)?;
            let mut found = Vec::new();
            // Several rounds only where a filter is applied to what an index gives.
            loop {
                let places = store::consent::merged_places(tx, workspace, &indexes, place, limit)?;
                let is_last = places.len() < limit;
                for next in places {
                    place = next;
                    let consent = store::consent::get(tx, workspace, next.id)?
                        .filter(|consent| passes(consent, &filter));
                    found.extend(consent);
                    if found.len() == limit {
                        return Ok(found);
                    }
                }
                if is_last {
                    return with_exact_id(tx, workspace, &filter, after, found);
                }
            }
        })
        .await
}

fn start(tx: &mut store::Tx<'_>, workspace: WorkspaceId, after: Option<Uuid>) -> Result<Place> {
    let Some(after) = after else { return Ok(Place::START) };
    store::consent::place(tx, workspace, after)?
        .ok_or_else(|| Error::invalid("starting_after", "names no consent of this workspace"))
}

fn indexes(app: &App, filter: &Filter) -> Vec<Index> {
    let hash = |term, text: &str| app.store.index_key().hash(term, text);
    match (&filter.subject, &filter.search) {
        (Some(subject), _) => vec![Index::Subject(hash(Term::Subject, subject))],
        (None, Some(text)) => vec![
            Index::Subject(hash(Term::Subject, text)),
            Index::Email(hash(Term::Email, text)),
            Index::User(hash(Term::User, text)),
        ],
        (None, None) => filter.facets.codes().into_iter().map(Index::Facets).collect(),
    }
}

/// An index knows only hashes and one condition; this knows all of the filter.
fn passes(consent: &StoredConsent, filter: &Filter) -> bool {
    let is = |value: Option<&Json<'_>>, text: &str| value.and_then(Json::as_str) == Some(text);
    let is_subject = |text: &str| is(consent.subject("id"), text);
    let user = consent.get(Group::Subject, "user_id");
    let finds = |text: &String| is_subject(text) || is(consent.subject("email"), text) || is(user, text);
    let facets = filter.facets;
    let source = consent.get(Group::Event, "source");
    let is_cookie_choice = consent.get(Group::Event, "consent_type").is_some();
    let is_verified = consent.subject("verified").and_then(Json::as_bool) == Some(true);
    filter.subject.as_deref().is_none_or(is_subject)
        && (filter.search.as_ref().is_none_or(finds) || filter.subject.is_some())
        && facets.source.is_none_or(|only| is(source, only.word()))
        && facets.is_cookie_choice.is_none_or(|only| only == is_cookie_choice)
        && facets.is_verified.is_none_or(|only| only == is_verified)
}

/// A search may also name one consent by its id; it stands at the end of the last page.
fn with_exact_id(
    tx: &mut store::Tx<'_>,
    workspace: WorkspaceId,
    filter: &Filter,
    after: Option<Uuid>,
    mut found: Vec<StoredConsent>,
) -> Result<Vec<StoredConsent>> {
    let searched =
        filter.search.as_deref().and_then(|text| Uuid::try_parse(text).ok()).filter(|id| after != Some(*id));
    if let Some(id) = searched
        && !found.iter().any(|consent| consent.id == id)
    {
        let only_facets = Filter { facets: filter.facets, ..Filter::default() };
        found.extend(store::consent::get(tx, workspace, id)?.filter(|consent| passes(consent, &only_facets)));
    }
    Ok(found)
}

/// One consent.
///
/// # Errors
/// [`Error::NotFound`], also for a consent of another workspace.
pub async fn get(app: &App, workspace: WorkspaceId, id: Uuid) -> Result<StoredConsent> {
    app.store.read(move |tx| store::consent::get(tx, workspace, id)).await?.ok_or(Error::NotFound("Consent"))
}
