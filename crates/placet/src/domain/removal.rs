//! Taking away what is known of a person, and keeping it from being taken away. Both are written down: one record for
//! each record concerned, since a list would tie those of a person together again (design section 4, point 6).

use placet_proof::{Commitments, Group};
use uuid::Uuid;

use super::author::Author;
use super::error::{Error, Result};
use super::id::hex;
use super::json::Json;
use super::record::{Groups, Kind, Members, empty};
use super::time::Timestamp;

const MAX_REASON: usize = 500;
/// A shorter name or number may stand in a reason by accident.
const TELLING: usize = 5;

/// Why something is erased, held or restricted. It is kept for good, so it must not say of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Reads what someone gave as their reason.
    ///
    /// # Errors
    /// One that is empty or too long.
    pub fn new(text: &str) -> Result<Reason> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MAX_REASON || text.contains(char::is_control) {
            let reason = format!("must say in 1 to {MAX_REASON} characters why, without naming the person");
            return Err(Error::invalid("reason", reason));
        }
        Ok(Reason(text.to_owned()))
    }

    /// Of the job that ends proofs when their time is over.
    #[must_use]
    pub fn retention() -> Reason {
        Reason("retention".into())
    }

    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Checks that it does not say what is to be erased.
    ///
    /// # Errors
    /// When it holds one of these texts.
    pub fn must_not_name<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Result<()> {
        let reason = self.0.to_lowercase();
        let is_named = |text: &str| text.chars().count() >= TELLING && reason.contains(&text.to_lowercase());
        if texts.into_iter().any(is_named) {
            let why = "is kept for good and must not name the person: refer to a ticket instead";
            return Err(Error::invalid("reason", why));
        }
        Ok(())
    }
}

/// Who does it, when and why.
#[derive(Clone, Debug)]
pub struct Mandate {
    /// Why.
    pub reason: Reason,
    /// Who.
    pub by: Author,
    /// When.
    pub at: Timestamp,
}

/// The record of something that was done to another record.
#[derive(Debug)]
pub struct Note<'m> {
    /// What was done.
    pub kind: Kind,
    /// The note's own id.
    pub id: Uuid,
    /// What the record concerned commits to.
    pub of: &'m Commitments,
    /// Which of its groups.
    pub groups: &'m [Group],
    /// Who, when and why.
    pub mandate: &'m Mandate,
}

impl Note<'_> {
    /// The four groups; only E holds anything.
    #[must_use]
    pub fn into_groups(self) -> Groups<'static> {
        let Note { kind, id, of, groups, mandate } = self;
        let Mandate { reason, by, at } = mandate;
        let letters = groups.iter().map(|group| Json::text(group.letter().to_string()));
        let event = Members::default()
            .with("kind", Json::text(kind.word()))
            .with("id", Json::text(id.to_string()))
            .with("at", Json::int(at.0))
            .with("of", Json::text(hex(&of.commitment().entry().leaf())))
            .with("groups", Json::Array(letters.collect()))
            .with("reason", Json::text(reason.as_str().to_owned()))
            .with("by", Json::text(by.to_string()));
        Groups { subject: empty(), event: event.object(), form: empty(), circumstances: empty() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_not_too_much() {
        assert_eq!(Reason::new("  ticket 17 ").unwrap().as_str(), "ticket 17");
        for wrong in ["", "  ", "a\nb", &"x".repeat(MAX_REASON + 1)] {
            assert!(Reason::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_reason_that_names_the_person_is_refused() {
        let reason = Reason::new("Ada@Example.org asked for it, ticket 1").unwrap();
        assert!(reason.must_not_name(["customer-981", "ada@example.org"]).is_err());
        assert!(reason.must_not_name(["customer-981", "1"]).is_ok());
    }
}
