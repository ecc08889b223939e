//! Signing in and out of the dashboard, and giving the password again before what hurts.

use std::net::IpAddr;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use placet_proof::Sha256;

use super::member::verify;
use crate::app::App;
use crate::domain::address::shorten;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::member::Member;
use crate::domain::time::Timestamp;
use crate::store;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// A session ends this long after signing in,
const MAX_AGE_MS: i64 = 14 * DAY_MS;
/// or this long after it was last used.
const MAX_IDLE_MS: i64 = DAY_MS;
/// Its use is noted at most this often.
const NOTE_EVERY_MS: i64 = 5 * 60 * 1000;

/// What hurts may be done so long after the password was given.
const MAX_UNCONFIRMED_MS: i64 = 10 * 60 * 1000;

const MAX_FAILURES_PER_ADDRESS: u32 = 10;
const MAX_FAILURES_PER_NETWORK: u32 = 30;

/// A hash of nothing in particular: an unknown address must take as long as a wrong password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A signed-in member, and the name of the workspace.
pub struct SignedIn {
    /// Who.
    pub member: Member,
    /// Where.
    pub workspace_name: String,
    /// Digest of the token.
    pub session: [u8; 32],
    /// When the password was given last.
    pub confirmed_at: Timestamp,
}

impl SignedIn {
    /// Whether the password was given lately enough for what hurts.
    ///
    /// # Errors
    /// [`Error::Unconfirmed`] if it was not.
    pub fn must_be_recent(&self, app: &App) -> Result<()> {
        if app.clock.now() <= self.confirmed_until() { Ok(()) } else { Err(Error::Unconfirmed) }
    }

    /// Until when what hurts may be done.
    #[must_use]
    pub fn confirmed_until(&self) -> Timestamp {
        Timestamp(self.confirmed_at.0 + MAX_UNCONFIRMED_MS)
    }
}

/// Signs in and gives the session's token and its member. It opens every workspace that has this address with this
/// password; the token is of the first of them.
///
/// # Errors
/// [`Error::Unauthenticated`] when address and password do not belong together, [`Error::TooMany`] after too many
/// failures from a network or for an address.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: &str,
    caller: Option<IpAddr>,
) -> Result<(String, Member)> {
    let email = email.trim().to_lowercase();
    let network = caller.map_or_else(String::new, |caller| shorten(caller).to_string());
    let now = app.clock.now();
    app.attempts.check(&network, MAX_FAILURES_PER_NETWORK, now)?;
    app.attempts.check(&email, MAX_FAILURES_PER_ADDRESS, now)?;
    let mut members = find(app, &email, password).await?;
    if members.is_empty() {
        app.attempts.fail(&network, now);
        app.attempts.fail(&email, now);
        return Err(Error::Unauthenticated("This address and password do not belong together."));
    }
    app.attempts.succeed(&email);
    let token = begin(app, &members).await?;
    Ok((token, members.swap_remove(0)))
}

/// The memberships of an address that have this password. Whoever made a membership in one workspace learns nothing of
/// others that way: they have other passwords, or none.
async fn find(app: &App, email: &str, password: &str) -> Result<Vec<Member>> {
    let wanted = email.to_owned();
    let members = app.store.read(move |tx| store::member::by_email(tx, &wanted)).await?;
    if members.is_empty() {
        verify(app, password, NOBODY.to_owned()).await?;
    }
    let mut found = Vec::new();
    for member in members {
        if verify(app, password, member.password_hash.clone()).await? {
            found.push(member);
        }
    }
    Ok(found)
}

/// Begins a session for memberships of one person, under one token: of the first of them.
pub(super) async fn begin(app: &App, members: &[Member]) -> Result<String> {
    let secret = app.random.bytes::<32>();
    let (now, digest) = (app.clock.now(), digest(&secret));
    let places: Vec<(WorkspaceId, i64)> =
        members.iter().map(|member| (member.workspace, member.id)).collect();
    let first = places.first().map_or(0, |(workspace, _)| workspace.0);
    app.store
        .write(move |tx| {
            for (workspace, id) in &places {
                store::session::remove_ended(tx, *workspace, ago(now, MAX_AGE_MS), ago(now, MAX_IDLE_MS))?;
                store::session::insert(tx, *workspace, &digest, *id, now)?;
            }
            Ok(())
        })
        .await?;
    Ok(format!("{first}.{}", BASE64_URL_SAFE_NO_PAD.encode(secret)))
}

/// Who a session's token belongs to.
///
/// # Errors
/// [`Error::Unauthenticated`] when the session has ended or never was.
pub async fn current(app: &App, token: &str) -> Result<SignedIn> {
    let ended = || Error::Unauthenticated("Please sign in.");
    let (workspace, digest) = read_token(token).ok_or_else(ended)?;
    let now = app.clock.now();
    let found = app
        .store
        .read(move |tx| {
            let found =
                store::session::get(tx, workspace, &digest, ago(now, MAX_AGE_MS), ago(now, MAX_IDLE_MS))?;
            let Some(session) = found else { return Ok(None) };
            let member = store::member::by_id(tx, workspace, session.member)?;
            let name = store::workspace::name(tx, workspace)?;
            let confirmed_at = session.confirmed_at;
            let signed_in = |(member, workspace_name)| {
                (SignedIn { member, workspace_name, session: digest, confirmed_at }, session.seen_at)
            };
            Ok(member.zip(name).map(signed_in))
        })
        .await?;
    let (signed_in, seen_at) = found.ok_or_else(ended)?;
    if now.0 - seen_at.0 > NOTE_EVERY_MS {
        app.store.write(move |tx| store::session::seen(tx, workspace, &digest, now)).await?;
    }
    Ok(signed_in)
}

/// Takes the password again, so that what hurts may be done for a while.
///
/// # Errors
/// [`Error::Invalid`] when it is not the member's password, [`Error::TooMany`] after too many failures.
pub async fn confirm(app: &App, signed_in: SignedIn, password: &str) -> Result<SignedIn> {
    check_password(app, &signed_in, "password", password).await?;
    let (workspace, session, now) = (signed_in.member.workspace, signed_in.session, app.clock.now());
    app.store.write(move |tx| store::session::confirm(tx, workspace, &session, now)).await?;
    Ok(SignedIn { confirmed_at: now, ..signed_in })
}

/// Goes on in another workspace that a sign-in opens, and gives the token for it.
///
/// # Errors
/// [`Error::NotFound`] for a workspace that it does not open.
pub async fn switch(app: &App, token: &str, to: WorkspaceId) -> Result<(String, SignedIn)> {
    let secret = token.split_once('.').map_or("", |(_, secret)| secret);
    let token = format!("{}.{secret}", to.0);
    match current(app, &token).await {
        Ok(signed_in) => Ok((token, signed_in)),
        Err(Error::Unauthenticated(_)) => Err(Error::NotFound("Workspace")),
        Err(error) => Err(error),
    }
}

/// Whether this is the password of the member who is signed in; `field` is where it was sent.
pub(super) async fn check_password(
    app: &App,
    signed_in: &SignedIn,
    field: &str,
    password: &str,
) -> Result<()> {
    let Member { email, password_hash, .. } = &signed_in.member;
    let now = app.clock.now();
    app.attempts.check(email, MAX_FAILURES_PER_ADDRESS, now)?;
    if !verify(app, password, password_hash.clone()).await? {
        app.attempts.fail(email, now);
        return Err(Error::invalid(field, "is not your password"));
    }
    app.attempts.succeed(email);
    Ok(())
}

/// The workspaces that a sign-in opens, with their names and the role in each.
///
/// # Errors
/// Only those of the store.
pub async fn workspaces(app: &App, session: [u8; 32]) -> Result<Vec<(Member, String)>> {
    let begun = ago(app.clock.now(), MAX_AGE_MS);
    let read = move |tx: &mut store::Tx<'_>| {
        let mut opened = Vec::new();
        for session in store::session::by_token(tx, &session, begun)? {
            let member = store::member::by_id(tx, session.workspace, session.member)?;
            opened.extend(member.zip(store::workspace::name(tx, session.workspace)?));
        }
        Ok(opened)
    };
    app.store.read(read).await
}

/// Ends a session; one that has ended is fine too.
///
/// # Errors
/// Only those of the store.
pub async fn sign_out(app: &App, token: &str) -> Result<()> {
    let Some((_, digest)) = read_token(token) else { return Ok(()) };
    app.store.write(move |tx| store::session::remove(tx, &digest)).await
}

/// Removes the sessions that have ended by age, of all workspaces.
///
/// # Errors
/// Only those of the store.
pub async fn forget_ended(app: &App) -> Result<()> {
    for workspace in app.store.read(store::workspace::ids).await? {
        let now = app.clock.now();
        let forget = move |tx: &mut store::Tx<'_>| {
            store::session::remove_ended(tx, workspace, ago(now, MAX_AGE_MS), ago(now, MAX_IDLE_MS))
        };
        app.store.write(forget).await?;
    }
    Ok(())
}

fn read_token(token: &str) -> Option<(WorkspaceId, [u8; 32])> {
    let (workspace, secret) = token.split_once('.')?;
    let secret = BASE64_URL_SAFE_NO_PAD.decode(secret).ok().filter(|secret| secret.len() == 32)?;
    Some((WorkspaceId(workspace.parse().ok()?), digest(&secret)))
}

fn digest(secret: &[u8]) -> [u8; 32] {
    Sha256::of(secret)
}

fn ago(now: Timestamp, span: i64) -> Timestamp {
    Timestamp(now.0 - span)
}
