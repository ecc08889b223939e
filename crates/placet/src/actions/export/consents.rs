//! Exporting consents: a database thread reads them packed, other threads unpack them and write their rows, and the next
//! page is read meanwhile.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::{CHUNK_BYTES, Chunk, Parts, Sink, gone};
use crate::actions::consent::{Scan, Sieve};
use crate::app::App;
use crate::domain::consent::Filter;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::table::{CONSENTS, Format, consent_row};
use crate::store::consent::{PackedConsent, UnpackedConsent};

/// Pages that are written at the same time.
const PAGES: usize = 3;
/// Chunks of a page that wait for the pages before it. Most pages have fewer, so that nobody who writes one has to wait.
const CHUNKS: usize = 16;
/// Consents that are open at the same time on each of those threads; one may have a megabyte.
const OPEN: usize = 32;

/// Room for a chunk and its last row, which most rows are much smaller than.
const ROOM: usize = CHUNK_BYTES + 16 * 1024;

/// The chunks of a page, as they are written.
type Written = mpsc::Receiver<Result<Chunk>>;

pub(super) async fn write(
    app: &App,
    workspace: WorkspaceId,
    filter: Filter,
    format: Format,
    sink: &Sink,
) -> Result<()> {
    let mut scan = Scan::begin(app, workspace, filter).await?;
    let parts = Parts::new(app.store.clone(), workspace);
    let page = Arc::new(Page { sieve: scan.sieve().clone(), workspace, format, parts });
    let mut written = VecDeque::new();
    let mut next = scan.next().await?;
    while let Some(consents) = next {
        written.push_back(begin(&page, consents));
        let first = if written.len() == PAGES { written.pop_front() } else { None };
        (next, ()) = tokio::try_join!(scan.next(), hand_on(first, sink))?;
    }
    for rest in written {
        hand_on(Some(rest), sink).await?;
    }
    Ok(())
}

async fn hand_on(written: Option<Written>, sink: &Sink) -> Result<()> {
    let Some(mut written) = written else { return Ok(()) };
    while let Some(chunk) = written.recv().await {
        sink.send(Ok(chunk?)).await.map_err(|_| gone())?;
    }
    Ok(())
}

/// What the writing of a page needs.
struct Page {
    sieve: Sieve,
    workspace: WorkspaceId,
    format: Format,
    parts: Parts,
}

fn begin(page: &Arc<Page>, consents: Vec<PackedConsent>) -> Written {
    let (sender, written) = mpsc::channel(CHUNKS);
    let (page, runtime) = (Arc::clone(page), Handle::current());
    spawn_blocking(move || {
        if let Err(error) = page.write(consents, &runtime, &sender) {
            // Whoever has gone needs no answer.
            let _ = sender.blocking_send(Err(error));
        }
    });
    written
}

impl Page {
    fn write(&self, consents: Vec<PackedConsent>, runtime: &Handle, to: &Sink) -> Result<()> {
        let mut text = String::with_capacity(ROOM);
        let mut packed = consents.into_iter().peekable();
        while packed.peek().is_some() {
            let unpacked = packed.by_ref().take(OPEN).map(|consent| consent.unpack());
            let unpacked = unpacked.collect::<Result<Vec<_>>>()?;
            let mut open = unpacked.iter().map(UnpackedConsent::open).collect::<Result<Vec<_>>>()?;
            open.retain(|consent| self.sieve.passes(consent));
            let parts = runtime.block_on(self.parts.of(&open))?;
            for consent in &open {
                let row = consent_row(consent, self.workspace, &parts.of(consent));
                CONSENTS.write_row(self.format, &row, &mut text);
                if text.len() >= CHUNK_BYTES {
                    send(&mut text, to)?;
                }
            }
        }
        send(&mut text, to)
    }
}

fn send(text: &mut String, to: &Sink) -> Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let written = std::mem::replace(text, String::with_capacity(ROOM));
    to.blocking_send(Ok(written.into_bytes().into())).map_err(|_| gone())
}
