//! The consent API: programs and the form library. Its contract is not ours to change; what we add are extra keys.

pub(super) mod consent;
pub(in crate::http) mod describe;
pub(super) mod document;
pub(super) mod legal_notice;
pub(super) mod subject;

use uuid::Uuid;

use super::query::Query;
use crate::domain::json::Json;

/// `limit` as the contract has it: 1 to 100, one more to learn whether there is a next page.
fn limit(query: &Query) -> usize {
    query.limit(10, 101)
}

/// [`limit`] as the store counts.
fn rows(query: &Query) -> i64 {
    i64::try_from(limit(query)).unwrap_or(10)
}

/// Ids as the contract writes them.
pub(super) fn ids(ids: &[Uuid]) -> Json<'static> {
    Json::Array(ids.iter().map(|id| Json::text(id.to_string())).collect())
}
