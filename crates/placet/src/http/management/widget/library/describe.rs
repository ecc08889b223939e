//! What the API description says of the library.

use crate::domain::json::Json;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{Schema, any, int, list, map, object, text};

/// `GET /api/v1/services`
pub(in crate::http) fn services() -> Operation {
    Operation::new("Search the library of services")
        .query("search", text("matomo"), "A part of a name, a provider or a host.")
        .query("purpose", int(2).within(0, 5), "Only of this purpose.")
        .gives("In the order of their slugs.", list(service()))
        .refuses(&[400])
}

/// `GET /api/v1/services/{slug}`
pub(in crate::http) fn service_by_slug() -> Operation {
    Operation::new("Read a service of the library")
        .path("slug", text("matomo"), "The service's word.")
        .gives("The service.", service())
        .refuses(&[404])
}

fn service() -> Schema {
    object([
        ("slug", text("matomo")),
        ("name", text("Matomo")),
        ("purpose", int(2).within(0, 5)),
        ("domains", list(text("matomo.org")).says("Hosts it is loaded from or sends to.")),
    ])
    .others(any(Json::Null))
    .named("LibraryEntry")
}

/// `GET /api/v1/texts`
pub(in crate::http) fn languages() -> Operation {
    Operation::new("List the languages we have texts in").gives("Language tags.", list(text("en")))
}

/// `GET /api/v1/texts/{lang}`
pub(in crate::http) fn texts() -> Operation {
    Operation::new("Read our texts in a language")
        .path("lang", text("de"), "A language tag.")
        .gives("All texts by their names.", map("startupTitle", text("Cookies auf dieser Website").or_null()))
        .refuses(&[404])
}
