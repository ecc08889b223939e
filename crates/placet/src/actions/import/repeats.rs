//! Rows of one file that are about the same thing. What is noted of each row is written to a file that has no name, and
//! then read part by part, so that memory stays the same however many rows there are.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

use super::Refusal;
use crate::app::Random;
use crate::domain::error::{Error, Result};
use crate::domain::id::hex;

/// Rows looked at together: 24 bytes each.
const AT_ONCE: u64 = 2_000_000;

pub(super) struct Repeats {
    notes: BufWriter<File>,
    count: u64,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// Rows that say what another one says.
    pub(super) repeated: u64,
    /// Rows that say something else of the same thing than one before them.
    pub(super) contradicting: Vec<Refusal>,
}

/// Identity, line, fingerprint.
type Note = (u64, u64, i64);

impl Repeats {
    pub(super) fn begin() -> Result<Repeats> {
        Ok(Repeats { notes: BufWriter::new(nameless_file()?), count: 0 })
    }

    pub(super) fn note(&mut self, line: u64, identity: u64, fingerprint: i64) -> Result<()> {
        self.count += 1;
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&identity.to_le_bytes());
        bytes[8..16].copy_from_slice(&line.to_le_bytes());
        bytes[16..].copy_from_slice(&fingerprint.to_le_bytes());
        self.notes.write_all(&bytes).map_err(unwritable)
    }

    pub(super) fn find(self) -> Result<Again> {
        let mut file = self.notes.into_inner().map_err(|why| unwritable(why.into_error()))?;
        let parts = self.count.div_ceil(AT_ONCE).max(1);
        let mut again = Again::default();
        for part in 0..parts {
            file.seek(SeekFrom::Start(0)).map_err(unwritable)?;
            let mut notes = read(&file, |identity| identity % parts == part)?;
            notes.sort_unstable();
            look(&notes, &mut again);
        }
        again.contradicting.sort_by_key(|refusal| refusal.line);
        Ok(again)
    }
}

fn look(notes: &[Note], again: &mut Again) {
    for same in notes.chunk_by(|(one, ..), (other, ..)| one == other) {
        let (_, first_line, first) = same[0];
        for (_, line, fingerprint) in &same[1..] {
            if *fingerprint == first {
                again.repeated += 1;
            } else {
                let reason = format!("says something else of the same as line {first_line}");
                again.contradicting.push(Refusal { line: *line, reason });
            }
        }
    }
}

fn read(file: &File, is_wanted: impl Fn(u64) -> bool) -> Result<Vec<Note>> {
    let mut input = BufReader::with_capacity(24 * 8192, file);
    let mut notes = Vec::new();
    let mut bytes = [0; 24];
    loop {
        match input.read_exact(&mut bytes) {
            Ok(()) => {}
            Err(end) if end.kind() == ErrorKind::UnexpectedEof => return Ok(notes),
            Err(why) => return Err(unwritable(why)),
        }
        let part = |start: usize| {
            let mut number = [0; 8];
            number.copy_from_slice(&bytes[start..start + 8]);
            u64::from_le_bytes(number)
        };
        if is_wanted(part(0)) {
            notes.push((part(0), part(8), part(16).cast_signed()));
        }
    }
}

/// A file for this process alone, that is gone when it is closed.
///
/// # Errors
/// When it cannot be made.
pub fn nameless_file() -> Result<File> {
    let path = std::env::temp_dir().join(format!("placet-{}", hex(&Random.bytes::<16>())));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
    let file = file.map_err(unwritable)?;
    std::fs::remove_file(&path).map_err(unwritable)?;
    Ok(file)
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn unwritable(why: std::io::Error) -> Error {
    Error::Unavailable { retry_after: 5, cause: format!("the folder for temporary files: {why}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_repeated_is_counted_and_one_that_contradicts_is_refused() {
        let mut repeats = Repeats::begin().unwrap();
        for (line, identity, fingerprint) in
            [(2, 7, 1), (3, 8, 1), (4, 7, 1), (5, 8, 2), (6, 9, 1), (7, 7, 3)]
        {
            repeats.note(line, identity, fingerprint).unwrap();
        }
        let again = repeats.find().unwrap();
        assert_eq!(again.repeated, 1);
        let refused: Vec<_> =
            again.contradicting.iter().map(|refusal| (refusal.line, refusal.reason.as_str())).collect();
        let same = |line: u64| format!("says something else of the same as line {line}");
        assert_eq!(refused, [(5, same(3).as_str()), (7, same(2).as_str())]);
    }
}
