//! Which documents to list, and in which order.

use super::document::Document;
use super::substring::AnyOf;

/// What documents are sorted by; of equal ones by their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentOrder {
    /// When they were uploaded.
    Time,
    /// Their names, byte by byte.
    Name,
    /// Their length.
    Size,
}

impl DocumentOrder {
    /// Reads `created_at`, `name` or `size`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<DocumentOrder> {
        match word {
            "created_at" => Some(DocumentOrder::Time),
            "name" => Some(DocumentOrder::Name),
            "size" => Some(DocumentOrder::Size),
            _ => None,
        }
    }
}

/// Which documents to list, and how.
#[derive(Clone, Debug)]
pub struct DocumentQuery {
    /// What they are sorted by.
    pub order: DocumentOrder,
    /// From the greatest to the least.
    pub is_descending: bool,
    /// What name, type or digest contain.
    pub search: Option<AnyOf>,
    /// Only those that something points to, or that nothing points to.
    pub is_referenced: Option<bool>,
}

impl DocumentQuery {
    /// Whether a document passes.
    #[must_use]
    pub fn passes(&self, document: &Document, is_referenced: bool) -> bool {
        let digest = document.digest.to_string();
        let texts = [document.name.as_str(), document.mime_type.as_str(), digest.as_str()];
        self.is_referenced.is_none_or(|only| only == is_referenced)
            && self.search.as_ref().is_none_or(|part| texts.iter().any(|text| part.is_in(text)))
    }
}

/// Something that points to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referrer {
    /// The id of its record, which orders them.
    pub record: uuid::Uuid,
    /// Identifier and number, if it is a version of a notice; otherwise it is the consent of the same id.
    pub notice: Option<(String, i64)>,
}
