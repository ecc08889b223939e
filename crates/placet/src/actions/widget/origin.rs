//! Where a widget may be used: allowing an origin, at once, and those that were refused.

use super::draft;
use crate::actions::audit::Audit;
use crate::actions::statistics;
use crate::app::App;
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::origin::AllowedOrigin;
use crate::domain::widget::Draft;
use crate::store::refused_origin::Refused;
use crate::store::{self, Tx};

/// The most origins of a widget.
const MOST: usize = 500;

/// Allows an origin, or takes one off the list: what visitors get changes at once, and the draft follows. Gives the
/// list.
///
/// # Errors
/// [`Error::NotFound`] for an unknown widget.
pub async fn set(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    (origin, is_allowed): (AllowedOrigin, bool),
    by: &Author,
) -> Result<Vec<AllowedOrigin>> {
    let (now, audit, by) = (app.clock.now(), Audit::by(app, workspace, by), by.to_string());
    let write = move |tx: &mut Tx<'_>| {
        let before = draft::read(tx, workspace, id)?;
        let published = store::widget::get(tx, workspace, id)?;
        let drafted = listed(&before);
        let live = published.as_ref().map_or(&drafted, |widget| &widget.allowed_origins);
        let live = changed(live, &origin, is_allowed)?;
        if published.is_some() {
            store::widget::set_origins(tx, workspace, id, &live)?;
        }
        let settings = with_origins(&before.settings, &changed(&drafted, &origin, is_allowed)?);
        let draft = Draft {
            settings,
            revision: before.revision + 1,
            changed_at: now,
            changed_by: by.clone(),
            ..before
        };
        if !store::widget_draft::put(tx, workspace, &draft)? {
            return Err(tx.begin_again());
        }
        let action = if is_allowed { "widget.allow_origin" } else { "widget.withdraw_origin" };
        let what = Json::object([("origin", Json::text(origin.as_str().to_owned()))]);
        audit.note(tx, Change::made(action, draft::target(id), what))?;
        if is_allowed {
            store::refused_origin::forget(tx, workspace, id, origin.as_str())?;
        }
        Ok(live)
    };
    let live = app.store.write(write).await?;
    super::forget(app);
    Ok(live)
}

fn listed(draft: &Draft) -> Vec<AllowedOrigin> {
    let items = draft.settings.get("allowedOrigins").map_or(&[][..], Json::items).iter();
    items.filter_map(|item| AllowedOrigin::parse(item.as_str()?).ok()).collect()
}

fn changed(
    origins: &[AllowedOrigin],
    origin: &AllowedOrigin,
    is_allowed: bool,
) -> Result<Vec<AllowedOrigin>> {
    let mut origins: Vec<AllowedOrigin> = origins.iter().filter(|known| *known != origin).cloned().collect();
    if is_allowed {
        origins.push(origin.clone());
    }
    if origins.len() > MOST {
        return Err(Error::invalid("origin", format!("the widget has {MOST} origins already")));
    }
    if origins.is_empty() {
        return Err(Error::invalid(
            "origin",
            "is the last one: a widget without an origin works nowhere. Switch it off instead",
        ));
    }
    Ok(origins)
}

fn with_origins(settings: &Json<'static>, origins: &[AllowedOrigin]) -> Json<'static> {
    let list = Json::Array(origins.iter().map(|origin| Json::text(origin.as_str().to_owned())).collect());
    let mut members: Vec<_> =
        settings.members().iter().filter(|(name, _)| name != "allowedOrigins").cloned().collect();
    members.push(("allowedOrigins".into(), list));
    Json::Object(members)
}

/// Origins that asked for the widget in vain, the newest first.
///
/// # Errors
/// [`Error::NotFound`] for an unknown widget.
pub async fn refused(app: &App, workspace: WorkspaceId, id: WidgetId) -> Result<Vec<Refused>> {
    statistics::write(app).await?;
    let read = move |tx: &mut Tx<'_>| {
        draft::read(tx, workspace, id)?;
        store::refused_origin::list(tx, workspace, id)
    };
    app.store.read(read).await
}

/// Forgets an origin that was refused.
///
/// # Errors
/// [`Error::NotFound`] when it was not refused.
pub async fn forget_refused(app: &App, workspace: WorkspaceId, id: WidgetId, origin: String) -> Result<()> {
    statistics::write(app).await?;
    let write = move |tx: &mut Tx<'_>| store::refused_origin::forget(tx, workspace, id, &origin);
    if app.store.write(write).await? { Ok(()) } else { Err(Error::NotFound("Refused origin")) }
}
