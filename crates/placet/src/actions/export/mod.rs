//! Exporting: everything that passes a filter, as a file that is written while it is read. Nothing is kept meanwhile
//! but a few pages, however much there is; each page is a read of its own.

mod accounts;
mod consents;
mod pages;
mod parts;

use bytes::Bytes;
use tokio::sync::mpsc;

pub(in crate::actions) use parts::Parts;

use crate::app::App;
use crate::domain::audit::ChangeFilter;
use crate::domain::consent::Filter;
use crate::domain::document_list::DocumentQuery;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::legal_notice::NoticeFilter;
use crate::domain::short_list::Wanted;
use crate::domain::subject::SubjectFilter;
use crate::domain::substring::AnyOf;
use crate::domain::table::{self, Format, Table};

/// What is to be exported.
#[derive(Clone, Debug)]
pub enum Export {
    /// Consents, as they were given.
    Consents(Filter),
    /// Subjects, as they are: the newest first, or the oldest.
    Subjects(SubjectFilter, Age),
    /// Versions of notices; `None` when none can pass the filter. The text is what a notice's name or address contains.
    LegalNotices(Option<NoticeFilter>, Option<AnyOf>),
    /// What is known of documents, not the files.
    Documents(DocumentQuery),
    /// Members.
    Members(Wanted),
    /// Keys, without what is secret of them.
    Keys(Wanted),
    /// The audit log.
    Changes(ChangeFilter),
}

/// Which subjects come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Those that are known for the shortest time.
    Newest,
    /// Those that are known for the longest time.
    Oldest,
}

/// A piece of the file.
pub type Chunk = Bytes;
/// Where the pieces go. Whoever reads them slowly keeps the export waiting.
pub type Sink = mpsc::Sender<Result<Chunk>>;

/// Pieces that wait to be taken.
pub const WAITING: usize = 4;
/// Pieces are about this long.
const CHUNK_BYTES: usize = 256 * 1024;

impl Export {
    /// What the file looks like.
    #[must_use]
    pub fn table(&self) -> &'static Table {
        match self {
            Export::Consents(_) => &table::CONSENTS,
            Export::Subjects(..) => &table::SUBJECTS,
            Export::LegalNotices(..) => &table::LEGAL_NOTICES,
            Export::Documents(_) => &table::DOCUMENTS,
            Export::Members(_) => &table::MEMBERS,
            Export::Keys(_) => &table::KEYS,
            Export::Changes(_) => &table::CHANGES,
        }
    }
}

/// Writes the file into `sink`, to its end or until nobody takes it any more.
pub async fn run(app: &App, workspace: WorkspaceId, export: Export, format: Format, sink: Sink) {
    if let Err(error) = write(app, workspace, export, format, &sink).await {
        // Whoever has gone needs no answer.
        let _ = sink.send(Err(error)).await;
    }
}

async fn write(app: &App, workspace: WorkspaceId, export: Export, format: Format, sink: &Sink) -> Result<()> {
    super::workspace::get(app, workspace).await?;
    let mut sheet = Sheet { table: export.table(), format, text: String::new() };
    sheet.table.write_head(format, &mut sheet.text);
    match export {
        Export::Consents(filter) => {
            sheet.send(sink).await?;
            consents::write(app, workspace, filter, format, sink).await
        }
        Export::Subjects(filter, first) => {
            pages::subjects(app, workspace, (filter, first), sheet, sink).await
        }
        Export::LegalNotices(filter, search) => {
            pages::legal_notices(app, workspace, (filter, search), sheet, sink).await
        }
        Export::Documents(query) => pages::documents(app, workspace, query, sheet, sink).await,
        Export::Members(wanted) => accounts::members(app, workspace, wanted, sheet, sink).await,
        Export::Keys(wanted) => accounts::keys(app, workspace, wanted, sheet, sink).await,
        Export::Changes(filter) => accounts::changes(app, workspace, filter, sheet, sink).await,
    }
}

/// The part of the file that is being written.
struct Sheet {
    table: &'static Table,
    format: Format,
    text: String,
}

impl Sheet {
    fn add(&mut self, row: &Json<'_>) {
        self.table.write_row(self.format, row, &mut self.text);
    }

    /// Hands on what is written.
    async fn send(&mut self, sink: &Sink) -> Result<()> {
        if self.text.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::take(&mut self.text).into_bytes().into();
        sink.send(Ok(chunk)).await.map_err(|_| gone())
    }
}

fn gone() -> Error {
    Error::Conflict("nobody takes the export any more".into())
}
