//! What belongs to the installation as a whole.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher24;

use super::engine::Tx;
use crate::domain::error::{Error, Result};
use crate::domain::id::Digest;

statements! {
    GET = "SELECT value FROM installation WHERE name = $1";
    PUT = "INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    FORGET = "DELETE FROM installation WHERE name = $1";
    REMOVE = "DELETE FROM installation WHERE name = $1 AND value = $2";
}

const INDEX_KEY: &str = "index_key";
const DEMO: &str = "demo";
const SETUP_TOKEN: &str = "setup_token";

/// The secret under which indexed texts are hashed, so that a stolen index alone tells nothing.
#[derive(Clone, Copy)]
pub struct IndexKey([u8; 16]);

/// Kinds of texts that are looked up by equality. The same text hashes differently under each.
#[derive(Clone, Copy)]
pub enum Term {
    /// A subject's id.
    Subject = 1,
    /// An e-mail address.
    Email,
    /// A first name.
    FirstName,
    /// A last name.
    LastName,
    /// An IP address.
    Ip,
    /// A site's user id.
    User,
    /// A whole request.
    Request,
    /// A combination of facets.
    Facets,
    /// The name of a preference.
    Preference,
    /// Three letters of a text that is searched.
    Gram,
    /// A document's id.
    Document,
}

impl IndexKey {
    /// The number under which a text is found.
    #[must_use]
    pub fn hash(&self, term: Term, text: &str) -> i64 {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write_u8(term as u8);
        hasher.write(text.as_bytes());
        hasher.finish().cast_signed()
    }

    /// What stands for a text where its bare digest could be guessed from the text.
    #[must_use]
    pub fn digest(&self, text: &str) -> Digest {
        Digest::of(&[&self.0, text.as_bytes()].concat())
    }

    /// The number under which three letters are found.
    pub(super) fn gram(&self, letters: &str) -> u32 {
        let [a, b, c, d, ..] = self.hash(Term::Gram, letters).to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    }
}

/// The installation's key; the first call of an installation fixes it.
pub(super) fn index_key(tx: &mut Tx<'_>, fresh: [u8; 16]) -> Result<IndexKey> {
    tx.execute(PUT, &[INDEX_KEY.into(), fresh.as_slice().into()])?;
    let mut row = tx.query_one(GET, &[INDEX_KEY.into()])?.ok_or_else(|| Error::internal("no index key"))?;
    row.array(0).map(IndexKey)
}

/// Remembers the digest of the one-time setup link; an earlier link ends.
pub fn put_setup_token(tx: &mut Tx<'_>, digest: &[u8; 32]) -> Result<()> {
    end_setup(tx)?;
    tx.execute(PUT, &[SETUP_TOKEN.into(), digest.as_slice().into()]).map(drop)
}

/// Takes the setup link out of use; false if it was not this one or was used before.
pub fn take_setup_token(tx: &mut Tx<'_>, digest: &[u8; 32]) -> Result<bool> {
    Ok(tx.execute(REMOVE, &[SETUP_TOKEN.into(), digest.as_slice().into()])? == 1)
}

/// Whether this is the setup link.
pub fn is_setup_token(tx: &mut Tx<'_>, digest: &[u8; 32]) -> Result<bool> {
    match tx.query_one(GET, &[SETUP_TOKEN.into()])? {
        Some(mut row) => Ok(row.bytes(0)? == digest),
        None => Ok(false),
    }
}

/// What a demo printed at its first start, to be printed again at the next.
pub fn demo(tx: &mut Tx<'_>) -> Result<Option<String>> {
    let row = tx.query_one(GET, &[DEMO.into()])?;
    row.map(|mut row| String::from_utf8(row.bytes(0)?).map_err(Error::internal)).transpose()
}

/// Remembers what a demo printed.
pub fn put_demo(tx: &mut Tx<'_>, text: &str) -> Result<()> {
    tx.execute(PUT, &[DEMO.into(), text.as_bytes().into()]).map(drop)
}

/// Takes any setup link out of use: the first workspace exists.
pub fn end_setup(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute(FORGET, &[SETUP_TOKEN.into()]).map(drop)
}
