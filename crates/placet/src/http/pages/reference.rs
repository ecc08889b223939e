//! The reference of the HTTP API: the same descriptions as in OpenAPI, for people.

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::{html_answer, layout, with_csp};
use crate::domain::error::Error;
use crate::domain::json::Json;
use crate::http::error::UNCONFIRMED;
use crate::http::openapi::{
    Answer, Caller, EXAMPLE_WIDTH, Field, INFO, JSON, Operation, Parameter, Schema, Statement, fields_of,
    indented, kind_of, operation_id, refusals, statements,
};
use crate::http::route::{Area, Route};

/// It says the same to everyone, so it is written once.
static PAGE: LazyLock<String> = LazyLock::new(|| page(crate::http::table()).into_string());

/// `GET /api`
pub(in crate::http) async fn show() -> Response {
    with_csp(html_answer(StatusCode::OK, PAGE.clone()), super::PAGE_CSP)
}

/// An operation with its place.
struct Entry {
    method: &'static str,
    path: &'static str,
    id: String,
    operation: Operation,
}

fn page(table: Vec<(Area, Vec<Route>)>) -> Markup {
    let areas: Vec<(Area, Vec<Entry>)> = table
        .into_iter()
        .map(|(area, routes)| (area, routes.into_iter().flat_map(entries).collect()))
        .collect();
    layout::reference(
        "HTTP API",
        &html! { @for (area, entries) in &areas { (contents(*area, entries)) } },
        &html! {
            h1 { "HTTP API" }
            (prose(INFO))
            p { "For programs: " a href="/api/openapi.json" { "openapi.json" } " (OpenAPI 3.1)." }
            @for (area, entries) in &areas { (section(*area, entries)) }
            (all_refusals())
        },
    )
}

fn entries(route: Route) -> Vec<Entry> {
    let path = route.path;
    let entry = |(method, describe): (&'static str, fn() -> Operation)| Entry {
        method,
        path,
        id: operation_id(method, path),
        operation: describe(),
    };
    // A browser's preflight is nothing that anyone calls by hand.
    route.operations.into_iter().filter(|(method, _)| *method != "options").map(entry).collect()
}

fn anchor(area: Area) -> String {
    area.title().to_lowercase().replace(' ', "-")
}

fn contents(area: Area, entries: &[Entry]) -> Markup {
    html! {
        a.contents-area href={ "#" (anchor(area)) } { (area.title()) }
        @if area.is_keyed() {
            ul {
                @for entry in entries {
                    li { a href={ "#" (entry.id) } { (method(entry.method)) (entry.operation.summary) } }
                }
            }
        }
    }
}

fn section(area: Area, entries: &[Entry]) -> Markup {
    html! {
        section.area aria-labelledby=(anchor(area)) {
            h2 id=(anchor(area)) { (area.title()) }
            (prose(area.says()))
            @if area.is_keyed() {
                @for entry in entries { (article(area, entry)) }
            } @else {
                (brief(entries))
            }
        }
    }
}

fn method(method: &str) -> Markup {
    html! { span class={ "method method-" (method) } { (method.to_uppercase()) } " " }
}

/// Files and pages need a line each.
fn brief(entries: &[Entry]) -> Markup {
    html! {
        dl.fields {
            @for Entry { method: verb, path, operation, .. } in entries {
                div {
                    dt { (method(verb)) code { (path.replace("{*", "{")) } }
                    dd { (operation.summary) "." @if let Some(says) = operation.description { " " (inline(says)) } }
                }
            }
        }
    }
}

fn article(area: Area, entry: &Entry) -> Markup {
    let Entry { method: verb, path, id, operation } = entry;
    html! {
        article.operation id=(id) {
            h3 { (operation.summary) }
            p.operation-path { (method(verb)) code { (path) } }
            div.operation-body {
                div {
                    @if let Some(says) = operation.description { (prose(says)) }
                    p.operation-caller { (caller(area, operation.caller)) }
                    (parameters(&operation.parameters))
                    @if let Some((_, schema)) = operation.body.first() { (body(&operation.body, schema)) }
                    @for answer in &operation.answers { (answered(answer)) }
                    (refused(area, verb, operation))
                }
                (examples(area, entry))
            }
        }
    }
}

fn caller(area: Area, caller: Caller) -> &'static str {
    match (caller, area) {
        (Caller::Anyone, _) => "Anyone may call this.",
        (Caller::AnyKey, _) => "With a public or a private key.",
        (Caller::MemberOnly, _) => "For signed-in members.",
        (Caller::OfArea, Area::Widget) => "With a public key.",
        (Caller::OfArea, Area::Management) => "With a private key, or as a signed-in member.",
        (Caller::OfArea, _) => "With a private key.",
    }
}

fn parameters(parameters: &[Parameter]) -> Markup {
    html! {
        @for (place, title) in [("path", "In the path"), ("query", "In the query"), ("header", "Headers")] {
            @if parameters.iter().any(|parameter| parameter.place == place) {
                h4 { (title) }
                dl.fields {
                    @for Parameter { name, schema, says, .. } in parameters.iter().filter(|known| known.place == place) {
                        div {
                            dt { code { (name) } " " span.kind { (kind_of(schema)) } }
                            dd { (inline(says)) }
                        }
                    }
                }
            }
        }
    }
}

fn body(kinds: &[(&'static str, Schema)], schema: &Schema) -> Markup {
    let kinds: Vec<&str> = kinds.iter().map(|(kind, _)| *kind).collect();
    html! {
        h4 { "Body" }
        p.kind { (kinds.join(" or ")) }
        (fields(&fields_of(schema), true))
    }
}

fn answered(answer: &Answer) -> Markup {
    let Answer { status, says, content, headers } = answer;
    html! {
        h4 { (status) " " span.operation-says { (inline(says)) } }
        @for (name, _, says) in headers {
            p.kind { code { (name) } " " (inline(says)) }
        }
        @if let Some((JSON, schema)) = content {
            @let members = fields_of(schema);
            @if members.is_empty() { p.kind { (kind_of(schema)) } }
            @else {
                details { summary { (kind_of(schema)) ", " (members.len()) " members" } (fields(&members, false)) }
            }
        }
    }
}

/// What is always there in an answer need not be said of each member; what a request must have is.
fn fields(fields: &[Field], says_required: bool) -> Markup {
    html! {
        dl.fields {
            @for Field { name, kind, is_required, says } in fields {
                div {
                    dt {
                        code { (name) } " " span.kind { (kind) }
                        @if *is_required && says_required { " " span.needed { "required" } }
                        @if !*is_required && !says_required { " " span.kind { "not always there" } }
                    }
                    @if let Some(says) = says { dd { (inline(says)) } }
                }
            }
        }
    }
}

fn refused(area: Area, verb: &str, operation: &Operation) -> Markup {
    let statuses = refusals(area, verb, operation);
    html! {
        @if !statuses.is_empty() {
            h4 { "Refusals" }
            p.statuses { @for status in statuses { a href={ "#refusal-" (status) } { (status) } " " } }
        }
    }
}

fn examples(area: Area, entry: &Entry) -> Markup {
    let answer = entry.operation.answers.iter().find_map(|answer| answer.content.as_ref());
    html! {
        div.operation-examples {
            pre tabindex="0" aria-label="Request" { code { (request(area, entry)) } }
            @if let Some((JSON, schema)) = answer {
                pre tabindex="0" aria-label="Answer" { code { (indented(schema.example(), EXAMPLE_WIDTH)) } }
            }
        }
    }
}

/// The request as it goes over the line.
fn request(area: Area, entry: &Entry) -> String {
    let Entry { method, path, operation, .. } = entry;
    let mut target = (*path).to_owned();
    for Parameter { name, schema, .. } in operation.parameters.iter().filter(|known| known.place == "path") {
        target = target.replace(&format!("{{{name}}}"), plain(schema.example()).as_str());
    }
    let (query, header) = identification(area, operation.caller);
    let method = method.to_uppercase();
    match operation.body.first() {
        None => format!("{method} {target}{query}{header}"),
        Some((kind, schema)) => {
            let body = indented(schema.example(), EXAMPLE_WIDTH);
            format!("{method} {target}{query}{header}\nContent-Type: {kind}\n\n{body}")
        }
    }
}

/// How a caller says who they are: in the query, or in a header.
fn identification(area: Area, caller: Caller) -> (&'static str, &'static str) {
    match (caller, area) {
        (Caller::Anyone, _) => ("", ""),
        (Caller::AnyKey, _) => ("", "\nApiKey: placet_pk_..."),
        (Caller::MemberOnly, _) => ("", "\nCookie: __Host-placet=..."),
        (Caller::OfArea, Area::Widget) => ("?key=placet_pk_...", ""),
        (Caller::OfArea, _) => ("", "\nApiKey: placet_sk_..."),
    }
}

fn plain(example: &Json<'static>) -> String {
    example.as_str().map_or_else(|| example.to_string(), str::to_owned)
}

fn all_refusals() -> Markup {
    html! {
        section.area aria-labelledby="refusals" {
            h2 id="refusals" { "Refusals" }
            p { "The management API answers with " code { "application/problem+json" } ", the others as follows. A 429 and a 503 have " code { "Retry-After" } ", in seconds." }
            article.operation {
                h3 id="password-again" { "The password again" }
                div.operation-body {
                    div { (prose(PASSWORD_AGAIN)) }
                    div.operation-examples { pre tabindex="0" { code { (unconfirmed()) } } }
                }
            }
            @for Statement { status, says, example } in statements() {
                article.operation id={ "refusal-" (status) } {
                    h3 { (status) }
                    div.operation-body {
                        div { (prose(says)) }
                        div.operation-examples { pre tabindex="0" { code { (example) } } }
                    }
                }
            }
        }
    }
}

const PASSWORD_AGAIN: &str = "Before what hurts, a member has to have given the password within ten minutes; keys are not asked. If that was longer ago, the management API answers this 403. Send `{\"password\": \"...\"}` to `POST /api/v1/session/confirm`, then ask again.";

fn unconfirmed() -> String {
    let problem = Json::object([
        ("type", Json::text(UNCONFIRMED)),
        ("title", Json::text("Forbidden")),
        ("status", Json::int(403)),
        ("detail", Json::text(Error::Unconfirmed.to_string())),
    ]);
    indented(&problem, EXAMPLE_WIDTH)
}

/// Paragraphs, with names in `backticks`.
fn prose(text: &str) -> Markup {
    html! { @for paragraph in text.split("\n\n") { p { (inline(paragraph)) } } }
}

fn inline(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
