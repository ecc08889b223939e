//! A key as its workspace sees it: its name, where it may be used, how long it works. Never the key itself, unless it is
//! public and so in every page anyway.

use super::error::{Error, Problems, Result};
use super::input::known_names;
use super::json::{Json, Member};
use super::key::{KeyKind, is_plausible};
use super::legal_notice_source::Interval;
use super::origin::AllowedOrigin;
use super::short_list::ShortList;
use super::time::{Spelling, Timestamp};

const MAX_NAME: usize = 100;
const MAX_ORIGINS: usize = 100;

/// A key that was issued or brought along.
#[derive(Clone, Debug)]
pub struct IssuedKey {
    /// Names the key, and is no secret.
    pub id: String,
    /// What it may do.
    pub kind: KeyKind,
    /// For people.
    pub name: String,
    /// The key, if it is a public one.
    pub value: Option<String>,
    /// Where browsers may use it; anywhere if there are none.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used, within five minutes.
    pub last_used_at: Option<Timestamp>,
    /// When it stops working, or stopped.
    pub revoked_at: Option<Timestamp>,
}

/// How the keys of a workspace are listed.
pub const KEYS: ShortList<IssuedKey> = ShortList {
    noun: "key",
    orders: &[
        ("created_at", |a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id))),
        ("name", |a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id))),
        ("kind", |a, b| (a.kind.word(), a.created_at, &a.id).cmp(&(b.kind.word(), b.created_at, &b.id))),
        ("last_used_at", |a, b| (a.last_used_at, &a.id).cmp(&(b.last_used_at, &b.id))),
    ],
    id: |key| key.id.clone(),
    texts: |key| {
        let origins = key.allowed_origins.iter().map(AllowedOrigin::as_str);
        [key.id.as_str(), &key.name, key.kind.word()].into_iter().chain(origins).collect()
    },
};

impl IssuedKey {
    /// `active`, `ending` (works for a while longer) or `revoked`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> &'static str {
        match self.revoked_at {
            None => "active",
            Some(at) if at > now => "ending",
            Some(_) => "revoked",
        }
    }

    /// Whether it still works.
    #[must_use]
    pub fn works(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none_or(|at| at > now)
    }

    /// What may be changed of it and what it is, as the audit log tells it.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let mut members: Vec<Member<'static>> = vec![
            ("kind".into(), Json::text(self.kind.word())),
            ("name".into(), Json::text(self.name.clone())),
            ("allowed_origins".into(), spelled(&self.allowed_origins)),
        ];
        members
            .extend(self.revoked_at.map(|at| ("works_until".into(), Json::text(at.spell(Spelling::Millis)))));
        Json::Object(members)
    }
}

/// Origins as answers have them.
#[must_use]
pub fn spelled(origins: &[AllowedOrigin]) -> Json<'static> {
    Json::Array(origins.iter().map(|origin| Json::text(origin.as_str().to_owned())).collect())
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct KeyDraft {
    /// What it may do.
    pub kind: KeyKind,
    /// For people.
    pub name: String,
    /// The key, if it is brought along.
    pub value: Option<String>,
    /// Where browsers may use it.
    pub allowed_origins: Vec<AllowedOrigin>,
}

impl KeyDraft {
    /// Checks what a key is to be; `origins` as people write them.
    ///
    /// # Errors
    /// Every problem found.
    pub fn new(kind: KeyKind, name: &str, value: Option<String>, origins: &[String]) -> Result<KeyDraft> {
        let mut problems = Problems::default();
        let draft = KeyDraft::checked(kind, name, value, origins, &mut problems);
        problems.or(draft)
    }

    /// Reads `{"kind", "name", "value", "allowed_origins"}`.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse(body: &Json<'_>) -> Result<KeyDraft> {
        let mut problems = Problems::default();
        known_names(body, &["kind", "name", "value", "allowed_origins"], &mut problems)?;
        let kind = body.given("kind").and_then(Json::as_str).and_then(KeyKind::from_word);
        if kind.is_none() {
            problems.add("kind", "must be private or public");
        }
        let name = text(body, "name", &mut problems).unwrap_or_default();
        let value = text(body, "value", &mut problems);
        let origins = texts(body.given("allowed_origins"), &mut problems);
        let draft = KeyDraft::checked(kind.unwrap_or(KeyKind::Public), &name, value, &origins, &mut problems);
        problems.or(draft)
    }

    fn checked(
        kind: KeyKind,
        name: &str,
        value: Option<String>,
        origins: &[String],
        problems: &mut Problems,
    ) -> KeyDraft {
        if value.as_deref().is_some_and(|value| !is_plausible(value)) {
            problems.add(
                "value",
                "must be 20 to 128 of A-Z a-z 0-9 _ -, with its checksum right if Placet issued it",
            );
        }
        let (name, allowed_origins) = (checked_name(name, problems), parse_origins(origins, problems));
        if kind == KeyKind::Private && !allowed_origins.is_empty() {
            problems.add("allowed_origins", FOR_PUBLIC_KEYS);
        }
        KeyDraft { kind, name, value, allowed_origins }
    }
}

/// What is to be changed of a key; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct KeyChange {
    /// Another name.
    pub name: Option<String>,
    /// Other origins.
    pub allowed_origins: Option<Vec<AllowedOrigin>>,
}

const FOR_PUBLIC_KEYS: &str = "are for public keys; a private key must never be in a browser";

impl KeyChange {
    /// Reads `{"name", "allowed_origins"}`.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse(body: &Json<'_>) -> Result<KeyChange> {
        let mut problems = Problems::default();
        known_names(body, &["name", "allowed_origins"], &mut problems)?;
        let name = text(body, "name", &mut problems).map(|name| checked_name(&name, &mut problems));
        let origins = body.given("allowed_origins").map(|list| texts(Some(list), &mut problems));
        let allowed_origins = origins.map(|origins| parse_origins(&origins, &mut problems));
        problems.or(KeyChange { name, allowed_origins })
    }

    /// The key as it will be.
    ///
    /// # Errors
    /// Origins for a private key.
    pub fn apply(&self, key: IssuedKey) -> Result<IssuedKey> {
        let KeyChange { name, allowed_origins } = self.clone();
        if key.kind == KeyKind::Private && allowed_origins.as_ref().is_some_and(|origins| !origins.is_empty())
        {
            return Err(Error::invalid("allowed_origins", FOR_PUBLIC_KEYS));
        }
        let name = name.unwrap_or(key.name);
        Ok(IssuedKey { name, allowed_origins: allowed_origins.unwrap_or(key.allowed_origins), ..key })
    }
}

/// How long a key that is replaced still works, from `{"old_works_for"}`; `None` if not at all.
///
/// # Errors
/// Every problem found.
pub fn parse_overlap(body: &Json<'_>) -> Result<Option<Interval>> {
    let mut problems = Problems::default();
    known_names(body, &["old_works_for"], &mut problems)?;
    let read = |text: String| Interval::parse(&text).map_err(|why| problems.add("old_works_for", why)).ok();
    let mut unreadable = Problems::default();
    let overlap = text(body, "old_works_for", &mut unreadable).and_then(read);
    unreadable.or(())?;
    problems.or(overlap)
}

fn text(body: &Json<'_>, name: &str, problems: &mut Problems) -> Option<String> {
    let value = body.given(name)?;
    if value.as_str().is_none() {
        problems.add(name, "must be a string");
    }
    value.as_str().map(str::to_owned)
}

fn checked_name(name: &str, problems: &mut Problems) -> String {
    let name = name.trim();
    if name.chars().count() > MAX_NAME || name.contains(char::is_control) {
        problems.add("name", format!("must have at most {MAX_NAME} characters, none of them invisible"));
    }
    name.to_owned()
}

fn texts(value: Option<&Json<'_>>, problems: &mut Problems) -> Vec<String> {
    match value {
        None => Vec::new(),
        Some(Json::Array(items))
            if items.len() <= MAX_ORIGINS && items.iter().all(|item| item.as_str().is_some()) =>
        {
            items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }
        Some(_) => {
            problems.add("allowed_origins", format!("must be a list of up to {MAX_ORIGINS} origins"));
            Vec::new()
        }
    }
}

fn parse_origins(entries: &[String], problems: &mut Problems) -> Vec<AllowedOrigin> {
    let mut origins: Vec<AllowedOrigin> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        match AllowedOrigin::parse(entry) {
            Ok(origin) if origins.contains(&origin) => {}
            Ok(origin) => origins.push(origin),
            Err(why) => problems.add(format!("allowed_origins[{index}]"), why),
        }
    }
    origins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(body: &str) -> String {
        KeyDraft::parse(&Json::parse(body).unwrap()).unwrap_err().to_string()
    }

    #[test]
    fn every_fault_of_a_draft_is_told() {
        assert_eq!(
            reasons(
                r#"{"kind":"secret","name":"a\nb","value":"short","allowed_origins":["http://a.example"],"scope":"all"}"#
            ),
            "scope: is not known here; known are kind, name, value, allowed_origins; kind: must be private or public; \
             value: must be 20 to 128 of A-Z a-z 0-9 _ -, with its checksum right if Placet issued it; \
             name: must have at most 100 characters, none of them invisible; \
             allowed_origins[0]: must use https (http is for loopback hosts only)"
        );
        assert_eq!(
            reasons(r#"{"kind":"private","allowed_origins":["https://a.example"]}"#),
            "allowed_origins: are for public keys; a private key must never be in a browser"
        );
    }
}
