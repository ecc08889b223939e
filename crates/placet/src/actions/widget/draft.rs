//! Working on a widget: its draft, which no visitor sees.

use crate::actions::audit::Audit;
use crate::app::App;
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::widget::{self, Draft, Provenance, Publication, Read, Widget, WidgetFile, changes};
use crate::store::{self, Tx};

/// How many publications one answer lists.
const LISTED: i64 = 100;

/// Makes a widget that is not published yet. The id is the file's if it is free, else the next free one.
///
/// # Errors
/// [`Error::Invalid`] for what is no object; [`Error::Conflict`] when the file's id is taken.
pub async fn create(
    app: &App,
    workspace: WorkspaceId,
    settings: Json<'static>,
    provenance: Provenance,
    by: &Author,
) -> Result<Draft> {
    let (settings, wish) = kept(settings, provenance)?;
    let (now, audit, by) = (app.clock.now(), Audit::by(app, workspace, by), by.to_string());
    let write = move |tx: &mut Tx<'_>| {
        crate::actions::workspace::must_exist(tx, workspace)?;
        let widget = match wish {
            Some(id) if store::widget::owner(tx, id)?.is_some() => {
                return Err(Error::Conflict(format!(
                    "widget id {} is taken: leave it out, and the next free one is used",
                    id.0
                )));
            }
            Some(id) => id,
            None => store::widget::next_id(tx)?,
        };
        let (settings, changed_by) = (settings.clone(), by.clone());
        let draft = Draft { widget, revision: 1, settings, provenance, changed_at: now, changed_by };
        let label = Json::object([("label", draft.settings.get("label").cloned().unwrap_or(Json::Null))]);
        audit.note(tx, Change::made("widget.add", target(widget), label))?;
        if store::widget_draft::put(tx, workspace, &draft)? { Ok(draft) } else { Err(tx.begin_again()) }
    };
    app.store.write(write).await
}

/// How the audit log names a widget.
pub(super) fn target(widget: WidgetId) -> String {
    format!("widget:{}", widget.0)
}

/// What is kept of a draft, and the id that it asks for: complete and in one spelling, unless there is something to say
/// about it as it is written.
fn kept(settings: Json<'static>, provenance: Provenance) -> Result<(Json<'static>, Option<WidgetId>)> {
    let Read { file, problems } = WidgetFile::read(&settings, provenance);
    if !matches!(settings, Json::Object(_)) {
        return Err(Error::Invalid(problems));
    }
    let is_fine = problems.list().is_empty() && file.warnings.list().is_empty();
    Ok((if is_fine { file.to_json() } else { settings }, file.id))
}

/// The draft of a widget; of one that an earlier release published, what it published.
///
/// # Errors
/// [`Error::NotFound`], also for another workspace's widget.
pub async fn get(app: &App, workspace: WorkspaceId, id: WidgetId) -> Result<Draft> {
    app.store.read(move |tx| read(tx, workspace, id)).await
}

pub(super) fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, id: WidgetId) -> Result<Draft> {
    if let Some(draft) = store::widget_draft::get(tx, workspace, id)? {
        return Ok(draft);
    }
    let widget = store::widget::get(tx, workspace, id)?.ok_or(Error::NotFound("Widget"))?;
    Ok(of_published(&widget))
}

/// What a draft would have been.
fn of_published(widget: &Widget) -> Draft {
    let mut members = widget.version.settings.members().to_vec();
    let origins = widget.allowed_origins.iter().map(|origin| Json::text(origin.as_str().to_owned()));
    members.push(("allowedOrigins".into(), Json::Array(origins.collect())));
    let Read { file, .. } = WidgetFile::read(&Json::Object(members), Provenance::Imported);
    Draft {
        widget: widget.id,
        revision: 0,
        settings: file.to_json(),
        provenance: Provenance::Imported,
        changed_at: widget.updated_at,
        changed_by: "server".into(),
    }
}

/// Changes a draft. `expected` is the revision that the change was made on, if whoever made it knows. A draft may have
/// problems; what is no object is refused.
///
/// # Errors
/// [`Error::Conflict`] when the draft has another revision by now; what `change` refuses.
pub async fn change(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    (expected, by): (Option<i64>, &Author),
    change: impl Fn(&Draft) -> Result<Json<'static>> + Send + 'static,
) -> Result<Draft> {
    let (now, audit, by) = (app.clock.now(), Audit::by(app, workspace, by), by.to_string());
    let write = move |tx: &mut Tx<'_>| {
        let before = read(tx, workspace, id)?;
        if expected.is_some_and(|expected| expected != before.revision) {
            return Err(Error::Conflict(format!(
                "the draft was changed in between: it has revision {} by now. Read it again",
                before.revision
            )));
        }
        let settings = change(&before)?;
        let (settings, _) = kept(settings, before.provenance)?;
        let changed = changes(&before.settings, &settings);
        if !changed.is_empty() {
            audit.note(tx, Change::made("widget.change", target(id), places(&changed)))?;
        }
        let draft = Draft {
            settings,
            revision: before.revision + 1,
            changed_at: now,
            changed_by: by.clone(),
            ..before
        };
        if store::widget_draft::put(tx, workspace, &draft)? { Ok(draft) } else { Err(tx.begin_again()) }
    };
    app.store.write(write).await
}

/// Where something changed: what it says now is in the draft, and what visitors see in what was published.
fn places(changed: &[widget::Change]) -> Json<'static> {
    let paths = changed.iter().map(|change| Json::text(change.path.clone()));
    Json::object([("changed", Json::Array(paths.collect()))])
}

/// A draft and what is in use, if anything is.
pub struct Listed {
    /// The draft.
    pub draft: Draft,
    /// What visitors see.
    pub published: Option<Widget>,
    /// The publication it came from.
    pub publication: Option<Publication>,
}

/// All widgets of a workspace.
///
/// # Errors
/// Only those of the store.
pub async fn list(app: &App, workspace: WorkspaceId) -> Result<Vec<Listed>> {
    let read = move |tx: &mut Tx<'_>| {
        let mut ids: Vec<WidgetId> =
            store::widget_draft::list(tx, workspace)?.into_iter().map(|draft| draft.widget).collect();
        ids.extend(store::widget_draft::without(tx, workspace)?);
        ids.sort_unstable_by_key(|id| id.0);
        ids.into_iter().map(|id| listed(tx, workspace, id)).collect()
    };
    app.store.read(read).await
}

/// One of them.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn one(app: &App, workspace: WorkspaceId, id: WidgetId) -> Result<Listed> {
    app.store.read(move |tx| listed(tx, workspace, id)).await
}

fn listed(tx: &mut Tx<'_>, workspace: WorkspaceId, id: WidgetId) -> Result<Listed> {
    let draft = read(tx, workspace, id)?;
    let published = store::widget::get(tx, workspace, id)?;
    let publication = store::widget_draft::publications(tx, workspace, id, i64::MAX, 1)?.pop();
    Ok(Listed { draft, published, publication })
}

/// What was published, newest first, at most a hundred before a number.
///
/// # Errors
/// [`Error::NotFound`] for an unknown widget.
pub async fn publications(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    before: Option<i64>,
) -> Result<Vec<Publication>> {
    let read = move |tx: &mut Tx<'_>| {
        read(tx, workspace, id)?;
        store::widget_draft::publications(tx, workspace, id, before.unwrap_or(i64::MAX), LISTED)
    };
    app.store.read(read).await
}

/// A publication by its number.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn publication(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    number: i64,
) -> Result<Publication> {
    let read = move |tx: &mut Tx<'_>| store::widget_draft::publication(tx, workspace, id, number);
    app.store.read(read).await?.ok_or(Error::NotFound("Version"))
}
