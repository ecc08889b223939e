//! What would be unfair to visitors, or would not work on their pages, in settings that can be read. The widget puts
//! some of it right by itself; whoever writes the settings should know all the same.

mod contrast;
mod css;

use super::library;
use super::purpose::Purpose;
use super::reading::Reading;
use crate::domain::json::Json;
use crate::domain::origin::AllowedOrigin;

/// Text and what it stands on, with the least contrast (WCAG 2.2, 1.4.3; of shapes 1.4.11).
const PAIRS: [(&str, &str, f64); 5] = [
    ("colorTitle", "bgColor", 4.5),
    ("colorText", "bgColor", 4.5),
    ("colorBtn", "colorPrimary", 4.5),
    ("colorPrimary", "bgColor", 3.0),
    ("colorSecondary", "bgColor", 3.0),
];
/// The most that is safe in one cookie, in bytes (widget contract 8).
const MOST_OF_A_COOKIE: usize = 3800;
/// Thirteen months: the longest that authorities accept for remembering an answer.
const MOST_DAYS: i64 = 396;

/// Notes everything that is unfair or will not work.
pub(super) fn check(settings: &Json<'static>, origins: &[AllowedOrigin], reading: &mut Reading) {
    colours(settings, reading);
    style(settings, reading);
    for (index, texts) in settings.get("translations").map_or(&[][..], Json::items).iter().enumerate() {
        choices(index, texts, reading);
    }
    services(settings, reading);
    cookie(settings, origins, reading);
    consequences(settings, reading);
}

fn text<'j>(object: &'j Json<'static>, name: &str) -> Option<&'j str> {
    object.get(name).and_then(Json::as_str)
}

fn is_on(settings: &Json<'static>, name: &str) -> bool {
    settings.get(name).and_then(Json::as_bool) == Some(true)
}

fn colours(settings: &Json<'static>, reading: &mut Reading) {
    for (front, back, least) in PAIRS {
        let (Some(colour), Some(ground)) = (text(settings, front), text(settings, back)) else { continue };
        let Some(contrast) = contrast::contrast(colour, ground).filter(|contrast| contrast < &least) else {
            continue;
        };
        let reason =
            format!("{colour} on {back} {ground} has a contrast of {contrast:.2}, and needs {least}");
        reading.unfair(front, reason);
    }
    if text(settings, "bgColor").is_none() {
        for (name, ..) in PAIRS {
            if text(settings, name).is_some() {
                reading.warnings.add(
                    name,
                    "is not used without bgColor: the widget follows the visitor's light or dark theme",
                );
            }
        }
    }
}

fn style(settings: &Json<'static>, reading: &mut Reading) {
    let css = text(settings, "customCSS").unwrap_or_default();
    for why in css::hostile(css) {
        reading.problems.add("customCSS", why);
    }
    for why in css::unfair(css) {
        reading.unfair("customCSS", why);
    }
}

/// Two answers that can be told apart, in words that can be read, of about the same length.
fn choices(index: usize, texts: &Json<'static>, reading: &mut Reading) {
    const ANSWERS: [&str; 5] = [
        "buttonLaterLabel",
        "buttonAcceptLabel",
        "buttonSettingsLabel",
        "buttonAcceptAllLabel",
        "buttonConfirmLabel",
    ];
    for name in ANSWERS {
        if !text(texts, name).unwrap_or_default().chars().any(is_readable) {
            reading.unfair(
                format!("translations[{index}].{name}"),
                "cannot be read: every answer needs a button with words on it",
            );
        }
    }
    let length = |name| text(texts, name).unwrap_or_default().trim().chars().count();
    let (refuse, accept) = (length("buttonLaterLabel"), length("buttonAcceptLabel"));
    for other in ["buttonAcceptLabel", "buttonAcceptAllLabel"] {
        let same = |name| text(texts, name).unwrap_or_default().trim().to_lowercase();
        if same(other) == same("buttonLaterLabel") {
            reading.unfair(
                format!("translations[{index}].buttonLaterLabel"),
                format!("is the same as {other}: a visitor cannot tell yes from no"),
            );
        }
    }
    if refuse > 24 && refuse > accept * 2 {
        let reason = "is more than twice as long as the label to accept: refusing must be as easy to read";
        reading.unfair(format!("translations[{index}].buttonLaterLabel"), reason);
    }
}

/// Letters and digits, without those that are blank by definition.
fn is_readable(c: char) -> bool {
    c.is_alphanumeric() && !matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

fn services(settings: &Json<'static>, reading: &mut Reading) {
    for (index, service) in settings.get("services").map_or(&[][..], Json::items).iter().enumerate() {
        let purpose = service.get("purpose").and_then(Purpose::parse);
        let known = text(service, "slug").and_then(library::get).map(|known| known.purpose);
        let place = format!("services[{index}].purpose");
        match (purpose, known) {
            (Some(Purpose::Necessary), Some(usual)) if usual != Purpose::Necessary => reading.unfair(
                place,
                format!("this service is usually {}, and is not necessary for a site to work", usual.label()),
            ),
            (Some(Purpose::Unclassified), _) => reading
                .warnings
                .add(place, "unclassified services are hidden from visitors and never accepted"),
            _ => {}
        }
    }
}

/// The consent cookie holds every slug, so that tag managers can look for it.
fn cookie(settings: &Json<'static>, origins: &[AllowedOrigin], reading: &mut Reading) {
    let size = cookie_size(settings);
    if size > MOST_OF_A_COOKIE {
        reading.warnings.add(
            "services",
            format!("the choice of all services takes {size} bytes of a cookie, and {MOST_OF_A_COOKIE} are safe: tag managers and sub-domains will not see all of it. Use shorter slugs or fewer services"),
        );
    }
    let Some(domain) = text(settings, "consentCookieDomain").map(|domain| domain.trim_start_matches('.'))
    else {
        return;
    };
    for origin in origins.iter().filter(|origin| !origin.is_below(domain)) {
        reading.warnings.add(
            "consentCookieDomain",
            format!("{} is not below {domain}: no choice can be kept there", origin.as_str()),
        );
    }
}

/// Bytes of the cookie's value when everything is refused, the longer of the two words.
fn cookie_size(settings: &Json<'static>) -> usize {
    const REST: &str = r#"{"v":1,"id":"c2a4f0b6-3f9e-4b57-9f0a-4d7a8be5c9f2","k":"c2a4f0b6-3f9e-4b57-9f0a-4d7a8be5c9f2","d":1772360430,"c":{}}"#;
    /// What `encodeURIComponent` leaves as it is; anything else of ASCII takes three bytes.
    fn encoded(text: &str) -> usize {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
        text.bytes().map(|byte| if is_plain(byte) { 1 } else { 3 }).sum()
    }
    let asked = settings.get("services").map_or(&[][..], Json::items).iter();
    let slugs =
        asked.filter(|service| is_on(service, "requiredConsent")).filter_map(|service| text(service, "slug"));
    encoded(REST) + slugs.map(|slug| encoded(slug) + encoded(r#""":false,"#)).sum::<usize>()
}

fn consequences(settings: &Json<'static>, reading: &mut Reading) {
    if is_on(settings, "enableIAB") {
        reading.warnings.add(
            "enableIAB",
            "has no effect: the consent framework of the advertising industry (TCF) is not part of Placet",
        );
    }
    if is_on(settings, "disableBanner") {
        reading.warnings.add("disableBanner", "nobody is asked, so no service that needs consent ever runs");
    }
    let days = settings.get("consentCookieExpiryTime").and_then(Json::as_int).unwrap_or_default();
    if days > MOST_DAYS {
        let reason = format!(
            "an answer is remembered for {days} days; authorities expect people to be asked again after six to thirteen months"
        );
        reading.warnings.add("consentCookieExpiryTime", reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_the_cookie_is_that_of_its_encoded_value() {
        let settings = Json::parse(r#"{"services":[{"slug":"ab","requiredConsent":true}]}"#).unwrap();
        let none = Json::parse("{}").unwrap();
        // "%22ab%22%3Afalse%2C"
        assert_eq!(cookie_size(&settings.into_owned()), cookie_size(&none.into_owned()) + 19);
    }
}
