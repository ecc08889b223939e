//! From disclosures to the leaf of the log: four group commitments, one record commitment, one entry.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::disclosure::{Disclosure, Group};
use crate::hex;
use crate::sha256::Sha256;

/// Separates record commitments of version 1 from every other use of SHA-256. Its line feed is part of it.
pub const RECORD_TAG: &[u8] = b"placet/record/1\n";

/// First byte of an entry: the version of everything that leads to it.
pub const ENTRY_VERSION: u8 = 0x01;

/// First hash input byte of a leaf, which no inner node of the tree shares (RFC 6962, section 2.1).
const LEAF_PREFIX: u8 = 0x00;

/// `SHA-256(base64url-nopad(bytes))`, the digest of a disclosure by RFC 9901 section 4.2.3.
///
/// Takes any bytes, so that the examples of the RFC can be checked too; of a Placet record it is
/// [`Disclosure::commitment`]. The encoded text is hashed piece by piece and never exists whole.
#[must_use]
#[expect(clippy::expect_used, reason = "the buffer holds the encoding of a whole piece")]
pub fn commit(bytes: &[u8]) -> [u8; 32] {
    // A multiple of 3 bytes, so that only the last piece can end within a base64 group.
    const PIECE: usize = 768;
    let mut text = [0; PIECE / 3 * 4];
    let mut hash = Sha256::new();
    for piece in bytes.chunks(PIECE) {
        let written = URL_SAFE_NO_PAD.encode_slice(piece, &mut text).expect("4 characters for 3 bytes");
        hash.update(&text[..written]);
    }
    hash.finish()
}

/// The commitments of the four groups of one record, in the order S, E, F, D.
///
/// They outlive the groups: after an erasure they are what is left, and enough to find the leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Commitments([[u8; 32]; 4]);

impl Commitments {
    /// Takes the commitments of S, E, F and D, in this order.
    #[must_use]
    pub const fn new(groups: [[u8; 32]; 4]) -> Commitments {
        Commitments(groups)
    }

    /// Reads 128 bytes: `c_S`, `c_E`, `c_F`, `c_D`.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 128]) -> Commitments {
        let (groups, _) = bytes.as_chunks::<32>();
        Commitments([groups[0], groups[1], groups[2], groups[3]])
    }

    /// The 128 bytes that [`Commitments::from_bytes`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 128] {
        let mut bytes = [0; 128];
        bytes.copy_from_slice(self.0.as_flattened());
        bytes
    }

    /// The commitment of one group, 32 bytes.
    #[must_use]
    pub const fn get(&self, group: Group) -> &[u8; 32] {
        &self.0[group as usize]
    }

    /// Whether the disclosure is, byte for byte, the one committed to for its group.
    #[must_use]
    pub fn holds(&self, disclosure: &Disclosure) -> bool {
        *self.get(disclosure.group()) == disclosure.commitment()
    }

    /// The commitment of the record: `SHA-256("placet/record/1\n" || c_S || c_E || c_F || c_D)`.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        Commitment(Sha256::new().chain(RECORD_TAG).chain(self.0.as_flattened()).finish())
    }
}

/// The commitment of a record, `C`: 32 bytes that fix all four groups and show none.
///
/// Its 64 lower-case hexadecimal digits are the `checksum` of the consent API.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment([u8; 32]);

impl Commitment {
    /// Takes the 32 bytes of a commitment computed earlier.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Commitment {
        Commitment(bytes)
    }

    /// Reads 64 lower-case hexadecimal digits; anything else is `None`.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Commitment> {
        hex::read_32(text).map(Commitment)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.to_string()
    }

    /// What the log stores for the record.
    #[must_use]
    pub fn entry(&self) -> Entry {
        let mut bytes = [ENTRY_VERSION; 33];
        bytes[1..].copy_from_slice(&self.0);
        Entry(bytes)
    }
}

impl fmt::Display for Commitment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, out)
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Commitment({self})")
    }
}

/// One entry of the log: the byte `0x01`, then the 32 bytes of the record's commitment.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry([u8; 33]);

impl Entry {
    /// Reads a stored entry. `None` for another length or another version than this crate knows.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Entry> {
        let bytes = <[u8; 33]>::try_from(bytes).ok()?;
        (bytes[0] == ENTRY_VERSION).then_some(Entry(bytes))
    }

    /// The 33 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 33] {
        &self.0
    }

    /// 66 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.to_string()
    }

    /// The commitment of the record that the entry stands for.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&self.0[1..]);
        Commitment(bytes)
    }

    /// The leaf hash in the Merkle tree: `SHA-256(0x00 || entry)` (RFC 6962, section 2.1).
    #[must_use]
    pub fn leaf(&self) -> [u8; 32] {
        Sha256::new().chain(&[LEAF_PREFIX]).chain(&self.0).finish()
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, out)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Entry({self})")
    }
}
