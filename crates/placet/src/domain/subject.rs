//! The person a consent is about.

use super::error::Problems;
use super::json::Json;
use super::time::Timestamp;

/// The longest subject id, first, last or full name, in characters.
pub const MAX_TEXT: usize = 255;
/// The longest e-mail address, in characters.
pub const MAX_EMAIL: usize = 320;

/// The fields of a subject that the consent API knows, as one call gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectFields {
    /// Chosen by the site; `None` until one is generated.
    pub id: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Full name; never derived from the other two.
    pub full_name: Option<String>,
    /// Whether the person confirmed (double opt-in).
    pub verified: Option<bool>,
    /// The `phones` array as JSON text.
    pub phones: Option<String>,
}

/// A subject as stored, with the newest preference of each name.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Chosen by the site or generated.
    pub id: String,
    /// The newest non-empty value of each field.
    pub fields: SubjectFields,
    /// When the subject became known.
    pub created_at: Timestamp,
    /// Newest value of each preference, by name.
    pub preferences: Vec<CurrentPreference>,
}

/// The newest value of a preference, and what proves it.
#[derive(Clone, Debug)]
pub struct CurrentPreference {
    /// Its name.
    pub name: String,
    /// Its value as JSON text.
    pub value: String,
    /// The consent that set it.
    pub consent: uuid::Uuid,
}

impl SubjectFields {
    /// Reads the known fields of a `subject` object. Empty strings count as not given.
    pub fn parse(subject: &Json<'_>, problems: &mut Problems) -> SubjectFields {
        let mut text = |name: &str, max: usize| text_field(subject, name, max, problems);
        let (id, email) = (text("id", MAX_TEXT), text("email", MAX_EMAIL));
        let (first_name, last_name) = (text("first_name", MAX_TEXT), text("last_name", MAX_TEXT));
        let full_name = text("full_name", MAX_TEXT);
        let verified = flag("subject.verified", subject.given("verified"), problems);
        SubjectFields {
            id,
            email,
            first_name,
            last_name,
            full_name,
            verified,
            phones: phones(subject, problems),
        }
    }
}

fn text_field(subject: &Json<'_>, name: &str, max: usize, problems: &mut Problems) -> Option<String> {
    let value = subject.given(name)?;
    let field = format!("subject.{name}");
    match value.as_str() {
        None => problems.add(field, "must be a string"),
        Some(text) if text.chars().count() > max => {
            problems.add(field, format!("is longer than {max} characters"));
        }
        Some(text) if text.contains('\0') => problems.add(field, "contains U+0000"),
        Some("") => {}
        Some(text) => return Some(text.to_owned()),
    }
    None
}

/// Reads a boolean; form bodies and some clients send it as text.
pub fn flag(field: &str, value: Option<&Json<'_>>, problems: &mut Problems) -> Option<bool> {
    match value {
        None => None,
        Some(Json::Bool(value)) => Some(*value),
        Some(Json::String(text)) if matches!(&**text, "true" | "1") => Some(true),
        Some(Json::String(text)) if matches!(&**text, "false" | "0" | "") => Some(false),
        Some(_) => {
            problems.add(field, "must be true or false");
            None
        }
    }
}

fn phones(subject: &Json<'_>, problems: &mut Problems) -> Option<String> {
    let value = subject.given("phones").filter(|value| !value.is_empty_container())?;
    let is_text = |member: Option<&Json<'_>>| member.is_none_or(|value| value.as_str().is_some());
    let is_phone = |phone: &Json<'_>| {
        phone.given("number").is_some() && is_text(phone.given("number")) && is_text(phone.given("label"))
    };
    if matches!(value, Json::Array(items) if items.len() <= 20 && items.iter().all(is_phone)) {
        return Some(value.to_string());
    }
    problems.add("subject.phones", "must be a list of up to 20 {\"number\", \"label\"}");
    None
}
