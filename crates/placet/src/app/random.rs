//! Randomness from the operating system.

use std::cell::RefCell;

/// The source of randomness.
#[derive(Clone, Copy, Debug)]
pub struct Random;

/// Bytes fetched at once: a record needs about a hundred, and asking for each few of them apart is slow.
const POOL: usize = 4096;

thread_local! {
    /// Random bytes not given out yet; each byte is given out once and wiped.
    static UNUSED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Random {
    /// `N` random bytes.
    ///
    /// # Panics
    /// When the operating system gives no randomness: then nothing may go on that relies on it.
    #[must_use]
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        const { assert!(N <= POOL) };
        UNUSED.with_borrow_mut(|unused| {
            if unused.len() < N {
                unused.resize(POOL, 0);
                fill(unused);
            }
            let mut bytes = [0; N];
            let rest = unused.len() - N;
            bytes.copy_from_slice(&unused[rest..]);
            unused[rest..].fill(0);
            unused.truncate(rest);
            bytes
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where randomness is taken from the system")]
#[expect(
    clippy::expect_used,
    reason = "without randomness there are no salts and no keys: stopping is right"
)]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives randomness");
}
