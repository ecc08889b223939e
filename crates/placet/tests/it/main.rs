//! Placet from outside: requests over HTTP and commands as processes, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]
#![expect(clippy::needless_pass_by_value, reason = "what is sent is written where it is sent")]

mod access;
mod app;
mod architecture;
mod audit;
mod backup;
mod client;
mod commands;
mod consent;
mod cookie_choice;
mod database;
mod doctor;
mod document;
mod encryption;
mod erasure;
mod export;
mod generate;
mod idempotency;
mod import;
mod jobs;
mod keys;
mod kill;
mod legal_notice;
mod malformed;
mod member;
mod metrics;
mod openapi;
mod person;
mod process;
mod proxy;
mod rate_limit;
mod readme;
mod records;
mod restraint;
mod retention;
mod search;
mod session;
mod statements;
mod story;
mod subject;
mod subject_file;
mod widget;
mod workspace;
