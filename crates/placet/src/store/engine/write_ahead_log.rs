//! SQLite's write-ahead log, as a file: whoever acknowledges a commit syncs it first. One sync, on a thread of its own,
//! makes many commits durable while the writer goes on with the next.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::sqlite::FILE;
use crate::domain::error::{Error, Result};

/// The open log. It stays the same file for as long as a connection is open.
pub(in crate::store) struct WriteAheadLog {
    file: File,
    /// After a failed sync nobody knows what is on disk, and the next sync would not say so again.
    has_failed: AtomicBool,
}

impl WriteAheadLog {
    /// Opens the log and makes its name durable.
    pub(super) fn open(folder: &Path) -> Result<WriteAheadLog> {
        let open = || {
            File::open(folder)?.sync_all()?;
            File::open(folder.join(format!("{FILE}-wal")))
        };
        let file =
            open().map_err(|why| Error::Internal(format!("cannot open the write-ahead log: {why}")))?;
        Ok(WriteAheadLog { file, has_failed: AtomicBool::new(false) })
    }

    /// `Ok` means that everything committed before the call is on disk.
    pub(in crate::store) fn sync(&self) -> Result<()> {
        if self.has_failed.load(Ordering::Acquire) {
            return Err(failed("an earlier sync failed; start the server again when the disk is in order"));
        }
        self.file.sync_data().map_err(|why| {
            self.has_failed.store(true, Ordering::Release);
            tracing::error!(%why, "the disk did not sync: nothing more is accepted until the server is started again");
            failed(&why.to_string())
        })
    }

    /// Bytes in the log, those that may be written over included.
    pub(in crate::store) fn size(&self) -> u64 {
        self.file.metadata().map_or(0, |log| log.len())
    }
}

fn failed(why: &str) -> Error {
    Error::Unavailable { retry_after: 5, cause: format!("the disk did not sync: {why}") }
}
