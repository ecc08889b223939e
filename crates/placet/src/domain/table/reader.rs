//! Reads the rows of a file, whichever way it is written. Memory is bounded by the longest row that is accepted, whatever
//! the file holds; a row that cannot be read is reported with its line, and reading goes on after it.

use std::io::{BufRead, Error as IoError};

use super::csv::Csv;
use super::json_lines::{JsonLines, members};
use super::{Format, Table};
use crate::domain::error::{Error, Result};
use crate::domain::json::{Json, Member};

/// The longest row, in bytes: a consent has a megabyte at most, and escapes may make it longer.
pub(super) const MAX_ROW: usize = 4 * 1024 * 1024;

/// A row as it was read, to be understood elsewhere.
#[derive(Debug)]
pub struct Row {
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// About how many bytes it has.
    pub size: usize,
    table: &'static Table,
    content: Result<Content, String>,
}

/// What a row is made of.
#[derive(Debug)]
pub(super) enum Content {
    /// The text of a line.
    Json(String),
    /// The values of the cells.
    Cells(Vec<Member<'static>>),
}

/// A line's number, its length in bytes, and what is there, or what is wrong with it.
pub(super) type Line = (u64, usize, Result<Content, String>);

impl Row {
    /// An object with the members of the table, in its order, without those that are null or empty.
    ///
    /// # Errors
    /// What is wrong with the row.
    pub fn value(&self) -> Result<Json<'_>, String> {
        let members = match self.content.as_ref()? {
            Content::Json(text) => members(text)?,
            Content::Cells(members) => members.clone(),
        };
        self.table.canonical(members)
    }
}

/// Reads rows.
pub struct Reader<R> {
    input: R,
    table: &'static Table,
    format: Lines,
}

enum Lines {
    Csv(Box<Csv>),
    Json(JsonLines),
}

impl<R: BufRead> Reader<R> {
    /// Begins to read a file. Without a format, what begins with `{` has an object per line.
    ///
    /// # Errors
    /// A file in another encoding than UTF-8; in CSV, a line of names that lacks some or has unknown ones.
    pub fn open(table: &'static Table, format: Option<Format>, mut input: R) -> Result<Reader<R>> {
        let start = input.fill_buf().map_err(unreadable)?;
        if start.starts_with(&[0xff, 0xfe])
            || start.starts_with(&[0xfe, 0xff])
            || start.iter().take(4).any(|byte| *byte == 0)
        {
            return Err(Error::invalid("file", "is UTF-16: save it as UTF-8"));
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            input.consume(3);
        }
        let first = input.fill_buf().map_err(unreadable)?.iter().find(|byte| !byte.is_ascii_whitespace());
        let guessed = if first == Some(&b'{') { Format::JsonLines } else { Format::Csv };
        let format = match format.unwrap_or(guessed) {
            Format::Csv => Lines::Csv(Box::new(Csv::open(table, &mut input)?)),
            Format::JsonLines => Lines::Json(JsonLines::default()),
        };
        Ok(Reader { input, table, format })
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// Only when the file cannot be read on.
    pub fn next_row(&mut self) -> Result<Option<Row>> {
        let read = match &mut self.format {
            Lines::Csv(csv) => csv.next(self.table, &mut self.input),
            Lines::Json(lines) => lines.next(&mut self.input),
        };
        let row = read.map_err(unreadable)?;
        Ok(row.map(|(line, size, content)| Row { line, size, table: self.table, content }))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn unreadable(why: IoError) -> Error {
    Error::invalid("file", format!("cannot be read on: {why}"))
}
