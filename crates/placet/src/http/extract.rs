//! Who calls. A handler that asks for one of these cannot be reached without it, and queries take their workspace
//! from here, never from a body.

mod management;

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

pub(super) use management::{Editor, Member, Owner, OwnerInPerson, Reader, RecentOwner, Viewer};

use super::connections::Peer;
use super::error::ApiError;
use crate::actions;
use crate::app::{App, KnownKey};
use crate::domain::error::{Error, Result};
use crate::domain::key::{KeyIdentity, KeyKind};
use crate::domain::region::Region;

const NO_KEY: &str = "No API key found in request";
const WRONG_KEY: &str = "Invalid authentication credentials";

/// A private key, in the `ApiKey` header.
pub(super) struct PrivateKey(pub KeyIdentity);

/// Any key, in the `ApiKey` header: for the one endpoint that public keys may write to.
pub(super) struct WritingKey(pub KeyIdentity);

/// Where the caller is, if that can be known.
pub(super) struct Place(pub Option<Region>);

/// The caller's network address.
pub(super) struct Caller(pub Option<IpAddr>);

/// Someone who may read the metrics; to others there is nothing to read.
pub(super) struct Operator;

/// A part of the path, decoded.
pub(super) struct PathPart<T>(pub T);

/// What cannot be read is a wrong key, not a missing one.
pub(super) fn api_key(headers: &HeaderMap) -> Option<&str> {
    headers.get("apikey").map(|key| key.to_str().unwrap_or("?").trim()).filter(|key| !key.is_empty())
}

async fn recognise(app: &App, key: Option<&str>) -> Result<KeyIdentity> {
    let key = key.ok_or(Error::Unauthenticated(NO_KEY))?;
    Ok(known(app, key).await?.identity.clone())
}

async fn known(app: &App, key: &str) -> Result<Arc<KnownKey>> {
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
        let key = api_key(&parts.headers).ok_or(Error::Unauthenticated(NO_KEY))?;
        // What cannot be read is no origin that could be allowed.
        let origin = parts.headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null"));
        let known = known(app, key).await?;
        known.check_origin(origin)?;
        Ok(WritingKey(known.identity.clone()))
    }
}

/// The key presented to the management API: as `Bearer`, or in the `ApiKey` header.
pub(super) fn management_key(headers: &HeaderMap) -> Option<&str> {
    let bearer =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    bearer.map(str::trim).or_else(|| api_key(headers))
}

impl FromRequestParts<Arc<App>> for Place {
    type Rejection = std::convert::Infallible;

    /// What a trusted proxy says, else what the file of addresses says.
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Place, Self::Rejection> {
        let Some(peer) = peer(parts) else { return Ok(Place(None)) };
        let header = |name: &Option<String>| parts.headers.get(name.as_deref()?)?.to_str().ok();
        let (country, part) = &app.edge.country_headers;
        let told = header(country).filter(|_| app.edge.trusts(peer));
        let told = told.and_then(|country| Region::parse(country, header(part)));
        let looked_up = || app.edge.atlas.region(app.edge.caller(peer, forwarded(parts)));
        Ok(Place(told.or_else(looked_up)))
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Caller, Self::Rejection> {
        Ok(Caller(peer(parts).map(|peer| app.edge.caller(peer, forwarded(parts)))))
    }
}

fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<Peer>>().map(|ConnectInfo(Peer(peer))| peer.ip())
}

fn forwarded(parts: &Parts) -> Option<&str> {
    parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok())
}

impl FromRequestParts<Arc<App>> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Operator, ApiError> {
        let may_read = peer(parts).is_some_and(|peer| app.edge.may_read_metrics(peer, forwarded(parts)));
        if may_read { Ok(Operator) } else { Err(Error::NotFound("Path").into()) }
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
