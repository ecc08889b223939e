//! People who sign in to the dashboard.

use super::author::Author;
use super::error::{Problems, Result};
use super::id::WorkspaceId;
use super::input::known_names;
use super::json::Json;
use super::short_list::ShortList;
use super::time::Timestamp;

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

    /// Whether this role may do all that `least` may.
    #[must_use]
    pub fn includes(self, least: Role) -> bool {
        self.rank() >= least.rank()
    }

    fn rank(self) -> u8 {
        match self {
            Role::Auditor => 0,
            Role::Editor => 1,
            Role::Owner => 2,
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
    /// When the membership began.
    pub created_at: Timestamp,
}

/// How the members of a workspace are listed.
pub const MEMBERS: ShortList<Member> = ShortList {
    noun: "member",
    orders: &[
        ("email", |a, b| a.email.cmp(&b.email)),
        ("role", |a, b| (a.role.word(), &a.email).cmp(&(b.role.word(), &b.email))),
        ("created_at", |a, b| (a.created_at, a.id).cmp(&(b.created_at, b.id))),
    ],
    id: |member| member.id.to_string(),
    texts: |member| vec![&member.email, member.role.word()],
};

impl Member {
    /// Who changes something when this member does.
    #[must_use]
    pub fn author(&self) -> Author {
        Author::Member(self.id)
    }
}

/// Passwords shorter than this are refused (characters).
pub const MIN_PASSWORD: usize = 12;
const MAX_PASSWORD: usize = 1024;

/// A member to be added.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The address, checked, in lower case.
    pub email: String,
    /// What the member may do.
    pub role: Role,
    /// The first password.
    pub password: String,
}

impl NewMember {
    /// Reads `{"email", "role", "password"}`.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse(body: &Json<'_>) -> Result<NewMember> {
        let mut problems = Problems::default();
        known_names(body, &["email", "role", "password"], &mut problems)?;
        let role = role(body, &mut problems);
        if body.given("role").is_none() {
            problems.add("role", ROLES);
        }
        let mut text = |name: &str| text(body, name, &mut problems).unwrap_or_default();
        let (email, password) = (text("email"), text("password"));
        let email = check_email(&email, &mut problems);
        check_password("password", &password, &mut problems);
        problems.or(NewMember { email, role: role.unwrap_or(Role::Auditor), password })
    }
}

/// What is to be changed of a member; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct MemberChange {
    /// Another role.
    pub role: Option<Role>,
    /// Another password.
    pub password: Option<String>,
}

impl MemberChange {
    /// Reads `{"role", "password"}`.
    ///
    /// # Errors
    /// Every problem found.
    pub fn parse(body: &Json<'_>) -> Result<MemberChange> {
        let mut problems = Problems::default();
        known_names(body, &["role", "password"], &mut problems)?;
        let role = role(body, &mut problems);
        let password = text(body, "password", &mut problems);
        if let Some(password) = &password {
            check_password("password", password, &mut problems);
        }
        problems.or(MemberChange { role, password })
    }
}

/// The password that a member has and the one that the member wants, from `{"current_password", "password"}`.
///
/// # Errors
/// Every problem found.
pub fn parse_passwords(body: &Json<'_>) -> Result<(String, String)> {
    let mut problems = Problems::default();
    known_names(body, &["current_password", "password"], &mut problems)?;
    let mut text = |name: &str| text(body, name, &mut problems).unwrap_or_default();
    let (current, wanted) = (text("current_password"), text("password"));
    check_password("password", &wanted, &mut problems);
    problems.or((current, wanted))
}

const ROLES: &str = "must be owner, editor or auditor";

fn role(body: &Json<'_>, problems: &mut Problems) -> Option<Role> {
    let role = Role::from_word(body.given("role")?.as_str().unwrap_or_default());
    if role.is_none() {
        problems.add("role", ROLES);
    }
    role
}

fn text(body: &Json<'_>, name: &str, problems: &mut Problems) -> Option<String> {
    let value = body.given(name)?;
    if value.as_str().is_none() {
        problems.add(name, "must be a string");
    }
    value.as_str().map(str::to_owned)
}

/// Checks what a new member was given; the address comes back trimmed and in lower case.
///
/// # Errors
/// Every problem found.
pub fn validate(email: &str, password: &str) -> Result<String> {
    let mut problems = Problems::default();
    let email = check_email(email, &mut problems);
    check_password("password", password, &mut problems);
    problems.or(email)
}

fn check_email(email: &str, problems: &mut Problems) -> String {
    let email = email.trim().to_lowercase();
    let plausible = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if !plausible || email.len() > 320 || email.contains(char::is_control) {
        problems.add("email", "is not an e-mail address");
    }
    email
}

fn check_password(field: &str, password: &str, problems: &mut Problems) {
    if !(MIN_PASSWORD..=MAX_PASSWORD).contains(&password.chars().count()) {
        problems.add(field, format!("must have {MIN_PASSWORD} to {MAX_PASSWORD} characters"));
    }
}
