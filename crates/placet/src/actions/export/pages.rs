//! Exports of what there is less of: page by page.

use std::collections::HashSet;

use super::{Age, Sheet, Sink};
use crate::actions;
use crate::app::App;
use crate::domain::document_list::DocumentQuery;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::legal_notice::NoticeFilter;
use crate::domain::subject::SubjectFilter;
use crate::domain::substring::AnyOf;
use crate::domain::table::{document_row, legal_notice_row, subject_row};

const SUBJECTS: usize = 1000;
const DOCUMENTS: usize = 1000;
/// A notice may have a megabyte.
const NOTICES: i64 = 16;

pub(super) async fn subjects(
    app: &App,
    workspace: WorkspaceId,
    (filter, first): (SubjectFilter, Age),
    mut sheet: Sheet,
    sink: &Sink,
) -> Result<()> {
    let mut after = None;
    loop {
        let filter = filter.clone();
        let page = match first {
            Age::Newest => actions::subject::list(app, workspace, filter, after, SUBJECTS).await?,
            Age::Oldest => actions::subject::list_by_age(app, workspace, filter, after, SUBJECTS).await?,
        };
        let is_last = page.len() < SUBJECTS;
        after = page.last().map(|subject| subject.id.clone());
        for subject in page {
            sheet.add(&subject_row(subject)?);
        }
        sheet.send(sink).await?;
        if is_last {
            return Ok(());
        }
    }
}

pub(super) async fn legal_notices(
    app: &App,
    workspace: WorkspaceId,
    (filter, search): (Option<NoticeFilter>, Option<AnyOf>),
    mut sheet: Sheet,
    sink: &Sink,
) -> Result<()> {
    let Some(filter) = filter else { return sheet.send(sink).await };
    let named = match search {
        Some(part) => Some(naming(app, workspace, &part).await?),
        None => None,
    };
    let mut after = None;
    loop {
        let page = actions::legal_notice::list(app, workspace, filter.clone(), after, NOTICES).await?;
        let is_last = page.len() < usize::try_from(NOTICES).unwrap_or(0);
        after = page.last().map(|version| (version.identifier.clone(), version.version));
        let is_asked = |identifier: &str| named.as_ref().is_none_or(|named| named.contains(identifier));
        for version in page.into_iter().filter(|version| is_asked(&version.identifier)) {
            sheet.add(&legal_notice_row(version)?);
        }
        sheet.send(sink).await?;
        if is_last {
            return Ok(());
        }
    }
}

/// The notices whose name or address contains this.
async fn naming(app: &App, workspace: WorkspaceId, part: &AnyOf) -> Result<HashSet<String>> {
    let heads = actions::legal_notice::heads(app, workspace).await?;
    let named = heads.into_iter().filter(|head| head.searched().any(|text| part.is_in(text)));
    Ok(named.map(|head| head.identifier).collect())
}

pub(super) async fn documents(
    app: &App,
    workspace: WorkspaceId,
    query: DocumentQuery,
    mut sheet: Sheet,
    sink: &Sink,
) -> Result<()> {
    let mut after = None;
    loop {
        let page = actions::document_list::find(app, workspace, query.clone(), after, DOCUMENTS).await?;
        let is_last = page.len() < DOCUMENTS;
        after = page.last().map(|(document, _)| document.id);
        for (document, is_referenced) in page {
            sheet.add(&document_row(document, is_referenced));
        }
        sheet.send(sink).await?;
        if is_last {
            return Ok(());
        }
    }
}
