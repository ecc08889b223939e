//! Leases on the jobs of the installation: several processes may share one database, and each job is done by one of
//! them at a time. A lease changes hands by compare-and-set on its row and in no other way.

use super::engine::Tx;
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::time::Timestamp;

statements! {
    LIST = "SELECT name, holder, held_until, due_at FROM jobs";
    TAKE = "INSERT INTO jobs (name, holder, held_until, due_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
        WHERE (jobs.holder IS NULL OR jobs.held_until <= $4) AND jobs.due_at <= $4";
    RENEW = "UPDATE jobs SET held_until = $2 WHERE holder = $1";
    HELD = "SELECT name FROM jobs WHERE holder = $1";
    FINISH = "UPDATE jobs SET holder = NULL, due_at = $3 WHERE name = $1 AND holder = $2";
    RELEASE = "UPDATE jobs SET holder = NULL WHERE holder = $1";
}

/// Who holds leases: drawn by each process at its start.
pub type Holder = [u8; 16];

/// What is known of a job that was begun at least once.
#[derive(Debug)]
pub struct Lease {
    /// The job.
    pub name: String,
    /// Until when a process holds it, if one does.
    pub held_until: Option<Timestamp>,
    /// It is not begun before.
    pub due_at: Timestamp,
}

/// All leases.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Lease>> {
    let read = |mut row: Row| {
        let (name, is_held) = (row.text(0)?, row.bytes_or_none(1)?.is_some());
        let held_until = Timestamp(row.int(2)?);
        Ok(Lease { name, held_until: is_held.then_some(held_until), due_at: Timestamp(row.int(3)?) })
    };
    tx.query(LIST, &[])?.into_iter().map(read).collect()
}

/// Takes a job that is due and that nobody holds; false if another process was faster.
pub fn take(tx: &mut Tx<'_>, name: &str, holder: &Holder, now: Timestamp, until: Timestamp) -> Result<bool> {
    let values: [Value<'_>; 4] = [name.into(), holder.as_slice().into(), until.0.into(), now.0.into()];
    Ok(tx.execute(TAKE, &values)? == 1)
}

/// Renews all leases of a process, and gives the jobs that it still holds.
pub fn renew(tx: &mut Tx<'_>, holder: &Holder, until: Timestamp) -> Result<Vec<String>> {
    tx.execute(RENEW, &[holder.as_slice().into(), until.0.into()])?;
    tx.query(HELD, &[holder.as_slice().into()])?.into_iter().map(|mut row| row.text(0)).collect()
}

/// Gives a job back, not to be begun before `due_at`. Nothing happens if another process has taken it.
pub fn finish(tx: &mut Tx<'_>, name: &str, holder: &Holder, due_at: Timestamp) -> Result<()> {
    tx.execute(FINISH, &[name.into(), holder.as_slice().into(), due_at.0.into()]).map(drop)
}

/// Gives all jobs of a process back, to be begun by any other at once.
pub fn release(tx: &mut Tx<'_>, holder: &Holder) -> Result<()> {
    tx.execute(RELEASE, &[holder.as_slice().into()]).map(drop)
}
