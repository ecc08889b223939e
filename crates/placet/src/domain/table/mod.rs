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
            Format::Csv => {
                for (index, column) in self.columns.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    self.write_value(column.name, row, out);
                }
                out.push_str("\r\n");
            }
        }
    }

    fn write_value(&self, name: &str, row: &Json<'_>, out: &mut String) {
        if let Some((parent, member)) = name.split_once('.') {
            return cell::write(row.get(parent).and_then(|parent| parent.get(member)), out);
        }
        match row.get(name) {
            Some(Json::Object(members)) => match self.without_columns(name, members) {
                Some(rest) => cell::write(Some(&rest), out),
                None => cell::write(row.get(name), out),
            },
            value => cell::write(value, out),
        }
    }

    /// The members that have no column, if others of the same object have one.
    fn without_columns<'a>(&self, name: &str, members: &[Member<'a>]) -> Option<Json<'a>> {
        let has_column = |member: &str| {
            let is_it = |column: &Column| column.name.split_once('.') == Some((name, member));
            self.columns.iter().any(is_it)
        };
        let is_parent = self
            .columns
            .iter()
            .any(|column| column.name.split_once('.').is_some_and(|(first, _)| first == name));
        let rest = members.iter().filter(|(member, _)| !has_column(member)).cloned();
        is_parent.then(|| Json::Object(rest.collect()))
    }

    /// The members of a row in the order of the table and under our names, without what says nothing.
    ///
    /// # Errors
    /// A member that the table does not know, or a missing one that it needs.
    pub fn canonical(&self, mut members: Vec<Member<'static>>) -> Result<Json<'static>, String> {
        let mut row: Vec<Member<'static>> = Vec::with_capacity(members.len());
        for column in self.columns.iter().filter(|column| !column.name.contains('.')) {
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
        self.columns.iter().any(|column| column.name.split('.').next() == Some(ours))
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
fn without_nulls(value: Json<'static>) -> Json<'static> {
    let says = |(name, value): &Member<'static>| *value != Json::Null && name != "owner_id";
    match value {
        Json::Object(members) => Json::Object(members.into_iter().filter(says).collect()),
        other => other,
    }
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind }
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
