//! Signing in and out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use maud::{Markup, html};

use super::{error_page, fields, home, is_from_here, layout, page, see_other};
use crate::actions;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::json::Json;
use crate::http::cookies;
use crate::http::extract::Caller;
use crate::http::query::Query;

/// `GET /sign-in`
pub(in crate::http) async fn show(uri: Uri) -> Response {
    let next = Query::of(&uri)
        .ok()
        .and_then(|query| query.get("next").map(str::to_owned))
        .filter(|next| is_own_page(next));
    page(StatusCode::OK, &form("", next.as_deref(), None))
}

/// `POST /sign-in`
pub(in crate::http) async fn submit(
    State(app): State<Arc<App>>,
    Caller(caller): Caller,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let form = match fields(&headers, body).await {
        Ok(form) => form,
        Err(error) => return error_page(&error),
    };
    let text = |name: &str| form.get(name).and_then(Json::as_str).unwrap_or_default();
    let next = Some(text("next")).filter(|next| is_own_page(next));
    match actions::session::sign_in(&app, text("email"), text("password"), caller).await {
        Ok((token, member)) => {
            let to = next.map_or_else(|| home(member.workspace.0), str::to_owned);
            see_other(&to, cookies::set_session(Some(&token), app.edge.is_secure()))
        }
        Err(error) => refused(&error, text("email"), next),
    }
}

fn refused(error: &Error, email: &str, next: Option<&str>) -> Response {
    match error {
        Error::Unauthenticated(why) => page(StatusCode::UNAUTHORIZED, &form(email, next, Some(why))),
        Error::TooMany { retry_after } => {
            let why = format!("Too many attempts. Try again in {} minutes.", retry_after.div_ceil(60));
            page(StatusCode::TOO_MANY_REQUESTS, &form(email, next, Some(&why)))
        }
        other => error_page(other),
    }
}

/// `POST /sign-out`
pub(in crate::http) async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if !is_from_here(&headers) {
        return error_page(&Error::Forbidden("sent from another site".into()));
    }
    match end_session(&app, &headers).await {
        Ok(()) => see_other("/sign-in", cookies::set_session(None, app.edge.is_secure())),
        Err(error) => error_page(&error),
    }
}

async fn end_session(app: &App, headers: &HeaderMap) -> Result<()> {
    match cookies::session(headers, app.edge.is_secure()) {
        Some(token) => actions::session::sign_out(app, token).await,
        None => Ok(()),
    }
}

/// Only pages of the dashboard, so that a link cannot lead elsewhere after signing in.
fn is_own_page(next: &str) -> bool {
    next.starts_with("/w/") && !next.contains(['\\', '\n', '\r'])
}

fn form(email: &str, next: Option<&str>, wrong: Option<&str>) -> Markup {
    let described = wrong.map(|_| "wrong");
    let invalid = wrong.map(|_| "true");
    layout::split(
        "Sign in",
        &html! {
            form.form method="post" action="/sign-in" {
                h1 { "Sign in" }
                p.lead { "To the workspace you are a member of." }
                @if let Some(wrong) = wrong { p.alert role="alert" id="wrong" { (wrong) } }
                @if let Some(next) = next { input type="hidden" name="next" value=(next); }
                div.field {
                    label for="email" { "E-mail address" }
                    input.input id="email" name="email" type="email" autocomplete="username" required value=(email)
                        aria-invalid=[invalid] aria-describedby=[described] autofocus[wrong.is_none()];
                }
                div.field {
                    label for="password" { "Password" }
                    input.input id="password" name="password" type="password" autocomplete="current-password" required
                        aria-invalid=[invalid] aria-describedby=[described] autofocus[wrong.is_some()];
                }
                button.button.button-main type="submit" { "Sign in" }
                p.form-help { "Password lost? Ask an owner of your workspace." }
            }
        },
    )
}
