//! For operators and their load balancers.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;

use super::error::ApiError;
use crate::app::App;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The process can read its database.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, ApiError> {
    app.store.read(|tx| crate::store::workspace::ids(tx).map(drop)).await?;
    Ok("ready\n")
}
