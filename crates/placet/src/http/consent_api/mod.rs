//! The consent API: programs and the form library. Its contract is not ours to change; what we add are extra keys.

pub(super) mod consent;
pub(in crate::http) mod describe;
pub(super) mod legal_notice;
pub(super) mod subject;

use super::query::Query;

/// `limit` as the contract has it: 1 to 100, one more to learn whether there is a next page.
fn limit(query: &Query) -> usize {
    query.limit(10, 101)
}
