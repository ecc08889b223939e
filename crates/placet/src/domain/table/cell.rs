//! One cell of a CSV file.
//!
//! Spreadsheets take a cell for a formula if it begins with one of a few characters. Such a text is written with an
//! apostrophe before it, which spreadsheets do not show; so is a text that begins with an apostrophe and one of those
//! characters, so that reading can take the apostrophe away again and nothing is lost.

use crate::domain::json::Json;

const GUARD: char = '\'';

/// What begins a formula: in ASCII, as wide characters, and after white space that is skipped.
fn is_dangerous(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

fn is_guarded(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next() == Some(GUARD)
        && characters.next().is_some_and(|second| second == GUARD || is_dangerous(second))
}

/// Writes a value: text as it is, null and nothing as an empty cell, what is empty as well, anything else as JSON.
pub(super) fn write(value: Option<&Json<'_>>, out: &mut String) {
    match value {
        None | Some(Json::Null) => {}
        Some(Json::String(text)) => write_text(text, out),
        Some(value) if value.is_empty_container() => {}
        Some(value @ (Json::Array(_) | Json::Object(_))) => {
            let mut text = String::new();
            value.write(&mut text);
            quote("", &text, out);
        }
        Some(value) => value.write(out),
    }
}

fn write_text(text: &str, out: &mut String) {
    let is_dangerous = text.chars().next().is_some_and(is_dangerous) || is_guarded(text);
    if is_dangerous {
        quote("'", text, out);
    } else if text.bytes().any(separates) || text.starts_with(' ') || text.ends_with(' ') {
        quote("", text, out);
    } else {
        out.push_str(text);
    }
}

/// Whether a byte of a text is one that cells and rows are told apart by.
fn separates(byte: u8) -> bool {
    matches!(byte, b',' | b'"' | b'\r' | b'\n')
}

fn quote(guard: &str, text: &str, out: &mut String) {
    out.push('"');
    out.push_str(guard);
    let mut written = 0;
    for quote in memchr::memchr_iter(b'"', text.as_bytes()) {
        // Up to the quote and with it; the next part begins with it again.
        out.push_str(&text[written..=quote]);
        written = quote;
    }
    out.push_str(&text[written..]);
    out.push('"');
}

/// The text of a cell, without the apostrophe that guards it.
pub(super) fn read(cell: &str) -> &str {
    if is_guarded(cell) { &cell[GUARD.len_utf8()..] } else { cell }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        let mut out = String::new();
        write(Some(&Json::text(text)), &mut out);
        out
    }

    /// What is between the quotes, as RFC 4180 has it.
    fn unquoted(cell: &str) -> String {
        match cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inner) => inner.replace("\"\"", "\""),
            None => cell.to_owned(),
        }
    }

    proptest! {
        #[test]
        fn any_text_survives_and_is_never_a_formula(text in "[='+@\t\r\n a\"é-]{0,6}|.*") {
            let cell = unquoted(&written(&text));
            prop_assert!(!cell.chars().next().is_some_and(is_dangerous), "{cell}");
            prop_assert_eq!(read(&cell), text);
        }
    }

    #[test]
    fn formulas_are_guarded_and_other_text_is_as_it_was() {
        for (text, cell) in [
            ("=1+1", "\"'=1+1\""),
            ("+39 06", "\"'+39 06\""),
            ("@me", "\"'@me\""),
            ("-2", "\"'-2\""),
            ("\t=1", "\"'\t=1\""),
            ("'=1", "\"''=1\""),
            ("'s-Gravenhage", "'s-Gravenhage"),
            ("O'Neil", "O'Neil"),
            ("Rossi, Ada", "\"Rossi, Ada\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("plain", "plain"),
        ] {
            assert_eq!(written(text), cell);
        }
    }
}
