//! Recording a consent, and finding it again.

mod list;
mod of_subject;

use std::net::IpAddr;
use std::sync::{Arc, PoisonError};

use placet_proof::Group;
use uuid::Uuid;

use super::audit::Audit;
use super::facets::{self, StoredFacets};
use super::receipt::Receipt;
use crate::app::App;
use crate::domain::address::KeptAddress;
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::consent::{
    Circumstances, CitedNotice, Event, Facets, Moment, ProofPart, Source, StoredConsent, Submission,
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

pub(in crate::actions) use list::{Scan, Sieve};
pub use list::{last, list};
pub(super) use of_subject::OfSubject;

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

/// Forms larger than this are hashed and packed anew each time instead of being kept in memory.
const MAX_KNOWN_FORM: usize = 16 * 1024;
const MAX_KNOWN_FORMS: usize = 256;

/// Who records a consent.
#[derive(Clone, Debug)]
pub struct Recorder {
    workspace: WorkspaceId,
    source: Source,
    /// Who is named in the audit log. Programs are not: their consents are their record.
    audit: Option<Audit>,
}

impl Recorder {
    /// A page or a program.
    #[must_use]
    pub fn with_key(key: &KeyIdentity) -> Recorder {
        Recorder { workspace: key.workspace, source: key.kind.into(), audit: None }
    }

    /// Someone who calls the management API: a member, who writes down what was said on paper, or a program.
    #[must_use]
    pub fn by_hand(app: &App, workspace: WorkspaceId, author: &Author) -> Recorder {
        let source = match author {
            Author::Member(_) => Source::Member,
            Author::Key(_) | Author::Operator(_) => Source::Key(KeyKind::Private),
        };
        Recorder { workspace, source, audit: Some(Audit::by(app, workspace, author)) }
    }

    /// Where its consents come from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }
}

/// Records a consent. `Ok` means that it is on disk. The id of a consent that a named request records is that of the
/// request: by it, the request is recognised when it comes again, and is answered from the record.
///
/// # Errors
/// An implausible moment, another request under the same name, or a store that cannot take it now; nothing is stored
/// then.
pub async fn record(
    app: &App,
    recorder: &Recorder,
    mut submission: Submission<'_>,
    caller: Option<IpAddr>,
    request: Option<NamedRequest>,
) -> Result<Recorded> {
    let Recorder { workspace, source, audit } = recorder;
    let (workspace, source) = (*workspace, *source);
    let settings = app.workspace_settings(workspace).await?;
    submission.ip_address = address(&submission, caller, settings.keeps_addresses);
    let known = Known {
        notices: cite(app, workspace, std::mem::take(&mut submission.notices)).await?,
        documents: cite_documents(app, workspace, std::mem::take(&mut submission.documents)).await?,
        facets: facets_of(app, workspace, source, &submission).await?,
        public_may_update: settings.public_may_update,
    };
    let receipt = Receipt::now(app, request.map(|request| request.id));
    let (mut consent, subject) = prepare(app, (workspace, source), submission, known, &receipt)?;
    consent.audit = audit.as_ref().map(|audit| Box::new(audit.row(recorded_by_hand(&consent))));
    store_once(app, consent, request, subject).await
}

/// Who it is about stays out of the audit log: the consent can be erased.
fn recorded_by_hand(consent: &NewConsent) -> Change {
    let documents = i64::try_from(consent.documents.len()).unwrap_or(i64::MAX);
    let after = Json::object([("documents", Json::int(documents))]);
    Change::made("consent.record", format!("consent:{}", consent.id), after)
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
    match app.append(consent).await {
        Ok(Appended::Stored) => Ok(Recorded { id, at, subject, is_repeated: false }),
        Ok(Appended::Known) => recorded_before(app, workspace, id).await,
        Ok(Appended::Erased) => Err(erased()),
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
        return Err(erased());
    };
    Ok(Recorded { id, at, subject, is_repeated: true })
}

pub(super) fn erased() -> Error {
    Error::Conflict("this request was carried out, and what it said has been erased".into())
}

/// What the store knows that a record depends on.
pub(super) struct Known {
    /// The notices that the submission names, as they are known.
    pub notices: Vec<CitedNotice>,
    /// The documents that it names.
    pub documents: Vec<CitedDocument>,
    /// Its facets, as [`facets_of`] gives them.
    pub facets: StoredFacets,
    /// Whether a public call may change a subject that exists.
    pub public_may_update: bool,
}

/// Makes the record of a submission, ready to be stored, and gives its subject's id too. The submission's address is
/// the one to be kept.
///
/// # Errors
/// An implausible moment.
pub(super) fn prepare(
    app: &App,
    (workspace, source): (WorkspaceId, Source),
    submission: Submission<'_>,
    known: Known,
    receipt: &Receipt,
) -> Result<(Box<NewConsent>, String)> {
    let moment = Moment::weigh(submission.timestamp, receipt.at, source)?;
    let id = receipt.id;
    let subject = submission.fields.id.clone().unwrap_or_else(|| receipt.subject_id.to_string());
    let Known { notices, documents, facets, public_may_update } = known;
    let ip = submission.ip_address.map(|ip| ip.to_string());
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
    let may_overwrite = source.is_trusted() || public_may_update;
    let mut upsert = SubjectUpsert::new(subject.clone(), submission.fields, may_overwrite, receipt.at);
    let packed = |(name, value): &Member<'_>| (name.to_string(), pack(value.to_string().as_bytes()));
    upsert.preferences = submission.preferences.iter().map(packed).collect();
    let event = Event {
        id,
        moment,
        source,
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
    let mut consent = seal(&receipt.salts, workspace, (id, moment.at), facets, &event.into_groups());
    consent.terms = terms;
    consent.forms = forms;
    consent.documents = documents.iter().map(|document| document.id).collect();
    consent.subject = Some(upsert);
    Ok((consent, subject))
}

/// The facets of a submission.
pub(super) async fn facets_of(
    app: &App,
    workspace: WorkspaceId,
    source: Source,
    submission: &Submission<'_>,
) -> Result<StoredFacets> {
    let has_ip = submission.ip_address.is_some();
    let flags = (submission.is_cookie_choice, submission.fields.verified == Some(true), has_ip);
    let names = submission.preferences.iter().map(|(name, _)| name.as_ref());
    facets::store(app, workspace, &Facets::new(source, flags, names)).await
}

/// The address to be kept: the one that was given, as it is, else what is kept of the caller's own.
pub(super) fn address(
    submission: &Submission<'_>,
    caller: Option<IpAddr>,
    kept: KeptAddress,
) -> Option<IpAddr> {
    submission.ip_address.or_else(|| caller.filter(|_| submission.autodetect_ip).and_then(|ip| kept.of(ip)))
}

/// Writes the record and packs it; terms, forms, documents and subject are still to be added.
pub(super) fn seal(
    salts: &[u8; SALT_BYTES],
    workspace: WorkspaceId,
    (id, at): (Uuid, Timestamp),
    StoredFacets { code: facets, names }: StoredFacets,
    groups: &Groups<'_>,
) -> Box<NewConsent> {
    let record = groups.seal(salts);
    let commitments = record.commitments();
    Box::new(NewConsent {
        workspace,
        id,
        at,
        facets,
        names,
        terms: Terms::default(),
        replay_hash: None,
        groups: record.disclosures().each_ref().map(|disclosure| pack(disclosure.as_bytes())),
        commitments: commitments.to_bytes(),
        entry: *commitments.commitment().entry().as_bytes(),
        forms: Vec::new(),
        documents: Vec::new(),
        subject: None,
        audit: None,
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
pub async fn documents(
    app: &App,
    workspace: WorkspaceId,
    consent: &StoredConsent<'static>,
) -> Result<Vec<Uuid>> {
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
        let form = form(app, proof.form.as_deref()?);
        let digest = form.digest;
        stored.push(form);
        Some(digest)
    });
    let digests = digests.collect();
    (stored, digests)
}

/// Many people are shown the same form: it is hashed and packed once.
pub(super) fn form(app: &App, html: &str) -> FormToStore {
    let known = || app.known_forms.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(form) = known().get(html) {
        return form.clone();
    }
    let bytes = html.as_bytes();
    let form = FormToStore { digest: Digest::of(bytes), html: Arc::new(pack(bytes)) };
    if html.len() <= MAX_KNOWN_FORM {
        let mut known = known();
        if known.len() >= MAX_KNOWN_FORMS {
            known.clear();
        }
        known.insert(html.to_owned(), form.clone());
    }
    form
}

/// One consent.
///
/// # Errors
/// [`Error::NotFound`], also for a consent of another workspace.
pub async fn get(app: &App, workspace: WorkspaceId, id: Uuid) -> Result<StoredConsent<'static>> {
    app.store.read(move |tx| store::consent::get(tx, workspace, id)).await?.ok_or(Error::NotFound("Consent"))
}
