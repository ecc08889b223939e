//! The demo shop (`placet serve --demo`): a page of a customer, its harmless trackers, and a count of who was requested.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::error::json;
use super::{assets, pages};
use crate::app::App;
use crate::domain::id::WidgetId;
use crate::domain::json::Json;
use crate::domain::time::{Spelling, Timestamp};

/// What a careful shop would allow itself: nothing inline, nothing from elsewhere.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";
const TRACKERS: [&str; 3] = ["analytics", "marketing", "video"];
const MAX_LOG: usize = 1000;

/// The demo's widget and key, and the log of requests to its trackers.
pub struct Demo {
    widget: WidgetId,
    public_key: String,
    requests: Mutex<VecDeque<(Timestamp, String)>>,
}

#[derive(Clone)]
struct Shop {
    app: Arc<App>,
    demo: Arc<Demo>,
}

impl Demo {
    /// A demo that shows this widget.
    #[must_use]
    pub fn new(widget: WidgetId, public_key: String) -> Demo {
        Demo { widget, public_key, requests: Mutex::default() }
    }

    fn requests(&self) -> MutexGuard<'_, VecDeque<(Timestamp, String)>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn routes(app: Arc<App>, demo: Arc<Demo>) -> Router {
    Router::new()
        .route("/demo", get(shop))
        .route("/demo/requests", get(requests).delete(clear))
        .route("/demo/trackers/{name}", get(tracker))
        .route("/demo/{*path}", get(file))
        .with_state(Shop { app, demo })
}

async fn shop(State(shop): State<Shop>) -> Response {
    let Some(page) =
        placet_assets::get("demo/index.html").and_then(|asset| std::str::from_utf8(asset.bytes).ok())
    else {
        return pages::not_found();
    };
    let html = page
        .replace("{{WIDGET_ID}}", &shop.demo.widget.0.to_string())
        .replace("{{PUBLIC_KEY}}", &shop.demo.public_key);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    pages::with_csp((headers, html).into_response(), CSP)
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let cache = HeaderValue::from_static("public, max-age=0, must-revalidate");
    pages::with_csp(assets::answer(&format!("demo/{path}"), &headers, cache), CSP)
}

/// A stand-in for somebody else's server. Never cached, so that every use is a request that counts.
async fn tracker(State(shop): State<Shop>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let entry = (shop.app.clock.now(), format!("/demo/trackers/{name}"));
    {
        let mut requests = shop.demo.requests();
        if requests.len() == MAX_LOG {
            requests.pop_front();
        }
        requests.push_back(entry);
    }
    let answer =
        assets::answer(&format!("demo/trackers/{name}"), &headers, HeaderValue::from_static("no-store"));
    pages::with_csp(answer, CSP)
}

async fn requests(State(shop): State<Shop>) -> Response {
    let requests = shop.demo.requests();
    let count = |tracker: &str| {
        let count = requests
            .iter()
            .filter(|(_, path)| path.starts_with(&format!("/demo/trackers/{tracker}.")))
            .count();
        Json::int(i64::try_from(count).unwrap_or(i64::MAX))
    };
    let mut members: Vec<_> = TRACKERS.iter().map(|tracker| ((*tracker).into(), count(tracker))).collect();
    let entry = |(at, path): &(Timestamp, String)| {
        Json::object([("at", Json::text(at.spell(Spelling::Millis))), ("path", Json::text(path.clone()))])
    };
    members.push(("log".into(), Json::Array(requests.iter().map(entry).collect())));
    json(StatusCode::OK, &Json::Object(members))
}

async fn clear(State(shop): State<Shop>) -> StatusCode {
    shop.demo.requests().clear();
    StatusCode::NO_CONTENT
}
