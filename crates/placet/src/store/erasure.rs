//! Taking values out of records, and out of everything by which they could be found. What a group committed to stays.

use placet_proof::{Commitments, Group};
use uuid::Uuid;

use super::engine::Tx;
use super::row::Value;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;

/// Who a consent is about goes with whatever else goes: the index columns would tell it.
macro_rules! erase {
    ($more:literal) => {
        concat!(
            "UPDATE consents SET group_s = NULL, group_d = NULL, ",
            $more,
            "subject_hash = NULL, user_hash = NULL, replay_hash = NULL, facets = $3 WHERE workspace_id = $1 AND id = $2"
        )
    };
}

statements! {
    TAKE_TURN = "INSERT INTO removal_turns (workspace_id, turn) VALUES ($1, 1)
        ON CONFLICT (workspace_id) DO UPDATE SET turn = removal_turns.turn + 1";
    ERASE_PERSON = erase!("");
    ERASE_PERSON_AND_FORMS = erase!("group_f = NULL, ");
    ERASE_PERSON_AND_EVENT = erase!("group_e = NULL, ");
    ERASE_ALL = erase!("group_e = NULL, group_f = NULL, ");
    COMMITMENTS_OF_RECORD = "SELECT commitments FROM records WHERE workspace_id = $1 AND id = $2 AND group_e IS NOT NULL";
    ERASE_RECORD = "UPDATE records SET group_e = NULL WHERE workspace_id = $1 AND id = $2";
}

/// The code of no combination: consents that have it are in no list. Every other code is a hash.
pub const UNLISTED: i64 = -1;

/// Waits until nobody else takes something away in the workspace or keeps it from that. What a transaction reads after
/// this stays true until it ends, as far as they are concerned.
pub fn take_turn(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<()> {
    tx.execute(TAKE_TURN, &[workspace.0.into()]).map(drop)
}

/// Takes groups out of a consent, who and circumstances always among them, and everything that it can be found by but its
/// id and its moment. `facets` is the code of what is left.
pub fn erase_consent(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: Uuid,
    groups: &[Group],
    facets: i64,
) -> Result<()> {
    let sql = match (groups.contains(&Group::Event), groups.contains(&Group::Form)) {
        (false, false) => ERASE_PERSON,
        (false, true) => ERASE_PERSON_AND_FORMS,
        (true, false) => ERASE_PERSON_AND_EVENT,
        (true, true) => ERASE_ALL,
    };
    let values: [Value<'_>; 3] = [workspace.0.into(), (&id).into(), facets.into()];
    match tx.execute(sql, &values)? {
        1 => Ok(()),
        _ => Err(Error::internal(format!("consent {id} is gone"))),
    }
}

/// Takes E, the only group with content, out of a record that is not a consent; gives its commitments, unless that was
/// done before.
pub fn erase_record(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Commitments>> {
    let key: [Value<'_>; 2] = [workspace.0.into(), (&id).into()];
    let Some(mut row) = tx.query_one(COMMITMENTS_OF_RECORD, &key)? else { return Ok(None) };
    tx.execute(ERASE_RECORD, &key)?;
    row.array(0).map(|bytes| Some(Commitments::from_bytes(&bytes)))
}
