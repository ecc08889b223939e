//! Figures for operators: every route is measured, and `/metrics` writes them down.

pub(in crate::http) mod describe;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use super::error::ApiError;
use super::extract::Operator;
use crate::app::{App, Method, Stopwatch};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counts the requests of a route, and how long their answers took. Every request passes it: it is a service of its own,
/// because a middleware made of a function costs several allocations for each.
#[derive(Clone)]
pub(super) struct Measure {
    pub(super) app: Arc<App>,
    pub(super) route: &'static str,
}

/// A service that is measured.
#[derive(Clone)]
pub(super) struct Measured<S> {
    inner: S,
    by: Measure,
}

impl<S> Layer<S> for Measure {
    type Service = Measured<S>;

    fn layer(&self, inner: S) -> Measured<S> {
        Measured { inner, by: self.clone() }
    }
}

impl<S: Service<Request, Response = Response>> Service<Request> for Measured<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = Measuring<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Measuring<S::Future> {
        let (method, since) = (method(&request), Stopwatch::start());
        Measuring { answer: self.inner.call(request), by: self.by.clone(), method, since }
    }
}

pin_project! {
    /// An answer that is being made.
    pub(super) struct Measuring<F> {
        #[pin]
        answer: F,
        by: Measure,
        method: Method,
        since: Stopwatch,
    }
}

impl<F: Future<Output = Result<Response, E>>, E> Future for Measuring<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let answer = ready!(this.answer.poll(context));
        if let Ok(response) = &answer {
            let (status, route, method) = (response.status().as_u16(), this.by.route, *this.method);
            this.by.app.metrics.answered(method, route, status, this.since);
            tracing::debug!(?method, route, status, seconds = this.since.seconds(), "answered");
        }
        Poll::Ready(answer)
    }
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
