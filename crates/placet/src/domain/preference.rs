//! Preferences: name and value inside a consent.

use super::error::Problems;
use super::json::{Json, Member};

/// The longest name of a preference, in characters.
pub const MAX_NAME: usize = 255;
const MAX_PREFERENCES: usize = 1000;

/// Reads the preferences of a consent: any JSON value under any name, kept as it was sent.
/// Nothing, `null` and PHP's empty array mean none.
pub fn parse<'a>(value: Option<&Json<'a>>, problems: &mut Problems) -> Vec<Member<'a>> {
    match value {
        None | Some(Json::Null) => Vec::new(),
        Some(value) if value.is_empty_container() => Vec::new(),
        Some(Json::Object(members)) => {
            check_names(members, problems);
            members.clone()
        }
        Some(_) => {
            problems.add("preferences", "must be an object of names and values");
            Vec::new()
        }
    }
}

fn check_names(members: &[Member<'_>], problems: &mut Problems) {
    if members.len() > MAX_PREFERENCES {
        problems.add("preferences", format!("has more than {MAX_PREFERENCES} entries"));
    }
    for (name, _) in members {
        if name.chars().count() > MAX_NAME || name.contains('\0') {
            problems.add(
                "preferences",
                format!("has a name longer than {MAX_NAME} characters or with a U+0000 in it"),
            );
            return;
        }
    }
}
