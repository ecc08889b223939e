//! The end of proofs, oldest first, in small steps with pauses between, so that writers are hardly kept waiting. What is
//! erased leaves the index that is walked along; so the work can be stopped at any step and begun again later.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::read;
use crate::actions::erasure::{Erased, Eraser, Extent, remove_subject};
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::consent::{Combination, StoredConsent};
use crate::domain::error::Result;
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::removal::{Mandate, Reason};
use crate::domain::retention::Retention;
use crate::domain::time::Timestamp;
use crate::store::consent::Place;
use crate::store::installation::Term;
use crate::store::{self, Tx};

/// Consents in one step: a write of a few milliseconds.
const BATCH: usize = 100;
/// Writers have the database at least this many times as long as a step took.
const PAUSE_FACTOR: u32 = 6;
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Ends proofs in all workspaces: the job.
///
/// # Errors
/// Those of the store; what was ended stays ended.
pub async fn end_all(app: &App) -> Result<()> {
    for workspace in app.store.read(store::workspace::ids).await? {
        let erased = end_steps(app, workspace).await?;
        if !erased.is_nothing() {
            tracing::info!(
                workspace = workspace.0,
                consents = erased.consents,
                "the time of proofs was over"
            );
        }
    }
    // Also what a process erased that was killed before it could do this.
    app.store.overwrite_deleted().await.map(drop)
}

/// Ends the proofs of a workspace whose time is over now.
///
/// # Errors
/// An unknown workspace; those of the store.
pub async fn end_proofs(app: &App, workspace: WorkspaceId) -> Result<Erased> {
    let erased = end_steps(app, workspace).await?;
    app.store.overwrite_deleted().await?;
    Ok(erased)
}

async fn end_steps(app: &App, workspace: WorkspaceId) -> Result<Erased> {
    let now = app.clock.now();
    let (retention, combinations, _) = app.store.read(move |tx| read(tx, workspace)).await?;
    let mandate = Mandate { reason: Reason::retention(), by: Author::SERVER, at: now };
    let eraser = Eraser::new(app, workspace, mandate);
    let ending = Arc::new(Ending { eraser, retention });
    let mut gone = Erased::default();
    for combination in combinations {
        let Some(end) = ending.end_of(&combination) else { continue };
        let mut place = first(app, workspace, (combination.code, end)).await?;
        while let Some(after) = place {
            let (ending, code, began) = (Arc::clone(&ending), combination.code, app.clock.now());
            let (step, next) = app.store.write(move |tx| ending.step(tx, code, (after, end))).await?;
            gone.add(&step);
            place = next;
            if next.is_some() {
                pause_after(app, began).await;
            }
        }
    }
    end_forms(app, &ending, &mut gone).await?;
    Ok(gone)
}

/// Where to begin, if there is anything: mostly there is not, and nothing has to be written then.
async fn first(app: &App, workspace: WorkspaceId, (code, end): (i64, Timestamp)) -> Result<Option<Place>> {
    let oldest = move |tx: &mut Tx<'_>| store::retention::oldest(tx, workspace, code, (Place::END, end), 1);
    Ok(app.store.read(oldest).await?.first().map(|_| Place::END))
}

async fn pause_after(app: &App, began: Timestamp) {
    let took = u64::try_from(app.clock.now().0 - began.0).unwrap_or(0);
    let pause = Duration::from_millis(took) * PAUSE_FACTOR;
    tokio::time::sleep(pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE)).await;
}

/// Forms that no consent shows any more.
async fn end_forms(app: &App, ending: &Arc<Ending>, erased: &mut Erased) -> Result<()> {
    let Some(end) = ending.retention.workspace.end(ending.eraser.mandate.at) else { return Ok(()) };
    let mut place = Some((Timestamp(i64::MIN), Digest::from_bytes([0; 32])));
    while let Some(after) = place {
        let (ending, began) = (Arc::clone(ending), app.clock.now());
        let (removed, next) = app.store.write(move |tx| ending.end_forms(tx, after, end)).await?;
        erased.forms += removed;
        place = next;
        if next.is_some() {
            pause_after(app, began).await;
        }
    }
    Ok(())
}

struct Ending {
    eraser: Eraser,
    retention: Retention,
}

impl Ending {
    /// Consents of a combination that were given before this may be over.
    fn end_of(&self, combination: &Combination) -> Option<Timestamp> {
        let now = self.eraser.mandate.at;
        // Cookie choices of earlier releases have to be asked for their widget.
        let is_asked = combination.is_cookie_choice && combination.widget.is_none();
        if is_asked { self.retention.latest_end(now) } else { self.retention.of(combination.widget).end(now) }
    }

    /// Erases the next consents of a combination, and gives the place to go on from.
    fn step(
        &self,
        tx: &mut Tx<'_>,
        code: i64,
        (after, end): (Place, Timestamp),
    ) -> Result<(Erased, Option<Place>)> {
        let workspace = self.eraser.workspace;
        store::erasure::take_turn(tx, workspace)?;
        let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let places = store::retention::oldest(tx, workspace, code, (after, end), limit)?;
        let Some(last) = places.last().copied() else { return Ok((Erased::default(), None)) };
        let ids: Vec<Uuid> = places.iter().map(|place| place.id).collect();
        let mut consents = store::consent::get_several(tx, workspace, &ids)?;
        let held = store::restraint::kept(tx, workspace)?;
        consents.retain(|consent| {
            self.is_over(consent) && !subject_of(consent).is_some_and(|id| held.contains(id))
        });
        let mut erased = self.eraser.erase(tx, &consents, Extent::Expired)?;
        let done = usize::try_from(erased.consents).unwrap_or(0);
        erased.add(&self.end_subjects(tx, &consents[..done])?);
        // Of what was too much for one step, the rest is found again.
        Ok((erased, Some(if done < consents.len() { after } else { last })))
    }

    fn is_over(&self, consent: &StoredConsent<'_>) -> bool {
        let end = self.retention.of(consent.widget()).end(self.eraser.mandate.at);
        end.is_some_and(|end| consent.at < end)
    }

    /// What the subjects of these consents have from them and from no later one. A subject that has no consent left goes.
    fn end_subjects(&self, tx: &mut Tx<'_>, consents: &[StoredConsent<'_>]) -> Result<Erased> {
        let mut by_subject: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
        for consent in consents {
            if let Some(subject) = subject_of(consent) {
                by_subject.entry(subject).or_default().push(consent.id);
            }
        }
        let mut erased = Erased::default();
        // In order, as writers go: two that touch the same rows wait for each other, never in a circle.
        for (subject, consents) in by_subject {
            erased.add(&self.end_subject(tx, subject, &consents)?);
        }
        Ok(erased)
    }

    fn end_subject(&self, tx: &mut Tx<'_>, subject: &str, consents: &[Uuid]) -> Result<Erased> {
        let workspace = self.eraser.workspace;
        if !store::subject::lock(tx, workspace, subject)? {
            return Ok(Erased::default());
        }
        let about = self.eraser.index_key.hash(Term::Subject, subject);
        if !store::retention::has_consents(tx, workspace, about)? {
            let erased = remove_subject(tx, workspace, subject, about)?;
            return Ok(Erased { subject: true, ..erased });
        }
        let preferences = store::preference::remove_proven_by(tx, workspace, subject, consents)? as u64;
        Ok(Erased { preferences, ..Erased::default() })
    }

    /// Removes the next forms that no consent shows any more, unless one that is held may.
    fn end_forms(
        &self,
        tx: &mut Tx<'_>,
        after: (Timestamp, Digest),
        end: Timestamp,
    ) -> Result<(u64, Option<(Timestamp, Digest)>)> {
        let workspace = self.eraser.workspace;
        store::erasure::take_turn(tx, workspace)?;
        let held = store::restraint::kept(tx, workspace)?;
        let held: Vec<i64> = held.iter().map(|id| self.eraser.index_key.hash(Term::Subject, id)).collect();
        let is_held =
            |shown_to: Option<i64>| !held.is_empty() && shown_to.is_none_or(|to| held.contains(&to));
        let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let forms = store::form::last_shown_before(tx, workspace, (after, end), limit)?;
        let mut removed = 0;
        for (_, digest, shown_to) in &forms {
            if !is_held(*shown_to) {
                removed += store::form::remove_old(tx, workspace, digest, end)?;
            }
        }
        Ok((removed, forms.last().map(|(at, digest, _)| (*at, *digest))))
    }
}

fn subject_of<'c>(consent: &'c StoredConsent<'_>) -> Option<&'c str> {
    consent.subject("id").and_then(Json::as_str)
}
