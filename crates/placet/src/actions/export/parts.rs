//! What rows of consents need besides the records: forms, most of which many consents share, and ids of documents.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use placet_proof::Group;
use uuid::Uuid;

use crate::domain::consent::StoredConsent;
use crate::domain::error::Result;
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::table::ConsentParts;
use crate::store::{self, Store};

/// Bytes of forms that are kept for the consents that follow.
const KEPT_BYTES: usize = 32 * 1024 * 1024;

/// Reads the parts of consents, many at once.
pub(in crate::actions) struct Parts {
    store: Store,
    workspace: WorkspaceId,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    forms: HashMap<Digest, Arc<str>>,
    bytes: usize,
}

/// The parts of some consents.
pub(in crate::actions) struct Found {
    forms: HashMap<Digest, Arc<str>>,
    documents: HashMap<Uuid, Vec<Uuid>>,
}

impl Parts {
    pub(in crate::actions) fn new(store: Store, workspace: WorkspaceId) -> Parts {
        Parts { store, workspace, kept: Mutex::default() }
    }

    /// Everything that the rows of these consents need.
    pub(in crate::actions) async fn of(&self, consents: &[StoredConsent<'_>]) -> Result<Found> {
        let wanted: HashSet<Digest> = consents.iter().flat_map(digests).flatten().collect();
        let (mut forms, missing) = self.known(wanted);
        let pointing: Vec<Uuid> = consents
            .iter()
            .filter(|consent| consent.get(Group::Event, "documents").is_some())
            .map(|consent| consent.id)
            .collect();
        let mut documents = HashMap::new();
        if !missing.is_empty() || !pointing.is_empty() {
            let (workspace, asked) = (self.workspace, (missing.clone(), pointing.clone()));
            let read = self.store.read(move |tx| {
                let forms = store::form::get_each(tx, workspace, &asked.0)?;
                Ok((forms, store::document::referred_each(tx, workspace, &asked.1)?))
            });
            let (html, ids) = read.await?;
            let html =
                missing.into_iter().zip(html).filter_map(|(digest, html)| Some((digest, html?.into())));
            let read: Vec<(Digest, Arc<str>)> = html.collect();
            self.keep(&read);
            forms.extend(read);
            documents.extend(pointing.into_iter().zip(ids));
        }
        Ok(Found { forms, documents })
    }

    /// The forms that are kept, and the digests of those that are not.
    fn known(&self, wanted: HashSet<Digest>) -> (HashMap<Digest, Arc<str>>, Vec<Digest>) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut known, mut missing) = (HashMap::new(), Vec::new());
        for digest in wanted {
            match kept.forms.get(&digest) {
                Some(html) => drop(known.insert(digest, Arc::clone(html))),
                None => missing.push(digest),
            }
        }
        (known, missing)
    }

    fn keep(&self, read: &[(Digest, Arc<str>)]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for (digest, html) in read {
            if kept.bytes + html.len() > KEPT_BYTES {
                *kept = Kept::default();
            }
            kept.bytes += html.len();
            kept.forms.insert(*digest, Arc::clone(html));
        }
    }
}

impl Found {
    /// Those of one consent.
    pub(in crate::actions) fn of(&self, consent: &StoredConsent<'_>) -> ConsentParts<'_> {
        let html = |digest: Option<Digest>| self.forms.get(&digest?).map(|html| &**html);
        ConsentParts {
            forms: digests(consent).map(html).collect(),
            documents: self.documents.get(&consent.id).cloned().unwrap_or_default(),
        }
    }
}

/// The digest of the form of each proof.
fn digests(consent: &StoredConsent<'_>) -> impl Iterator<Item = Option<Digest>> {
    let forms = consent.get(Group::Form, "forms").map_or(&[][..], Json::items);
    forms.iter().map(|form| form.as_str().and_then(|text| text.parse().ok()))
}
