//! Numbers that are gathered here and written every few seconds, so that no request waits for a row that all visitors of
//! a widget share. What a process had not written when it died is lost: these are numbers, not records.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::statistics::{Counts, Day, Dimension, Line};
use crate::domain::time::Timestamp;

/// The most lines that wait; what exceeds them is not counted.
const MOST_LINES: usize = 50_000;
/// The most refused origins that wait, of one widget and of all.
const MOST_ORIGINS: usize = 100;
const MOST_ORIGINS_OF_ALL: usize = 10_000;
/// The longest origin that is remembered.
const LONGEST_ORIGIN: usize = 255;

type Of = (WorkspaceId, WidgetId);

/// What has been gathered of a widget.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Numbers to be added.
    pub lines: Vec<Line>,
    /// Refused origins: how often, and when last.
    pub origins: Vec<(String, i64, Timestamp)>,
}

/// The gathered numbers.
#[derive(Default)]
pub struct Tally(Mutex<State>);

#[derive(Default)]
struct State {
    lines: HashMap<(Of, Day, Dimension, String), Counts>,
    origins: HashMap<Of, HashMap<String, (i64, Timestamp)>>,
    origins_of_all: usize,
}

impl Tally {
    /// Adds numbers of a widget.
    pub fn count(&self, of: Of, day: Day, parts: impl IntoIterator<Item = (Dimension, String, Counts)>) {
        let mut state = self.lock();
        for (dimension, value, counts) in parts {
            let key = (of, day, dimension, value);
            if state.lines.len() < MOST_LINES || state.lines.contains_key(&key) {
                state.lines.entry(key).or_default().add(counts);
            }
        }
    }

    /// Remembers an origin that is not on a widget's list.
    pub fn refuse(&self, of: Of, origin: &str, now: Timestamp) {
        if origin.len() > LONGEST_ORIGIN || origin.contains(char::is_control) {
            return;
        }
        let mut guard = self.lock();
        let state = &mut *guard;
        let is_full = state.origins_of_all >= MOST_ORIGINS_OF_ALL;
        let own = state.origins.entry(of).or_default();
        if let Some((count, last)) = own.get_mut(origin) {
            (*count, *last) = (*count + 1, now);
        } else if own.len() < MOST_ORIGINS && !is_full {
            own.insert(origin.to_owned(), (1, now));
            state.origins_of_all += 1;
        }
    }

    /// Takes out everything that waits.
    pub fn take(&self) -> Vec<(Of, Gathered)> {
        let State { lines, origins, .. } = std::mem::take(&mut *self.lock());
        let mut gathered: HashMap<Of, Gathered> = HashMap::new();
        for ((of, day, dimension, value), counts) in lines {
            gathered.entry(of).or_default().lines.push(Line { day, dimension, value, counts });
        }
        for (of, own) in origins {
            let own = own.into_iter().map(|(origin, (count, last))| (origin, count, last));
            gathered.entry(of).or_default().origins.extend(own);
        }
        gathered.into_iter().collect()
    }

    /// Puts numbers back that could not be written.
    pub fn put_back(&self, of: Of, gathered: Gathered) {
        let Gathered { lines, origins } = gathered;
        for Line { day, dimension, value, counts } in lines {
            self.count(of, day, [(dimension, value, counts)]);
        }
        for (origin, _, last) in origins {
            self.refuse(of, &origin, last);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF: Of = (WorkspaceId(1), WidgetId(1));

    #[test]
    fn what_is_gathered_adds_up_and_is_taken_once() {
        let tally = Tally::default();
        for _ in 0..3 {
            tally.count(OF, Day(1), [(Dimension::All, String::new(), Counts::SHOWN)]);
        }
        tally.refuse(OF, "https://a.example", Timestamp(5));
        tally.refuse(OF, "https://a.example", Timestamp(9));
        let [(_, gathered)] = &tally.take()[..] else { panic!() };
        assert_eq!(gathered.lines[0].counts.shown, 3);
        assert_eq!(gathered.origins, [("https://a.example".to_owned(), 2, Timestamp(9))]);
        assert!(tally.take().is_empty());
    }

    #[test]
    fn strangers_cannot_fill_the_memory() {
        let tally = Tally::default();
        for number in 0..10_000 {
            tally.refuse(OF, &format!("https://{number}.example"), Timestamp(5));
        }
        tally.refuse((WorkspaceId(1), WidgetId(2)), &"x".repeat(256), Timestamp(5));
        let [(_, gathered)] = &tally.take()[..] else { panic!() };
        assert_eq!(gathered.origins.len(), MOST_ORIGINS);
    }
}
