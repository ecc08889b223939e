//! Pages for people that the server writes itself: they work without JavaScript.

pub(in crate::http) mod describe;
mod layout;
pub(super) mod preview;
pub(super) mod reference;
pub(super) mod setup;
pub(super) mod sign_in;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::assets;
use super::extract::Member;
use crate::app::App;
use crate::domain::error::Error;
use crate::domain::id::Digest;
use crate::store;

const PAGE_CSP: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const DASHBOARD_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html";
/// A stored form is other people's HTML: it is shown, and can do nothing.
const FORM_CSP: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// `GET /`: to the dashboard, or to the sign-in page.
pub(super) async fn start(member: Result<Member, super::error::ProblemError>) -> Redirect {
    match member {
        Ok(Member(signed_in)) => Redirect::to(&home(signed_in.member.workspace.0)),
        Err(_) => Redirect::to("/sign-in"),
    }
}

fn home(workspace: i64) -> String {
    format!("/w/{workspace}/consents")
}

/// `GET /w/...`: the dashboard, for members of that workspace.
pub(super) async fn dashboard(
    uri: Uri,
    member: Result<Member, super::error::ProblemError>,
    headers: HeaderMap,
) -> Response {
    let Ok(Member(signed_in)) = member else {
        return Redirect::to(&format!("/sign-in?next={}", uri.path())).into_response();
    };
    let own = signed_in.member.workspace.0.to_string();
    if uri.path().split('/').nth(2) != Some(own.as_str()) {
        return page(
            StatusCode::FORBIDDEN,
            &error(403, "You may not see this page", "You are a member of another workspace."),
        );
    }
    with_csp(
        assets::answer("dashboard/index.html", &headers, HeaderValue::from_static("no-store")),
        DASHBOARD_CSP,
    )
}

/// `GET /w/{workspace}/forms/{digest}`: what a person was shown, in a sandbox.
pub(super) async fn form(
    State(app): State<Arc<App>>,
    Member(signed_in): Member,
    Path((workspace, digits)): Path<(String, String)>,
) -> Response {
    let own = signed_in.member.workspace;
    let digest = format!("sha256:{digits}").parse::<Digest>().ok().filter(|_| workspace == own.0.to_string());
    let Some(digest) = digest else { return not_found() };
    match app.store.read(move |tx| store::form::get(tx, own, &digest)).await {
        Ok(Some(html)) => {
            let wrapped = format!("<!doctype html><meta charset=utf-8><title>Stored form</title>{html}");
            with_csp(html_answer(StatusCode::OK, wrapped), FORM_CSP)
        }
        Ok(None) => not_found(),
        Err(error) => super::error::ApiError(error).into_response(),
    }
}

/// 404 for people.
pub(super) fn not_found() -> Response {
    let lead = "The address may be mistyped, or the page was moved. Nothing that was stored is lost.";
    page(StatusCode::NOT_FOUND, &error(404, "This page does not exist", lead))
}

fn error(code: u16, title: &str, lead: &str) -> Markup {
    layout::single(
        title,
        &html! {
            p.notice-code { "Error " (code) }
            h1 { (title) }
            p.lead { (lead) }
            div.notice-actions { a.button href="/" { "Go to the start page" } }
        },
    )
}

/// An error as a page.
fn error_page(error: &Error) -> Response {
    let (code, title, lead) = match error {
        Error::Invalid(_) => {
            (StatusCode::BAD_REQUEST, "This request could not be read", "Go back and send the form again.")
        }
        Error::TooMany { .. } => {
            (StatusCode::TOO_MANY_REQUESTS, "Too many attempts", "Wait a quarter of an hour, then try again.")
        }
        Error::Unavailable { .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, "Placet is busy", "Try again in a few seconds.")
        }
        Error::Forbidden(_) => {
            (StatusCode::FORBIDDEN, "This came from another site", "Open the page itself and try again.")
        }
        _ => {
            tracing::error!(%error, "answered 500");
            let lead = "What was acknowledged is stored. Try again; if it happens again, tell the person who runs this server what you did and when.";
            (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side", lead)
        }
    };
    page(code, &self::error(code.as_u16(), title, lead))
}

fn page(status: StatusCode, markup: &Markup) -> Response {
    with_csp(html_answer(status, markup.0.clone()), PAGE_CSP)
}

fn html_answer(status: StatusCode, html: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, html).into_response()
}

pub(super) fn with_csp(mut response: Response, policy: &'static str) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What a session's cookie allows may only be asked for by our own pages. Browsers say where a request comes from;
/// programs say nothing.
pub(super) fn is_from_here(headers: &HeaderMap) -> bool {
    let get = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (get("sec-fetch-site"), get("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == get("host"),
        (None, None) => true,
    }
}

/// Reads the fields of a form sent by one of our pages.
async fn fields(
    headers: &HeaderMap,
    body: axum::body::Body,
) -> Result<crate::domain::json::Json<'static>, Error> {
    if !is_from_here(headers) {
        return Err(Error::Forbidden("sent from another site".into()));
    }
    let text = super::body::read(headers, body, 16 * 1024).await?;
    crate::domain::form_encoding::parse(&text).map_err(|why| Error::invalid("", why))
}

fn see_other(to: &str, cookie: Option<HeaderValue>) -> Response {
    let mut response = Redirect::to(to).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
