//! The edge: every route on one page. Handlers read the request, call one action, and write the answer.

mod assets;
mod body;
mod consent_api;
mod cookies;
mod cors;
mod demo;
mod error;
mod extract;
mod health;
mod management;
mod pages;
mod paths;
mod query;
mod widget_api;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::routing::{any, get, post};
use tower::ServiceExt as _;
use tower::util::MapRequest;

pub use demo::Demo;

use crate::app::App;

/// Answers requests; paths are normalised before they are routed.
pub type Service = MapRequest<Router, fn(Request) -> Request>;

/// The whole surface of the server.
#[must_use]
pub fn service(app: Arc<App>, demo: Option<Arc<Demo>>) -> Service {
    let routes = Router::new()
        // Programs and the form library: the consent API, to the letter of its contract.
        .route("/consent", get(consent_api::consent::list).post(consent_api::consent::create))
        .route("/consent/{id}", get(consent_api::consent::get))
        .route("/public/consent", post(consent_api::consent::create_public).options(cors::preflight_public))
        .route("/subjects/{id}", get(consent_api::subject::get))
        .route("/legal_notices", post(consent_api::legal_notice::create))
        .route("/legal_notices/{identifier}", get(consent_api::legal_notice::versions))
        // Browsers and native apps: the widget.
        .route(
            "/v1/client/cookie-widget-settings/{id}",
            get(widget_api::settings::get).options(cors::preflight_widget),
        )
        .route("/v1/client/collect/{id}", post(widget_api::collect::post).options(cors::preflight_widget))
        // Browsers: scripts, under our names and under those already on people's pages.
        .route("/sdk/placet.js", get(assets::loader))
        .route("/sdk/dastra.js", get(assets::loader))
        .route("/dist/dastra.js", get(assets::loader))
        .route("/sdk/{build}/ui.js", get(assets::ui))
        .route("/sdk/forms.js", get(assets::forms))
        .route("/cons/iubenda_cons.js", get(assets::forms))
        .route("/cons/beta/iubenda_cons.js", get(assets::forms))
        .route("/consent_solution/iubenda_cons.js", get(assets::forms))
        // The dashboard and programs: management.
        .route("/api/v1/session", get(management::session::get))
        .route("/api/v1/workspace", get(management::workspace::get).patch(management::workspace::set))
        .route("/api/v1/consents", get(management::consent::list))
        .route("/api/v1/consents/{id}", get(management::consent::get))
        .route("/api/v1/legal_notices/{identifier}/{version}", get(management::legal_notice::get))
        .route("/api/{*rest}", any(management::unknown))
        // People.
        .route("/", get(pages::start))
        .route("/sign-in", get(pages::sign_in::show).post(pages::sign_in::submit))
        .route("/sign-out", post(pages::sign_in::sign_out))
        .route("/setup", get(pages::setup::show).post(pages::setup::submit))
        .route("/w/{workspace}/forms/{digest}", get(pages::form))
        .route("/w/{workspace}", get(pages::dashboard))
        .route("/w/{workspace}/{*rest}", get(pages::dashboard))
        .route("/assets/{*path}", get(assets::file))
        // Operators.
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(error::unknown_path)
        .method_not_allowed_fallback(error::unknown_method)
        .with_state(Arc::clone(&app));
    let routes = match demo {
        Some(demo) => routes.merge(demo::routes(app, demo)),
        None => routes,
    };
    routes.map_request(paths::normalise as fn(Request) -> Request)
}
