//! Publishing, and what was published.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::{Body, Id, draft_answer, value_of};
use crate::actions::widget::draft;
use crate::actions::widget::publish::{self, Published, Wish};
use crate::app::App;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::WidgetId;
use crate::domain::json::{Json, Member};
use crate::domain::widget::{Ask, Draft, Publication, changes, spell_changes, spell_problems};
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{Editor, PathPart, Reader};
use crate::http::query::Query;

/// The numbers of a widget and of a publication in a path.
type Place = Result<PathPart<(i64, i64)>, ApiError>;

const MAX_NOTE: usize = 1000;

fn place_of(part: &Place) -> Result<(WidgetId, i64)> {
    match part {
        Ok(PathPart((id, number))) => Ok((WidgetId(*id), *number)),
        Err(_) => Err(Error::NotFound("Version")),
    }
}

/// `POST /api/v1/widgets/{id}/publish`
pub(in crate::http) async fn publish(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    id: Id,
    body: Body,
) -> Result<Response, ProblemError> {
    let id = super::id_of(&id)?;
    let wish = wish(&value_of(body)?)?;
    let Published { publication, warnings, .. } = publish::publish(&app, workspace, id, wish, &by).await?;
    let mut members = publication.to_json();
    members.push(("warnings".into(), spell_problems(&warnings)));
    Ok(json(StatusCode::OK, &Json::Object(members)))
}

fn wish(body: &Json<'_>) -> Result<Wish> {
    let mut problems = Problems::default();
    let mut read = |name: &str, must_be: &str, is_fine: &dyn Fn(&Json<'_>) -> bool| {
        let value = body.given(name)?;
        if !is_fine(value) {
            problems.add(name, must_be);
        }
        Some(value.clone().into_owned())
    };
    let ask =
        read("ask", Ask::MUST_BE, &|value| value.as_str().is_some_and(|word| Ask::parse(word).is_some()));
    let note = read("note", "must be a text of at most 1000 characters", &|value| {
        value.as_str().is_some_and(|note| note.chars().count() <= MAX_NOTE)
    });
    let expected = read("revision", "must be the draft's revision", &|value| value.as_int().is_some());
    problems.or(Wish {
        ask: ask.and_then(|ask| Ask::parse(ask.as_str()?)),
        note: note.and_then(|note| note.as_str().map(str::to_owned)),
        expected: expected.and_then(|revision| revision.as_int()),
    })
}

/// `GET /api/v1/widgets/{id}/versions`: newest first.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Id,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let mut problems = Problems::default();
    let query = Query::of(&uri)?;
    let after = query
        .read("starting_after", &mut problems, "must be the number of a version", |text| text.parse().ok());
    problems.or(())?;
    let publications = draft::publications(&app, workspace, super::id_of(&id)?, after).await?;
    let next = publications.last().filter(|last| last.number > 1).map(|last| last.number.to_string());
    let items = publications.iter().map(|publication| Json::Object(publication.to_json())).collect();
    Ok(crate::http::management::page(&uri, items, next.as_deref()))
}

/// `GET /api/v1/widgets/{id}/versions/{number}`: with the file that was published.
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    place: Place,
) -> Result<Response, ProblemError> {
    let (id, number) = place_of(&place)?;
    let publication = draft::publication(&app, workspace, id, number).await?;
    let mut members = publication.to_json();
    members.push(("settings".into(), publication.settings));
    Ok(json(StatusCode::OK, &Json::Object(members)))
}

/// `GET /api/v1/widgets/{id}/versions/{number}/diff`: against the one before it, another one, or the draft.
pub(in crate::http) async fn diff(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    place: Place,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let (id, number) = place_of(&place)?;
    let query = Query::of(&uri)?;
    let after = draft::publication(&app, workspace, id, number).await?;
    let before = match query.get("against") {
        None if number == 1 => Json::Null,
        None => draft::publication(&app, workspace, id, number - 1).await?.settings,
        Some("draft") => draft::get(&app, workspace, id).await?.settings,
        Some(other) => {
            let other = other
                .parse()
                .map_err(|_| Error::invalid("against", "must be the number of a version, or draft"))?;
            draft::publication(&app, workspace, id, other).await?.settings
        }
    };
    let found: Vec<Member<'static>> =
        vec![("changes".into(), spell_changes(changes(&before, &after.settings)))];
    Ok(json(StatusCode::OK, &Json::Object(found)))
}

/// `POST /api/v1/widgets/{id}/versions/{number}/restore`: its file becomes the draft.
pub(in crate::http) async fn restore(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    place: Place,
) -> Result<Response, ProblemError> {
    let (id, number) = place_of(&place)?;
    let Publication { settings, .. } = draft::publication(&app, workspace, id, number).await?;
    let change = move |_: &Draft| Ok(settings.clone());
    Ok(draft_answer(&draft::change(&app, workspace, id, (None, &by), change).await?))
}
