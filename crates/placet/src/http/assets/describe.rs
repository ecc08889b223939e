//! What the API description says of scripts and other files.

use crate::http::openapi::Operation;
use crate::http::openapi::schema::{Schema, text};

const SCRIPT: &str = "text/javascript";

fn source() -> Schema {
    text("(()=>{...})();")
}

fn known(operation: Operation) -> Operation {
    operation
        .header("If-None-Match", text("\"0123456789abcdef\""), "What the browser has.")
        .gives_nothing(304, "The browser has it.")
}

/// The widget's loader.
pub(in crate::http) fn loader() -> Operation {
    known(Operation::new("The widget's loader").gives_content(
        200,
        "May be kept for a day.",
        SCRIPT,
        source(),
    ))
}

/// The files that the loader fetches.
pub(in crate::http) fn part() -> Operation {
    let operation = Operation::new("The rest of the widget")
        .says(
            "Loaded by the loader when they are needed: the window, details of services, what covers frames, signals \
             to vendors, and advice when something is wrong. A build that is gone gets the current one.",
        )
        .path("build", text("0123456789abcdef"), "The digest that the loader names.")
        .path("file", text("ui.js"), "One of ui.js, details.js, frames.js, signals.js and advice.js.");
    known(operation.gives_content(
        200,
        "May be kept for ever, if the digest is that of the file.",
        SCRIPT,
        source(),
    ))
    .gives_content(404, "There is no such file.", "text/html", text("<!doctype html>..."))
}

/// The blocker.
pub(in crate::http) fn blocker() -> Operation {
    known(Operation::new("The script that keeps unmarked tags away").gives_content(
        200,
        "May be kept for a day.",
        SCRIPT,
        source(),
    ))
}

/// The form library.
pub(in crate::http) fn forms() -> Operation {
    known(Operation::new("The form library").gives_content(200, "May be kept for a day.", SCRIPT, source()))
}

/// Files of the dashboard and of the pages.
pub(in crate::http) fn file() -> Operation {
    let operation = Operation::new("A file of the dashboard or of a page").path(
        "path",
        text("pages/pages.css"),
        "Where it is; may hold slashes.",
    );
    known(operation.gives_content(200, "The file.", "*/*", text(""))).gives_content(
        404,
        "There is no such file.",
        "text/html",
        text("<!doctype html>..."),
    )
}
