//! One group of a record as the exact bytes that are stored, hashed and, when asked for, shown.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::commitment::commit;
use crate::json::{Json, JsonError, Member, write_object};

/// A group of a record: what is disclosed, kept or erased together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// `S`: who.
    Subject,
    /// `E`: what happened.
    Event,
    /// `F`: the forms shown.
    Form,
    /// `D`: circumstances.
    Circumstances,
}

impl Group {
    /// The four groups in the order in which a record commits to them.
    pub const ALL: [Group; 4] = [Group::Subject, Group::Event, Group::Form, Group::Circumstances];

    /// The letter that names the group in a disclosure.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Group::Subject => 'S',
            Group::Event => 'E',
            Group::Form => 'F',
            Group::Circumstances => 'D',
        }
    }

    fn from_letter(letter: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| letter.chars().eq([group.letter()]))
    }
}

/// 16 random bytes that keep a group from being guessed. One per group and record, used nowhere else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 16]);

/// Length of an encoded salt: 128 bits at 6 bits a character, without padding.
const SALT_LENGTH: usize = 22;

impl Salt {
    /// Takes 16 bytes from a cryptographic random source; this crate has none.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Salt {
        Salt(bytes)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// 22 characters of base64url (RFC 4648, section 5) without padding.
    #[must_use]
    pub fn encoded(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads exactly the spelling that [`Salt::encoded`] writes; the four spare bits must be zero.
    fn parse(text: &str) -> Option<Salt> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Salt)
    }
}

impl fmt::Debug for Salt {
    /// Leaves the bytes out: with them, what was erased could be guessed again.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Salt(..)")
    }
}

/// Why bytes are not a disclosure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// Not `["<salt>","<letter>",<object>]` to the character.
    #[error("a disclosure is [\"<22 characters of salt>\",\"<S, E, F or D>\",{{...}}] without white space")]
    Shape,
    /// The salt is not the base64url of 16 bytes.
    #[error("the salt is not the base64url of 16 bytes")]
    Salt,
    /// The letter is not one of S, E, F, D.
    #[error("the group is not one of S, E, F, D")]
    Group,
    /// The third element is not JSON by the rules of [`Json::parse_compact`].
    #[error("the object is not well formed: {0}")]
    Json(#[from] JsonError),
    /// The third element is not an object.
    #[error("the third element is not an object")]
    Object,
}

/// The UTF-8 bytes `["<salt>","<letter>",<object>]` of one group, without white space outside strings.
///
/// Written once, then stored, hashed and handed on as they are; nothing rebuilds them from parts.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosure {
    text: String,
    salt: Salt,
    group: Group,
}

/// Where the object begins: after `["`, the salt, `","`, the letter and `",`.
const OBJECT_AT: usize = 2 + SALT_LENGTH + 3 + 1 + 2;

/// Most disclosures fit into this many bytes, so that their text is allocated once.
const USUAL_LENGTH: usize = 512;

impl Disclosure {
    /// Writes the disclosure of a group from its salt and the members of its object.
    #[must_use]
    pub fn new(salt: &Salt, group: Group, members: &[Member<'_>]) -> Disclosure {
        let mut text = String::with_capacity(USUAL_LENGTH);
        text.push_str("[\"");
        URL_SAFE_NO_PAD.encode_string(salt.0, &mut text);
        text.push_str("\",\"");
        text.push(group.letter());
        text.push_str("\",");
        write_object(members, &mut text);
        text.push(']');
        Disclosure { text, salt: *salt, group }
    }

    /// Reads stored bytes.
    ///
    /// # Errors
    /// The first [`DisclosureError`] met.
    pub fn parse(text: impl Into<String>) -> Result<Disclosure, DisclosureError> {
        let text = text.into();
        let (salt, letter, object) = parts(&text).ok_or(DisclosureError::Shape)?;
        let salt = Salt::parse(salt).ok_or(DisclosureError::Salt)?;
        let group = Group::from_letter(letter).ok_or(DisclosureError::Group)?;
        if !matches!(Json::parse_compact(object)?, Json::Object(_)) {
            return Err(DisclosureError::Object);
        }
        Ok(Disclosure { text, salt, group })
    }

    /// The text as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes as stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The text, given away for storing.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }

    /// Which group it discloses.
    #[must_use]
    pub const fn group(&self) -> Group {
        self.group
    }

    /// The salt.
    #[must_use]
    pub const fn salt(&self) -> Salt {
        self.salt
    }

    /// The JSON text of the object, exactly as it was given.
    #[must_use]
    pub fn object(&self) -> &str {
        &self.text[OBJECT_AT..self.text.len() - 1]
    }

    /// The commitment of the group: [`commit`] of the bytes.
    #[must_use]
    pub fn commitment(&self) -> [u8; 32] {
        commit(self.as_bytes())
    }
}

impl fmt::Debug for Disclosure {
    /// Shows group and length only, so that no log of a program repeats what a person may have erased.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Disclosure({}, {} bytes)", self.group.letter(), self.text.len())
    }
}

/// Salt, letter and object of a text, if everything between and around them stands where it must.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let (salt, rest) = text.strip_prefix("[\"")?.split_at_checked(SALT_LENGTH)?;
    let (letter, rest) = rest.strip_prefix("\",\"")?.split_at_checked(1)?;
    let object = rest.strip_prefix("\",")?.strip_suffix(']')?;
    Some((salt, letter, object))
}
