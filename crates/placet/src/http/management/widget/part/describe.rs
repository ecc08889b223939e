//! What the API description says of services and texts of a draft.

use crate::domain::json::Json;
use crate::http::management::widget::describe::{changing, of_widget};
use crate::http::openapi::schema::{any, input, object, text};
use crate::http::openapi::{JSON, Operation};

/// `POST /api/v1/widgets/{id}/services`
pub(in crate::http) fn add_service() -> Operation {
    let service = input([("slug", text("hotjar")), ("description", text("Heat maps of our pages."))]);
    changing(of_widget("Add a service to a draft"))
        .says("One of the library by its slug, with what differs; or any other, described whole.")
        .takes(JSON, service.others(any(Json::Null)))
}

/// `PATCH /api/v1/widgets/{id}/services/{slug}`
pub(in crate::http) fn change_service() -> Operation {
    of_service("Change a service of a draft")
        .takes(JSON, input([("description", text("Counts visits."))]).others(any(Json::Null)))
}

/// `DELETE /api/v1/widgets/{id}/services/{slug}`
pub(in crate::http) fn remove_service() -> Operation {
    of_service("Take a service out of a draft")
}

fn of_service(summary: &'static str) -> Operation {
    changing(of_widget(summary).path("slug", text("hotjar"), "The service's word."))
}

/// `PUT /api/v1/widgets/{id}/texts/{lang}`
pub(in crate::http) fn set_texts() -> Operation {
    let texts = object([]).others(text("").or_null());
    let example = Json::object([("startupTitle", Json::text("Wir fragen"))]);
    of_language("Set texts of a draft")
        .says("The language is added if it is new. Texts that are null or left out are ours, in the languages we have.")
        .takes(JSON, texts.like(example))
}

/// `DELETE /api/v1/widgets/{id}/texts/{lang}`
pub(in crate::http) fn remove_texts() -> Operation {
    of_language("Take a language out of a draft")
}

fn of_language(summary: &'static str) -> Operation {
    changing(of_widget(summary).path("lang", text("de"), "A language tag."))
}
