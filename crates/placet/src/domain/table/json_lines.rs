//! A file with a JSON object on each line.

use std::io::{BufRead, Read as _};

use super::reader::{Content, Line, MAX_ROW};
use crate::domain::json::{Json, Member};

#[derive(Default)]
pub(super) struct JsonLines {
    /// Lines read so far.
    line: u64,
    text: Vec<u8>,
}

impl JsonLines {
    pub(super) fn next(&mut self, input: &mut impl BufRead) -> std::io::Result<Option<Line>> {
        loop {
            self.text.clear();
            let length = input.by_ref().take(MAX_ROW as u64 + 1).read_until(b'\n', &mut self.text)?;
            if length == 0 {
                return Ok(None);
            }
            self.line += 1;
            if length > MAX_ROW && self.text.last() != Some(&b'\n') {
                skip_line(input)?;
                let why = format!("is longer than {MAX_ROW} bytes");
                return Ok(Some((self.line, 0, Err(why))));
            }
            if !self.text.trim_ascii().is_empty() {
                return Ok(Some((self.line, length, text(&self.text))));
            }
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(buffer.len(), |end| end + 1);
        input.consume(length);
        if end.is_some() {
            return Ok(());
        }
    }
}

fn text(line: &[u8]) -> Result<Content, String> {
    let text = std::str::from_utf8(line).map_err(|_| "is not UTF-8")?;
    Ok(Content::Json(text.trim().to_owned()))
}

/// The members of the object that is the text of a line.
pub(super) fn members(text: &str) -> Result<Vec<Member<'_>>, String> {
    match Json::parse(text) {
        Ok(Json::Object(members)) => Ok(members),
        Ok(_) => Err("is not a JSON object".into()),
        Err(why) => Err(format!("is not JSON: {why}")),
    }
}
