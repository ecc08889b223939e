//! What every request meets first: what was answered a moment ago is answered again, everything else is routed.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use futures_util::future::Either;
use tower::ServiceExt as _;
use tower::util::MapRequest;

use super::{leftover, paths, widget_api};
use crate::app::App;

/// Answers requests; paths are normalised before they are routed.
#[derive(Clone)]
pub struct Front {
    app: Arc<App>,
    routes: MapRequest<Router, fn(Request) -> Request>,
}

impl Front {
    pub(super) fn new(app: Arc<App>, routes: Router) -> Front {
        Front { app, routes: routes.map_request(paths::normalise) }
    }
}

impl tower::Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, RouteFuture<Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(())) // A router is always ready.
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match widget_api::settings::again(&self.app, &request) {
            Some(response) => Either::Left(ready(Ok(response))),
            None => Either::Right(self.routes.call(leftover::drained(request))),
        }
    }
}
