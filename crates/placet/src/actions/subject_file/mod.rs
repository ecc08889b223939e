//! Everything that is known of one subject, for a person who asks for it: a zip archive with a page to read, the same
//! as JSON, the forms that were shown, the documents, and the notices in the versions that were agreed to. It is written
//! while it is read.

mod contents;
mod page;

use std::io::{Error as IoError, Write};

use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::export::Sink;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use contents::Contents;

/// Writes the file of a subject into `sink`.
pub async fn run(app: &App, workspace: WorkspaceId, id: String, sink: Sink) {
    let own = App::new(app.store.clone(), app.clock.clone(), app.edge.clone());
    let runtime = Handle::current();
    let written = spawn_blocking(move || {
        let contents = Contents::of(own, runtime, workspace, id);
        let written =
            contents.and_then(|contents| write(&contents, Pieces { sink: sink.clone(), piece: Vec::new() }));
        if let Err(error) = written {
            // Whoever has gone needs no answer.
            let _ = sink.blocking_send(Err(error));
        }
    });
    // It panics only with a fault of ours, which has been printed; the file breaks off then.
    let _ = written.await;
}

fn write(contents: &Contents, to: Pieces) -> Result<()> {
    let mut zip = Zip(ZipWriter::new_stream(to));
    zip.begin("index.html")?;
    let found = contents.write_page(&mut zip.0)?;
    zip.begin("subject.json")?;
    zip.add(contents.subject_json().as_bytes())?;
    zip.begin("consents.jsonl")?;
    contents.write_consents(&mut zip.0)?;
    zip.begin("legal_notices.jsonl")?;
    for notice in found.notices(contents) {
        zip.add(notice?.as_bytes())?;
    }
    for (name, html) in found.forms(contents) {
        zip.begin(&name)?;
        zip.add(html?.as_bytes())?;
    }
    for document in found.documents(contents) {
        let (name, content) = document?;
        zip.begin(&name)?;
        zip.add(&content)?;
    }
    let mut rest = zip.0.finish().map_err(|why| broken(&why))?.into_inner();
    rest.flush().map_err(|why| unwritable(&why))
}

struct Zip(ZipWriter<StreamWriter<Pieces>>);

impl Zip {
    fn begin(&mut self, name: &str) -> Result<()> {
        let options = SimpleFileOptions::default().large_file(true).unix_permissions(0o600);
        self.0.start_file(name, options).map_err(|why| broken(&why))
    }

    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.write_all(bytes).map_err(|why| unwritable(&why))
    }
}

fn broken(why: &ZipError) -> Error {
    Error::internal(format!("the archive cannot be written: {why}"))
}

fn unwritable(why: &IoError) -> Error {
    Error::internal(format!("the archive cannot be written: {why}"))
}

/// Pieces of the archive are about this long.
const PIECE: usize = 64 * 1024;

/// Hands on what is written, piece by piece.
struct Pieces {
    sink: Sink,
    piece: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.piece).into();
        self.sink.blocking_send(Ok(piece)).map_err(|_| IoError::other("nobody takes it any more"))
    }
}
