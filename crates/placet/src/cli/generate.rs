//! `placet generate`

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;

use super::serve::stopped;
use super::{Answer, Common, say_aside};
use crate::actions::generate::{self, Generation, Plan};
use crate::actions::search::{self, FEWEST_TEXTS, MOST_TEXTS};
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::time::Timestamp;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// Number of the workspace
    #[arg(long, value_name = "ID")]
    workspace: i64,
    /// How many consents: of five, three are given in forms by subjects, two are anonymous cookie choices
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    consents: u64,
    /// By how many subjects; without it, one for each five consents
    #[arg(long, value_name = "M")]
    subjects: Option<u64>,
    /// Another number gives other consents; the same gives the same
    #[arg(long, value_name = "N", default_value_t = 1)]
    random: u64,
    /// The consents are dated in the three years before this moment
    #[arg(long, value_name = "TIME", default_value = "2026-01-01T00:00:00Z", value_parser = moment)]
    until: Timestamp,
}

/// How often progress is told.
const EVERY_MS: i64 = 1000;
/// How often is looked whether there are enough texts to be indexed.
const INDEX_EVERY: Duration = Duration::from_millis(100);

pub(super) fn run(options: Options) -> Result<()> {
    let Options { common, workspace, consents, subjects, random, until } = options;
    let plan = Plan { workspace: WorkspaceId(workspace), consents, subjects, random, until };
    common.act(async |app| {
        let is_stopped = Arc::new(AtomicBool::new(false));
        let (stopped, flag) = (stopped()?, Arc::clone(&is_stopped));
        tokio::spawn(async move {
            stopped.await;
            flag.store(true, Ordering::Relaxed);
        });
        let mut generation = generate::begin(app, plan).await?;
        let since = app.clock.now();
        let is_stored = Cell::new(false);
        let storing = async {
            let result = store(app, &mut generation, &is_stopped).await;
            is_stored.set(true);
            result
        };
        let (stored, indexed) = tokio::join!(storing, index(app, &is_stored));
        stored.and(indexed)?;
        Ok(answer(&generation, app.clock.now().0 - since.0))
    })
}

/// Stores all consents, and tells how far it is. A stop comes between two batches: what is stored is whole.
async fn store(app: &App, generation: &mut Generation, is_stopped: &AtomicBool) -> Result<()> {
    let total = generation.consents();
    let since = app.clock.now();
    let mut told = since;
    while let Some(stored) = generation.store_next().await? {
        let now = app.clock.now();
        if is_stopped.load(Ordering::Relaxed) && stored < total {
            return Err(Error::Conflict(format!(
                "stopped after {stored} of {total} consents; those are stored"
            )));
        }
        if now.0 - told.0 >= EVERY_MS {
            told = now;
            say_aside(&format!("{stored} of {total} consents, {} a second", rate(stored, now.0 - since.0)));
        }
    }
    Ok(())
}

/// Indexes the texts of what is stored, so that nobody has to do it later. A server that uses the same database may be
/// at it as well, and what one has taken the other does not find.
async fn index(app: &App, is_stored: &Cell<bool>) -> Result<()> {
    loop {
        let is_last = is_stored.get();
        match search::index(app, if is_last { FEWEST_TEXTS } else { MOST_TEXTS }).await {
            Ok(()) | Err(Error::Conflict(_)) if is_last => return Ok(()),
            Ok(()) | Err(Error::Conflict(_)) => tokio::time::sleep(INDEX_EVERY).await,
            Err(error) => return Err(error),
        }
    }
}

fn answer(generation: &Generation, milliseconds: i64) -> Answer {
    let (consents, subjects) = (generation.consents(), generation.subjects());
    let rate = rate(consents, milliseconds);
    let number = |number: u64| Json::Number(number.to_string().into());
    Answer {
        text: format!(
            "Generated {consents} consents of {subjects} subjects and of anonymous visitors, {rate} a second"
        ),
        json: Json::object([
            ("consents", number(consents)),
            ("subjects", number(subjects)),
            ("milliseconds", Json::int(milliseconds)),
            ("per_second", number(rate)),
        ]),
    }
}

fn rate(count: u64, milliseconds: i64) -> u64 {
    count * 1000 / milliseconds.unsigned_abs().max(1)
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "must be a time such as 2026-01-01T00:00:00Z".to_owned())
}
