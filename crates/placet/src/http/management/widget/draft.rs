//! Widgets and their drafts.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;

use super::{Body, Id, draft_answer, draft_json, id_of, value_of};
use crate::actions::widget::draft::{self, Listed};
use crate::actions::widget::services::patched;
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::{Json, Member};
use crate::domain::region::Region;
use crate::domain::time::Spelling;
use crate::domain::widget::{
    Delivery, Draft, Provenance, Read, Rounds, Widget, WidgetFile, changes, choose_language, news,
    spell_changes, spell_problems,
};
use crate::http::error::{ProblemError, json};
use crate::http::extract::{Editor, Reader};
use crate::http::query::Query;
use crate::http::widget_api::notice;

/// `GET /api/v1/widgets`
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
) -> Result<Response, ProblemError> {
    let widgets = draft::list(&app, workspace).await?;
    Ok(json(StatusCode::OK, &Json::Array(widgets.iter().map(summary).collect())))
}

/// `GET /api/v1/widgets/{id}`
pub(in crate::http) async fn one(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Id,
) -> Result<Response, ProblemError> {
    Ok(json(StatusCode::OK, &summary(&draft::one(&app, workspace, id_of(&id)?).await?)))
}

fn summary(listed: &Listed) -> Json<'static> {
    let Listed { draft, published, publication } = listed;
    let label = draft.settings.get("label").and_then(Json::as_str);
    let live = published.as_ref().map(|widget| {
        let origins = widget.allowed_origins.iter().map(|origin| Json::text(origin.as_str().to_owned()));
        Json::object([
            ("number", Json::int_or_null(publication.as_ref().map(|publication| publication.number))),
            ("version", Json::text(widget.version.guid().to_string())),
            ("version_key", Json::text_or_null(widget.version_key.map(|key| key.to_string()))),
            ("enabled", Json::Bool(widget.is_on("enabled"))),
            ("at", Json::text(widget.updated_at.spell(Spelling::Millis))),
            ("by", Json::text_or_null(publication.as_ref().map(|publication| publication.by.clone()))),
            ("allowed_origins", Json::Array(origins.collect())),
        ])
    });
    let is_changed = publication.as_ref().is_none_or(|publication| publication.settings != draft.settings);
    Json::object([
        ("id", Json::int(draft.widget.0)),
        ("label", Json::text_or_null(label.map(str::to_owned))),
        ("revision", Json::int(draft.revision)),
        ("changed_at", Json::text(draft.changed_at.spell(Spelling::Millis))),
        ("changed_by", Json::text(draft.changed_by.clone())),
        ("has_unpublished_changes", Json::Bool(is_changed && draft.revision > 0)),
        ("published", live.unwrap_or(Json::Null)),
    ])
}

/// `POST /api/v1/widgets`
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    body: Body,
) -> Result<Response, ProblemError> {
    made(&app, workspace, body, Provenance::New, &by).await
}

/// `POST /api/v1/widgets/import`: a draft from the settings of another product.
pub(in crate::http) async fn import(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    body: Body,
) -> Result<Response, ProblemError> {
    made(&app, workspace, body, Provenance::Imported, &by).await
}

async fn made(
    app: &App,
    workspace: WorkspaceId,
    body: Body,
    provenance: Provenance,
    by: &Author,
) -> Result<Response, ProblemError> {
    let draft = draft::create(app, workspace, value_of(body)?, provenance, by).await?;
    Ok(json(StatusCode::CREATED, &draft_json(&draft)))
}

/// `GET /api/v1/widgets/{id}/draft`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Id,
) -> Result<Response, ProblemError> {
    Ok(draft_answer(&draft::get(&app, workspace, id_of(&id)?).await?))
}

/// `PUT /api/v1/widgets/{id}/draft`: the whole file.
pub(in crate::http) async fn put(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    id: Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ProblemError> {
    let (id, expected, settings) = (id_of(&id)?, expected(&headers)?, value_of(body)?);
    let change = move |_: &Draft| Ok(settings.clone());
    Ok(draft_answer(&draft::change(&app, workspace, id, (expected, &by), change).await?))
}

/// `PATCH /api/v1/widgets/{id}/draft`: a merge patch (RFC 7396).
pub(in crate::http) async fn patch(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    id: Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ProblemError> {
    let (id, expected, patch) = (id_of(&id)?, expected(&headers)?, value_of(body)?);
    let change = move |draft: &Draft| Ok(patched(&draft.settings, &patch));
    Ok(draft_answer(&draft::change(&app, workspace, id, (expected, &by), change).await?))
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

/// `GET /api/v1/widgets/{id}/check`: what publishing the draft would change, and what stands in the way.
pub(in crate::http) async fn check(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Id,
) -> Result<Response, ProblemError> {
    let Listed { draft, published, publication } = draft::one(&app, workspace, id_of(&id)?).await?;
    let Read { file, problems } = WidgetFile::read(&draft.settings, draft.provenance);
    let before = publication.map_or(Json::Null, |publication| publication.settings);
    let new = published.map(|before| news(&before, &file.version, &file.variants)).unwrap_or_default();
    let members: Vec<Member<'static>> = vec![
        ("can_be_published".into(), Json::Bool(problems.list().is_empty())),
        ("problems".into(), spell_problems(&problems)),
        ("warnings".into(), spell_problems(&file.warnings)),
        ("changes".into(), spell_changes(changes(&before, &file.to_json()))),
        ("new_services".into(), Json::Array(new.into_iter().map(Json::text).collect())),
        ("ask".into(), Json::text(file.ask.word())),
    ];
    Ok(json(StatusCode::OK, &Json::Object(members)))
}

/// `GET /api/v1/widgets/{id}/preview`: the settings as visitors in a region would get them if the draft were published.
pub(in crate::http) async fn preview(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Id,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let draft = draft::get(&app, workspace, id_of(&id)?).await?;
    let Read { file, problems } = WidgetFile::read(&draft.settings, draft.provenance);
    let file = problems.or(file)?;
    let widget = Widget {
        id: draft.widget,
        workspace,
        version: file.version,
        variants: file.variants,
        version_key: None,
        rounds: Rounds::new(),
        allowed_origins: file.allowed_origins,
        created_at: draft.changed_at,
        updated_at: draft.changed_at,
    };
    let region = query.get("region").and_then(|region| Region::parse(region, None));
    let version = widget.version_in(region.as_ref());
    let language = choose_language(version, query.get("culture"));
    let address = notice::address(&app, widget.id, version, language);
    Ok(json(StatusCode::OK, &Delivery::new(&widget, version, language, &address).to_json()))
}

/// `GET /api/v1/widgets/{id}/export`: a file that can be imported elsewhere.
pub(in crate::http) async fn export(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Id,
) -> Result<Response, ProblemError> {
    let Listed { draft, publication, .. } = draft::one(&app, workspace, id_of(&id)?).await?;
    let settings = publication.map_or(draft.settings, |publication| publication.settings);
    let mut members: Vec<Member<'static>> = vec![("id".into(), Json::int(draft.widget.0))];
    members.extend(settings.members().iter().filter(|(name, _)| name != "id").cloned());
    Ok(json(StatusCode::OK, &Json::Object(members)))
}
