//! What the API description says of `/v1/client/collect`.

use crate::http::openapi::schema::{Schema, either, flag, input, int, list, text, time, uuid, word};
use crate::http::openapi::{JSON, Operation};

const AS_TEXT: &str =
    r#"{"type":"Consents","consents":{"cookieConsents":[{"slug":"matomo","consent":true}]}}"#;
const CONSENT_ID: &str = "c2a4f0b6-3f9e-4b57-9f0a-4d7a8be5c9f2";

/// `POST /v1/client/collect/{id}`
pub(in crate::http) fn post() -> Operation {
    Operation::new("Record a cookie choice")
        .says("The body is read as JSON whatever it is declared to be; `text/plain` spares a browser the preflight.")
        .path("id", int(1), "Number of the widget.")
        .takes(JSON, collected())
        .takes("text/plain", text(AS_TEXT))
        .gives("The visitor's consent id; bare with `Accept: text/plain`.", uuid(CONSENT_ID))
        .refuses(&[404, 409])
}

fn collected() -> Schema {
    let moment = || either([int(1_772_360_430_265), time("2026-03-01T10:20:30.265Z")]);
    let decision = input([
        ("slug", text("matomo").at_most(255)),
        ("consent", flag(true)),
        ("id", uuid("7e8a233d-9579-81af-abbd-749b33aa9272")),
        ("name", text("Matomo").at_most(255)),
        ("purpose", int(2).within(0, 5)),
        ("date", moment()),
    ]);
    let consents = input([
        (
            "cookieConsents",
            list(decision.needs(&["slug", "consent"]))
                .up_to(1000)
                .says("What is left out of a decision is taken from the widget."),
        ),
        ("lang", text("en").at_most(255)),
        ("date", moment().says("When the choice was made.")),
        (
            "version",
            uuid("8b669ef8-3546-86fb-aa50-3ec93ef15e6a")
                .says("The `version` of the settings that were shown."),
        ),
        (
            "sdk",
            text("sha256:efc83570f63640c4e9c43d5ff00eb3887a547e0ec54428f335165a4774c5a2dc")
                .at_most(255)
                .says("Digest of the script that showed the banner."),
        ),
        ("how", text("selection").at_most(255).says("`accept_all`, `refuse_all`, `selection`, ...")),
        ("origin", text("https://shop.example").at_most(255)),
        ("path", text("/").says("Query and fragment are cut off.")),
    ]);
    input([
        ("type", word(&["Consents", "Visit", "Quit"]).says("`Visit` and `Quit` are counted, and nothing else is kept of them.")),
        ("id", uuid("0197a0c2-6f3e-4d11-9a55-0c6e2f9b7a10").says("Id of this record, made by the caller. The same id with the same body: the first answer again; with another body: 409.")),
        ("consentId", uuid(CONSENT_ID).says("The visitor's, from an earlier choice; generated if missing.")),
        ("userId", text("u-17").at_most(255).says("The site's id of the visitor; base64 of readable text is decoded, a number is its digits.")),
        ("sessionId", uuid("3e0eb2d9-9bdc-4727-b340-ebf86b588fe7").says("Of the browser session; generated if missing.")),
        ("consents", consents.needs(&["cookieConsents"])),
    ])
    .needs(&["type"])
    .named("CookieChoice")
}
