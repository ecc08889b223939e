//! `/subjects` (contract 2.14).

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::{Json, Member};
use crate::domain::subject::{CurrentPreference, Subject, SubjectFields};
use crate::domain::time::Spelling;
use crate::http::error::{ApiError, json};
use crate::http::extract::{PathPart, PrivateKey};
use crate::store;

/// `GET /subjects/:id`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    PathPart(id): PathPart<String>,
) -> Result<Response, ApiError> {
    if id.contains('\0') {
        return Err(Error::NotFound("Subject").into());
    }
    let workspace = key.workspace;
    let subject = app.store.read(move |tx| store::subject::get(tx, workspace, &id)).await?;
    Ok(json(StatusCode::OK, &shape(subject.ok_or(Error::NotFound("Subject"))?, workspace)?))
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
    let shape = |CurrentPreference { name, value, consent }| {
        let value =
            Json::object([("value", stored(&value)?), ("consent_id", Json::text(consent.to_string()))]);
        Ok((name.into(), value))
    };
    Ok(Json::Object(preferences.into_iter().map(shape).collect::<Result<Vec<Member<'static>>>>()?))
}

fn stored(text: &str) -> Result<Json<'static>> {
    Ok(Json::parse(text).map_err(Error::internal)?.into_owned())
}
