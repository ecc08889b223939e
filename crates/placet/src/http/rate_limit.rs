//! Limits on how often a caller may ask, around the routes that keys open. Where they are off, nothing of this runs.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::cors;
use super::error::{ApiError, ProblemError};
use super::extract::{Caller, api_key, management_key};
use super::query::Query;
use super::route::Area;
use crate::actions;
use crate::app::App;
use crate::domain::address::shorten;
use crate::domain::error::{Error, Result};
use crate::domain::key::{KeyIdentity, KeyKind};
use crate::domain::rate_limit::{Payer, RateLimits, Taken};

/// Counts a request and lets it through, or answers 429. Either way the answer says what is left.
pub(super) async fn limit(
    State((app, area)): State<(Arc<App>, Area)>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(Caller(caller)) = Caller::from_request_parts(&mut parts, &app).await;
    let payer = match payer(&app, area, &parts, caller).await {
        Ok(payer) => payer,
        Err(error) => return refusal(area, &parts, error),
    };
    let taken = app.rates.take(payer, app.clock.now());
    let response = match taken.retry_after {
        None => next.run(Request::from_parts(parts, body)).await,
        Some(retry_after) => refusal(area, &parts, Error::TooMany { retry_after }),
    };
    with_headers(response, &app.rates, &taken)
}

/// A private key pays for itself. A public one is in every page, so that what it does counts for the caller's network.
async fn payer(app: &App, area: Area, parts: &Parts, caller: Option<IpAddr>) -> Result<Payer> {
    let network = caller.map(shorten);
    let identity = match presented(area, parts) {
        Some(key) => actions::key::recognise(app, &key).await?,
        None => None,
    };
    Ok(match identity.map(|known| known.identity.clone()) {
        Some(KeyIdentity { workspace, id, kind: KeyKind::Private }) => Payer::Key(workspace, id),
        Some(KeyIdentity { workspace, id, kind: KeyKind::Public }) => {
            Payer::PublicKey(workspace, id, network)
        }
        None => Payer::Network(network),
    })
}

/// The key, where callers of this area put it.
fn presented(area: Area, parts: &Parts) -> Option<Cow<'_, str>> {
    match area {
        Area::Widget => Query::of(&parts.uri).ok()?.get("key").map(|key| Cow::Owned(key.to_owned())),
        Area::Management => management_key(&parts.headers).map(Cow::Borrowed),
        _ => api_key(&parts.headers).map(Cow::Borrowed),
    }
}

/// As the handler would have refused: a page that asked can read it.
fn refusal(area: Area, parts: &Parts, error: Error) -> Response {
    match area {
        Area::Management => ProblemError(error).into_response(),
        Area::Widget => cors::for_origin(&parts.headers, ApiError(error)),
        _ if parts.uri.path().starts_with("/public/") => cors::open_to_all(ApiError(error)),
        _ => ApiError(error).into_response(),
    }
}

fn with_headers(mut response: Response, rates: &RateLimits, taken: &Taken) -> Response {
    for (limit, remaining) in rates.limits().iter().zip(&taken.remaining) {
        for (what, value) in [("limit", limit.count), ("remaining", *remaining)] {
            let name = format!("x-ratelimit-{what}-{}", limit.window.word());
            if let Ok(name) = HeaderName::try_from(name) {
                response.headers_mut().insert(name, HeaderValue::from(value));
            }
        }
    }
    response
}
