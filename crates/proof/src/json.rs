//! JSON as records are made of it.
//!
//! A record is hashed byte for byte and answers are made from those bytes, so this tree keeps what general
//! libraries normalise away: the order of members and the spelling of numbers. It refuses what two parsers could
//! read differently: duplicate names, lone surrogates, and nesting deeper than [`MAX_DEPTH`].

mod parser;

use std::borrow::Cow;
use std::fmt::Write as _;

/// The deepest nesting of arrays and objects that is accepted.
pub const MAX_DEPTH: usize = 64;

/// One JSON value; text is borrowed from the input where it holds no escapes.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, in the spelling it was sent.
    Number(Cow<'a, str>),
    /// A string, without its quotes and escapes.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object, members in the order they were sent; names are unique.
    Object(Vec<Member<'a>>),
}

/// Name and value of an object's member.
pub type Member<'a> = (Cow<'a, str>, Json<'a>);

/// Why a text is not JSON that we accept, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {offset}")]
pub struct JsonError {
    /// What is wrong, for people.
    pub reason: &'static str,
    /// Byte offset in the input.
    pub offset: usize,
}

impl<'a> Json<'a> {
    /// Reads exactly one JSON value.
    ///
    /// # Errors
    /// The first fault found, with its byte offset.
    pub fn parse(text: &'a str) -> Result<Json<'a>, JsonError> {
        parser::read(text, true)
    }

    /// Reads exactly one JSON value without white space outside strings: as groups are stored.
    ///
    /// # Errors
    /// The first fault found, with its byte offset.
    pub fn parse_compact(text: &'a str) -> Result<Json<'a>, JsonError> {
        parser::read(text, false)
    }

    /// A string value.
    pub fn text(value: impl Into<Cow<'a, str>>) -> Json<'a> {
        Json::String(value.into())
    }

    /// A string value, or `null`.
    pub fn text_or_null(value: Option<impl Into<Cow<'a, str>>>) -> Json<'a> {
        value.map_or(Json::Null, Json::text)
    }

    /// A whole number.
    pub fn int(value: i64) -> Json<'static> {
        Json::Number(value.to_string().into())
    }

    /// A whole number, or `null`.
    pub fn int_or_null(value: Option<i64>) -> Json<'static> {
        value.map_or(Json::Null, Json::int)
    }

    /// An object of the given members, which must have distinct names.
    pub fn object<const N: usize>(members: [(&'static str, Json<'a>); N]) -> Json<'a> {
        Json::Object(members.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect())
    }

    /// The member `name` of an object; `None` if absent or not an object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.members().iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Like [`Json::get`], but a `null` counts as absent.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&Json<'a>> {
        self.get(name).filter(|value| **value != Json::Null)
    }

    /// The members of an object; none for anything else.
    #[must_use]
    pub fn members(&self) -> &[Member<'a>] {
        if let Json::Object(members) = self { members } else { &[] }
    }

    /// The items of an array; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Json<'a>] {
        if let Json::Array(items) = self { items } else { &[] }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Json::String(text) = self { Some(text) } else { None }
    }

    /// The value of a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Json::Bool(value) = self { Some(*value) } else { None }
    }

    /// A number that is a whole 64-bit one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        if let Json::Number(spelling) = self { spelling.parse().ok() } else { None }
    }

    /// True for an array or object without content: what PHP clients send for "nothing".
    #[must_use]
    pub fn is_empty_container(&self) -> bool {
        matches!(self, Json::Array(items) if items.is_empty())
            || matches!(self, Json::Object(members) if members.is_empty())
    }

    /// The same value with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> Json<'static> {
        match self {
            Json::Null => Json::Null,
            Json::Bool(value) => Json::Bool(value),
            Json::Number(spelling) => Json::Number(spelling.into_owned().into()),
            Json::String(text) => Json::String(text.into_owned().into()),
            Json::Array(items) => Json::Array(items.into_iter().map(Json::into_owned).collect()),
            Json::Object(members) => Json::Object(
                members
                    .into_iter()
                    .map(|(name, value)| (name.into_owned().into(), value.into_owned()))
                    .collect(),
            ),
        }
    }

    /// Appends the value as text without white space.
    pub fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Json::Number(spelling) => out.push_str(spelling),
            Json::String(text) => write_string(text, out),
            Json::Array(items) => write_separated(items, ('[', ']'), out, Json::write),
            Json::Object(members) => write_object(members, out),
        }
    }
}

impl std::fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = String::new();
        self.write(&mut out);
        f.write_str(&out)
    }
}

/// Appends an object as text without white space.
pub(crate) fn write_object(members: &[Member<'_>], out: &mut String) {
    write_separated(members, ('{', '}'), out, |(name, value), out| {
        write_string(name, out);
        out.push(':');
        value.write(out);
    });
}

fn write_separated<T>(
    items: &[T],
    (open, close): (char, char),
    out: &mut String,
    write: impl Fn(&T, &mut String),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(close);
}

/// Appends a JSON string: only what must be escaped is escaped.
fn write_string(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut rest = text;
    loop {
        let (plain, special) = rest.split_at(plain_length(rest.as_bytes()));
        out.push_str(plain);
        let Some(byte) = special.bytes().next() else { break };
        write_escape(byte, out);
        rest = &special[1..];
    }
    out.push('"');
}

/// How many bytes, from the first on, stand for themselves in a JSON string: up to a quote, a backslash, a control
/// character or the end. Looks at eight at a time.
fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let special = specials(u64::from_le_bytes(*word));
        if special != 0 {
            return index * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    words.len() * 8 + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// The high bit of each byte of `word` that does not stand for itself. Bytes above the lowest of them may have theirs by
/// mistake: subtraction borrows from them.
const fn specials(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGH: u64 = ONES * 0x80;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let is_quote = quote.wrapping_sub(ONES) & !quote;
    let is_backslash = backslash.wrapping_sub(ONES) & !backslash;
    (control | is_quote | is_backslash) & HIGH
}

fn write_escape(byte: u8, out: &mut String) {
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        // Writing to a String cannot fail.
        _ => drop(write!(out, "\\u{byte:04x}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_bytes_are_counted_up_to_the_first_that_is_escaped(bytes in prop::collection::vec(
            prop_oneof![4 => Just(b'a'), 1 => 0x1e..0x24_u8, 1 => any::<u8>(), 1 => Just(b'\\')], 0..40)
        ) {
            let is_special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
            let expected = bytes.iter().position(is_special).unwrap_or(bytes.len());
            prop_assert_eq!(plain_length(&bytes), expected);
        }
    }
}
