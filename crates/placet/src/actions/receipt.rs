//! What a record takes from its surroundings.

use uuid::Uuid;

use crate::app::{App, Seeded};
use crate::domain::id::time_ordered;
use crate::domain::record::SALT_BYTES;
use crate::domain::time::Timestamp;

/// When the server had a request, the ids that its record needs, and its randomness.
pub(super) struct Receipt {
    /// The moment of receipt.
    pub at: Timestamp,
    /// The record's id.
    pub id: Uuid,
    /// The subject's id, should the caller have sent none.
    pub subject_id: Uuid,
    /// For the record's four salts.
    pub salts: [u8; SALT_BYTES],
}

impl Receipt {
    /// Of a request that is being answered; `named` if it brought the record's id.
    pub(super) fn now(app: &App, named: Option<Uuid>) -> Receipt {
        let at = app.clock.now();
        let made = || time_ordered(at, &app.random.bytes());
        Receipt { at, id: named.unwrap_or_else(made), subject_id: made(), salts: app.random.bytes() }
    }

    /// Of a request that is made up.
    pub(super) fn seeded(at: Timestamp, subject_id: Uuid, numbers: &mut Seeded) -> Receipt {
        Receipt { at, id: time_ordered(at, &numbers.bytes()), subject_id, salts: numbers.bytes() }
    }
}
