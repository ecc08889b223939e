//! Lists that never get long: the members, keys and notices of a workspace. They are read whole, and sorted and searched
//! here, so that both databases answer alike.

use std::cmp::Ordering;

use super::error::{Problems, Result};
use super::substring::AnyOf;

/// What a list can be sorted by. The first is how it is sorted unless asked otherwise.
pub type Orders<T> = [(&'static str, fn(&T, &T) -> Ordering)];

/// How the items of a list are told apart, compared and searched.
pub struct ShortList<T: 'static> {
    /// What an item is called in problems: `member`.
    pub noun: &'static str,
    /// By what it can be sorted.
    pub orders: &'static Orders<T>,
    /// What names an item, also in a cursor.
    pub id: fn(&T) -> String,
    /// Texts that a search looks at.
    pub texts: fn(&T) -> Vec<&str>,
}

/// Which items are wanted, and in which order.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// One of the list's orders, after a minus sign backwards.
    pub sort: Option<String>,
    /// What one of an item's texts must contain.
    pub search: Option<AnyOf>,
    /// Those after the item of this id.
    pub after: Option<String>,
}

impl<T: 'static> ShortList<T> {
    /// The items that are wanted.
    ///
    /// # Errors
    /// Every problem found.
    pub fn find(&self, wanted: &Wanted, mut items: Vec<T>) -> Result<Vec<T>> {
        let mut problems = Problems::default();
        let (order, is_reversed) = self.order(wanted.sort.as_deref(), &mut problems);
        items.sort_by(|a, b| {
            let ordering = order(a, b);
            if is_reversed { ordering.reverse() } else { ordering }
        });
        if let Some(after) = &wanted.after {
            match items.iter().position(|item| (self.id)(item) == *after) {
                Some(place) => drop(items.drain(..=place)),
                None => problems.add("starting_after", format!("names no {} of this workspace", self.noun)),
            }
        }
        if let Some(part) = &wanted.search {
            items.retain(|item| (self.texts)(item).into_iter().any(|text| part.is_in(text)));
        }
        problems.or(items)
    }

    fn order(&self, sort: Option<&str>, problems: &mut Problems) -> (fn(&T, &T) -> Ordering, bool) {
        let (_, first) = self.orders[0];
        let Some(sort) = sort else { return (first, false) };
        let name = sort.strip_prefix('-').unwrap_or(sort);
        let known = self.orders.iter().find(|(known, _)| *known == name);
        if known.is_none() {
            let names: Vec<&str> = self.orders.iter().map(|(name, _)| *name).collect();
            problems.add("sort", format!("must be {}, or one of them after a minus sign", names.join(", ")));
        }
        (known.map_or(first, |(_, order)| *order), name.len() < sort.len())
    }
}
