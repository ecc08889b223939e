//! Failed attempts to sign in, counted per network and per address, so that passwords cannot be guessed by trying.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::error::{Error, Result};
use super::time::Timestamp;

const WINDOW_MS: i64 = 15 * 60 * 1000;
const MAX_KEYS: usize = 100_000;

/// Counts failures within a quarter of an hour.
#[derive(Default)]
pub struct Attempts(Mutex<HashMap<String, (Timestamp, u32)>>);

impl Attempts {
    /// Whether another attempt may be made under `key`.
    ///
    /// # Errors
    /// [`Error::TooMany`] after `most` failures.
    pub fn check(&self, key: &str, most: u32, now: Timestamp) -> Result<()> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get(key) {
            Some((since, count)) if *count >= most && now.0 - since.0 < WINDOW_MS => {
                let seconds = (WINDOW_MS - (now.0 - since.0) + 999) / 1000;
                Err(Error::TooMany { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX) })
            }
            _ => Ok(()),
        }
    }

    /// Notes a failure.
    pub fn fail(&self, key: &str, now: Timestamp) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MAX_KEYS {
            counts.retain(|_, (since, _)| now.0 - since.0 < WINDOW_MS);
        }
        let entry = counts.entry(key.to_owned()).or_insert((now, 0));
        if now.0 - entry.0.0 >= WINDOW_MS {
            *entry = (now, 0);
        }
        entry.1 += 1;
    }

    /// Forgets the failures of `key` after a success.
    pub fn succeed(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_too_many_failures_one_has_to_wait_a_quarter_of_an_hour() {
        let attempts = Attempts::default();
        for _ in 0..5 {
            attempts.check("a", 5, Timestamp(0)).unwrap();
            attempts.fail("a", Timestamp(0));
        }
        assert!(matches!(attempts.check("a", 5, Timestamp(1000)), Err(Error::TooMany { retry_after: 899 })));
        attempts.check("b", 5, Timestamp(1000)).unwrap();
        attempts.check("a", 5, Timestamp(WINDOW_MS)).unwrap();
    }
}
