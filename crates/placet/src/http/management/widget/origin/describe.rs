//! What the API description says of a widget's origins.

use crate::http::management::widget::describe::of_widget;
use crate::http::openapi::schema::{Schema, flag, input, int, list, object, text, time};
use crate::http::openapi::{JSON, Operation};

const ORIGIN: &str = "https://www.shop.example";

/// `POST /api/v1/widgets/{id}/allowed_origins`
pub(in crate::http) fn allow() -> Operation {
    of_widget("Allow an origin")
        .says("At once, in what visitors get and in the draft. It is no longer listed as refused.")
        .takes(JSON, input([("origin", text(ORIGIN))]).needs(&["origin"]))
        .gives("The origins that may use the widget.", allowed())
        .refuses(&[404])
}

/// `DELETE /api/v1/widgets/{id}/allowed_origins`
pub(in crate::http) fn withdraw() -> Operation {
    of_widget("Withdraw an origin")
        .query("origin", text(ORIGIN), "The origin as it is listed.")
        .gives("The origins that may use the widget.", allowed())
        .refuses(&[400, 404])
}

fn allowed() -> Schema {
    object([("allowed_origins", list(text(ORIGIN)))])
}

/// `GET /api/v1/widgets/{id}/refused_origins`
pub(in crate::http) fn refused() -> Operation {
    of_widget("List origins that were refused")
        .says("Origins of pages that asked for the widget and are not on its list: the newest hundred.")
        .gives(
            "Newest first.",
            list(
                object([
                    ("origin", text(ORIGIN)),
                    ("count", int(17)),
                    ("last_at", time("2026-03-01T10:20:30.265Z")),
                    ("can_be_allowed", flag(true).says("Whether a widget may be used there at all.")),
                ])
                .named("RefusedOrigin"),
            ),
        )
        .refuses(&[404])
}

/// `DELETE /api/v1/widgets/{id}/refused_origins`
pub(in crate::http) fn forget() -> Operation {
    of_widget("Forget an origin that was refused")
        .query("origin", text(ORIGIN), "The origin as it is listed.")
        .gives_nothing(204, "It is forgotten until it asks again.")
        .refuses(&[400, 404])
}
