//! Members.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};

use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::member::{Role, validate};
use crate::store::member::NewMember;
use crate::store::{self, Tx};

/// Creates a member and gives its number.
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
    let password_hash = hash(app, password).await?;
    let created_at = app.clock.now();
    app.store
        .write(move |tx| {
            super::workspace::must_exist(tx, workspace)?;
            insert(
                tx,
                &NewMember { workspace, email: &email, role, password_hash: &password_hash, created_at },
            )
        })
        .await
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
