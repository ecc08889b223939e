//! The person a consent is about.

mod filter;
pub mod phone;

pub use filter::SubjectFilter;

use super::error::{Error, Problems, Result};
use super::input::not_empty;
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
    /// When that consent was given.
    pub at: Timestamp,
}

/// A value that a preference was given by a consent, whether or not it still holds.
#[derive(Clone, Debug)]
pub struct PastPreference {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Json<'static>,
    /// The consent that says so.
    pub consent: uuid::Uuid,
    /// When that consent was given.
    pub at: Timestamp,
}

impl SubjectFields {
    /// Reads a body that is a subject.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse_body(body: &Json<'_>) -> Result<SubjectFields> {
        if !matches!(body, Json::Object(_)) && !body.is_empty_container() {
            return Err(Error::invalid("", "the body must be a JSON object"));
        }
        let mut problems = Problems::default();
        let fields = SubjectFields::parse(body, "", &mut problems);
        problems.or(fields)
    }

    /// Reads the known fields of a subject that stands at `path`, such as `subject.`. Empty values count as not given.
    pub fn parse(subject: &Json<'_>, path: &str, problems: &mut Problems) -> SubjectFields {
        let mut text =
            |name: &str, max: usize| text_field(subject.given(name), &format!("{path}{name}"), max, problems);
        let (id, email) = (text("id", MAX_TEXT), text("email", MAX_EMAIL));
        let (first_name, last_name) = (text("first_name", MAX_TEXT), text("last_name", MAX_TEXT));
        let full_name = text("full_name", MAX_TEXT);
        let verified = not_empty(subject.given("verified"));
        let verified = flag(&format!("{path}verified"), verified, problems);
        let phones = phone::parse(subject.given("phones"), &format!("{path}phones"), problems);
        SubjectFields { id, email, first_name, last_name, full_name, verified, phones }
    }
}

fn text_field(value: Option<&Json<'_>>, field: &str, max: usize, problems: &mut Problems) -> Option<String> {
    match value?.as_str() {
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

/// Reads a boolean; form bodies and some clients send it as text or as a number.
pub fn flag(field: &str, value: Option<&Json<'_>>, problems: &mut Problems) -> Option<bool> {
    let word = match value? {
        Json::Bool(value) => return Some(*value),
        Json::String(text) => text.to_ascii_lowercase(),
        Json::Number(text) => text.to_string(),
        _ => "no word".into(),
    };
    match word.as_str() {
        "true" | "1" => Some(true),
        "false" | "0" | "" => Some(false),
        _ => {
            problems.add(field, "must be true or false");
            None
        }
    }
}
