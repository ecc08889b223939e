//! Which consents and subjects contain a text, or have one as a whole: places in the order of lists, newest first.
//!
//! What a batch of consents brought is kept as it came, in one row ([`text`]), and is looked through text by text. A job
//! takes these rows and makes *segments* of them: up to 65,536 items each, in the order of consents, and for each group of
//! three letters (a *gram*) the numbers of the items in which it occurs ([`postings`], [`page`]). An item knows its place
//! among consents, and among subjects if it brought something new of its subject ([`place`]). E-mail addresses, names and
//! addresses of devices, which are looked up by equality, are *terms*, and have a list of items each like a gram. Small
//! segments are merged into larger ones ([`merge`]). A segment is never changed, save that [`forget`] takes an item out.
//! [`refill`] begins all of it anew.
//!
//! A search ([`Matches`]) gives the places of the items in which all grams of a text occur. That is more than those that
//! contain the text, so whoever asks looks at each item itself. Both databases hold the same bytes; neither knows what
//! they mean.

use super::bytes;
use crate::domain::substring::Contained;

mod build;
mod forget;
mod gram;
mod matches;
mod merge;
mod opened;
mod page;
mod place;
mod postings;
mod refill;
mod rows;
mod segment;
mod subject;
mod text;

pub use build::{Built, Item};
pub use forget::forget;
pub use matches::{Condition, Matches, terms};
pub use merge::{Merge, MergeStep, due as due_merge, places};
pub use place::Place;
pub use rows::{Replaced, begin, in_use, put_in_use, remove_unfinished, with_unfinished, write};
pub use segment::{MAX_ROWS, Page, Places, Segment};
pub use subject::{Changed, changed, note_indexed};
pub use text::{Entry, Waiting, due, oldest};

pub(super) use refill::{STATEMENTS as REFILL_STATEMENTS, refill};
pub(super) use rows::{INSERT_PAGES, STATEMENTS as SEGMENT_STATEMENTS};
pub(super) use subject::{STATEMENTS as SUBJECT_STATEMENTS, hash as subject_hash};
pub(super) use text::{INSERT as INSERT_TEXTS, STATEMENTS as TEXT_STATEMENTS, insert as insert_texts, rows};

/// Whether the index knows every part of what is looked for: those of fewer than three letters it does not.
#[must_use]
pub fn knows(wanted: &Contained) -> bool {
    wanted.any_of.of_length(gram::LETTERS).as_ref() == Some(&wanted.any_of)
}

/// Whether the index knows at least one part of what is looked for.
#[must_use]
pub fn knows_some(wanted: &Contained) -> bool {
    wanted.any_of.of_length(gram::LETTERS).is_some()
}

/// A list that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// Consents, by the subject as it was sent with them.
    Consents,
    /// Subjects as they are stored.
    Subjects,
}

impl List {
    const ALL: [List; 2] = [List::Consents, List::Subjects];
}
