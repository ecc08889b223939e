//! The consent cookie as a server sets it: the value that the widget wrote, and nothing else.

use super::error::{Error, Result};
use super::form_encoding::decode;
use super::json::Json;
use super::widget::Widget;

/// The longest value that every browser keeps, with the cookie's name (widget contract 8).
const LONGEST: usize = 4000;
const DAY: i64 = 86_400;

/// The `Set-Cookie` line for a widget's choice.
///
/// # Errors
/// A value that the widget cannot have written.
pub fn choice_cookie(widget: &Widget, value: &str, is_secure: bool) -> Result<String> {
    let refused =
        || Error::invalid("", "the body must be the value of the choice cookie, as the widget writes it");
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()%".contains(&byte);
    if value.len() > LONGEST || !value.bytes().all(is_plain) {
        return Err(refused());
    }
    let text = decode(value).map_err(|_| refused())?;
    let choice = Json::parse(&text).map_err(|_| refused())?;
    let is_choice = choice.get("v").and_then(Json::as_int) == Some(1)
        && choice.get("id").and_then(Json::as_str).is_some()
        && choice.get("d").and_then(Json::as_int).is_some_and(|seconds| seconds > 0)
        && matches!(choice.get("c"), Some(Json::Object(_)));
    if !is_choice {
        return Err(refused());
    }
    let setting = |name: &str| widget.version.settings.get(name);
    let name = setting("consentCookieName").and_then(Json::as_str).unwrap_or("euconsent");
    let days = setting("consentCookieExpiryTime").and_then(Json::as_int).unwrap_or(180);
    let domain = setting("consentCookieDomain").and_then(Json::as_str);
    let domain = domain.map(|domain| format!("; Domain={domain}")).unwrap_or_default();
    let secure = if is_secure { "; Secure" } else { "" };
    Ok(format!("{name}={value}; Path=/; Max-Age={}{domain}; SameSite=Lax{secure}", days * DAY))
}
