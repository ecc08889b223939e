//! The floor: the least that a server of durable consents can do, on the HTTP stack of Placet.
//!
//! It parses a consent into types, appends its bytes to one file, syncs the file together with whatever else waits,
//! and answers in the shape of the consent API. No index, no digest, no clock, and nothing can be found again.
//! `cargo xtask bench` sets the figures of Placet beside this server's, measured in the same minute.
//!
//! `GET /answer` is the yardstick for reads: fixed bytes with an `ETag` from memory.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// As many consents as one sync may cover: the same as in Placet's writer.
const BATCH: usize = 1024;
const QUEUE: usize = 4096;

#[derive(Deserialize)]
#[expect(dead_code, reason = "parsed as Placet must parse it, then written as it came")]
struct Consent<'a> {
    subject: Subject,
    #[serde(default)]
    legal_notices: Vec<Notice>,
    #[serde(default)]
    proofs: Vec<Proof>,
    #[serde(default)]
    preferences: BTreeMap<String, serde_json::Value>,
    ip_address: Option<&'a str>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "see Consent")]
struct Subject {
    id: String,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    full_name: Option<String>,
    verified: Option<bool>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "see Consent")]
struct Notice {
    identifier: String,
    version: Option<u64>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "see Consent")]
struct Proof {
    content: Option<String>,
    form: Option<String>,
}

/// A consent that waits for the disk, and who waits for it.
struct Append {
    bytes: Bytes,
    durable: oneshot::Sender<()>,
}

struct Floor {
    queue: mpsc::Sender<Append>,
    stored: AtomicU64,
    answer: Bytes,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let (Some(address), Some(path), Some(answer)) =
        (option("--listen"), option("--file"), option("--answer"))
    else {
        return writeln!(io::stdout(), "the floor takes --listen ADDRESS --file FILE --answer FILE");
    };
    let file = File::options().create(true).append(true).open(path)?;
    let (queue, appends) = mpsc::channel(QUEUE);
    thread::spawn(move || write_in_groups(file, appends));
    let floor = Floor { queue, stored: AtomicU64::new(0), answer: fs::read(answer)?.into() };
    let routes = Router::new()
        .route("/consent", post(consent))
        .route("/answer", get(fixed_answer))
        .route("/readyz", get(async || "ready"))
        .with_state(Arc::new(floor));
    axum::serve(TcpListener::bind(address).await?, routes).await
}

fn option(name: &str) -> Option<String> {
    env::args().skip_while(|argument| argument != name).nth(1)
}

async fn consent(State(floor): State<Arc<Floor>>, bytes: Bytes) -> Response {
    let Ok(consent) = serde_json::from_slice::<Consent>(&bytes) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let subject_id = consent.subject.id;
    let (durable, written) = oneshot::channel();
    let queued = floor.queue.send(Append { bytes, durable }).await;
    if queued.is_err() || written.await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let number = floor.stored.fetch_add(1, Ordering::Relaxed);
    let answer = format!(
        r#"{{"id":"00000000-0000-7000-8000-{number:012x}","timestamp":"2026-01-01T00:00:00.000Z","subject_id":"{subject_id}"}}"#
    );
    ([(CONTENT_TYPE, "application/json")], answer).into_response()
}

async fn fixed_answer(State(floor): State<Arc<Floor>>) -> Response {
    ([(CONTENT_TYPE, "application/json"), (ETAG, "\"0000000000000000\"")], floor.answer.clone())
        .into_response()
}

/// Whoever waits is answered only after the sync. After a failed write nobody is: what the file holds is unknown.
fn write_in_groups(mut file: File, mut appends: mpsc::Receiver<Append>) {
    let mut batch: Vec<Append> = Vec::with_capacity(BATCH);
    let mut bytes = Vec::new();
    while appends.blocking_recv_many(&mut batch, BATCH) > 0 {
        bytes.clear();
        for append in &batch {
            bytes.extend_from_slice(&append.bytes);
        }
        if file.write_all(&bytes).and_then(|()| file.sync_data()).is_err() {
            return;
        }
        for append in batch.drain(..) {
            // The other side has gone away when its connection was closed; the consent is stored all the same.
            let _ = append.durable.send(());
        }
    }
}
