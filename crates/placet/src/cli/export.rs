//! `placet export`

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tokio::sync::mpsc;

use super::{Common, say, say_aside};
use crate::actions::export::{self, Chunk, WAITING};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::table::Format;
use crate::http;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// What is exported
    what: What,
    /// Number of the workspace
    #[arg(long, value_name = "ID")]
    workspace: i64,
    /// csv: a table, for spreadsheets too; jsonl: a JSON object per line
    #[arg(long, default_value = "csv")]
    format: FormatName,
    /// Write to this file, which must not exist; without it, to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only what passes, as in the query of the list: `--filter from_time=2026-01-01T00:00:00Z`; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    filter: Vec<(String, String)>,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum What {
    Consents,
    Subjects,
    LegalNotices,
    Documents,
    Members,
    Keys,
    Audit,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum FormatName {
    Csv,
    Jsonl,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Format {
        match name {
            FormatName::Csv => Format::Csv,
            FormatName::Jsonl => Format::JsonLines,
        }
    }
}

pub(super) fn run(options: Options) -> Result<()> {
    let Options { common, what, workspace, format, out, filter } = options;
    let workspace = WorkspaceId(workspace);
    let what = match what {
        What::Consents => "consents",
        What::Subjects => "subjects",
        What::LegalNotices => "legal_notices",
        What::Documents => "documents",
        What::Members => "members",
        What::Keys => "keys",
        What::Audit => "audit",
    };
    let export = http::asked_export(what, workspace, filter)?;
    if out.is_none() && common.json {
        return Err(Error::invalid("json", "goes with --out: otherwise standard output is the file"));
    }
    let bytes = common.run(async |app| {
        let work = |sink| export::run(app, workspace, export, format.into(), sink);
        match &out {
            Some(file) => to_file(file, work).await,
            None => copy(&mut std::io::stdout().lock(), work).await,
        }
    })?;
    let Some(file) = out else { return Ok(()) };
    let json = Json::object([
        ("file", Json::text(file.display().to_string())),
        ("bytes", Json::Number(bytes.to_string().into())),
    ]);
    if common.json {
        return say(&json.to_string());
    }
    say_aside(&format!("Wrote {bytes} bytes to {}", file.display()));
    Ok(())
}

/// Writes a file that only this account may read. One that is not whole does not stay.
pub(super) async fn to_file<F: Future<Output = ()>>(
    path: &Path,
    work: impl FnOnce(export::Sink) -> F,
) -> Result<u64> {
    let mut file = create(path)?;
    let copied = copy(&mut file, work).await;
    let synced =
        copied.and_then(|bytes| file.sync_all().map(|()| bytes).map_err(|why| cannot_write(path, &why)));
    if synced.is_err() {
        // The error that is told is the first one.
        let _ = std::fs::remove_file(path);
    }
    synced
}

pub(super) fn create(path: &Path) -> Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|why| cannot_write(path, &why))
}

pub(super) fn cannot_write(path: &Path, why: &std::io::Error) -> Error {
    Error::invalid("out", format!("cannot write {}: {why}", path.display()))
}

async fn copy<F: Future<Output = ()>>(
    to: &mut impl Write,
    work: impl FnOnce(export::Sink) -> F,
) -> Result<u64> {
    let (sink, mut chunks) = mpsc::channel::<Result<Chunk>>(WAITING);
    let write = async {
        let mut bytes = 0;
        while let Some(chunk) = chunks.recv().await {
            let chunk = chunk?;
            to.write_all(&chunk).map_err(|why| Error::invalid("out", format!("cannot be written: {why}")))?;
            bytes += chunk.len() as u64;
        }
        drop(chunks);
        to.flush().map_err(Error::internal)?;
        Ok(bytes)
    };
    tokio::join!(write, work(sink)).0
}

pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must look like NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
