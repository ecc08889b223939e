//! The JSON of a group: RFC 8259 and a few rules more, checked without building a tree.
//!
//! No white space stands outside strings; names are unique within an object, compared after
//! unescaping; no escape is half of a surrogate pair; arrays and objects nest at most [`MAX_DEPTH`]
//! deep. Member order and the spelling of numbers are the writer's own and stay as they are.

use std::str::Chars;

/// How deep arrays and objects may nest, the outermost counting as one.
pub const MAX_DEPTH: usize = 64;

/// Names that are open at one time in most groups, so that the list of them is allocated once.
const USUAL_NAMES: usize = 32;

/// Why a text is not acceptable JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON at this byte: broken syntax, white space where none is allowed, or more after the end.
    #[error("not valid JSON at byte {0}")]
    Syntax(usize),
    /// Not an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// An object that ends at this byte has the same name twice.
    #[error("the object that ends at byte {0} has the same name twice")]
    DuplicateName(usize),
    /// The escape at this byte is one half of a surrogate pair, which is no character.
    #[error("the escape at byte {0} is half of a surrogate pair")]
    LoneSurrogate(usize),
    /// Arrays and objects nest deeper than [`MAX_DEPTH`] at this byte.
    #[error("nested deeper than 64 levels at byte {0}")]
    TooDeep(usize),
}

/// Checks that the text is one object without white space outside strings: a group as it is stored.
///
/// # Errors
/// The first [`JsonError`] met, reading from the start.
pub fn check_object(text: &str) -> Result<(), JsonError> {
    if !text.starts_with('{') {
        return Err(JsonError::NotAnObject);
    }
    Scanner { text, at: 0, depth: 0, names: Vec::with_capacity(USUAL_NAMES) }.whole()
}

/// Walks over a text once, byte by byte; `at` is inside a character only while inside a string.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Names of all objects that are open, innermost last.
    names: Vec<&'a str>,
}

impl<'a> Scanner<'a> {
    fn whole(mut self) -> Result<(), JsonError> {
        self.value()?;
        if self.at == self.text.len() { Ok(()) } else { Err(JsonError::Syntax(self.at)) }
    }

    fn value(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"') => self.string().map(drop),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => self.number(),
        }
    }

    fn object(&mut self) -> Result<(), JsonError> {
        self.enter()?;
        let outer_names = self.names.len();
        if !self.closes(b'}') {
            loop {
                self.member()?;
                if !self.goes_on(b'}')? {
                    break;
                }
            }
        }
        self.depth -= 1;
        let repeated = has_repeated(&mut self.names[outer_names..]);
        self.names.truncate(outer_names);
        if repeated { Err(JsonError::DuplicateName(self.at - 1)) } else { Ok(()) }
    }

    fn member(&mut self) -> Result<(), JsonError> {
        let name = self.string()?;
        self.names.push(name);
        self.word(":")?;
        self.value()
    }

    fn array(&mut self) -> Result<(), JsonError> {
        self.enter()?;
        if !self.closes(b']') {
            loop {
                self.value()?;
                if !self.goes_on(b']')? {
                    break;
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Steps over the opening bracket.
    fn enter(&mut self) -> Result<(), JsonError> {
        if self.depth == MAX_DEPTH {
            return Err(JsonError::TooDeep(self.at));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Steps over the closing bracket if it is next.
    fn closes(&mut self, bracket: u8) -> bool {
        let closes = self.peek() == Some(bracket);
        self.at += usize::from(closes);
        closes
    }

    /// Steps over the comma before another element (true) or the closing bracket (false).
    fn goes_on(&mut self, bracket: u8) -> Result<bool, JsonError> {
        if self.closes(bracket) {
            return Ok(false);
        }
        self.word(",").map(|()| true)
    }

    /// Steps over a string and gives back what stands between its quotes, escapes and all.
    fn string(&mut self) -> Result<&'a str, JsonError> {
        self.word("\"")?;
        let start = self.at;
        loop {
            let rest = self.text.as_bytes()[self.at..].iter();
            self.at += rest.take_while(|&&byte| byte >= 0x20 && byte != b'"' && byte != b'\\').count();
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                _ => return Err(JsonError::Syntax(self.at)),
            }
        }
        self.at += 1;
        Ok(&self.text[start..self.at - 1])
    }

    fn escape(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        self.at += 2;
        match self.text.as_bytes().get(start + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(()),
            Some(b'u') => match self.code_unit()? {
                0xD800..=0xDBFF => self.low_surrogate(start),
                0xDC00..=0xDFFF => Err(JsonError::LoneSurrogate(start)),
                _ => Ok(()),
            },
            _ => Err(JsonError::Syntax(start)),
        }
    }

    fn low_surrogate(&mut self, high: usize) -> Result<(), JsonError> {
        if !self.text[self.at..].starts_with("\\u") {
            return Err(JsonError::LoneSurrogate(high));
        }
        self.at += 2;
        match self.code_unit()? {
            0xDC00..=0xDFFF => Ok(()),
            _ => Err(JsonError::LoneSurrogate(high)),
        }
    }

    /// Steps over four hexadecimal digits.
    fn code_unit(&mut self) -> Result<u16, JsonError> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(JsonError::Syntax(self.at))?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(JsonError::Syntax(self.at));
        }
        let unit = u16::from_str_radix(digits, 16).map_err(|_| JsonError::Syntax(self.at))?;
        self.at += 4;
        Ok(unit)
    }

    fn number(&mut self) -> Result<(), JsonError> {
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(JsonError::Syntax(start)) } else { Ok(()) }
    }

    fn word(&mut self, word: &str) -> Result<(), JsonError> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(JsonError::Syntax(self.at));
        }
        self.at += word.len();
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// Whether two names are the same text once unescaped. Sorts them: thousands of names stay cheap.
fn has_repeated(names: &mut [&str]) -> bool {
    if names.iter().any(|name| name.contains('\\')) {
        names.sort_unstable_by(|a, b| unescaped(a).cmp(unescaped(b)));
        names.windows(2).any(|pair| unescaped(pair[0]).eq(unescaped(pair[1])))
    } else {
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// The characters of a string's inside that has passed [`Scanner::string`].
fn unescaped(inside: &str) -> impl Iterator<Item = char> {
    let mut letters = inside.chars();
    std::iter::from_fn(move || match letters.next()? {
        '\\' => Some(match letters.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => code_point(&mut letters)?,
            plain => plain,
        }),
        plain => Some(plain),
    })
}

/// The character of a `\u` escape, of which the four digits come next, or of the pair that it opens.
fn code_point(letters: &mut Chars<'_>) -> Option<char> {
    let high = hex_digits(letters)?;
    if !(0xD800..0xDC00).contains(&high) {
        return char::from_u32(high);
    }
    letters.nth(1)?;
    let low = hex_digits(letters)?;
    char::from_u32(0x1_0000 + ((high & 0x3FF) << 10) + (low & 0x3FF))
}

fn hex_digits(letters: &mut Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |value, _| Some(value << 4 | letters.next()?.to_digit(16)?))
}
