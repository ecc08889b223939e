//! Publishing: from then on visitors see it, and it never changes.

use uuid::Uuid;

use super::draft;
use crate::actions;
use crate::actions::audit::Audit;
use crate::app::App;
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::{WidgetId, WorkspaceId, random, time_ordered};
use crate::domain::json::Json;
use crate::domain::record::{self, Kind, SALT_BYTES};
use crate::domain::time::Timestamp;
use crate::domain::widget::{
    Ask, Draft, Provenance, Publication, Read, Widget, WidgetFile, WidgetVersion, changes, spell_changes,
};
use crate::store::{self, Tx};

/// What was published.
#[derive(Debug)]
pub struct Published {
    /// The widget.
    pub id: WidgetId,
    /// GUID of the version.
    pub version: Uuid,
    /// For the person who publishes.
    pub warnings: Problems,
    /// The publication.
    pub publication: Publication,
}

/// How to publish.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Who is asked again; if nothing is said, what the widget's file says.
    pub ask: Option<Ask>,
    /// Why, for later readers.
    pub note: Option<String>,
    /// The revision of the draft that is meant.
    pub expected: Option<i64>,
}

/// Publishes a widget's draft.
///
/// # Errors
/// [`Error::Invalid`] with every problem of the draft; [`Error::Conflict`] when it has another revision by now.
pub async fn publish(
    app: &App,
    workspace: WorkspaceId,
    id: WidgetId,
    wish: Wish,
    by: &Author,
) -> Result<Published> {
    actions::sdk_build::ensure(app, workspace).await?;
    let (chance, audit) = (Chance::draw(app), Audit::by(app, workspace, by));
    let by = by.to_string();
    let write = move |tx: &mut Tx<'_>| {
        let draft = draft::read(tx, workspace, id)?;
        if wish.expected.is_some_and(|expected| expected != draft.revision) {
            let now = draft.revision;
            return Err(Error::Conflict(format!(
                "the draft was changed in between: it has revision {now} by now. Read it again"
            )));
        }
        let Read { file, problems } = WidgetFile::read(&draft.settings, draft.provenance);
        let file = problems.or(file)?;
        step(tx, workspace, Step { draft, file, wish: &wish, by: &by, chance: &chance, audit: &audit })
    };
    let published = app.store.write(write).await?;
    super::forget(app);
    Ok(published)
}

/// Publishes a widget from a file, at once. The id is the one wished for, else the file's, else the next free one.
///
/// # Errors
/// [`Error::Conflict`] when the id belongs to another workspace.
pub async fn import(
    app: &App,
    workspace: WorkspaceId,
    file: WidgetFile,
    wish: Option<WidgetId>,
    by: &Author,
) -> Result<Published> {
    app.store.read(move |tx| actions::workspace::must_exist(tx, workspace)).await?;
    actions::sdk_build::ensure(app, workspace).await?;
    let (chance, audit) = (Chance::draw(app), Audit::by(app, workspace, by));
    let by = by.to_string();
    let write = move |tx: &mut Tx<'_>| {
        actions::workspace::must_exist(tx, workspace)?;
        let widget = free_id(tx, workspace, wish.or(file.id))?;
        let revision = store::widget_draft::get(tx, workspace, widget)?.map_or(0, |draft| draft.revision);
        let draft = Draft {
            widget,
            revision,
            settings: file.to_json(),
            provenance: Provenance::Imported,
            changed_at: chance.now,
            changed_by: by.clone(),
        };
        step(
            tx,
            workspace,
            Step {
                draft,
                file: file.clone(),
                wish: &Wish::default(),
                by: &by,
                chance: &chance,
                audit: &audit,
            },
        )
    };
    let published = app.store.write(write).await?;
    super::forget(app);
    Ok(published)
}

fn free_id(tx: &mut Tx<'_>, workspace: WorkspaceId, wish: Option<WidgetId>) -> Result<WidgetId> {
    let Some(id) = wish else { return store::widget::next_id(tx) };
    match store::widget::owner(tx, id)? {
        Some(owner) if owner != workspace => Err(Error::Conflict(format!(
            "widget id {} belongs to another workspace; choose another with --id",
            id.0
        ))),
        _ => Ok(id),
    }
}

/// What a publication needs of clock and randomness; the same when the transaction is tried again.
struct Chance {
    now: Timestamp,
    key: Uuid,
    seed: crate::app::Random,
}

impl Chance {
    fn draw(app: &App) -> Chance {
        Chance { now: app.clock.now(), key: random(app.random.bytes()), seed: app.random }
    }
}

struct Step<'s> {
    draft: Draft,
    file: WidgetFile,
    wish: &'s Wish,
    by: &'s str,
    chance: &'s Chance,
    audit: &'s Audit,
}

/// One publication, whole: the draft moves on, versions that are new become records, the widget is what visitors see.
fn step(tx: &mut Tx<'_>, workspace: WorkspaceId, step: Step<'_>) -> Result<Published> {
    let Step { draft, file, wish, by, chance, audit } = step;
    let (id, now) = (draft.widget, chance.now);
    let settings = file.to_json();
    let next = Draft {
        revision: draft.revision + 1,
        settings: settings.clone(),
        changed_at: now,
        changed_by: by.to_owned(),
        ..draft
    };
    if !store::widget_draft::put(tx, workspace, &next)? {
        return Err(tx.begin_again());
    }
    let before = store::widget::get(tx, workspace, id)?;
    let ask = wish.ask.unwrap_or(file.ask);
    let (version_key, rounds) = ask.after(before.as_ref(), (&file.version, &file.variants), chance.key);
    for version in std::iter::once(&file.version).chain(file.variants.iter().map(|variant| &variant.version))
    {
        if !store::widget::has_version(tx, workspace, id, &version.digest)? {
            record(tx, (workspace, id), version, chance, by)?;
        }
    }
    let publication = publication(tx, workspace, &next, (&file, ask), (wish, by, now))?;
    audit.note(tx, Change::made("widget.publish", draft::target(id), told(&publication)))?;
    let WidgetFile { version, variants, allowed_origins, warnings, .. } = file;
    let guid = version.guid();
    let created_at = before.map_or(now, |before| before.created_at);
    store::widget::put(
        tx,
        &Widget {
            id,
            workspace,
            version,
            variants,
            version_key,
            rounds,
            allowed_origins,
            created_at,
            updated_at: now,
        },
    )?;
    Ok(Published { id, version: guid, warnings, publication })
}

/// What the audit log tells of a publication: the rest is in its list.
fn told(publication: &Publication) -> Json<'static> {
    let told = ["number", "version", "ask", "note"];
    Json::Object(
        publication.to_json().into_iter().filter(|(name, _)| told.contains(&name.as_ref())).collect(),
    )
}

fn publication(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    draft: &Draft,
    (file, ask): (&WidgetFile, Ask),
    (wish, by, at): (&Wish, &str, Timestamp),
) -> Result<Publication> {
    let number = store::widget_draft::last_number(tx, workspace, draft.widget)?;
    let last = store::widget_draft::publication(tx, workspace, draft.widget, number)?;
    let changed = last.map(|last| changes(&last.settings, &draft.settings)).unwrap_or_default();
    let publication = Publication {
        number: number + 1,
        digest: file.version.digest,
        settings: draft.settings.clone(),
        changes: spell_changes(changed),
        ask,
        note: wish.note.clone(),
        at,
        by: by.to_owned(),
    };
    store::widget_draft::insert_publication(tx, workspace, draft.widget, &publication)?;
    Ok(publication)
}

/// The texts and settings of a version become a record of the log.
fn record(
    tx: &mut Tx<'_>,
    (workspace, id): (WorkspaceId, WidgetId),
    version: &WidgetVersion,
    chance: &Chance,
    by: &str,
) -> Result<()> {
    let publication = record::Publication {
        kind: Kind::WidgetVersion,
        name: Json::text(id.0.to_string()),
        version: Json::text(version.guid().to_string()),
        at: chance.now,
        digest: version.digest,
        by,
        documents: &[],
    };
    let record = time_ordered(chance.now, &chance.seed.bytes());
    store::widget::insert_version(tx, workspace, id, version, record, chance.now)?;
    let sealed = publication.into_groups().seal(&chance.seed.bytes::<SALT_BYTES>());
    store::record::insert(tx, workspace, record, Kind::WidgetVersion, &sealed)
}
