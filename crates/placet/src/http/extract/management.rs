//! Who calls the management API: a private key, or a member who is signed in. Each handler asks for what it needs:
//!
//! | extractor | key | member |
//! | --- | --- | --- |
//! | [`Reader`], [`Viewer`] | private | any |
//! | [`Editor`] | private | owner or editor |
//! | [`Owner`] | private | owner |
//! | [`RecentOwner`] | private | owner who gave the password within ten minutes |
//! | [`OwnerInPerson`] | none | the same: for what makes credentials, which a stolen key must not |
//! | [`Member`] | none | any: for what concerns only that member |

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::{management_key, recognise};
use crate::actions;
use crate::actions::session::SignedIn;
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::key::{KeyIdentity, KeyKind};
use crate::domain::member::Role;
use crate::http::cookies;
use crate::http::error::ProblemError;
use crate::http::pages::is_from_here;

/// Someone who may read a workspace.
pub(in crate::http) struct Reader(pub WorkspaceId);

/// Someone who may read lists of a workspace.
pub(in crate::http) struct Viewer {
    pub workspace: WorkspaceId,
    /// Whether restricted subjects are shown: to owners only, and to no program.
    pub is_owner: bool,
}

/// Someone who may change what a workspace collects: notices, documents, widgets.
pub(in crate::http) struct Editor(pub WorkspaceId, pub Author);

/// Someone who may change the workspace itself.
pub(in crate::http) struct Owner(pub WorkspaceId, pub Author);

/// Someone who may do what cannot be taken back.
pub(in crate::http) struct RecentOwner(pub WorkspaceId, pub Author);

/// An owner who may change who has access.
pub(in crate::http) struct OwnerInPerson(pub SignedIn);

/// A member of the dashboard.
pub(in crate::http) struct Member(pub SignedIn);

/// A caller that was recognised.
enum Who {
    Key(KeyIdentity),
    Member(SignedIn),
}

impl Who {
    async fn calls(parts: &Parts, app: &App) -> Result<Who> {
        match management_key(&parts.headers) {
            Some(key) => recognise(app, Some(key)).await.map(Who::Key),
            None => signed_in(parts, app).await.map(Who::Member),
        }
    }

    /// Refuses public keys, and members whose role is less.
    fn may(&self, least: Role) -> Result<()> {
        let refusal = match (self, least) {
            (Who::Key(KeyIdentity { kind: KeyKind::Private, .. }), _) => return Ok(()),
            (Who::Member(signed_in), _) if signed_in.member.role.includes(least) => return Ok(()),
            (Who::Key(_), Role::Auditor) => "A public key cannot read",
            (Who::Key(_), _) => "A public key cannot change this",
            (Who::Member(_), Role::Owner) => "Only an owner of the workspace may change this",
            (Who::Member(_), _) => "Only an owner or an editor of the workspace may change this",
        };
        Err(Error::Forbidden(refusal.into()))
    }

    /// Asks a member for the password again; a key proves itself with every request.
    fn must_be_recent(&self, app: &App) -> Result<()> {
        match self {
            Who::Key(_) => Ok(()),
            Who::Member(signed_in) => signed_in.must_be_recent(app),
        }
    }

    fn into_author(self) -> (WorkspaceId, Author) {
        match self {
            Who::Key(identity) => (identity.workspace, identity.author()),
            Who::Member(SignedIn { member, .. }) => (member.workspace, member.author()),
        }
    }

    fn in_person(self) -> Result<SignedIn> {
        match self {
            Who::Member(signed_in) => Ok(signed_in),
            Who::Key(_) => Err(Error::Forbidden(
                "Only an owner who is signed in may change keys and members: no key can make another".into(),
            )),
        }
    }
}

/// The member whose session's cookie the request has. Whatever is no read must come from one of our own pages: the
/// cookie is sent along by every page.
async fn signed_in(parts: &Parts, app: &App) -> Result<SignedIn> {
    let token = cookies::session(&parts.headers, app.edge.is_secure());
    let token = token
        .ok_or(Error::Unauthenticated("Please sign in. Programs send a private key where it is accepted."))?;
    let signed_in = actions::session::current(app, token).await?;
    if !parts.method.is_safe() && !is_from_here(&parts.headers) {
        return Err(Error::Forbidden("sent from another site".into()));
    }
    Ok(signed_in)
}

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Reader, ProblemError> {
        let who = Who::calls(parts, app).await?;
        who.may(Role::Auditor)?;
        Ok(Reader(who.into_author().0))
    }
}

impl FromRequestParts<Arc<App>> for Viewer {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Viewer, ProblemError> {
        let who = Who::calls(parts, app).await?;
        who.may(Role::Auditor)?;
        let is_owner = matches!(&who, Who::Member(signed_in) if signed_in.member.role == Role::Owner);
        Ok(Viewer { workspace: who.into_author().0, is_owner })
    }
}

impl FromRequestParts<Arc<App>> for Editor {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Editor, ProblemError> {
        let who = Who::calls(parts, app).await?;
        who.may(Role::Editor)?;
        let (workspace, author) = who.into_author();
        Ok(Editor(workspace, author))
    }
}

impl FromRequestParts<Arc<App>> for Owner {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Owner, ProblemError> {
        let who = Who::calls(parts, app).await?;
        who.may(Role::Owner)?;
        let (workspace, author) = who.into_author();
        Ok(Owner(workspace, author))
    }
}

impl FromRequestParts<Arc<App>> for RecentOwner {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<RecentOwner, ProblemError> {
        let who = Who::calls(parts, app).await?;
        who.may(Role::Owner)?;
        who.must_be_recent(app)?;
        let (workspace, author) = who.into_author();
        Ok(RecentOwner(workspace, author))
    }
}

impl FromRequestParts<Arc<App>> for OwnerInPerson {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<OwnerInPerson, ProblemError> {
        let who = Who::calls(parts, app).await?;
        who.may(Role::Owner)?;
        who.must_be_recent(app)?;
        Ok(OwnerInPerson(who.in_person()?))
    }
}

impl FromRequestParts<Arc<App>> for Member {
    type Rejection = ProblemError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Member, ProblemError> {
        Ok(Member(signed_in(parts, app).await?))
    }
}
