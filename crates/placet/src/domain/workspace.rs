//! A workspace: its name, and what it may decide about its own API and its own data.

use std::collections::BTreeMap;

use super::address::KeptAddress;
use super::error::{Error, Problems, Result};
use super::id::WidgetId;
use super::json::{Json, Member};
use super::retention::{Kept, MUST_BE_MONTHS};

const MAX_NAME: usize = 100;
const MUST_BE_NAME: &str = "must have 1 to 100 characters";

/// The settings of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// Whether `GET /consent` without `consent_type` also lists cookie choices; true unless changed.
    pub lists_cookie_choices: bool,
    /// Whether a consent with a public key may overwrite the fields of a subject that exists, `verified` included;
    /// false unless changed.
    pub public_may_update: bool,
    /// Whether the predefined names of notices in other languages mean the predefined notices; true unless
    /// changed.
    pub maps_notice_names: bool,
    /// What is kept of an address that the server finds itself.
    pub keeps_addresses: KeptAddress,
    /// How long proofs are kept; five years unless changed.
    pub keeps_proofs: Kept,
}

/// What is to be changed; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceChange {
    /// Another name.
    pub name: Option<String>,
    /// New value of [`WorkspaceSettings::lists_cookie_choices`].
    pub lists_cookie_choices: Option<bool>,
    /// New value of [`WorkspaceSettings::public_may_update`].
    pub public_may_update: Option<bool>,
    /// New value of [`WorkspaceSettings::maps_notice_names`].
    pub maps_notice_names: Option<bool>,
    /// New value of [`WorkspaceSettings::keeps_addresses`].
    pub keeps_addresses: Option<KeptAddress>,
    /// New value of [`WorkspaceSettings::keeps_proofs`].
    pub keeps_proofs: Option<Kept>,
    /// Widgets whose proofs are kept for a time of their own from now on.
    pub widgets_keep_proofs: BTreeMap<WidgetId, Kept>,
    /// Widgets whose proofs are kept as long as the workspace's others again.
    pub widgets_keep_as_all: Vec<WidgetId>,
}

impl WorkspaceChange {
    /// Reads an object of the name, settings, and their new values. What is neither is refused: it would be a change
    /// that does not happen.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse(body: &Json<'_>) -> Result<WorkspaceChange> {
        let Json::Object(members) = body else {
            return Err(Error::invalid("", "the body must be a JSON object"));
        };
        let mut problems = Problems::default();
        let mut change = WorkspaceChange::default();
        for member in members {
            change.read(member, &mut problems);
        }
        problems.or(change)
    }

    fn read(&mut self, (name, value): &Member<'_>, problems: &mut Problems) {
        let must_be = match &**name {
            "name" => {
                set(&mut self.name, value.as_str().and_then(|name| checked_name(name).ok()), MUST_BE_NAME)
            }
            "lists_cookie_choices" => set(&mut self.lists_cookie_choices, value.as_bool(), MUST_BE_FLAG),
            "public_may_update" => set(&mut self.public_may_update, value.as_bool(), MUST_BE_FLAG),
            "maps_notice_names" => set(&mut self.maps_notice_names, value.as_bool(), MUST_BE_FLAG),
            "keeps_addresses" => {
                let word = value.as_str().and_then(KeptAddress::from_word);
                set(&mut self.keeps_addresses, word, "must be shortened, whole or none")
            }
            "keeps_proofs_months" => set(&mut self.keeps_proofs, Kept::of_json(value), MUST_BE_MONTHS),
            "widgets" => return self.read_widgets(value, problems),
            _ => Err("is not a setting of a workspace"),
        };
        if let Err(reason) = must_be {
            problems.add(&**name, reason);
        }
    }

    /// `{"7": {"keeps_proofs_months": 24}, "8": null}`; `null` ends what a widget has of its own.
    fn read_widgets(&mut self, value: &Json<'_>, problems: &mut Problems) {
        if !matches!(value, Json::Object(_)) {
            problems.add("widgets", "must be an object with the settings of widgets by their id");
        }
        for (id, settings) in value.members() {
            let field = format!("widgets.{id}");
            let Ok(widget) = id.parse().map(WidgetId) else {
                problems.add(field, "is not the id of a widget");
                continue;
            };
            match settings {
                Json::Null => self.widgets_keep_as_all.push(widget),
                settings => match settings.members() {
                    [(name, value)] if name == "keeps_proofs_months" && Kept::of_json(value).is_some() => {
                        self.widgets_keep_proofs.extend(Kept::of_json(value).map(|kept| (widget, kept)));
                    }
                    [(name, _)] if name == "keeps_proofs_months" => {
                        problems.add(format!("{field}.keeps_proofs_months"), MUST_BE_MONTHS);
                    }
                    _ => problems
                        .add(field, "must be null, or an object with keeps_proofs_months and nothing else"),
                },
            }
        }
    }
}

const MUST_BE_FLAG: &str = "must be true or false";

fn set<T>(setting: &mut Option<T>, value: Option<T>, must_be: &'static str) -> Result<(), &'static str> {
    *setting = value;
    if setting.is_some() { Ok(()) } else { Err(must_be) }
}

/// The name without outer white space.
///
/// # Errors
/// When it is empty or too long.
pub fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.contains(char::is_control) {
        return Err(Error::invalid("name", MUST_BE_NAME));
    }
    Ok(name.to_owned())
}

/// A workspace with its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// For people.
    pub name: String,
    /// What it decided.
    pub settings: WorkspaceSettings,
    /// Widgets whose proofs are kept for a time of their own.
    pub widgets_keep_proofs: BTreeMap<WidgetId, Kept>,
}

impl Workspace {
    /// The workspace as callers see it.
    #[must_use]
    pub fn to_json(&self, id: i64) -> Json<'static> {
        let mut members = vec![("id".into(), Json::int(id))];
        members.extend(self.members());
        Json::Object(members)
    }

    /// Its name and settings, as answers and the audit log have them.
    #[must_use]
    pub fn members(&self) -> Vec<Member<'static>> {
        let Workspace { name, settings, widgets_keep_proofs } = self;
        let WorkspaceSettings {
            lists_cookie_choices,
            public_may_update,
            maps_notice_names,
            keeps_addresses,
            keeps_proofs,
        } = *settings;
        let widget = |(WidgetId(id), kept): (&WidgetId, &Kept)| {
            (id.to_string().into(), Json::object([("keeps_proofs_months", kept.to_json())]))
        };
        vec![
            ("name".into(), Json::text(name.clone())),
            ("lists_cookie_choices".into(), Json::Bool(lists_cookie_choices)),
            ("public_may_update".into(), Json::Bool(public_may_update)),
            ("maps_notice_names".into(), Json::Bool(maps_notice_names)),
            ("keeps_addresses".into(), Json::text(keeps_addresses.word())),
            ("keeps_proofs_months".into(), keeps_proofs.to_json()),
            ("widgets".into(), Json::Object(widgets_keep_proofs.iter().map(widget).collect())),
        ]
    }
}
