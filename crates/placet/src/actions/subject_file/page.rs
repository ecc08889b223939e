//! The page of a subject's file: everything in plain words, in one file that loads nothing and runs nothing.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::domain::json::{Json, Member};

const CSP: &str = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE: &str = ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid;font-size:1.3rem}h3{font-size:1rem;margin:0 0 .5rem}article{border:1px solid color-mix(in srgb,currentColor 30%,transparent);border-radius:.4rem;padding:1rem;margin:1rem 0}dl{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.2rem 1rem;margin:0}dt{font-weight:600}dd{margin:0;white-space:pre-wrap}dd dl{border-inline-start:2px solid color-mix(in srgb,currentColor 30%,transparent);padding-inline-start:.6rem}@media(max-width:32rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}@media print{article{break-inside:avoid}}";

/// From the beginning to the first consent.
pub(super) fn head(id: &str, subject: Option<&Json<'_>>, made_at: &str) -> String {
    let title = format!("What is recorded of {id}");
    let open = html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">"))
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy" content=(CSP);
            title { (title) }
            style { (PreEscaped(STYLE)) }
        }
        (PreEscaped("<body>"))
        h1 { (title) }
        p { "Made on " time datetime=(made_at) { (made_at) } ". Times are in UTC." }
        @match subject {
            Some(Json::Object(members)) => {
                h2 { "The person" }
                (list(members))
            }
            _ => p { "Nothing is stored of this person besides the choices below." }
        }
        h2 { "Consents, the newest first" }
    };
    open.into_string()
}

/// A consent.
pub(super) fn consent(row: &Json<'_>) -> String {
    let time = row.get("timestamp").and_then(Json::as_str).unwrap_or_default();
    let members = row.members().iter().filter(|(name, _)| name != "owner").cloned().collect::<Vec<_>>();
    html! { article { h3 { time datetime=(time) { (time) } } (list(&members)) } }.into_string()
}

/// What comes between consents and notices.
pub(super) fn notices_begin(count: usize) -> String {
    html! {
        h2 { "Texts that were agreed to" }
        @if count == 0 { p { "None are known here." } }
    }
    .into_string()
}

/// A notice in a version.
pub(super) fn notice((name, version): (&str, i64), content: Option<&Json<'_>>) -> String {
    html! {
        article {
            h3 { (name) ", version " (version) }
            @match content {
                Some(Json::Object(texts)) => (list(texts)),
                Some(content) => dl { dt { "Text" } dd { (value(content)) } },
                None => p { "The text is not stored here." },
            }
        }
    }
    .into_string()
}

/// The end.
pub(super) fn foot(files: &[String], consents: u64) -> String {
    html! {
        h2 { "Other files in this archive" }
        ul {
            li { "consents.jsonl: the " (consents) " consents above, for programs, with the forms that were shown" }
            li { "subject.json and legal_notices.jsonl: the rest, for programs" }
            @for file in files { li { (file) } }
        }
        (PreEscaped("</body></html>\n"))
    }
    .into_string()
}

fn list(members: &[Member<'_>]) -> Markup {
    let is_empty = |value: &Json<'_>| *value == Json::Null || value.is_empty_container();
    html! {
        dl {
            @for (name, content) in members.iter().filter(|(_, content)| !is_empty(content)) {
                dt { (label(name)) }
                dd { (value(content)) }
            }
        }
    }
}

fn value(json: &Json<'_>) -> Markup {
    match json {
        Json::Null => html! { "–" },
        Json::Bool(true) => html! { "yes" },
        Json::Bool(false) => html! { "no" },
        Json::Number(spelling) => html! { (spelling) },
        Json::String(text) => html! { (text) },
        Json::Array(items) => html! { @for item in items { div { (value(item)) } } },
        Json::Object(members) => list(members),
    }
}

/// What a member is called for people; preferences and the like are called what the site calls them.
fn label(name: &str) -> &str {
    match name {
        "id" => "Id",
        "timestamp" => "Given",
        "received_at" => "Received",
        "claimed_at" => "Time as claimed",
        "source" => "Came from",
        "consent_type" => "Kind",
        "subject" => "The person, as told then",
        "email" => "E-mail address",
        "first_name" => "First name",
        "last_name" => "Last name",
        "full_name" => "Full name",
        "verified" => "Confirmed",
        "phones" => "Phones",
        "user_id" => "The site's name for the person",
        "preferences" => "Preferences",
        "legal_notices" => "Texts agreed to",
        "proofs" => "What was filled in and shown",
        "proof_documents" => "Documents",
        "ip_address" => "Network address",
        "services" => "Decisions on services",
        "widget" => "Banner shown",
        "origin" => "Site",
        "origin_checked" => "Site confirmed by the browser",
        "path" => "Page",
        "device" => "Device",
        "session_id" => "Browser session",
        "imported" => "Taken over from elsewhere",
        "erased" => "Parts erased",
        "checksum" => "Checksum of the record",
        other => other,
    }
}
