//! What a workspace may decide about its own API.

use super::error::{Error, Problems, Result};
use super::json::Json;

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

/// Settings to be changed; `None` leaves one as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// New value of [`WorkspaceSettings::lists_cookie_choices`].
    pub lists_cookie_choices: Option<bool>,
    /// New value of [`WorkspaceSettings::public_may_update`].
    pub public_may_update: Option<bool>,
    /// New value of [`WorkspaceSettings::maps_notice_names`].
    pub maps_notice_names: Option<bool>,
}

impl SettingsChange {
    /// Reads an object of settings and their new values. A name that is no setting is refused: it would be a
    /// change that does not happen.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse(body: &Json<'_>) -> Result<SettingsChange> {
        let Json::Object(members) = body else {
            return Err(Error::invalid("", "the body must be a JSON object"));
        };
        let mut problems = Problems::default();
        let mut change = SettingsChange::default();
        for (name, value) in members {
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

/// A workspace with its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// For people.
    pub name: String,
    /// What it decided.
    pub settings: WorkspaceSettings,
}
