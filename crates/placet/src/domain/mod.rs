//! What is true: the types and rules of consent. No SQL, no HTTP, no clock, no randomness.

pub mod address;
pub mod attempts;
pub mod choice_cookie;
pub mod consent;
pub mod cookie_choice;
pub mod cookie_database;
pub mod device;
pub mod document;
pub mod error;
pub mod form_encoding;
pub mod id;
pub mod idempotency;
pub mod key;
pub mod legal_notice;
pub mod legal_notice_names;
pub mod legal_notice_source;
pub mod member;
pub mod origin;
pub mod preference;
pub mod rate_limit;
pub mod record;
pub mod region;
pub mod statistics;
pub mod subject;
pub mod substring;
pub mod time;
pub mod web_address;
pub mod web_page;
pub mod widget;
pub mod workspace;

pub use placet_proof::json;
