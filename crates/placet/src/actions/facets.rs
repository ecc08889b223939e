//! Combinations of facets: each is stored before the first consent that bears its code.

use std::collections::HashSet;
use std::sync::PoisonError;

use crate::app::App;
use crate::domain::consent::{Facets, MAX_COMBINATIONS};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::store;
use crate::store::installation::Term;

/// Workspaces whose combinations are kept in memory.
const MAX_WORKSPACES: usize = 10_000;

/// The facets of a consent as they are stored.
#[derive(Clone, Debug)]
pub(super) struct StoredFacets {
    /// The code of their combination.
    pub code: i64,
    /// Hashes of the names of its preferences, where the combination does not note them.
    pub names: Vec<i64>,
}

/// How facets are stored.
pub(super) async fn store(app: &App, workspace: WorkspaceId, facets: &Facets<'_>) -> Result<StoredFacets> {
    let code = code(app, workspace, facets).await?;
    let index_key = app.store.index_key();
    let is_rest = code == index_key.hash(Term::Facets, &facets.without_names().description());
    let names = facets.names().iter().filter(|_| is_rest);
    let names = names.map(|name| index_key.hash(Term::Preference, name)).collect();
    Ok(StoredFacets { code, names })
}

/// The code of a combination, or of the one that stands for all when the workspace has too many.
async fn code(app: &App, workspace: WorkspaceId, facets: &Facets<'_>) -> Result<i64> {
    let index_key = *app.store.index_key();
    let hash = |facets: &Facets<'_>| index_key.hash(Term::Facets, &facets.description());
    let code = hash(facets);
    if known(app, workspace, |codes| codes.contains(&code).then_some(code)).is_some() {
        return Ok(code);
    }
    let without_names = facets.without_names();
    let rest = hash(&without_names);
    let is_rest = |codes: &HashSet<i64>| codes.len() >= MAX_COMBINATIONS && codes.contains(&rest);
    if known(app, workspace, |codes| is_rest(codes).then_some(rest)).is_some() {
        return Ok(rest);
    }
    let hash = |name: &str| index_key.hash(Term::Preference, name);
    let own = facets.to_combination(code, hash);
    let rest = without_names.to_combination(rest, hash);
    // Two processes that do this at the same moment may exceed the limit by one each; nothing depends on it.
    let stored = app.store.write(move |tx| {
        let mut codes = store::facets::codes(tx, workspace)?;
        let is_room = codes.len() < MAX_COMBINATIONS || codes.contains(&own.code);
        let chosen = if is_room { &own } else { &rest };
        if codes.insert(chosen.code) {
            store::facets::put(tx, workspace, chosen)?;
        }
        Ok((chosen.code, codes))
    });
    let (code, codes) = stored.await?;
    keep(app, workspace, codes);
    Ok(code)
}

fn known(app: &App, workspace: WorkspaceId, choose: impl Fn(&HashSet<i64>) -> Option<i64>) -> Option<i64> {
    choose(app.facets.lock().unwrap_or_else(PoisonError::into_inner).get(&workspace)?)
}

/// Combinations are never taken away, so what was read stays true.
fn keep(app: &App, workspace: WorkspaceId, codes: HashSet<i64>) {
    let mut known = app.facets.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MAX_WORKSPACES {
        known.clear();
    }
    known.insert(workspace, codes);
}
