//! What the API description says of the metrics.

use crate::http::openapi::Operation;
use crate::http::openapi::schema::text;

/// `GET /metrics`
pub(in crate::http) fn show() -> Operation {
    Operation::new("Give figures in the OpenMetrics text format, to callers from the networks of operators")
        .gives_content(200, "What Prometheus reads.", "application/openmetrics-text", text("# EOF\n"))
        .refuses(&[404])
}
