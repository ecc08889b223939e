//! Taking groups out of consents, with whatever only they lead to, and writing down that it was done.

use std::collections::HashSet;

use placet_proof::{Commitments, Group};
use uuid::Uuid;

use super::Erased;
use crate::actions::facets;
use crate::app::{App, Random};
use crate::domain::consent::{Facets, StoredConsent};
use crate::domain::error::Result;
use crate::domain::id::{Digest, WorkspaceId, time_ordered};
use crate::domain::json::Json;
use crate::domain::key::KeyKind;
use crate::domain::record::{Kind, SALT_BYTES};
use crate::domain::removal::{Mandate, Note};
use crate::store::consent::Place;
use crate::store::erasure::UNLISTED;
use crate::store::installation::Term;
use crate::store::record::NewRecord;
use crate::store::search::{self, List};
use crate::store::{self, IndexKey, Tx};

/// Rows that one transaction may change, roughly.
const MAX_ROWS: usize = 1000;
/// Rows that a document takes with it: itself, its bytes, its record, and what is written down of that.
const ROWS_OF_DOCUMENT: usize = 6;

/// How much goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::actions) enum Extent {
    /// Who and circumstances, and forms that nobody else was shown.
    Person,
    /// And what happened.
    PersonAndEvent,
    /// All that is left of a consent whose time is over. Forms wait until no consent shows them any more.
    Expired,
}

/// Erases in one workspace, on somebody's behalf.
#[derive(Clone)]
pub(in crate::actions) struct Eraser {
    pub(in crate::actions) workspace: WorkspaceId,
    pub(in crate::actions) index_key: IndexKey,
    pub(in crate::actions) mandate: Mandate,
    random: Random,
}

/// What is to go with one consent.
struct Portion {
    groups: Vec<Group>,
    forms: Vec<Digest>,
    documents: Vec<Uuid>,
}

impl Eraser {
    pub(in crate::actions) fn new(app: &App, workspace: WorkspaceId, mandate: Mandate) -> Eraser {
        Eraser { workspace, index_key: *app.store.index_key(), mandate, random: app.random }
    }

    /// Erases as many of the consents as one transaction may, at least one, and says what went. Whoever calls this has
    /// taken a turn, and has read the consents since.
    pub(in crate::actions) fn erase(
        &self,
        tx: &mut Tx<'_>,
        consents: &[StoredConsent<'_>],
        extent: Extent,
    ) -> Result<Erased> {
        let mut codes = store::facets::codes(tx, self.workspace)?;
        let (mut erased, mut notes, mut rows) = (Erased::default(), Vec::new(), 0);
        let mut places = Vec::new();
        for consent in consents {
            let portion = self.portion(tx, consent, extent)?;
            rows += 3 + portion.forms.len() + portion.documents.len() * ROWS_OF_DOCUMENT;
            if rows > MAX_ROWS && erased.consents > 0 {
                break;
            }
            let Portion { groups, forms, documents } = portion;
            let code = self.code(tx, consent, &groups, &mut codes)?;
            store::erasure::erase_consent(tx, self.workspace, consent.id, &groups, code)?;
            if groups.contains(&Group::Subject) && is_searched(consent) {
                places.push((List::Consents, Place { at: consent.at, id: consent.id }.into()));
            }
            notes.push(self.note(&consent.commitments, &groups));
            erased.consents += 1;
            erased.events += u64::from(groups.contains(&Group::Event));
            for form in &forms {
                erased.forms += store::form::remove(tx, self.workspace, form)?;
            }
            self.unlink(tx, consent.id, &documents, (&mut erased, &mut notes))?;
        }
        store::record::insert_all(tx, self.workspace, &notes)?;
        search::forget(tx, self.workspace, &places)?;
        Ok(erased)
    }

    /// Which groups of a consent go, and what only they lead to.
    fn portion(&self, tx: &mut Tx<'_>, consent: &StoredConsent<'_>, extent: Extent) -> Result<Portion> {
        let forms = match extent {
            Extent::Person | Extent::PersonAndEvent => self.private_forms(tx, consent)?,
            Extent::Expired => Vec::new(),
        };
        let goes = |group: &Group| match (group, extent) {
            (Group::Subject | Group::Circumstances, _) | (_, Extent::Expired) => true,
            (Group::Form, _) => !forms.is_empty(),
            (Group::Event, extent) => extent == Extent::PersonAndEvent,
        };
        let groups = consent.left().into_iter().filter(goes).collect();
        let documents = store::document::referred(tx, self.workspace, consent.id)?;
        Ok(Portion { groups, forms, documents })
    }

    /// The forms that the subject of a consent was shown, and nobody else.
    pub(super) fn private_forms(&self, tx: &mut Tx<'_>, consent: &StoredConsent<'_>) -> Result<Vec<Digest>> {
        let Some(subject) = consent.subject("id").and_then(Json::as_str) else { return Ok(Vec::new()) };
        let subject = self.index_key.hash(Term::Subject, subject);
        let mut private = Vec::new();
        for form in consent.forms() {
            if store::form::is_private(tx, self.workspace, &form, subject)? {
                private.push(form);
            }
        }
        Ok(private)
    }

    /// The code by which what is left of a consent is listed: it tells nothing of what was erased.
    fn code(
        &self,
        tx: &mut Tx<'_>,
        consent: &StoredConsent<'_>,
        erased: &[Group],
        codes: &mut HashSet<i64>,
    ) -> Result<i64> {
        let event = |name: &str| consent.get(Group::Event, name);
        let source = event("source").and_then(Json::as_str).and_then(KeyKind::from_word);
        let names =
            || event("preferences").map_or(&[][..], Json::members).iter().map(|(name, _)| name.as_ref());
        let place = Place { at: consent.at, id: consent.id };
        let hashes: Vec<i64> = names().map(|name| self.index_key.hash(Term::Preference, name)).collect();
        let Some(source) = source.filter(|_| !erased.contains(&Group::Event)) else {
            store::consent::change_names(tx, self.workspace, place, (&hashes, None))?;
            return Ok(UNLISTED);
        };
        let is_cookie_choice = event("consent_type").is_some();
        let facets =
            Facets::new(source, (is_cookie_choice, false, false), names()).in_widget(consent.widget());
        let [own, rest] = facets::combinations(&self.index_key, &facets);
        let rest_code = rest.code;
        let code = facets::choose(tx, self.workspace, &[own, rest], codes)?;
        store::consent::change_names(
            tx,
            self.workspace,
            place,
            (&hashes, (code == rest_code).then_some(code)),
        )?;
        Ok(code)
    }

    /// Documents that nothing else points to go, with their records: a file's name may be a person's.
    fn unlink(
        &self,
        tx: &mut Tx<'_>,
        consent: Uuid,
        documents: &[Uuid],
        (erased, notes): (&mut Erased, &mut Vec<NewRecord>),
    ) -> Result<()> {
        if documents.is_empty() {
            return Ok(());
        }
        store::document::remove_references(tx, self.workspace, consent)?;
        for id in documents {
            if !store::document::referring(tx, self.workspace, *id)?.is_empty() {
                continue;
            }
            let Some(document) = store::document::get(tx, self.workspace, *id)? else { continue };
            store::document::remove(tx, self.workspace, &document)?;
            let about = self.index_key.hash(Term::Document, &id.to_string());
            erased.documents += 1;
            erased.answers += store::idempotency::remove_about(tx, self.workspace, about)?;
            let commitments = store::erasure::erase_record(tx, self.workspace, *id)?;
            notes.extend(commitments.map(|commitments| self.note(&commitments, &[Group::Event])));
        }
        Ok(())
    }

    /// The record that says what was erased of another.
    fn note(&self, of: &Commitments, groups: &[Group]) -> NewRecord {
        note(self.random, Kind::Erasure, (of, groups), &self.mandate)
    }
}

/// Whether the search index may lead to a consent. A cookie choice names nobody, but an imported one may.
fn is_searched(consent: &StoredConsent<'_>) -> bool {
    let names = |name: &&str| consent.subject(name).is_some();
    consent.widget().is_none()
        || consent.get(Group::Circumstances, "ip").is_some()
        || ["email", "first_name", "last_name"].iter().any(names)
}

/// A record that says what was done to groups of another.
pub(in crate::actions) fn note(
    random: Random,
    kind: Kind,
    (of, groups): (&Commitments, &[Group]),
    mandate: &Mandate,
) -> NewRecord {
    let id = time_ordered(mandate.at, &random.bytes());
    let note = Note { kind, id, of, groups, mandate };
    (id, kind, note.into_groups().seal(&random.bytes::<SALT_BYTES>()))
}
