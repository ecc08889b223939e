//! What a subject's file holds, read bit by bit.

use std::collections::BTreeSet;
use std::io::Write;

use placet_proof::Group;
use tokio::runtime::Handle;
use uuid::Uuid;

use super::{page, unwritable};
use crate::actions::consent::Scan;
use crate::actions::export::Parts;
use crate::actions::{document, legal_notice, subject};
use crate::app::App;
use crate::domain::consent::{Filter, StoredConsent};
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::legal_notice::NoticeVersion;
use crate::domain::table::{CONSENTS, Format, consent_row, legal_notice_row, subject_row};
use crate::domain::time::Spelling;
use crate::store;
use crate::store::consent::UnpackedConsent;

/// Consents that are open at once.
const OPEN: usize = 32;

/// A subject, and the means to read what belongs to it. Used on a thread that may wait.
pub(super) struct Contents {
    app: App,
    runtime: Handle,
    workspace: WorkspaceId,
    id: String,
    /// A visitor who only chose in a banner has no row of its own.
    subject: Option<Json<'static>>,
    parts: Parts,
}

/// What the consents point to.
#[derive(Default)]
pub(super) struct Found {
    forms: BTreeSet<String>,
    documents: BTreeSet<Uuid>,
    notices: BTreeSet<(String, i64, String)>,
    consents: u64,
}

impl Contents {
    pub(super) fn of(app: App, runtime: Handle, workspace: WorkspaceId, id: String) -> Result<Contents> {
        let subject = match runtime.block_on(subject::get(&app, workspace, id.clone())) {
            Ok(found) => Some(subject_row(found)?),
            Err(Error::NotFound(_)) => None,
            Err(other) => return Err(other),
        };
        let parts = Parts::new(app.store.clone(), workspace);
        let contents = Contents { app, runtime, workspace, id, subject, parts };
        if contents.subject.is_none() && contents.is_unknown()? {
            return Err(Error::NotFound("Subject"));
        }
        Ok(contents)
    }

    fn is_unknown(&self) -> Result<bool> {
        let mut count = 0;
        self.each(&mut |_| {
            count += 1;
            Ok(())
        })?;
        Ok(count == 0)
    }

    /// Shows each consent of the subject, the newest first; then the choices that it made in banners while the site knew
    /// it by its id.
    fn each(&self, visit: &mut dyn FnMut(&[StoredConsent<'_>]) -> Result<()>) -> Result<()> {
        let own = Filter { subject: Some(self.id.clone()), ..Filter::default() };
        self.scan(own, &|_| true, visit)?;
        let found = Filter { search: Some(self.id.clone()), ..Filter::default() };
        let is = |value: Option<&Json<'_>>| value.and_then(Json::as_str) == Some(self.id.as_str());
        let as_user = |consent: &StoredConsent<'_>| {
            is(consent.get(Group::Subject, "user_id")) && !is(consent.subject("id"))
        };
        self.scan(found, &as_user, visit)
    }

    fn scan(
        &self,
        filter: Filter,
        is_wanted: &dyn Fn(&StoredConsent<'_>) -> bool,
        visit: &mut dyn FnMut(&[StoredConsent<'_>]) -> Result<()>,
    ) -> Result<()> {
        let mut scan = self.runtime.block_on(Scan::begin(&self.app, self.workspace, filter))?;
        while let Some(page) = self.runtime.block_on(scan.next())? {
            let mut packed = page.into_iter().peekable();
            while packed.peek().is_some() {
                let unpacked = packed.by_ref().take(OPEN).map(|consent| consent.unpack());
                let unpacked = unpacked.collect::<Result<Vec<_>>>()?;
                let mut open = unpacked.iter().map(UnpackedConsent::open).collect::<Result<Vec<_>>>()?;
                open.retain(|consent| scan.sieve().passes(consent) && is_wanted(consent));
                if !open.is_empty() {
                    visit(&open)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the page that people read, and gives what the consents on it point to.
    pub(super) fn write_page(&self, to: &mut impl Write) -> Result<Found> {
        let made_at = self.app.clock.now().spell(Spelling::Seconds);
        put(to, &page::head(&self.id, self.subject.as_ref(), &made_at))?;
        let mut found = Found::default();
        self.each(&mut |consents| {
            let parts = self.runtime.block_on(self.parts.of(consents))?;
            for consent in consents {
                let mut own = parts.of(consent);
                found.note(consent, &own.documents);
                // The forms are files of their own.
                own.forms.clear();
                put(to, &page::consent(&consent_row(consent, self.workspace, &own)))?;
            }
            Ok(())
        })?;
        put(to, &page::notices_begin(found.notices.len()))?;
        for (name, version, digest) in &found.notices {
            let notice = self.notice(name, *version, digest)?;
            let content = notice.as_ref().map(|notice| Json::parse(&notice.content)).transpose();
            put(to, &page::notice((name.as_str(), *version), content.map_err(Error::internal)?.as_ref()))?;
        }
        put(to, &page::foot(&found.file_names(self)?, found.consents))?;
        Ok(found)
    }

    /// The subject, as JSON.
    pub(super) fn subject_json(&self) -> String {
        let nothing = || Json::object([("id", Json::text(self.id.as_str()))]);
        format!("{}\n", self.subject.clone().unwrap_or_else(nothing))
    }

    /// Writes each consent on a line.
    pub(super) fn write_consents(&self, to: &mut impl Write) -> Result<()> {
        self.each(&mut |consents| {
            let parts = self.runtime.block_on(self.parts.of(consents))?;
            for consent in consents {
                let mut line = String::new();
                let row = consent_row(consent, self.workspace, &parts.of(consent));
                CONSENTS.write_row(Format::JsonLines, &row, &mut line);
                put(to, &line)?;
            }
            Ok(())
        })
    }

    fn notice(&self, name: &str, version: i64, digest: &str) -> Result<Option<NoticeVersion>> {
        let Ok(digest) = digest.parse() else { return Ok(None) };
        let found = legal_notice::cited(&self.app, self.workspace, name.to_owned(), version, digest);
        self.runtime.block_on(found)
    }
}

impl Found {
    fn note(&mut self, consent: &StoredConsent<'_>, documents: &[Uuid]) {
        self.consents += 1;
        let items = |group, name| consent.get(group, name).map_or(&[][..], Json::items);
        self.forms.extend(items(Group::Form, "forms").iter().filter_map(Json::as_str).map(str::to_owned));
        self.documents.extend(documents);
        for cited in items(Group::Event, "notices") {
            let text = |name: &str| cited.get(name).and_then(Json::as_str).map(str::to_owned);
            let version = cited.get("version").and_then(Json::as_int);
            if let (Some(name), Some(version), Some(digest)) = (text("identifier"), version, text("sha256")) {
                self.notices.insert((name, version, digest));
            }
        }
    }

    /// A line of each notice, in the version that was cited.
    pub(super) fn notices<'c>(&'c self, contents: &'c Contents) -> impl Iterator<Item = Result<String>> {
        self.notices.iter().filter_map(move |(name, version, digest)| {
            let notice = contents.notice(name, *version, digest).transpose()?;
            Some(notice.and_then(legal_notice_row).map(|row| format!("{row}\n")))
        })
    }

    /// Name and HTML of each form. Its ending keeps browsers from running what it may hold.
    pub(super) fn forms<'c>(
        &'c self,
        contents: &'c Contents,
    ) -> impl Iterator<Item = (String, Result<String>)> {
        self.forms.iter().filter_map(move |text| {
            let (digest, workspace) = (text.parse::<Digest>().ok()?, contents.workspace);
            let read = contents.app.store.read(move |tx| store::form::get(tx, workspace, &digest));
            let html = contents.runtime.block_on(read).transpose()?;
            Some((form_name(text), html))
        })
    }

    /// Name and bytes of each document.
    pub(super) fn documents<'c>(
        &'c self,
        contents: &'c Contents,
    ) -> impl Iterator<Item = Result<(String, Vec<u8>)>> {
        self.documents.iter().map(move |id| {
            let got = document::get(&contents.app, contents.workspace, *id);
            let (document, content) = contents.runtime.block_on(got)?;
            Ok((document_name(*id, &document.name), content))
        })
    }

    /// The names of the forms and documents in the archive.
    fn file_names(&self, contents: &Contents) -> Result<Vec<String>> {
        let mut names: Vec<String> = self.forms(contents).map(|(name, _)| name).collect();
        for id in self.documents.iter().copied() {
            let workspace = contents.workspace;
            let read = contents.app.store.read(move |tx| store::document::get(tx, workspace, id));
            names.extend(contents.runtime.block_on(read)?.map(|document| document_name(id, &document.name)));
        }
        Ok(names)
    }
}

fn form_name(digest: &str) -> String {
    format!("forms/{}.html.txt", digest.trim_start_matches("sha256:"))
}

fn document_name(id: Uuid, name: &str) -> String {
    format!("documents/{id}-{name}")
}

fn put(to: &mut impl Write, text: &str) -> Result<()> {
    to.write_all(text.as_bytes()).map_err(|why| unwritable(&why))
}
