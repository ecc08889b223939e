//! Subjects that another place knew. One that exists here keeps what it has, and gets what it lacks.

use std::collections::HashSet;

use super::Intake;
use super::item::Body;
use crate::app::App;
use crate::domain::consent::timestamp;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::time_ordered;
use crate::domain::json::Json;
use crate::domain::subject::SubjectFields;
use crate::domain::time::MAX_AHEAD;
use crate::store::{self, SubjectUpsert, Tx};

pub(super) fn examine(intake: &Intake, row: &Json<'_>) -> Result<SubjectUpsert> {
    let mut problems = Problems::default();
    let fields = SubjectFields::parse(row, "", &mut problems);
    let at = timestamp("timestamp", row.given("timestamp"), &mut problems);
    if at.is_some_and(|at| at.0 > intake.now.0 + MAX_AHEAD) {
        problems.add("timestamp", "lies more than five minutes in the future");
    }
    let id = fields.id.clone().unwrap_or_default();
    if id.is_empty() {
        problems.add("id", "is needed");
    }
    let mut upsert = SubjectUpsert::new(id, fields, false, at.unwrap_or(intake.now));
    upsert.may_confirm = true;
    problems.or(upsert)
}

pub(super) async fn look_up(
    app: &App,
    intake: &Intake,
    bodies: &[&Body<'_>],
) -> Result<Vec<Result<bool, String>>> {
    let id = |body: &&Body<'_>| match body {
        Body::Subject(upsert) => Some(upsert.id.clone()),
        _ => None,
    };
    let (workspace, ids) = (intake.workspace, bodies.iter().filter_map(id).collect::<Vec<_>>());
    let known = app.store.read(move |tx| store::subject::exist(tx, workspace, &ids)).await?;
    Ok(known.into_iter().map(Ok).collect())
}

/// A subject that comes twice is stored once: the rows say the same, or the later one is refused.
pub(super) async fn store(
    app: &App,
    intake: &Intake,
    upserts: Vec<SubjectUpsert>,
) -> Result<Vec<Result<bool>>> {
    let mut seen = HashSet::new();
    let is_first: Vec<bool> = upserts.iter().map(|upsert| seen.insert(upsert.id.clone())).collect();
    let first = upserts.into_iter().zip(&is_first).filter(|(_, is_first)| **is_first);
    let (workspace, first) = (intake.workspace, first.map(|(upsert, _)| upsert).collect::<Vec<_>>());
    let (key, call) = (*app.store.index_key(), time_ordered(intake.now, &app.random.bytes()));
    let work = move |tx: &mut Tx<'_>| store::subject::upsert_all(tx, (workspace, &key), &first, &call);
    let stored = app.store.write(work).await?;
    let mut stored = stored.into_iter();
    let result = |is_first: bool| if is_first { stored.next().ok_or_else(lost) } else { Ok(false) };
    Ok(is_first.into_iter().map(result).collect())
}

fn lost() -> Error {
    Error::internal("a subject was not stored")
}
