//! SHA-256, in one place.

use ring::digest::{Context, SHA256};

/// A SHA-256 that is fed piece by piece.
#[derive(Clone)]
pub struct Sha256(Context);

impl Sha256 {
    /// Of nothing so far.
    #[must_use]
    pub fn new() -> Sha256 {
        Sha256(Context::new(&SHA256))
    }

    /// The 32 bytes for the whole of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> [u8; 32] {
        Sha256::new().chain(bytes).finish()
    }

    /// Feeds the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The same, in a row of calls.
    #[must_use]
    pub fn chain(mut self, bytes: &[u8]) -> Sha256 {
        self.update(bytes);
        self
    }

    /// The 32 bytes for all that was fed.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.finish().as_ref());
        bytes
    }
}

impl Default for Sha256 {
    fn default() -> Sha256 {
        Sha256::new()
    }
}
