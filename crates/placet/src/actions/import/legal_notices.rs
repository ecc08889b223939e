//! Versions of notices that another place published. They keep their numbers, which consents cite.

use std::collections::HashMap;

use super::Intake;
use super::item::Body;
use crate::actions::document::cite;
use crate::actions::legal_notice::{Stamp, add, add_numbered, meant};
use crate::app::App;
use crate::domain::document::DocumentReference;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::legal_notice::NewNotice;
use crate::domain::time::MAX_AHEAD;
use crate::store::{self, Tx};

/// Versions that one transaction stores; each may have a megabyte.
const AT_ONCE: usize = 16;

/// A row, checked.
#[derive(Clone)]
pub(super) struct ExaminedNotice {
    notice: NewNotice,
    /// Its number there; without one it gets the next.
    version: Option<i64>,
    digest: Digest,
}

impl ExaminedNotice {
    /// The same for rows about the same version.
    pub(super) fn name(&self, row: &str) -> String {
        match self.version {
            Some(version) => format!("{version}\n{}", self.notice.identifier),
            None => row.to_owned(),
        }
    }
}

/// The notices of a file, whether their rows have numbers, and the line that said so first. A row without one gets the next,
/// which a row with one may have in mind.
#[derive(Default)]
pub(super) struct Numbering(HashMap<String, (bool, u64)>);

impl Numbering {
    /// Notes a row; or why it cannot be stored beside those before it.
    pub(super) fn note(&mut self, line: u64, row: &ExaminedNotice) -> Result<(), String> {
        let (is_numbered, identifier) = (row.version.is_some(), &row.notice.identifier);
        let (first, first_line) = *self.0.entry(identifier.clone()).or_insert((is_numbered, line));
        if first == is_numbered {
            return Ok(());
        }
        let has = if first { "has a number" } else { "has none" };
        Err(format!(
            "version: line {first_line} of the same notice {has}; either all of them have one, or none"
        ))
    }
}

pub(super) async fn examine(app: &App, intake: &Intake, row: &Json<'_>) -> Result<ExaminedNotice> {
    let mut problems = Problems::default();
    let (mut notices, _) = NewNotice::parse_body(row)?;
    let mut notice = notices.pop().ok_or_else(|| Error::invalid("", "must be a notice"))?;
    notice.documents = DocumentReference::parse_list("documents", row.given("documents"), &mut problems);
    notice.identifier = meant(app, intake.workspace, &notice.identifier).await?;
    if notice.timestamp.is_some_and(|at| at.0 > intake.now.0 + MAX_AHEAD) {
        problems.add("timestamp", "lies more than five minutes in the future");
    }
    let digest = Digest::of(notice.content.as_bytes());
    if row.given("sha256").is_some_and(|claim| claim.as_str() != Some(digest.to_string().as_str())) {
        problems.add("sha256", "is not the digest of the content");
    }
    let number = row.given("version");
    let version = number.and_then(|value| value.as_int().or_else(|| value.as_str()?.parse().ok()));
    if number.is_some() && version.is_none_or(|version| version < 1) {
        problems.add("version", "must be a whole number from 1");
    }
    if !notice.documents.is_empty() {
        let (workspace, documents) = (intake.workspace, notice.documents.clone());
        let check = move |tx: &mut Tx<'_>| {
            let mut problems = Problems::default();
            let cited = cite(tx, workspace, &documents, &mut problems)?;
            problems.or(cited)
        };
        app.store.read(check).await?;
    }
    problems.or(ExaminedNotice { notice, version, digest })
}

pub(super) async fn look_up(
    app: &App,
    intake: &Intake,
    bodies: &[&Body<'_>],
) -> Result<Vec<Result<bool, String>>> {
    let notice = |body: &&Body<'_>| match body {
        Body::LegalNotice(notice) => Some((**notice).clone()),
        _ => None,
    };
    let (workspace, notices) = (intake.workspace, bodies.iter().filter_map(notice).collect::<Vec<_>>());
    let states = move |tx: &mut Tx<'_>| notices.iter().map(|notice| state(tx, workspace, notice)).collect();
    app.store.read(states).await
}

fn state(tx: &mut Tx<'_>, workspace: WorkspaceId, notice: &ExaminedNotice) -> Result<Result<bool, String>> {
    let ExaminedNotice { notice: NewNotice { identifier, timestamp, .. }, version, digest } = notice;
    let Some(version) = version else {
        return Ok(Ok(store::legal_notice::same(tx, workspace, identifier, digest, *timestamp)?.is_some()));
    };
    Ok(match store::legal_notice::get(tx, workspace, identifier, *version)? {
        None => Ok(false),
        Some(stored) if stored.digest == *digest => Ok(true),
        Some(_) => Err(format!("version: version {version} of {identifier} has another text here")),
    })
}

pub(super) async fn store(
    app: &App,
    intake: &Intake,
    notices: Vec<ExaminedNotice>,
) -> Result<Vec<Result<bool>>> {
    let mut results = Vec::with_capacity(notices.len());
    for some in notices.chunks(AT_ONCE) {
        let (some, workspace, by) = (some.to_vec(), intake.workspace, intake.by.to_string());
        let (random, now) = (app.random, intake.now);
        let add_all = move |tx: &mut Tx<'_>| {
            let mut added = Vec::with_capacity(some.len());
            for notice in &some {
                added.push(add_one(tx, workspace, notice, &Stamp::new(random, now, &by))?);
            }
            Ok(added)
        };
        results.extend(app.store.write(add_all).await?);
    }
    Ok(results)
}

fn add_one(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    notice: &ExaminedNotice,
    stamp: &Stamp<'_>,
) -> Result<Result<bool>> {
    match state(tx, workspace, notice)? {
        Ok(true) => return Ok(Ok(false)),
        Ok(false) => {}
        Err(why) => return Ok(Err(Error::Conflict(why))),
    }
    let ExaminedNotice { notice, version, digest: _ } = notice;
    let mut problems = Problems::default();
    let documents = cite(tx, workspace, &notice.documents, &mut problems)?;
    let documents = problems.or(documents)?;
    match version {
        None => add(tx, workspace, notice, &documents, stamp)?,
        Some(version) => {
            store::legal_notice::keep_number(tx, workspace, &notice.identifier, *version)?;
            add_numbered(tx, workspace, (notice, *version), &documents, stamp)?
        }
    };
    Ok(Ok(true))
}
