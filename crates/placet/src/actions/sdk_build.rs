//! SDK builds: the script that shows the banner is a record of every workspace whose consents may name it.

use std::sync::PoisonError;

use placet_assets::{SDK_DIGEST, SDK_VERSION};

use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WorkspaceId, time_ordered};
use crate::domain::json::Json;
use crate::domain::record::{Kind, Publication, SALT_BYTES};
use crate::store;

/// The file that the digest is of.
const FILE: &str = "ui.js";

/// Sees to it that the workspace knows the SDK build of this program.
///
/// # Errors
/// Only those of the store.
pub async fn ensure(app: &App, workspace: WorkspaceId) -> Result<()> {
    if app.sdk_known_to.lock().unwrap_or_else(PoisonError::into_inner).contains(&workspace) {
        return Ok(());
    }
    let digest: Digest = SDK_DIGEST.parse().map_err(Error::internal)?;
    if !app.store.read(move |tx| store::sdk_build::exists(tx, workspace, &digest)).await? {
        publish(app, workspace, digest).await?;
    }
    app.sdk_known_to.lock().unwrap_or_else(PoisonError::into_inner).insert(workspace);
    Ok(())
}

async fn publish(app: &App, workspace: WorkspaceId, digest: Digest) -> Result<()> {
    let now = app.clock.now();
    let publication = Publication {
        kind: Kind::SdkBuild,
        name: Json::text(FILE),
        version: Json::text(SDK_VERSION),
        at: now,
        digest,
        by: "server",
        documents: &[],
    };
    let record = publication.into_groups().seal(&app.random.bytes::<SALT_BYTES>());
    let id = time_ordered(now, &app.random.bytes());
    app.store
        .write(move |tx| {
            if store::sdk_build::insert(tx, workspace, &digest, SDK_VERSION, id)? {
                store::record::insert(tx, workspace, id, Kind::SdkBuild, &record)?;
            }
            Ok(())
        })
        .await
}
