//! A line of the route table: a path, its handlers, and what the API description says of each. There is no way to
//! add a handler without its description, nor a description without its handler.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter};

use super::metrics::Measure;
use super::openapi::Operation;
use super::rate_limit;
use crate::app::App;

/// Writes the description of a handler; it lives in a file `describe.rs` next to it.
pub(super) type Describe = fn() -> Operation;

/// Who a path is for. It decides how a caller says who they are, and how a refusal looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    /// Programs and the form library: a key in a header; also under `/beta`.
    Consent,
    /// Browsers and native apps that show a banner: a public key in the query.
    Widget,
    /// The dashboard and programs: a private key or a session; problem+json.
    Management,
    /// Browsers: files that anyone may have.
    Scripts,
    /// People.
    Pages,
    /// Operators and their load balancers.
    Operators,
}

impl Area {
    /// Whether keys open its paths.
    pub(super) fn is_keyed(self) -> bool {
        matches!(self, Area::Consent | Area::Widget | Area::Management)
    }
}

/// A path and what it answers to.
pub(super) struct Route {
    pub(super) path: &'static str,
    /// Method, in lower case, and description of each operation.
    pub(super) operations: Vec<(&'static str, Describe)>,
    methods: MethodRouter<Arc<App>>,
}

impl Route {
    /// A path in the spelling of axum, without any method so far.
    pub(super) fn at(path: &'static str) -> Route {
        Route { path, operations: Vec::new(), methods: MethodRouter::new() }
    }

    pub(super) fn get<H: Handler<T, Arc<App>>, T: 'static>(self, handler: H, describe: Describe) -> Route {
        self.on(MethodFilter::GET, "get", handler, describe)
    }

    pub(super) fn post<H: Handler<T, Arc<App>>, T: 'static>(self, handler: H, describe: Describe) -> Route {
        self.on(MethodFilter::POST, "post", handler, describe)
    }

    pub(super) fn put<H: Handler<T, Arc<App>>, T: 'static>(self, handler: H, describe: Describe) -> Route {
        self.on(MethodFilter::PUT, "put", handler, describe)
    }

    pub(super) fn delete<H: Handler<T, Arc<App>>, T: 'static>(self, handler: H, describe: Describe) -> Route {
        self.on(MethodFilter::DELETE, "delete", handler, describe)
    }

    pub(super) fn patch<H: Handler<T, Arc<App>>, T: 'static>(self, handler: H, describe: Describe) -> Route {
        self.on(MethodFilter::PATCH, "patch", handler, describe)
    }

    pub(super) fn options<H: Handler<T, Arc<App>>, T: 'static>(
        self,
        handler: H,
        describe: Describe,
    ) -> Route {
        self.on(MethodFilter::OPTIONS, "options", handler, describe)
    }

    fn on<H: Handler<T, Arc<App>>, T: 'static>(
        mut self,
        filter: MethodFilter,
        method: &'static str,
        handler: H,
        describe: Describe,
    ) -> Route {
        self.methods = self.methods.on(filter, handler);
        self.operations.push((method, describe));
        self
    }

    /// Adds the path with its handlers to a router: counted, and behind the limits of callers if there are any.
    pub(super) fn add_to(self, router: Router<Arc<App>>, area: Area, app: &Arc<App>) -> Router<Arc<App>> {
        let methods = match Some(app).filter(|app| area.is_keyed() && !app.rates.limits().is_empty()) {
            Some(app) => self.methods.layer(from_fn_with_state((Arc::clone(app), area), rate_limit::limit)),
            None => self.methods,
        };
        router.route(self.path, methods.layer(Measure { app: Arc::clone(app), route: self.path }))
    }
}
