//! Load data: as many consents as asked for, as a shop with visitors from everywhere would have collected them in three
//! years. They are made and stored by the same code as real ones, and are the same for the same [`Plan`].

mod calendar;
mod crowd;
mod filled_form;
mod form;
mod language;
mod maker;
mod notices;
mod past;
mod person;
mod visitor;

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::widget;
use crate::app::{App, Seeded};
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::time::Timestamp;
use crate::domain::widget::WidgetFile;
use crate::store::{self, NewConsent, Store};
use calendar::Calendar;
use crowd::Crowd;
use form::Forms;
use language::Languages;
use maker::{Maker, Plot, in_forms};
use notices::Notices;
use past::Past;

/// What is to be generated.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where the consents go.
    pub workspace: WorkspaceId,
    /// How many.
    pub consents: u64,
    /// By how many subjects, cookie choices not counted; without it, one for each five consents.
    pub subjects: Option<u64>,
    /// Another number gives other consents.
    pub random: u64,
    /// The three years end here.
    pub until: Timestamp,
}

/// Consents that one transaction stores.
const BATCH: u64 = 1024;
/// Batches that a thread makes ahead of the database.
const AHEAD: usize = 2;
/// Of a hundred cookie choices, so many are a visitor's first.
const FIRST_CHOICES: u64 = 80;

/// A consent that was made, in the box in which the store takes it.
type Made = Box<NewConsent>;

/// Consents being made by threads of their own. They end when this is dropped.
pub struct Generation {
    store: Store,
    /// Thread `t` of `n` makes the batches `t`, `t + n`, `t + 2n` ...
    makers: Vec<mpsc::Receiver<Result<Vec<Made>>>>,
    next_batch: usize,
    stored: u64,
    subjects: u64,
    consents: u64,
}

/// Publishes the notices and the widget that the consents cite, and begins to make consents.
///
/// # Errors
/// No such workspace; an unreasonable plan; or a plan whose consents the workspace has already.
pub async fn begin(app: &App, plan: Plan) -> Result<Generation> {
    let Plan { workspace, consents, .. } = plan;
    let subjects = check(app, plan)?;
    let public_may_update = app.workspace_settings(workspace).await?.public_may_update;
    let plot = Arc::new(plot(app, plan, subjects, public_may_update).await?);
    must_be_new(app, &plot).await?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let makers = (0..threads).map(|thread| start(app, &plot, thread, threads)).collect();
    Ok(Generation { store: app.store.clone(), makers, next_batch: 0, stored: 0, subjects, consents })
}

/// The number of subjects.
fn check(app: &App, plan: Plan) -> Result<u64> {
    let Plan { consents, subjects, until, .. } = plan;
    let most = in_forms(consents);
    let subjects = subjects.unwrap_or((consents / 5).max(1).min(most));
    if until > app.clock.now() {
        return Err(Error::invalid("until", "lies in the future"));
    }
    if subjects > most || (subjects == 0 && most > 0) {
        let range =
            format!("must be 1 to {most}: of {consents} consents, {most} are given in forms by subjects");
        return Err(Error::invalid("subjects", range));
    }
    Ok(subjects)
}

async fn plot(app: &App, plan: Plan, subjects: u64, public_may_update: bool) -> Result<Plot> {
    let Plan { workspace, consents, until, .. } = plan;
    let calendar = Calendar::new(until);
    let past = Past::of(app);
    let notices = Notices::publish(&past, workspace, calendar.begin()).await?;
    past.travel(calendar.begin());
    let file = WidgetFile::parse(&Json::parse(include_str!("widget.json")).map_err(Error::internal)?)?;
    let published = widget::import(&past.app, workspace, file, None, &Author::COMMAND).await?;
    let widget = widget::get(&past.app, workspace, published.id).await?;
    let languages = Languages::read();
    let forms = Forms::write(&languages);
    let given = in_forms(consents);
    let choices = consents - given;
    Ok(Plot {
        workspace,
        public_may_update,
        widget,
        notices,
        forms,
        languages,
        calendar,
        consents,
        subjects: Crowd { consents: given, people: subjects },
        visitors: Crowd { consents: choices, people: (choices * FIRST_CHOICES / 100).max(1) },
        seeds: seeds(plan, subjects),
    })
}

/// Other plans have other ids throughout, so that they can be carried out in one workspace.
fn seeds(plan: Plan, subjects: u64) -> [u64; 3] {
    let Plan { workspace: _, consents, subjects: _, random, until } = plan;
    let [a, b, c] = [random, consents, subjects].map(|number| Seeded::new(number, 0).number());
    let mut numbers = Seeded::new(a ^ b.rotate_left(1) ^ c.rotate_left(2), until.0.unsigned_abs());
    [numbers.number(), numbers.number(), numbers.number()]
}

/// The first consent stands for all: they are made in order, and their ids follow from the plan.
async fn must_be_new(app: &App, plot: &Arc<Plot>) -> Result<()> {
    let workspace = plot.workspace;
    let maker = Maker::new(app, Arc::clone(plot), Handle::current());
    let first = tokio::task::spawn_blocking(move || maker.make(0)).await.map_err(Error::internal)??.id;
    let there = app.store.read(move |tx| store::consent::place(tx, workspace, first)).await?;
    if there.is_some() {
        return Err(Error::Conflict(
            "these consents are in the workspace already, all or some: choose another --random to add others"
                .into(),
        ));
    }
    Ok(())
}

fn start(app: &App, plot: &Arc<Plot>, thread: usize, threads: usize) -> mpsc::Receiver<Result<Vec<Made>>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let maker = Maker::new(app, Arc::clone(plot), Handle::current());
    let starts =
        (0..plot.consents).step_by(usize::try_from(BATCH).unwrap_or(1)).skip(thread).step_by(threads);
    let end = plot.consents;
    std::thread::spawn(move || {
        for start in starts {
            let batch = (start..end.min(start + BATCH)).map(|place| maker.make(place)).collect();
            // Nobody takes it any more: the generation was stopped.
            if sender.blocking_send(batch).is_err() {
                break;
            }
        }
    });
    receiver
}

impl Generation {
    /// Stores the next batch and gives the number of consents stored so far; `None` once all are.
    ///
    /// # Errors
    /// Those of the database. What was stored before stays.
    pub async fn store_next(&mut self) -> Result<Option<u64>> {
        if self.stored == self.consents {
            return Ok(None);
        }
        let maker = self.next_batch % self.makers.len();
        let batch =
            self.makers[maker].recv().await.ok_or_else(|| Error::internal("a thread has ended early"))??;
        for stored in self.store.append_batch(batch).await? {
            stored?;
            self.stored += 1;
        }
        self.next_batch += 1;
        Ok(Some(self.stored))
    }

    /// How many consents the plan has.
    #[must_use]
    pub fn consents(&self) -> u64 {
        self.consents
    }

    /// How many subjects.
    #[must_use]
    pub fn subjects(&self) -> u64 {
        self.subjects
    }
}
