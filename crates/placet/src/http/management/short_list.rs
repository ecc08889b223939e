//! Pages of lists that never get long.

pub(in crate::http) mod describe;

use axum::http::Uri;
use axum::response::Response;

use crate::domain::error::{Error, Result};
use crate::domain::json::Json;
use crate::domain::short_list::{ShortList, Wanted};
use crate::domain::substring::AnyOf;
use crate::http::query::Query;

/// The page that a query asks for.
///
/// # Errors
/// Every problem found.
pub(super) fn page<T>(
    list: &ShortList<T>,
    uri: &Uri,
    items: Vec<T>,
    shape: impl Fn(&T) -> Result<Json<'static>>,
) -> Result<Response> {
    let query = Query::of(uri)?;
    let limit = query.limit(50, 500);
    let mut found = list.find(&Wanted { after: query.text("starting_after"), ..wanted(&query) }, items)?;
    let is_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| is_more).map(list.id);
    let shapes = found.iter().map(shape).collect::<Result<_>>()?;
    Ok(super::page(uri, shapes, next.as_deref()))
}

/// What a query asks for, all pages of it.
pub(super) fn wanted(query: &Query) -> Wanted {
    let search = query.get("search").and_then(|text| AnyOf::whole(text.trim()));
    Wanted { sort: query.text("sort"), search, after: None }
}

/// A part of the path that is a number, or nothing that could be found.
pub(super) fn number(part: &str, noun: &'static str) -> Result<i64> {
    part.parse().map_err(|_| Error::NotFound(noun))
}
