//! The application as it would have been: the same store, with a clock that is set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::app::{App, Clock};
use crate::domain::time::Timestamp;

/// An application with a clock of its own. What it remembers is its own too, so threads do not wait for each other.
pub(super) struct Past {
    pub app: App,
    clock: Arc<AtomicI64>,
}

impl Past {
    pub(super) fn of(app: &App) -> Past {
        let clock = Arc::new(AtomicI64::new(0));
        Past { app: App::new(app.store.clone(), Clock::Manual(Arc::clone(&clock)), app.edge.clone()), clock }
    }

    /// Sets the clock.
    pub(super) fn travel(&self, to: Timestamp) {
        self.clock.store(to.0, Ordering::SeqCst);
    }
}
