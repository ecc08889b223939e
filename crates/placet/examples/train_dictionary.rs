//! Trains the dictionary that is built into the program: `cargo run --release --example train_dictionary -- FILE`.
//!
//! The samples are invented here, from common words of forms, notices and services: no record of any person is in
//! them. The file is deterministic. A dictionary that has been released never changes, because stored bytes need it;
//! a better one becomes the next number.

use std::fmt::Write as _;

use placet::domain::consent::{Circumstances, CitedNotice, Event, Moment, Shown};
use placet::domain::id::{Digest, random, time_ordered};
use placet::domain::json::Json;
use placet::domain::key::KeyKind;
use placet::domain::time::Timestamp;

const SIZE: usize = 12 * 1024;
const SAMPLES: u64 = 3000;

const SERVICES: [(&str, &str, i64); 12] = [
    ("Google Analytics", "google-analytics", 2),
    ("Matomo", "matomo", 2),
    ("YouTube", "youtube", 4),
    ("Vimeo", "vimeo", 4),
    ("Meta Pixel", "meta-pixel", 3),
    ("Google Ads", "google-ads", 3),
    ("LinkedIn Insight", "linkedin-insight", 3),
    ("Hotjar", "hotjar", 2),
    ("Intercom", "intercom", 1),
    ("Google Maps", "google-maps", 1),
    ("TikTok", "tiktok", 3),
    ("Microsoft Clarity", "microsoft-clarity", 2),
];
const PREFERENCES: [&str; 8] = [
    "newsletter",
    "privacy_policy",
    "terms",
    "marketing",
    "profiling",
    "partners",
    "third_parties",
    "general",
];
const NOTICES: [&str; 3] = ["privacy_policy", "terms", "cookie_policy"];
const FIELDS: [&str; 10] = [
    "email",
    "first_name",
    "last_name",
    "name",
    "message",
    "phone",
    "company",
    "country",
    "newsletter",
    "privacy",
];
const LANGS: [&str; 6] = ["en", "fr", "de", "it", "en-US", "fr-FR"];
const HOW: [&str; 3] = ["accept_all", "refuse_all", "selection"];
const ORIGINS: [&str; 3] = ["https://www.example.com", "https://example.org", "https://shop.example.net"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("train_dictionary takes the file to write")?;
    let mut dice = Dice(1);
    let samples: Vec<Vec<u8>> = (0..SAMPLES).flat_map(|_| samples(&mut dice)).collect();
    std::fs::write(file, zstd::dict::from_samples(&samples, SIZE)?)?;
    Ok(())
}

/// The texts that one visitor and one subscriber leave behind.
fn samples(dice: &mut Dice) -> Vec<Vec<u8>> {
    let mut samples = Vec::new();
    for event in [cookie_choice(dice), form_consent(dice)] {
        let record = event.into_groups().seal(&dice.bytes());
        samples.extend(record.disclosures().iter().map(|disclosure| disclosure.as_bytes().to_vec()));
    }
    samples.push(html(dice).into_bytes());
    samples
}

fn cookie_choice(dice: &mut Dice) -> Event<'static> {
    let at = dice.moment();
    let version = random(dice.bytes());
    let how = dice.pick(&HOW);
    let first = dice.below(SERVICES.len());
    let services: Vec<_> = SERVICES.iter().cycle().skip(first).take(1 + dice.below(6)).collect();
    let decisions = services.iter().map(|(name, slug, purpose)| {
        let consent = how == "accept_all" || (how == "selection" && dice.below(2) == 0);
        let service = Json::object([
            ("id", Json::text(random(dice.bytes()).to_string())),
            ("name", Json::text(*name)),
            ("slug", Json::text(*slug)),
            ("purpose", Json::int(*purpose)),
            ("consent", Json::Bool(consent)),
            ("version", Json::text(version.to_string())),
            ("at", Json::int(at.0)),
        ]);
        (((*slug).into(), Json::Bool(consent)), service)
    });
    let (preferences, services) = decisions.collect::<Vec<_>>().into_iter().unzip();
    let mut event = plain(dice, at, KeyKind::Public);
    event.is_cookie_choice = true;
    event.subject = vec![("id".into(), Json::text(random(dice.bytes()).to_string()))];
    event.preferences = preferences;
    event.services = services;
    event.shown = Some(Shown {
        widget: i64::try_from(dice.below(90)).unwrap_or(1),
        version: Some(version),
        lang: Some(Json::text(dice.pick(&LANGS))),
        version_key: None,
        sdk: Some(Json::text(Digest::of(&dice.bytes::<8>()).to_string())),
        how: Some(Json::text(how)),
    });
    event.circumstances = Circumstances {
        ip: None,
        origin: Some(Json::text(dice.pick(&ORIGINS))),
        origin_checked: Some(true),
        path: Some(Json::text("/")),
        device: Some(dice.pick(&["desktop", "mobile", "tablet"])),
        session: Some(random(dice.bytes())),
        imported: None,
    };
    event
}

fn form_consent(dice: &mut Dice) -> Event<'static> {
    let at = dice.moment();
    let source = if dice.below(2) == 0 { KeyKind::Private } else { KeyKind::Public };
    let mut event = plain(dice, at, source);
    let word = |dice: &mut Dice| format!("{:08x}", dice.below(1 << 32));
    let email = format!("{}@example.com", word(dice));
    event.subject = vec![
        ("id".into(), Json::text(random(dice.bytes()).to_string())),
        ("email".into(), Json::text(email.clone())),
    ];
    for name in ["first_name", "last_name", "full_name"] {
        event.subject.push((name.into(), Json::text(word(dice))));
    }
    event.subject.push(("verified".into(), Json::Bool(dice.below(2) == 0)));
    let filled_in = FIELDS.iter().map(|name| ((*name).into(), Json::text(word(dice))));
    event.contents = vec![Json::text(Json::Object(filled_in.collect()).to_string())];
    event.forms = vec![Some(Digest::of(&dice.bytes::<8>()))];
    let count = 1 + dice.below(4);
    let first = dice.below(PREFERENCES.len());
    let named = PREFERENCES.iter().cycle().skip(first).take(count);
    event.preferences = named.map(|name| ((*name).into(), Json::Bool(dice.below(3) > 0))).collect();
    let cite = |identifier: &&str| CitedNotice {
        identifier: (*identifier).to_owned(),
        version: Some(1 + i64::try_from(dice.below(9)).unwrap_or(0)),
        digest: Some(Digest::of(&dice.bytes::<8>())),
    };
    event.notices = NOTICES.iter().take(count.min(3)).map(cite).collect();
    event.circumstances.ip = Some("203.0.113.0".to_owned());
    event
}

fn plain(dice: &mut Dice, at: Timestamp, source: KeyKind) -> Event<'static> {
    Event {
        id: time_ordered(at, &dice.bytes()),
        moment: Moment { at, received_at: Timestamp(at.0 + 120), claimed_at: None },
        source: source.into(),
        is_cookie_choice: false,
        subject: Vec::new(),
        user_id: None,
        contents: Vec::new(),
        forms: Vec::new(),
        preferences: Vec::new(),
        notices: Vec::new(),
        documents: Vec::new(),
        services: Vec::new(),
        shown: None,
        circumstances: Circumstances::default(),
    }
}

fn html(dice: &mut Dice) -> String {
    let mut html = String::from("<form id=\"contact\" class=\"form\" action=\"/contact\" method=\"post\">");
    for name in FIELDS.iter().cycle().skip(dice.below(FIELDS.len())).take(3 + dice.below(4)) {
        // Writing to a String cannot fail.
        let _ = write!(
            html,
            "<div class=\"field\"><label for=\"{name}\">{name}</label><input type=\"text\" id=\"{name}\" name=\"{name}\" required></div>"
        );
    }
    html.push_str("<label><input type=\"checkbox\" name=\"privacy\" value=\"1\" required> I have read the <a href=\"/privacy\">privacy policy</a> and agree</label><button type=\"submit\">Send</button></form>");
    html
}

/// Repeatable numbers (xorshift).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap_or(0) % bound
    }

    fn pick(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next().to_be_bytes()[0])
    }

    fn moment(&mut self) -> Timestamp {
        Timestamp(1_750_000_000_000 + i64::try_from(self.below(200_000_000_000)).unwrap_or(0))
    }
}
