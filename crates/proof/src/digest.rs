//! The digest by which records name stored bytes: a notice's text, a widget version, a form, a file.

use std::fmt;
use std::str::FromStr;

use crate::hex;
use crate::sha256::Sha256;

/// SHA-256 of exact stored bytes, 32 bytes; as text `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A text that is not `sha256:` followed by 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest is written sha256: followed by 64 lower-case hexadecimal digits")]
pub struct DigestError;

impl Digest {
    /// Hashes the bytes as they are stored, before any compression.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::of(bytes))
    }

    /// Takes the 32 bytes of a digest computed earlier.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Digest {
        Digest(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("sha256:")?;
        hex::write(&self.0, out)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Digest, DigestError> {
        text.strip_prefix("sha256:").and_then(hex::read_32).map(Digest).ok_or(DigestError)
    }
}
