//! Bodies of requests that have a closed list of members: one that nobody reads would be a wish that is not fulfilled.

use super::error::{Error, Problems, Result};
use super::json::Json;

/// Notes every member of an object that has none of these names.
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
