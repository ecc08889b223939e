//! The places of the items that may have all that is wanted of them, newest first.

use std::collections::BTreeSet;

use super::super::engine::Tx;
use super::List;
use super::gram::{self, Gram};
use super::opened::{Found, Gone, Opened, there};
use super::page;
use super::place::Place;
use super::postings::{self, Number};
use super::rows::{in_use, read_pages};
use super::segment::{Pages, Segment};
use super::text::Entry;
use super::{subject, text};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::substring::{Contained, Field};
use crate::store::installation::{IndexKey, Term};

/// The most pages that are read at once, when segment after segment has nothing.
const MAX_READ: usize = 64;
/// Grams of a part that are looked for in the first segments,
const MOST_GRAMS: usize = 32;
/// and later, when it is known which ones are rare.
const FEW_GRAMS: usize = 6;
/// Looking at an item itself costs about as much as so many numbers of a list.
const LOOK_RATHER: usize = 4096;
/// How often a search begins anew because a segment was replaced under its hands.
const MAX_TRIES: usize = 8;

/// What an item has to have.
#[derive(Clone, Debug)]
pub enum Condition {
    /// A text that contains something.
    Part(Contained),
    /// The term with this hash.
    Term(i64),
}

/// The terms that exact filters ask for, as far as they are given.
pub fn terms<'t>(
    key: &IndexKey,
    given: impl IntoIterator<Item = (Term, &'t Option<String>)>,
) -> Vec<Condition> {
    let term = |(term, text): (Term, &Option<String>)| Some(Condition::Term(key.hash(term, text.as_ref()?)));
    given.into_iter().filter_map(term).collect()
}

impl Condition {
    /// As far as the index knows it.
    fn known(&self) -> Option<Condition> {
        match self {
            Condition::Part(Contained { within, any_of }) => {
                let any_of = any_of.of_length(gram::LETTERS)?;
                Some(Condition::Part(Contained { within: *within, any_of }))
            }
            Condition::Term(hash) => Some(Condition::Term(*hash)),
        }
    }

    /// A part for each way in which an item may have it.
    fn parts(&self, key: &IndexKey) -> Vec<Part> {
        match self {
            Condition::Part(contained) => parts(key, contained),
            Condition::Term(hash) => vec![Part::new(vec![gram::of_term(*hash)])],
        }
    }

    fn may_be_in(&self, entry: &Entry) -> bool {
        match self {
            Condition::Part(contained) => entry.contains(contained),
            Condition::Term(hash) => entry.terms.contains(&gram::of_term(*hash)),
        }
    }
}

/// A search under way: places in the order of lists, each once, among them all that have everything wanted. Whoever
/// asks has to look at the item itself. Cheap to clone. It may be asked in one transaction after the other; what is stored
/// after it began may be missing.
#[derive(Clone, Debug)]
pub struct Matches {
    workspace: WorkspaceId,
    list: List,
    wanted: Vec<Condition>,
    /// Of each of these any one part: all of it has to be there.
    parts: Vec<Vec<Part>>,
    /// Places found among the texts that wait, the last one first.
    waiting: Vec<Place>,
    /// Segments not yet looked at, the newest last.
    segments: Vec<Segment>,
    opened: Vec<Opened>,
    /// How many segments are looked at next.
    ahead: usize,
}

/// A text that may be contained in one field, or a term: its grams, the rarest first as far as is known, with the number
/// of items seen to have it.
#[derive(Clone, Debug)]
struct Part(Vec<(Gram, usize)>);

impl Matches {
    /// Begins a search for what comes after a place and has all that is wanted. Parts of fewer than three letters are left
    /// out, because the index does not know them; `None` when nothing else is wanted.
    ///
    /// # Errors
    /// Only those of the store.
    pub fn begin(
        tx: &mut Tx<'_>,
        key: &IndexKey,
        (workspace, list): (WorkspaceId, List),
        wanted: &[Condition],
        after: &Place,
    ) -> Result<Option<Matches>> {
        let wanted: Vec<Condition> = wanted.iter().filter_map(Condition::known).collect();
        if wanted.is_empty() {
            return Ok(None);
        }
        let parts = wanted.iter().map(|wanted| wanted.parts(key)).collect();
        let mut matches = Matches {
            workspace,
            list,
            wanted,
            parts,
            waiting: Vec::new(),
            segments: Vec::new(),
            opened: Vec::new(),
            ahead: 1,
        };
        matches.begin_again(tx, after)?;
        Ok(Some(matches))
    }

    /// The next place after `after`, which must not go back from one call to the next.
    ///
    /// # Errors
    /// Only those of the store.
    pub fn next(&mut self, tx: &mut Tx<'_>, after: &Place) -> Result<Option<Place>> {
        for _ in 0..MAX_TRIES {
            match self.try_next(tx, after)? {
                Ok(place) => return Ok(place),
                Err(Gone) => self.begin_again(tx, after)?,
            }
        }
        Err(Error::Unavailable { retry_after: 1, cause: "the search index changes too fast".into() })
    }

    /// Texts first, segments after: what moves from one to the other meanwhile is seen twice rather than not at all.
    fn begin_again(&mut self, tx: &mut Tx<'_>, after: &Place) -> Result<()> {
        self.waiting = self.among_texts(tx, after)?;
        self.segments = in_use(tx, self.workspace)?;
        let list = self.list;
        self.segments.sort_unstable_by_key(|segment| segment.bounds(list).map(|bounds| bounds.newest));
        self.opened.clear();
        self.ahead = 1;
        Ok(())
    }

    fn among_texts(&self, tx: &mut Tx<'_>, after: &Place) -> Result<Vec<Place>> {
        let (mut places, mut subjects) = (Vec::new(), BTreeSet::new());
        text::each(tx, self.workspace, |_, row| {
            for entry in row.entries.into_iter().filter(|entry| self.may_be(entry)) {
                match self.list {
                    List::Consents => places.extend(entry.consent),
                    List::Subjects => drop(subjects.insert(entry.subject().to_owned())),
                }
            }
            Ok(true)
        })?;
        places.extend(subject::places(tx, self.workspace, &subjects)?);
        places.retain(|place| place < after);
        places.sort_unstable();
        Ok(places)
    }

    /// A consent is what its entry says; what is stored of a subject may say more.
    fn may_be(&self, entry: &Entry) -> bool {
        let may_be = |condition: &Condition| condition.may_be_in(entry);
        match self.list {
            List::Consents => self.wanted.iter().all(may_be),
            List::Subjects => entry.subject_since.is_some() && self.wanted.iter().any(may_be),
        }
    }

    fn try_next(&mut self, tx: &mut Tx<'_>, after: &Place) -> Found<Option<Place>> {
        while self.waiting.last().is_some_and(|place| place >= after) {
            self.waiting.pop();
        }
        loop {
            let mut best = self.waiting.last().cloned();
            for opened in &mut self.opened {
                best = best.max(there!(opened.next(tx, self.workspace, after)));
            }
            self.opened.retain(|opened| !opened.is_done());
            self.segments.retain(|segment| segment.reaches(self.list, after));
            let newest = |segment: &Segment| segment.bounds(self.list).map(|bounds| bounds.newest);
            let may_be_better = |segment: &Segment| best.as_ref().map(|best| best.at) <= newest(segment);
            if !self.segments.last().is_some_and(may_be_better) {
                return Ok(Ok(best));
            }
            there!(self.open(tx));
        }
    }

    /// Looks at the next segments: at more of them at once the longer nothing was found.
    fn open(&mut self, tx: &mut Tx<'_>) -> Found<()> {
        let grams: Vec<Gram> = self.parts.iter().flatten().flat_map(Part::rarest).collect();
        let count = self.ahead.min((MAX_READ / grams.len().max(1)).max(1)).min(self.segments.len());
        self.ahead *= 2;
        let segments = self.segments.split_off(self.segments.len() - count);
        let pages_of = |segment: &Segment| grams.iter().map(|gram| segment.page_of(*gram)).collect();
        let mut wanted = segments.iter().map(pages_of).collect::<Vec<Vec<i64>>>().concat();
        wanted.sort_unstable();
        wanted.dedup();
        let pages = read_pages(tx, self.workspace, &wanted)?;
        if pages.len() < wanted.len() {
            return Ok(Err(Gone));
        }
        for segment in segments.into_iter().rev() {
            let numbers = self.numbers(&segment, &pages)?;
            if !numbers.is_empty() {
                let opened = Opened::new(tx, (self.workspace, self.list), segment, numbers);
                self.opened.push(there!(opened));
            }
        }
        self.parts.iter_mut().flatten().for_each(Part::sort);
        Ok(Ok(()))
    }

    /// The items of a segment in which all that is wanted may occur.
    fn numbers(&mut self, segment: &Segment, pages: &Pages) -> Result<Vec<Number>> {
        let mut all: Option<Vec<Number>> = None;
        for parts in &mut self.parts {
            let mut numbers = Vec::new();
            for part in parts {
                numbers.extend(part.numbers(segment, pages)?);
            }
            numbers.sort_unstable();
            numbers.dedup();
            all = Some(all.map_or_else(|| numbers.clone(), |all| in_both(&all, &numbers)));
        }
        Ok(all.unwrap_or_default())
    }
}

/// A part in a field, for each way in which something may be contained.
fn parts(key: &IndexKey, wanted: &Contained) -> Vec<Part> {
    let all = [Field::Email, Field::FullName, Field::Other];
    let fields = wanted.within.as_ref().map_or(&all[..], std::slice::from_ref);
    let parts = |field: &Field| {
        let part = |part: &String| Part::new(gram::of_part(key, *field, part));
        wanted.any_of.parts().iter().map(part).collect::<Vec<Part>>()
    };
    fields.iter().flat_map(parts).collect()
}

impl Part {
    fn new(grams: Vec<Gram>) -> Part {
        Part(grams.into_iter().map(|gram| (gram, 0)).collect())
    }

    /// The grams to look for. A few rare ones tell nearly as much as all.
    fn rarest(&self) -> impl Iterator<Item = Gram> {
        let is_known = self.0.iter().any(|(_, seen)| *seen > 0);
        self.0.iter().take(if is_known { FEW_GRAMS } else { MOST_GRAMS }).map(|(gram, _)| *gram)
    }

    fn sort(&mut self) {
        self.0.sort_by_key(|(_, seen)| *seen);
    }

    /// The items of a segment that have all grams looked for.
    fn numbers(&mut self, segment: &Segment, pages: &Pages) -> Result<Vec<Number>> {
        let mut lists = Vec::new();
        for (gram, seen) in &mut self.0 {
            let Some(page) = pages.get(&segment.page_of(*gram)) else { continue };
            let (count, list) = page::find(page, *gram, segment.items)?;
            *seen += count;
            lists.push((count, list));
        }
        lists.sort_unstable_by_key(|(count, _)| *count);
        let mut all: Option<Vec<Number>> = None;
        for (count, mut list) in lists {
            let is_few = |all: &Vec<Number>| count > all.len() * LOOK_RATHER;
            if all.as_ref().is_some_and(is_few) {
                break;
            }
            let numbers = postings::take(&mut list, segment.items)?;
            all = Some(all.map_or_else(|| numbers.clone(), |all| in_both(&all, &numbers)));
        }
        Ok(all.unwrap_or_default())
    }
}

/// Numbers that are in both of two rising lists.
fn in_both(some: &[Number], others: &[Number]) -> Vec<Number> {
    let mut others = others.iter().peekable();
    let is_there = |number: &&Number| {
        while others.next_if(|other| other < number).is_some() {}
        others.peek() == Some(number)
    };
    some.iter().filter(is_there).copied().collect()
}
