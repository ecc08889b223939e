//! Taking everything over from a server with the same consent API: documents, notices, subjects, then consents, so that
//! each finds what it names. What is here already is recognised by its id, so it can be stopped and begun again.

mod ask;

use tokio::task::JoinSet;
use uuid::Uuid;

pub use ask::Server;

use super::{Intake, Item, News, Order, Refusal, What};
use crate::actions::document::{Upload, prepare, store_as};
use crate::actions::idempotency::Once;
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::form_encoding::encode;
use crate::domain::id::WorkspaceId;
use crate::domain::json::{Json, Member};
use crate::domain::time::Timestamp;
use crate::store;

/// Consents that are asked for at the same time.
const AT_ONCE: usize = 8;

/// What was taken over, of each kind: new, there already, refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Documents.
    pub documents: Counts,
    /// Versions of notices.
    pub legal_notices: Counts,
    /// Subjects.
    pub subjects: Counts,
    /// Consents.
    pub consents: Counts,
}

impl Taken {
    /// How many of all these could not be taken over.
    #[must_use]
    pub fn refused(&self) -> u64 {
        let Taken { documents, legal_notices, subjects, consents } = self;
        [documents, legal_notices, subjects, consents].iter().map(|counts| counts.refused).sum()
    }
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stored now.
    pub new: u64,
    /// There already.
    pub known: u64,
    /// Refused.
    pub refused: u64,
}

impl Counts {
    pub(super) fn to_json(self) -> Json<'static> {
        let counts = [("new", self.new), ("known", self.known), ("refused", self.refused)];
        Json::object(counts.map(|(name, count)| (name, Json::int(i64::try_from(count).unwrap_or(i64::MAX)))))
    }
}

/// One taking over.
struct Visit<'a> {
    app: &'a App,
    server: &'a Server,
    workspace: WorkspaceId,
    by: Author,
    tell: &'a mut (dyn FnMut(News) + Send),
}

/// Takes over everything that the server gives.
///
/// # Errors
/// A server that does not answer, or not as the contract says; what was stored before stays.
pub async fn take_over(
    app: &App,
    workspace: WorkspaceId,
    server: &Server,
    tell: &mut (dyn FnMut(News) + Send),
) -> Result<Taken> {
    crate::actions::workspace::get(app, workspace).await?;
    let mut visit = Visit { app, server, workspace, by: Author::COMMAND, tell };
    let taken = Taken {
        documents: visit.documents().await?,
        legal_notices: visit.legal_notices().await?,
        subjects: visit.subjects().await?,
        consents: visit.consents().await?,
    };
    app.notices.forget();
    for (what, counts) in
        [("legal_notices", taken.legal_notices), ("subjects", taken.subjects), ("consents", taken.consents)]
    {
        super::note(app, (workspace, &Author::COMMAND), what, counts).await?;
    }
    Ok(taken)
}

impl Visit<'_> {
    async fn documents(&mut self) -> Result<Counts> {
        let mut counts = Counts::default();
        let mut after = String::new();
        loop {
            // A server without documents does not have the path.
            let Some(page) = self.server.find(&format!("/beta/documents?limit=100{after}")).await? else {
                return Ok(counts);
            };
            let Some(last) = page.items().last() else { return Ok(counts) };
            after = format!("&starting_after_identifier={}", encode(text(last, "id")?));
            for item in page.items() {
                match self.document(item).await {
                    Ok(true) => counts.new += 1,
                    Ok(false) => counts.known += 1,
                    Err(Error::Invalid(why)) => {
                        counts.refused += 1;
                        self.refuse("document", text(item, "id")?, &why.to_string());
                    }
                    Err(other) => return Err(other),
                }
            }
        }
    }

    /// Whether the document is new.
    async fn document(&self, item: &Json<'_>) -> Result<bool> {
        let id = text(item, "id")?;
        let (workspace, path) = (self.workspace, format!("/beta/documents/{}", encode(id)));
        let id = Uuid::try_parse(id).map_err(|_| Error::invalid("id", "must be a UUID"))?;
        if self.app.store.read(move |tx| store::document::get(tx, workspace, id)).await?.is_some() {
            return Ok(false);
        }
        let at = text(item, "timestamp").ok().and_then(Timestamp::parse).unwrap_or(self.app.clock.now());
        let member = |name: &str| item.get(name).and_then(Json::as_str).map(str::to_owned);
        let content = self.server.bytes(&path).await?.into();
        let upload = Upload { name: member("name"), mime_type: member("mime_type"), content };
        let document = prepare(self.app, upload).await?;
        store_as(self.app, workspace, (id, at), document, self.by.clone(), Once::unnamed()).await?;
        Ok(true)
    }

    async fn legal_notices(&mut self) -> Result<Counts> {
        let mut counts = Counts::default();
        let mut after = String::new();
        loop {
            let page = self.server.get(&format!("/legal_notices?limit=100{after}")).await?;
            let Some(last) = page.items().last() else { return Ok(counts) };
            let (name, number) = (text(last, "identifier")?, version(last)?);
            after = format!("&starting_after_version={number}&starting_after_identifier={}", encode(name));
            let mut rows = Vec::new();
            for item in page.items() {
                // The list tells times to the second only.
                let path = format!("/legal_notices/{}/{}", encode(text(item, "identifier")?), version(item)?);
                rows.push(self.server.get(&path).await?);
            }
            self.take(What::LegalNotices, rows, &mut counts).await?;
        }
    }

    async fn subjects(&mut self) -> Result<Counts> {
        let mut counts = Counts::default();
        let mut after = String::new();
        loop {
            let page = self.server.get(&format!("/subjects?limit=100{after}")).await?;
            let Some(last) = page.items().last() else { return Ok(counts) };
            after = format!("&starting_after={}", encode(text(last, "id")?));
            let Json::Array(rows) = page else { return Ok(counts) };
            self.take(What::Subjects, rows, &mut counts).await?;
        }
    }

    async fn consents(&mut self) -> Result<Counts> {
        let mut counts = Counts::default();
        let mut after = String::new();
        loop {
            let page = self.server.get(&format!("/consent?limit=100{after}")).await?;
            let Some(last) = page.items().last() else { return Ok(counts) };
            after = format!("&starting_after={}", encode(text(last, "id")?));
            let missing = self.missing(page.items()).await?;
            counts.known += (page.items().len() - missing.len()) as u64;
            let rows = self.whole(missing).await?;
            self.take(What::Consents, rows, &mut counts).await?;
        }
    }

    /// The items of a page that are not here.
    async fn missing<'j>(&self, items: &'j [Json<'static>]) -> Result<Vec<&'j Json<'static>>> {
        let id = |item: &Json<'_>| text(item, "id").ok().and_then(|id| Uuid::try_parse(id).ok());
        let ids: Vec<Uuid> = items.iter().map(|item| id(item).unwrap_or_default()).collect();
        let workspace = self.workspace;
        let known = self.app.store.read(move |tx| store::consent::replay_hashes(tx, workspace, &ids)).await?;
        Ok(items.iter().zip(known).filter(|(_, known)| known.is_none()).map(|(item, _)| item).collect())
    }

    /// The consents with their proofs, a few at a time and in their order; each keeps the list's time, which is exact.
    async fn whole(&self, items: Vec<&Json<'static>>) -> Result<Vec<Json<'static>>> {
        let mut rows = Vec::with_capacity(items.len());
        for some in items.chunks(AT_ONCE) {
            let mut asked = JoinSet::new();
            for (place, item) in some.iter().enumerate() {
                let (server, path) = (self.server.clone(), format!("/consent/{}", encode(text(item, "id")?)));
                asked.spawn(async move { (place, server.get(&path).await) });
            }
            let mut answers = asked.join_all().await;
            answers.sort_by_key(|(place, _)| *place);
            for ((_, answer), item) in answers.into_iter().zip(some) {
                rows.push(with_time_of(answer?, item));
            }
        }
        Ok(rows)
    }

    /// Stores the rows of a page.
    async fn take(&mut self, what: What, rows: Vec<Json<'static>>, counts: &mut Counts) -> Result<()> {
        let order = Order {
            workspace: self.workspace,
            what,
            format: None,
            by: self.by.clone(),
            is_dry_run: false,
            skips_refused: true,
        };
        let intake = Intake::new(self.app, &order);
        let (mut items, mut names) = (Vec::new(), Vec::new());
        for row in rows {
            let name = name_of(&row);
            match self.understand(&intake, what, row).await? {
                Ok(item) => {
                    items.push(item);
                    names.push(name);
                }
                Err(why) => {
                    counts.refused += 1;
                    self.refuse(what.table().name, &name, &why);
                }
            }
        }
        for (stored, name) in intake.store(self.app, items).await?.into_iter().zip(names) {
            match stored {
                Ok(true) => counts.new += 1,
                Ok(false) => counts.known += 1,
                Err(why) => {
                    counts.refused += 1;
                    self.refuse(what.table().name, &name, &why.to_string());
                }
            }
        }
        (self.tell)(News::Stored(counts.new + counts.known));
        Ok(())
    }

    async fn understand(
        &self,
        intake: &Intake,
        what: What,
        row: Json<'static>,
    ) -> Result<Result<Item<'static>, String>> {
        let Json::Object(members) = row else { return Ok(Err("is not an object".into())) };
        let members: Vec<Member<'static>> =
            members.into_iter().filter(|(name, _)| what.table().knows(name)).collect();
        let row = match what.table().canonical(members) {
            Ok(row) => row,
            Err(why) => return Ok(Err(why)),
        };
        match intake.examine(self.app, &row).await {
            Ok(item) => intake.make(self.app, item).await.map(Ok),
            Err(Error::Invalid(problems)) => Ok(Err(problems.to_string())),
            Err(other) => Err(other),
        }
    }

    fn refuse(&mut self, what: &str, name: &str, why: &str) {
        (self.tell)(News::Refused(Refusal { line: 0, reason: format!("{what} {name}: {why}") }));
    }
}

fn text<'j>(item: &'j Json<'_>, name: &str) -> Result<&'j str> {
    let text = item.get(name).and_then(Json::as_str);
    text.ok_or_else(|| Error::Conflict(format!("the server gave an item without {name}")))
}

fn version(item: &Json<'_>) -> Result<i64> {
    let version = item.get("version").and_then(Json::as_int);
    version.ok_or_else(|| Error::Conflict("the server gave a notice without version".into()))
}

fn name_of(row: &Json<'_>) -> String {
    let name = row.get("id").or_else(|| row.get("identifier")).and_then(Json::as_str);
    name.unwrap_or_default().to_owned()
}

fn with_time_of(consent: Json<'static>, item: &Json<'static>) -> Json<'static> {
    let time = item.get("timestamp").cloned().unwrap_or(Json::Null);
    match consent {
        Json::Object(mut members) => {
            members.retain(|(name, _)| name != "timestamp");
            members.push(("timestamp".into(), time));
            Json::Object(members)
        }
        other => other,
    }
}
