//! Services and their cookies (widget contract 5.3).

use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use super::purpose::Purpose;
use crate::domain::error::Problems;
use crate::domain::json::{Json, Member};
use crate::domain::record::Members;

const MAX_NAME: usize = 150;
const MAX_TEXT: usize = 4000;
const MAX_SERVICES: usize = 500;

/// The storage types that Google's consent mode knows.
const CONSENT_MODE_TYPES: [&str; 7] = [
    "ad_storage",
    "analytics_storage",
    "ad_user_data",
    "ad_personalization",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
];

/// Reads the services of all groups; warnings are for the person who imports.
pub(super) fn read(file: &Json<'_>, problems: &mut Problems, warnings: &mut Vec<String>) -> Json<'static> {
    let mut services: Vec<Json<'static>> = Vec::new();
    let groups = file.get("groups").map_or(&[][..], Json::items);
    let listed = groups.iter().enumerate().flat_map(|(g, group)| {
        let services = group.get("services").map_or(&[][..], Json::items);
        services
            .iter()
            .enumerate()
            .map(move |(s, service)| (format!("groups[{g}].services[{s}]"), service, group))
    });
    for (field, service, group) in listed {
        let known =
            |slug: &str| services.iter().any(|known| known.get("slug").and_then(Json::as_str) == Some(slug));
        if let Some(service) = one(&field, service, group, known, problems, warnings) {
            services.push(service);
        }
    }
    if services.len() > MAX_SERVICES {
        problems.add("groups", format!("has more than {MAX_SERVICES} services"));
    }
    Json::Array(services)
}

fn one(
    field: &str,
    service: &Json<'_>,
    group: &Json<'_>,
    is_known: impl Fn(&str) -> bool,
    problems: &mut Problems,
    warnings: &mut Vec<String>,
) -> Option<Json<'static>> {
    let name = text(field, service, "name", MAX_NAME, problems).or_else(|| {
        problems.add(format!("{field}.name"), "is required");
        None
    })?;
    let slug = text(field, service, "slug", MAX_NAME, problems).unwrap_or_else(|| slug_of(&name));
    if !is_slug(&slug) {
        problems.add(format!("{field}.slug"), "must consist of letters, digits, '-', '_' and '.'");
    } else if is_known(&slug) {
        problems.add(format!("{field}.slug"), format!("{slug} is used by another service"));
    }
    let purpose = purpose(field, service, group, problems)?;
    let (required, default) = consent_rule(field, service, &slug, purpose, problems, warnings);
    let optional = |name: &'static str, problems: &mut Problems| {
        Json::text_or_null(text(field, service, name, MAX_TEXT, problems))
    };
    let members = Members::default()
        .with("id", Json::text(id(service, &slug).to_string()))
        .with("name", Json::text(name))
        .with("slug", Json::text(slug.clone()))
        .with("domain", optional("domain", problems))
        .with("logoUrl", optional("logoUrl", problems))
        .with("purpose", Json::int(purpose.number()))
        .with("privacyPolicyUrl", optional("privacyPolicyUrl", problems))
        .with("description", optional("description", problems))
        .with("requiredConsent", Json::Bool(required))
        .with("defaultConsent", Json::Bool(default))
        .with("consentMode", Json::Bool(flag(field, service, "consentMode", false, problems)))
        .with("consentModeTypes", consent_mode_types(field, service, problems))
        .with("cookies", cookies(field, service, problems));
    Some(members.object())
}

fn text(field: &str, object: &Json<'_>, name: &str, most: usize, problems: &mut Problems) -> Option<String> {
    match object.given(name)? {
        Json::String(text) if text.is_empty() => None,
        Json::String(text) if text.chars().count() <= most && !text.contains('\0') => Some(text.to_string()),
        _ => {
            problems.add(format!("{field}.{name}"), format!("must be a text of at most {most} characters"));
            None
        }
    }
}

fn flag(field: &str, object: &Json<'_>, name: &str, default: bool, problems: &mut Problems) -> bool {
    match object.given(name) {
        None => default,
        Some(Json::Bool(value)) => *value,
        Some(_) => {
            problems.add(format!("{field}.{name}"), "must be true or false");
            default
        }
    }
}

fn purpose(field: &str, service: &Json<'_>, group: &Json<'_>, problems: &mut Problems) -> Option<Purpose> {
    let value = service.given("purpose").or_else(|| group.given("purpose"));
    let purpose = value.map_or(Some(Purpose::Unclassified), Purpose::parse);
    if purpose.is_none() {
        problems.add(format!("{field}.purpose"), "must be a number from 0 (Necessary) to 5 (Unclassified)");
    }
    purpose
}

/// A service that has to be asked for never counts as consented before the visitor has chosen.
fn consent_rule(
    field: &str,
    service: &Json<'_>,
    slug: &str,
    purpose: Purpose,
    problems: &mut Problems,
    warnings: &mut Vec<String>,
) -> (bool, bool) {
    if purpose == Purpose::Necessary {
        return (false, true);
    }
    let required = flag(field, service, "requiredConsent", true, problems);
    let default = flag(field, service, "defaultConsent", false, problems);
    if required && default {
        warnings
            .push(format!("{slug}: defaultConsent is treated as false, because the visitor has to be asked"));
    }
    (required, default && !required)
}

fn slug_of(name: &str) -> String {
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

fn is_slug(slug: &str) -> bool {
    !slug.is_empty() && slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// The id given, or one derived from the slug, so that publishing again keeps it.
fn id(service: &Json<'_>, slug: &str) -> Uuid {
    let given = service.get("id").and_then(Json::as_str).and_then(|text| Uuid::try_parse(text).ok());
    given.unwrap_or_else(|| {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Sha256::digest(format!("placet/service\n{slug}"))[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    })
}

fn consent_mode_types(field: &str, service: &Json<'_>, problems: &mut Problems) -> Json<'static> {
    let mut types = Vec::new();
    for item in service.given("consentModeTypes").map_or(&[][..], Json::items) {
        match CONSENT_MODE_TYPES.iter().find(|known| item.as_str() == Some(known)) {
            Some(known) => types.push(Json::text(*known)),
            None => problems.add(
                format!("{field}.consentModeTypes"),
                format!("may hold {}", CONSENT_MODE_TYPES.join(", ")),
            ),
        }
    }
    Json::Array(types)
}

fn cookies(field: &str, service: &Json<'_>, problems: &mut Problems) -> Json<'static> {
    let items = service.given("cookies").map_or(&[][..], Json::items);
    let cookies = items.iter().enumerate().filter_map(|(index, cookie)| {
        let field = format!("{field}.cookies[{index}]");
        let name = text(&field, cookie, "name", MAX_NAME, problems);
        if name.is_none() {
            problems.add(format!("{field}.name"), "is required");
        }
        let mut members: Vec<Member<'static>> = vec![("name".into(), Json::text(name?))];
        for key in ["description", "value", "path", "domain"] {
            members.push((key.into(), Json::text_or_null(text(&field, cookie, key, MAX_TEXT, problems))));
        }
        let days = cookie.given("expiryDays").and_then(Json::as_int);
        members.push(("expiryDays".into(), Json::int_or_null(days)));
        Some(Json::Object(members))
    });
    Json::Array(cookies.collect())
}
