//! Backing an installation up and restoring it. A backup is a zip archive that nobody needs Placet to look into: each
//! table is a part, so is each small file of the data folder, and `manifest.json`, which is written last, names them
//! with their length and SHA-256. All of it is checked before anything is restored.

mod archive;
mod manifest;

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::Path;

pub use manifest::{Manifest, PartEntry};

use crate::domain::error::{Error, Result};
use crate::domain::time::Timestamp;
use crate::store::Address;
use crate::store::backup::{self, Part, Restore};
use archive::{Archive, Writer};

/// Files of the data folder larger than this are not what Placet puts there.
const MAX_FILE: u64 = 64 * 1024;
/// The embedded database and its log: their rows are in the tables.
const DATABASE: &str = "placet.db";
const TABLES: &str = "tables/";
const FILES: &str = "files/";

/// Writes a backup of the database and of the data folder's files, while others write. `tell` hears of each so many rows.
///
/// # Errors
/// A file that exists; a database that cannot be read. No file is left then.
pub fn make(
    address: &Address,
    folder: &Path,
    file: &Path,
    now: Timestamp,
    tell: &mut dyn FnMut(u64),
) -> Result<Manifest> {
    if file.exists() {
        return Err(Error::invalid("file", format!("{} exists already", file.display())));
    }
    let mut name =
        file.file_name().ok_or_else(|| Error::invalid("file", "must be the name of a file"))?.to_owned();
    name.push(".unfinished");
    let unfinished = file.with_file_name(name);
    let made = write(address, folder, &unfinished, now, tell).and_then(|manifest| {
        std::fs::rename(&unfinished, file).map(|()| manifest).map_err(|why| failed(file, &why))
    });
    if made.is_err() {
        // The error that is told is the first one.
        let _ = std::fs::remove_file(&unfinished);
    }
    made
}

fn write(
    address: &Address,
    folder: &Path,
    file: &Path,
    now: Timestamp,
    tell: &mut dyn FnMut(u64),
) -> Result<Manifest> {
    // What an earlier try left may be anything: a file that others can read, or a link to one. It is not written into.
    let _ = std::fs::remove_file(file);
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let mut writer = Writer::new(opened.map_err(|why| failed(file, &why))?);
    let mut schema = 0;
    backup::read(address, &mut |part| match part {
        Part::Schema(number) => {
            schema = number;
            Ok(())
        }
        Part::Table(table) => writer.begin(&format!("{TABLES}{}", table.name), table.columns),
        Part::Rows { bytes, count } => {
            tell(count);
            writer.add(bytes, count)
        }
    })?;
    for (name, content) in small_files(folder)? {
        writer.begin(&format!("{FILES}{name}"), Vec::new())?;
        writer.add(&content, 0)?;
    }
    writer.finish(schema, now)
}

/// The small files of a folder, by name: keys, and what else must not be in a database.
fn small_files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|why| failed(folder, &why))?;
        let path = entry.path();
        let (Ok(about), Ok(name)) = (entry.metadata(), entry.file_name().into_string()) else { continue };
        if about.is_file() && about.len() <= MAX_FILE && !name.starts_with(DATABASE) {
            files.push((name, std::fs::read(&path).map_err(|why| failed(&path, &why))?));
        }
    }
    files.sort();
    Ok(files)
}

/// Restores a backup into an empty folder or an empty database, after checking all of it.
///
/// # Errors
/// A backup that is not whole, damaged, or of a newer release; a place that is not empty. Nothing was written then.
pub fn restore(address: &Address, folder: &Path, file: &Path, tell: &mut dyn FnMut(u64)) -> Result<Manifest> {
    let opened = File::open(file).map_err(|why| failed(file, &why))?;
    let mut archive = Archive::open(opened)?;
    let manifest = archive.check()?;
    must_be_empty(address, folder, &manifest)?;
    let filled = fill(address, folder, &mut archive, &manifest, tell);
    if filled.is_err()
        && let Address::Folder(folder) = address
    {
        // What this restore has made, so that another can begin; the error that is told is the first one.
        for name in [DATABASE, "placet.db-wal", "placet.db-shm"] {
            let _ = std::fs::remove_file(folder.join(name));
        }
    }
    filled?;
    if fills_folder(address, &manifest) {
        hand_over(folder);
    }
    Ok(manifest)
}

fn fills_folder(address: &Address, manifest: &Manifest) -> bool {
    let has_files = manifest.parts.iter().any(|part| part.name.starts_with(FILES));
    matches!(address, Address::Folder(_)) || has_files
}

/// What root restores belongs to whom the folder belongs to: an account of its own runs the server. Nobody else can give
/// files away, and nobody else needs to.
fn hand_over(folder: &Path) {
    let (Ok(owner), Ok(entries)) = (std::fs::metadata(folder), std::fs::read_dir(folder)) else { return };
    for entry in entries.flatten() {
        let _ = chown(entry.path(), Some(owner.uid()), Some(owner.gid()));
    }
}

fn must_be_empty(address: &Address, folder: &Path, manifest: &Manifest) -> Result<()> {
    let is_empty = std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if fills_folder(address, manifest) && !is_empty {
        let why = format!("{} is not empty: restore into an empty folder", folder.display());
        return Err(Error::invalid("data", why));
    }
    Ok(())
}

fn fill(
    address: &Address,
    folder: &Path,
    archive: &mut Archive,
    manifest: &Manifest,
    tell: &mut dyn FnMut(u64),
) -> Result<()> {
    let mut restore = Restore::begin(address, manifest.schema)?;
    for part in &manifest.parts {
        let mut input = archive.part(&part.name)?;
        if let Some(name) = part.name.strip_prefix(TABLES) {
            let table = backup::Table { name: name.to_owned(), columns: part.columns.clone() };
            restore.fill(&table, part.rows, input, tell)?;
        } else if let Some(name) = part.name.strip_prefix(FILES) {
            let mut content = Vec::new();
            input.read_to_end(&mut content).map_err(|why| failed(folder, &why))?;
            put_file(folder, name, &content)?;
        }
    }
    restore.finish()
}

fn put_file(folder: &Path, name: &str, content: &[u8]) -> Result<()> {
    let path = folder.join(name);
    let write = || -> std::io::Result<()> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(content)?;
        file.sync_all()
    };
    write().map_err(|why| failed(&path, &why))
}

fn failed(path: &Path, why: &std::io::Error) -> Error {
    Error::invalid("file", format!("{}: {why}", path.display()))
}
