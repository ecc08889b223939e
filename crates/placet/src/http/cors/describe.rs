//! What the API description says of preflights.

use crate::http::openapi::Operation;
use crate::http::openapi::schema::int;

/// `OPTIONS`, as browsers send it before a request to another origin.
pub(in crate::http) fn preflight() -> Operation {
    Operation::new("Answer a browser's preflight")
        .gives_nothing(204, "Which methods and headers a page may send.")
        .for_anyone()
}

/// The same for a widget.
pub(in crate::http) fn preflight_widget() -> Operation {
    preflight().path("id", int(1), "Number of the widget.")
}
