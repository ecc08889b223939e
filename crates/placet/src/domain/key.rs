//! API keys: recognisable, checkable offline, stored only as a digest.

use placet_proof::Sha256;

use super::author::Author;
use super::id::WorkspaceId;

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Server to server: reads and writes.
    Private,
    /// Browser: writes only.
    Public,
}

impl KeyKind {
    /// The word used in every layer, also a consent's `source`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            KeyKind::Private => "private",
            KeyKind::Public => "public",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<KeyKind> {
        [KeyKind::Private, KeyKind::Public].into_iter().find(|kind| kind.word() == word)
    }

    fn prefix(self) -> &'static str {
        match self {
            KeyKind::Private => "placet_sk_",
            KeyKind::Public => "placet_pk_",
        }
    }
}

/// A key that was presented and found valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyIdentity {
    /// Whose data the key opens.
    pub workspace: WorkspaceId,
    /// The key's own id, never the key.
    pub id: String,
    /// What it may do.
    pub kind: KeyKind,
}

impl KeyIdentity {
    /// Who changes something with this key.
    #[must_use]
    pub fn author(&self) -> Author {
        Author::Key(self.id.clone())
    }
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_CHARS: usize = 32;
const CHECKSUM_CHARS: usize = 6;

/// Random bytes that [`issue`] needs: enough that, after dropping those that would favour some characters, 32 remain.
pub const ISSUE_BYTES: usize = 64;

/// Makes a key: prefix, 32 random base62 characters, and a base62 CRC-32 of all that precedes it.
#[must_use]
pub fn issue(kind: KeyKind, random: &[u8; ISSUE_BYTES]) -> String {
    let mut key = String::from(kind.prefix());
    // 248 is the largest multiple of 62 in a byte: bytes above it would make some characters likelier.
    let fair = random.iter().filter(|byte| **byte < 248).chain(random);
    key.extend(fair.take(RANDOM_CHARS).map(|byte| char::from(BASE62[usize::from(byte % 62)])));
    key.push_str(&checksum(&key));
    key
}

fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes()) as usize;
    let mut out = [b'0'; CHECKSUM_CHARS];
    for place in out.iter_mut().rev() {
        *place = BASE62[rest % 62];
        rest /= 62;
    }
    out.iter().map(|byte| char::from(*byte)).collect()
}

/// False for text that cannot be a key: wrong length or alphabet, or an issued key with a wrong checksum.
#[must_use]
pub fn is_plausible(key: &str) -> bool {
    let alphabet = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    (20..=128).contains(&key.len()) && alphabet && has_right_checksum(key)
}

fn has_right_checksum(key: &str) -> bool {
    let issued = [KeyKind::Private, KeyKind::Public].iter().any(|kind| {
        key.starts_with(kind.prefix()) && key.len() == kind.prefix().len() + RANDOM_CHARS + CHECKSUM_CHARS
    });
    !issued || {
        let (text, sum) = key.split_at(key.len() - CHECKSUM_CHARS);
        checksum(text) == sum
    }
}

/// What is stored of a key. Keys are random, so a plain digest cannot be reversed.
#[must_use]
pub fn digest(key: &str) -> [u8; 32] {
    Sha256::of(key.as_bytes())
}

/// The indexed part of a digest: finds candidates, which are then compared whole and in constant time.
#[must_use]
pub fn lookup(digest: &[u8; 32]) -> i64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issued_key_says_what_it_is_and_carries_a_checksum() {
        let key = issue(KeyKind::Private, &[7; ISSUE_BYTES]);
        assert_eq!(key.len(), "placet_sk_".len() + 32 + 6);
        assert!(key.starts_with("placet_sk_") && is_plausible(&key));
        let mistyped = key.replacen('7', "8", 1);
        assert!(!is_plausible(&mistyped), "{mistyped}");
    }

    #[test]
    fn a_key_brought_along_needs_20_to_128_plain_characters() {
        assert!(is_plausible("abcdefghijklmnopqrstuvwxyz012345"));
        assert!(!is_plausible("short"));
        assert!(!is_plausible(&"x".repeat(129)));
        assert!(!is_plausible("abcdefghijklmnop qrstuvwxyz"));
    }
}
