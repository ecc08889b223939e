//! What the API description says of the health checks.

use crate::domain::json::Json;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{Schema, text};

const PLAIN: &str = "text/plain";

fn exactly(line: &'static str) -> Schema {
    text(line).with("const", Json::text(line))
}

/// `GET /healthz`
pub(in crate::http) fn alive() -> Operation {
    Operation::new("Say whether the process answers").gives_content(200, "It does.", PLAIN, exactly("ok\n"))
}

/// `GET /readyz`
pub(in crate::http) fn ready() -> Operation {
    Operation::new("Say whether the process can read its database")
        .gives_content(200, "It can.", PLAIN, exactly("ready\n"))
        .refuses(&[503])
}
