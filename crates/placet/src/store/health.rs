//! What the database says of itself, as far as the records depend on it.

use super::engine::Tx;
use crate::domain::error::Result;
use crate::domain::finding::Finding;

/// Looks the database over. Reads all of an embedded one.
pub fn examine(tx: &mut Tx<'_>) -> Result<Vec<Finding>> {
    tx.examine()
}
