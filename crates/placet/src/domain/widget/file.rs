//! The file of a widget: the settings JSON of the widget contract plus `allowedOrigins`, `variants` and `askOnPublish`. It
//! is what is imported, exported, and kept as a draft.

use super::ask::Ask;
use super::reading::{Provenance, Reading};
use super::variant::{self, Variant};
use super::{WidgetVersion, check, service, settings, texts};
use crate::domain::error::{Problems, Result};
use crate::domain::id::WidgetId;
use crate::domain::json::{Json, Member};
use crate::domain::origin::AllowedOrigin;

/// A widget as described by a file, checked and complete.
#[derive(Clone, Debug)]
pub struct WidgetFile {
    /// The id it had where it comes from.
    pub id: Option<WidgetId>,
    /// What is to be published.
    pub version: WidgetVersion,
    /// What is to be published for certain places.
    pub variants: Vec<Variant>,
    /// Where it may be used.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// Who is asked again when it is published, unless somebody decides otherwise.
    pub ask: Ask,
    /// What was understood differently from how it was written, and what a person should know before publishing it.
    pub warnings: Problems,
    /// The variants as they were written.
    written_variants: Json<'static>,
}

/// A file that was read: what can be made of it, and everything that stands in the way of publishing it.
#[derive(Debug)]
pub struct Read {
    /// The widget, with nothing in the place of what could not be read.
    pub file: WidgetFile,
    /// Why it cannot be published.
    pub problems: Problems,
}

impl WidgetFile {
    /// Reads and checks a file that comes from another product, or from an export of ours.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse(file: &Json<'_>) -> Result<WidgetFile> {
        let Read { file, problems } = WidgetFile::read(file, Provenance::Imported);
        problems.or(file)
    }

    /// Reads a file, whatever is wrong with it.
    #[must_use]
    pub fn read(file: &Json<'_>, provenance: Provenance) -> Read {
        let mut reading = Reading::new(file, provenance);
        if !matches!(file, Json::Object(_)) {
            reading.problems.add("", "the file must hold one JSON object");
        }
        let mut origins = Problems::default();
        let allowed_origins = self::origins(file.get("allowedOrigins"), &mut origins);
        let version = version(file, &allowed_origins, &mut reading);
        if version.settings.get("regime").and_then(Json::as_str) == Some("OptOut") {
            let reason = "OptOut is for variants: these settings hold wherever no variant does";
            reading.problems.add("regime", reason);
        }
        for problem in origins.list() {
            reading.problems.add(problem.field.clone(), problem.reason.clone());
        }
        let variants = variant::read(file, &version.settings, &mut reading);
        let id = id(file.given("id"), &mut reading.problems);
        let ask = ask(file, &mut reading);
        let Reading { problems, warnings, .. } = reading;
        let written_variants = variant::spelled(file);
        let file = WidgetFile { id, version, variants, allowed_origins, ask, warnings, written_variants };
        Read { file, problems }
    }

    /// The file as it is exported and kept: complete, in one spelling. Read again, it is the same widget.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let WidgetFile { version, allowed_origins, ask, written_variants, .. } = self;
        let origins = allowed_origins.iter().map(|origin| Json::text(origin.as_str().to_owned()));
        let mut members: Vec<Member<'static>> = version.settings.members().to_vec();
        members.push(("allowedOrigins".into(), Json::Array(origins.collect())));
        members.push(("askOnPublish".into(), Json::text(ask.word())));
        members.push(("variants".into(), written_variants.clone()));
        Json::Object(members)
    }
}

/// Reads what visitors see: the part of a file that a version holds.
pub(super) fn version(file: &Json<'_>, origins: &[AllowedOrigin], reading: &mut Reading) -> WidgetVersion {
    let mut members = settings::read(file, reading);
    if file.given("label").is_none() {
        reading.problems.add("label", "is required: the name of the widget");
    }
    members.push(("translations".into(), texts::read(file, reading)));
    members.push(("services".into(), service::read(file, reading)));
    let settings = Json::Object(members);
    check::check(&settings, origins, reading);
    WidgetVersion::new(settings)
}

fn ask(file: &Json<'_>, reading: &mut Reading) -> Ask {
    let usual = match reading.provenance {
        Provenance::New => Ask::New,
        Provenance::Imported => Ask::Nobody,
    };
    let Some(value) = file.given("askOnPublish") else { return usual };
    let ask = value.as_str().and_then(Ask::parse);
    if ask.is_none() {
        reading.problems.add("askOnPublish", Ask::MUST_BE);
    }
    ask.unwrap_or(usual)
}

fn id(value: Option<&Json<'_>>, problems: &mut Problems) -> Option<WidgetId> {
    let id = value?.as_int().filter(|id| (1..=i64::from(i32::MAX)).contains(id));
    if id.is_none() {
        problems.add("id", "must be a whole number from 1 to 2147483647");
    }
    id.map(WidgetId)
}

fn origins(value: Option<&Json<'_>>, problems: &mut Problems) -> Vec<AllowedOrigin> {
    let items = value.map_or(&[][..], Json::items);
    if items.is_empty() {
        problems.add(
            "allowedOrigins",
            "is required: the list of origins that may use the widget, such as https://shop.example",
        );
    }
    let mut origins = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match AllowedOrigin::parse(item.as_str().unwrap_or_default()) {
            Ok(origin) => origins.push(origin),
            Err(why) => problems.add(format!("allowedOrigins[{index}]"), why),
        }
    }
    origins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::error::Error;

    fn import(text: &str) -> Result<WidgetFile> {
        WidgetFile::parse(&Json::parse(text).unwrap())
    }

    #[test]
    fn the_digest_does_not_depend_on_ids_dates_or_the_version_key() {
        let file =
            |extra: &str| format!(r#"{{{extra}"label":"Shop","allowedOrigins":["https://shop.example"]}}"#);
        let plain = import(&file("")).unwrap();
        let imported =
            import(&file(r#""id":7,"versionKey":"x","dateCreation":"2020-01-01","tenantId":4,"#)).unwrap();
        assert_eq!(plain.version.digest, imported.version.digest);
        assert_eq!(imported.id, Some(WidgetId(7)));
    }

    #[test]
    fn an_absent_cookie_name_is_ours_and_an_empty_one_the_vendors() {
        let name = |extra: &str| {
            let file =
                import(&format!(r#"{{"label":"S","allowedOrigins":["https://s.example"]{extra}}}"#)).unwrap();
            file.version.settings.get("consentCookieName").unwrap().as_str().unwrap().to_owned()
        };
        assert_eq!(name(""), "euconsent");
        assert_eq!(name(r#","consentCookieName":null"#), "consent-eu");
        assert_eq!(name(r#","consentCookieName":"""#), "consent-eu");
        assert_eq!(name(r#","consentCookieName":"mine""#), "mine");
    }

    #[test]
    fn a_default_consent_never_overrides_the_duty_to_ask() {
        let file = import(
            r#"{"label":"S","allowedOrigins":["https://s.example"],"groups":[{"purpose":2,"services":[
            {"name":"Audience One","requiredConsent":true,"defaultConsent":true}]}]}"#,
        )
        .unwrap();
        let service = &file.version.settings.get("services").unwrap().items()[0];
        assert_eq!(service.get("defaultConsent"), Some(&Json::Bool(false)));
        assert_eq!(service.get("slug").unwrap().as_str(), Some("audience-one"));
        let warnings: Vec<_> = file.warnings.list().iter().map(|warning| warning.field.as_str()).collect();
        assert_eq!(warnings, ["groups[0].services[0].defaultConsent"]);
    }

    #[test]
    fn an_exported_file_is_the_same_widget_when_it_is_read_again() {
        let file = import(
            r##"{"label":"S","allowedOrigins":["https://s.example"],"bgColor":"#FFF","groups":[{"purpose":2,"services":[
            {"name":"Audience One","cookies":[{"name":"_a*","expiryDays":30}]}]}],"translations":[{"lang":"fr"},{"lang":"en"}],
            "variants":[{"label":"US","regions":["US"],"changes":{"regime":"OptOut"}}]}"##,
        )
        .unwrap();
        let again = WidgetFile::parse(&file.to_json()).unwrap();
        assert_eq!(again.version.digest, file.version.digest);
        assert_eq!(again.variants[0].version.digest, file.variants[0].version.digest);
        assert_eq!(again.to_json(), file.to_json());
    }

    #[test]
    fn new_settings_remember_the_cross_as_a_refusal_and_imported_ones_ask_the_next_day() {
        let read = |provenance| {
            let json = Json::parse(r#"{"label":"S","allowedOrigins":["https://s.example"]}"#).unwrap();
            let Read { file, problems } = WidgetFile::read(&json, provenance);
            assert_eq!(problems.list(), []);
            (file.version.settings.get("closeEffect").unwrap().as_str().unwrap().to_owned(), file.ask)
        };
        assert_eq!(read(Provenance::New), ("Refuse".into(), Ask::New));
        assert_eq!(read(Provenance::Imported), ("AskNextDay".into(), Ask::Nobody));
    }

    #[test]
    fn a_service_of_an_opt_out_variant_is_on_until_it_is_refused() {
        let file = import(
            r#"{"label":"S","allowedOrigins":["https://s.example"],"services":[{"name":"A","purpose":2},{"name":"B","purpose":3}],
            "variants":[{"label":"US","regions":["US"],"changes":{"regime":"OptOut","services":{"b":{"defaultConsent":false}}}}]}"#,
        )
        .unwrap();
        let defaults = |settings: &Json<'static>| -> Vec<bool> {
            let services = settings.get("services").unwrap().items().iter();
            services.map(|service| service.get("defaultConsent").unwrap().as_bool().unwrap()).collect()
        };
        assert_eq!(defaults(&file.version.settings), [false, false]);
        let variant = &file.variants[0].version.settings;
        assert_eq!(defaults(variant), [true, false]);
        assert_eq!(variant.get("enableGPC"), Some(&Json::Bool(true)));
        assert_eq!(file.version.settings.get("enableGPC"), Some(&Json::Bool(false)));
    }

    #[test]
    fn every_problem_of_a_file_is_reported_at_once() {
        let Err(Error::Invalid(problems)) = import(
            r#"{"position":"Left","bgColor":"white","allowedOrigins":["http://s.example"],
            "groups":[{"services":[{"slug":"a b","name":"A","purpose":9},{}]}]}"#,
        ) else {
            panic!()
        };
        let fields: Vec<_> = problems.list().iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "position",
                "bgColor",
                "label",
                "groups[0].services[0].slug",
                "groups[0].services[0].purpose",
                "groups[0].services[1].name",
                "allowedOrigins[0]",
            ]
        );
    }
}
