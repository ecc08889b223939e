//! Ending proofs when their time is over, and saying beforehand what will go and when.

mod ending;

use crate::app::App;
use crate::domain::consent::Combination;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::retention::{Kept, Retention};
use crate::domain::time::{Spelling, Timestamp};
use crate::store::{self, Tx};

pub use ending::{end_all, end_proofs};

/// Months that are looked ahead.
const MONTHS_AHEAD: i32 = 12;

/// What will go, and when.
#[derive(Debug)]
pub struct Outlook {
    /// How long proofs are kept.
    pub retention: Retention,
    /// Consents whose time is over now; those of held subjects stay all the same.
    pub due: i64,
    /// Subjects under a legal hold.
    pub held_subjects: usize,
    /// How many consents come to their end in each of the coming months.
    pub coming: Vec<Coming>,
}

/// Consents whose time ends in a stretch of time.
#[derive(Debug)]
pub struct Coming {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// How many.
    pub consents: i64,
}

impl Outlook {
    /// As callers see it.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let Outlook { retention: Retention { workspace, widgets }, due, held_subjects, coming } = self;
        let widget = |(WidgetId(id), kept): (&WidgetId, &Kept)| {
            (id.to_string().into(), Json::object([("keeps_proofs_months", kept.to_json())]))
        };
        let month = |Coming { from, to, consents }: &Coming| {
            Json::object([
                ("from", Json::text(from.spell(Spelling::Millis))),
                ("to", Json::text(to.spell(Spelling::Millis))),
                ("consents", Json::int(*consents)),
            ])
        };
        Json::object([
            ("keeps_proofs_months", workspace.to_json()),
            ("widgets", Json::Object(widgets.iter().map(widget).collect())),
            ("due", Json::int(*due)),
            ("held_subjects", Json::int(i64::try_from(*held_subjects).unwrap_or(i64::MAX))),
            ("coming", Json::Array(coming.iter().map(month).collect())),
        ])
    }
}

/// Says what will go and when; with `instead`, as if proofs were kept for that time.
///
/// # Errors
/// An unknown workspace.
pub async fn outlook(app: &App, workspace: WorkspaceId, instead: Option<Kept>) -> Result<Outlook> {
    let now = app.clock.now();
    let (mut retention, combinations, held_subjects) = app.store.read(move |tx| read(tx, workspace)).await?;
    retention.workspace = instead.unwrap_or(retention.workspace);
    let later = |months| now.months_later(months).unwrap_or(now);
    let bounds: Vec<Timestamp> = (0..=MONTHS_AHEAD).map(later).collect();
    let mut due = 0;
    let mut coming: Vec<Coming> =
        bounds.windows(2).map(|pair| Coming { from: pair[0], to: pair[1], consents: 0 }).collect();
    for combination in combinations {
        // Cookie choices of earlier releases do not tell their widget here; they are counted with the workspace's.
        let kept = retention.of(combination.widget);
        let Some(ends) = bounds.iter().map(|bound| kept.end(*bound)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let count = move |tx: &mut Tx<'_>| {
            let count =
                |tx: &mut Tx<'_>, span| store::retention::count(tx, workspace, combination.code, span);
            let due = count(tx, (Timestamp(i64::MIN), ends[0]))?;
            let coming =
                ends.windows(2).map(|pair| count(tx, (pair[0], pair[1]))).collect::<Result<Vec<_>>>()?;
            Ok((due, coming))
        };
        // A read for each, so that nobody else waits long.
        let (now_due, of_months) = app.store.read(count).await?;
        due += now_due;
        coming.iter_mut().zip(of_months).for_each(|(month, consents)| month.consents += consents);
    }
    Ok(Outlook { retention, due, held_subjects, coming })
}

fn read(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<(Retention, Vec<Combination>, usize)> {
    let found = store::workspace::get(tx, workspace)?.ok_or(Error::NotFound("Workspace"))?;
    let retention = Retention { workspace: found.settings.keeps_proofs, widgets: found.widgets_keep_proofs };
    let held = store::restraint::kept(tx, workspace)?;
    Ok((retention, store::facets::all(tx, workspace)?, held.len()))
}
