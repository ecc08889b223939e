//! Requests that carry a name of their own (the header `Idempotency-Key`), so that sending one again carries out nothing
//! a second time.

use placet_proof::Sha256;
use uuid::Uuid;

use super::id::{Digest, WorkspaceId, guid_of, hex};

/// How long the answer to a request is kept, in milliseconds: a day.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// The longest key, in characters.
pub const MAX_KEY: usize = 255;

/// A request that can be recognised when it comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NamedRequest {
    /// Whose data it changes.
    pub workspace: WorkspaceId,
    /// Made of who sent it and how they named it: always the same for the same name.
    pub id: Uuid,
    /// Keyed hash of what it asks for: another one under the same id is another request.
    pub fingerprint: i64,
}

/// Reads the header: a text in quotes, as the standard has it, or without, as many clients send it.
///
/// # Errors
/// What is wrong, for people.
pub fn parse_key(header: &str) -> Result<String, &'static str> {
    const WRONG: &str = "must be 1 to 255 visible ASCII characters, in quotes or without";
    let key = match header.strip_prefix('"') {
        Some(rest) => unquote(rest.strip_suffix('"').ok_or(WRONG)?).ok_or(WRONG)?,
        None => header.to_owned(),
    };
    let is_visible = |byte| byte == b' ' || (byte as char).is_ascii_graphic();
    if (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(is_visible) { Ok(key) } else { Err(WRONG) }
}

/// The text between the quotes; only quotes and backslashes are escaped.
fn unquote(quoted: &str) -> Option<String> {
    let mut text = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return None,
            '\\' => text.push(characters.next().filter(|escaped| matches!(escaped, '"' | '\\'))?),
            plain => text.push(plain),
        }
    }
    Some(text)
}

/// The id of a request, from who sends it and how they name it.
#[must_use]
pub fn id(workspace: WorkspaceId, author: &str, key: &str) -> Uuid {
    let named = format!("placet/request/1\n{}\n{author}\n{key}", workspace.0);
    guid_of(&Digest::of(named.as_bytes()))
}

/// What stands for everything that a request asks for: `operation` is its method and path.
#[must_use]
pub fn summary(operation: &str, body: &[u8]) -> String {
    hex(&Sha256::new().chain(operation.as_bytes()).chain(b"\n").chain(body).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_means_the_same_with_and_without_quotes() {
        for header in ["8e03978e-40d5-43dd-bc93-6894a57f9324", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\""] {
            assert_eq!(parse_key(header).as_deref(), Ok("8e03978e-40d5-43dd-bc93-6894a57f9324"));
        }
        assert_eq!(parse_key(r#""a \"b\" \\ c""#).as_deref(), Ok(r#"a "b" \ c"#));
        assert_eq!(parse_key(&"x".repeat(255)).map(|key| key.len()), Ok(255));
    }

    #[test]
    fn what_cannot_be_a_key_is_refused() {
        let long = "x".repeat(256);
        for header in
            ["", "\"\"", "\"", "\"a", "\"a\"b\"", "\"a\";p=1", "\"a\\b\"", "clé", "a\tb", long.as_str()]
        {
            assert!(parse_key(header).is_err(), "{header}");
        }
    }

    #[test]
    fn the_same_name_by_another_key_or_in_another_workspace_is_another_request() {
        let ids = [
            id(WorkspaceId(1), "key:a", "k"),
            id(WorkspaceId(1), "key:b", "k"),
            id(WorkspaceId(2), "key:a", "k"),
        ];
        assert!(ids[0] != ids[1] && ids[0] != ids[2] && ids[0] == id(WorkspaceId(1), "key:a", "k"));
        assert_eq!(ids[0].get_version_num(), 8);
    }
}
