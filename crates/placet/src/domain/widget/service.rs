//! Services and their cookies (widget contract 5.3).

use placet_proof::Sha256;
use uuid::{Builder, Uuid};

use super::address::{Use, is_harmless};
use super::cookie;
use super::purpose::Purpose;
use super::reading::{Reading, Regime};
use crate::domain::json::Json;
use crate::domain::record::Members;

pub(super) const MAX_NAME: usize = 150;
pub(super) const MAX_TEXT: usize = 4000;
const MAX_SERVICES: usize = 500;

/// The storage types that Google's consent mode knows.
pub(super) const CONSENT_MODE_TYPES: [&str; 7] = [
    "ad_storage",
    "analytics_storage",
    "ad_user_data",
    "ad_personalization",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
];

/// Vendors whose own consent call the widget can make.
pub(super) const VENDOR_SIGNALS: [&str; 5] = ["uet", "clarity", "meta", "tiktok", "matomo"];

/// Members that services did not have in earlier releases, with what their absence means.
pub(super) fn absent() -> [(&'static str, Json<'static>); 5] {
    [
        ("provider", Json::Null),
        ("country", Json::Null),
        ("exempt", Json::Bool(false)),
        ("exemptReason", Json::Null),
        ("vendorSignal", Json::Null),
    ]
}

/// Reads the services of all groups, and those listed without a group.
pub(super) fn read(file: &Json<'_>, reading: &mut Reading) -> Json<'static> {
    let mut services: Vec<Json<'static>> = Vec::new();
    for (place, service, group) in listed(file) {
        let known =
            |slug: &str| services.iter().any(|known| known.get("slug").and_then(Json::as_str) == Some(slug));
        if let Some(service) = one(&place, service, group, known, reading) {
            services.push(service);
        }
    }
    if services.len() > MAX_SERVICES {
        reading.problems.add("services", format!("has more than {MAX_SERVICES} services"));
    }
    Json::Array(services)
}

/// Each service with its place in the file and the group it stands in.
fn listed<'f, 'j>(file: &'f Json<'j>) -> Vec<(String, &'f Json<'j>, Option<&'f Json<'j>>)> {
    let items = |object: &'f Json<'j>, name| object.get(name).map_or(&[][..], Json::items);
    let mut listed = Vec::new();
    for (g, group) in items(file, "groups").iter().enumerate() {
        for (s, service) in items(group, "services").iter().enumerate() {
            listed.push((format!("groups[{g}].services[{s}]"), service, Some(group)));
        }
    }
    for (s, service) in items(file, "services").iter().enumerate() {
        listed.push((format!("services[{s}]"), service, None));
    }
    listed
}

fn one(
    place: &str,
    service: &Json<'_>,
    group: Option<&Json<'_>>,
    is_known: impl Fn(&str) -> bool,
    reading: &mut Reading,
) -> Option<Json<'static>> {
    let name = reading.text(place, service, "name", MAX_NAME).or_else(|| {
        reading.problems.add(format!("{place}.name"), "is required");
        None
    })?;
    let slug = reading.text(place, service, "slug", MAX_NAME).unwrap_or_else(|| slug_of(&name));
    if !is_slug(&slug) {
        reading.problems.add(format!("{place}.slug"), "must consist of letters, digits, '-', '_' and '.'");
    } else if is_known(&slug) {
        reading.problems.add(format!("{place}.slug"), format!("{slug} is used by another service"));
    }
    let purpose = purpose(place, service, group, reading)?;
    let rule = consent_rule(place, service, purpose, reading);
    let members = Members::default()
        .with("id", Json::text(id(service, &slug).to_string()))
        .with("name", Json::text(name))
        .with("slug", Json::text(slug))
        .with("domain", Json::text_or_null(reading.text(place, service, "domain", MAX_TEXT)))
        .with("logoUrl", address(place, service, "logoUrl", Use::Picture, reading))
        .with("purpose", Json::int(purpose.number()))
        .with("privacyPolicyUrl", address(place, service, "privacyPolicyUrl", Use::Link, reading))
        .with("description", Json::text_or_null(reading.text(place, service, "description", MAX_TEXT)))
        .with("requiredConsent", Json::Bool(rule.required))
        .with("defaultConsent", Json::Bool(rule.default))
        .with("consentMode", Json::Bool(reading.flag(place, service, "consentMode", false)))
        .with("consentModeTypes", consent_mode_types(place, service, reading))
        .with("cookies", cookie::read(place, service, reading))
        .with("provider", Json::text_or_null(reading.text(place, service, "provider", MAX_NAME)))
        .with("country", country(place, service, reading))
        .with("exempt", Json::Bool(rule.exempt))
        .with("exemptReason", Json::text_or_null(rule.reason));
    let signal = reading.word(place, service, "vendorSignal", &VENDOR_SIGNALS);
    Some(members.with("vendorSignal", Json::text_or_null(signal)).object())
}

fn purpose(
    place: &str,
    service: &Json<'_>,
    group: Option<&Json<'_>>,
    reading: &mut Reading,
) -> Option<Purpose> {
    let value = service.given("purpose").or_else(|| group?.given("purpose"));
    let purpose = value.map_or(Some(Purpose::Unclassified), Purpose::parse);
    if purpose.is_none() {
        let reason = "must be a number from 0 (Necessary) to 5 (Unclassified)";
        reading.problems.add(format!("{place}.purpose"), reason);
    }
    purpose
}

/// Whether a visitor is asked, what holds without an answer, and why nobody need be asked.
struct ConsentRule {
    required: bool,
    default: bool,
    exempt: bool,
    reason: Option<String>,
}

/// Where the law asks for a yes, a service counts as consented before the visitor has chosen only if it needs no consent:
/// it is necessary, or the site says why the law exempts it.
fn consent_rule(place: &str, service: &Json<'_>, purpose: Purpose, reading: &mut Reading) -> ConsentRule {
    let exempt = reading.flag(place, service, "exempt", false);
    let reason = reading.text(place, service, "exemptReason", MAX_TEXT);
    if purpose == Purpose::Necessary {
        return ConsentRule { required: false, default: true, exempt, reason };
    }
    let required = reading.flag(place, service, "requiredConsent", !exempt);
    let wanted = reading.flag(place, service, "defaultConsent", false);
    if exempt && required {
        reading.problems.add(
            format!("{place}.exempt"),
            "a service that is exempt is not asked about: set requiredConsent to false",
        );
    }
    if exempt && reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        let why = "is required: why the law needs no consent for this service, as visitors will read it";
        reading.problems.add(format!("{place}.exemptReason"), why);
    }
    let default = wanted && (reading.regime == Regime::OptOut || (exempt && !required));
    if wanted && !default {
        let why = if required {
            "is treated as false, because the visitor has to be asked"
        } else {
            "is treated as false, because the service is not marked exempt, with the reason"
        };
        reading.warnings.add(format!("{place}.defaultConsent"), why);
    }
    ConsentRule { required, default, exempt, reason }
}

fn address(
    place: &str,
    service: &Json<'_>,
    name: &'static str,
    used: Use,
    reading: &mut Reading,
) -> Json<'static> {
    let Some(address) = reading.text(place, service, name, 2048) else { return Json::Null };
    if is_harmless(&address, used) {
        return Json::text(address);
    }
    reading.problems.add(
        format!("{place}.{name}"),
        "must be an address such as https://example.org/privacy, or a path that begins with /",
    );
    Json::Null
}

fn country(place: &str, service: &Json<'_>, reading: &mut Reading) -> Json<'static> {
    let Some(country) = reading.text(place, service, "country", MAX_NAME) else { return Json::Null };
    if country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Json::text(country);
    }
    reading.problems.add(format!("{place}.country"), "must be a country's two letters, such as FR");
    Json::Null
}

/// The word that pages use for a service, made from its name.
#[must_use]
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for character in name.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

pub(super) fn is_slug(slug: &str) -> bool {
    !slug.is_empty() && slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// The id given, or one derived from the slug, so that publishing again keeps it.
fn id(service: &Json<'_>, slug: &str) -> Uuid {
    let given = service.get("id").and_then(Json::as_str).and_then(|text| Uuid::try_parse(text).ok());
    given.unwrap_or_else(|| {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Sha256::of(format!("placet/service\n{slug}").as_bytes())[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    })
}

fn consent_mode_types(place: &str, service: &Json<'_>, reading: &mut Reading) -> Json<'static> {
    let mut types = Vec::new();
    for item in service.given("consentModeTypes").map_or(&[][..], Json::items) {
        match CONSENT_MODE_TYPES.iter().find(|known| item.as_str() == Some(known)) {
            Some(known) => types.push(Json::text(*known)),
            None => reading.problems.add(
                format!("{place}.consentModeTypes"),
                format!("may hold {}", CONSENT_MODE_TYPES.join(", ")),
            ),
        }
    }
    Json::Array(types)
}
