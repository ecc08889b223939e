//! The demo workspace of `placet serve --demo`: made at the first start, found again at the next.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::idempotency::Once;
use super::{consent, cookie_choice, key, legal_notice, member, widget, workspace};
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::consent::Submission;
use crate::domain::cookie_choice::Collected;
use crate::domain::device::Device;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::key::{KeyIdentity, KeyKind};
use crate::domain::legal_notice::NewNotice;
use crate::domain::member::Role;
use crate::domain::time::{Spelling, Timestamp};
use crate::domain::widget::WidgetFile;
use crate::store;

/// All that a newcomer needs.
pub struct DemoWorkspace {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its widget.
    pub widget: WidgetId,
    /// For pages.
    pub public_key: String,
    /// For programs.
    pub private_key: String,
    /// The member to sign in as.
    pub email: String,
    /// With this password.
    pub password: String,
}

const EMAIL: &str = "demo@example.com";
const NOTICES: [(&str, &str, &str); 2] = [
    (
        "privacy_policy",
        "We use your address to send the letter you asked for, once a month, and for nothing else. Every letter has a link that ends it.",
        "Wir verwenden Ihre Adresse, um Ihnen einmal im Monat den bestellten Brief zu senden, und für nichts anderes. Jeder Brief hat einen Link, der ihn beendet.",
    ),
    (
        "terms",
        "What you order is thrown, glazed and fired for you, and sent within three weeks.",
        "Was Sie bestellen, wird für Sie gedreht, glasiert und gebrannt und innerhalb von drei Wochen versandt.",
    ),
];

/// The demo of this installation. Its credentials are kept as they are: a demo listens on loopback only.
///
/// # Errors
/// Those of the store, or a demo widget that is not in the build.
pub async fn open(app: &App) -> Result<DemoWorkspace> {
    if let Some(text) = app.store.read(store::installation::demo).await? {
        return read(&text).ok_or_else(|| Error::internal("what is stored of the demo cannot be read"));
    }
    let demo = create(app).await?;
    let text = write(&demo);
    app.store.write(move |tx| store::installation::put_demo(tx, &text)).await?;
    Ok(demo)
}

fn write(demo: &DemoWorkspace) -> String {
    let DemoWorkspace { workspace, widget, public_key, private_key, email, password } = demo;
    let text = |text: &str| Json::text(text.to_owned());
    let members = [
        ("workspace", Json::int(workspace.0)),
        ("widget", Json::int(widget.0)),
        ("public_key", text(public_key)),
        ("private_key", text(private_key)),
        ("email", text(email)),
        ("password", text(password)),
    ];
    Json::object(members).to_string()
}

fn read(text: &str) -> Option<DemoWorkspace> {
    let json = Json::parse(text).ok()?;
    let text = |name: &str| Some(json.get(name)?.as_str()?.to_owned());
    Some(DemoWorkspace {
        workspace: WorkspaceId(json.get("workspace")?.as_int()?),
        widget: WidgetId(json.get("widget")?.as_int()?),
        public_key: text("public_key")?,
        private_key: text("private_key")?,
        email: text("email")?,
        password: text("password")?,
    })
}

/// Makes the workspace, its keys, member, notices and widget, and three months of records.
async fn create(app: &App) -> Result<DemoWorkspace> {
    let workspace = workspace::create(app, "Demo shop").await?;
    let public_key = key::create(app, workspace, KeyKind::Public, "demo pages", None).await?;
    let private_key = key::create(app, workspace, KeyKind::Private, "demo programs", None).await?;
    let password = BASE64_URL_SAFE_NO_PAD.encode(app.random.bytes::<12>());
    member::create(app, workspace, EMAIL, Role::Owner, &password).await?;
    legal_notice::publish(
        app,
        workspace,
        notices(app.clock.now()),
        Author::Operator("demo"),
        Once::unnamed(),
    )
    .await?;
    let widget = widget::import(app, workspace, widget_file()?, None, &Author::Operator("demo")).await?.id;
    records(app, workspace, widget).await?;
    Ok(DemoWorkspace {
        workspace,
        widget,
        public_key: public_key.key,
        private_key: private_key.key,
        email: EMAIL.to_owned(),
        password,
    })
}

/// In force before the first record that cites them.
fn notices(now: Timestamp) -> Vec<NewNotice> {
    let notice = |(identifier, en, de): &(&str, &'static str, &'static str)| NewNotice {
        identifier: (*identifier).to_owned(),
        content: Json::object([("en", Json::text(*en)), ("de", Json::text(*de))]).to_string(),
        timestamp: Some(Timestamp(now.0 - (DAYS + 1) * DAY_MS)),
        documents: Vec::new(),
    };
    NOTICES.iter().map(notice).collect()
}

fn widget_file() -> Result<WidgetFile> {
    let asset = placet_assets::get("demo/widget.json")
        .ok_or_else(|| Error::internal("the build has no demo widget"))?;
    let text = std::str::from_utf8(asset.bytes).map_err(Error::internal)?;
    WidgetFile::parse(&Json::parse(text).map_err(Error::internal)?)
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const DAYS: i64 = 91;

/// Three months of visitors, the same at every start: most days a handful of choices, now and then a subscription.
async fn records(app: &App, workspace: WorkspaceId, widget: WidgetId) -> Result<()> {
    let widget = widget::get(app, workspace, widget).await?;
    let key = KeyIdentity { workspace, id: "demo".into(), kind: KeyKind::Public };
    let recorder = consent::Recorder::with_key(&key);
    let now = app.clock.now();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for day in (1..=DAYS).rev() {
        for _ in 0..2 + dice.below(5) {
            let at = Timestamp(now.0 - day * DAY_MS + i64::from(dice.below(86_400)) * 1000);
            let (body, agent) = visitor(&mut dice, at, widget.services());
            let body = body.to_string();
            let json = Json::parse(&body).map_err(Error::internal)?;
            let visit =
                cookie_choice::Visit { origin: None, device: Device::from_user_agent(agent), body: &body };
            cookie_choice::collect(app, &widget, Collected::parse(&json, &widget)?, &visit).await?;
        }
        if dice.below(3) == 0 {
            let at = Timestamp(now.0 - day * DAY_MS + i64::from(dice.below(86_400)) * 1000);
            let body = subscriber(&mut dice, at).to_string();
            let json = Json::parse(&body).map_err(Error::internal)?;
            consent::record(app, &recorder, Submission::parse(&json, KeyKind::Public)?, None, None).await?;
        }
    }
    Ok(())
}

/// Small and repeatable (xorshift): the demo must look the same each time; nothing secret comes from here.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 >> 33).unwrap_or(0) % bound
    }
}

const AGENTS: [&str; 3] = ["X11; Linux", "iPhone; Mobile", "iPad"];

fn visitor(dice: &mut Dice, at: Timestamp, services: &[Json<'static>]) -> (Json<'static>, &'static str) {
    let how = ["accept_all", "refuse_all", "refuse_all", "accept_all", "selection"][dice.below(5) as usize];
    let decisions = services
        .iter()
        .filter(|service| service.get("requiredConsent").and_then(Json::as_bool) == Some(true))
        .map(|service| {
            let consent = match how {
                "accept_all" => true,
                "refuse_all" => false,
                _ => dice.below(2) == 0,
            };
            let get = |name: &str| service.get(name).cloned().unwrap_or(Json::Null);
            Json::object([("slug", get("slug")), ("consent", Json::Bool(consent)), ("date", Json::int(at.0))])
        });
    let decisions = Json::Array(decisions.collect());
    let lang = ["en", "fr", "de"][dice.below(3) as usize];
    let consents = Json::object([
        ("cookieConsents", decisions),
        ("lang", Json::text(lang)),
        ("date", Json::int(at.0)),
        ("sdk", Json::text(placet_assets::SDK_DIGEST)),
        ("how", Json::text(how)),
        ("path", Json::text("/demo")),
    ]);
    (Json::object([("type", Json::text("Consents")), ("consents", consents)]), AGENTS[dice.below(3) as usize])
}

const PEOPLE: [(&str, &str); 8] = [
    ("Ada", "Rossi"),
    ("Noor", "Haddad"),
    ("Jan", "Nowak"),
    ("Inês", "Duarte"),
    ("Émile", "Caron"),
    ("Lotte", "Weber"),
    ("Yusuf", "Demir"),
    ("Maeve", "Byrne"),
];

fn subscriber(dice: &mut Dice, at: Timestamp) -> Json<'static> {
    let (first, last) = PEOPLE[dice.below(8) as usize];
    let email = format!("{}.{}@example.org", plain(first), plain(last));
    let content =
        Json::object([("email", Json::text(email.clone())), ("newsletter", Json::text("on"))]).to_string();
    let form = "<form id=\"newsletter\"><label>E-mail <input type=\"email\" name=\"email\"></label><label><input type=\"checkbox\" name=\"newsletter\"> Send me the letter once a month</label><button>Subscribe</button></form>";
    Json::object([
        ("timestamp", Json::text(at.spell(Spelling::Millis))),
        (
            "subject",
            Json::object([
                ("id", Json::text(email.clone())),
                ("email", Json::text(email)),
                ("first_name", Json::text(first)),
                ("last_name", Json::text(last)),
            ]),
        ),
        ("preferences", Json::object([("newsletter", Json::Bool(true))])),
        ("legal_notices", Json::Array(vec![Json::object([("identifier", Json::text("privacy_policy"))])])),
        (
            "proofs",
            Json::Array(vec![Json::object([("content", Json::text(content)), ("form", Json::text(form))])]),
        ),
    ])
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace(['ê', 'é'], "e")
}
