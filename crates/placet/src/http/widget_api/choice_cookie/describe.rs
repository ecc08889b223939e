//! What the API description says of `/v1/client/choice-cookie`.

use crate::http::openapi::Operation;
use crate::http::openapi::schema::{int, text};

const VALUE: &str = "%7B%22v%22%3A1%2C%22id%22%3A%22c2a4f0b6-3f9e-4b57-9f0a-4d7a8be5c9f2%22%2C%22k%22%3Anull%2C%22d%22%3A1772360430%2C%22c%22%3A%7B%22matomo%22%3Atrue%7D%7D";

/// `POST /v1/client/choice-cookie`
pub(in crate::http) fn post() -> Operation {
    Operation::new("Set the choice cookie by HTTP")
        .says("Reached through a path of the site itself, so that the cookie is the site's own. The body is the cookie's value as the widget wrote it.")
        .query("widget", int(1), "Number of the widget.")
        .takes("text/plain", text(VALUE))
        .gives_nothing(204, "The cookie is set again.")
        .with_header("Set-Cookie", text("euconsent=...; Path=/; Max-Age=15552000; SameSite=Lax; Secure"), "The cookie.")
        .refuses(&[400, 404])
}
