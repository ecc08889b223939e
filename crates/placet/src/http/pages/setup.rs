//! The one-time setup page: the first workspace and its owner.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use maud::{Markup, html};

use super::{error_page, fields, home, layout, page, see_other};
use crate::actions;
use crate::app::App;
use crate::domain::error::{Error, Problems};
use crate::domain::json::Json;
use crate::domain::member::MIN_PASSWORD;
use crate::http::cookies;
use crate::http::query::Query;

/// `GET /setup?token=...`
pub(in crate::http) async fn show(State(app): State<Arc<App>>, uri: Uri) -> Response {
    let token =
        Query::of(&uri).ok().and_then(|query| query.get("token").map(str::to_owned)).unwrap_or_default();
    match actions::setup::is_open(&app, &token).await {
        Ok(true) => page(
            StatusCode::OK,
            &form(&Given { token: &token, workspace: "", email: "" }, &Problems::default()),
        ),
        Ok(false) => ended(),
        Err(error) => error_page(&error),
    }
}

/// `POST /setup`
pub(in crate::http) async fn submit(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    let sent = match fields(&headers, body).await {
        Ok(sent) => sent,
        Err(error) => return error_page(&error),
    };
    let text = |name: &str| sent.get(name).and_then(Json::as_str).unwrap_or_default();
    let given = Given { token: text("token"), workspace: text("workspace"), email: text("email") };
    match actions::setup::complete(&app, given.token, given.workspace, given.email, text("password")).await {
        Ok((token, member)) => {
            see_other(&home(member.workspace.0), cookies::set_session(Some(&token), app.edge.is_secure()))
        }
        Err(Error::Invalid(problems)) => page(StatusCode::BAD_REQUEST, &form(&given, &problems)),
        Err(Error::NotFound(_)) => ended(),
        Err(error) => error_page(&error),
    }
}

fn ended() -> Response {
    page(
        StatusCode::NOT_FOUND,
        &layout::single(
            "Setup",
            &html! {
                p.notice-code { "Error 404" }
                h1 { "This setup link no longer works" }
                p.lead { "It works once, and only until the first workspace exists. Sign in, or restart Placet to get a new link." }
                div.notice-actions { a.button.button-main href="/sign-in" { "Sign in" } }
            },
        ),
    )
}

struct Given<'a> {
    token: &'a str,
    workspace: &'a str,
    email: &'a str,
}

struct Field<'a> {
    name: &'a str,
    label: &'a str,
    kind: &'a str,
    autocomplete: &'a str,
    value: &'a str,
    hint: Option<String>,
    /// Name of the field in a problem, where it differs.
    problem: &'a str,
}

fn form(given: &Given<'_>, problems: &Problems) -> Markup {
    let workspace_hint = "Usually your organisation. Members see it in the dashboard.".to_owned();
    let password_hint =
        format!("At least {MIN_PASSWORD} characters. A sentence is easier to remember than a riddle.");
    let fields = [
        Field {
            name: "workspace",
            label: "Name of the workspace",
            kind: "text",
            autocomplete: "organization",
            value: given.workspace,
            hint: Some(workspace_hint),
            problem: "name",
        },
        Field {
            name: "email",
            label: "Your e-mail address",
            kind: "email",
            autocomplete: "username",
            value: given.email,
            hint: None,
            problem: "email",
        },
        Field {
            name: "password",
            label: "Password",
            kind: "password",
            autocomplete: "new-password",
            value: "",
            hint: Some(password_hint),
            problem: "password",
        },
    ];
    layout::split(
        "Set up Placet",
        &html! {
            form.form method="post" action="/setup" {
                h1 { "Set up Placet" }
                p.lead { "One workspace, and you as its owner. This link works once." }
                @if !problems.list().is_empty() {
                    p.alert role="alert" { "Something needs mending before the workspace can be made." }
                }
                input type="hidden" name="token" value=(given.token);
                @for field in &fields { (input(field, problems)) }
                button.button.button-main type="submit" { "Make the workspace" }
            }
        },
    )
}

fn input(field: &Field<'_>, problems: &Problems) -> Markup {
    let Field { name, label, kind, autocomplete, value, hint, problem } = field;
    let wrong = problems.list().iter().find(|known| known.field == *problem).map(|known| &known.reason);
    let described = match (wrong, hint) {
        (Some(_), _) => Some(format!("{name}-wrong")),
        (None, Some(_)) => Some(format!("{name}-hint")),
        (None, None) => None,
    };
    html! {
        div.field {
            label for=(name) { (label) }
            input.input id=(name) name=(name) type=(kind) autocomplete=(autocomplete) value=(value) required
                aria-invalid=[wrong.map(|_| "true")] aria-describedby=[described];
            @if let Some(wrong) = wrong { p.field-wrong id={ (name) "-wrong" } { (label) " " (wrong) "." } }
            @else if let Some(hint) = hint { p.field-hint id={ (name) "-hint" } { (hint) } }
        }
    }
}
