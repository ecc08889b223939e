#![doc = include_str!("../README.md")]

mod commitment;
mod digest;
mod disclosure;
mod hex;
pub mod json;
mod record;
mod sha256;

pub use commitment::{Commitment, Commitments, ENTRY_VERSION, Entry, RECORD_TAG, commit};
pub use digest::{Digest, DigestError};
pub use disclosure::{Disclosure, DisclosureError, Group, Salt};
pub use record::{Record, RecordError};
pub use sha256::Sha256;
