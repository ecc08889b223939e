//! A record: what enters the log, as its four disclosures.

use crate::commitment::{Commitment, Commitments, Entry};
use crate::disclosure::{Disclosure, DisclosureError, Group, Salt};
use crate::json::Member;

/// Why four texts are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// One of the four is not a disclosure.
    #[error("group {}: {cause}", group.letter())]
    Disclosure {
        /// The group that was expected in this place.
        group: Group,
        /// What is wrong with it.
        cause: DisclosureError,
    },
    /// A disclosure of another group stands where this one belongs.
    #[error("group {} is not where it belongs", .0.letter())]
    Order(Group),
}

/// Four disclosures, one per group, in the order S, E, F, D.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    disclosures: [Disclosure; 4],
}

impl Record {
    /// Writes a record from four fresh salts and the members of four objects, both in the order S, E, F, D.
    ///
    /// An empty group is `{}` and gets its salt all the same.
    #[must_use]
    pub fn new(salts: &[Salt; 4], objects: [&[Member<'_>]; 4]) -> Record {
        let write = |group: Group| Disclosure::new(&salts[group as usize], group, objects[group as usize]);
        Record { disclosures: Group::ALL.map(write) }
    }

    /// Reads a record back from its stored disclosures, in the order S, E, F, D.
    ///
    /// # Errors
    /// [`RecordError`] with the first group that is malformed or out of place.
    pub fn parse<T: Into<String>>(texts: [T; 4]) -> Result<Record, RecordError> {
        let [subject, event, form, circumstances] = texts;
        Ok(Record {
            disclosures: [
                read(Group::Subject, subject)?,
                read(Group::Event, event)?,
                read(Group::Form, form)?,
                read(Group::Circumstances, circumstances)?,
            ],
        })
    }

    /// The disclosure of one group.
    #[must_use]
    pub const fn disclosure(&self, group: Group) -> &Disclosure {
        &self.disclosures[group as usize]
    }

    /// All four, in the order S, E, F, D.
    #[must_use]
    pub const fn disclosures(&self) -> &[Disclosure; 4] {
        &self.disclosures
    }

    /// All four, given away for storing.
    #[must_use]
    pub fn into_disclosures(self) -> [Disclosure; 4] {
        self.disclosures
    }

    /// The commitments of the four groups.
    #[must_use]
    pub fn commitments(&self) -> Commitments {
        Commitments::new(self.disclosures.each_ref().map(Disclosure::commitment))
    }

    /// The commitment of the record. Hashes all four groups: keep [`Record::commitments`] if they are needed too.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        self.commitments().commitment()
    }

    /// What the log stores for the record.
    #[must_use]
    pub fn entry(&self) -> Entry {
        self.commitment().entry()
    }
}

fn read(group: Group, text: impl Into<String>) -> Result<Disclosure, RecordError> {
    let disclosure = Disclosure::parse(text).map_err(|cause| RecordError::Disclosure { group, cause })?;
    if disclosure.group() == group { Ok(disclosure) } else { Err(RecordError::Order(group)) }
}
