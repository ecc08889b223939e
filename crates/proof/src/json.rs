//! JSON as records are made of it.
//!
//! A record is hashed byte for byte and answers are made from those bytes, so this tree keeps what general
//! libraries normalise away: the order of members and the spelling of numbers. It refuses what two parsers could
//! read differently: duplicate names, lone surrogates, and nesting deeper than [`MAX_DEPTH`].

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

/// The deepest nesting of arrays and objects that is accepted.
pub const MAX_DEPTH: usize = 64;

/// Objects up to this many members are checked for duplicate names by comparing all pairs.
const FEW_MEMBERS: usize = 16;

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
        Json::read(text, true)
    }

    /// Reads exactly one JSON value without white space outside strings: as groups are stored.
    ///
    /// # Errors
    /// The first fault found, with its byte offset.
    pub fn parse_compact(text: &'a str) -> Result<Json<'a>, JsonError> {
        Json::read(text, false)
    }

    fn read(text: &'a str, takes_space: bool) -> Result<Json<'a>, JsonError> {
        let mut parser = Parser { text, bytes: text.as_bytes(), at: 0, depth: 0, takes_space };
        parser.skip_space();
        let value = parser.value()?;
        parser.skip_space();
        if parser.at == text.len() {
            Ok(value)
        } else {
            Err(parser.fault("unexpected text after the JSON value"))
        }
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
    out.push('"');
    let mut plain_from = 0;
    for (index, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[plain_from..index]);
        plain_from = index + 1;
        write_escape(byte, out);
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
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

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    takes_space: bool,
}

impl<'a> Parser<'a> {
    fn fault(&self, reason: &'static str) -> JsonError {
        JsonError { reason, offset: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.takes_space && matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Json<'a>, JsonError> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) => Err(self.fault("unexpected character")),
            None => Err(self.fault("unexpected end")),
        }
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, JsonError> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.fault("unexpected character"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Json<'a>, JsonError>) -> Result<Json<'a>, JsonError> {
        if self.depth == MAX_DEPTH {
            return Err(self.fault("nested deeper than 64 levels"));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_space();
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    /// After `[` or an item: true if another item follows.
    fn another(&mut self, close: u8, first: bool) -> Result<bool, JsonError> {
        self.skip_space();
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ if first => Ok(true),
            Some(b',') => {
                self.at += 1;
                self.skip_space();
                Ok(true)
            }
            Some(_) => Err(self.fault("expected a comma or a closing bracket")),
            None => Err(self.fault("unexpected end")),
        }
    }

    fn array(&mut self) -> Result<Json<'a>, JsonError> {
        let mut items = Vec::new();
        while self.another(b']', items.is_empty())? {
            items.push(self.value()?);
        }
        Ok(Json::Array(items))
    }

    fn object(&mut self) -> Result<Json<'a>, JsonError> {
        let mut members: Vec<Member<'a>> = Vec::new();
        let mut names = HashSet::new();
        while self.another(b'}', members.is_empty())? {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.fault("expected a member name in quotes"));
            }
            let name = self.string()?;
            if is_duplicate(&name, &members, &mut names) {
                return Err(JsonError { reason: "duplicate member name", offset: start });
            }
            self.colon()?;
            members.push((name, self.value()?));
        }
        Ok(Json::Object(members))
    }

    fn colon(&mut self) -> Result<(), JsonError> {
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.fault("expected a colon"));
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    fn number(&mut self) -> Result<Json<'a>, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Json::Number(Cow::Borrowed(&self.text[start..self.at])))
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("expected a digit")) } else { Ok(()) }
    }

    /// At the opening quote. Borrows when nothing is escaped.
    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.at += 1;
        let start = self.at;
        self.plain_run();
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(&self.text[start..self.at - 1]));
        }
        let mut out = String::from(&self.text[start..self.at]);
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(self.fault("control character in a string")),
                None => return Err(self.fault("unexpected end")),
            }
            let run = self.at;
            self.plain_run();
            out.push_str(&self.text[run..self.at]);
        }
        self.at += 1;
        Ok(Cow::Owned(out))
    }

    /// Skips what needs no unescaping; stops at a quote, a backslash, a control character or the end.
    fn plain_run(&mut self) {
        let rest = &self.bytes[self.at..];
        let is_special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
        self.at += rest.iter().position(is_special).unwrap_or(rest.len());
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        self.at += 1;
        let byte = self.peek().ok_or_else(|| self.fault("unexpected end"))?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(self.fault("unknown escape")),
        })
    }

    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let unit = self.hex4()?;
        let code = match unit {
            0xD800..=0xDBFF => {
                if !self.bytes[self.at..].starts_with(b"\\u") {
                    return Err(self.fault("lone surrogate"));
                }
                self.at += 2;
                let low = self.hex4()?;
                if !(0xDC00..=0xDFFF).contains(&low) {
                    return Err(self.fault("lone surrogate"));
                }
                0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
            }
            _ => unit,
        };
        char::from_u32(code).ok_or_else(|| self.fault("lone surrogate"))
    }

    fn hex4(&mut self) -> Result<u32, JsonError> {
        let digits =
            self.bytes.get(self.at..self.at + 4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.ok_or_else(|| self.fault("expected four hex digits"))?;
        self.at += 4;
        Ok(digits.iter().fold(0, |value, digit| value * 16 + char::from(*digit).to_digit(16).unwrap_or(0)))
    }
}

/// Remembers names in a set only once an object has grown: most have a handful of members.
fn is_duplicate<'a>(name: &str, members: &[Member<'a>], names: &mut HashSet<Cow<'a, str>>) -> bool {
    if members.len() < FEW_MEMBERS {
        return members.iter().any(|(known, _)| known == name);
    }
    if names.is_empty() {
        names.extend(members.iter().map(|(known, _)| known.clone()));
    }
    !names.insert(Cow::Owned(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reason(text: &str) -> &'static str {
        Json::parse(text).unwrap_err().reason
    }

    #[test]
    fn order_of_members_and_spelling_of_numbers_are_kept() {
        let text = r#"{"z":1.0,"a":1e5,"m":-0.10E+2,"n":12345678901234567890}"#;
        assert_eq!(Json::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn what_two_parsers_could_read_differently_is_refused() {
        assert_eq!(reason(r#"{"a":1,"a":2}"#), "duplicate member name");
        assert_eq!(reason(r#"{"a":1,"\u0061":2}"#), "duplicate member name");
        assert_eq!(reason(r#""\ud800""#), "lone surrogate");
        assert_eq!(reason(r#""\udc00\ud800""#), "lone surrogate");
        assert_eq!(reason(r#""\ud83d\u0041""#), "lone surrogate");
        assert_eq!(reason("[01]"), "expected a comma or a closing bracket");
        assert_eq!(reason("[1,]"), "unexpected character");
        assert_eq!(reason("{\"a\":1,}"), "expected a member name in quotes");
        assert_eq!(reason("\"a\nb\""), "control character in a string");
        assert_eq!(reason("1 2"), "unexpected text after the JSON value");
        assert_eq!(reason(""), "unexpected end");
    }

    #[test]
    fn duplicates_are_found_in_large_objects_too() {
        let mut members: Vec<String> = (0..1000).map(|n| format!("\"k{n}\":{n}")).collect();
        assert!(Json::parse(&format!("{{{}}}", members.join(","))).is_ok());
        members.push("\"k500\":0".into());
        assert_eq!(reason(&format!("{{{}}}", members.join(","))), "duplicate member name");
    }

    #[test]
    fn nesting_of_64_is_read_and_65_is_refused() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(Json::parse(&nested(64)).is_ok());
        assert_eq!(reason(&nested(65)), "nested deeper than 64 levels");
        assert_eq!(reason(&"[".repeat(1_000_000)), "nested deeper than 64 levels");
    }

    #[test]
    fn compact_text_has_white_space_in_strings_only() {
        assert!(Json::parse_compact(r#"{"a b":[1,{"c":" "}]}"#).is_ok());
        for text in [" {}", "{} ", "{ }", "[1, 2]", r#"{"a" :1}"#, r#"{"a": 1}"#, "{\n}"] {
            assert!(Json::parse_compact(text).is_err(), "{text}");
        }
    }

    #[test]
    fn escapes_are_read_and_written_in_one_way() {
        let value = Json::parse(r#""\u0041\ud83d\ude00\/\b\f\n\"\\\u0000""#).unwrap();
        assert_eq!(value.as_str().unwrap(), "A😀/\u{8}\u{c}\n\"\\\0");
        assert_eq!(value.to_string(), r#""A😀/\u0008\u000c\n\"\\\u0000""#);
    }

    proptest! {
        #[test]
        fn agrees_with_an_independent_parser_on_valid_text(value in arbitrary_value()) {
            let text = serde_json::to_string(&value).unwrap();
            let ours = Json::parse(&text).unwrap().to_string();
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&ours).unwrap(), value);
        }

        #[test]
        fn never_panics_and_accepts_only_what_an_independent_parser_accepts(text in "[\\[\\]{}:,\"\\\\u0-9a-fnulltruefalse. eE+-]{0,40}") {
            if Json::parse(&text).is_ok() {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok() || text.contains(['e', 'E']));
            }
        }
    }

    fn arbitrary_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            any::<String>().prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..8)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }
}
