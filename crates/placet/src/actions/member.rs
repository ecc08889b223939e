//! Members: added, changed, removed. What makes or ends access is written down in the audit log, the address never.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};

use super::audit::Audit;
use super::session::{self, SignedIn};
use crate::app::App;
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::member;
use crate::domain::member::{Member, MemberChange, Role, validate};
use crate::store::member::NewMember;
use crate::store::{self, Tx};

const UNKNOWN: Error = Error::NotFound("Member");

/// Creates a member for whoever runs the server, and gives its number.
///
/// # Errors
/// An unknown workspace, an address that is a member already, a password that is too short.
pub async fn create(
    app: &App,
    workspace: WorkspaceId,
    email: &str,
    role: Role,
    password: &str,
) -> Result<i64> {
    let email = validate(email, password)?;
    let new = member::NewMember { email, role, password: password.to_owned() };
    Ok(add(app, workspace, &Author::COMMAND, new).await?.id)
}

/// Adds a member. Someone who was removed and comes back has the number from before.
///
/// # Errors
/// An unknown workspace, an address that is a member already.
pub async fn add(app: &App, workspace: WorkspaceId, by: &Author, new: member::NewMember) -> Result<Member> {
    let member::NewMember { email, role, password } = new;
    let password_hash = hash(app, &password).await?;
    let (created_at, audit) = (app.clock.now(), Audit::by(app, workspace, by));
    let write = move |tx: &mut Tx<'_>| {
        super::workspace::must_exist(tx, workspace)?;
        let new = NewMember { workspace, email: &email, role, password_hash: &password_hash, created_at };
        let id = insert(tx, &new)?;
        audit.note(tx, Change::made("member.add", target(id), shape(role)))?;
        let (email, password_hash) = (email.clone(), password_hash.clone());
        Ok(Member { workspace, id, email, role, password_hash, created_at })
    };
    app.store.write(write).await
}

/// All members of a workspace, by number.
///
/// # Errors
/// Only those of the store.
pub async fn list(app: &App, workspace: WorkspaceId) -> Result<Vec<Member>> {
    app.store.read(move |tx| store::member::of_workspace(tx, workspace)).await
}

/// One member.
///
/// # Errors
/// [`Error::NotFound`], also for one of another workspace and one that was removed.
pub async fn get(app: &App, workspace: WorkspaceId, id: i64) -> Result<Member> {
    app.store.read(move |tx| store::member::by_id(tx, workspace, id)).await?.ok_or(UNKNOWN)
}

/// Changes role or password of a member and gives the member as it is then. A new password ends the member's sessions,
/// all but `session`.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when no owner would be left.
pub async fn set(
    app: &App,
    workspace: WorkspaceId,
    by: &Author,
    id: i64,
    change: MemberChange,
    session: Option<[u8; 32]>,
) -> Result<Member> {
    let MemberChange { role, password } = change;
    let password_hash = match password {
        Some(password) => Some(hash(app, &password).await?),
        None => None,
    };
    let audit = Audit::by(app, workspace, by);
    let write = move |tx: &mut Tx<'_>| {
        store::workspace::lock(tx, workspace)?;
        let before = store::member::by_id(tx, workspace, id)?.ok_or(UNKNOWN)?;
        let mut after = Member { role: role.unwrap_or(before.role), ..before.clone() };
        if after.role != before.role {
            must_leave_an_owner(tx, &before)?;
            let change =
                Change::altered("member.set_role", target(id), shape(before.role), shape(after.role));
            audit.note(tx, change)?;
        }
        if let Some(hash) = &password_hash {
            after.password_hash.clone_from(hash);
            store::session::remove_of_member(tx, workspace, id, session.as_ref())?;
            audit.note(tx, Change::hidden("member.set_password", target(id)))?;
        }
        store::member::set(tx, &after)?;
        Ok(after)
    };
    app.store.write(write).await
}

/// Changes the password of the member who is signed in, who knows the present one.
///
/// # Errors
/// [`Error::Invalid`] when it is another one.
pub async fn set_own_password(
    app: &App,
    signed_in: &SignedIn,
    current: &str,
    password: String,
) -> Result<()> {
    session::check_password(app, signed_in, "current_password", current).await?;
    let change = MemberChange { role: None, password: Some(password) };
    let Member { workspace, id, .. } = signed_in.member;
    set(app, workspace, &signed_in.member.author(), id, change, Some(signed_in.session)).await.map(drop)
}

/// Removes a member, whose sessions end at once.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when no owner would be left.
pub async fn remove(app: &App, workspace: WorkspaceId, by: &Author, id: i64) -> Result<()> {
    let (now, audit) = (app.clock.now(), Audit::by(app, workspace, by));
    let write = move |tx: &mut Tx<'_>| {
        store::workspace::lock(tx, workspace)?;
        let member = store::member::by_id(tx, workspace, id)?.ok_or(UNKNOWN)?;
        must_leave_an_owner(tx, &member)?;
        audit.note(tx, Change::ended("member.remove", target(id), shape(member.role)))?;
        store::session::remove_of_member(tx, workspace, id, None)?;
        store::member::remove(tx, workspace, id, now)
    };
    app.store.write(write).await
}

/// Nobody else could let members in again. The workspace is locked, so that two owners cannot remove each other.
fn must_leave_an_owner(tx: &mut Tx<'_>, member: &Member) -> Result<()> {
    let members = store::member::of_workspace(tx, member.workspace)?;
    let is_owner = |other: &Member| other.role == Role::Owner && other.id != member.id;
    if member.role == Role::Owner && !members.iter().any(is_owner) {
        return Err(Error::Conflict("this is the last owner: make another member an owner first".into()));
    }
    Ok(())
}

fn target(id: i64) -> String {
    Author::Member(id).to_string()
}

fn shape(role: Role) -> Json<'static> {
    Json::object([("role", Json::text(role.word()))])
}

pub(super) fn insert(tx: &mut Tx<'_>, member: &NewMember<'_>) -> Result<i64> {
    match store::member::insert(tx, member)? {
        Some(id) => Ok(id),
        None => Err(tx.begin_again()),
    }
}

/// Hashes a password with argon2id, off the threads that serve requests.
pub(super) async fn hash(app: &App, password: &str) -> Result<String> {
    let (password, salt) = (password.to_owned(), app.random.bytes::<16>());
    let _permit = app.hashing.acquire().await.map_err(Error::internal)?;
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string())
    });
    hashed.await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Whether a password belongs to a hash; takes the same time either way.
pub(super) async fn verify(app: &App, password: &str, hash: String) -> Result<bool> {
    let password = password.to_owned();
    let _permit = app.hashing.acquire().await.map_err(Error::internal)?;
    let verified = tokio::task::spawn_blocking(move || {
        let Ok(hash) = PasswordHash::new(&hash) else { return false };
        Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
    });
    verified.await.map_err(Error::internal)
}
