//! Legal notices: a text under an identifier, every submission a new version.

use uuid::Uuid;

use super::consent::CitedNotice;
use super::document::DocumentReference;
use super::error::{Error, Problems, Result};
use super::id::Digest;
use super::input::{list, not_empty};
use super::json::Json;
use super::time::Timestamp;

/// The longest identifier, in characters.
pub const MAX_IDENTIFIER: usize = 255;
const MAX_LANGUAGE: usize = 35;
const MAX_REFERENCES: usize = 100;
const MAX_AT_ONCE: usize = 100;

/// How a consent refers to a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeReference {
    /// As the caller wrote it.
    pub identifier: String,
    /// `None` means the newest one.
    pub version: Option<i64>,
}

/// A version to be added.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// The notice's name.
    pub identifier: String,
    /// The text or the texts by language, as compact JSON.
    pub content: String,
    /// When it took effect, if told.
    pub timestamp: Option<Timestamp>,
    /// Documents that belong to it.
    pub documents: Vec<DocumentReference>,
}

/// A version as stored.
#[derive(Clone, Debug)]
pub struct NoticeVersion {
    /// The notice's name.
    pub identifier: String,
    /// 1, 2, 3 ...
    pub version: i64,
    /// When it took effect.
    pub at: Timestamp,
    /// The content as compact JSON.
    pub content: String,
    /// Digest of the content.
    pub digest: Digest,
    /// Ids of the documents that belong to it.
    pub documents: Vec<Uuid>,
}

/// A notice, with its newest version.
#[derive(Clone, Debug)]
pub struct NoticeHead {
    /// The notice's name.
    pub identifier: String,
    /// Its newest version. There is none as long as the page that the notice follows has not been read.
    pub newest: Option<NewestVersion>,
    /// The address that the notice follows.
    pub follows: Option<String>,
    /// Why the page there could not be read when it was checked last.
    pub trouble: Option<String>,
}

/// What a list tells of the newest version of a notice.
#[derive(Clone, Copy, Debug)]
pub struct NewestVersion {
    /// Its number.
    pub version: i64,
    /// When it takes or took effect.
    pub at: Timestamp,
    /// Digest of its content.
    pub digest: Digest,
}

impl NoticeHead {
    /// The texts that a search looks at: name and address.
    pub fn searched(&self) -> impl Iterator<Item = &str> {
        [Some(self.identifier.as_str()), self.follows.as_deref()].into_iter().flatten()
    }
}

/// Which versions to list.
#[derive(Clone, Debug)]
pub struct NoticeFilter {
    /// Only of this notice.
    pub identifier: Option<String>,
    /// Only those with this number.
    pub version: Option<i64>,
    /// Only those whose content has this language.
    pub language: Option<String>,
    /// Not before this moment.
    pub from: Timestamp,
    /// Not after this moment.
    pub to: Timestamp,
}

impl Default for NoticeFilter {
    fn default() -> NoticeFilter {
        let (from, to) = (Timestamp(i64::MIN), Timestamp(i64::MAX));
        NoticeFilter { identifier: None, version: None, language: None, from, to }
    }
}

impl NoticeReference {
    /// Reads `legal_notices` of a consent; extra keys are ignored.
    pub fn parse_list(value: Option<&Json<'_>>, problems: &mut Problems) -> Vec<NoticeReference> {
        let Some(value) = not_empty(value) else { return Vec::new() };
        let Some(items) = list(value).filter(|items| items.len() <= MAX_REFERENCES) else {
            let what = "{\"identifier\", \"version\"}";
            problems.add("legal_notices", format!("must be a list of up to {MAX_REFERENCES} {what}"));
            return Vec::new();
        };
        let items = items.into_iter().enumerate();
        items.filter_map(|(index, item)| reference(index, item, problems)).collect()
    }

    /// What the record says of it, given what is known of that notice.
    #[must_use]
    pub fn cite(self, known: Option<(i64, Digest)>) -> CitedNotice {
        let version = known.map(|(version, _)| version).or(self.version);
        CitedNotice { identifier: self.identifier, version, digest: known.map(|(_, digest)| digest) }
    }
}

fn reference(index: usize, item: &Json<'_>, problems: &mut Problems) -> Option<NoticeReference> {
    let field = format!("legal_notices[{index}]");
    let identifier = identifier(&field, item, problems);
    let version = item.given("version").filter(|value| value.as_str() != Some("")).map(version_number);
    if version == Some(None) {
        problems.add(format!("{field}.version"), "must be a whole number from 1, or null for the newest");
    }
    Some(NoticeReference { identifier: identifier?, version: version.flatten() })
}

/// The contract's server writes versions as `"123.0"` in places, and clients send them back.
fn version_number(value: &Json<'_>) -> Option<i64> {
    let (Json::Number(text) | Json::String(text)) = value else { return None };
    let whole =
        text.split_once('.').filter(|(_, rest)| !rest.is_empty() && rest.bytes().all(|digit| digit == b'0'));
    whole.map_or(&**text, |(whole, _)| whole).parse().ok().filter(|version| *version >= 1)
}

fn identifier(field: &str, item: &Json<'_>, problems: &mut Problems) -> Option<String> {
    let text = item.get("identifier").and_then(Json::as_str).filter(|text| is_identifier(text));
    if text.is_none() {
        let field = if field.is_empty() { "identifier".into() } else { format!("{field}.identifier") };
        problems.add(field, format!("must be a string of 1 to {MAX_IDENTIFIER} characters"));
    }
    text.map(str::to_owned)
}

/// Whether a text can name a notice.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_IDENTIFIER && !text.contains('\0')
}

impl NewNotice {
    /// Reads one notice or a list of them; true if it was a list.
    ///
    /// # Errors
    /// Every problem of every item; then none is to be stored.
    pub fn parse_body(body: &Json<'_>) -> Result<(Vec<NewNotice>, bool)> {
        let mut problems = Problems::default();
        let (notices, is_list) = match body {
            Json::Object(_) => (NewNotice::parse("", body, &mut problems).into_iter().collect(), false),
            Json::Array(items) if (1..=MAX_AT_ONCE).contains(&items.len()) => {
                let notices = items.iter().enumerate();
                (
                    notices
                        .filter_map(|(index, item)| {
                            NewNotice::parse(&format!("[{index}]"), item, &mut problems)
                        })
                        .collect(),
                    true,
                )
            }
            _ => {
                return Err(Error::invalid(
                    "",
                    format!("the body must be a notice or a list of 1 to {MAX_AT_ONCE} notices"),
                ));
            }
        };
        problems.or((notices, is_list))
    }

    fn parse(field: &str, item: &Json<'_>, problems: &mut Problems) -> Option<NewNotice> {
        let path = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
        let identifier = identifier(field, item, problems);
        let timestamp = super::consent::timestamp(
            &path("timestamp"),
            item.given("timestamp").filter(|value| value.as_str() != Some("")),
            problems,
        );
        let documents =
            DocumentReference::parse_list(&path("document_ids"), item.given("document_ids"), problems);
        let content = item.get("content").filter(|content| is_content(content));
        if content.is_none() {
            problems.add(path("content"), "must be a text, or an object of language codes and texts");
        }
        Some(NewNotice { identifier: identifier?, content: content?.to_string(), timestamp, documents })
    }
}

impl NoticeVersion {
    /// The languages of the content; none if it is one text.
    ///
    /// # Errors
    /// When the content is not JSON: the store is damaged.
    pub fn languages(&self) -> Result<Vec<String>> {
        let content = Json::parse(&self.content).map_err(Error::internal)?;
        Ok(content.members().iter().map(|(language, _)| language.to_string()).collect())
    }
}

fn is_content(content: &Json<'_>) -> bool {
    match content {
        Json::String(_) => true,
        Json::Object(texts) => {
            !texts.is_empty() && texts.iter().all(|(lang, text)| is_language(lang) && text.as_str().is_some())
        }
        _ => false,
    }
}

/// Whether a text can be a language code.
#[must_use]
pub fn is_language(text: &str) -> bool {
    (1..=MAX_LANGUAGE).contains(&text.len()) && !text.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(json: &str) -> Result<Vec<NoticeReference>> {
        let mut problems = Problems::default();
        let list = NoticeReference::parse_list(Some(&Json::parse(json).unwrap()), &mut problems);
        problems.or(list)
    }

    #[test]
    fn a_version_may_be_a_number_a_numeric_string_or_null() {
        let list = references(r#"[{"identifier":"a","version":1},{"identifier":"b","version":"2"},{"identifier":"c","version":null},{"identifier":"d","timestamp":"0001-01-01"}]"#).unwrap();
        let versions: Vec<_> = list.iter().map(|reference| reference.version).collect();
        assert_eq!(versions, [Some(1), Some(2), None, None]);
    }

    #[test]
    fn every_problem_is_reported_with_its_place() {
        let Err(Error::Invalid(problems)) = references(r#"[{"version":0},{"identifier":"","version":"x"}]"#)
        else {
            panic!()
        };
        let fields: Vec<_> = problems.list().iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "legal_notices[0].identifier",
                "legal_notices[0].version",
                "legal_notices[1].identifier",
                "legal_notices[1].version"
            ]
        );
    }

    #[test]
    fn a_notice_that_is_not_known_stays_as_it_was_sent() {
        let reference = NoticeReference { identifier: "terms".into(), version: Some(123) };
        assert_eq!(
            reference.cite(None),
            CitedNotice { identifier: "terms".into(), version: Some(123), digest: None }
        );
    }
}
