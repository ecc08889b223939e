//! What generated visitors choose in the cookie banner.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::crowd::Turn;
use super::person::{Person, SubjectId};
use crate::app::Seeded;
use crate::domain::device::Device;
use crate::domain::id::{random, time_ordered};
use crate::domain::json::{Json, Member};
use crate::domain::time::Timestamp;
use crate::domain::widget::Widget;

pub(super) const ORIGIN: &str = "https://shop.example";
const LANGS: [&str; 7] = ["en", "de", "fr", "it", "es", "nl", "pl"];
const PATHS: [&str; 12] = [
    "/",
    "/bowls",
    "/plates",
    "/cups",
    "/courses",
    "/courses/saturday",
    "/about",
    "/contact",
    "/basket",
    "/journal/glazes",
    "/journal/the-kiln",
    "/search",
];

/// A choice that a visitor has made.
pub(super) struct Choice {
    /// The body that the browser sends.
    pub body: Json<'static>,
    pub device: Device,
}

/// A visitor chooses. `member` is the person who is signed in, if anybody.
pub(super) fn choose(
    widget: &Widget,
    (seed, turn): (u64, Turn),
    member: Option<&Person<'_>>,
    at: Timestamp,
    numbers: &mut Seeded,
) -> Choice {
    let visitor = &mut Seeded::new(seed, turn.person);
    let consent_id = random(visitor.bytes()).to_string();
    let device =
        *visitor.pick(&[Device::Desktop, Device::Mobile, Device::Mobile, Device::Tablet, Device::Unknown]);
    let lang = *visitor.pick(&LANGS);
    let how = how(turn, numbers);
    let clicked = Timestamp(at.0 - 40 - i64::try_from(numbers.below(900)).unwrap_or(0));
    let consents = Json::object([
        ("cookieConsents", decisions(widget, how, clicked, numbers)),
        ("lang", Json::text(lang)),
        ("consentId", Json::text(consent_id.clone())),
        ("date", Json::int(clicked.0)),
        ("version", Json::text(widget.version.guid().to_string())),
        ("sdk", Json::text(placet_assets::SDK_DIGEST)),
        ("how", Json::text(how)),
        ("origin", Json::text(ORIGIN)),
        ("path", Json::text(*numbers.pick(&PATHS))),
    ]);
    let mut members: Vec<Member<'static>> = vec![
        ("id".into(), Json::text(time_ordered(at, &numbers.bytes()).to_string())),
        ("type".into(), Json::text("Consents")),
        ("consentId".into(), Json::text(consent_id)),
        ("sessionId".into(), Json::text(random(numbers.bytes()).to_string())),
    ];
    members.extend(member.map(|member| ("userId".into(), Json::text(user_id(member)))));
    members.push(("consents".into(), consents));
    Choice { body: Json::Object(members), device }
}

/// Whoever comes back mostly changes single services.
fn how(turn: Turn, numbers: &mut Seeded) -> &'static str {
    let [accept, refuse] = if turn.is_first { [46, 37] } else { [20, 20] };
    match numbers.below(100) {
        chance if chance < accept => "accept_all",
        chance if chance < accept + refuse => "refuse_all",
        _ => "selection",
    }
}

fn decisions(widget: &Widget, how: &str, at: Timestamp, numbers: &mut Seeded) -> Json<'static> {
    let decision = |service: &Json<'static>| {
        let get = |name: &str| service.get(name).cloned().unwrap_or(Json::Null);
        let consent = match how {
            "accept_all" => true,
            "refuse_all" => false,
            _ => numbers.happens(400),
        };
        Json::object([
            ("id", get("id")),
            ("name", get("name")),
            ("slug", get("slug")),
            ("purpose", get("purpose")),
            ("consent", Json::Bool(consent)),
            ("date", Json::int(at.0)),
        ])
    };
    Json::Array(widget.services().iter().map(decision).collect())
}

/// The site's user id, as pages send it.
fn user_id(member: &Person<'_>) -> String {
    match &member.id {
        SubjectId::Sent(id) => BASE64_STANDARD.encode(id),
        SubjectId::Generated(id) => BASE64_STANDARD.encode(id.to_string()),
    }
}
