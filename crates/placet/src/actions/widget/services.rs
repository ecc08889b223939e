//! Services and texts of a draft, one at a time. `expected` is the revision that a change was made on, if whoever made it
//! knows.

use super::draft;
use crate::actions::library;
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::json::{Json, Member};
use crate::domain::widget::{Draft, slug_of};

/// Adds a service: one of the library by its slug, with what is said differently, or one that is described whole.
///
/// # Errors
/// [`Error::Invalid`] for a slug that is not in the library; [`Error::Conflict`] when the widget has it already.
pub async fn add(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    service: Json<'static>,
    (expected, by): (Option<i64>, &Author),
) -> Result<Draft> {
    let slug = service.given("slug").and_then(Json::as_str).map(str::to_owned);
    let known = match &slug {
        Some(slug) => library::find(app, slug.clone()).await?.map(|known| known.service),
        None => None,
    };
    let service = match known {
        Some(known) => merged(&known, &service),
        None if service.given("name").is_some() => service,
        None => {
            return Err(Error::invalid(
                "slug",
                "is not in the library: give one that is, or describe the service, at least with its name",
            ));
        }
    };
    let change = move |draft: &Draft| {
        if slug.as_deref().is_some_and(|slug| place(draft, slug).is_some()) {
            return Err(Error::Conflict("the widget has a service of this slug".into()));
        }
        Ok(with_services(draft, |services| services.push(service.clone())))
    };
    draft::change(app, workspace, id, (expected, by), change).await
}

/// Changes members of a service.
///
/// # Errors
/// [`Error::NotFound`] when the draft has no service of this slug.
pub async fn change(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    (slug, changes): (String, Json<'static>),
    (expected, by): (Option<i64>, &Author),
) -> Result<Draft> {
    let change = move |draft: &Draft| {
        let at = place(draft, &slug).ok_or(Error::NotFound("Service"))?;
        Ok(with_services(draft, |services| services[at] = merged(&services[at], &changes)))
    };
    draft::change(app, workspace, id, (expected, by), change).await
}

/// Takes a service away.
///
/// # Errors
/// [`Error::NotFound`] when the draft has no service of this slug.
pub async fn remove(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    slug: String,
    (expected, by): (Option<i64>, &Author),
) -> Result<Draft> {
    let change = move |draft: &Draft| {
        let at = place(draft, &slug).ok_or(Error::NotFound("Service"))?;
        Ok(with_services(draft, |services| drop(services.remove(at))))
    };
    draft::change(app, workspace, id, (expected, by), change).await
}

/// Sets texts of a language, which is added if it is new. A text that is null or empty is ours again.
///
/// # Errors
/// What is no object.
pub async fn set_texts(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    (lang, texts): (String, Json<'static>),
    (expected, by): (Option<i64>, &Author),
) -> Result<Draft> {
    if !matches!(texts, Json::Object(_)) {
        return Err(Error::invalid("", "must be an object of texts by their names"));
    }
    let change = move |draft: &Draft| {
        let name = Json::object([("lang", Json::text(lang.clone()))]);
        Ok(with_list(draft, "translations", |translations| {
            match translations.iter_mut().find(|known| is_of(known, "lang", &lang)) {
                Some(known) => *known = merged(&merged(known, &texts), &name),
                None => translations.push(merged(&texts, &name)),
            }
        }))
    };
    draft::change(app, workspace, id, (expected, by), change).await
}

/// Takes a language away; the first of the list is the one that visitors get whose language is not there.
///
/// # Errors
/// [`Error::NotFound`] when the draft has no such language; [`Error::Conflict`] for the last one.
pub async fn remove_texts(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    lang: String,
    (expected, by): (Option<i64>, &Author),
) -> Result<Draft> {
    let change = move |draft: &Draft| {
        let languages = draft.settings.get("translations").map_or(&[][..], Json::items);
        let known = languages.iter().position(|known| is_of(known, "lang", &lang));
        let at = known.ok_or(Error::NotFound("Language"))?;
        if languages.len() == 1 {
            return Err(Error::Conflict("this is the only language of the widget".into()));
        }
        Ok(with_list(draft, "translations", |translations| drop(translations.remove(at))))
    };
    draft::change(app, workspace, id, (expected, by), change).await
}

fn is_of(object: &Json<'_>, name: &str, value: &str) -> bool {
    object.get(name).and_then(Json::as_str).is_some_and(|own| own.eq_ignore_ascii_case(value))
}

fn place(draft: &Draft, slug: &str) -> Option<usize> {
    let services = services_of(&draft.settings);
    services.iter().position(|service| service.get("slug").and_then(Json::as_str) == Some(slug))
}

/// The services of a draft in one list, each with its slug and purpose: a file that is kept as it was written may have
/// them in groups, and without slugs.
fn services_of(settings: &Json<'static>) -> Vec<Json<'static>> {
    let items = |object: &Json<'static>, name| object.get(name).map_or(&[][..], Json::items).to_vec();
    let mut services = Vec::new();
    for group in items(settings, "groups") {
        let purpose = group.given("purpose").cloned().unwrap_or(Json::Null);
        services.extend(items(&group, "services").iter().map(|service| with(service, "purpose", &purpose)));
    }
    services.extend(items(settings, "services"));
    let named = |service: &Json<'static>| {
        let slug = slug_of(service.get("name").and_then(Json::as_str).unwrap_or_default());
        if slug.is_empty() { service.clone() } else { with(service, "slug", &Json::text(slug)) }
    };
    services.iter().map(named).collect()
}

/// An object with a member that it lacks.
fn with(object: &Json<'static>, name: &'static str, value: &Json<'static>) -> Json<'static> {
    if object.given(name).is_some() {
        return object.clone();
    }
    merged(object, &Json::Object(vec![(name.into(), value.clone())]))
}

/// The settings of a draft with its services changed, which no group holds any more.
fn with_services(draft: &Draft, change: impl FnOnce(&mut Vec<Json<'static>>)) -> Json<'static> {
    let mut services = services_of(&draft.settings);
    change(&mut services);
    let patch = [("groups", Json::Null), ("services", Json::Array(services))];
    patched(&draft.settings, &Json::object(patch))
}

/// The settings of a draft with one of its lists changed.
fn with_list(
    draft: &Draft,
    name: &'static str,
    change: impl FnOnce(&mut Vec<Json<'static>>),
) -> Json<'static> {
    let mut items = draft.settings.get(name).map_or(Vec::new(), |list| list.items().to_vec());
    change(&mut items);
    merged(&draft.settings, &Json::Object(vec![(name.into(), Json::Array(items))]))
}

/// An object with members of another one in the place of its own.
fn merged(object: &Json<'static>, changes: &Json<'static>) -> Json<'static> {
    let mut members: Vec<Member<'static>> = object.members().to_vec();
    for (name, value) in changes.members() {
        match members.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value.clone(),
            None => members.push((name.clone(), value.clone())),
        }
    }
    Json::Object(members)
}

/// JSON Merge Patch (RFC 7396): objects are merged, null takes a member away, anything else replaces.
#[must_use]
pub fn patched(object: &Json<'static>, patch: &Json<'static>) -> Json<'static> {
    let Json::Object(changes) = patch else { return patch.clone() };
    let mut members: Vec<Member<'static>> = object.members().to_vec();
    for (name, value) in changes {
        let at = members.iter().position(|(known, _)| known == name);
        match (at, value) {
            (Some(at), Json::Null) => drop(members.remove(at)),
            (None, Json::Null) => {}
            (Some(at), _) => members[at].1 = patched(&members[at].1, value),
            (None, _) => members.push((name.clone(), patched(&Json::Null, value))),
        }
    }
    Json::Object(members)
}
