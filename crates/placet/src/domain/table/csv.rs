//! A file of comma-separated values with a line of names.

use std::collections::HashSet;
use std::io::BufRead;

use csv_core::{ReadRecordResult, Reader};

use super::reader::{Content, Line, MAX_ROW};
use super::{Column, Kind, Table, cell};
use crate::domain::error::{Error, Problems, Result};
use crate::domain::json::{Json, Member};

/// More cells than any file needs.
const MAX_CELLS: usize = 4096;

pub(super) struct Csv {
    reader: Reader,
    places: Vec<Place>,
    /// Lines read so far.
    lines: u64,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

/// Where the values of a column go.
enum Place {
    Column(&'static Column),
    /// A member of a member that is open to any.
    Member {
        parent: &'static str,
        name: String,
    },
    Nowhere,
}

/// A line that was read.
struct Record {
    line: u64,
    count: usize,
    fault: Option<String>,
}

impl Csv {
    pub(super) fn open(table: &Table, input: &mut impl BufRead) -> Result<Csv> {
        let mut csv = Csv {
            reader: Reader::new(),
            places: Vec::new(),
            lines: 0,
            cells: vec![0; MAX_ROW],
            ends: vec![0; MAX_CELLS],
        };
        let head =
            csv.record(input).map_err(|why| Error::invalid("file", format!("cannot be read: {why}")))?;
        let names = match head {
            None => Err("is empty: it needs a line of names".to_owned()),
            Some(Record { fault: Some(why), .. }) => Err(format!("the line of names {why}")),
            Some(Record { count, .. }) => {
                csv.texts(count).map(|texts| texts.iter().map(|text| text.trim().to_owned()).collect())
            }
        };
        let names: Vec<String> = names.map_err(|why| Error::invalid("file", why))?;
        csv.places = places(table, &names)?;
        Ok(csv)
    }

    pub(super) fn next(&mut self, table: &Table, input: &mut impl BufRead) -> std::io::Result<Option<Line>> {
        let Some(Record { line, count, fault }) = self.record(input)? else { return Ok(None) };
        let content = match fault {
            Some(why) => Err(why),
            None if count != self.places.len() => Err(format!(
                "has {count} cells, but the line of names has {}: the file may be cut off, or a comma not in quotes",
                self.places.len()
            )),
            None => self.texts(count).and_then(|texts| self.members(table, &texts)).map(Content::Cells),
        };
        Ok(Some((line, self.ends[..count].last().copied().unwrap_or(0), content)))
    }

    /// Reads up to the end of a record. What is too long is read over.
    fn record(&mut self, input: &mut impl BufRead) -> std::io::Result<Option<Record>> {
        self.skip_empty_lines(input)?;
        let line = self.lines + 1;
        let (mut bytes, mut count, mut quotes) = (0, 0, 0);
        let mut fault = None;
        loop {
            let buffer = input.fill_buf()?;
            let is_end = buffer.is_empty();
            let (result, read, written, ends) =
                self.reader.read_record(buffer, &mut self.cells[bytes..], &mut self.ends[count..]);
            self.lines += count_of(b'\n', &buffer[..read]);
            quotes += count_of(b'"', &buffer[..read]);
            input.consume(read);
            (bytes, count) = (bytes + written, count + ends);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    bytes = 0;
                    fault = Some(format!("is longer than {MAX_ROW} bytes; a quote may not be closed"));
                }
                ReadRecordResult::OutputEndsFull => {
                    count = 0;
                    fault = Some(format!("has more than {MAX_CELLS} cells"));
                }
                ReadRecordResult::Record => {
                    if is_end && quotes % 2 == 1 {
                        fault = Some("ends within quotes: the file is cut off".into());
                    }
                    return Ok(Some(Record { line, count, fault }));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn skip_empty_lines(&mut self, input: &mut impl BufRead) -> std::io::Result<()> {
        loop {
            let buffer = input.fill_buf()?;
            let empty = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.lines += count_of(b'\n', &buffer[..empty]);
            input.consume(empty);
            if empty == 0 {
                return Ok(());
            }
        }
    }

    fn texts(&self, count: usize) -> Result<Vec<&str>, String> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(&self.ends[..count]);
        let texts = ranges.map(|(start, end)| std::str::from_utf8(&self.cells[start..*end]));
        texts.collect::<Result<_, _>>().map_err(|_| "is not UTF-8".to_owned())
    }

    fn members(&self, table: &Table, texts: &[&str]) -> Result<Vec<Member<'static>>, String> {
        let mut members: Vec<Member<'static>> = Vec::with_capacity(table.columns.len());
        for (place, text) in self.places.iter().zip(texts) {
            let text = cell::read(text);
            if text.is_empty() {
                continue;
            }
            match place {
                Place::Nowhere => {}
                Place::Member { parent, name } => {
                    let value = if *parent == "subject" { Json::text(text.to_owned()) } else { any(text) };
                    put(&mut members, parent, Some(name), value)?;
                }
                Place::Column(column) => {
                    let value = value(column.kind, text).map_err(|why| format!("{}: {why}", column.name))?;
                    put(&mut members, column.member, column.inner, value)?;
                }
            }
        }
        Ok(members)
    }
}

fn count_of(wanted: u8, bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == wanted).count() as u64 - 1
}

fn value(kind: Kind, text: &str) -> Result<Json<'static>, String> {
    let parse = || Json::parse(text).map(Json::into_owned);
    match kind {
        Kind::Text | Kind::Told => Ok(Json::text(text.to_owned())),
        Kind::Flag => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Json::Bool(true)),
            "false" | "0" => Ok(Json::Bool(false)),
            _ => Err("must be true or false".into()),
        },
        Kind::Json => parse().map_err(|why| format!("is not JSON: {why}")),
        Kind::Content => {
            let object = parse().ok().filter(|value| matches!(value, Json::Object(_)));
            Ok(object.unwrap_or_else(|| Json::text(text.to_owned())))
        }
    }
}

/// JSON if it is that, else a text.
fn any(text: &str) -> Json<'static> {
    Json::parse(text).map_or_else(|_| Json::text(text.to_owned()), Json::into_owned)
}

/// Adds a value as a member, or as a member of a member.
fn put(
    members: &mut Vec<Member<'static>>,
    name: &'static str,
    member: Option<&str>,
    value: Json<'static>,
) -> Result<(), String> {
    let place = members.iter().position(|(known, _)| known == name);
    let new = match (member, value) {
        (Some(member), value) => vec![(member.to_owned().into(), value)],
        (None, Json::Object(new)) => new,
        (None, value) => {
            members.push((name.into(), value));
            return Ok(());
        }
    };
    let Some(place) = place else {
        members.push((name.into(), Json::Object(new)));
        return Ok(());
    };
    let Json::Object(known) = &mut members[place].1 else { return Err(format!("{name}: is not an object")) };
    for (member, value) in new {
        if known.iter().any(|(name, _)| *name == member) {
            return Err(format!("{name}: has {member}, which has a column of its own"));
        }
        known.push((member, value));
    }
    Ok(())
}

/// What each name of the first line means.
fn places(table: &Table, names: &[String]) -> Result<Vec<Place>> {
    let mut problems = Problems::default();
    let mut seen = HashSet::new();
    let mut places = Vec::with_capacity(names.len());
    for name in names {
        if !seen.insert(name) {
            problems.add(name.clone(), "is the name of two columns");
        }
        match place(table, name) {
            Some(place) => places.push(place),
            None => problems.add(name.clone(), format!("is no column of {}", table.name)),
        }
    }
    for needed in table.needed.iter().filter(|needed| !names.iter().any(|name| name == **needed)) {
        problems.add(*needed, "is a column that is needed");
    }
    problems.or(places)
}

fn place(table: &Table, name: &str) -> Option<Place> {
    if let Some(column) = table.column(name) {
        return Some(Place::Column(column));
    }
    if table.ignored.contains(&name) {
        return Some(Place::Nowhere);
    }
    let (first, member) = name.split_once('.')?;
    let parent = table.open.iter().find(|open| **open == first).filter(|_| !member.is_empty())?;
    Some(Place::Member { parent, name: member.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::{CONSENTS, Format, Reader, SUBJECTS};
    use super::*;

    fn rows(table: &'static Table, text: &[u8]) -> Vec<(u64, Result<String, String>)> {
        let mut reader = Reader::open(table, None, text).unwrap();
        let next = || reader.next_row().unwrap();
        std::iter::from_fn(next).map(|row| (row.line, row.value().map(|value| value.to_string()))).collect()
    }

    fn refused(text: &[u8]) -> String {
        Reader::open(&CONSENTS, Some(Format::Csv), text).map(drop).unwrap_err().to_string()
    }

    #[test]
    fn cells_become_members_and_lines_are_counted_as_people_count_them() {
        let text = "\u{feff}id,email,verified,phones\r\n\r\na,\"ada,\r\n\"\"@x\",TRUE,\"[{\"\"number\"\":\"\"1\"\"}]\"\r\nb,'=x,,\r\n";
        let expected = [
            (3, Ok(r#"{"id":"a","email":"ada,\r\n\"@x","verified":true,"phones":[{"number":"1"}]}"#.into())),
            (5, Ok(r#"{"id":"b","email":"=x"}"#.into())),
        ];
        assert_eq!(rows(&SUBJECTS, text.as_bytes()), expected);
    }

    #[test]
    fn preferences_and_subjects_may_have_columns_of_their_own() {
        let text = b"timestamp,subject.id,subject.shoe,preferences.news,preferences.size,preferences.note\n2026,s,41,true,7,yes please\n";
        let row = r#"{"timestamp":"2026","subject":{"id":"s","shoe":"41"},"preferences":{"news":true,"size":7,"note":"yes please"}}"#;
        assert_eq!(rows(&CONSENTS, text), [(2, Ok(row.into()))]);
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_line_and_the_rest_is_read() {
        let mut text = b"id,verified,phones\na,maybe,\nb,,{\n\xff,,\nc\n".to_vec();
        text.extend(b",".repeat(1_000_000));
        text.extend(b"\nd,,\ne,\"tr");
        let found = rows(&SUBJECTS, &text);
        let faults: Vec<(u64, String)> =
            found.iter().filter_map(|(line, row)| Some((*line, row.clone().err()?))).collect();
        let expected = [
            (2, "verified: must be true or false"),
            (3, "phones: is not JSON: expected a member name in quotes at byte 1"),
            (4, "is not UTF-8"),
            (
                5,
                "has 1 cells, but the line of names has 3: the file may be cut off, or a comma not in quotes",
            ),
            (6, "has more than 4096 cells"),
            (8, "ends within quotes: the file is cut off"),
        ];
        assert_eq!(faults, expected.map(|(line, why)| (line, why.to_owned())));
        assert_eq!(found[5], (7, Ok(r#"{"id":"d"}"#.into())));
    }

    #[test]
    fn a_quote_that_is_never_closed_takes_no_more_memory_than_the_longest_row() {
        let mut text = b"id\n\"".to_vec();
        text.extend(b"x".repeat(MAX_ROW + 10));
        let found = rows(&SUBJECTS, &text);
        assert!(found[0].1.as_ref().is_err_and(|why| why.contains("cut off")), "{found:?}");
    }

    #[test]
    fn a_line_of_names_must_be_understood_before_anything_is_read() {
        assert_eq!(refused(b""), "file: is empty: it needs a line of names");
        assert_eq!(
            refused(b"id,when,id\n"),
            "when: is no column of consents; id: is the name of two columns; timestamp: is a column that is needed"
        );
        assert_eq!(refused(b"\xff\xfei\0d\0"), "file: is UTF-16: save it as UTF-8");
    }

    #[test]
    fn objects_are_read_a_line_each() {
        let text = b"\n{\"id\":\"a\",\"owner_id\":\"7\",\"email\":null,\"preferences\":{\"n\":1}}\n{\"id\":\n{\"id\":\"b\",\"colour\":1}\n[]\n";
        let found = rows(&SUBJECTS, text);
        assert_eq!(found[0], (2, Ok(r#"{"id":"a"}"#.into())));
        assert!(found[1].1.as_ref().is_err_and(|why| why.starts_with("is not JSON: ")));
        assert_eq!(found[2], (4, Err("colour: is no member of subjects".into())));
        assert_eq!(found[3], (5, Err("is not a JSON object".into())));
    }
}
