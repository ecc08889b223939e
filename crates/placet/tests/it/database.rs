//! The databases that tests run on: SQLite in a folder, and PostgreSQL in a database made for one test.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, Once, PoisonError};

use placet::store::Address;
use postgres::{Client, NoTls};
use tempfile::TempDir;

const VARIABLE: &str = "PLACET_TEST_DATABASE_URL";
/// A store opens eight connections or so, and PostgreSQL takes a hundred unless told otherwise.
const MOST_AT_ONCE: usize = 6;

/// Databases made so far, so that each has another name.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Removed when dropped.
pub(crate) enum Database {
    Sqlite(TempDir),
    Postgres(PostgresDatabase),
}

/// A database of its own in the cluster that tests may use.
pub(crate) struct PostgresDatabase {
    cluster: String,
    name: String,
    _place: Place,
}

impl Database {
    pub(crate) fn sqlite() -> Database {
        Database::Sqlite(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A new database of the test cluster; without a cluster, says so and gives nothing.
    pub(crate) fn postgres() -> Option<Database> {
        let Ok(cluster) = std::env::var(VARIABLE) else {
            say_skipped();
            return None;
        };
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("placet_test_{}_{count}", std::process::id());
        let database = PostgresDatabase { cluster, name, _place: Place::take() };
        database.run("DROP DATABASE IF EXISTS {} WITH (FORCE)");
        // Copied as files: what this writes needs no log, and it takes a tenth of the time.
        database.run("CREATE DATABASE {} STRATEGY FILE_COPY");
        Some(Database::Postgres(database))
    }

    /// One of each kind that can be had.
    pub(crate) fn all() -> impl Iterator<Item = Database> {
        let kinds: [fn() -> Option<Database>; 2] = [|| Some(Database::sqlite()), Database::postgres];
        kinds.into_iter().filter_map(|make| make())
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Database::Sqlite(_) => "SQLite",
            Database::Postgres(_) => "PostgreSQL",
        }
    }

    pub(crate) fn address(&self) -> Address {
        match self {
            Database::Sqlite(folder) => Address::Folder(folder.path().to_owned()),
            Database::Postgres(database) => Address::Url(database.url()),
        }
    }

    /// The option of the commands that names this database.
    pub(crate) fn option(&self) -> [String; 2] {
        match self {
            Database::Sqlite(folder) => ["--data".into(), folder.path().display().to_string()],
            Database::Postgres(database) => ["--database-url".into(), database.url()],
        }
    }

    /// Rows of bytes, read without any code of ours.
    pub(crate) fn rows(&self, sql: &str) -> Vec<Vec<Vec<u8>>> {
        match self {
            Database::Sqlite(folder) => {
                let file = rusqlite::Connection::open(folder.path().join("placet.db")).unwrap();
                let mut statement = file.prepare(sql).unwrap();
                let columns = statement.column_count();
                let row = |row: &rusqlite::Row<'_>| (0..columns).map(|index| row.get(index)).collect();
                statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
            }
            Database::Postgres(database) => {
                let rows = Client::connect(&database.url(), NoTls).unwrap().query(sql, &[]).unwrap();
                rows.iter().map(|row| (0..row.len()).map(|index| row.get(index)).collect()).collect()
            }
        }
    }

    /// Runs SQL that no code of ours would.
    pub(crate) fn tamper(&self, sql: &str) {
        match self {
            Database::Sqlite(folder) => {
                let file = rusqlite::Connection::open(folder.path().join("placet.db")).unwrap();
                file.execute_batch(sql).unwrap();
            }
            Database::Postgres(database) => {
                Client::connect(&database.url(), NoTls).unwrap().batch_execute(sql).unwrap();
            }
        }
    }
}

impl PostgresDatabase {
    fn url(&self) -> String {
        let (start, rest) = self.cluster.split_once("://").expect("a URL");
        let (server, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let options = rest.split_once('?').map(|(_, options)| format!("?{options}")).unwrap_or_default();
        format!("{start}://{server}/{}{options}", self.name)
    }

    fn run(&self, sql: &str) {
        let mut client = Client::connect(&self.cluster, NoTls).expect("the test cluster answers");
        client.batch_execute(&sql.replace("{}", &self.name)).unwrap();
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        self.run("DROP DATABASE IF EXISTS {} WITH (FORCE)");
    }
}

/// Written past the test harness, which would keep it to itself.
fn say_skipped() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED on PostgreSQL: {VARIABLE} is not set (cargo xtask test sets it)"
        );
    });
}

/// One of the places in the test cluster.
struct Place;

static TAKEN: Mutex<usize> = Mutex::new(0);
static GIVEN_BACK: Condvar = Condvar::new();

impl Place {
    fn take() -> Place {
        let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |taken: &mut usize| *taken >= MOST_AT_ONCE;
        *GIVEN_BACK.wait_while(taken, is_full).unwrap_or_else(PoisonError::into_inner) += 1;
        Place
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        GIVEN_BACK.notify_one();
    }
}
