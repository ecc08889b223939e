//! The clock: the system's, or one that a test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

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

/// Measures how long something takes, for figures; nothing may depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins to measure.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    pub fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// Seconds since the start.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
fn system() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}
