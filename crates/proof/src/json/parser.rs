//! Reads JSON text into the tree.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Json, JsonError, MAX_DEPTH, Member, plain_length};

/// Room that an object has from its first member on: growing costs more than it.
const SOME_MEMBERS: usize = 8;
/// Objects up to this many members are checked for duplicate names by comparing all pairs.
const FEW_MEMBERS: usize = 16;

/// Reads exactly one value, with white space between tokens or without.
pub(super) fn read(text: &str, takes_space: bool) -> Result<Json<'_>, JsonError> {
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
            let value = self.value()?;
            if members.is_empty() {
                members.reserve(SOME_MEMBERS);
            }
            members.push((name, value));
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
        self.at += plain_length(&self.bytes[self.at..]);
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
