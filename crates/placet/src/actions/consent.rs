//! Recording a consent, and finding it again.

mod list;

use std::net::IpAddr;
use std::sync::{Arc, PoisonError};

use placet_proof::Group;
use uuid::Uuid;

use super::facets;
use super::receipt::Receipt;
use crate::app::App;
use crate::domain::address::shorten;
use crate::domain::consent::{
    Circumstances, CitedNotice, Event, Facets, Moment, ProofPart, StoredConsent, Submission,
};
use crate::domain::document::{CitedDocument, DocumentReference};
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::idempotency::NamedRequest;
use crate::domain::json::{Json, Member};
use crate::domain::key::{KeyIdentity, KeyKind};
use crate::domain::legal_notice::NoticeReference;
use crate::domain::record::{Groups, SALT_BYTES};
use crate::domain::time::Timestamp;
use crate::store::installation::Term;
use crate::store::{self, Appended, FormToStore, NewConsent, SubjectUpsert, Terms, pack};

pub(in crate::actions) use list::Scan;
pub use list::{last, list};

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
        documents: cite_documents(app, key.workspace, std::mem::take(&mut submission.documents)).await?,
        facets: facets_of(app, key, &submission, caller).await?,
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
    /// The documents that it names.
    pub documents: Vec<CitedDocument>,
    /// The code of its facets, as [`facets_of`] gives it.
    pub facets: i64,
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
    let Known { notices, documents, facets, public_may_update } = known;
    let ip = address(&submission, caller).map(|ip| ip.to_string());
    let (forms, digests) = forms(app, &submission.proofs);
    let hash = |term, text: Option<&str>| text.map(|text| app.store.index_key().hash(term, text));
    let terms = Terms {
        subject: hash(Term::Subject, Some(&subject)),
        email: hash(Term::Email, submission.fields.email.as_deref()),
        first_name: hash(Term::FirstName, submission.fields.first_name.as_deref()),
        last_name: hash(Term::LastName, submission.fields.last_name.as_deref()),
        ip: hash(Term::Ip, ip.as_deref()),
        user: None,
    };
    let may_overwrite = key.kind == KeyKind::Private || public_may_update;
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
        notices,
        documents: documents.iter().map(|document| document.digest).collect(),
        services: Vec::new(),
        shown: None,
        circumstances: Circumstances { ip, ..Circumstances::default() },
    };
    let mut consent = seal(&receipt.salts, key.workspace, (id, moment.at), facets, &event.into_groups());
    consent.terms = terms;
    consent.forms = forms;
    consent.documents = documents.iter().map(|document| document.id).collect();
    consent.subject = Some(upsert);
    Ok((consent, subject))
}

/// The code of a submission's facets.
pub(super) async fn facets_of(
    app: &App,
    key: &KeyIdentity,
    submission: &Submission<'_>,
    caller: Option<IpAddr>,
) -> Result<i64> {
    let has_ip = address(submission, caller).is_some();
    let flags = (submission.is_cookie_choice, submission.fields.verified == Some(true), has_ip);
    let names = submission.preferences.iter().map(|(name, _)| name.as_ref());
    facets::code(app, key.workspace, &Facets::new(key.kind, flags, names)).await
}

/// The address to be kept: the one that was given, else the caller's own, shortened.
fn address(submission: &Submission<'_>, caller: Option<IpAddr>) -> Option<IpAddr> {
    submission.ip_address.or(caller.filter(|_| submission.autodetect_ip).map(shorten))
}

/// Writes the record and packs it; terms, forms, documents and subject are still to be added.
pub(super) fn seal(
    salts: &[u8; SALT_BYTES],
    workspace: WorkspaceId,
    (id, at): (Uuid, Timestamp),
    facets: i64,
    groups: &Groups<'_>,
) -> Box<NewConsent> {
    let record = groups.seal(salts);
    let commitments = record.commitments();
    Box::new(NewConsent {
        workspace,
        id,
        at,
        facets,
        terms: Terms::default(),
        replay_hash: None,
        groups: record.disclosures().each_ref().map(|disclosure| pack(disclosure.as_bytes())),
        commitments: commitments.to_bytes(),
        entry: *commitments.commitment().entry().as_bytes(),
        forms: Vec::new(),
        documents: Vec::new(),
        subject: None,
    })
}

/// Names for each notice the version and digest in force when the consent is received; what is not known stays as it
/// was sent.
async fn cite(
    app: &App,
    workspace: WorkspaceId,
    references: Vec<NoticeReference>,
) -> Result<Vec<CitedNotice>> {
    let mut cited = Vec::with_capacity(references.len());
    for reference in references {
        let known = super::legal_notice::known(app, workspace, &reference).await?;
        cited.push(reference.cite(known));
    }
    Ok(cited)
}

pub(super) async fn cite_documents(
    app: &App,
    workspace: WorkspaceId,
    references: Vec<DocumentReference>,
) -> Result<Vec<CitedDocument>> {
    if references.is_empty() {
        return Ok(Vec::new());
    }
    let find = move |tx: &mut store::Tx<'_>| {
        let mut problems = Problems::default();
        let cited = super::document::cite(tx, workspace, &references, &mut problems)?;
        problems.or(cited)
    };
    app.store.read(find).await
}

/// The documents that a consent points to.
///
/// # Errors
/// Only those of the store.
pub async fn documents(app: &App, workspace: WorkspaceId, consent: &StoredConsent) -> Result<Vec<Uuid>> {
    let id = consent.id;
    if consent.get(Group::Event, "documents").is_none() {
        return Ok(Vec::new());
    }
    app.store.read(move |tx| store::document::referred(tx, workspace, id)).await
}

/// The members as sent; the id in its place, or first if it was generated.
pub(super) fn with_id<'a>(mut subject: Vec<Member<'a>>, id: &str) -> Vec<Member<'a>> {
    match subject.iter_mut().find(|(name, _)| name == "id") {
        Some((_, value)) => *value = Json::text(id.to_owned()),
        None => subject.insert(0, ("id".into(), Json::text(id.to_owned()))),
    }
    subject
}

pub(super) fn contents<'a>(proofs: &[ProofPart<'a>]) -> Vec<Json<'a>> {
    proofs.iter().map(|proof| Json::text_or_null(proof.content.clone())).collect()
}

pub(super) fn forms(app: &App, proofs: &[ProofPart<'_>]) -> (Vec<FormToStore>, Vec<Option<Digest>>) {
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

/// One consent.
///
/// # Errors
/// [`Error::NotFound`], also for a consent of another workspace.
pub async fn get(app: &App, workspace: WorkspaceId, id: Uuid) -> Result<StoredConsent> {
    app.store.read(move |tx| store::consent::get(tx, workspace, id)).await?.ok_or(Error::NotFound("Consent"))
}
