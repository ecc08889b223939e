//! The file that `placet widget import` reads: the settings JSON of the widget contract plus `allowedOrigins`.

use super::WidgetVersion;
use super::{service, settings, texts};
use crate::domain::error::{Problems, Result};
use crate::domain::id::WidgetId;
use crate::domain::json::Json;
use crate::domain::origin::AllowedOrigin;

/// A widget as described by a file, checked and complete.
#[derive(Debug)]
pub struct WidgetFile {
    /// The id it had where it comes from.
    pub id: Option<WidgetId>,
    /// What is to be published.
    pub version: WidgetVersion,
    /// Where it may be used.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// What was understood differently from how it was written, for the person who imports.
    pub warnings: Vec<String>,
}

impl WidgetFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse(file: &Json<'_>) -> Result<WidgetFile> {
        let mut problems = Problems::default();
        let mut warnings = Vec::new();
        if !matches!(file, Json::Object(_)) {
            problems.add("", "the file must hold one JSON object");
        }
        let mut members = settings::read(file, &mut problems);
        if file.given("label").is_none() {
            problems.add("label", "is required: the name of the widget");
        }
        members.push(("translations".into(), texts::read(file, &mut problems)));
        members.push(("services".into(), service::read(file, &mut problems, &mut warnings)));
        let allowed_origins = origins(file.get("allowedOrigins"), &mut problems);
        let id = id(file.given("id"), &mut problems);
        problems.or(WidgetFile {
            id,
            version: WidgetVersion::new(Json::Object(members)),
            allowed_origins,
            warnings,
        })
    }
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
        assert_eq!(file.warnings.len(), 1);
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
