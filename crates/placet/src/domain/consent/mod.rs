//! A consent: one immutable event. What a caller may submit, the groups of its record, and how it is read back.

mod event;
mod facets;
mod filter;
mod import;
mod source;
mod stored;
mod submission;

pub use event::{Circumstances, CitedNotice, Event, Imported, Moment, Shown};
pub use facets::{Combination, FacetFilter, Facets, MAX_COMBINATIONS};
pub use filter::Filter;
pub use import::{ConsentImport, Original};
pub use source::Source;
pub use stored::{StoredConsent, open_group};
pub use submission::{ProofPart, Submission, timestamp};

/// The consent type of a cookie choice.
pub const COOKIE_POLICY: &str = "cookie_policy";
