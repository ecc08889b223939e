//! The bytes of a record before they are salted: four JSON objects, final in shape (design section 4).

use placet_proof::{Record, Salt};

use super::id::Digest;
use super::json::Json;
use super::time::Timestamp;

/// Random bytes that one record needs: a salt for each group.
pub const SALT_BYTES: usize = 64;

/// The objects of the four groups.
#[derive(Debug)]
pub struct Groups<'a> {
    /// S: who.
    pub subject: Json<'a>,
    /// E: what happened.
    pub event: Json<'a>,
    /// F: the forms shown.
    pub form: Json<'a>,
    /// D: circumstances.
    pub circumstances: Json<'a>,
}

impl Groups<'_> {
    /// Writes the record, once.
    #[must_use]
    pub fn seal(&self, random: &[u8; SALT_BYTES]) -> Record {
        let salts = [0, 1, 2, 3].map(|index| {
            let mut salt = [0; 16];
            salt.copy_from_slice(&random[index * 16..][..16]);
            Salt::from_bytes(salt)
        });
        Record::new(&salts, [&self.subject, &self.event, &self.form, &self.circumstances].map(Json::members))
    }
}

/// An object without members.
#[must_use]
pub fn empty() -> Json<'static> {
    Json::Object(Vec::new())
}

/// Collects the members of a group in their fixed order, leaving out what is not used.
#[derive(Default)]
pub struct Members<'a>(Vec<super::json::Member<'a>>);

impl<'a> Members<'a> {
    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Json<'a>) -> Self {
        self.0.push((name.into(), value));
        self
    }

    /// Adds a member if there is a value.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<Json<'a>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The object.
    #[must_use]
    pub fn object(self) -> Json<'a> {
        Json::Object(self.0)
    }
}

/// Kinds of records besides consents that are written so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A version of a legal notice.
    NoticeVersion,
    /// A published version of a widget.
    WidgetVersion,
    /// The script that shows the banner.
    SdkBuild,
    /// An uploaded file.
    Document,
    /// Groups of a record were erased.
    Erasure,
    /// A record is held.
    Hold,
    /// It is no longer held.
    HoldLifted,
    /// The processing of a record is restricted.
    Restriction,
    /// It is no longer restricted.
    RestrictionLifted,
}

impl Kind {
    /// The word in the record and in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::NoticeVersion => "notice_version",
            Kind::WidgetVersion => "widget_version",
            Kind::SdkBuild => "sdk_build",
            Kind::Document => "document",
            Kind::Erasure => "erasure",
            Kind::Hold => "hold",
            Kind::HoldLifted => "hold_lifted",
            Kind::Restriction => "restriction",
            Kind::RestrictionLifted => "restriction_lifted",
        }
    }
}

/// A record that fixes bytes under a name and a version: all that is needed to prove later what a text was.
#[derive(Debug)]
pub struct Publication<'a> {
    /// What was published.
    pub kind: Kind,
    /// Its name: a notice's identifier, a widget's id, the name of a script's or a document's file.
    pub name: Json<'a>,
    /// Its version; of a document its id.
    pub version: Json<'a>,
    /// When it took effect.
    pub at: Timestamp,
    /// Digest of its exact bytes.
    pub digest: Digest,
    /// Who published it: `key:<id>`, `member:<id>`, `command`, or the `address:<url>` that a notice follows.
    pub by: &'a str,
    /// Digests of the documents that belong to it.
    pub documents: &'a [Digest],
}

impl<'a> Publication<'a> {
    /// The four groups; only E holds anything.
    #[must_use]
    pub fn into_groups(self) -> Groups<'a> {
        let Publication { kind, name, version, at, digest, by, documents } = self;
        let event = Members::default()
            .with("kind", Json::text(kind.word()))
            .with("name", name)
            .with("version", version)
            .with("at", Json::int(at.0))
            .with("sha256", Json::text(digest.to_string()))
            .with("by", Json::text(by))
            .with_some("documents", digests(documents));
        Groups { subject: empty(), event: event.object(), form: empty(), circumstances: empty() }
    }
}

/// A list of digests, unless there are none.
#[must_use]
pub fn digests(digests: &[Digest]) -> Option<Json<'static>> {
    let texts = digests.iter().map(|digest| Json::text(digest.to_string()));
    (!digests.is_empty()).then(|| Json::Array(texts.collect()))
}
