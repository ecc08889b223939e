//! `/subjects` (contract 2.14).

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use crate::actions;
use crate::actions::idempotency::Once;
use crate::actions::subject::Written;
use crate::app::App;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::{Json, Member};
use crate::domain::subject::{CurrentPreference, Subject, SubjectFields, SubjectFilter, phone};
use crate::domain::substring::AnyOf;
use crate::domain::time::Spelling;
use crate::http::body::TextBody;
use crate::http::error::{ApiError, json};
use crate::http::extract::{PathPart, PrivateKey};
use crate::http::idempotency::{IdempotencyKey, respond};
use crate::http::query::Query;

/// `POST /subjects`; an id that exists is updated.
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    name: IdempotencyKey,
    body: TextBody,
) -> Result<Response, ApiError> {
    let fields = SubjectFields::parse_body(&body.parse()?)?;
    let begun = name.begin(&app, (key.workspace, &key.author()), body.bytes())?;
    let once = Once::new(begun.as_ref(), |Written { id, created_at }| {
        let moment = Json::text(created_at.spell(Spelling::Millis));
        let id = Json::text(id.as_str());
        Json::object([("id", id), ("timestamp", moment.clone()), ("created_at", moment)]).to_string()
    });
    Ok(respond(actions::subject::create(&app, key.workspace, fields, once).await?))
}

/// `PUT`, `PATCH` and `POST /subjects/:id`
pub(in crate::http) async fn update(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    PathPart(id): PathPart<String>,
    name: IdempotencyKey,
    body: TextBody,
) -> Result<Response, ApiError> {
    let fields = SubjectFields::parse_body(&without_id(body.parse()?))?;
    let begun = name.begin(&app, (key.workspace, &key.author()), body.bytes())?;
    let once = Once::new(begun.as_ref(), |Written { id, created_at }| {
        let moment = Json::text(created_at.spell(Spelling::MillisOffset));
        Json::object([("id", Json::text(id.as_str())), ("timestamp", moment)]).to_string()
    });
    Ok(respond(actions::subject::update(&app, key.workspace, existing(id)?, fields, once).await?))
}

/// The path has said who it is; an id in the body counts for nothing, whatever it is.
fn without_id(body: Json<'_>) -> Json<'_> {
    match body {
        Json::Object(members) => Json::Object(members.into_iter().filter(|(name, _)| name != "id").collect()),
        other => other,
    }
}

/// `GET /subjects`
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    uri: Uri,
) -> Result<Response, ApiError> {
    let query = Query::of(&uri)?;
    let after = cursor(&query)?;
    let limit = super::limit(&query);
    let filter = SubjectFilter { hides_restricted: true, ..filter(&query)? };
    let subjects = actions::subject::list(&app, key.workspace, filter, after, limit).await?;
    let items: Result<Vec<_>> = subjects.into_iter().map(|subject| shape(subject, key.workspace)).collect();
    Ok(json(StatusCode::OK, &Json::Array(items?)))
}

/// `GET /subjects/:id`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    PathPart(id): PathPart<String>,
) -> Result<Response, ApiError> {
    let subject = actions::subject::get(&app, key.workspace, existing(id)?).await?;
    Ok(json(StatusCode::OK, &shape(subject, key.workspace)?))
}

/// No subject has an id with U+0000 in it, and the databases would not look for one.
pub(in crate::http) fn existing(id: String) -> Result<String> {
    if id.contains('\0') { Err(Error::NotFound("Subject")) } else { Ok(id) }
}

/// The subject after which a page begins.
pub(in crate::http) fn cursor(query: &Query) -> Result<Option<String>> {
    let unknown = || Error::invalid("starting_after", "names no subject of this workspace");
    let id = query.get("starting_after").map(str::to_owned);
    if id.as_ref().is_some_and(|id| id.contains('\0')) { Err(unknown()) } else { Ok(id) }
}

/// Reads the filters of a list of subjects.
///
/// # Errors
/// Every problem found.
pub(in crate::http) fn filter(query: &Query) -> Result<SubjectFilter> {
    let mut problems = Problems::default();
    let text = |name: &str| query.get(name).map(str::to_owned);
    let filter = SubjectFilter {
        owner: text("owner_id"),
        id: text("id"),
        email: text("email_exact"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        verified: query.flag("verified", &mut problems),
        phone: query.get("phone").map(phone::plain).filter(|number| !number.is_empty()),
        from: query.moment("from_time", &mut problems),
        to: query.second("to_time", &mut problems),
        email_contains: query.get("email").and_then(AnyOf::parts_of),
        full_name_contains: query.get("full_name").and_then(AnyOf::parts_of),
        fulltext: query.get("fulltext").and_then(AnyOf::whole),
        hides_restricted: false,
    };
    problems.or(filter)
}

fn shape(subject: Subject, workspace: WorkspaceId) -> Result<Json<'static>> {
    let Subject { id, fields, created_at, preferences } = subject;
    let SubjectFields { id: _, email, first_name, last_name, full_name, verified, phones } = fields;
    Ok(Json::object([
        ("id", Json::text(id)),
        ("owner_id", Json::text(workspace.owner())),
        ("email", Json::text_or_null(email)),
        ("first_name", Json::text_or_null(first_name)),
        ("last_name", Json::text_or_null(last_name)),
        ("full_name", Json::text_or_null(full_name)),
        ("phones", stored(phones.as_deref().unwrap_or("[]"))?),
        ("verified", Json::Bool(verified.unwrap_or(false))),
        ("timestamp", Json::text(created_at.spell(Spelling::SecondsOffset))),
        ("preferences", shape_preferences(preferences)?),
    ]))
}

fn shape_preferences(preferences: Vec<CurrentPreference>) -> Result<Json<'static>> {
    if preferences.is_empty() {
        return Ok(Json::Null);
    }
    let shape = |CurrentPreference { name, value, consent, at: _ }| {
        let value =
            Json::object([("value", stored(&value)?), ("consent_id", Json::text(consent.to_string()))]);
        Ok((name.into(), value))
    };
    Ok(Json::Object(preferences.into_iter().map(shape).collect::<Result<Vec<Member<'static>>>>()?))
}

/// JSON as it was stored.
pub(in crate::http) fn stored(text: &str) -> Result<Json<'static>> {
    Ok(Json::parse(text).map_err(Error::internal)?.into_owned())
}
