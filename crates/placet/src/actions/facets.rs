//! Combinations of facets: each is stored before the first consent that bears its code.

use std::collections::HashSet;
use std::sync::PoisonError;

use crate::app::App;
use crate::domain::consent::{Combination, Facets, MAX_COMBINATIONS};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::store::installation::Term;
use crate::store::{self, IndexKey, Tx};

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
    let combinations = combinations(&index_key, facets);
    // Two processes that do this at the same moment may exceed the limit by one each; nothing depends on it.
    let stored = app.store.write(move |tx| {
        let mut codes = store::facets::codes(tx, workspace)?;
        let code = choose(tx, workspace, &combinations, &mut codes)?;
        Ok((code, codes))
    });
    let (code, codes) = stored.await?;
    keep(app, workspace, codes);
    Ok(code)
}

/// A combination, and the one that stands for it when the workspace has too many.
pub(super) fn combinations(index_key: &IndexKey, facets: &Facets<'_>) -> [Combination; 2] {
    let stored = |facets: &Facets<'_>| {
        let code = index_key.hash(Term::Facets, &facets.description());
        facets.to_combination(code, |name| index_key.hash(Term::Preference, name))
    };
    [stored(facets), stored(&facets.without_names())]
}

/// The code of one of the two, which is stored if it is new; `codes` are those of the workspace.
pub(super) fn choose(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    [own, rest]: &[Combination; 2],
    codes: &mut HashSet<i64>,
) -> Result<i64> {
    let is_room = codes.len() < MAX_COMBINATIONS || codes.contains(&own.code);
    let chosen = if is_room { own } else { rest };
    if codes.insert(chosen.code) {
        store::facets::put(tx, workspace, chosen)?;
    }
    Ok(chosen.code)
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
