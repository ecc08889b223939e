//! Files of rows, as exports write them and imports read them: comma-separated values (RFC 4180), or a JSON object per
//! line. A row is a JSON object in both. In CSV a column such as `subject.email` is a member of a member, and `subject`
//! beside it holds the members that have no column of their own.

mod account;
mod cell;
mod consent;
mod csv;
mod json_lines;
mod legal_notice;
mod reader;
mod subject;

pub use account::{CHANGES, KEYS, MEMBERS, change_row, key_row, member_row};
pub use consent::{ConsentParts, TABLE as CONSENTS, row as consent_row};
pub use legal_notice::{DOCUMENTS, TABLE as LEGAL_NOTICES, document_row, row as legal_notice_row};
pub use reader::{Reader, Row};
pub use subject::{TABLE as SUBJECTS, row as subject_row};

use super::json::{Json, Member};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, with a line of names.
    Csv,
    /// A JSON object per line.
    JsonLines,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// Any JSON.
    Json,
    /// An object, or else a text.
    Content,
    /// Written, but not read: another installation makes its own.
    Told,
}

/// A column of a file.
#[derive(Debug)]
pub struct Column {
    /// Its name; with a dot, a member of a member.
    pub name: &'static str,
    /// The member of a row that it is, or is a member of.
    pub member: &'static str,
    /// Which member of that one it is.
    pub inner: Option<&'static str>,
    /// What its values are.
    pub kind: Kind,
}

/// What files of one noun look like.
#[derive(Debug)]
pub struct Table {
    /// The word: `consents`.
    pub name: &'static str,
    /// The columns, in order.
    pub columns: &'static [Column],
    /// Members that files of others have, and that mean nothing here.
    pub ignored: &'static [&'static str],
    /// Other names that members may have, each with ours.
    pub aliases: &'static [(&'static str, &'static str)],
    /// Members whose own members may have columns that nobody has listed.
    pub open: &'static [&'static str],
    /// Members that every row needs.
    pub needed: &'static [&'static str],
}

impl Format {
    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Format> {
        [Format::Csv, Format::JsonLines].into_iter().find(|format| format.word() == word)
    }

    /// The word, also the ending of a file's name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::JsonLines => "jsonl",
        }
    }
}

impl Table {
    /// The line of names that a CSV file begins with.
    pub fn write_head(&self, format: Format, out: &mut String) {
        if format == Format::Csv {
            let names = self.columns.iter().map(|column| column.name);
            out.push_str(&names.collect::<Vec<_>>().join(","));
            out.push_str("\r\n");
        }
    }

    /// A row.
    pub fn write_row(&self, format: Format, row: &Json<'_>, out: &mut String) {
        match format {
            Format::JsonLines => {
                row.write(out);
                out.push('\n');
            }
            Format::Csv => self.write_cells(row.members(), out),
        }
    }

    fn write_cells(&self, members: &[Member<'_>], out: &mut String) {
        let mut place = 0;
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            // Members stand nearly in the order of the columns, so the next one is close by.
            let mut places = (place..members.len()).chain(0..place);
            if let Some(found) = places.find(|place| members[*place].0 == column.member) {
                place = found;
                self.write_value(column, &members[found].1, out);
            }
        }
        out.push_str("\r\n");
    }

    fn write_value(&self, column: &Column, value: &Json<'_>, out: &mut String) {
        match (column.inner, value) {
            (Some(inner), _) => cell::write(value.get(inner), out),
            (None, Json::Object(members)) => match self.without_columns(column.member, members) {
                Some(rest) => cell::write(Some(&rest), out),
                None => cell::write(Some(value), out),
            },
            (None, _) => cell::write(Some(value), out),
        }
    }

    /// The members that have no column, if others of the same object have one.
    fn without_columns<'a>(&self, name: &str, members: &[Member<'a>]) -> Option<Json<'a>> {
        let of_it = self.columns.iter().filter(|column| column.member == name);
        let inner: Vec<&str> = of_it.filter_map(|column| column.inner).collect();
        let rest = members.iter().filter(|(member, _)| !inner.contains(&&**member)).cloned();
        (!inner.is_empty()).then(|| Json::Object(rest.collect()))
    }

    /// The members of a row in the order of the table and under our names, without what says nothing.
    ///
    /// # Errors
    /// A member that the table does not know, or a missing one that it needs.
    pub fn canonical<'a>(&self, mut members: Vec<Member<'a>>) -> Result<Json<'a>, String> {
        let mut row: Vec<Member<'a>> = Vec::with_capacity(members.len());
        for column in self.columns.iter().filter(|column| column.inner.is_none()) {
            let place = members.iter().position(|(name, _)| self.ours(name) == column.name);
            let Some(place) = place else { continue };
            let (_, value) = members.swap_remove(place);
            if column.kind != Kind::Told && value != Json::Null && !value.is_empty_container() {
                row.push((column.name.into(), without_nulls(value)));
            }
        }
        if let Some((name, _)) = members.iter().find(|(name, _)| !self.ignored.contains(&&**name)) {
            return Err(format!("{name}: is no member of {}", self.name));
        }
        match self.needed.iter().find(|name| !row.iter().any(|(known, _)| known == **name)) {
            Some(missing) => Err(format!("{missing}: is needed")),
            None => Ok(Json::Object(row)),
        }
    }

    /// Whether a member says something that is not ours to leave out. For rows that a program wrote, which may grow.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        let ours = self.ours(name);
        self.columns.iter().any(|column| column.member == ours)
    }

    fn ours<'n>(&self, name: &'n str) -> &'n str {
        self.aliases.iter().find(|(other, _)| *other == name).map_or(name, |(_, ours)| ours)
    }

    fn column(&self, name: &str) -> Option<&'static Column> {
        let name = self.ours(name);
        self.columns.iter().find(|column| column.name == name)
    }
}

/// An object without members that are null, which stand for what is absent, and without whose it was elsewhere.
fn without_nulls(value: Json<'_>) -> Json<'_> {
    let says = |(name, value): &Member<'_>| *value != Json::Null && name != "owner_id";
    match value {
        Json::Object(members) => Json::Object(members.into_iter().filter(says).collect()),
        other => other,
    }
}

const fn column(name: &'static str, kind: Kind) -> Column {
    let mut dot = 0;
    while dot < name.len() {
        if name.as_bytes()[dot] == b'.' {
            let (member, inner) = name.split_at(dot);
            return Column { name, member, inner: Some(inner.split_at(1).1), kind };
        }
        dot += 1;
    }
    Column { name, member: name, inner: None, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_csv_has_members_of_members_in_columns_and_the_rest_beside_them() {
        let row = Json::parse(
            r#"{"id":"1","timestamp":"t","subject":{"id":"s","email":"a,b","tel":7},"preferences":{"n":true}}"#,
        );
        let mut out = String::new();
        CONSENTS.write_row(Format::Csv, &row.unwrap(), &mut out);
        assert_eq!(out, "1,t,,,,,s,\"a,b\",,,,,\"{\"\"tel\"\":7}\",,\"{\"\"n\"\":true}\",,,,,,,,,,,,,,\r\n");
    }
}
