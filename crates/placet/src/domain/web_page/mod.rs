//! A page as it was fetched, and the text in it that people read.

mod markup;
mod policy;
mod snippet;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
pub use policy::obstacles;
pub use snippet::{Loader, Snippet};

/// Where a page may say which characters it is written in, in bytes from its start.
const DECLARED_WITHIN: usize = 1024;

/// What came back for an address.
#[derive(Clone, Debug, Default)]
pub struct WebPage {
    /// The `Content-Type` header.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
    /// The `Content-Security-Policy` headers.
    pub policies: Vec<String>,
}

impl WebPage {
    /// The text that people read: of HTML without scripts, styles, navigation and what is hidden, one line per block,
    /// white space collapsed.
    ///
    /// # Errors
    /// Why there is none, for people.
    pub fn readable_text(&self) -> Result<String, String> {
        let kind = self.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let text = match kind.as_str() {
            "text/html" => markup::readable_text(&self.decoded()),
            "text/plain" => collapsed(&self.decoded()),
            "" => return Err("the page does not say what it is: it needs a Content-Type".into()),
            other => return Err(format!("the page is {other}, not text/html or text/plain")),
        };
        if text.is_empty() { Err("the page has no readable text".into()) } else { Ok(text) }
    }

    /// What the page holds of the widget, with the policies of its headers.
    #[must_use]
    pub fn snippet(&self) -> Snippet {
        let mut snippet = Snippet::of(&self.decoded());
        snippet.policies.extend(self.policies.iter().cloned());
        snippet
    }

    /// In the characters that a byte order mark, the header or the page declares; else UTF-8, if that is what it is.
    fn decoded(&self) -> String {
        let declared = label(&self.content_type.to_ascii_lowercase()).or_else(|| {
            let start = &self.body[..self.body.len().min(DECLARED_WITHIN)];
            label(&String::from_utf8_lossy(start).to_ascii_lowercase())
        });
        let is_utf_8 = std::str::from_utf8(&self.body).is_ok();
        let encoding = declared.unwrap_or(if is_utf_8 { UTF_8 } else { WINDOWS_1252 });
        encoding.decode(&self.body).0.into_owned()
    }
}

/// The first `charset=...` in a lower-case text.
fn label(text: &str) -> Option<&'static Encoding> {
    let (_, rest) = text.split_once("charset")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c)).unwrap_or(rest.len());
    Encoding::for_label(&rest.as_bytes()[..end])
}

/// Lines with their white space collapsed; empty ones are left out.
fn collapsed(text: &str) -> String {
    let mut lines = Lines::default();
    for line in text.lines() {
        lines.push(line);
        lines.end_line();
    }
    lines.text
}

/// Text as it grows, always collapsed.
#[derive(Default)]
struct Lines {
    text: String,
    /// What stands between the last letter and the next one: a line break outweighs a space.
    gap: Option<char>,
}

impl Lines {
    fn push(&mut self, text: &str) {
        for letter in text.chars().filter(|letter| !is_unseen(*letter)) {
            if letter.is_whitespace() || letter.is_control() {
                self.space();
            } else {
                if let Some(gap) = self.gap.take().filter(|_| !self.text.is_empty()) {
                    self.text.push(gap);
                }
                self.text.push(letter);
            }
        }
    }

    fn space(&mut self) {
        self.gap = self.gap.or(Some(' '));
    }

    fn end_line(&mut self) {
        self.gap = Some('\n');
    }
}

/// Characters without a width: they come and go without anybody seeing it.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(content_type: &str, body: &[u8]) -> Result<String, String> {
        WebPage { content_type: content_type.into(), body: body.to_vec(), policies: Vec::new() }
            .readable_text()
    }

    #[test]
    fn plain_text_keeps_its_lines_and_loses_its_spaces() {
        let text = "  One \t two\u{a0}three \r\n\r\n\n four\u{ad}teen\u{200b} ".as_bytes();
        assert_eq!(read("text/plain", text).unwrap(), "One two three\nfourteen");
    }

    #[test]
    fn characters_are_read_as_they_are_declared() {
        let latin = b"caf\xe9";
        for (content_type, body) in [
            ("text/plain; charset=iso-8859-1", latin.to_vec()),
            ("Text/Plain; Charset=\"ISO-8859-1\"", latin.to_vec()),
            ("text/plain", latin.to_vec()),
            ("text/plain", "café".into()),
            ("text/plain; charset=utf-8", "café".into()),
            ("text/plain; charset=nonsense", "café".into()),
            ("text/plain; charset=iso-8859-1", "\u{feff}café".into()),
            ("text/html", [b"<meta charset=windows-1252>".as_slice(), latin].concat()),
            ("text/html", [b"<meta content='text/html; charset=latin1'>".as_slice(), latin].concat()),
            ("text/plain; charset=utf-16le", "café".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ] {
            assert_eq!(read(content_type, &body).unwrap(), "café", "{content_type}");
        }
    }

    #[test]
    fn what_is_not_a_readable_page_says_why() {
        let why = |content_type, body: &str| read(content_type, body.as_bytes()).unwrap_err();
        assert_eq!(why("application/pdf", "x"), "the page is application/pdf, not text/html or text/plain");
        assert_eq!(why("", "x"), "the page does not say what it is: it needs a Content-Type");
        assert_eq!(why("text/html", "<nav>Home</nav><script>x</script>"), "the page has no readable text");
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_text_that_is_collapsed(body in prop::collection::vec(any::<u8>(), 0..400), html in any::<bool>()) {
            if let Ok(text) = read(if html { "text/html" } else { "text/plain" }, &body) {
                prop_assert!(!text.contains("  ") && !text.contains(" \n") && !text.contains("\n ") && !text.contains("\n\n"));
                prop_assert_eq!(text.trim(), &text);
                prop_assert_eq!(collapsed(&text), text);
            }
        }
    }
}
