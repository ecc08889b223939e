//! Bytes on disk, by table and index.

use super::super::table::float;
use crate::postgres::Postgres;
use crate::process::capture;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Bytes by the name of the table or index.
pub(super) type Parts = BTreeMap<String, u64>;

/// Of the embedded database; nobody may have it open.
pub(super) fn of_sqlite(folder: &Path) -> Result<Parts, String> {
    let statement = "SELECT name, SUM(pgsize) FROM dbstat GROUP BY name";
    let answer = capture(Command::new("sqlite3").arg(folder.join("placet.db")).arg(statement))?;
    parts(&answer)
}

/// Of a database of the cluster; a table is counted with what was moved out of its rows.
pub(super) fn of_postgres(postgres: &Postgres, database: &str) -> Result<Parts, String> {
    let statement =
        "SELECT relname, CASE relkind WHEN 'i' THEN pg_relation_size(oid) ELSE pg_table_size(oid) END
        FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace";
    parts(&postgres.ask_in(database, statement)?)
}

fn parts(answer: &str) -> Result<Parts, String> {
    let part = |line: &str| {
        let (name, bytes) = line.split_once('|')?;
        Some((common_name(name), bytes.parse().ok()?))
    };
    let wrong = || format!("the database told its size in an unexpected way: {answer}");
    answer.lines().map(|line| part(line).ok_or_else(wrong)).collect()
}

/// SQLite's name for the index of a primary key, as PostgreSQL calls it.
fn common_name(name: &str) -> String {
    let table = name.strip_prefix("sqlite_autoindex_").and_then(|name| name.strip_suffix("_1"));
    table.map_or_else(|| name.to_owned(), |table| format!("{table}_pkey"))
}

/// Bytes per consent of each part that has at least one, and of the rest together.
pub(super) fn per_consent(parts: &Parts, consents: u64) -> BTreeMap<String, f64> {
    let mut shown = BTreeMap::new();
    for (name, bytes) in parts {
        let each = float(*bytes) / float(consents);
        let name = if each < 1.0 { "(all others)" } else { name };
        *shown.entry(name.to_owned()).or_insert(0.0) += each;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_both_databases_have_the_same_names_and_small_ones_are_added_up() {
        let parts = parts("consents|2000\nsqlite_autoindex_consents_1|500\nkeys|10\nmembers|40\n").unwrap();
        let shown = per_consent(&parts, 100);
        let names: Vec<&str> = shown.keys().map(String::as_str).collect();
        assert_eq!(names, ["(all others)", "consents", "consents_pkey"]);
        assert!((shown["(all others)"] - 0.5).abs() < 1e-9 && (shown["consents_pkey"] - 5.0).abs() < 1e-9);
        assert!(super::parts("nonsense").is_err());
    }
}
