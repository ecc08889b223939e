//! The banner's texts: the operator's where given, ours where missing, so that a published version holds all of them.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::reading::Reading;
use crate::domain::json::{Json, Member};

const MAX_TEXT: usize = 10_000;
const DEFAULT_LANGUAGE: &str = "en";

/// Our own texts, one file per language; all have the same keys in the same order.
const FILES: &[(&str, &str)] = &[
    ("en", include_str!("../texts/en.json")),
    ("fr", include_str!("../texts/fr.json")),
    ("de", include_str!("../texts/de.json")),
    ("es", include_str!("../texts/es.json")),
    ("it", include_str!("../texts/it.json")),
    ("pt", include_str!("../texts/pt.json")),
    ("nl", include_str!("../texts/nl.json")),
    ("pl", include_str!("../texts/pl.json")),
    ("ar", include_str!("../texts/ar.json")),
];

/// Files that cannot be read count as empty; a test sees to it that there are none.
static DEFAULTS: LazyLock<Vec<(&'static str, Json<'static>)>> = LazyLock::new(|| {
    FILES.iter().map(|(lang, text)| (*lang, Json::parse(text).unwrap_or(Json::Null))).collect()
});

/// The part of a language tag before the region: `fr` of `fr-FR`.
pub(super) fn primary(lang: &str) -> &str {
    lang.split(['-', '_']).next().unwrap_or(lang)
}

/// The languages that we have all texts in.
pub fn languages() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(lang, _)| *lang)
}

/// Our own texts in a language, if we have them.
#[must_use]
pub fn defaults(lang: &str) -> Option<&'static Json<'static>> {
    DEFAULTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(primary(lang))).map(|(_, texts)| texts)
}

/// Reads `translations` (or the single `translation`), each completed: `[{"lang": "en", …all texts…}, …]`.
pub(super) fn read(file: &Json<'_>, reading: &mut Reading) -> Json<'static> {
    let given: Vec<&Json<'_>> = match (file.given("translations"), file.given("translation")) {
        (Some(Json::Array(items)), _) if !items.is_empty() => items.iter().collect(),
        (None, Some(single)) => vec![single],
        _ => Vec::new(),
    };
    let mut languages: Vec<(usize, &str, Option<&Json<'_>>)> = Vec::new();
    for (index, translation) in given.iter().enumerate() {
        let lang =
            translation.get("lang").or_else(|| file.get("lang")).and_then(Json::as_str).unwrap_or_default();
        let field = format!("translations[{index}].lang");
        if !is_language(lang) {
            reading.problems.add(field, "must be a language tag such as en or fr-FR");
        } else if languages.iter().any(|(_, known, _)| known.eq_ignore_ascii_case(lang)) {
            reading.problems.add(field, "is given twice");
        } else {
            languages.push((index, lang, Some(*translation)));
        }
    }
    if languages.is_empty() {
        let lang = file.get("lang").and_then(Json::as_str).filter(|lang| is_language(lang));
        languages.push((0, lang.unwrap_or(DEFAULT_LANGUAGE), None));
    }
    let first = languages[0].2;
    Json::Array(languages.iter().map(|language| complete(*language, first, reading)).collect())
}

fn is_language(lang: &str) -> bool {
    let is_subtag =
        |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    lang.len() <= 35 && primary(lang).len() >= 2 && lang.split(['-', '_']).all(is_subtag)
}

/// Text by text: the operator's, else ours in that language, else the operator's first language, else English.
fn complete(
    (index, lang, given): (usize, &str, Option<&Json<'_>>),
    first: Option<&Json<'_>>,
    reading: &mut Reading,
) -> Json<'static> {
    let english = defaults(DEFAULT_LANGUAGE).map_or(&[][..], Json::members);
    let mut members: Vec<Member<'static>> = vec![("lang".into(), Json::text(lang.to_owned()))];
    let mut missing = Vec::new();
    for (name, english) in english {
        let own = given.and_then(|texts| text(name, lang, texts, reading));
        let value = own.or_else(|| defaults(lang).and_then(|texts| texts.get(name)).cloned());
        let value = value.unwrap_or_else(|| {
            missing.push(&**name);
            first.and_then(|texts| texts.given(name)).unwrap_or(english).clone().into_owned()
        });
        members.push((Cow::clone(name), value));
    }
    missing.retain(|name| *name != "cookieDeclaration");
    if !missing.is_empty() {
        let (count, list) = (missing.len(), missing.join(", "));
        let reason = format!("{count} texts are missing, and visitors would read another language: {list}");
        reading.unfair(format!("translations[{index}]"), reason);
    }
    Json::Object(members)
}

/// An empty text counts as absent, also one of white space alone.
fn text(name: &str, lang: &str, texts: &Json<'_>, reading: &mut Reading) -> Option<Json<'static>> {
    match texts.given(name)? {
        Json::String(text) if text.trim().is_empty() => None,
        Json::String(text) if text.chars().count() <= MAX_TEXT && !text.contains('\0') => {
            Some(Json::text(text.to_string()))
        }
        _ => {
            let reason = format!("must be a text of at most {MAX_TEXT} characters");
            reading.problems.add(format!("translations.{lang}.{name}"), reason);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::reading::Provenance;
    use super::*;

    #[test]
    fn all_languages_have_the_same_keys_in_the_same_order_and_no_empty_text() {
        let keys =
            |texts: &Json<'_>| texts.members().iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>();
        let english = keys(defaults("en").unwrap());
        assert!(english.len() >= 42, "{}", english.len());
        for (lang, text) in FILES {
            let texts = Json::parse(text).unwrap();
            assert_eq!(keys(&texts), english, "{lang}");
            for (name, value) in texts.members() {
                assert!(
                    name == "cookieDeclaration" || value.as_str().is_some_and(|text| !text.trim().is_empty()),
                    "{lang} {name}"
                );
            }
        }
    }

    #[test]
    fn a_missing_text_takes_our_default_in_that_language() {
        let file = Json::parse(
            r#"{"translations":[{"lang":"en","startupTitle":"Hello"},{"lang":"fr-FR"},{"lang":"sv"}]}"#,
        )
        .unwrap();
        let mut reading = Reading::new(&file, Provenance::Imported);
        let translations = read(&file, &mut reading);
        let title = |index: usize| {
            translations.items()[index].get("startupTitle").unwrap().as_str().unwrap().to_owned()
        };
        assert_eq!(title(0), "Hello");
        assert_eq!(title(1), defaults("fr").unwrap().get("startupTitle").unwrap().as_str().unwrap());
        assert_eq!(title(2), "Hello");
        assert!(reading.problems.list().is_empty());
        let warned: Vec<_> = reading.warnings.list().iter().map(|warning| &warning.field).collect();
        assert_eq!(warned, ["translations[2]"]);
    }
}
