//! A workspace: its name, and what it may decide about its own API.

use super::error::{Error, Problems, Result};
use super::json::{Json, Member};

const MAX_NAME: usize = 100;

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
        for (name, value) in members {
            if name == "name" {
                change.name = renamed(value, &mut problems);
                continue;
            }
            match (change.named(name), value.as_bool()) {
                (Some(setting), Some(value)) => *setting = Some(value),
                (Some(_), None) => problems.add(&**name, "must be true or false"),
                (None, _) => problems.add(&**name, "is not a setting of a workspace"),
            }
        }
        problems.or(change)
    }

    fn named(&mut self, name: &str) -> Option<&mut Option<bool>> {
        match name {
            "lists_cookie_choices" => Some(&mut self.lists_cookie_choices),
            "public_may_update" => Some(&mut self.public_may_update),
            "maps_notice_names" => Some(&mut self.maps_notice_names),
            _ => None,
        }
    }
}

fn renamed(value: &Json<'_>, problems: &mut Problems) -> Option<String> {
    let name = value.as_str().and_then(|name| checked_name(name).ok());
    if name.is_none() {
        problems.add("name", format!("must have 1 to {MAX_NAME} characters"));
    }
    name
}

/// The name without outer white space.
///
/// # Errors
/// When it is empty or too long.
pub fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.contains(char::is_control) {
        return Err(Error::invalid("name", format!("must have 1 to {MAX_NAME} characters")));
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
}

impl Workspace {
    /// Its name and settings, as answers have them.
    #[must_use]
    pub fn members(&self) -> Vec<Member<'static>> {
        let Workspace { name, settings } = self;
        let WorkspaceSettings { lists_cookie_choices, public_may_update, maps_notice_names } = *settings;
        vec![
            ("name".into(), Json::text(name.clone())),
            ("lists_cookie_choices".into(), Json::Bool(lists_cookie_choices)),
            ("public_may_update".into(), Json::Bool(public_may_update)),
            ("maps_notice_names".into(), Json::Bool(maps_notice_names)),
        ]
    }
}
