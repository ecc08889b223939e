//! People who sign in to the dashboard.

use super::error::{Problems, Result};
use super::id::WorkspaceId;

/// What a member may do in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything, keys and members included.
    Owner,
    /// Changes widgets and notices.
    Editor,
    /// Reads everything, changes nothing.
    Auditor,
}

impl Role {
    /// The word used in every layer.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Editor => "editor",
            Role::Auditor => "auditor",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Role> {
        [Role::Owner, Role::Editor, Role::Auditor].into_iter().find(|role| role.word() == word)
    }
}

/// A member as stored.
#[derive(Clone, Debug)]
pub struct Member {
    /// The workspace the membership is of.
    pub workspace: WorkspaceId,
    /// Numbered from 1 within the workspace.
    pub id: i64,
    /// The address used to sign in, in lower case.
    pub email: String,
    /// What the member may do.
    pub role: Role,
    /// PHC string of the argon2id hash.
    pub password_hash: String,
}

/// Passwords shorter than this are refused (characters).
pub const MIN_PASSWORD: usize = 12;
const MAX_PASSWORD: usize = 1024;

/// Checks what a new member was given; the address comes back trimmed and in lower case.
///
/// # Errors
/// Every problem found.
pub fn validate(email: &str, password: &str) -> Result<String> {
    let mut problems = Problems::default();
    let email = email.trim().to_lowercase();
    let plausible = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if !plausible || email.len() > 320 || email.contains(char::is_control) {
        problems.add("email", "is not an e-mail address");
    }
    if !(MIN_PASSWORD..=MAX_PASSWORD).contains(&password.chars().count()) {
        problems.add("password", format!("must have {MIN_PASSWORD} to {MAX_PASSWORD} characters"));
    }
    problems.or(email)
}
