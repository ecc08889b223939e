//! The newest value of each preference of a subject, as bytes in its row: how many consents prove them, of each its id and
//! its moment; then of each preference, in order of names, its name, its packed value and which of the consents proves it.

use uuid::Uuid;

use super::bytes::{Reader, damaged, put_bytes, put_difference, put_size};
use super::engine::Tx;
use super::packing::unpack_text;
use super::row::{Row, Value};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::subject::CurrentPreference;
use crate::domain::time::Timestamp;

statements! {
    OF_SUBJECT = "SELECT preferences FROM subjects WHERE workspace_id = $1 AND id = $2";
    CHANGE = "UPDATE subjects SET preferences = $3 WHERE workspace_id = $1 AND id = $2";
}

const SUBJECTS_WITH_ROWS: &str =
    "SELECT DISTINCT workspace_id, subject_id FROM preferences WHERE (workspace_id, subject_id) > ($1, $2)
    ORDER BY workspace_id, subject_id LIMIT $3";
const ROWS_OF_SUBJECT: &str = "SELECT name, value, consent_id, at FROM preferences WHERE workspace_id = $1 AND subject_id = $2 ORDER BY name";
const SUBJECTS_AT_ONCE: i64 = 1000;

/// The newest value of one preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Newest<'b> {
    pub name: &'b str,
    /// Packed.
    pub value: &'b [u8],
    /// The consent that proves it.
    pub consent: Uuid,
    /// When that consent was given.
    pub at: Timestamp,
}

/// Puts a value among the newest ones, which are in order of names: the greater time wins, then the later arrival. False if
/// it changes nothing.
pub(super) fn put<'b>(all: &mut Vec<Newest<'b>>, new: Newest<'b>) -> bool {
    match all.binary_search_by_key(&new.name, |known| known.name) {
        Ok(place) if all[place].at > new.at => return false,
        Ok(place) => all[place] = new,
        Err(place) => all.insert(place, new),
    }
    true
}

/// The most bytes of names and values that a row holds. It is written with every consent of its subject, so a page that makes
/// up names, or sends large values, must not make it grow without end.
const MOST_BYTES: usize = 256 * 1024;

/// Leaves out what was said longest ago, as far as all of it is too much for a row; what one consent says last stays whole.
/// The history of the subject has it still.
pub(super) fn keep_newest(all: &mut Vec<Newest<'_>>) {
    let size = |newest: &Newest<'_>| newest.name.len() + newest.value.len();
    let mut bytes: usize = all.iter().map(size).sum();
    if bytes <= MOST_BYTES {
        return;
    }
    let mut by_age: Vec<(Timestamp, usize)> = all.iter().map(|newest| (newest.at, size(newest))).collect();
    by_age.sort_unstable();
    let newest = by_age.last().map(|(at, _)| *at);
    let mut oldest_kept = newest;
    for (at, size) in by_age {
        if bytes <= MOST_BYTES || Some(at) == newest {
            oldest_kept = Some(at);
            break;
        }
        bytes -= size;
    }
    all.retain(|kept| Some(kept.at) >= oldest_kept);
}

/// As bytes; `None` of none.
pub(super) fn encode(all: &[Newest<'_>]) -> Option<Vec<u8>> {
    if all.is_empty() {
        return None;
    }
    let mut proofs: Vec<(Uuid, Timestamp)> = Vec::new();
    let mut preferences = Vec::new();
    for Newest { name, value, consent, at } in all {
        let known = proofs.iter().position(|proof| *proof == (*consent, *at));
        let proof = known.unwrap_or_else(|| {
            proofs.push((*consent, *at));
            proofs.len() - 1
        });
        put_bytes(&mut preferences, name.as_bytes());
        put_bytes(&mut preferences, value);
        put_size(&mut preferences, proof);
    }
    let mut bytes = Vec::with_capacity(preferences.len() + 24 * proofs.len() + 1);
    put_size(&mut bytes, proofs.len());
    for (consent, at) in proofs {
        bytes.extend_from_slice(consent.as_bytes());
        put_difference(&mut bytes, at.0);
    }
    bytes.append(&mut preferences);
    Some(bytes)
}

/// From the bytes of a subject's row.
pub(super) fn decode(bytes: Option<&[u8]>) -> Result<Vec<Newest<'_>>> {
    let Some(bytes) = bytes else { return Ok(Vec::new()) };
    let mut reader = Reader(bytes);
    let count = reader.size()?;
    let mut proofs = Vec::new();
    for _ in 0..count {
        proofs.push((Uuid::from_bytes(reader.array()?), Timestamp(reader.difference()?)));
    }
    let mut all = Vec::new();
    while !reader.is_at_end() {
        let name = std::str::from_utf8(reader.bytes()?).map_err(Error::internal)?;
        let value = reader.bytes()?;
        let (consent, at) = *proofs.get(reader.size()?).ok_or_else(damaged)?;
        all.push(Newest { name, value, consent, at });
    }
    Ok(all)
}

/// As a subject shows them.
pub(super) fn read(bytes: Option<&[u8]>) -> Result<Vec<CurrentPreference>> {
    let open = |Newest { name, value, consent, at }: Newest<'_>| {
        Ok(CurrentPreference { name: name.to_owned(), value: unpack_text(value)?, consent, at })
    };
    decode(bytes)?.into_iter().map(open).collect()
}

/// How many preferences a subject has.
pub fn count(tx: &mut Tx<'_>, workspace: WorkspaceId, subject: &str) -> Result<usize> {
    Ok(decode(stored(tx, workspace, subject)?.as_deref())?.len())
}

/// Removes what some consents prove of their subject, as far as no later consent does, and gives its number. The subject's
/// row must have been locked.
pub fn remove_proven_by(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    subject: &str,
    consents: &[Uuid],
) -> Result<usize> {
    let bytes = stored(tx, workspace, subject)?;
    let all = decode(bytes.as_deref())?;
    let left: Vec<Newest<'_>> =
        all.iter().filter(|newest| !consents.contains(&newest.consent)).cloned().collect();
    if left.len() < all.len() {
        tx.execute(CHANGE, &[workspace.0.into(), subject.into(), encode(&left).into()])?;
    }
    Ok(all.len() - left.len())
}

/// Part of a migration: until then every preference was a row of its own.
pub(super) fn move_into_subjects(tx: &mut Tx<'_>) -> Result<()> {
    let mut after = (i64::MIN, String::new());
    loop {
        let rows = tx
            .query(SUBJECTS_WITH_ROWS, &[after.0.into(), after.1.as_str().into(), SUBJECTS_AT_ONCE.into()])?;
        let read = |mut row: Row| Ok((row.int(0)?, row.text(1)?));
        let keys = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        let values = |(workspace, id): &(i64, String)| vec![(*workspace).into(), id.clone().into()];
        let sets: Vec<Vec<Value<'_>>> = keys.iter().map(values).collect();
        for ((workspace, id), rows) in keys.iter().zip(tx.query_each(ROWS_OF_SUBJECT, &sets)?) {
            let bytes = from_rows(rows)?;
            tx.execute(CHANGE, &[(*workspace).into(), id.as_str().into(), bytes.into()])?;
        }
        match keys.into_iter().next_back() {
            Some(last) => after = last,
            None => return tx.run_script("DROP TABLE preferences"),
        }
    }
}

fn from_rows(rows: Vec<Row>) -> Result<Option<Vec<u8>>> {
    let read = |mut row: Row| Ok((row.text(0)?, row.bytes(1)?, row.uuid(2)?, Timestamp(row.int(3)?)));
    let rows = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    let newest =
        rows.iter().map(|(name, value, consent, at)| Newest { name, value, consent: *consent, at: *at });
    Ok(encode(&newest.collect::<Vec<_>>()))
}

fn stored(tx: &mut Tx<'_>, workspace: WorkspaceId, subject: &str) -> Result<Option<Vec<u8>>> {
    let key: [Value<'_>; 2] = [workspace.0.into(), subject.into()];
    tx.query_one(OF_SUBJECT, &key)?.map_or(Ok(None), |mut row| row.bytes_or_none(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(given in prop::collection::vec(("[a-c]{1,2}", any::<[u8; 3]>(), 0..4_u128, any::<i64>()), 0..12)) {
            let mut all = Vec::new();
            for (name, value, consent, at) in &given {
                put(&mut all, Newest { name, value, consent: Uuid::from_u128(*consent), at: Timestamp(*at) });
            }
            let bytes = encode(&all);
            prop_assert_eq!(decode(bytes.as_deref()).unwrap(), all);
        }

        #[test]
        fn the_greatest_time_wins_then_the_latest_arrival(given in prop::collection::vec((0..3_usize, 0..3_i64), 1..20)) {
            let names = ["a", "b", "c"];
            let mut all = Vec::new();
            for (number, (name, at)) in given.iter().enumerate() {
                let consent = Uuid::from_u128(number as u128);
                put(&mut all, Newest { name: names[*name], value: b"", consent, at: Timestamp(*at) });
            }
            for (name, text) in names.iter().enumerate() {
                let newest = given.iter().enumerate().filter(|(_, (of, _))| *of == name).max_by_key(|(number, (_, at))| (*at, *number));
                let expected = newest.map(|(number, (_, at))| (Uuid::from_u128(number as u128), Timestamp(*at)));
                let found = all.iter().find(|newest| newest.name == *text).map(|newest| (newest.consent, newest.at));
                prop_assert_eq!(found, expected);
            }
        }

        #[test]
        fn what_is_too_much_for_a_row_goes_the_oldest_first(sizes in prop::collection::vec(0..MOST_BYTES / 2, 0..9)) {
            let names: Vec<String> = (0..sizes.len()).map(|number| format!("{number}")).collect();
            let value = vec![0; MOST_BYTES];
            let mut all = Vec::new();
            for ((at, name), size) in (0..).zip(&names).zip(&sizes) {
                put(&mut all, Newest { name, value: &value[..*size], consent: Uuid::nil(), at: Timestamp(at) });
            }
            let before = all.len();
            keep_newest(&mut all);
            let bytes = |kept: &[Newest<'_>]| kept.iter().map(|newest| newest.name.len() + newest.value.len()).sum::<usize>();
            prop_assert!(bytes(&all) <= MOST_BYTES);
            let oldest = before - all.len();
            prop_assert!(all.iter().map(|kept| kept.name).eq(&names[oldest..]));
            if oldest > 0 {
                prop_assert!(bytes(&all) + 1 + sizes[oldest - 1] > MOST_BYTES, "more went than had to");
            }
        }

        #[test]
        fn damaged_bytes_are_an_error_and_never_a_panic(bytes: Vec<u8>) {
            drop(read(Some(&bytes)));
        }
    }
}
