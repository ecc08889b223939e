//! Directories that exist while a command runs.
//!
//! They are in `/var/tmp`: on a real disk, which the figures of `bench` need, and outside any home directory, which
//! another user such as `postgres` could not enter.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

const PARENT: &str = "/var/tmp";

/// Removed when dropped.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn create(purpose: &str) -> Result<Self, String> {
        for left in stale(purpose) {
            let _ = fs::remove_dir_all(left);
        }
        let dir = Path::new(PARENT).join(format!("{}{}", prefix(purpose), process::id()));
        fs::create_dir(&dir).map_err(|e| format!("cannot create {}: {e}", dir.display()))?;
        Ok(Self(dir))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Directories left by a command that was killed: the process in their name is gone.
pub(crate) fn stale(purpose: &str) -> Vec<PathBuf> {
    let prefix = prefix(purpose);
    let owner_is_gone = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.strip_prefix(&prefix).is_some_and(|owner| !Path::new("/proc").join(owner).exists())
    };
    let entries = fs::read_dir(PARENT).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(owner_is_gone).collect()
}

fn prefix(purpose: &str) -> String {
    format!("placet-{purpose}-")
}
