//! Figures for operators: every route is measured, and `/metrics` writes them down.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use super::extract::Operator;
use crate::app::{App, Method, Stopwatch};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counts a request and how long its answer took.
pub(super) async fn measure(
    State((app, route)): State<(Arc<App>, &'static str)>,
    request: Request,
    next: Next,
) -> Response {
    let (method, since) = (method(&request), Stopwatch::start());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    app.metrics.answered(method, route, status, &since);
    tracing::debug!(?method, route, status, seconds = since.seconds(), "answered");
    response
}

fn method(request: &Request) -> Method {
    match request.method().as_str() {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        "OPTIONS" => Method::Options,
        _ => Method::Other,
    }
}

/// `GET /metrics`
pub(super) async fn show(_: Operator, State(app): State<Arc<App>>) -> Result<impl IntoResponse, ApiError> {
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], app.metrics.text(app.store.waiting())?))
}
