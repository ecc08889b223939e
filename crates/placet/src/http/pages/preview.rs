//! A draft as visitors would see it: a page that loads the widget with the draft's settings. The sandbox gives it an origin
//! of its own, so that it reaches neither the session nor what another page of ours keeps, and nothing in it lasts.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::{html_answer, layout, not_found, with_csp};
use crate::app::App;
use crate::domain::error::{Error, Problem, Result};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::http::error::ApiError;
use crate::http::extract::Member;
use crate::http::management::widget::draft::previewed;
use crate::http::query::Query;

/// Logos of services come from where the operator says; a link in the widget may open another page.
const CSP: &str = "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// `GET /w/{workspace}/widgets/{id}/preview`
pub(in crate::http) async fn show(
    State(app): State<Arc<App>>,
    Member(signed_in): Member,
    Path((workspace, id)): Path<(String, String)>,
    uri: Uri,
) -> Response {
    let own = signed_in.member.workspace;
    let id = id.parse().map(WidgetId).ok().filter(|_| workspace == own.0.to_string());
    let Some(id) = id else { return not_found() };
    match settings(&app, own, id, &uri).await {
        Ok(settings) => page(StatusCode::OK, &with_widget(id, &settings)),
        Err(Error::Invalid(problems)) => page(StatusCode::BAD_REQUEST, &cannot_be_shown(problems.list())),
        Err(Error::NotFound(_)) => not_found(),
        Err(error) => ApiError(error).into_response(),
    }
}

async fn settings(app: &App, workspace: WorkspaceId, id: WidgetId, uri: &Uri) -> Result<Json<'static>> {
    previewed(app, workspace, id, &Query::of(uri)?).await
}

fn page(status: StatusCode, markup: &Markup) -> Response {
    with_csp(html_answer(status, markup.0.clone()), CSP)
}

/// `preview.js` hands the settings to the widget before the widget asks for them.
fn with_widget(id: WidgetId, settings: &Json<'static>) -> Markup {
    let lang = settings.get("lang").and_then(Json::as_str).unwrap_or_default();
    document(&html! {
        h1 { "A page of your site" }
        p { "The widget stands on it as visitors would see it if the draft were published now. Whatever you choose here is forgotten when the page is loaded again." }
        p { "A round button stays in a corner after the choice, unless it is switched off." }
        div id="placet-widget" data-widgetid=(id.0) data-lang=(lang) data-preview=(settings) {}
        script src="/assets/pages/preview.js" {}
        script src="/sdk/placet.js?key=preview" async {}
    })
}

fn cannot_be_shown(problems: &[Problem]) -> Markup {
    document(&html! {
        h1 { "The draft cannot be shown yet" }
        p { "It would not work on a page as it is:" }
        ul {
            @for Problem { field, reason } in problems { li { code { (field) } " " (reason) } }
        }
    })
}

fn document(main: &Markup) -> Markup {
    let sheet = html! { link rel="stylesheet" href="/assets/pages/preview.css"; };
    layout::bare("Preview", &sheet, &html! { body { main { (main) } } })
}
