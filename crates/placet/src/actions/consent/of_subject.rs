//! The consents of one subject, inside a transaction.

use placet_proof::Group;
use uuid::Uuid;

use crate::domain::consent::StoredConsent;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::time::Timestamp;
use crate::store::consent::{Index, Place, Span, Stream, Walk};
use crate::store::installation::Term;
use crate::store::{self, IndexKey, Tx};

/// Consents that are read at once.
const PAGE: usize = 250;

/// Finds the consents of a subject.
pub(in crate::actions) struct OfSubject {
    workspace: WorkspaceId,
    subject: String,
    with_visits: bool,
    stream: Stream,
}

impl OfSubject {
    /// `with_visits`: also the cookie choices in which the site named its visitor by this id.
    pub(in crate::actions) fn new(
        index_key: &IndexKey,
        workspace: WorkspaceId,
        subject: String,
        with_visits: bool,
    ) -> OfSubject {
        let own = Index::Subject(index_key.hash(Term::Subject, &subject));
        let visits = with_visits.then(|| Index::User(index_key.hash(Term::User, &subject)));
        let stream = Stream::any_of([own].into_iter().chain(visits));
        OfSubject { workspace, subject, with_visits, stream }
    }

    /// The subject's id.
    pub(in crate::actions) fn subject(&self) -> &str {
        &self.subject
    }

    /// The newest consents; none only if there are none.
    pub(in crate::actions) fn newest(&self, tx: &mut Tx<'_>) -> Result<Vec<StoredConsent<'static>>> {
        let mut place = Some(Place::START);
        while let Some(after) = place {
            let (found, last) = self.page(tx, after)?;
            if !found.is_empty() {
                return Ok(found);
            }
            place = last;
        }
        Ok(Vec::new())
    }

    /// A page, newest first, and where it ends; without an end there is no more.
    pub(in crate::actions) fn page(
        &self,
        tx: &mut Tx<'_>,
        after: Place,
    ) -> Result<(Vec<StoredConsent<'static>>, Option<Place>)> {
        let span = Span { after, from: Timestamp(i64::MIN) };
        let places =
            Walk::new(self.workspace, (vec![self.stream.clone()], None), None, span, PAGE).next(tx, PAGE)?;
        let ids: Vec<Uuid> = places.iter().map(|place| place.id).collect();
        let mut consents = store::consent::get_several(tx, self.workspace, &ids)?;
        // Hashes may collide.
        consents.retain(|consent| self.is_of(consent));
        Ok((consents, places.last().copied()))
    }

    fn is_of(&self, consent: &StoredConsent<'static>) -> bool {
        let is = |found: Option<&Json<'static>>| found.and_then(Json::as_str) == Some(&self.subject);
        is(consent.subject("id")) || (self.with_visits && is(consent.get(Group::Subject, "user_id")))
    }
}
