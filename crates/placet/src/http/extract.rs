//! Who calls. A handler that asks for one of these cannot be reached without it, and queries take their workspace
//! from here, never from a body.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::cookies;
use super::error::{ApiError, ProblemError};
use super::pages::is_from_here;
use crate::actions;
use crate::actions::session::SignedIn;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::key::{KeyIdentity, KeyKind};
use crate::domain::member::Role;
use crate::domain::region::Region;

const NO_KEY: &str = "No API key found in request";
const WRONG_KEY: &str = "Invalid authentication credentials";

/// A private key, in the `ApiKey` header.
pub(super) struct PrivateKey(pub KeyIdentity);

/// Any key, in the `ApiKey` header: for the one endpoint that public keys may write to.
pub(super) struct WritingKey(pub KeyIdentity);

/// Someone who may read a workspace through the management API: a private key or a signed-in member.
pub(super) struct Reader(pub WorkspaceId);

/// Someone who may change a workspace through the management API: a private key or an owner.
pub(super) struct Owner(pub WorkspaceId);

/// Someone who may change notices through the management API: a private key, an owner or an editor.
pub(super) struct Editor(pub WorkspaceId);

/// Someone who may change widgets through the management API, a private key, an owner or an editor, and the name under
/// which they are remembered: `key:<id>` or `member:<id>`.
pub(super) struct Author(pub WorkspaceId, pub String);

/// Where the caller is, if that can be known.
pub(super) struct Place(pub Option<Region>);

/// A member of the dashboard.
pub(super) struct Member(pub SignedIn);

/// The caller's network address.
pub(super) struct Caller(pub Option<IpAddr>);

/// A part of the path, decoded.
pub(super) struct PathPart<T>(pub T);

/// What cannot be read is a wrong key, not a missing one.
pub(super) fn api_key(headers: &HeaderMap) -> Option<&str> {
    headers.get("apikey").map(|key| key.to_str().unwrap_or("?").trim()).filter(|key| !key.is_empty())
}

async fn recognise(app: &App, key: Option<&str>) -> Result<KeyIdentity> {
    let key = key.ok_or(Error::Unauthenticated(NO_KEY))?;
    actions::key::recognise(app, key).await?.ok_or_else(|| Error::Forbidden(WRONG_KEY.into()))
}

impl FromRequestParts<Arc<App>> for PrivateKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<PrivateKey, ApiError> {
        let identity = recognise(app, api_key(&parts.headers)).await?;
        match identity.kind {
            KeyKind::Private => Ok(PrivateKey(identity)),
            KeyKind::Public => {
                Err(Error::Forbidden("A public key can only be used with POST /public/consent".into()).into())
            }
        }
    }
}

impl FromRequestParts<Arc<App>> for WritingKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<WritingKey, ApiError> {
        Ok(WritingKey(recognise(app, api_key(&parts.headers)).await?))
    }
}

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Reader, ProblemError> {
        if let Some(identity) = management_caller(app, &parts.headers).await? {
            return match identity.kind {
                KeyKind::Private => Ok(Reader(identity.workspace)),
                KeyKind::Public => Err(Error::Forbidden("A public key cannot read".into()).into()),
            };
        }
        let Member(signed_in) = Member::from_request_parts(parts, app).await?;
        Ok(Reader(signed_in.member.workspace))
    }
}

/// The key presented to the management API: as `Bearer`, or in the `ApiKey` header.
pub(super) fn management_key(headers: &HeaderMap) -> Option<&str> {
    let bearer =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    bearer.map(str::trim).or_else(|| api_key(headers))
}

/// Who presents a key to the management API, if anyone does.
async fn management_caller(app: &App, headers: &HeaderMap) -> Result<Option<KeyIdentity>> {
    match management_key(headers) {
        Some(key) => recognise(app, Some(key)).await.map(Some),
        None => Ok(None),
    }
}

impl FromRequestParts<Arc<App>> for Owner {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Owner, ProblemError> {
        changer(parts, app, &[Role::Owner], "Only an owner of the workspace may change this")
            .await
            .map(|(workspace, _)| Owner(workspace))
    }
}

impl FromRequestParts<Arc<App>> for Editor {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Editor, ProblemError> {
        let refusal = "Only an owner or an editor of the workspace may change this";
        let changer = changer(parts, app, &[Role::Owner, Role::Editor], refusal).await;
        changer.map(|(workspace, _)| Editor(workspace))
    }
}

impl FromRequestParts<Arc<App>> for Author {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Author, ProblemError> {
        let refusal = "Only an owner or an editor of the workspace may change this";
        let changer = changer(parts, app, &[Role::Owner, Role::Editor], refusal).await;
        changer.map(|(workspace, by)| Author(workspace, by))
    }
}

impl FromRequestParts<Arc<App>> for Place {
    type Rejection = std::convert::Infallible;

    /// What a trusted proxy says, else what the file of addresses says.
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Place, Self::Rejection> {
        let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
            return Ok(Place(None));
        };
        let header = |name: &Option<String>| parts.headers.get(name.as_deref()?)?.to_str().ok();
        let (country, part) = &app.edge.country_headers;
        let told = header(country).filter(|_| app.edge.trusts(peer.ip()));
        let told = told.and_then(|country| Region::parse(country, header(part)));
        let forwarded = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let looked_up = || app.edge.atlas.region(app.edge.caller(peer.ip(), forwarded));
        Ok(Place(told.or_else(looked_up)))
    }
}

/// The workspace of a private key, or of a member with one of these roles, and who it is.
async fn changer(
    parts: &mut Parts,
    app: &Arc<App>,
    roles: &[Role],
    refusal: &str,
) -> Result<(WorkspaceId, String), ProblemError> {
    if let Some(identity) = management_caller(app, &parts.headers).await? {
        return match identity.kind {
            KeyKind::Private => Ok((identity.workspace, identity.author())),
            KeyKind::Public => Err(Error::Forbidden("A public key cannot change this".into()).into()),
        };
    }
    let Member(SignedIn { member, .. }) = Member::from_request_parts(parts, app).await?;
    if !is_from_here(&parts.headers) {
        return Err(Error::Forbidden("sent from another site".into()).into());
    }
    if !roles.contains(&member.role) {
        return Err(Error::Forbidden(refusal.into()).into());
    }
    Ok((member.workspace, format!("member:{}", member.id)))
}

impl FromRequestParts<Arc<App>> for Member {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Member, ProblemError> {
        let token = cookies::session(&parts.headers, app.edge.is_secure());
        let token = token.ok_or(Error::Unauthenticated(
            "Please sign in. Programs send a private key where it is accepted.",
        ))?;
        Ok(Member(actions::session::current(app, token).await?))
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Caller, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let forwarded = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        Ok(Caller(peer.map(|peer| app.edge.caller(peer, forwarded))))
    }
}

impl<T: serde::de::DeserializeOwned + Send> FromRequestParts<Arc<App>> for PathPart<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<PathPart<T>, ApiError> {
        match Path::<T>::from_request_parts(parts, app).await {
            Ok(Path(part)) => Ok(PathPart(part)),
            // What cannot be such an id names nothing.
            Err(PathRejection::FailedToDeserializePathParams(_)) => Err(Error::NotFound("Path").into()),
            Err(_) => Err(Error::invalid("", "the path cannot be read").into()),
        }
    }
}
