//! The session cookie.

use axum::http::{HeaderMap, HeaderValue, header};

const SECURE_NAME: &str = "__Host-placet";
/// Without TLS (on one's own machine) a browser does not accept the prefix.
const PLAIN_NAME: &str = "placet";
const MAX_AGE: u32 = 14 * 24 * 60 * 60;

fn name(is_secure: bool) -> &'static str {
    if is_secure { SECURE_NAME } else { PLAIN_NAME }
}

/// The session's token, if the request has one.
pub(super) fn session(headers: &HeaderMap, is_secure: bool) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name(is_secure)).map(|(_, value)| value)
}

/// The header that begins a session, or ends it without a token.
pub(super) fn set_session(token: Option<&str>, is_secure: bool) -> Option<HeaderValue> {
    let secure = if is_secure { "; Secure" } else { "" };
    let age = if token.is_some() { MAX_AGE } else { 0 };
    let value = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}",
        name(is_secure),
        token.unwrap_or_default()
    );
    HeaderValue::from_str(&value).ok()
}
