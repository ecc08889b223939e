//! The clock: the system's, or one that a test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::time::Timestamp;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A moment that a test moves, in milliseconds since 1970 UTC.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => system(),
            Clock::Manual(moment) => Timestamp(moment.load(Ordering::SeqCst)),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
fn system() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}
