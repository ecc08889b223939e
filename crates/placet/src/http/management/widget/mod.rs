//! Widgets: drafts, publications, services, texts, origins, numbers.

pub(in crate::http) mod describe;
pub(in crate::http) mod draft;
pub(in crate::http) mod library;
pub(in crate::http) mod origin;
pub(in crate::http) mod part;
pub(in crate::http) mod publication;
pub(in crate::http) mod statistics;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use crate::domain::error::{Error, Result};
use crate::domain::id::WidgetId;
use crate::domain::json::{Json, Member};
use crate::domain::time::Spelling;
use crate::domain::widget::{Draft, Provenance, Read, WidgetFile, spell_problems};
use crate::http::body::TextBody;
use crate::http::error::{ApiError, json};
use crate::http::extract::PathPart;

/// The number of a widget in a path.
type Id = Result<PathPart<i64>, ApiError>;
/// The body of a request.
type Body = Result<TextBody, ApiError>;

fn id_of(part: &Id) -> Result<WidgetId> {
    match part {
        Ok(PathPart(id)) => Ok(WidgetId(*id)),
        Err(_) => Err(Error::NotFound("Widget")),
    }
}

/// The body as a value of its own.
fn value_of(body: Body) -> Result<Json<'static>> {
    let body = body.map_err(|ApiError(error)| error)?;
    Ok(body.parse()?.into_owned())
}

/// The revision in `If-Match`, if there is one.
fn expected(headers: &HeaderMap) -> Result<Option<i64>> {
    let Some(value) = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()) else {
        return Ok(None);
    };
    let revision = value.trim().trim_matches('"').parse().ok();
    revision
        .map(Some)
        .ok_or_else(|| Error::invalid("If-Match", "must be the draft's revision, such as \"3\""))
}

/// A draft with everything that stands in the way of publishing it.
fn draft_json(draft: &Draft) -> Json<'static> {
    let Draft { widget, revision, settings, provenance, changed_at, changed_by } = draft;
    let Read { file, problems } = WidgetFile::read(settings, *provenance);
    let members: Vec<Member<'static>> = vec![
        ("id".into(), Json::int(widget.0)),
        ("revision".into(), Json::int(*revision)),
        ("imported".into(), Json::Bool(*provenance == Provenance::Imported)),
        ("changed_at".into(), Json::text(changed_at.spell(Spelling::Millis))),
        ("changed_by".into(), Json::text(changed_by.clone())),
        ("settings".into(), settings.clone()),
        ("problems".into(), spell_problems(&problems)),
        ("warnings".into(), spell_problems(&file.warnings)),
    ];
    Json::Object(members)
}

fn draft_answer(draft: &Draft) -> Response {
    json(StatusCode::OK, &draft_json(draft))
}
