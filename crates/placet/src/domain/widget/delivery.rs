//! The settings as a browser gets them: one language, services grouped by purpose (widget contract 5).

use super::Widget;
use super::purpose::Purpose;
use super::settings::SETTINGS;
use super::texts::primary;
use crate::domain::json::{Json, Member};
use crate::domain::time::{Spelling, Timestamp};

/// A settings answer for one language.
pub struct Delivery<'w> {
    widget: &'w Widget,
    index: usize,
}

/// Picks a translation: the exact language, else the primary one, else the first of the list.
/// `wanted` are language tags in order of preference.
#[must_use]
pub fn choose_language<'a>(widget: &Widget, wanted: impl IntoIterator<Item = &'a str>) -> usize {
    choose(translations(&widget.version.settings), wanted)
}

pub(super) fn choose<'a>(translations: &[Json<'static>], wanted: impl IntoIterator<Item = &'a str>) -> usize {
    let languages: Vec<&str> = translations.iter().map(lang).collect();
    let find = |is_meant: &dyn Fn(&str) -> bool| languages.iter().position(|known| is_meant(known));
    let normal = |tag: &str| tag.replace('_', "-");
    for tag in wanted.into_iter().map(str::trim).filter(|tag| !tag.is_empty()) {
        let exact = find(&|known| normal(known).eq_ignore_ascii_case(&normal(tag)));
        let related = || find(&|known| primary(known).eq_ignore_ascii_case(primary(tag)));
        if let Some(index) = exact.or_else(related) {
            return index;
        }
    }
    0
}

pub(super) fn translations<'j>(settings: &'j Json<'static>) -> &'j [Json<'static>] {
    settings.get("translations").map_or(&[], Json::items)
}

fn lang<'j>(translation: &'j Json<'static>) -> &'j str {
    translation.get("lang").and_then(Json::as_str).unwrap_or_default()
}

impl<'w> Delivery<'w> {
    /// The answer in the translation with this index.
    #[must_use]
    pub fn new(widget: &'w Widget, index: usize) -> Delivery<'w> {
        Delivery { widget, index }
    }

    /// The settings object.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let widget = self.widget;
        let translation =
            translations(&widget.version.settings).get(self.index).cloned().unwrap_or(Json::Null);
        let guid = |uuid: uuid::Uuid| Json::text(uuid.to_string());
        let date = |at: Timestamp| Json::text(at.spell(Spelling::Millis));
        let mut members: Vec<Member<'static>> = vec![
            ("id".into(), Json::int(widget.id.0)),
            ("lang".into(), Json::text(lang(&translation).to_owned())),
            ("version".into(), guid(widget.version.guid())),
            ("versionKey".into(), widget.version_key.map_or(Json::Null, guid)),
            ("lastVersionGeneration".into(), date(widget.updated_at)),
            ("dateCreation".into(), date(widget.created_at)),
            ("dateUpdate".into(), date(widget.updated_at)),
            ("tenantId".into(), Json::int(0)),
            ("tenant".into(), Json::Null),
            ("isValid".into(), Json::Bool(true)),
        ];
        members.extend(SETTINGS.iter().map(|(name, _)| ((*name).into(), self.setting(name))));
        members.push(("groups".into(), self.groups(&translation)));
        members.push(("translation".into(), self.translation(&translation)));
        Json::Object(members)
    }

    fn setting(&self, name: &str) -> Json<'static> {
        self.widget.version.settings.get(name).cloned().unwrap_or(Json::Null)
    }

    fn translation(&self, translation: &Json<'static>) -> Json<'static> {
        let place = Json::int(i64::try_from(self.index).unwrap_or(0));
        let mut members: Vec<Member<'static>> = vec![("id".into(), place.clone())];
        members.extend(translation.members().iter().take(1).cloned());
        members.push(("order".into(), place));
        members.extend(translation.members().iter().skip(1).cloned());
        Json::Object(members)
    }

    fn groups(&self, translation: &Json<'static>) -> Json<'static> {
        let groups = Purpose::ALL.into_iter().filter_map(|purpose| self.group(purpose, translation));
        Json::Array(groups.collect())
    }

    fn group(&self, purpose: Purpose, translation: &Json<'static>) -> Option<Json<'static>> {
        let is_member = |service: &&Json<'static>| {
            service.get("purpose").and_then(Json::as_int) == Some(purpose.number())
        };
        let services: Vec<Json<'static>> = self
            .widget
            .services()
            .iter()
            .filter(is_member)
            .map(|service| delivered(service, translation))
            .collect();
        if services.is_empty() {
            return None;
        }
        let text = |part: &str| {
            translation.get(&format!("category{}{part}", purpose.label())).cloned().unwrap_or(Json::Null)
        };
        let is =
            |service: &Json<'static>, flag: &str| service.get(flag).and_then(Json::as_bool) == Some(true);
        Some(Json::object([
            ("label", text("Label")),
            ("excerpt", text("Excerpt")),
            ("description", text("Description")),
            ("purpose", Json::int(purpose.number())),
            ("requiredConsent", Json::Bool(services.iter().any(|service| is(service, "requiredConsent")))),
            ("defaultConsent", Json::Bool(services.iter().all(|service| is(service, "defaultConsent")))),
            ("services", Json::Array(services)),
        ]))
    }
}

/// A service with the keys that only a delivered one has.
fn delivered(service: &Json<'static>, translation: &Json<'static>) -> Json<'static> {
    let id = service.get("id").cloned().unwrap_or(Json::Null);
    let members = service.members().iter().map(|(name, value)| match (&**name, value) {
        ("cookies", Json::Array(cookies)) => (name.clone(), Json::Array(numbered(cookies, &id))),
        _ => (name.clone(), value.clone()),
    });
    let lang = ("lang".into(), Json::text(lang(translation).to_owned()));
    Json::Object(members.chain([lang]).collect())
}

fn numbered(cookies: &[Json<'static>], service: &Json<'static>) -> Vec<Json<'static>> {
    let number = |(index, cookie): (usize, &Json<'static>)| {
        let id = Json::int(i64::try_from(index + 1).unwrap_or(0));
        let own: [Member<'static>; 2] = [("id".into(), id), ("serviceId".into(), service.clone())];
        Json::Object(own.into_iter().chain(cookie.members().iter().cloned()).collect())
    };
    cookies.iter().enumerate().map(number).collect()
}
