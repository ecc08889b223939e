//! Signing in and out of the dashboard.

use std::net::IpAddr;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

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
}

/// Signs in and gives the session's token and its member.
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
    let Some(member) = find(app, &email, password).await? else {
        app.attempts.fail(&network, now);
        app.attempts.fail(&email, now);
        return Err(Error::Unauthenticated("This address and password do not belong together."));
    };
    app.attempts.succeed(&email);
    Ok((begin(app, &member).await?, member))
}

async fn find(app: &App, email: &str, password: &str) -> Result<Option<Member>> {
    let wanted = email.to_owned();
    let members = app.store.read(move |tx| store::member::by_email(tx, &wanted)).await?;
    if members.is_empty() {
        verify(app, password, NOBODY.to_owned()).await?;
    }
    for member in members {
        if verify(app, password, member.password_hash.clone()).await? {
            return Ok(Some(member));
        }
    }
    Ok(None)
}

/// Begins a session for a member.
pub(super) async fn begin(app: &App, member: &Member) -> Result<String> {
    let secret = app.random.bytes::<32>();
    let (workspace, id, now) = (member.workspace, member.id, app.clock.now());
    let digest = digest(&secret);
    app.store
        .write(move |tx| {
            store::session::remove_ended(tx, workspace, ago(now, MAX_AGE_MS), ago(now, MAX_IDLE_MS))?;
            store::session::insert(tx, workspace, &digest, id, now)
        })
        .await?;
    Ok(format!("{}.{}", workspace.0, BASE64_URL_SAFE_NO_PAD.encode(secret)))
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
            let Some((member, seen_at)) =
                store::session::get(tx, workspace, &digest, ago(now, MAX_AGE_MS), ago(now, MAX_IDLE_MS))?
            else {
                return Ok(None);
            };
            let member = store::member::by_id(tx, workspace, member)?;
            let name = store::workspace::name(tx, workspace)?;
            Ok(member
                .zip(name)
                .map(|(member, workspace_name)| (SignedIn { member, workspace_name }, seen_at)))
        })
        .await?;
    let (signed_in, seen_at) = found.ok_or_else(ended)?;
    if now.0 - seen_at.0 > NOTE_EVERY_MS {
        app.store.write(move |tx| store::session::seen(tx, workspace, &digest, now)).await?;
    }
    Ok(signed_in)
}

/// Ends a session; one that has ended is fine too.
///
/// # Errors
/// Only those of the store.
pub async fn sign_out(app: &App, token: &str) -> Result<()> {
    let Some((workspace, digest)) = read_token(token) else { return Ok(()) };
    app.store.write(move |tx| store::session::remove(tx, workspace, &digest)).await
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
    Sha256::digest(secret).into()
}

fn ago(now: Timestamp, span: i64) -> Timestamp {
    Timestamp(now.0 - span)
}
