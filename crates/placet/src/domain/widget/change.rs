//! What changed from one file of a widget to another: every place, before and after.

use crate::domain::json::{Json, Member};

/// One place that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where: `bgColor`, `translations.fr.startupTitle`, `services.matomo.purpose`.
    pub path: String,
    /// What it was; null if it was not there.
    pub before: Json<'static>,
    /// What it is; null if it is not there any more.
    pub after: Json<'static>,
}

/// Everything that differs between two files as they are exported.
#[must_use]
pub fn changes(before: &Json<'static>, after: &Json<'static>) -> Vec<Change> {
    let mut found = Vec::new();
    for name in names(before, after) {
        let (old, new) = (value(before, &name), value(after, &name));
        match list_key(&name) {
            Some(key) => lists(&name, key, &old, &new, &mut found),
            None => one(name, old, new, &mut found),
        }
    }
    found
}

/// Lists whose items have a name are compared by it, so that a change of order hides nothing.
fn list_key(name: &str) -> Option<&'static str> {
    match name {
        "translations" => Some("lang"),
        "services" => Some("slug"),
        "variants" => Some("label"),
        _ => None,
    }
}

fn names(before: &Json<'static>, after: &Json<'static>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in before.members().iter().chain(after.members()) {
        if !names.iter().any(|known| known == &**name) {
            names.push(name.to_string());
        }
    }
    names
}

fn value(object: &Json<'static>, name: &str) -> Json<'static> {
    object.get(name).cloned().unwrap_or(Json::Null)
}

fn one(path: String, before: Json<'static>, after: Json<'static>, found: &mut Vec<Change>) {
    if before != after {
        found.push(Change { path, before, after });
    }
}

fn lists(name: &str, key: &str, before: &Json<'static>, after: &Json<'static>, found: &mut Vec<Change>) {
    let by_key = |list: &Json<'static>| -> Json<'static> {
        let items = list.items().iter();
        let named = |item: &Json<'static>| -> Option<Member<'static>> {
            Some((item.get(key)?.as_str()?.to_owned().into(), item.clone()))
        };
        Json::Object(items.filter_map(named).collect())
    };
    let (old, new) = (by_key(before), by_key(after));
    for item in names(&old, &new) {
        let (was, is) = (value(&old, &item), value(&new, &item));
        if was == Json::Null || is == Json::Null {
            one(format!("{name}.{item}"), was, is, found);
            continue;
        }
        for member in names(&was, &is) {
            one(format!("{name}.{item}.{member}"), value(&was, &member), value(&is, &member), found);
        }
    }
    let order = |list: &Json<'static>| -> Vec<Json<'static>> {
        list.items().iter().map(|item| value(item, key)).collect()
    };
    let (was, is) = (order(before), order(after));
    let is_same_set = was.len() == is.len() && was.iter().all(|item| is.contains(item));
    if is_same_set {
        one(format!("{name}.order"), Json::Array(was), Json::Array(is), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_that_differs_is_named_and_no_other() {
        let json = |text: &'static str| Json::parse(text).unwrap();
        let before = json(
            r#"{"label":"S","bgColor":null,"translations":[{"lang":"en","a":"1"},{"lang":"fr","a":"1"}],
            "services":[{"slug":"x","purpose":2},{"slug":"y","purpose":3}]}"#,
        );
        let after = json(
            r##"{"label":"S","bgColor":"#FFF","translations":[{"lang":"fr","a":"1"},{"lang":"en","a":"2"}],
            "services":[{"slug":"x","purpose":3},{"slug":"z","purpose":3}]}"##,
        );
        let paths: Vec<_> = changes(&before, &after).into_iter().map(|change| change.path).collect();
        assert_eq!(
            paths,
            [
                "bgColor",
                "translations.en.a",
                "translations.order",
                "services.x.purpose",
                "services.y",
                "services.z"
            ]
        );
        assert_eq!(changes(&after, &after), []);
    }
}
