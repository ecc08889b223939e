//! One row of whichever noun, between the file and the store.

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

/// A row that was understood.
pub(in crate::actions) struct Item {
    identity: u64,
    fingerprint: i64,
    pub(super) body: Body,
}

pub(super) enum Body {
    /// Only looked at.
    Examined(Box<ExaminedConsent>),
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

impl Item {
    /// The same for rows that are about the same thing.
    pub(super) fn identity(&self) -> u64 {
        self.identity
    }

    /// The same for rows that say the same.
    pub(super) fn fingerprint(&self) -> i64 {
        self.fingerprint
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
    pub(in crate::actions) async fn examine(&self, app: &App, row: &Json<'static>) -> Result<Item> {
        let text = row.to_string();
        let fingerprint = app.store.index_key().hash(Term::Request, &format!("import\n{text}"));
        let (name, body) = match self.what {
            What::Consents => {
                let examined = consents::examine(app, self, row, (&text, fingerprint)).await?;
                (examined.id.to_string(), Body::Examined(Box::new(examined)))
            }
            What::Subjects => {
                let upsert = subjects::examine(self, row)?;
                (upsert.id.clone(), Body::Subject(Box::new(upsert)))
            }
            What::LegalNotices => {
                let examined = legal_notices::examine(app, self, row).await?;
                (examined.name(&text), Body::LegalNotice(Box::new(examined)))
            }
        };
        let identity = app.store.index_key().hash(Term::Request, &name).cast_unsigned();
        Ok(Item { identity, fingerprint, body })
    }

    /// Makes of an item what is stored.
    pub(in crate::actions) async fn make(&self, app: &App, item: Item) -> Result<Item> {
        match item.body {
            Body::Examined(examined) => {
                let consent = consents::make(app, self, *examined).await?;
                Ok(Item { body: Body::Consent(consent), ..item })
            }
            body => Ok(Item { body, ..item }),
        }
    }

    /// Of each item whether it is there already, or why it cannot be stored.
    pub(super) async fn look_up(
        &self,
        app: &App,
        items: &[super::rows::Checked],
    ) -> Result<Vec<Result<bool, String>>> {
        let bodies: Vec<&Body> = items.iter().map(|checked| &checked.item.body).collect();
        match self.what {
            What::Consents => consents::look_up(app, self, &bodies).await,
            What::Subjects => subjects::look_up(app, self, &bodies).await,
            What::LegalNotices => legal_notices::look_up(app, self, &bodies).await,
        }
    }

    /// Stores items; of each whether it is new, or why it was not stored.
    pub(in crate::actions) async fn store(&self, app: &App, items: Vec<Item>) -> Result<Vec<Result<bool>>> {
        let (mut made, mut upserts, mut notices) = (Vec::new(), Vec::new(), Vec::new());
        for item in items {
            match item.body {
                Body::Examined(_) => return Err(Error::internal("an item was not made")),
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
