//! Who is asked again when a new version is published (docs/widget-settings.md).

use std::collections::BTreeMap;

use uuid::Uuid;

use super::purpose::Purpose;
use super::{Variant, Widget, WidgetVersion};
use crate::domain::json::Json;

/// Who is asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Every visitor, those who have chosen too.
    Everyone,
    /// Visitors who have not decided on what is new.
    New,
    /// Nobody: what is new waits until a visitor decides anyway.
    Nobody,
}

/// The round in which a service has to be asked about, by slug; what is not named has 0.
pub type Rounds = BTreeMap<String, i64>;

impl Ask {
    /// What else it cannot be.
    pub const MUST_BE: &'static str = "must be everyone, new or nobody";

    /// The word in settings, in the store and on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Ask::Everyone => "everyone",
            Ask::New => "new",
            Ask::Nobody => "nobody",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Ask> {
        [Ask::Everyone, Ask::New, Ask::Nobody].into_iter().find(|ask| ask.word() == word)
    }

    /// The version key and the rounds after a publication. `fresh` is a key that nobody has seen.
    #[must_use]
    pub fn after(
        self,
        before: Option<&Widget>,
        (version, variants): (&WidgetVersion, &[Variant]),
        fresh: Uuid,
    ) -> (Option<Uuid>, Rounds) {
        let Some(before) = before else { return (None, Rounds::new()) };
        match self {
            Ask::Everyone => (Some(fresh), Rounds::new()),
            Ask::Nobody => (before.version_key, known_rounds(before, version, variants)),
            Ask::New => {
                let mut rounds = known_rounds(before, version, variants);
                let next = before.rounds.values().max().copied().unwrap_or_default() + 1;
                rounds.extend(news(before, version, variants).into_iter().map(|slug| (slug, next)));
                (before.version_key, rounds)
            }
        }
    }
}

/// The rounds so far, without those of services that come back after they were gone: they are new again.
fn known_rounds(before: &Widget, version: &WidgetVersion, variants: &[Variant]) -> Rounds {
    let (old, new) = (asked(&before.version, &before.variants), asked(version, variants));
    let came_back = |slug: &String| new.contains_key(slug) && !old.contains_key(slug);
    before
        .rounds
        .iter()
        .filter(|(slug, _)| !came_back(slug))
        .map(|(slug, round)| (slug.clone(), *round))
        .collect()
}

/// Services to ask about that are new, or that have become another thing than visitors have decided on.
#[must_use]
pub fn news(before: &Widget, version: &WidgetVersion, variants: &[Variant]) -> Vec<String> {
    let old = asked(&before.version, &before.variants);
    let is_new = |(slug, what): &(String, What)| old.get(slug) != Some(what);
    asked(version, variants).into_iter().filter(is_new).map(|(slug, _)| slug).collect()
}

/// What a decision on a service is about.
type What = (i64, Option<String>);

fn asked(version: &WidgetVersion, variants: &[Variant]) -> BTreeMap<String, What> {
    let mut found = BTreeMap::new();
    for version in std::iter::once(version).chain(variants.iter().map(|variant| &variant.version)) {
        for service in version.services() {
            let purpose = service.get("purpose").and_then(Purpose::parse);
            let is_asked = service.get("requiredConsent").and_then(Json::as_bool) == Some(true)
                && !matches!(purpose, Some(Purpose::Necessary | Purpose::Unclassified) | None);
            let (Some(slug), Some(purpose), true) =
                (service.get("slug").and_then(Json::as_str), purpose, is_asked)
            else {
                continue;
            };
            let provider = service.get("provider").and_then(Json::as_str).map(str::to_owned);
            found.entry(slug.to_owned()).or_insert((purpose.number(), provider));
        }
    }
    found
}

/// Rounds as they are stored.
#[must_use]
pub fn spell(rounds: &Rounds) -> String {
    let members = rounds.iter().map(|(slug, round)| (slug.clone().into(), Json::int(*round)));
    Json::Object(members.collect()).to_string()
}

/// Reads what [`spell`] wrote.
#[must_use]
pub fn rounds(text: &str) -> Rounds {
    let json = Json::parse(text).unwrap_or(Json::Null);
    let members = json.members().iter();
    members.filter_map(|(slug, round)| Some((slug.to_string(), round.as_int()?))).collect()
}
