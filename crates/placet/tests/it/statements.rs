//! The store itself: every statement on both databases, starts and schemas.

use placet::domain::id::WorkspaceId;
use placet::domain::time::Timestamp;
use placet::store::installation::Term;
use placet::store::session::Session;
use placet::store::{self, Address, StoreThreads};
use serde_json::json;

use crate::app::{Site, on_both};
use crate::database::Database;

#[test]
fn both_databases_understand_every_statement() {
    on_both(|site| site.read(store::check_statements));
}

/// What is read as a whole: tables of a few rows, and what a statement has picked already.
const READ_WHOLE: [&str; 5] = ["jobs", "search_refills", "workspaces", "n", "l"];

#[test]
fn no_statement_reads_a_whole_table_on_either_database() {
    on_both(|site| {
        // Where statistics would say otherwise, if they were asked: tables of hardly a page.
        site.record(
            json!({ "subject": { "id": "s", "email": "ada@example.org" }, "preferences": { "a": 1 } }),
        );
        if let Database::Postgres(_) = site.database {
            site.database.tamper("ANALYZE");
        }
        for (sql, steps) in site.read(store::plans) {
            let whole = steps.iter().filter_map(|step| {
                let on_postgres = step.split_once("Seq Scan on ").map(|(_, table)| table);
                let on_sqlite = step.strip_prefix("SCAN ").filter(|rest| !rest.contains(" INDEX "));
                on_postgres.or(on_sqlite)?.split(' ').next()
            });
            let whole: Vec<&str> = whole.filter(|table| !READ_WHOLE.contains(table)).collect();
            assert!(whole.is_empty() || whole == ["CONSTANT"], "{whole:?}: {sql}");
        }
    });
}

#[test]
fn placeholders_out_of_order_and_repeated_ones_mean_the_same_on_both() {
    on_both(|site| {
        let (workspace, token) = (WorkspaceId(1), [5; 32]);
        // $4 twice in the insert, $3 before $1 in the update, $4 after $3 in the select.
        let written = site.app().store.write(move |tx| {
            store::session::insert(tx, workspace, &token, 17, Timestamp(1000))?;
            store::session::insert(tx, WorkspaceId(2), &token, 18, Timestamp(1000))?;
            store::session::seen(tx, workspace, &token, Timestamp(5000))
        });
        site.block_on(written).unwrap();
        let get = move |workspace, begun, seen| {
            move |tx: &mut store::Tx<'_>| {
                store::session::get(tx, workspace, &token, Timestamp(begun), Timestamp(seen))
            }
        };
        let session = |workspace, member, seen_at| {
            let (seen_at, confirmed_at) = (Timestamp(seen_at), Timestamp(1000));
            Some(Session { workspace, member, seen_at, confirmed_at })
        };
        assert_eq!(site.read(get(workspace, 999, 4999)), session(workspace, 17, 5000));
        assert_eq!(site.read(get(WorkspaceId(2), 999, 999)), session(WorkspaceId(2), 18, 1000));
        assert_eq!(site.read(get(workspace, 1000, 0)), None);
        assert_eq!(site.read(get(workspace, 0, 5000)), None);
    });
}

#[test]
fn a_second_start_on_the_same_data_changes_nothing() {
    for database in Database::all() {
        let site = Site::open(database);
        let id = site.record(
            json!({ "subject": { "id": "s", "email": "ada@example.org" }, "preferences": { "a": 1 } }),
        );
        let asked = [
            "/consent".into(),
            format!("/consent/{id}"),
            "/subjects/s".into(),
            "/api/v1/consents?search=ada@example.org".into(),
        ];
        let ask = |site: &Site| asked.each_ref().map(|target: &String| site.get(target).ok());
        let before = ask(&site);
        let tables = tables(&site.database);
        let site = site.restart();
        assert_eq!(ask(&site), before);
        assert_eq!(self::tables(&site.database), tables);
    }
}

/// How many rows each table has, with its name.
fn tables(database: &Database) -> Vec<(&'static str, usize)> {
    let names = [
        "installation",
        "workspaces",
        "keys",
        "records",
        "consents",
        "subjects",
        "pending_entries",
        "migrations",
    ];
    names
        .map(|name| {
            (name, database.rows(&format!("SELECT CAST('x' AS {}) FROM {name}", bytes(database))).len())
        })
        .into()
}

pub(crate) fn bytes(database: &Database) -> &'static str {
    match database {
        Database::Sqlite(_) => "BLOB",
        Database::Postgres(_) => "BYTEA",
    }
}

#[test]
fn the_secret_of_the_indexes_is_made_once() {
    for database in Database::all() {
        let hash = |random| {
            let (store, _threads) = store::open(&database.address(), random).unwrap();
            store.index_key().hash(Term::Subject, "s")
        };
        assert_eq!(hash([1; 16]), hash([2; 16]));
    }
}

#[test]
fn processes_that_start_together_on_new_data_agree() {
    for database in Database::all() {
        let address = database.address();
        let opened: Vec<i64> = std::thread::scope(|scope| {
            let open = |random| {
                let address: Address = address.clone();
                scope.spawn(move || {
                    let (store, _threads) = store::open(&address, [random; 16]).unwrap();
                    store.index_key().hash(Term::Email, "ada@example.org")
                })
            };
            let starts: Vec<_> = (0..4).map(open).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert_eq!(opened, vec![opened[0]; 4], "{}", database.name());
    }
}

#[test]
fn a_database_of_a_newer_release_is_refused_in_a_clear_sentence() {
    for database in Database::all() {
        drop(store::open(&database.address(), [1; 16]).unwrap());
        database.tamper("INSERT INTO migrations (version, name) VALUES (9999, 'from the future')");
        let refused = store::open(&database.address(), [1; 16]).map(|(_, _): (_, StoreThreads)| ());
        let why = refused.unwrap_err().to_string();
        let (start, end) = (
            "the database was written by a newer release (schema 9999, this release knows ",
            "): start that release, or restore a backup",
        );
        let why = why.trim_start_matches("internal error: ");
        assert!(why.starts_with(start) && why.ends_with(end), "{}: {why}", database.name());
    }
}
