//! Consents that another place recorded.

use std::cell::LazyCell;

use placet_proof::Digest;
use uuid::Uuid;

use super::Intake;
use super::item::Body;
use crate::actions::consent::{cite_documents, contents, form, forms, seal, with_id};
use crate::actions::{facets, legal_notice};
use crate::app::App;
use crate::domain::consent::{Circumstances, CitedNotice, ConsentImport, Event, Facets, Imported, Moment};
use crate::domain::document::CitedDocument;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::{guid_of, time_ordered};
use crate::domain::json::{Json, Member};
use crate::domain::record::SALT_BYTES;
use crate::domain::subject::SubjectFields;
use crate::domain::time::{MAX_AHEAD, Timestamp};
use crate::store::installation::Term;
use crate::store::{self, Appended, NewConsent, SubjectUpsert, Terms, pack};

/// A consent that was made, in the box in which the store takes it.
pub(super) type Made = Box<NewConsent>;

/// A row, with what the store knows that its record depends on.
pub(super) struct ExaminedConsent<'r> {
    pub(super) id: Uuid,
    /// For a subject without an id: the same row gives the same.
    subject: String,
    import: ConsentImport<'r>,
    notices: Vec<CitedNotice>,
    documents: Vec<CitedDocument>,
}

pub(super) async fn examine<'r>(
    app: &App,
    intake: &Intake,
    row: &Json<'r>,
    text: &str,
) -> Result<ExaminedConsent<'r>> {
    let mut import = ConsentImport::parse(row)?;
    if import.at.0 > intake.now.0 + MAX_AHEAD {
        return Err(Error::invalid("timestamp", "lies more than five minutes in the future"));
    }
    let notices = cite(app, intake, &mut import).await?;
    check_forms(app, &import)?;
    let documents =
        cite_documents(app, intake.workspace, std::mem::take(&mut import.submission.documents)).await?;
    // Ids that follow from the row, where it has none; with a key, because they stay when the person has been erased, and
    // nobody may find out by guessing rows whose they were. Salts never follow from anything.
    let digest = LazyCell::new(|| app.store.index_key().digest(&format!("{}\n{text}", intake.workspace.0)));
    let id = import.id.unwrap_or_else(|| id_of(&digest, import.at));
    let subject = import.submission.fields.id.clone().unwrap_or_else(|| guid_of(&digest).to_string());
    Ok(ExaminedConsent { id, subject, import, notices, documents })
}

fn id_of(digest: &Digest, at: Timestamp) -> Uuid {
    let mut tail = [0; 10];
    tail.copy_from_slice(&digest.as_bytes()[16..26]);
    time_ordered(at, &tail)
}

/// What the consent agreed to stays what it was: a notice without a version gets none, and one whose text is another
/// here is refused.
async fn cite(app: &App, intake: &Intake, import: &mut ConsentImport<'_>) -> Result<Vec<CitedNotice>> {
    let mut problems = Problems::default();
    let references = std::mem::take(&mut import.submission.notices);
    let claims = import.notices.iter().copied().chain(std::iter::repeat(None));
    let mut cited = Vec::with_capacity(references.len());
    for ((index, reference), claim) in references.into_iter().enumerate().zip(claims) {
        let known = match reference.version {
            Some(_) => legal_notice::known(app, intake.workspace, &reference).await?,
            None => None,
        };
        let known = known.map(|(_, digest)| digest);
        if let (Some(claim), Some(known)) = (claim, known)
            && claim != known
        {
            problems.add(format!("legal_notices[{index}]"), "this version has another text here");
        }
        // Nothing is filled in later: a text that was published afterwards was not what the person read.
        let was_unread = import.unread.get(index).is_some_and(|unread| *unread);
        let digest = known.or(claim).filter(|_| !was_unread);
        cited.push(CitedNotice { identifier: reference.identifier, version: reference.version, digest });
    }
    problems.or(cited)
}

fn check_forms(app: &App, import: &ConsentImport<'_>) -> Result<()> {
    let mut problems = Problems::default();
    for (index, (proof, claim)) in import.submission.proofs.iter().zip(&import.forms).enumerate() {
        if let (Some(html), Some(claim)) = (&proof.form, claim)
            && form(app, html).digest != *claim
        {
            problems.add(format!("proofs[{index}].sha256"), "is not the digest of the form");
        }
    }
    problems.or(())
}

/// The record, ready to be stored.
pub(super) async fn make(
    app: &App,
    intake: &Intake,
    examined: ExaminedConsent<'_>,
    fingerprint: i64,
) -> Result<Made> {
    let ExaminedConsent { id, subject, import, notices, documents } = examined;
    let ConsentImport {
        submission,
        at,
        claimed_at,
        source,
        forms: claimed,
        user_id,
        services,
        shown,
        circumstances,
        original,
        ..
    } = import;
    let ip = submission.ip_address.map(|ip| ip.to_string());
    let flags = (submission.is_cookie_choice, submission.fields.verified == Some(true), ip.is_some());
    let names = submission.preferences.iter().map(|(name, _)| name.as_ref());
    let facets = facets::store(app, intake.workspace, &Facets::new(source, flags, names)).await?;
    let (stored_forms, mut digests) = forms(app, &submission.proofs);
    for (digest, claim) in digests.iter_mut().zip(claimed) {
        *digest = digest.or(claim);
    }
    let terms = terms(app, &submission.fields, &subject, (ip.as_deref(), user_id.as_deref()));
    // A choice in a widget is that of a browser and makes no subject.
    let upsert =
        shown.is_none().then(|| upsert(subject.clone(), submission.fields, &submission.preferences, at));
    let imported =
        Imported { at: intake.now, received_at: original.received_at, checksum: original.checksum };
    let event = Event {
        id,
        moment: Moment { at, received_at: intake.now, claimed_at },
        source,
        is_cookie_choice: submission.is_cookie_choice,
        subject: with_id(submission.subject, &subject),
        user_id: user_id.map(|user| (user, None)),
        contents: contents(&submission.proofs),
        forms: digests,
        preferences: submission.preferences,
        notices,
        documents: documents.iter().map(|document| document.digest).collect(),
        services,
        shown,
        circumstances: Circumstances { ip, imported: Some(imported), ..circumstances },
    };
    let salts = app.random.bytes::<SALT_BYTES>();
    let mut consent = seal(&salts, intake.workspace, (id, at), facets, &event.into_groups());
    consent.terms = terms;
    consent.replay_hash = Some(fingerprint);
    consent.forms = stored_forms;
    consent.documents = documents.iter().map(|document| document.id).collect();
    consent.subject = upsert;
    Ok(consent)
}

/// What it can be found by.
fn terms(
    app: &App,
    fields: &SubjectFields,
    subject: &str,
    (ip, user_id): (Option<&str>, Option<&str>),
) -> Terms {
    let hash = |term, text: Option<&str>| text.map(|text| app.store.index_key().hash(term, text));
    Terms {
        subject: hash(Term::Subject, Some(subject)),
        email: hash(Term::Email, fields.email.as_deref()),
        first_name: hash(Term::FirstName, fields.first_name.as_deref()),
        last_name: hash(Term::LastName, fields.last_name.as_deref()),
        ip: hash(Term::Ip, ip),
        user: hash(Term::User, user_id),
    }
}

fn upsert(
    subject: String,
    fields: SubjectFields,
    preferences: &[Member<'_>],
    at: Timestamp,
) -> SubjectUpsert {
    let mut upsert = SubjectUpsert::new(subject, fields, false, at);
    upsert.may_confirm = true;
    let packed = |(name, value): &Member<'_>| (name.to_string(), pack(value.to_string().as_bytes()));
    upsert.preferences = preferences.iter().map(packed).collect();
    upsert
}

/// Of each whether it is there already; another consent under its id is a reason to refuse it.
pub(super) async fn look_up(
    app: &App,
    intake: &Intake,
    bodies: &[&Body<'_>],
) -> Result<Vec<Result<bool, String>>> {
    let seen = bodies.iter().filter_map(|body| match body {
        Body::Seen(id, fingerprint) => Some((*id, *fingerprint)),
        _ => None,
    });
    let (ids, fingerprints): (Vec<Uuid>, Vec<i64>) = seen.unzip();
    let (workspace, asked) = (intake.workspace, ids.clone());
    let stored = app.store.read(move |tx| store::consent::replay_hashes(tx, workspace, &asked)).await?;
    let state = |((id, fingerprint), stored): ((&Uuid, i64), Option<Option<i64>>)| match stored {
        None => Ok(false),
        Some(hash) if hash == Some(fingerprint) => Ok(true),
        Some(_) => Err(format!("id: another consent is stored under {id}, or the same by other means")),
    };
    Ok(ids.iter().zip(fingerprints).zip(stored).map(state).collect())
}

/// Stores them the oldest first: of two consents of the same moment, the later one sets the subject's preferences, and
/// lists have the newest first.
pub(super) async fn store(app: &App, mut consents: Vec<Made>) -> Result<Vec<Result<bool>>> {
    let is_newest_first = consents.first().map(|first| first.at) > consents.last().map(|last| last.at);
    if is_newest_first {
        consents.reverse();
    }
    let mut stored = app.store.append_batch(consents).await?;
    if is_newest_first {
        stored.reverse();
    }
    Ok(stored.into_iter().map(|result| result.map(|appended| appended == Appended::Stored)).collect())
}
