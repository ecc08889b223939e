//! The first start of an installation: a link that works once makes the first workspace and its owner.

use placet_proof::Sha256;

use super::{member, session, workspace};
use crate::app::App;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::hex;
use crate::domain::member::{Member, Role, validate};
use crate::domain::workspace::checked_name;
use crate::store;
use crate::store::member::NewMember;

/// Makes a setup link's token if there is no workspace yet. Each start makes a new one; the last one counts.
///
/// # Errors
/// Only those of the store.
pub async fn offer(app: &App) -> Result<Option<String>> {
    let token = hex(&app.random.bytes::<24>());
    let digest = digest(&token);
    let is_first = app
        .store
        .write(move |tx| {
            let is_first = store::workspace::ids(tx)?.is_empty();
            if is_first {
                store::installation::put_setup_token(tx, &digest)?;
            }
            Ok(is_first)
        })
        .await?;
    Ok(is_first.then_some(token))
}

/// Whether a setup link still works.
///
/// # Errors
/// Only those of the store.
pub async fn is_open(app: &App, token: &str) -> Result<bool> {
    let digest = digest(token);
    app.store.read(move |tx| store::installation::is_setup_token(tx, &digest)).await
}

/// Makes the first workspace and its owner, and signs the owner in.
///
/// # Errors
/// [`Error::NotFound`] when the link was used before; [`Error::Invalid`] with every problem of the input.
pub async fn complete(
    app: &App,
    token: &str,
    name: &str,
    email: &str,
    password: &str,
) -> Result<(String, Member)> {
    let (name, email) = check(name, email, password)?;
    let password_hash = member::hash(app, password).await?;
    let (digest, log_id, now) = (digest(token), app.random.bytes(), app.clock.now());
    let owner = app
        .store
        .write(move |tx| {
            if !store::installation::take_setup_token(tx, &digest)? {
                return Err(Error::NotFound("Setup link"));
            }
            let workspace = workspace::insert(tx, &name, log_id, now)?;
            let new = NewMember {
                workspace,
                email: &email,
                role: Role::Owner,
                password_hash: &password_hash,
                created_at: now,
            };
            let id = member::insert(tx, &new)?;
            Ok(Member {
                workspace,
                id,
                email: email.clone(),
                role: Role::Owner,
                password_hash: password_hash.clone(),
                created_at: now,
            })
        })
        .await?;
    Ok((session::begin(app, std::slice::from_ref(&owner)).await?, owner))
}

fn check(name: &str, email: &str, password: &str) -> Result<(String, String)> {
    let mut problems = Problems::default();
    let mut note = |error| {
        if let Error::Invalid(more) = error {
            more.list().iter().for_each(|problem| problems.add(&problem.field, &problem.reason));
        }
    };
    let name = checked_name(name).map_err(&mut note).unwrap_or_default();
    let email = validate(email, password).map_err(&mut note).unwrap_or_default();
    problems.or((name, email))
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::of(token.as_bytes())
}
