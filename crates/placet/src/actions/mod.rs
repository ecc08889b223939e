//! What can be done: one function per verb. Every caller (API, SDK endpoint, dashboard, command line) uses these.

pub mod consent;
pub mod cookie_choice;
pub mod demo;
pub mod doctor;
pub mod document;
mod facets;
pub mod generate;
pub mod idempotency;
pub mod key;
pub mod legal_notice;
pub mod legal_notice_source;
pub mod library;
pub mod member;
mod receipt;
pub mod sdk_build;
pub mod session;
pub mod setup;
pub mod statistics;
pub mod subject;
pub mod widget;
pub mod workspace;
