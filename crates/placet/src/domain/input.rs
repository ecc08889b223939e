//! What bodies of requests have in common.

use super::error::{Error, Problems, Result};
use super::json::Json;

/// The items of a list. Clients that know one kind of array write it as an object when its indexes have gaps, in forms and
/// in JSON: `{"0": ..., "2": ...}`. `None` for what is no list.
#[must_use]
pub fn list<'j, 'a>(value: &'j Json<'a>) -> Option<Vec<&'j Json<'a>>> {
    match value {
        Json::Array(items) => Some(items.iter().collect()),
        Json::Object(members) => {
            let index = |name: &str| name.parse::<u32>().ok().filter(|index| index.to_string() == name);
            let numbered = members.iter().map(|(name, item)| Some((index(name)?, item)));
            let mut numbered: Vec<(u32, &Json<'a>)> = numbered.collect::<Option<_>>()?;
            numbered.sort_unstable_by_key(|(index, _)| *index);
            Some(numbered.into_iter().map(|(_, item)| item).collect())
        }
        _ => None,
    }
}

/// What was given of a list or the like: programs write an empty one for none, and a form body, which has no null, an
/// empty text.
pub fn not_empty<'j, 'a>(value: Option<&'j Json<'a>>) -> Option<&'j Json<'a>> {
    value.filter(|value| !value.is_empty_container() && value.as_str() != Some(""))
}

/// Notes every member of an object that has none of these names: in a closed list of members, one that nobody reads would
/// be a wish that is not fulfilled.
///
/// # Errors
/// When it is no object.
pub fn known_names(body: &Json<'_>, names: &[&str], problems: &mut Problems) -> Result<()> {
    let Json::Object(members) = body else {
        return Err(Error::invalid("", "the body must be a JSON object"));
    };
    for (name, _) in members.iter().filter(|(name, _)| !names.contains(&name.as_ref())) {
        problems.add(&**name, format!("is not known here; known are {}", names.join(", ")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_with_indexes_for_names_is_a_list_in_their_order() {
        for (json, expected) in [
            (r#"["a","b"]"#, Some(r#"["a","b"]"#)),
            (r#"{"0":"a","2":"b"}"#, Some(r#"["a","b"]"#)),
            (r#"{"10":"b","9":"a"}"#, Some(r#"["a","b"]"#)),
            (r#"{"0":"a","x":"b"}"#, None),
            (r#"{"01":"a"}"#, None),
            (r#"{"-1":"a"}"#, None),
            (r#"{"99999999999":"a"}"#, None),
            (r#""a""#, None),
        ] {
            let json = Json::parse(json).unwrap();
            let items =
                list(&json).map(|items| Json::Array(items.into_iter().cloned().collect()).to_string());
            assert_eq!(items.as_deref(), expected);
        }
    }
}
