//! Identifiers.

pub use placet_proof::Digest;
use uuid::{Builder, Uuid};

use super::time::Timestamp;

/// A workspace, numbered from 1 in the order of creation. Every query names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkspaceId(pub i64);

impl WorkspaceId {
    /// The number as the contract writes it: `"4217"`.
    #[must_use]
    pub fn owner(self) -> String {
        self.0.to_string()
    }
}

/// A cookie banner configuration; unique in the installation, so that imported pages keep their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WidgetId(pub i64);

/// Lower-case hex digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// A time-ordered identifier (UUIDv7), so that inserts touch the end of an index.
#[must_use]
pub fn time_ordered(at: Timestamp, random: &[u8; 10]) -> Uuid {
    Builder::from_unix_timestamp_millis(at.0.try_into().unwrap_or(0), random).into_uuid()
}

/// The GUID that stands for a digest: a `UUIDv8` of its first 16 bytes (design section 4).
#[must_use]
pub fn guid_of(digest: &Digest) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// A random identifier (`UUIDv4`).
#[must_use]
pub fn random(random: [u8; 16]) -> Uuid {
    Builder::from_random_bytes(random).into_uuid()
}
