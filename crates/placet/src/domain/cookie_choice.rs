//! A cookie choice: a consent that a visitor gave or refused in the banner, service by service.
//! Shapes of the widget contract 4.2 (in) and 7.1 (out).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use placet_proof::Group;
use uuid::Uuid;

use super::consent::StoredConsent;
use super::device::Device;
use super::error::{Error, Problems, Result};
use super::id::WorkspaceId;
use super::json::{Json, Member};
use super::time::{Spelling, Timestamp};
use super::widget::{Purpose, Widget};

const MAX_SERVICES: usize = 1000;
const MAX_TEXT: usize = 255;
const MAX_PATH: usize = 2048;

/// What a visit can report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The banner was shown.
    Visit,
    /// The visitor left without a choice.
    Quit,
    /// A choice.
    Consents,
}

/// The body of a collect call, checked.
#[derive(Debug)]
pub struct Collected<'a> {
    /// What is reported.
    pub kind: Kind,
    /// The record's id, made in the browser: the replay key.
    pub id: Option<Uuid>,
    /// The visitor's consent id from an earlier choice, or offered by the browser.
    pub consent_id: Option<Uuid>,
    /// The site's user id, decoded; as sent where that differs.
    pub user_id: Option<(String, Option<Json<'a>>)>,
    /// The browser session.
    pub session_id: Option<Uuid>,
    /// The decision on each service.
    pub decisions: Vec<Decision>,
    /// Language shown.
    pub lang: Option<Json<'a>>,
    /// Claimed moment.
    pub date: Option<Timestamp>,
    /// Claimed widget version.
    pub version: Option<Uuid>,
    /// Digest of the script that showed the banner.
    pub sdk: Option<Json<'a>>,
    /// How the choice was made.
    pub how: Option<Json<'a>>,
    /// Claimed origin of the page.
    pub origin: Option<Json<'a>>,
    /// The page's path, without query.
    pub path: Option<Json<'a>>,
}

/// The decision on one service.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The service's GUID.
    pub id: Option<Uuid>,
    /// Its name at that time.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// Its purpose.
    pub purpose: Purpose,
    /// Accepted or refused.
    pub consent: bool,
    /// When this decision was made.
    pub at: Option<Timestamp>,
}

impl<'a> Collected<'a> {
    /// Reads and checks a body; names and purposes that were not sent are taken from the widget.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse(body: &Json<'a>, widget: &Widget) -> Result<Collected<'a>> {
        let mut problems = Problems::default();
        let kind = kind(body.get("type"), &mut problems);
        let empty = Json::Object(Vec::new());
        let consents = match body.given("consents") {
            Some(consents @ Json::Object(_)) => consents,
            None if kind != Kind::Consents => &empty,
            _ => return Err(Error::invalid("consents", "must be an object with cookieConsents")),
        };
        let either = |name: &str| body.given(name).or_else(|| consents.given(name));
        let collected = Collected {
            kind,
            id: uuid("id", body.given("id"), &mut problems),
            consent_id: uuid(
                "consentId",
                either("consentId").filter(|id| id.as_str() != Some("")),
                &mut problems,
            ),
            user_id: user_id(body.given("userId"), &mut problems),
            session_id: uuid("sessionId", body.given("sessionId"), &mut problems),
            decisions: decisions(consents.given("cookieConsents"), widget, kind, &mut problems),
            lang: short("consents.lang", consents.given("lang"), &mut problems),
            date: moment("consents.date", consents.given("date"), &mut problems),
            version: uuid("consents.version", consents.given("version"), &mut problems),
            sdk: short("consents.sdk", consents.given("sdk"), &mut problems),
            how: short("consents.how", consents.given("how"), &mut problems),
            origin: short("consents.origin", consents.given("origin"), &mut problems),
            path: path(consents.given("path"), &mut problems),
        };
        problems.or(collected)
    }
}

fn kind(value: Option<&Json<'_>>, problems: &mut Problems) -> Kind {
    match value.and_then(Json::as_str) {
        Some("Consents") => Kind::Consents,
        Some("Visit") => Kind::Visit,
        Some("Quit") => Kind::Quit,
        _ => {
            problems.add("type", "must be Visit, Quit or Consents");
            Kind::Consents
        }
    }
}

fn uuid(field: &str, value: Option<&Json<'_>>, problems: &mut Problems) -> Option<Uuid> {
    let parsed = value?.as_str().and_then(|text| Uuid::try_parse(text).ok());
    if parsed.is_none() {
        problems.add(field, "must be a UUID");
    }
    parsed
}

fn short<'a>(field: &str, value: Option<&Json<'a>>, problems: &mut Problems) -> Option<Json<'a>> {
    let value = value?;
    if value.as_str().is_some_and(|text| text.chars().count() <= MAX_TEXT) {
        return Some(value.clone());
    }
    problems.add(field, format!("must be a text of at most {MAX_TEXT} characters"));
    None
}

/// Query and fragment are cut off: they may hold what nobody meant to store.
fn path<'a>(value: Option<&Json<'a>>, problems: &mut Problems) -> Option<Json<'a>> {
    let text = value?.as_str();
    if text.is_none() {
        problems.add("consents.path", "must be a text");
    }
    let path: String = text?.split(['?', '#']).next()?.chars().take(MAX_PATH).collect();
    Some(Json::text(path))
}

fn moment(field: &str, value: Option<&Json<'_>>, problems: &mut Problems) -> Option<Timestamp> {
    let value = value?;
    let parsed = value.as_int().map(Timestamp).or_else(|| Timestamp::parse(value.as_str()?));
    let parsed = parsed.filter(|at| Timestamp::parse(&at.spell(Spelling::Millis)).is_some());
    if parsed.is_none() {
        problems.add(field, "must be a number of milliseconds since 1970, or an ISO 8601 time");
    }
    parsed
}

/// Decodes base64 of printable UTF-8; anything else is taken as sent (widget contract 4.2), a number as its digits. What
/// cannot be an id is left out: the page said it, and the visitor's choice must not be lost for it.
fn user_id<'a>(value: Option<&Json<'a>>, problems: &mut Problems) -> Option<(String, Option<Json<'a>>)> {
    let value = value?;
    let (Json::String(sent) | Json::Number(sent)) = value else { return None };
    if sent.contains('\0') {
        problems.add("userId", "contains U+0000");
    }
    if sent.chars().count() > MAX_TEXT {
        return None;
    }
    if let Json::Number(digits) = value {
        return Some((digits.to_string(), None));
    }
    let sent: &str = sent;
    let decoded = BASE64_STANDARD.decode(sent).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded.filter(|text| !text.is_empty() && !text.contains(char::is_control)) {
        Some(text) => Some((text, Some(value.clone()))),
        None => (!sent.is_empty()).then(|| (sent.to_owned(), None)),
    }
}

fn decisions(
    value: Option<&Json<'_>>,
    widget: &Widget,
    kind: Kind,
    problems: &mut Problems,
) -> Vec<Decision> {
    match value {
        None if kind != Kind::Consents => Vec::new(),
        Some(Json::Array(items)) if items.len() <= MAX_SERVICES => {
            let mut decisions: Vec<Decision> = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                let field = format!("consents.cookieConsents[{index}]");
                let Some(decision) = decision(&field, item, widget, problems) else { continue };
                if decisions.iter().any(|known| known.slug == decision.slug) {
                    problems.add(field, format!("{} is given twice", decision.slug));
                }
                decisions.push(decision);
            }
            decisions
        }
        _ => {
            problems
                .add("consents.cookieConsents", format!("must be a list of up to {MAX_SERVICES} decisions"));
            Vec::new()
        }
    }
}

fn decision(field: &str, item: &Json<'_>, widget: &Widget, problems: &mut Problems) -> Option<Decision> {
    let id = uuid(&format!("{field}.id"), item.given("id"), problems);
    let known = known_service(item, id, widget);
    let text = |name: &str| {
        let value = item.given(name).or_else(|| known?.given(name));
        value
            .and_then(Json::as_str)
            .filter(|text| !text.is_empty() && text.chars().count() <= MAX_TEXT && !text.contains('\0'))
    };
    let slug = text("slug");
    if slug.is_none() {
        problems.add(format!("{field}.slug"), "must name a service");
    }
    let consent = item.given("consent").and_then(Json::as_bool);
    if consent.is_none() {
        problems.add(format!("{field}.consent"), "must be true or false");
    }
    let purpose = item.given("purpose").or_else(|| known?.given("purpose"));
    let purpose = purpose.map_or(Some(Purpose::Unclassified), Purpose::parse);
    if purpose.is_none() {
        problems.add(format!("{field}.purpose"), "must be a number from 0 to 5");
    }
    let at = moment(&format!("{field}.date"), item.given("date"), problems);
    let known_id = known.and_then(|service| Uuid::try_parse(service.get("id")?.as_str()?).ok());
    let name = text("name").or(slug)?.to_owned();
    Some(Decision {
        id: id.or(known_id),
        name,
        slug: slug?.to_owned(),
        purpose: purpose?,
        consent: consent?,
        at,
    })
}

fn known_service<'w>(item: &Json<'_>, id: Option<Uuid>, widget: &'w Widget) -> Option<&'w Json<'static>> {
    let slug = item.given("slug").and_then(Json::as_str);
    let id = id.map(|id| id.to_string());
    widget.services().iter().find(|service| {
        let is = |name: &str, wanted: Option<&str>| {
            wanted.is_some() && service.get(name).and_then(Json::as_str) == wanted
        };
        is("slug", slug) || (slug.is_none() && is("id", id.as_deref()))
    })
}

impl Decision {
    /// The preference: slug and decision.
    #[must_use]
    pub fn to_preference(&self) -> Member<'static> {
        (self.slug.clone().into(), Json::Bool(self.consent))
    }

    /// The entry in `services` of the record.
    #[must_use]
    pub fn to_json(&self, version: Option<Uuid>, fallback: Timestamp) -> Json<'static> {
        let Decision { id, name, slug, purpose, consent, at } = self;
        let guid = |uuid: Option<Uuid>| Json::text_or_null(uuid.map(|uuid| uuid.to_string()));
        Json::object([
            ("id", guid(*id)),
            ("name", Json::text(name.clone())),
            ("slug", Json::text(slug.clone())),
            ("purpose", Json::int(purpose.number())),
            ("consent", Json::Bool(*consent)),
            ("version", guid(version)),
            ("at", Json::int(at.unwrap_or(fallback).0)),
        ])
    }
}

/// The number of the event type `Consents`.
const TYPE_CONSENTS: i64 = 2;

/// The proof as the widget contract shapes it (7.1).
#[must_use]
pub fn shape(consent: &StoredConsent<'static>, workspace: WorkspaceId) -> Json<'static> {
    let received_at = consent.received_at();
    let widget = |name: &str| {
        consent.get(Group::Event, "widget").and_then(|widget| widget.get(name)).cloned().unwrap_or(Json::Null)
    };
    let device =
        consent.get(Group::Circumstances, "device").and_then(Json::as_str).and_then(Device::from_word);
    let services = consent.get(Group::Event, "services").map_or(&[][..], Json::items);
    let mut proof = Json::object([
        ("id", Json::text(consent.id.to_string())),
        ("sessionId", consent.or_null(Group::Circumstances, "session_id")),
        ("date", Json::text(received_at.spell(Spelling::Millis))),
        ("dateExpiration", Json::text(received_at.six_months_later().spell(Spelling::Millis))),
        ("type", Json::int(TYPE_CONSENTS)),
        ("widgetId", widget("id")),
        ("typeDevice", Json::int(device.unwrap_or(Device::Unknown) as i64)),
        ("workSpaceId", Json::int(workspace.0)),
        ("consentId", consent.subject("id").cloned().unwrap_or(Json::Null)),
        ("userId", consent.or_null(Group::Subject, "user_id")),
        (
            "consents",
            Json::object([
                ("lang", widget("lang")),
                ("versionKey", widget("version_key")),
                ("cookieConsents", Json::Array(services.iter().map(shape_service).collect())),
            ]),
        ),
    ]);
    if let Json::Object(members) = &mut proof {
        members.extend(consent.erased_member());
    }
    proof
}

fn shape_service(service: &Json<'static>) -> Json<'static> {
    let get = |name: &str| service.get(name).cloned().unwrap_or(Json::Null);
    let date = service.get("at").and_then(Json::as_int).map(|at| Timestamp(at).spell(Spelling::Millis));
    Json::object([
        ("id", get("id")),
        ("tenantId", Json::int(0)),
        ("name", get("name")),
        ("slug", get("slug")),
        ("consent", get("consent")),
        ("version", get("version")),
        ("date", Json::text_or_null(date)),
        ("purpose", get("purpose")),
    ])
}
