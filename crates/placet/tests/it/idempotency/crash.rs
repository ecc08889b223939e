//! Names hold across `kill -9`, and across servers that share a database.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Answer, Request};
use crate::database::Database;
use crate::process::{Server, answer};

const CLIENTS: u64 = 4;

fn private_key(database: &Database) -> String {
    answer(database, &["workspace", "create", "--name", "Own"]);
    let key = answer(database, &["key", "create", "--workspace", "1", "--kind", "private"]);
    key["key"].as_str().unwrap().to_owned()
}

/// Every third request publishes a notice; the others record a consent of a subject that the server names.
fn request(server: &Server, key: &str, client: u64, number: usize) -> Request {
    let name = format!("{client}/{number}");
    let (target, body) = match number % 3 {
        0 => ("/legal_notices", json!({ "identifier": format!("notice {name}"), "content": "text" })),
        _ => ("/consent", json!({ "preferences": { "n": number } })),
    };
    server.request("POST", target).key(key).header("Idempotency-Key", &name).json(body)
}

type Answers = BTreeMap<(u64, usize), Value>;

#[test]
fn what_is_sent_again_after_a_crash_was_carried_out_once() {
    for database in Database::all() {
        let key = private_key(&database);
        let mut server = Server::start(&database);
        let (acknowledged, sent) = send_until_killed(&mut server, &key);
        let server = Server::start(&database);
        let mut again = Answers::new();
        for client in 0..CLIENTS {
            for number in 0..=sent[usize::try_from(client).unwrap()] {
                again.insert((client, number), request(&server, &key, client, number).send().ok());
            }
        }
        for (name, first) in &acknowledged {
            assert_eq!(again.get(name), Some(first), "{name:?}");
        }
        let (notices, consents): (Vec<_>, Vec<_>) =
            again.values().partition(|answer| answer.get("version").is_some());
        assert!(notices.iter().all(|notice| notice["version"] == 1), "a notice was published twice");
        assert_eq!(count(&server, &key), consents.len(), "of {} that were sent", again.len());
    }
}

/// What was acknowledged, and the number of the last request that each client sent.
fn send_until_killed(server: &mut Server, key: &str) -> (Answers, Vec<usize>) {
    let (is_over, acknowledged) = (AtomicBool::new(false), Mutex::new(Answers::new()));
    let requests: Vec<Vec<Request>> = (0..CLIENTS)
        .map(|client| (0..20_000).map(|number| request(server, key, client, number)).collect())
        .collect();
    let sent = thread::scope(|scope| {
        let client = |(client, requests): (u64, Vec<Request>)| {
            let (is_over, acknowledged) = (&is_over, &acknowledged);
            scope.spawn(move || {
                for (number, request) in requests.into_iter().enumerate() {
                    let answer = request.try_send().as_ref().map(Answer::ok);
                    if let Some(answer) = answer {
                        acknowledged.lock().unwrap().insert((client, number), answer);
                    }
                    if is_over.load(Ordering::Relaxed) {
                        return number;
                    }
                }
                0
            })
        };
        let clients: Vec<_> = (0..CLIENTS).zip(requests).map(client).collect();
        thread::sleep(Duration::from_millis(400));
        server.kill();
        is_over.store(true, Ordering::Relaxed);
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    (acknowledged.into_inner().unwrap(), sent)
}

fn count(server: &Server, key: &str) -> usize {
    let (mut count, mut after) = (0, String::new());
    loop {
        let page = server.request("GET", &format!("/consent?limit=100{after}")).key(key).send().ok();
        let page = page.as_array().unwrap();
        count += page.len();
        let Some(last) = page.last() else { return count };
        after = format!("&starting_after={}", last["id"].as_str().unwrap());
    }
}

#[test]
fn two_servers_on_one_database_carry_a_request_out_once() {
    let Some(database) = Database::postgres() else { return };
    let key = private_key(&database);
    let servers = [Server::start(&database), Server::start(&database)];
    for number in 0..30 {
        let answers: Vec<Value> = thread::scope(|scope| {
            let key = &key;
            let send = |server| scope.spawn(move || request(server, key, 0, number).send().ok());
            let senders: Vec<_> = servers.iter().map(send).collect();
            senders.into_iter().map(|sender| sender.join().unwrap()).collect()
        });
        assert_eq!(answers[0], answers[1]);
    }
    assert_eq!(count(&servers[0], &key), 20);
}
