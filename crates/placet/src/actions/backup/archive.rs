//! The file of a backup: a zip archive without compression, since the rows are packed already.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write as _};

use placet_proof::Sha256;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::manifest::{Manifest, PartEntry};
use crate::domain::error::{Error, Result};
use crate::domain::id::hex;
use crate::domain::time::{Spelling, Timestamp};
use crate::store::backup::known_schema;

const MANIFEST: &str = "manifest.json";
const READ_AT_ONCE: usize = 256 * 1024;

/// Writes an archive, part by part.
pub(super) struct Writer {
    zip: ZipWriter<BufWriter<File>>,
    parts: Vec<PartEntry>,
    hash: Sha256,
}

impl Writer {
    pub(super) fn new(file: File) -> Writer {
        let zip = ZipWriter::new(BufWriter::with_capacity(READ_AT_ONCE, file));
        Writer { zip, parts: Vec::new(), hash: Sha256::new() }
    }

    /// Begins a part.
    pub(super) fn begin(&mut self, name: &str, columns: Vec<(String, String)>) -> Result<()> {
        self.end();
        self.zip.start_file(name, options()).map_err(unwritable)?;
        let (name, sha256) = (name.to_owned(), String::new());
        self.parts.push(PartEntry { name, columns, rows: 0, bytes: 0, sha256 });
        Ok(())
    }

    /// Adds to the part that was begun.
    pub(super) fn add(&mut self, bytes: &[u8], rows: u64) -> Result<()> {
        self.hash.update(bytes);
        if let Some(part) = self.parts.last_mut() {
            part.rows += rows;
            part.bytes += bytes.len() as u64;
        }
        self.zip.write_all(bytes).map_err(unwritable)
    }

    fn end(&mut self) {
        let digest = std::mem::take(&mut self.hash).finish();
        if let Some(part) = self.parts.last_mut() {
            part.sha256 = hex(&digest);
        }
    }

    /// Writes the manifest; then all of it is on disk.
    pub(super) fn finish(mut self, schema: i64, now: Timestamp) -> Result<Manifest> {
        self.end();
        let manifest = Manifest {
            release: env!("CARGO_PKG_VERSION").to_owned(),
            schema,
            made_at: now.spell(Spelling::Millis),
            parts: self.parts,
        };
        self.zip.start_file(MANIFEST, options()).map_err(unwritable)?;
        self.zip.write_all(manifest.to_json().to_string().as_bytes()).map_err(unwritable)?;
        let file = self.zip.finish().map_err(unwritable)?.into_inner().map_err(unwritable)?;
        file.sync_all().map_err(unwritable)?;
        Ok(manifest)
    }
}

fn options() -> SimpleFileOptions {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    options.large_file(true).unix_permissions(0o600)
}

/// Reads an archive.
pub(super) struct Archive(ZipArchive<BufReader<File>>);

impl Archive {
    pub(super) fn open(file: File) -> Result<Archive> {
        let zip = ZipArchive::new(BufReader::with_capacity(READ_AT_ONCE, file));
        zip.map(Archive).map_err(|why| {
            Error::Conflict(format!("this is no whole backup: it was cut off, or is another file ({why})"))
        })
    }

    /// The manifest, after everything that it says was found to be so.
    pub(super) fn check(&mut self) -> Result<Manifest> {
        let mut text = String::new();
        let read = self.part(MANIFEST)?.read_to_string(&mut text);
        read.map_err(|_| damaged(MANIFEST))?;
        let manifest = Manifest::parse(&text)?;
        let known = known_schema();
        if manifest.schema > known {
            return Err(Error::Conflict(format!(
                "the backup was made by a newer release, {} (schema {}, this release knows {known}): restore it with that release",
                manifest.release, manifest.schema
            )));
        }
        for part in &manifest.parts {
            self.check_part(part)?;
        }
        Ok(manifest)
    }

    fn check_part(&mut self, part: &PartEntry) -> Result<()> {
        let mut input = self.part(&part.name)?;
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        let mut buffer = vec![0; READ_AT_ONCE];
        loop {
            let length = input.read(&mut buffer).map_err(|_| damaged(&part.name))?;
            if length == 0 {
                break;
            }
            hash.update(&buffer[..length]);
            bytes += length as u64;
        }
        if bytes == part.bytes && hex(&hash.finish()) == part.sha256 {
            Ok(())
        } else {
            Err(damaged(&part.name))
        }
    }

    /// A part from its beginning.
    pub(super) fn part(&mut self, name: &str) -> Result<impl Read> {
        let part = self.0.by_name(name).map_err(|_| damaged(name))?;
        Ok(BufReader::with_capacity(READ_AT_ONCE, part))
    }
}

fn damaged(name: &str) -> Error {
    Error::Conflict(format!("the backup is damaged: its part {name} is not as it was written"))
}

fn unwritable(why: impl std::fmt::Display) -> Error {
    Error::invalid("file", format!("cannot be written: {why}"))
}
