//! Daily numbers: counting, writing what was counted, reading.

use std::collections::HashSet;

use crate::app::{App, Gathered};
use crate::domain::cookie_choice::{Collected, Kind};
use crate::domain::device::Device;
use crate::domain::error::Result;
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::statistics::{Counts, Day, Dimension, Line, of_decisions, report};
use crate::domain::widget::{Widget, WidgetVersion, choose_language};
use crate::store::{self, Tx};

/// Rows of one transaction.
const AT_ONCE: usize = 500;

/// Numbers of one report, by dimension and value.
pub type Parts = Vec<(Dimension, String, Counts)>;

/// What a browser's report adds; nothing in a preview. Only what the widget itself knows becomes a value of a dimension:
/// a visitor cannot make up languages, origins or services.
#[must_use]
pub fn parts(widget: &Widget, collected: &Collected<'_>, origin: Option<&str>, device: Device) -> Parts {
    let is_visit = collected.kind != Kind::Consents;
    let is_uncounted = is_visit && !widget.is_on("countVisits") && has(widget, "countVisits");
    if widget.is_on("developerMode") || is_uncounted {
        return Vec::new();
    }
    let counts = match collected.kind {
        Kind::Visit => Counts::SHOWN,
        Kind::Quit => Counts::UNANSWERED,
        Kind::Consents => Counts::of_choice(collected.decisions.iter().map(|decision| decision.consent)),
    };
    let mut parts = vec![
        (Dimension::All, String::new(), counts),
        (Dimension::Device, device.word().to_owned(), counts),
        (Dimension::Language, language(widget, collected), counts),
        (Dimension::Origin, origin.unwrap_or_default().to_owned(), counts),
    ];
    parts.extend(version(widget, collected).map(|version| (Dimension::Version, version, counts)));
    if !is_visit {
        let known: HashSet<&str> = slugs(widget).collect();
        let is_known = |(dimension, value, _): &(Dimension, String, Counts)| {
            *dimension != Dimension::Service || known.contains(value.as_str())
        };
        parts.extend(of_decisions(&collected.decisions).into_iter().filter(is_known));
    }
    parts
}

/// Counts it, as of today.
pub fn count(app: &App, widget: &Widget, parts: Parts) {
    app.tally.count((widget.workspace, widget.id), Day::of(app.clock.now()), parts);
}

fn has(widget: &Widget, setting: &str) -> bool {
    widget.version.settings.get(setting).is_some()
}

fn slugs(widget: &Widget) -> impl Iterator<Item = &str> {
    let versions =
        std::iter::once(&widget.version).chain(widget.variants.iter().map(|variant| &variant.version));
    versions
        .flat_map(WidgetVersion::services)
        .filter_map(|service| service.get("slug").and_then(Json::as_str))
}

/// The language of the widget that was meant.
fn language(widget: &Widget, collected: &Collected<'_>) -> String {
    let meant = collected.lang.as_ref().and_then(Json::as_str).unwrap_or_default();
    let translations = widget.version.settings.get("translations").map_or(&[][..], Json::items);
    let chosen = translations.get(choose_language(&widget.version, [meant]));
    chosen.and_then(|texts| texts.get("lang")?.as_str()).unwrap_or_default().to_owned()
}

/// The version that was shown, if it is in use.
fn version(widget: &Widget, collected: &Collected<'_>) -> Option<String> {
    let current = widget.version.guid();
    let claimed = collected.version.unwrap_or(current);
    let is_known =
        claimed == current || widget.variants.iter().any(|variant| variant.version.guid() == claimed);
    is_known.then(|| claimed.to_string())
}

/// Writes everything that this process has counted.
///
/// # Errors
/// Those of the store; what could not be written waits for the next time.
pub async fn write(app: &App) -> Result<()> {
    let mut result = Ok(());
    for ((workspace, widget), gathered) in app.tally.take() {
        let Gathered { lines, origins } = gathered;
        let mut rest = lines.as_slice();
        while !rest.is_empty() && result.is_ok() {
            let (page, later) = rest.split_at(rest.len().min(AT_ONCE));
            result = add(app, workspace, widget, page.to_vec()).await;
            if result.is_ok() {
                rest = later;
            }
        }
        let mut origins = origins;
        if !origins.is_empty() && result.is_ok() {
            result = add_origins(app, workspace, widget, origins.clone()).await;
            if result.is_ok() {
                origins.clear();
            }
        }
        app.tally.put_back((workspace, widget), Gathered { lines: rest.to_vec(), origins });
    }
    result
}

async fn add(app: &App, workspace: WorkspaceId, widget: WidgetId, mut lines: Vec<Line>) -> Result<()> {
    // Several processes take the rows in one order, so that none waits for another in a circle.
    lines.sort_by(|one, other| {
        (one.day, one.dimension, &one.value).cmp(&(other.day, other.dimension, &other.value))
    });
    let write = move |tx: &mut Tx<'_>| {
        lines.iter().try_for_each(|line| store::statistics::add(tx, workspace, widget, line))
    };
    app.store.write(write).await
}

async fn add_origins(
    app: &App,
    workspace: WorkspaceId,
    widget: WidgetId,
    mut origins: Vec<store::refused_origin::Refused>,
) -> Result<()> {
    origins.sort();
    let write = move |tx: &mut Tx<'_>| {
        origins.iter().try_for_each(|refused| store::refused_origin::add(tx, workspace, widget, refused))?;
        store::refused_origin::bound(tx, workspace, widget)
    };
    app.store.write(write).await
}

/// The numbers of a widget from one day to another, with those of the same number of days before.
///
/// # Errors
/// [`crate::domain::error::Error::NotFound`] for an unknown widget.
pub async fn read(
    app: &App,
    workspace: WorkspaceId,
    widget: WidgetId,
    (first, last): (Day, Day),
) -> Result<Json<'static>> {
    write(app).await?;
    super::widget::draft::get(app, workspace, widget).await?;
    let earlier = (Day(first.0 - (last.0 - first.0) - 1), Day(first.0 - 1));
    let read = move |tx: &mut Tx<'_>| {
        let mut of = |days| store::statistics::read(tx, workspace, widget, days);
        Ok((of((first, last))?, of(earlier)?))
    };
    let (lines, before) = app.store.read(read).await?;
    let mut members = report(&lines, (first, last)).members().to_vec();
    let previous = report(&before, earlier).get("total").cloned().unwrap_or(Json::Null);
    members.insert(3, ("previous".into(), previous));
    Ok(Json::Object(members))
}
