//! Documents: uploaded files, such as the scan of a paper form, that consents and notices point to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::error::Problems;
use super::form_encoding::decode;
use super::id::{Digest, hex};
use super::input::{list, not_empty};
use super::json::Json;
use super::time::Timestamp;

/// The longest name, in characters; what is longer is cut.
pub const MAX_NAME: usize = 255;
/// The largest document that an installation can be set to accept, in bytes.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
const MAX_REFERENCES: usize = 100;
const UNNAMED: &str = "document";
/// What a file is when nobody says what it is.
const ANY_BYTES: &str = "application/octet-stream";

/// A document as stored, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Time-ordered id; also that of its record.
    pub id: Uuid,
    /// The file's name: see [`clean_name`].
    pub name: String,
    /// As it was declared, such as `application/pdf`.
    pub mime_type: String,
    /// Digest of its bytes.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: i64,
    /// When it was uploaded.
    pub at: Timestamp,
}

/// A document that a consent or a notice points to, as sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentReference {
    /// Where it was named, for problems.
    pub field: String,
    /// The document's id.
    pub id: Uuid,
}

/// A document that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CitedDocument {
    /// Its id.
    pub id: Uuid,
    /// Digest of its bytes.
    pub digest: Digest,
}

/// What may be uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRules {
    /// The most bytes of a document.
    pub max_bytes: usize,
    /// Types accepted, `image/*` for all images; empty for any.
    pub types: Vec<String>,
}

impl Default for DocumentRules {
    fn default() -> DocumentRules {
        DocumentRules { max_bytes: 10 * 1024 * 1024, types: Vec::new() }
    }
}

impl DocumentRules {
    /// Whether documents of this type are accepted.
    #[must_use]
    pub fn accept(&self, mime_type: &str) -> bool {
        let matches = |accepted: &String| match accepted.strip_suffix('*') {
            Some(start) => mime_type.starts_with(start),
            None => accepted == mime_type,
        };
        self.types.is_empty() || self.types.iter().any(matches)
    }
}

impl DocumentReference {
    /// Reads a list of ids; one that is named twice counts once.
    pub fn parse_list(
        field: &str,
        value: Option<&Json<'_>>,
        problems: &mut Problems,
    ) -> Vec<DocumentReference> {
        let Some(value) = not_empty(value) else { return Vec::new() };
        let Some(items) = list(value).filter(|items| items.len() <= MAX_REFERENCES) else {
            problems.add(field, format!("must be a list of up to {MAX_REFERENCES} document ids"));
            return Vec::new();
        };
        let mut references: Vec<DocumentReference> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let field = format!("{field}[{index}]");
            match item.as_str().map(|text| Uuid::try_parse(text).map_err(|_| text)) {
                Some(Err("")) => {}
                Some(Ok(id)) if references.iter().any(|known| known.id == id) => {}
                Some(Ok(id)) => references.push(DocumentReference { field, id }),
                Some(Err(text)) => problems.add(field, names_nothing(text)),
                None => problems.add(field, "must be a document's id, a string"),
            }
        }
        references
    }
}

/// What is wrong with an id that names no document.
#[must_use]
pub fn names_nothing(id: &str) -> String {
    format!("names no document of this workspace: {}", id.chars().take(100).collect::<String>())
}

/// The name in a part's `Content-Disposition`. Browsers and most clients write it as it is; some add a `filename*`
/// (RFC 8187), which forms should not have, or write the plain one in the way of mail (RFC 2047).
#[must_use]
pub fn sent_name(disposition: &str) -> Option<String> {
    let parameters = parameters(disposition);
    let value = |name: &str| parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let extended = value("filename*").and_then(|(_, value)| {
        let (charset, rest) = value.split_once('\'')?;
        let (_language, text) = rest.split_once('\'')?;
        charset.eq_ignore_ascii_case("utf-8").then(|| decode(&text.replace('+', "%2B")).ok()).flatten()
    });
    extended.or_else(|| value("filename").map(|(_, name)| encoded_word(name).unwrap_or_else(|| name.clone())))
}

/// The parameters of a header: `form-data; name="file"; filename="a \"b\".pdf"`.
fn parameters(header: &str) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let (value, after) = if let Some(quoted) = after.trim_start().strip_prefix('"') {
            unquoted(quoted)
        } else {
            let (value, after) = after.split_once(';').unwrap_or((after, ""));
            (value.trim().to_owned(), after)
        };
        parameters.push((name.trim_matches([' ', ';', '\t']).to_owned(), value));
        rest = after;
    }
    parameters
}

/// What stands before the closing quotation mark, and what after it. Only a quotation mark is escaped: old browsers sent
/// paths with their backslashes.
fn unquoted(quoted: &str) -> (String, &str) {
    let is_end = |(at, _): &(usize, &str)| !quoted[..*at].ends_with('\\');
    match quoted.match_indices('"').find(is_end) {
        Some((at, _)) => (quoted[..at].replace("\\\"", "\""), &quoted[at + 1..]),
        None => (quoted.to_owned(), ""),
    }
}

/// `=?utf-8?B?TcOkcnoucGRm?=`, one word of it.
fn encoded_word(text: &str) -> Option<String> {
    let inside = text.strip_prefix("=?")?.strip_suffix("?=")?;
    let (charset, rest) = inside.split_once('?')?;
    let (encoding, text) = rest.split_once('?')?;
    match encoding {
        _ if !charset.eq_ignore_ascii_case("utf-8") => None,
        "B" | "b" => String::from_utf8(STANDARD.decode(text).ok()?).ok(),
        "Q" | "q" => decode(&text.replace('_', "%20").replace('=', "%").replace('+', "%2B")).ok(),
        _ => None,
    }
}

/// A file's name that is safe to show and to save under: no folders, no line breaks, nothing invisible that turns the
/// direction of writing.
#[must_use]
pub fn clean_name(sent: Option<&str>) -> String {
    let visible: String = sent.unwrap_or_default().chars().filter(|letter| is_visible(*letter)).collect();
    // What browsers write for a quotation mark.
    let sent = visible.replace("%22", "\"");
    let last: String = sent.rsplit(['/', '\\']).next().unwrap_or_default().chars().take(MAX_NAME).collect();
    match last.trim() {
        "" | "." | ".." => UNNAMED.to_owned(),
        name => name.to_owned(),
    }
}

fn is_visible(letter: char) -> bool {
    let is_direction =
        matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_break = matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}');
    !letter.is_control() && !is_direction && !is_break
}

/// The declared type without its parameters, in lower case; what is not a type counts as bytes of any kind.
#[must_use]
pub fn clean_type(declared: Option<&str>) -> String {
    let essence =
        declared.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if is_type(&essence) { essence } else { ANY_BYTES.to_owned() }
}

/// Whether a text is a type and a subtype of at most 127 characters each (RFC 6838); the subtype may be `*`.
#[must_use]
pub fn is_type(text: &str) -> bool {
    let is_name = |name: &str| {
        (1..=127).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| is_name(kind) && is_name(subtype))
}

/// The header that makes browsers save a document under its name instead of showing it (RFC 6266): plain ASCII for old
/// ones, and the whole name (RFC 8187).
#[must_use]
pub fn content_disposition(name: &str) -> String {
    let plain = |letter: char| match letter {
        '"' | '\\' | '%' => '_',
        ' '..='~' => letter,
        _ => '_',
    };
    let fallback: String = name.chars().map(plain).collect();
    let mut header = format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            header.push(char::from(byte));
        } else {
            header.push('%');
            header.push_str(&hex(&[byte]).to_ascii_uppercase());
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_read_however_a_client_writes_it() {
        for (header, name) in [
            (r#"form-data; name="file"; filename="form.pdf""#, Some("form.pdf")),
            ("form-data; name=file; filename=form.pdf", Some("form.pdf")),
            (r#"form-data; name="file"; filename="März; \"a\"=b.pdf""#, Some("März; \"a\"=b.pdf")),
            (r#"form-data; name="file"; filename="C:\scans\a.pdf""#, Some(r"C:\scans\a.pdf")),
            (
                "form-data; name=file; filename=\"=?utf-8?B?TcOkcnoucGRm?=\"; filename*=utf-8''M%C3%A4rz.pdf",
                Some("März.pdf"),
            ),
            ("form-data; name=file; filename=\"=?utf-8?B?TcOkcnoucGRm?=\"", Some("März.pdf")),
            ("form-data; name=file; filename=\"=?UTF-8?Q?M=C3=A4rz_1+1.pdf?=\"", Some("März 1+1.pdf")),
            ("form-data; name=file; filename*=UTF-8''M%C3%A4rz.pdf; filename=\"Marz.pdf\"", Some("März.pdf")),
            ("form-data; name=file; filename*=UTF-8'de'a+b%20c.pdf", Some("a+b c.pdf")),
            ("form-data; name=file; filename*=latin1''M%E4rz.pdf; filename=Marz.pdf", Some("Marz.pdf")),
            ("form-data; name=file; filename*=utf-8''M%E4rz.pdf; filename=Marz.pdf", Some("Marz.pdf")),
            ("form-data; name=file; filename=\"=?utf-8?B?!?=\"", Some("=?utf-8?B?!?=")),
            ("form-data; name=file; filename=\"open.pdf", Some("open.pdf")),
            ("form-data; name=file", None),
            ("", None),
        ] {
            assert_eq!(sent_name(header).as_deref(), name, "{header}");
        }
    }

    /// The two names in the header, read as a browser reads them.
    fn names(header: &str) -> (String, String) {
        let rest = header.strip_prefix("attachment; filename=\"").unwrap();
        let (plain, rest) = rest.split_once('"').unwrap();
        let whole = rest.strip_prefix("; filename*=UTF-8''").unwrap();
        // In a form a plus sign is a space; in this header it is itself.
        (plain.to_owned(), decode(&whole.replace('+', "%2B")).unwrap())
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(header in "[-a-z;=\"\\\\?'%*= é]{0,40}") {
            let _ = sent_name(&header);
        }

        #[test]
        fn any_name_survives_in_a_header_that_nothing_can_break_out_of(sent in any::<String>()) {
            let name = clean_name(Some(&sent));
            let header = content_disposition(&name);
            prop_assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{header}");
            let (plain, whole) = names(&header);
            prop_assert_eq!(whole, name.clone());
            prop_assert_eq!(plain.chars().count(), name.chars().count());
        }

        #[test]
        fn even_a_name_that_was_not_cleaned_cannot_break_out(name in any::<String>()) {
            let header = content_disposition(&name);
            prop_assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(names(&header).1, name);
        }

        #[test]
        fn a_cleaned_name_names_a_file_and_no_folder(sent in any::<String>()) {
            let name = clean_name(Some(&sent));
            prop_assert!(!name.is_empty() && name.chars().count() <= MAX_NAME);
            prop_assert!(!name.contains(['/', '\\', '\0', '\r', '\n']) && name != "." && name != "..");
            prop_assert_eq!(clean_name(Some(&name)), name);
        }
    }

    #[test]
    fn names_as_browsers_and_attackers_send_them() {
        for (sent, name) in [
            (Some("form.pdf"), "form.pdf"),
            (Some("C:\\fakepath\\Formular März.pdf"), "Formular März.pdf"),
            (Some("../../etc/passwd"), "passwd"),
            (Some("a\r\nSet-Cookie: x=1"), "aSet-Cookie: x=1"),
            (Some("fdp.\u{202e}exe"), "fdp.exe"),
            (Some("say %22hi%22.pdf"), "say \"hi\".pdf"),
            (Some(" .. "), "document"),
            (Some("folder/"), "document"),
            (None, "document"),
        ] {
            assert_eq!(clean_name(sent), name, "{sent:?}");
        }
    }

    #[test]
    fn the_header_has_the_name_twice() {
        assert_eq!(
            content_disposition("Zustimmung \"März\" 100%.pdf"),
            "attachment; filename=\"Zustimmung _M_rz_ 100_.pdf\"; filename*=UTF-8''Zustimmung%20%22M%C3%A4rz%22%20100%25.pdf"
        );
    }

    #[test]
    fn types_are_kept_without_parameters_and_checked_against_the_list() {
        assert_eq!(clean_type(Some("Text/HTML; charset=utf-8")), "text/html");
        for wrong in [None, Some(""), Some("pdf"), Some("a/b/c"), Some("a /b"), Some("a/\r\nb"), Some("a/é")]
        {
            assert_eq!(clean_type(wrong), "application/octet-stream", "{wrong:?}");
        }
        let rules = |types: &[&str]| DocumentRules {
            types: types.iter().map(|name| (*name).to_owned()).collect(),
            ..DocumentRules::default()
        };
        assert!(rules(&[]).accept("text/html"));
        let scans = rules(&["application/pdf", "image/*"]);
        assert!(scans.accept("application/pdf") && scans.accept("image/png"));
        assert!(!scans.accept("text/html") && !scans.accept("application/pdfx") && !scans.accept("image"));
    }
}
