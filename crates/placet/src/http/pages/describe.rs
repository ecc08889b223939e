//! What the API description says of pages.

use crate::domain::json::Json;
use crate::http::openapi::schema::{Schema, any, hex, input, int, text};
use crate::http::openapi::{FORM, Operation};

const HTML: &str = "text/html";

fn markup() -> Schema {
    text("<!doctype html>...")
}

/// `GET /`
pub(in crate::http) fn start() -> Operation {
    Operation::new("The way in").gives_nothing(303, "To the dashboard, or to the sign-in page.")
}

/// `GET /api`
pub(in crate::http) fn reference() -> Operation {
    Operation::new("The reference of the HTTP API")
        .says("What `/api/openapi.json` says, for people.")
        .gives_content(200, "The page.", HTML, markup())
}

/// `GET /sign-in`
pub(in crate::http) fn sign_in() -> Operation {
    Operation::new("The sign-in page")
        .query("next", text("/w/1/consents"), "A page of the dashboard to go to afterwards.")
        .gives_content(200, "The page.", HTML, markup())
}

/// `POST /sign-in`
pub(in crate::http) fn signing_in() -> Operation {
    let form = input([
        ("email", text("ada@example.org")),
        ("password", text("correct horse battery")),
        ("next", text("/w/1/consents")),
    ]);
    refusing(
        Operation::new("Sign in")
            .takes(FORM, form.needs(&["email", "password"]))
            .gives_nothing(303, "Signed in; to the dashboard.")
            .with_header("Set-Cookie", text("__Host-placet=...; HttpOnly"), "The session."),
        &[(401, "Wrong address or password."), (429, "Too many attempts.")],
    )
}

/// `POST /sign-out`
pub(in crate::http) fn signing_out() -> Operation {
    refusing(Operation::new("Sign out").gives_nothing(303, "Signed out; to the sign-in page."), &[])
}

/// `GET /setup`
pub(in crate::http) fn setup() -> Operation {
    Operation::new("The setup page")
        .says("For the first workspace and its owner, once.")
        .query("token", text("..."), "From the link that the server prints when it starts.")
        .gives_content(200, "The page.", HTML, markup())
        .gives_content(404, "The link no longer works.", HTML, markup())
}

/// `POST /setup`
pub(in crate::http) fn setting_up() -> Operation {
    let form = input([
        ("token", text("...")),
        ("workspace", text("Example shop")),
        ("email", text("ada@example.org")),
        ("password", text("correct horse battery")),
    ]);
    refusing(
        Operation::new("Make the first workspace and its owner")
            .takes(FORM, form.needs(&["token", "workspace", "email", "password"]))
            .gives_nothing(303, "Made, and signed in; to the dashboard."),
        &[(404, "The link no longer works.")],
    )
}

/// A form must come from our own page, and be whole.
fn refusing(operation: Operation, more: &[(u16, &'static str)]) -> Operation {
    let common = [
        (400, "The form cannot be read, or says something impossible."),
        (403, "It was sent from another site."),
        (503, "Not now."),
    ];
    let all = common.iter().chain(more);
    all.fold(operation, |operation, (status, says)| operation.gives_content(*status, says, HTML, markup()))
}

/// `GET /w/{workspace}` and below
pub(in crate::http) fn dashboard() -> Operation {
    Operation::new("The dashboard")
        .path("workspace", int(1), "Number of the workspace.")
        .gives_content(200, "The dashboard, which finds its own way from there.", HTML, markup())
        .gives_nothing(303, "To the sign-in page.")
        .gives_content(403, "Not a member of this workspace.", HTML, markup())
}

/// `GET /w/{workspace}/{*rest}`
pub(in crate::http) fn dashboard_page() -> Operation {
    dashboard().path("rest", text("consents"), "A page of the dashboard; may hold slashes.")
}

/// `GET /w/{workspace}/forms/{digest}`
pub(in crate::http) fn form() -> Operation {
    Operation::new("A stored form, in a sandbox")
        .path("workspace", int(1), "Number of the workspace.")
        .path("digest", hex(32), "Digest of the form's HTML.")
        .gives_content(200, "The form as it was shown; it can do nothing.", HTML, markup())
        .gives_content(404, "There is no such form.", HTML, markup())
        .gives_content(401, "Nobody is signed in.", "application/problem+json", any(Json::Null))
        .for_members()
}

/// `GET /w/{workspace}/widgets/{id}/preview`
pub(in crate::http) fn preview() -> Operation {
    Operation::new("A draft of a widget on a page, in a sandbox")
        .path("workspace", int(1), "Number of the workspace.")
        .path("id", int(1), "Number of the widget.")
        .query("culture", text("it"), "A language tag.")
        .query("region", text("US-CA"), "A country, or a part of one.")
        .gives_content(
            200,
            "A page with the widget as visitors would see it; nothing is kept.",
            HTML,
            markup(),
        )
        .gives_content(400, "The draft has problems, which the page lists.", HTML, markup())
        .gives_content(404, "There is no such widget.", HTML, markup())
        .gives_content(401, "Nobody is signed in.", "application/problem+json", any(Json::Null))
        .for_members()
}
