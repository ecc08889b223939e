//! One row of whichever noun, between the file and the store.

use uuid::Uuid;

use super::consents::{self, ExaminedConsent};
use super::legal_notices::{self, ExaminedNotice};
use super::subjects;
use super::{Order, What};
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::time::Timestamp;
use crate::store::installation::Term;
use crate::store::{NewConsent, SubjectUpsert};

/// What the text of a row follows where its fingerprint is taken; it is stored, so it must stay.
const FINGERPRINTED: &str = "import\n";

/// A row that was understood.
pub(in crate::actions) struct Item<'r> {
    identity: u64,
    fingerprint: i64,
    pub(super) body: Body<'r>,
}

pub(super) enum Body<'r> {
    /// The id of a consent that was only looked at, and its fingerprint.
    Seen(Uuid, i64),
    Examined(Box<ExaminedConsent<'r>>),
    /// Ready to be stored.
    Consent(Box<NewConsent>),
    Subject(Box<SubjectUpsert>),
    LegalNotice(Box<ExaminedNotice>),
}

/// How rows are taken in.
pub(in crate::actions) struct Intake {
    pub(super) workspace: WorkspaceId,
    pub(super) what: What,
    pub(super) by: Author,
    pub(super) now: Timestamp,
}

impl Item<'_> {
    /// The same for rows that are about the same thing.
    pub(super) fn identity(&self) -> u64 {
        self.identity
    }

    /// The notice, if it is one.
    pub(super) fn notice(&self) -> Option<&ExaminedNotice> {
        match &self.body {
            Body::LegalNotice(notice) => Some(notice),
            _ => None,
        }
    }

    /// The same for rows that say the same.
    pub(super) fn fingerprint(&self) -> i64 {
        self.fingerprint
    }
}

impl Item<'static> {
    /// What is needed to look it up.
    pub(super) fn seen(item: Item<'_>) -> Self {
        let Item { identity, fingerprint, body } = item;
        Item { identity, fingerprint, body: body.kept(fingerprint) }
    }
}

impl Body<'_> {
    /// What outlives the row.
    fn kept(self, fingerprint: i64) -> Body<'static> {
        match self {
            Body::Seen(id, fingerprint) => Body::Seen(id, fingerprint),
            Body::Examined(examined) => Body::Seen(examined.id, fingerprint),
            Body::Consent(consent) => Body::Consent(consent),
            Body::Subject(upsert) => Body::Subject(upsert),
            Body::LegalNotice(notice) => Body::LegalNotice(notice),
        }
    }
}

impl Intake {
    pub(in crate::actions) fn new(app: &App, order: &Order) -> Intake {
        let Order { workspace, what, by, .. } = order;
        Intake { workspace: *workspace, what: *what, by: by.clone(), now: app.clock.now() }
    }

    /// Understands a row in its canonical form.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all that is wrong with it.
    pub(in crate::actions) async fn examine<'r>(&self, app: &App, row: &Json<'r>) -> Result<Item<'r>> {
        let mut text = FINGERPRINTED.to_owned();
        row.write(&mut text);
        let fingerprint = app.store.index_key().hash(Term::Request, &text);
        let text = &text[FINGERPRINTED.len()..];
        let (name, body) = match self.what {
            What::Consents => {
                let examined = consents::examine(app, self, row, text).await?;
                (examined.id.to_string(), Body::Examined(Box::new(examined)))
            }
            What::Subjects => {
                let upsert = subjects::examine(self, row)?;
                (upsert.id.clone(), Body::Subject(Box::new(upsert)))
            }
            What::LegalNotices => {
                let examined = legal_notices::examine(app, self, row).await?;
                (examined.name(text), Body::LegalNotice(Box::new(examined)))
            }
        };
        let identity = app.store.index_key().hash(Term::Request, &name).cast_unsigned();
        Ok(Item { identity, fingerprint, body })
    }

    /// Makes of an item what is stored.
    pub(in crate::actions) async fn make(&self, app: &App, item: Item<'_>) -> Result<Item<'static>> {
        let Item { identity, fingerprint, body } = item;
        let body = match body {
            Body::Examined(examined) => {
                Body::Consent(consents::make(app, self, *examined, fingerprint).await?)
            }
            body => body.kept(fingerprint),
        };
        Ok(Item { identity, fingerprint, body })
    }

    /// Of each item whether it is there already, or why it cannot be stored.
    pub(super) async fn look_up(
        &self,
        app: &App,
        items: &[super::rows::Checked],
    ) -> Result<Vec<Result<bool, String>>> {
        let bodies: Vec<&Body<'_>> = items.iter().map(|checked| &checked.item.body).collect();
        match self.what {
            What::Consents => consents::look_up(app, self, &bodies).await,
            What::Subjects => subjects::look_up(app, self, &bodies).await,
            What::LegalNotices => legal_notices::look_up(app, self, &bodies).await,
        }
    }

    /// Stores items; of each whether it is new, or why it was not stored.
    pub(in crate::actions) async fn store(
        &self,
        app: &App,
        items: Vec<Item<'_>>,
    ) -> Result<Vec<Result<bool>>> {
        let (mut made, mut upserts, mut notices) = (Vec::new(), Vec::new(), Vec::new());
        for item in items {
            match item.body {
                Body::Seen(..) | Body::Examined(_) => return Err(Error::internal("an item was not made")),
                Body::Consent(consent) => made.push(consent),
                Body::Subject(upsert) => upserts.push(*upsert),
                Body::LegalNotice(notice) => notices.push(*notice),
            }
        }
        match self.what {
            What::Consents => consents::store(app, made).await,
            What::Subjects => subjects::store(app, self, upserts).await,
            What::LegalNotices => legal_notices::store(app, self, notices).await,
        }
    }
}
