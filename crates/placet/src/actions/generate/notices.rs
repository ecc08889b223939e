//! The legal notices that generated consents cite: three, each in several versions through the years.

use std::collections::HashMap;

use super::super::idempotency::Once;
use super::super::legal_notice;
use super::past::Past;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::legal_notice::{NewNotice, NoticeVersion};
use crate::domain::time::{Spelling, Timestamp};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// More than any workspace has.
const MOST_VERSIONS: i64 = 100_000;

/// Identifier, and on which days the versions took effect, counted from the beginning; the first before any consent.
const NOTICES: [(&str, &[i64]); 3] =
    [("privacy_policy", &[-1, 190, 480, 830]), ("terms", &[-1, 365, 760]), ("cookie_policy", &[-1, 260])];
const TEXTS: [(&str, &str); 3] = [
    (
        "en",
        "We keep what you tell us for as long as we need it to answer you, to send what you ordered and to prove that you agreed. We give it to nobody who does not have to carry out one of these for us. You may ask at any time what we keep, have it corrected or erased, and take back what you agreed to. This is edition",
    ),
    (
        "de",
        "Wir bewahren auf, was Sie uns mitteilen, solange wir es brauchen, um Ihnen zu antworten, Bestelltes zu senden und nachzuweisen, dass Sie zugestimmt haben. Wir geben es an niemanden, der nicht eines davon für uns ausführt. Sie können jederzeit fragen, was wir aufbewahren, es berichtigen oder löschen lassen und Ihre Zustimmung zurücknehmen. Dies ist Fassung",
    ),
    (
        "fr",
        "Nous gardons ce que vous nous dites aussi longtemps qu'il le faut pour vous répondre, envoyer ce que vous avez commandé et prouver votre accord. Nous ne le donnons à personne qui n'ait à accomplir l'un de ces actes pour nous. Vous pouvez à tout moment demander ce que nous gardons, le faire corriger ou effacer, et retirer votre accord. Ceci est l'édition",
    ),
];

/// The versions of each notice, in the order in which they took effect.
pub(super) struct Notices(HashMap<&'static str, Vec<NoticeVersion>>);

impl Notices {
    /// Publishes what the workspace does not have yet, each version at its time.
    pub(super) async fn publish(past: &Past, workspace: WorkspaceId, begin: Timestamp) -> Result<Notices> {
        let mut notices = HashMap::new();
        for (identifier, days) in NOTICES {
            let bodies =
                days.iter().zip(1..).map(|(day, edition)| body(identifier, edition, begin, *day)).collect();
            let (wanted, _) = NewNotice::parse_body(&Json::Array(bodies))?;
            notices.insert(identifier, ensure(past, workspace, identifier, wanted).await?);
        }
        Ok(Notices(notices))
    }

    /// Number and digest of a version, or of the newest one at a moment.
    pub(super) fn known(
        &self,
        identifier: &str,
        version: Option<i64>,
        at: Timestamp,
    ) -> Option<(i64, Digest)> {
        let versions = self.0.get(identifier)?;
        let is_meant = |notice: &&NoticeVersion| match version {
            Some(version) => notice.version == version,
            None => notice.at <= at,
        };
        versions.iter().rev().find(is_meant).map(|notice| (notice.version, notice.digest))
    }
}

fn body(identifier: &'static str, edition: i64, begin: Timestamp, day: i64) -> Json<'static> {
    let text = |(lang, text): &(&'static str, &str)| {
        ((*lang).into(), Json::text(format!("{text} {edition}: {identifier}.")))
    };
    Json::object([
        ("identifier", Json::text(identifier)),
        ("content", Json::Object(TEXTS.iter().map(text).collect())),
        ("timestamp", Json::text(Timestamp(begin.0 + day * DAY_MS).spell(Spelling::Millis))),
    ])
}

/// The versions with these texts: those that are there, and new ones.
async fn ensure(
    past: &Past,
    workspace: WorkspaceId,
    identifier: &'static str,
    wanted: Vec<NewNotice>,
) -> Result<Vec<NoticeVersion>> {
    let there = versions(past, workspace, identifier).await?;
    for notice in wanted.iter().filter(|notice| !there.iter().any(|version| is_of(version, notice))) {
        past.travel(notice.timestamp.unwrap_or(Timestamp(0)));
        let notices = vec![notice.clone()];
        legal_notice::publish(&past.app, workspace, notices, Author::COMMAND, Once::unnamed()).await?;
    }
    let mut versions = versions(past, workspace, identifier).await?;
    versions.retain(|version| wanted.iter().any(|notice| is_of(version, notice)));
    versions.sort_by_key(|version| version.at.0);
    Ok(versions)
}

async fn versions(
    past: &Past,
    workspace: WorkspaceId,
    identifier: &'static str,
) -> Result<Vec<NoticeVersion>> {
    match legal_notice::versions(&past.app, workspace, identifier.into(), None, MOST_VERSIONS).await {
        Err(Error::NotFound(_)) => Ok(Vec::new()),
        other => other,
    }
}

fn is_of(version: &NoticeVersion, notice: &NewNotice) -> bool {
    version.content == notice.content && Some(version.at) == notice.timestamp
}
