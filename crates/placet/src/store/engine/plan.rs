//! How a database would carry out a statement.

use super::super::row::Row;
use super::{Inner, Tx};
use crate::domain::error::Result;

impl Tx<'_> {
    /// The steps, in the database's own words, whatever the values are.
    pub(in crate::store) fn plan(&mut self, sql: &str) -> Result<Vec<String>> {
        let (explained, column) = match &self.inner {
            Inner::Sqlite(_) => (self.query(&format!("EXPLAIN QUERY PLAN {sql}"), &[])?, 3),
            Inner::Postgres(_) => (self.explain(sql)?, 0),
        };
        explained.into_iter().map(|mut row| row.text(column)).collect()
    }

    fn explain(&mut self, sql: &str) -> Result<Vec<Row>> {
        self.run_script(&format!("PREPARE explained AS {sql}"))?;
        let values = vec!["NULL"; placeholders(sql)].join(", ");
        let values = if values.is_empty() { values } else { format!("({values})") };
        let explained = self.query(&format!("EXPLAIN EXECUTE explained{values}"), &[])?;
        self.run_script("DEALLOCATE explained")?;
        Ok(explained)
    }
}

/// How many different values a statement takes.
fn placeholders(sql: &str) -> usize {
    let numbers = sql.split('$').skip(1).filter_map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse::<usize>().ok()
    });
    numbers.max().unwrap_or(0)
}
