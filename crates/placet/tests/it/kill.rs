//! `kill -9` while clients post: what was acknowledged is there afterwards, and every consent has its entry.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use placet::domain::id::WorkspaceId;
use placet::store;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::database::Database;
use crate::process::{Server, answer};

const CLIENTS: u64 = 6;

#[test]
fn nothing_acknowledged_is_lost_on_sqlite_in_twenty_crashes() {
    crash(&Database::sqlite(), 20);
}

#[test]
fn nothing_acknowledged_is_lost_on_postgresql_when_the_server_crashes() {
    if let Some(database) = Database::postgres() {
        crash(&database, 4);
    }
}

fn crash(database: &Database, times: u64) {
    answer(database, &["workspace", "create", "--name", "Own"]);
    let key = answer(database, &["key", "create", "--workspace", "1", "--kind", "private"]);
    let key = key["key"].as_str().unwrap();
    let mut acknowledged = Vec::new();
    let mut server = Server::start(database);
    for round in 0..times {
        let new = post_until_killed(&mut server, key, Duration::from_millis(120 + 37 * (round % 7)));
        assert!(!new.is_empty(), "no consent was acknowledged before the crash");
        acknowledged.extend(new);
        check(database, &acknowledged);
        server = started_within_two_seconds(database);
        let last = acknowledged.last().unwrap();
        let found = server.request("GET", &format!("/consent/{last}")).key(key).send().ok();
        assert_eq!(found["id"], json!(last.to_string()));
    }
}

/// Posts from several threads, kills the server in the middle, and gives the ids that were acknowledged.
fn post_until_killed(server: &mut Server, key: &str, after: Duration) -> Vec<Uuid> {
    let (is_over, acknowledged) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let requests = |client: u64| {
        let body = json!({ "subject": { "id": format!("client-{client}"), "email": "ada@example.org" },
            "preferences": { "newsletter": true }, "proofs": [{ "form": "<form>…</form>", "content": "x".repeat(1000) }] });
        server.request("POST", "/consent").key(key).json(body)
    };
    let requests: Vec<_> = (0..CLIENTS).map(requests).collect();
    thread::scope(|scope| {
        for request in requests {
            let (is_over, acknowledged) = (&is_over, &acknowledged);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let Some(answer) = request.clone().try_send() else { continue };
                    let id = answer.ok()["id"].as_str().and_then(|id| Uuid::try_parse(id).ok());
                    acknowledged.lock().unwrap().push(id.unwrap());
                }
            });
        }
        // However long the first answer takes on a busy machine: a crash before it would show nothing.
        let is_answered = || !acknowledged.lock().unwrap().is_empty();
        assert!((0..1000).any(|_| is_answered() || {
            thread::sleep(Duration::from_millis(10));
            false
        }));
        thread::sleep(after);
        server.kill();
        is_over.store(true, Ordering::Relaxed);
    });
    acknowledged.into_inner().unwrap()
}

/// Looks at the data while no server runs.
fn check(database: &Database, acknowledged: &[Uuid]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (store, _threads) = store::open(&database.address(), [0; 16]).unwrap();
    let workspace = WorkspaceId(1);
    let ids = acknowledged.to_vec();
    let missing = store.read(move |tx| {
        let is_missing = |id: &Uuid| store::consent::place(tx, workspace, *id).map(|place| place.is_none());
        ids.iter().map(is_missing).collect::<Result<Vec<bool>, _>>()
    });
    let missing = runtime.block_on(missing).unwrap().into_iter().filter(|is_missing| *is_missing).count();
    let without_entry = store.read(move |tx| store::consent::count_without_entry(tx, workspace));
    let without_entry = runtime.block_on(without_entry).unwrap();
    assert_eq!((missing, without_entry), (0, 0), "of {} acknowledged", acknowledged.len());
}

#[expect(clippy::disallowed_methods, reason = "how long a start really takes")]
fn started_within_two_seconds(database: &Database) -> Server {
    let since = Instant::now();
    let server = Server::start(database);
    let ready: Value = server.request("GET", "/readyz").send().body.into();
    assert_eq!(ready, "ready\n");
    assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
    server
}
