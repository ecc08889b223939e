//! The combinations of facets that consents of a workspace have: at most a thousand or so, each named once by a code.

use std::collections::HashSet;

use super::engine::Tx;
use super::row::{Row, Value};
use crate::domain::consent::{Combination, FacetFilter, Source};
use crate::domain::error::{Error, Result};
use crate::domain::id::{WidgetId, WorkspaceId};

statements! {
    CODES = "SELECT code FROM facets WHERE workspace_id = $1";
    ALL = "SELECT code, source, is_cookie_choice, is_verified, has_ip, widget_id FROM facets WHERE workspace_id = $1";
    ALL_WITH_NAMES = "SELECT code, source, is_cookie_choice, is_verified, has_ip, widget_id, names FROM facets WHERE workspace_id = $1";
    PUT = "INSERT INTO facets (workspace_id, code, source, is_cookie_choice, is_verified, has_ip, names, widget_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (workspace_id, code) DO NOTHING";
}

/// The codes in use.
pub fn codes(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<HashSet<i64>> {
    tx.query(CODES, &[workspace.0.into()])?.into_iter().map(|mut row| row.int(0)).collect()
}

/// Stores a combination, unless it is there.
pub fn put(tx: &mut Tx<'_>, workspace: WorkspaceId, combination: &Combination) -> Result<()> {
    let Combination { code, source, is_cookie_choice, is_verified, has_ip, names, widget } = combination;
    let names =
        names.as_ref().map(|names| names.iter().flat_map(|name| name.to_be_bytes()).collect::<Vec<u8>>());
    let values: [Value<'_>; 8] = [
        workspace.0.into(),
        (*code).into(),
        source.number().into(),
        (*is_cookie_choice).into(),
        (*is_verified).into(),
        (*has_ip).into(),
        names.into(),
        widget.map(|widget| widget.0).into(),
    ];
    tx.execute(PUT, &values).map(drop)
}

/// All combinations, without the names of preferences.
pub fn all(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<Combination>> {
    tx.query(ALL, &[workspace.0.into()])?.into_iter().map(read).collect()
}

/// The codes of consents that may pass a filter.
#[derive(Clone, Debug, Default)]
pub struct Admitted {
    /// Of combinations that tell what the filter asks for.
    pub telling: Vec<i64>,
    /// Of those that do not tell the names of preferences, when one is asked for.
    pub of_any_names: Vec<i64>,
}

/// What a filter admits; `name` is the hash of the preference it asks for.
pub fn admitted(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    filter: &FacetFilter,
    name: Option<i64>,
) -> Result<Admitted> {
    let sql = if name.is_some() { ALL_WITH_NAMES } else { ALL };
    let mut admitted = Admitted::default();
    for row in tx.query(sql, &[workspace.0.into()])? {
        let combination = read(row)?;
        if !filter.admits(&combination, name) {
            continue;
        }
        let is_told = name.is_none() || !combination.is_of_any_names();
        let codes = if is_told { &mut admitted.telling } else { &mut admitted.of_any_names };
        codes.push(combination.code);
    }
    Ok(admitted)
}

fn read(mut row: Row) -> Result<Combination> {
    let hashes = |bytes: Vec<u8>| bytes.as_chunks().0.iter().map(|hash| i64::from_be_bytes(*hash)).collect();
    Ok(Combination {
        code: row.int(0)?,
        source: Source::from_number(row.int(1)?)
            .ok_or_else(|| Error::internal("a combination has an unknown source"))?,
        is_cookie_choice: row.int(2)? == 1,
        is_verified: row.int(3)? == 1,
        has_ip: row.int_or_none(4)?.map(|flag| flag == 1),
        widget: row.int_or_none(5)?.map(WidgetId),
        names: row.bytes_or_none(6)?.map(hashes),
    })
}
