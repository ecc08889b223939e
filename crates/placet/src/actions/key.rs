//! API keys: made, brought along, changed, replaced, revoked, recognised.

use std::sync::{Arc, PoisonError};

use subtle::ConstantTimeEq as _;

use super::audit::Audit;
use crate::app::{App, KnownKey};
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WorkspaceId, hex};
use crate::domain::issued_key::{IssuedKey, KeyChange, KeyDraft};
use crate::domain::json::Json;
use crate::domain::key::{self, ISSUE_BYTES, KeyIdentity, KeyKind};
use crate::domain::legal_notice_source::Interval;
use crate::domain::time::{Spelling, Timestamp};
use crate::store::{self, Tx};

/// A key and its id, shown once.
pub struct Created {
    /// The key's own id.
    pub id: String,
    /// The key.
    pub key: String,
}

const UNKNOWN: Error = Error::NotFound("Key");
/// The use of a key is noted at most this often.
const NOTE_EVERY_MS: i64 = 5 * 60 * 1000;
/// Keys whose last use is kept in memory.
const MAX_USES: usize = 10_000;

/// Makes a key, or brings along one that pages already carry, for whoever runs the server.
///
/// # Errors
/// An unknown workspace, a value that cannot be a key, or one that is in use.
pub async fn create(
    app: &App,
    workspace: WorkspaceId,
    kind: KeyKind,
    name: &str,
    value: Option<String>,
) -> Result<Created> {
    let draft = KeyDraft::new(kind, name, value, &[])?;
    let (issued, key) = add(app, workspace, &Author::COMMAND, draft).await?;
    Ok(Created { id: issued.id, key })
}

/// Makes a key, or brings one along, and gives it with the secret, which is not to be had again.
///
/// # Errors
/// An unknown workspace, or a value that is in use.
pub async fn add(
    app: &App,
    workspace: WorkspaceId,
    by: &Author,
    draft: KeyDraft,
) -> Result<(IssuedKey, String)> {
    let (issued, key) = issue(app, draft);
    let audit = Audit::by(app, workspace, by);
    let (new, digest) = (issued.clone(), key::digest(&key));
    let write = move |tx: &mut Tx<'_>| {
        super::workspace::must_exist(tx, workspace)?;
        insert(tx, workspace, &new, &digest)?;
        audit.note(tx, Change::made("key.add", target(&new.id), new.to_json()))
    };
    app.store.write(write).await?;
    app.keys.forget();
    Ok((issued, key))
}

fn issue(app: &App, draft: KeyDraft) -> (IssuedKey, String) {
    let KeyDraft { kind, name, value, allowed_origins } = draft;
    let key = value.unwrap_or_else(|| key::issue(kind, &app.random.bytes::<ISSUE_BYTES>()));
    let issued = IssuedKey {
        id: hex(&app.random.bytes::<6>()),
        kind,
        name,
        value: (kind == KeyKind::Public).then(|| key.clone()),
        allowed_origins,
        created_at: app.clock.now(),
        last_used_at: None,
        revoked_at: None,
    };
    (issued, key)
}

fn insert(tx: &mut Tx<'_>, workspace: WorkspaceId, issued: &IssuedKey, digest: &[u8; 32]) -> Result<()> {
    let candidates = store::key::candidates(tx, digest, issued.created_at)?;
    if candidates.iter().any(|(_, known)| known == digest) {
        return Err(Error::Conflict("this key is in use already".into()));
    }
    store::key::insert(tx, workspace, issued, digest)
}

/// All keys of a workspace, revoked ones too.
///
/// # Errors
/// Only those of the store.
pub async fn list(app: &App, workspace: WorkspaceId) -> Result<Vec<IssuedKey>> {
    app.store.read(move |tx| store::key::of_workspace(tx, workspace)).await
}

/// One key.
///
/// # Errors
/// [`Error::NotFound`], also for one of another workspace.
pub async fn get(app: &App, workspace: WorkspaceId, id: String) -> Result<IssuedKey> {
    app.store.read(move |tx| store::key::get(tx, workspace, &id)).await?.ok_or(UNKNOWN)
}

/// Changes the name of a key, or where it may be used, and gives it as it is then.
///
/// # Errors
/// [`Error::NotFound`]; origins for a private key.
pub async fn set(
    app: &App,
    workspace: WorkspaceId,
    by: &Author,
    id: String,
    change: KeyChange,
) -> Result<IssuedKey> {
    let audit = Audit::by(app, workspace, by);
    let write = move |tx: &mut Tx<'_>| {
        let before = store::key::get(tx, workspace, &id)?.ok_or(UNKNOWN)?;
        let after = change.apply(before.clone())?;
        if before.to_json() != after.to_json() {
            let change = Change::altered("key.change", target(&id), before.to_json(), after.to_json());
            audit.note(tx, change)?;
            store::key::set(tx, workspace, &after)?;
        }
        Ok(after)
    };
    let changed = app.store.write(write).await?;
    app.keys.forget();
    Ok(changed)
}

/// Makes a key that takes the place of another one, which works for a while longer, or no more.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the key is revoked already.
pub async fn rotate(
    app: &App,
    workspace: WorkspaceId,
    by: &Author,
    id: String,
    overlap: Option<Interval>,
) -> Result<(IssuedKey, String)> {
    let old = get(app, workspace, id).await?;
    let IssuedKey { kind, name, allowed_origins, .. } = old.clone();
    let (issued, key) = issue(app, KeyDraft { kind, name, value: None, allowed_origins });
    let audit = Audit::by(app, workspace, by);
    let (new, digest, now) = (issued.clone(), key::digest(&key), app.clock.now());
    let ends_at = Timestamp(now.0 + overlap.map_or(0, |overlap| overlap.0));
    let write = move |tx: &mut Tx<'_>| {
        // Of two who replace it at the same moment, the second finds it replaced.
        store::workspace::lock(tx, workspace)?;
        let before = store::key::get(tx, workspace, &old.id)?.ok_or(UNKNOWN)?;
        if before.revoked_at.is_some() {
            return Err(Error::Conflict("this key was revoked or replaced already".into()));
        }
        insert(tx, workspace, &new, &digest)?;
        audit.note(tx, Change::made("key.add", target(&new.id), new.to_json()))?;
        store::key::set(tx, workspace, &IssuedKey { revoked_at: Some(ends_at), ..before.clone() })?;
        audit.note(
            tx,
            Change::altered("key.replace", target(&old.id), before.to_json(), replaced(&new, ends_at)),
        )
    };
    app.store.write(write).await?;
    app.keys.forget();
    Ok((issued, key))
}

fn replaced(by: &IssuedKey, works_until: Timestamp) -> Json<'static> {
    Json::object([
        ("replaced_by", Json::text(by.id.clone())),
        ("works_until", Json::text(works_until.spell(Spelling::Millis))),
    ])
}

/// Revokes a key. It stops working at once here, and within a second in other processes; one that was revoked before
/// stays so.
///
/// # Errors
/// [`Error::NotFound`], also for one of another workspace.
pub async fn revoke(app: &App, workspace: WorkspaceId, by: &Author, id: String) -> Result<()> {
    let (now, audit) = (app.clock.now(), Audit::by(app, workspace, by));
    let write = move |tx: &mut Tx<'_>| {
        let before = store::key::get(tx, workspace, &id)?.ok_or(UNKNOWN)?;
        if before.works(now) {
            audit.note(tx, Change::ended("key.revoke", target(&id), before.to_json()))?;
            store::key::set(tx, workspace, &IssuedKey { revoked_at: Some(now), ..before })?;
        }
        Ok(())
    };
    app.store.write(write).await?;
    app.keys.forget();
    Ok(())
}

fn target(id: &str) -> String {
    Author::Key(id.to_owned()).to_string()
}

/// Who presents this key, if it is valid.
///
/// # Errors
/// Only those of the store.
pub async fn recognise(app: &App, presented: &str) -> Result<Option<Arc<KnownKey>>> {
    if !key::is_plausible(presented) {
        return Ok(None);
    }
    let digest = key::digest(presented);
    // Strangers' guesses must not fill the map: an unknown key is an error inside, and errors are not kept.
    match app.keys.get_or(&digest, app.clock.now(), || find(app, digest)).await {
        Ok(known) => Ok(Some(known)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn find(app: &App, digest: [u8; 32]) -> Result<Arc<KnownKey>> {
    let now = app.clock.now();
    let candidates = app.store.read(move |tx| store::key::candidates(tx, &digest, now)).await?;
    let same = candidates.into_iter().find(|(_, known)| known.ct_eq(&digest).into());
    let ((identity, allowed_origins), _) = same.ok_or(UNKNOWN)?;
    note_use(app, &identity, digest).await;
    Ok(Arc::new(KnownKey { identity, allowed_origins, digest }))
}

/// Notes that a key is in use. A request must not fail because of it.
async fn note_use(app: &App, identity: &KeyIdentity, digest: [u8; 32]) {
    let now = app.clock.now();
    if !is_due(app, digest, now) {
        return;
    }
    let (workspace, id) = (identity.workspace, identity.id.clone());
    if let Err(error) = app.store.write(move |tx| store::key::used(tx, workspace, &id, now)).await {
        tracing::warn!(%error, "the use of a key was not noted");
    }
}

fn is_due(app: &App, digest: [u8; 32], now: Timestamp) -> bool {
    let mut uses = app.key_uses.lock().unwrap_or_else(PoisonError::into_inner);
    if uses.get(&digest).is_some_and(|at| (0..NOTE_EVERY_MS).contains(&(now.0 - at.0))) {
        return false;
    }
    if uses.len() >= MAX_USES {
        uses.clear();
    }
    uses.insert(digest, now);
    true
}
