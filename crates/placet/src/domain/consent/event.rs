//! The four groups of a consent's record: which keys, in which order (design section 4, point 4). Final.

use uuid::Uuid;

use super::{COOKIE_POLICY, Source};
use crate::domain::error::{Error, Result};
use crate::domain::id::Digest;
use crate::domain::json::{Json, Member};
use crate::domain::record::{Groups, Members, digests};
use crate::domain::time::{MAX_AHEAD, Timestamp};

/// When a consent was given, as far as we can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The moment by which consents are ordered: the claim, if plausible.
    pub at: Timestamp,
    /// When the server had it.
    pub received_at: Timestamp,
    /// A claim that was too far ahead to be used.
    pub claimed_at: Option<Timestamp>,
}

impl Moment {
    /// Weighs the claimed moment against the server's clock.
    ///
    /// # Errors
    /// A claim more than five minutes ahead from a source that is trusted; a browser's wrong clock is only noted.
    pub fn weigh(
        claim: Option<Timestamp>,
        received_at: Timestamp,
        source: impl Into<Source>,
    ) -> Result<Moment> {
        let source = source.into();
        let plain = |at| Moment { at, received_at, claimed_at: None };
        match claim {
            None => Ok(plain(received_at)),
            Some(claim) if claim.0 <= received_at.0 + MAX_AHEAD => Ok(plain(claim)),
            Some(_) if source.is_trusted() => {
                Err(Error::invalid("timestamp", "lies more than five minutes in the future"))
            }
            Some(claim) => Ok(Moment { at: received_at, received_at, claimed_at: Some(claim) }),
        }
    }
}

/// A notice as a consent names it. Without a digest it is unresolved: the reference stands as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitedNotice {
    /// As the caller wrote it.
    pub identifier: String,
    /// The version named, or the newest one known.
    pub version: Option<i64>,
    /// Digest of that version's content.
    pub digest: Option<Digest>,
}

/// The widget version in which a cookie choice was made.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// The widget.
    pub widget: i64,
    /// The version whose settings the banner had; `None` if the claim names none that we know.
    pub version: Option<Uuid>,
    /// Language shown.
    pub lang: Option<Json<'a>>,
    /// The widget's `versionKey` at that time.
    pub version_key: Option<Uuid>,
    /// Digest of the script that showed the banner, as claimed.
    pub sdk: Option<Json<'a>>,
    /// How the choice was made.
    pub how: Option<Json<'a>>,
}

/// That a record was taken over from another place, which had it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// When it was taken over.
    pub at: Timestamp,
    /// When the other place had it, as it says.
    pub received_at: Option<Timestamp>,
    /// What the other place's record commits to, as it says.
    pub checksum: Option<String>,
}

impl Imported {
    fn into_json(self) -> Json<'static> {
        let Imported { at, received_at, checksum } = self;
        Members::default()
            .with("at", Json::int(at.0))
            .with_some("received_at", received_at.map(|at| Json::int(at.0)))
            .with_some("checksum", checksum.map(Json::text))
            .object()
    }
}

/// Group D.
#[derive(Clone, Debug, Default)]
pub struct Circumstances<'a> {
    /// Address, already shortened if the server found it.
    pub ip: Option<String>,
    /// The page's origin.
    pub origin: Option<Json<'a>>,
    /// Whether the origin was vouched for by the browser and is on the widget's list.
    pub origin_checked: Option<bool>,
    /// The page's path.
    pub path: Option<Json<'a>>,
    /// Kind of terminal.
    pub device: Option<&'static str>,
    /// The browser session.
    pub session: Option<Uuid>,
    /// Where the record comes from, if it was imported.
    pub imported: Option<Imported>,
}

/// All that a consent's record says.
#[derive(Debug)]
pub struct Event<'a> {
    /// The consent's id.
    pub id: Uuid,
    /// When.
    pub moment: Moment,
    /// Who wrote it.
    pub source: Source,
    /// Whether it is a cookie choice.
    pub is_cookie_choice: bool,
    /// The subject as sent, with the resolved id.
    pub subject: Vec<Member<'a>>,
    /// The site's own user id: decoded, and as sent where that differs.
    pub user_id: Option<(String, Option<Json<'a>>)>,
    /// What was filled in, one per proof.
    pub contents: Vec<Json<'a>>,
    /// Digest of what was shown, one per proof.
    pub forms: Vec<Option<Digest>>,
    /// Name and value of each preference.
    pub preferences: Vec<Member<'a>>,
    /// The notices agreed to.
    pub notices: Vec<CitedNotice>,
    /// Digests of the documents that prove it.
    pub documents: Vec<Digest>,
    /// The decision on each service (cookie choices).
    pub services: Vec<Json<'a>>,
    /// The widget version shown (cookie choices).
    pub shown: Option<Shown<'a>>,
    /// Group D.
    pub circumstances: Circumstances<'a>,
}

impl<'a> Event<'a> {
    /// The objects of the four groups.
    #[must_use]
    pub fn into_groups(self) -> Groups<'a> {
        let Event {
            id,
            moment,
            source,
            is_cookie_choice,
            subject,
            user_id,
            contents,
            forms,
            preferences,
            notices,
            documents,
            services,
            shown,
            circumstances,
        } = self;
        let event = Members::default()
            .with("kind", Json::text("consent"))
            .with("id", Json::text(id.to_string()))
            .with("at", Json::int(moment.at.0))
            .with("received_at", Json::int(moment.received_at.0))
            .with_some("claimed_at", moment.claimed_at.map(|claim| Json::int(claim.0)))
            .with("source", Json::text(source.word()))
            .with_some("consent_type", is_cookie_choice.then(|| Json::text(COOKIE_POLICY)))
            .with_some("preferences", some(preferences).map(Json::Object))
            .with_some("notices", some(notices).map(notices_json))
            .with_some("documents", digests(&documents))
            .with_some("services", some(services).map(Json::Array))
            .with_some("widget", shown.map(Shown::into_json));
        Groups {
            subject: subject_json(subject, user_id, contents),
            event: event.object(),
            form: Members::default().with_some("forms", forms_json(&forms)).object(),
            circumstances: circumstances.into_json(),
        }
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn subject_json<'a>(
    subject: Vec<Member<'a>>,
    user_id: Option<(String, Option<Json<'a>>)>,
    contents: Vec<Json<'a>>,
) -> Json<'a> {
    let (user_id, as_sent) = user_id.map_or((None, None), |(decoded, as_sent)| (Some(decoded), as_sent));
    Members::default()
        .with("subject", Json::Object(subject))
        .with_some("user_id", user_id.map(Json::text))
        .with_some("user_id_sent", as_sent)
        .with_some("contents", some(contents).map(Json::Array))
        .object()
}

fn forms_json(forms: &[Option<Digest>]) -> Option<Json<'static>> {
    let items = forms.iter().map(|digest| Json::text_or_null(digest.map(|digest| digest.to_string())));
    (!forms.is_empty()).then(|| Json::Array(items.collect()))
}

fn notices_json(notices: Vec<CitedNotice>) -> Json<'static> {
    let cite = |CitedNotice { identifier, version, digest }| {
        Json::object([
            ("identifier", Json::text(identifier)),
            ("version", Json::int_or_null(version)),
            ("sha256", Json::text_or_null(digest.map(|digest| digest.to_string()))),
        ])
    };
    Json::Array(notices.into_iter().map(cite).collect())
}

impl<'a> Shown<'a> {
    fn into_json(self) -> Json<'a> {
        let Shown { widget, version, lang, version_key, sdk, how } = self;
        Members::default()
            .with("id", Json::int(widget))
            .with_some("version", version.map(|guid| Json::text(guid.to_string())))
            .with_some("lang", lang)
            .with_some("version_key", version_key.map(|guid| Json::text(guid.to_string())))
            .with_some("sdk", sdk)
            .with_some("how", how)
            .object()
    }
}

impl<'a> Circumstances<'a> {
    fn into_json(self) -> Json<'a> {
        let Circumstances { ip, origin, origin_checked, path, device, session, imported } = self;
        Members::default()
            .with_some("ip", ip.map(Json::text))
            .with_some("origin", origin)
            .with_some("origin_checked", origin_checked.map(Json::Bool))
            .with_some("path", path)
            .with_some("device", device.map(Json::text))
            .with_some("session_id", session.map(|session| Json::text(session.to_string())))
            .with_some("imported", imported.map(Imported::into_json))
            .object()
    }
}
