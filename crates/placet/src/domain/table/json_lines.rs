//! A file with a JSON object on each line.

use std::io::{BufRead, Read as _};

use super::reader::MAX_ROW;
use crate::domain::json::{Json, Member};

/// A line's number, its length in bytes, and its members.
pub(super) type Members = (u64, usize, Result<Vec<Member<'static>>, String>);

#[derive(Default)]
pub(super) struct JsonLines {
    /// Lines read so far.
    line: u64,
    text: Vec<u8>,
}

impl JsonLines {
    pub(super) fn next(&mut self, input: &mut impl BufRead) -> std::io::Result<Option<Members>> {
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
                return Ok(Some((self.line, length, members(&self.text))));
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

fn members(text: &[u8]) -> Result<Vec<Member<'static>>, String> {
    let text = std::str::from_utf8(text).map_err(|_| "is not UTF-8".to_owned())?;
    match Json::parse(text.trim()) {
        Ok(row @ Json::Object(_)) => match row.into_owned() {
            Json::Object(members) => Ok(members),
            _ => Ok(Vec::new()),
        },
        Ok(_) => Err("is not a JSON object".into()),
        Err(why) => Err(format!("is not JSON: {why}")),
    }
}
