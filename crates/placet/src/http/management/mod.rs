//! The management API: everything the dashboard can do. Errors are problem+json.

pub(super) mod consent;
pub(super) mod description;
pub(super) mod legal_notice;
pub(super) mod legal_notice_source;
pub(super) mod session;
pub(super) mod workspace;

use super::error::ProblemError;
use crate::domain::error::Error;

/// A path under `/api` that does not exist.
pub(super) async fn unknown() -> ProblemError {
    ProblemError(Error::NotFound("Path"))
}
