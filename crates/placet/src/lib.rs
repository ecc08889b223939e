//! The Placet server: asks for consent, records it, and proves it.
//!
//! The tree is the architecture: `http` and `cli` read requests and call `actions`, and so do `jobs`, unasked; `actions` apply the rules of
//! `domain` and write through `store`. Nothing calls upward; `tests/it/architecture.rs` keeps it so.

pub mod actions;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod store;
