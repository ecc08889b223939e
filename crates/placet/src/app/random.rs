//! Randomness from the operating system.

/// The source of randomness.
#[derive(Clone, Copy, Debug)]
pub struct Random;

impl Random {
    /// `N` random bytes.
    ///
    /// # Panics
    /// When the operating system gives no randomness: then nothing may go on that relies on it.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place where randomness is taken from the system")]
    #[expect(
        clippy::expect_used,
        reason = "without randomness there are no salts and no keys: stopping is right"
    )]
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");
        bytes
    }
}
