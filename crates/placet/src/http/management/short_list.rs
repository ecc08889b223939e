//! Lists that never get long: the members, keys and notices of a workspace. They are read whole, and sorted and searched
//! here, so that both databases answer alike.

pub(in crate::http) mod describe;

use std::cmp::Ordering;

use axum::http::Uri;
use axum::response::Response;

use crate::domain::error::{Error, Problems, Result};
use crate::domain::json::Json;
use crate::domain::substring::AnyOf;
use crate::http::query::Query;

/// What a list can be sorted by. The first is how it is sorted unless asked otherwise.
pub(super) type Orders<T> = [(&'static str, fn(&T, &T) -> Ordering)];

/// How the items of a list are told apart, compared and searched.
pub(super) struct ShortList<T: 'static> {
    /// What an item is called in problems: `member`.
    pub(super) noun: &'static str,
    pub(super) orders: &'static Orders<T>,
    /// What names an item, also in a cursor.
    pub(super) id: fn(&T) -> String,
    /// Texts that `search` looks at.
    pub(super) texts: fn(&T) -> Vec<&str>,
}

impl<T: 'static> ShortList<T> {
    /// The page that a query asks for.
    ///
    /// # Errors
    /// Every problem found.
    pub(super) fn page(
        &self,
        uri: &Uri,
        items: Vec<T>,
        shape: impl Fn(&T) -> Result<Json<'static>>,
    ) -> Result<Response> {
        let query = Query::of(uri)?;
        let limit = query.limit(50, 500);
        let mut found = self.find(&query, items)?;
        let is_more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| is_more).map(self.id);
        let shapes = found.iter().map(shape).collect::<Result<_>>()?;
        Ok(super::page(uri, shapes, next.as_deref()))
    }

    fn find(&self, query: &Query, mut items: Vec<T>) -> Result<Vec<T>> {
        let mut problems = Problems::default();
        let (order, is_reversed) = self.order(query, &mut problems);
        items.sort_by(|a, b| {
            let ordering = order(a, b);
            if is_reversed { ordering.reverse() } else { ordering }
        });
        if let Some(after) = query.get("starting_after") {
            match items.iter().position(|item| (self.id)(item) == after) {
                Some(place) => drop(items.drain(..=place)),
                None => problems.add("starting_after", format!("names no {} of this workspace", self.noun)),
            }
        }
        if let Some(part) = query.get("search").and_then(|text| AnyOf::whole(text.trim())) {
            items.retain(|item| (self.texts)(item).into_iter().any(|text| part.is_in(text)));
        }
        problems.or(items)
    }

    fn order(&self, query: &Query, problems: &mut Problems) -> (fn(&T, &T) -> Ordering, bool) {
        let (_, first) = self.orders[0];
        let Some(sort) = query.get("sort") else { return (first, false) };
        let name = sort.strip_prefix('-').unwrap_or(sort);
        let known = self.orders.iter().find(|(known, _)| *known == name);
        if known.is_none() {
            let names: Vec<&str> = self.orders.iter().map(|(name, _)| *name).collect();
            problems.add("sort", format!("must be {}, or one of them after a minus sign", names.join(", ")));
        }
        (known.map_or(first, |(_, order)| *order), name.len() < sort.len())
    }
}

/// A part of the path that is a number, or nothing that could be found.
pub(super) fn number(part: &str, noun: &'static str) -> Result<i64> {
    part.parse().map_err(|_| Error::NotFound(noun))
}
