//! Variants: what a widget is in certain places. Each is published as a version of its own, so that a proof names
//! exactly what was shown.

use super::WidgetVersion;
use super::file;
use super::reading::Reading;
use super::settings::SETTINGS;
use crate::domain::error::{Problem, Problems};
use crate::domain::json::{Json, Member};
use crate::domain::region::{Region, RegionRule};

const MAX_VARIANTS: usize = 50;
const MAX_LABEL: usize = 80;

/// A version for certain places.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name, for the operator.
    pub label: String,
    /// Where it holds.
    pub regions: Vec<RegionRule>,
    /// What is shown there.
    pub version: WidgetVersion,
}

/// The variant that names a region most exactly.
#[must_use]
pub fn choose(variants: &[Variant], region: &Region) -> Option<usize> {
    let exactness = |variant: &Variant| variant.regions.iter().filter_map(|rule| rule.matches(region)).max();
    let found = variants.iter().enumerate().filter_map(|(index, variant)| Some((exactness(variant)?, index)));
    // Of two that are equally exact the first holds.
    found.max_by_key(|(exactness, index)| (*exactness, std::cmp::Reverse(*index))).map(|(_, index)| index)
}

/// Reads the variants of a file whose own settings have been read into `base`.
pub(super) fn read(file: &Json<'_>, base: &Json<'static>, reading: &mut Reading) -> Vec<Variant> {
    let items = file.given("variants").map_or(&[][..], Json::items);
    if items.len() > MAX_VARIANTS {
        reading.problems.add("variants", format!("has more than {MAX_VARIANTS} variants"));
    }
    let mut variants: Vec<Variant> = Vec::new();
    for (index, item) in items.iter().take(MAX_VARIANTS).enumerate() {
        let place = format!("variants[{index}]");
        let label = reading.text(&place, item, "label", MAX_LABEL);
        if label.is_none() {
            reading.problems.add(format!("{place}.label"), "is required: a name for this variant");
        }
        let regions = regions(&place, item, &variants, reading);
        let version = version(&place, item, base, &regions, reading);
        variants.push(Variant { label: label.unwrap_or_default(), regions, version });
    }
    variants
}

fn regions(place: &str, item: &Json<'_>, others: &[Variant], reading: &mut Reading) -> Vec<RegionRule> {
    let mut regions = Vec::new();
    for (index, entry) in item.given("regions").map_or(&[][..], Json::items).iter().enumerate() {
        let field = format!("{place}.regions[{index}]");
        match entry.as_str().and_then(RegionRule::parse) {
            None => reading
                .problems
                .add(field, "must be a country such as US, a part of one such as US-CA, EEA, or ADEQUATE"),
            Some(rule) if others.iter().any(|other| other.regions.contains(&rule)) => {
                reading.problems.add(field, "is named by another variant too");
            }
            Some(rule) => regions.push(rule),
        }
    }
    if regions.is_empty() {
        reading.problems.add(format!("{place}.regions"), "is required: where this variant holds");
    }
    regions
}

fn version(
    place: &str,
    item: &Json<'_>,
    base: &Json<'static>,
    regions: &[RegionRule],
    reading: &mut Reading,
) -> WidgetVersion {
    let nothing = Json::Object(Vec::new());
    let changes = item.given("changes").unwrap_or(&nothing);
    let settings_there = apply(place, base, changes, &mut reading.problems);
    let mut own = Reading::new(&settings_there, reading.provenance);
    let version = file::version(&settings_there, &[], &mut own);
    let is_opt_out = version.settings.get("regime").and_then(Json::as_str) == Some("OptOut");
    for rule in regions.iter().filter(|rule| is_opt_out && rule.asks_for_a_yes()) {
        let reason =
            format!("OptOut is not possible in {}: the law there asks for a yes first", rule.spell());
        reading.problems.add(format!("{place}.changes.regime"), reason);
    }
    let mut common = Reading::new(base, reading.provenance);
    file::version(base, &[], &mut common);
    let is_new = |known: &Problems, problem: &Problem| !known.list().contains(problem);
    for problem in own.problems.list().iter().filter(|problem| is_new(&common.problems, problem)) {
        reading.problems.add(format!("{place}.changes.{}", problem.field), problem.reason.clone());
    }
    for warning in own.warnings.list().iter().filter(|warning| is_new(&common.warnings, warning)) {
        reading.warnings.add(format!("{place}.changes.{}", warning.field), warning.reason.clone());
    }
    version
}

/// The settings with the changes of a variant: settings by name, texts by language, services by slug, null for a service
/// that is not there.
fn apply(place: &str, base: &Json<'static>, changes: &Json<'_>, problems: &mut Problems) -> Json<'static> {
    let mut settings: Vec<Member<'static>> = base.members().to_vec();
    for (name, value) in changes.members() {
        let is_setting = SETTINGS.iter().any(|(known, _)| *known == &**name);
        match &**name {
            "translations" => change_texts(&mut settings, value),
            "services" => change_services(place, &mut settings, value, problems),
            _ if is_setting => put(&mut settings, name, value.clone().into_owned()),
            _ => problems.add(format!("{place}.changes.{name}"), "is not a setting"),
        }
    }
    let is_opt_out = changes.get("regime").and_then(Json::as_str) == Some("OptOut");
    if is_opt_out {
        let said = |slug: &str| {
            changes.get("services").and_then(|services| services.get(slug)?.given("defaultConsent")).is_some()
        };
        on_until_refused(&mut settings, said);
    }
    Json::Object(settings)
}

fn put(members: &mut Vec<Member<'static>>, name: &str, value: Json<'static>) {
    match members.iter_mut().find(|(known, _)| known == name) {
        Some((_, old)) => *old = value,
        None => members.push((name.to_owned().into(), value)),
    }
}

fn items<'m>(members: &'m mut [Member<'static>], name: &str) -> Option<&'m mut Vec<Json<'static>>> {
    members.iter_mut().find(|(known, _)| known == name).and_then(|(_, value)| match value {
        Json::Array(items) => Some(items),
        _ => None,
    })
}

fn merge(into: &mut Json<'static>, changes: &Json<'_>) {
    if let Json::Object(members) = into {
        for (name, value) in changes.members() {
            put(members, name, value.clone().into_owned());
        }
    }
}

fn change_texts(settings: &mut [Member<'static>], changes: &Json<'_>) {
    let Some(translations) = items(settings, "translations") else { return };
    for change in changes.items() {
        let lang = change.get("lang").and_then(Json::as_str).unwrap_or_default();
        let known = translations.iter_mut().find(|known| {
            known.get("lang").and_then(Json::as_str).is_some_and(|own| own.eq_ignore_ascii_case(lang))
        });
        match known {
            Some(known) => merge(known, change),
            None => translations.push(change.clone().into_owned()),
        }
    }
}

fn change_services(
    place: &str,
    settings: &mut [Member<'static>],
    changes: &Json<'_>,
    problems: &mut Problems,
) {
    let Some(services) = items(settings, "services") else { return };
    if !matches!(changes, Json::Object(_)) {
        problems.add(
            format!("{place}.changes.services"),
            "must be an object of slugs: what changes, or null for a service that is not used there",
        );
    }
    for (slug, change) in changes.members() {
        let known =
            services.iter().position(|known| known.get("slug").and_then(Json::as_str) == Some(&**slug));
        match (known, change) {
            (Some(at), Json::Null) => drop(services.remove(at)),
            (Some(at), _) => merge(&mut services[at], change),
            // A new one has to be described; what only changes something of a service that is not there is a slip.
            (None, Json::Object(members)) if members.iter().any(|(name, _)| name == "name") => {
                let mut service = change.clone().into_owned();
                merge(&mut service, &Json::object([("slug", Json::text(slug.to_string()))]));
                services.push(service);
            }
            (None, _) => {
                problems.add(format!("{place}.changes.services.{slug}"), "is not a service of this widget");
            }
        }
    }
}

fn on_until_refused(settings: &mut [Member<'static>], said: impl Fn(&str) -> bool) {
    for service in items(settings, "services").into_iter().flatten() {
        let slug = service.get("slug").and_then(Json::as_str).unwrap_or_default().to_owned();
        let is_asked = service.get("requiredConsent").and_then(Json::as_bool) == Some(true);
        if is_asked && !said(&slug) {
            merge(service, &Json::object([("defaultConsent", Json::Bool(true))]));
        }
    }
}

/// What a file says of its variants, in the spelling that it is read in again.
pub(super) fn spelled(file: &Json<'_>) -> Json<'static> {
    let variants = file.given("variants").map_or(&[][..], Json::items).iter();
    Json::Array(variants.map(|variant| variant.clone().into_owned()).collect())
}
