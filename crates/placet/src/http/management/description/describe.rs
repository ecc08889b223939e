//! What the API description says of itself.

use crate::domain::json::Json;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{any, object, text};

/// `GET /api/openapi.json`
pub(in crate::http) fn get() -> Operation {
    let description = object([
        ("openapi", text("3.1.1")),
        ("info", any(Json::Object(Vec::new()))),
        ("paths", any(Json::Object(Vec::new()))),
    ]);
    Operation::new("Read this description")
        .gives("OpenAPI 3.1.", description.others(any(Json::Null)))
        .for_anyone()
}
