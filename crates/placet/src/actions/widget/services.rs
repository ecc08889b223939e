//! Services and texts of a draft, one at a time.

use super::draft;
use crate::actions::library;
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::json::{Json, Member};
use crate::domain::widget::Draft;

/// Adds a service: one of the library by its slug, with what is said differently, or one that is described whole.
///
/// # Errors
/// [`Error::Invalid`] for a slug that is not in the library; [`Error::Conflict`] when the widget has it already.
pub async fn add(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    service: Json<'static>,
    by: &Author,
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
        Ok(with_list(draft, "services", |services| services.push(service.clone())))
    };
    draft::change(app, workspace, id, (None, by), change).await
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
    by: &Author,
) -> Result<Draft> {
    let change = move |draft: &Draft| {
        let at = place(draft, &slug).ok_or(Error::NotFound("Service"))?;
        Ok(with_list(draft, "services", |services| services[at] = merged(&services[at], &changes)))
    };
    draft::change(app, workspace, id, (None, by), change).await
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
    by: &Author,
) -> Result<Draft> {
    let change = move |draft: &Draft| {
        let at = place(draft, &slug).ok_or(Error::NotFound("Service"))?;
        Ok(with_list(draft, "services", |services| drop(services.remove(at))))
    };
    draft::change(app, workspace, id, (None, by), change).await
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
    by: &Author,
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
    draft::change(app, workspace, id, (None, by), change).await
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
    by: &Author,
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
    draft::change(app, workspace, id, (None, by), change).await
}

fn is_of(object: &Json<'_>, name: &str, value: &str) -> bool {
    object.get(name).and_then(Json::as_str).is_some_and(|own| own.eq_ignore_ascii_case(value))
}

fn place(draft: &Draft, slug: &str) -> Option<usize> {
    let services = draft.settings.get("services").map_or(&[][..], Json::items);
    services.iter().position(|service| service.get("slug").and_then(Json::as_str) == Some(slug))
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
