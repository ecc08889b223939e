//! Erasing what is known of a subject.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::subject::named;
use crate::actions;
use crate::actions::erasure::Wish;
use crate::app::App;
use crate::domain::error::{Problems, Result};
use crate::domain::json::Json;
use crate::domain::removal::Mandate;
use crate::http::body::TextBody;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{Owner, PathPart, RecentOwner};
use crate::http::query::Query;

/// `DELETE /api/v1/subjects/{id}`
pub(in crate::http) async fn delete(
    State(app): State<Arc<App>>,
    RecentOwner(workspace, by): RecentOwner,
    subject: Result<PathPart<String>, ApiError>,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let mut problems = Problems::default();
    let body = super::members(&body, &["reason", "events", "visits"], &mut problems)?;
    let wish = Wish {
        subject: named(subject)?,
        with_events: flag(&body, "events", &mut problems),
        with_visits: flag(&body, "visits", &mut problems),
    };
    let reason = super::reason(&body, &mut problems);
    let mandate = Mandate { reason: problems.or(reason)??, by: by.clone(), at: app.clock.now() };
    let outcome = actions::erasure::erase(&app, workspace, wish, mandate).await?;
    Ok(json(StatusCode::OK, &outcome.to_json()))
}

/// `GET /api/v1/subjects/{id}/erasure`: what a `DELETE` would do now.
pub(in crate::http) async fn preview(
    State(app): State<Arc<App>>,
    Owner(workspace, _): Owner,
    subject: Result<PathPart<String>, ApiError>,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let mut problems = Problems::default();
    let mut flag = |name| query.flag(name, &mut problems).unwrap_or(false);
    let (with_events, with_visits) = (flag("events"), flag("visits"));
    let wish = problems.or(Wish { subject: named(subject)?, with_events, with_visits })?;
    let erased = actions::erasure::preview(&app, workspace, wish).await?;
    Ok(json(StatusCode::OK, &erased.to_json()))
}

fn flag(body: &Json<'_>, name: &str, problems: &mut Problems) -> bool {
    match body.given(name).map(Json::as_bool) {
        None => false,
        Some(Some(flag)) => flag,
        Some(None) => {
            problems.add(name, "must be true or false");
            false
        }
    }
}
