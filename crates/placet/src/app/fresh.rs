//! Answers that may be a second old: what another process changed is seen within that time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::error::Result;
use crate::domain::time::Timestamp;

const MAX_AGE_MS: i64 = 1000;

/// A bounded map of answers, each at most a second old.
pub struct Fresh<K, V> {
    state: Mutex<State<K, V>>,
    capacity: usize,
}

struct State<K, V> {
    answers: HashMap<K, (V, Timestamp)>,
    /// Grows with every change made by this process, so that an answer read before a change is not kept after it.
    generation: u64,
}

impl<K: Eq + Hash + Clone, V: Clone> Fresh<K, V> {
    /// An empty map for at most `capacity` answers.
    #[must_use]
    pub fn new(capacity: usize) -> Fresh<K, V> {
        Fresh { state: Mutex::new(State { answers: HashMap::new(), generation: 0 }), capacity }
    }

    /// The answer, if it is in the map and fresh.
    pub fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        self.lock().get(key, now)
    }

    /// The answer, from the map if it is fresh, else from `read`.
    ///
    /// # Errors
    /// Those of `read`; nothing is kept then.
    pub async fn get_or<F: Future<Output = Result<V>>>(
        &self,
        key: &K,
        now: Timestamp,
        read: impl FnOnce() -> F,
    ) -> Result<V> {
        let generation = {
            let state = self.lock();
            match state.get(key, now) {
                Some(answer) => return Ok(answer),
                None => state.generation,
            }
        };
        let answer = read().await?;
        let mut state = self.lock();
        if state.generation == generation {
            if state.answers.len() >= self.capacity {
                state.answers.clear();
            }
            state.answers.insert(key.clone(), (answer.clone(), now));
        }
        Ok(answer)
    }

    /// Drops all answers, after this process has changed what they are made from.
    pub fn forget(&self) {
        let mut state = self.lock();
        state.generation += 1;
        state.answers.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State<K, V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash, V: Clone> State<K, V> {
    fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let (answer, at) = self.answers.get(key)?;
        (0..MAX_AGE_MS).contains(&(now.0 - at.0)).then(|| answer.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(cache: &Fresh<u8, i32>, at: i64, answer: i32) -> i32 {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(cache.get_or(&1, Timestamp(at), || async move { Ok(answer) })).unwrap()
    }

    #[test]
    fn an_answer_is_kept_for_less_than_a_second_and_until_it_is_forgotten() {
        let cache = Fresh::new(10);
        assert_eq!(get(&cache, 0, 1), 1);
        assert_eq!(get(&cache, 999, 2), 1);
        assert_eq!(get(&cache, 1000, 3), 3);
        cache.forget();
        assert_eq!(get(&cache, 1001, 4), 4);
    }

    #[test]
    fn an_answer_read_before_a_change_is_not_kept_after_it() {
        let cache = Fresh::new(10);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let overtaken = cache.get_or(&1, Timestamp(0), || async {
            cache.forget();
            Ok(1)
        });
        assert_eq!(runtime.block_on(overtaken).unwrap(), 1);
        assert_eq!(get(&cache, 0, 2), 2);
    }
}
