//! What a caller of the consent API sends (contract 2.10), with the tolerance of 2.17.

use std::borrow::Cow;
use std::net::IpAddr;

use super::{COOKIE_POLICY, Source};
use crate::domain::document::DocumentReference;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::input::{list, not_empty};
use crate::domain::json::{Json, Member};
use crate::domain::legal_notice::NoticeReference;
use crate::domain::preference;
use crate::domain::subject::{SubjectFields, flag};
use crate::domain::time::Timestamp;

const MAX_PROOFS: usize = 100;

/// A consent as submitted, checked.
#[derive(Debug)]
pub struct Submission<'a> {
    /// The claimed moment.
    pub timestamp: Option<Timestamp>,
    /// The members of `subject` as sent, unknown ones included.
    pub subject: Vec<Member<'a>>,
    /// The known fields of the subject.
    pub fields: SubjectFields,
    /// Name and value of each preference, as sent.
    pub preferences: Vec<Member<'a>>,
    /// Notices the person agreed to.
    pub notices: Vec<NoticeReference>,
    /// What was shown and filled in.
    pub proofs: Vec<ProofPart<'a>>,
    /// Documents that prove it.
    pub documents: Vec<DocumentReference>,
    /// Whether this is a cookie choice.
    pub is_cookie_choice: bool,
    /// The address given with a private key; later the one to be kept.
    pub ip_address: Option<IpAddr>,
    /// Whether the caller's own address may be kept (public keys).
    pub autodetect_ip: bool,
}

/// One proof: either half may be missing.
#[derive(Clone, Debug, Default)]
pub struct ProofPart<'a> {
    /// What the person filled in.
    pub content: Option<Cow<'a, str>>,
    /// What the person was shown.
    pub form: Option<Cow<'a, str>>,
}

impl<'a> Submission<'a> {
    /// Reads and checks a request body.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem found.
    pub fn parse(body: &Json<'a>, source: impl Into<Source>) -> Result<Submission<'a>> {
        let source = source.into();
        if !matches!(body, Json::Object(_)) && !body.is_empty_container() {
            return Err(Error::invalid("", "the body must be a JSON object"));
        }
        let mut problems = Problems::default();
        // A form body has no null; an empty text stands for it.
        let given = |name| body.given(name).filter(|value| value.as_str() != Some(""));
        let subject = subject_members(given("subject"), &mut problems);
        let fields = SubjectFields::parse(&Json::Object(subject.clone()), "subject.", &mut problems);
        let submission = Submission {
            timestamp: timestamp("timestamp", given("timestamp"), &mut problems),
            preferences: preference::parse(given("preferences"), &mut problems),
            notices: NoticeReference::parse_list(given("legal_notices"), &mut problems),
            proofs: proofs(given("proofs"), &mut problems),
            documents: DocumentReference::parse_list(
                "proof_document_ids",
                given("proof_document_ids"),
                &mut problems,
            ),
            is_cookie_choice: is_cookie_choice(given("consent_type"), &mut problems),
            ip_address: ip_address(given("ip_address"), source, &mut problems),
            autodetect_ip: autodetect(body.given("autodetect_ip_address"), source, &mut problems),
            subject,
            fields,
        };
        problems.or(submission)
    }
}

/// Reads a time; a problem is noted under `field`.
pub fn timestamp(field: &str, value: Option<&Json<'_>>, problems: &mut Problems) -> Option<Timestamp> {
    let parsed = value?.as_str().and_then(Timestamp::parse);
    if parsed.is_none() {
        problems.add(field, "must be an ISO 8601 time such as 2026-03-01T10:20:30Z");
    }
    parsed
}

fn subject_members<'a>(value: Option<&Json<'a>>, problems: &mut Problems) -> Vec<Member<'a>> {
    match value {
        Some(Json::Object(members)) => members.clone(),
        None | Some(Json::Null | Json::Bool(false)) => Vec::new(),
        Some(value) if value.is_empty_container() => Vec::new(),
        Some(_) => {
            problems.add("subject", "must be an object");
            Vec::new()
        }
    }
}

fn proofs<'a>(value: Option<&Json<'a>>, problems: &mut Problems) -> Vec<ProofPart<'a>> {
    let Some(value) = not_empty(value) else { return Vec::new() };
    let Some(items) = list(value).filter(|items| items.len() <= MAX_PROOFS) else {
        problems.add("proofs", format!("must be a list of up to {MAX_PROOFS} {{\"content\", \"form\"}}"));
        return Vec::new();
    };
    items.into_iter().enumerate().map(|(index, item)| proof(index, item, problems)).collect()
}

fn proof<'a>(index: usize, item: &Json<'a>, problems: &mut Problems) -> ProofPart<'a> {
    if !matches!(item, Json::Object(_)) {
        problems.add(format!("proofs[{index}]"), "must be an object with content and form");
    }
    let mut half = |name: &str| match item.given(name) {
        None => None,
        Some(Json::String(text)) => Some(text.clone()),
        Some(_) => {
            problems.add(format!("proofs[{index}].{name}"), "must be a string");
            None
        }
    };
    ProofPart { content: half("content"), form: half("form") }
}

fn is_cookie_choice(value: Option<&Json<'_>>, problems: &mut Problems) -> bool {
    match value.map(Json::as_str) {
        None => false,
        Some(Some(COOKIE_POLICY)) => true,
        Some(_) => {
            problems.add("consent_type", "must be \"cookie_policy\" or null");
            false
        }
    }
}

/// Used only with a private key; a browser cannot claim an address.
fn ip_address(value: Option<&Json<'_>>, source: Source, problems: &mut Problems) -> Option<IpAddr> {
    let value = value.filter(|_| source.is_trusted())?;
    match value.as_str() {
        Some(text) if text.trim().parse::<IpAddr>().is_ok() => text.trim().parse().ok(),
        _ => {
            problems.add("ip_address", "must be an IPv4 or IPv6 address");
            None
        }
    }
}

fn autodetect(value: Option<&Json<'_>>, source: Source, problems: &mut Problems) -> bool {
    !source.is_trusted() && flag("autodetect_ip_address", value, problems).unwrap_or(true)
}
