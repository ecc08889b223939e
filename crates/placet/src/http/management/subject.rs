//! Subjects, and the history of what they preferred.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use uuid::Uuid;

use crate::actions;
use crate::actions::export::Age;
use crate::actions::subject::HistoryPlace;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::{Json, Member};
use crate::domain::restraint::Restraint;
use crate::domain::subject::{CurrentPreference, PastPreference, Subject, SubjectFields, SubjectFilter};
use crate::domain::time::Spelling;
use crate::http::consent_api::subject::{cursor, existing, filter, stored};
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{PathPart, Reader, Viewer};
use crate::http::query::Query;

/// `GET /api/v1/subjects`: newest first unless asked otherwise, with the filters of `GET /subjects`.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    Viewer { workspace, is_owner }: Viewer,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let (after, limit) = (cursor(&query)?, query.limit(50, 500));
    let filter = SubjectFilter { hides_restricted: !is_owner, ..filter(&query)? };
    let subjects = match first(&query)? {
        Age::Newest => actions::subject::list(&app, workspace, filter, after, limit).await?,
        Age::Oldest => actions::subject::list_by_age(&app, workspace, filter, after, limit).await?,
    };
    let next = subjects.last().filter(|_| subjects.len() == limit).map(|last| last.id.clone());
    let items = shapes(&app, workspace, subjects).await?;
    Ok(super::page(&uri, items, next.as_deref()))
}

/// `GET /api/v1/subjects/{id}`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Result<PathPart<String>, ApiError>,
) -> Result<Response, ProblemError> {
    let subject = actions::subject::get(&app, workspace, named(id)?).await?;
    let shapes = shapes(&app, workspace, vec![subject]).await?;
    Ok(json(StatusCode::OK, shapes.first().unwrap_or(&Json::Null)))
}

/// `GET /api/v1/subjects/{id}/preferences`: every value that a consent gave to a preference, newest first.
pub(in crate::http) async fn preferences(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Result<PathPart<String>, ApiError>,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let id = named(id)?;
    let query = Query::of(&uri)?;
    let after = query.get("starting_after").map(history_place).transpose()?;
    let limit = query.limit(50, 500);
    let history = actions::subject::history(&app, workspace, id, query.get("name"), after, limit).await?;
    let next = history.last().filter(|_| history.len() == limit);
    let next = next.map(|(HistoryPlace { consent, passed }, _)| format!("{consent}.{passed}"));
    let items = history.into_iter().map(|(_, past)| shape_past(past)).collect();
    Ok(super::page(&uri, items, next.as_deref()))
}

/// Which subjects are asked for first.
///
/// # Errors
/// Another order than those two.
pub(super) fn first(query: &Query) -> Result<Age> {
    match query.get("sort") {
        None | Some("-created_at") => Ok(Age::Newest),
        Some("created_at") => Ok(Age::Oldest),
        Some(_) => Err(Error::invalid("sort", "must be created_at, or -created_at")),
    }
}

pub(super) fn named(id: Result<PathPart<String>, ApiError>) -> Result<String> {
    let PathPart(id) = id.map_err(|ApiError(error)| error)?;
    existing(id)
}

fn history_place(text: &str) -> Result<HistoryPlace> {
    let place = text.split_once('.').and_then(|(consent, passed)| {
        Some(HistoryPlace { consent: Uuid::try_parse(consent).ok()?, passed: passed.parse().ok()? })
    });
    place.ok_or_else(|| Error::invalid("starting_after", "is no place in the history of this subject"))
}

/// Subjects, each with what restrains it.
async fn shapes(app: &App, workspace: WorkspaceId, subjects: Vec<Subject>) -> Result<Vec<Json<'static>>> {
    let ids = subjects.iter().map(|subject| subject.id.clone()).collect();
    let restraints = actions::restraint::on_each(app, workspace, ids).await?;
    subjects.into_iter().zip(restraints).map(|(subject, restraints)| shape(subject, &restraints)).collect()
}

fn shape(
    subject: Subject,
    (hold, restriction): &(Option<Restraint>, Option<Restraint>),
) -> Result<Json<'static>> {
    let or_null = |restraint: &Option<Restraint>| restraint.as_ref().map_or(Json::Null, Restraint::to_json);
    let Subject { id, fields, created_at, preferences } = subject;
    let SubjectFields { id: _, email, first_name, last_name, full_name, verified, phones } = fields;
    let preferences = preferences.into_iter().map(shape_current).collect::<Result<_>>()?;
    Ok(Json::object([
        ("id", Json::text(id)),
        ("email", Json::text_or_null(email)),
        ("first_name", Json::text_or_null(first_name)),
        ("last_name", Json::text_or_null(last_name)),
        ("full_name", Json::text_or_null(full_name)),
        ("phones", stored(phones.as_deref().unwrap_or("[]"))?),
        ("verified", Json::Bool(verified.unwrap_or(false))),
        ("created_at", Json::text(created_at.spell(Spelling::Millis))),
        ("preferences", Json::Object(preferences)),
        ("hold", or_null(hold)),
        ("restriction", or_null(restriction)),
    ]))
}

fn shape_current(preference: CurrentPreference) -> Result<Member<'static>> {
    let CurrentPreference { name, value, consent, at } = preference;
    let value = Json::object([
        ("value", stored(&value)?),
        ("consent_id", Json::text(consent.to_string())),
        ("at", Json::text(at.spell(Spelling::Millis))),
    ]);
    Ok((name.into(), value))
}

fn shape_past(preference: PastPreference) -> Json<'static> {
    let PastPreference { name, value, consent, at } = preference;
    Json::object([
        ("name", Json::text(name)),
        ("value", value),
        ("consent_id", Json::text(consent.to_string())),
        ("at", Json::text(at.spell(Spelling::Millis))),
    ])
}
