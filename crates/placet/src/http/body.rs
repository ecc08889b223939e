//! Request bodies: bounded, timed, and always UTF-8.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::LengthLimitError;

use crate::domain::error::{Error, Result};
use crate::domain::form_encoding;
use crate::domain::json::Json;

/// The most that the consent API accepts.
const MAX_BODY: usize = 1_048_576;
/// The most that the widget's public endpoint accepts.
pub(super) const MAX_COLLECT_BODY: usize = 64 * 1024;
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// A body of the consent API, as text.
pub(super) struct TextBody {
    text: String,
    is_form: bool,
}

impl TextBody {
    /// As it was sent.
    pub(super) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Reads the text as JSON or as a form, whichever it was declared to be.
    pub(super) fn parse(&self) -> Result<Json<'_>> {
        // curl declares a form unless told otherwise; no form field begins like a JSON object or list.
        if self.is_form && !self.text.trim_start().starts_with(['{', '[']) {
            return form_encoding::parse(&self.text).map_err(|why| Error::invalid("", why));
        }
        Json::parse(&self.text)
            .map_err(|why| Error::invalid("", format!("the body is not valid JSON: {why}")))
    }
}

impl<S: Sync> FromRequest<S> for TextBody {
    type Rejection = super::error::ApiError;

    async fn from_request(request: Request, _: &S) -> Result<TextBody, Self::Rejection> {
        let is_form = is_form(request.headers())?;
        check_length(request.headers(), MAX_BODY)?;
        Ok(TextBody { text: collect(request.into_body(), MAX_BODY).await?, is_form })
    }
}

/// Refuses a body that announces too much before a byte of it is read.
pub(super) fn check_length(headers: &HeaderMap, limit: usize) -> Result<()> {
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) { Err(Error::TooLarge { limit }) } else { Ok(()) }
}

/// Reads a body as UTF-8.
pub(super) async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<String> {
    check_length(headers, limit)?;
    collect(body, limit).await
}

async fn collect(body: Body, limit: usize) -> Result<String> {
    let bytes = tokio::time::timeout(READ_TIMEOUT, to_bytes(body, limit)).await;
    let bytes = bytes.map_err(|_| Error::invalid("", "the body did not arrive within 30 seconds"))?;
    let bytes = bytes.map_err(|error| {
        let is_too_large =
            std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<LengthLimitError>);
        if is_too_large { Error::TooLarge { limit } } else { Error::invalid("", "the body broke off") }
    })?;
    let text = String::from_utf8(bytes.into()).map_err(|_| Error::invalid("", "the body is not UTF-8"))?;
    // A byte order mark says what is known, and some clients begin every text with it.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Whether a form was declared.
///
/// # Errors
/// Content that is neither JSON nor a form, or another charset than UTF-8.
fn is_form(headers: &HeaderMap) -> Result<bool> {
    let Some(declared) = headers.get(header::CONTENT_TYPE) else { return Ok(false) };
    let declared = declared.to_str().unwrap_or_default().to_ascii_lowercase();
    let (kind, parameters) = declared.split_once(';').unwrap_or((&declared, ""));
    let charset = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("charset="));
    if charset.is_some_and(|charset| !matches!(charset.trim_matches('"'), "utf-8" | "utf8")) {
        return Err(Error::invalid("", "the body must be UTF-8"));
    }
    match kind.trim() {
        "application/x-www-form-urlencoded" => Ok(true),
        "" | "application/json" | "text/json" | "text/plain" => Ok(false),
        other if other.ends_with("+json") => Ok(false),
        _ => Err(Error::invalid(
            "",
            "Content-Type must be application/json or application/x-www-form-urlencoded",
        )),
    }
}
