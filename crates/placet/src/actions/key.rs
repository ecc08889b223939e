//! API keys: made, brought along, recognised.

use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::{WorkspaceId, hex};
use crate::domain::key::{self, ISSUE_BYTES, KeyIdentity, KeyKind};
use crate::store;
use crate::store::key::NewKey;

/// A key and its owner, shown once.
pub struct Created {
    /// The key's own id.
    pub id: String,
    /// The key.
    pub key: String,
}

/// Makes a key, or brings along one that pages already carry.
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
    let mut problems = Problems::default();
    if name.chars().count() > 100 || name.contains('\0') {
        problems.add("name", "is longer than 100 characters");
    }
    if value.as_deref().is_some_and(|value| !key::is_plausible(value)) {
        problems.add(
            "value",
            "must be 20 to 128 of A-Z a-z 0-9 _ -, with its checksum right if Placet issued it",
        );
    }
    problems.or(())?;
    let key = value.unwrap_or_else(|| key::issue(kind, &app.random.bytes::<ISSUE_BYTES>()));
    let digest = key::digest(&key);
    let identity = KeyIdentity { workspace, id: hex(&app.random.bytes::<6>()), kind };
    let (id, name, created_at) = (identity.id.clone(), name.to_owned(), app.clock.now());
    app.store
        .write(move |tx| {
            super::workspace::must_exist(tx, workspace)?;
            if store::key::candidates(tx, &digest)?.iter().any(|(_, known)| *known == digest) {
                return Err(Error::Conflict("this key is in use already".into()));
            }
            store::key::insert(tx, &NewKey { identity: &identity, name: &name, digest: &digest, created_at })
        })
        .await?;
    app.keys.forget();
    Ok(Created { id, key })
}

/// Who presents this key, if it is valid.
///
/// # Errors
/// Only those of the store.
pub async fn recognise(app: &App, presented: &str) -> Result<Option<KeyIdentity>> {
    if !key::is_plausible(presented) {
        return Ok(None);
    }
    let digest = key::digest(presented);
    // Strangers' guesses must not fill the map: an unknown key is an error inside, and errors are not kept.
    let known = app.keys.get_or(&digest, app.clock.now(), || find(app, digest)).await;
    match known {
        Ok(identity) => Ok(Some(identity)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn find(app: &App, digest: [u8; 32]) -> Result<KeyIdentity> {
    let candidates = app.store.read(move |tx| store::key::candidates(tx, &digest)).await?;
    let same = candidates.into_iter().find(|(_, known)| known.ct_eq(&digest).into());
    same.map(|(identity, _)| identity).ok_or(Error::NotFound("Key"))
}
