//! A consent that another place recorded, as a row of a file tells of it.

use uuid::Uuid;

use super::event::{Circumstances, Shown};
use super::submission::{Submission, timestamp};
use super::{COOKIE_POLICY, Source};
use crate::domain::device::Device;
use crate::domain::document::DocumentReference;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::Digest;
use crate::domain::json::Json;
use crate::domain::key::KeyKind;
use crate::domain::subject::flag;
use crate::domain::time::Timestamp;

/// A row, checked.
#[derive(Debug)]
pub struct ConsentImport<'a> {
    /// The consent's id; `None` if the other place gave none.
    pub id: Option<Uuid>,
    /// What a caller might have sent.
    pub submission: Submission<'a>,
    /// When it was given.
    pub at: Timestamp,
    /// What was claimed where it was recorded, if that could not be.
    pub claimed_at: Option<Timestamp>,
    /// By what it was written there.
    pub source: Source,
    /// Digests of the notices, as the other place had them.
    pub notices: Vec<Option<Digest>>,
    /// Whether the row says of a notice that its text was not known there: `"sha256": null`.
    pub unread: Vec<bool>,
    /// Digests of the forms, as the other place had them.
    pub forms: Vec<Option<Digest>>,
    /// The site's own user id.
    pub user_id: Option<String>,
    /// The decision on each service.
    pub services: Vec<Json<'a>>,
    /// What was shown of a widget; a choice made in one has it.
    pub shown: Option<Shown<'a>>,
    /// Group D, without the address.
    pub circumstances: Circumstances<'a>,
    /// What the other place says of its record.
    pub original: Original,
}

/// What another place says of its record.
#[derive(Clone, Debug, Default)]
pub struct Original {
    /// When it had it.
    pub received_at: Option<Timestamp>,
    /// What it commits to.
    pub checksum: Option<String>,
}

impl<'a> ConsentImport<'a> {
    /// Reads a row in its canonical form.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem found.
    pub fn parse(row: &Json<'a>) -> Result<ConsentImport<'a>> {
        let mut problems = Problems::default();
        if row.get("erased").is_some() {
            problems.add("erased", "parts of this record were erased: only a backup takes it along");
        }
        let import = ConsentImport {
            id: uuid(row, "id", &mut problems),
            submission: submission(row, &mut problems)?,
            at: timestamp("timestamp", row.given("timestamp"), &mut problems).unwrap_or(Timestamp(0)),
            claimed_at: timestamp("claimed_at", row.given("claimed_at"), &mut problems),
            source: source(row, &mut problems),
            notices: digests(row, "legal_notices", &mut problems),
            unread: unread(row),
            forms: digests(row, "proofs", &mut problems),
            user_id: text(row, "user_id", &mut problems).map(str::to_owned),
            services: services(row, &mut problems),
            shown: shown(row, &mut problems),
            circumstances: circumstances(row, &mut problems),
            original: Original {
                received_at: timestamp("received_at", row.given("received_at"), &mut problems),
                checksum: checksum(row, &mut problems),
            },
        };
        if import.shown.is_some()
            && (!import.submission.is_cookie_choice || import.submission.fields.id.is_none())
        {
            let why = format!("goes with the consent_type {COOKIE_POLICY} and with an id of the subject");
            problems.add("widget", why);
        }
        problems.or(import)
    }
}

fn submission<'a>(row: &Json<'a>, problems: &mut Problems) -> Result<Submission<'a>> {
    let documents = DocumentReference::parse_list("proof_documents", row.given("proof_documents"), problems);
    match Submission::parse(row, KeyKind::Private) {
        Ok(submission) => Ok(Submission { documents, ..submission }),
        Err(Error::Invalid(found)) => {
            for problem in found.list() {
                problems.add(problem.field.clone(), problem.reason.clone());
            }
            Err(Error::Invalid(std::mem::take(problems)))
        }
        Err(other) => Err(other),
    }
}

fn text<'r>(row: &'r Json<'_>, name: &str, problems: &mut Problems) -> Option<&'r str> {
    let value = row.given(name)?;
    let text = value.as_str().filter(|text| !text.contains('\0'));
    if text.is_none() {
        problems.add(name, "must be a text without U+0000");
    }
    text
}

fn uuid(row: &Json<'_>, name: &str, problems: &mut Problems) -> Option<Uuid> {
    let id = Uuid::try_parse(text(row, name, problems)?).ok();
    if id.is_none() {
        problems.add(name, "must be a UUID");
    }
    id
}

fn source(row: &Json<'_>, problems: &mut Problems) -> Source {
    let Some(word) = text(row, "source", problems) else { return KeyKind::Private.into() };
    Source::from_word(word).unwrap_or_else(|| {
        problems.add("source", "must be public, private or member");
        KeyKind::Private.into()
    })
}

/// The digest of each item of a list; one that is not given is not claimed.
fn digests(row: &Json<'_>, list: &str, problems: &mut Problems) -> Vec<Option<Digest>> {
    let items = row.given(list).map_or(&[][..], Json::items);
    let digest = |(index, item): (usize, &Json<'_>)| {
        let digest = item.given("sha256")?.as_str().and_then(|text| text.parse().ok());
        if digest.is_none() {
            problems.add(format!("{list}[{index}].sha256"), "must be sha256: and 64 hexadecimal digits");
        }
        digest
    };
    items.iter().enumerate().map(digest).collect()
}

fn unread(row: &Json<'_>) -> Vec<bool> {
    let items = row.given("legal_notices").map_or(&[][..], Json::items);
    items.iter().map(|item| matches!(item.get("sha256"), Some(Json::Null))).collect()
}

fn checksum(row: &Json<'_>, problems: &mut Problems) -> Option<String> {
    let text = text(row, "checksum", problems)?;
    let is_hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hex {
        problems.add("checksum", "must be 64 hexadecimal digits");
    }
    is_hex.then(|| text.to_ascii_lowercase())
}

fn services<'a>(row: &Json<'a>, problems: &mut Problems) -> Vec<Json<'a>> {
    match row.given("services") {
        None => Vec::new(),
        Some(Json::Array(items)) if items.iter().all(|item| matches!(item, Json::Object(_))) => items.clone(),
        Some(_) => {
            problems.add("services", "must be a list of objects");
            Vec::new()
        }
    }
}

fn shown<'a>(row: &Json<'a>, problems: &mut Problems) -> Option<Shown<'a>> {
    let widget = row.given("widget")?;
    let guid = |name: &str| widget.given(name).and_then(Json::as_str).map(Uuid::try_parse).transpose();
    let claim = |name: &str| widget.given(name).cloned();
    let (Some(id), Ok(version), Ok(version_key)) =
        (widget.get("id").and_then(Json::as_int), guid("version"), guid("version_key"))
    else {
        problems
            .add("widget", "must be an object with the number of the widget as id, and ids of its version");
        return None;
    };
    let (lang, sdk, how) = (claim("lang"), claim("sdk"), claim("how"));
    Some(Shown { widget: id, version, lang, version_key, sdk, how })
}

fn circumstances<'a>(row: &Json<'a>, problems: &mut Problems) -> Circumstances<'a> {
    let word = text(row, "device", problems);
    let device = word.and_then(Device::from_word).map(Device::word);
    if word.is_some() && device.is_none() {
        problems.add("device", "must be desktop, mobile, tablet or unknown");
    }
    Circumstances {
        ip: None,
        origin: text(row, "origin", problems).map(|text| Json::text(text.to_owned())),
        origin_checked: flag("origin_checked", row.given("origin_checked"), problems),
        path: text(row, "path", problems).map(|text| Json::text(text.to_owned())),
        device,
        session: uuid(row, "session_id", problems),
        imported: None,
    }
}
