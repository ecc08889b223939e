//! Placet from outside: requests over HTTP and commands as processes, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod app;
mod client;
mod consent;
mod cookie_choice;
mod database;
mod keys;
mod legal_notice;
mod records;
mod session;
mod statements;
mod subject;
mod widget;
