//! Recording a visitor's cookie choice.

use std::sync::Arc;

use uuid::Uuid;

use super::consent::{erased, seal};
use super::facets::{self, StoredFacets};
use super::receipt::Receipt;
use super::{sdk_build, statistics};
use crate::app::App;
use crate::domain::consent::{Circumstances, Event, Facets, Moment, Shown};
use crate::domain::cookie_choice::{Collected, Decision, Kind};
use crate::domain::device::Device;
use crate::domain::error::Result;
use crate::domain::id::{Digest, guid_of, random};
use crate::domain::json::Json;
use crate::domain::key::KeyKind;
use crate::domain::widget::Widget;
use crate::store::installation::Term;
use crate::store::{self, Appended, Terms};

/// What the edge knows of the request.
pub struct Visit<'a> {
    /// The `Origin` header, found on the widget's list; `None` if there was no header.
    pub origin: Option<&'a str>,
    /// Kind of terminal.
    pub device: Device,
    /// The body as text: the same text under the same id is the same request.
    pub body: &'a str,
}

/// Records what was collected and gives the visitor's consent id.
///
/// # Errors
/// A conflict when the id was used for something else; unavailable when the store cannot take it now.
pub async fn collect(
    app: &App,
    widget: &Widget,
    mut collected: Collected<'_>,
    visit: &Visit<'_>,
) -> Result<Uuid> {
    let offered = collected.consent_id;
    let consent_id = offered.unwrap_or_else(|| random(app.random.bytes()));
    let counted = statistics::parts(widget, &collected, visit.origin, visit.device);
    if collected.kind != Kind::Consents {
        statistics::count(app, widget, counted);
        return Ok(consent_id);
    }
    if !widget.is_on("saveConsentProof") {
        return Ok(consent_id);
    }
    let request = collected.id;
    collected.session_id = collected.session_id.or_else(|| Some(random(app.random.bytes())));
    sdk_build::ensure(app, widget.workspace).await?;
    let version = known_version(app, widget, collected.version).await?;
    let facets = facets_of(app, widget, &collected).await?;
    let shown = (consent_id, version, facets);
    let consent = prepare(app, widget, collected, shown, visit, &Receipt::now(app, None))?;
    let (workspace, id) = (consent.workspace, consent.id);
    match app.append(consent).await? {
        Appended::Known if request.is_some() && offered.is_none() => first_answer(app, workspace, id).await,
        Appended::Erased => Err(erased()),
        Appended::Known => Ok(consent_id),
        Appended::Stored => {
            statistics::count(app, widget, counted);
            Ok(consent_id)
        }
    }
}

/// The facets of a choice.
pub(super) async fn facets_of(app: &App, widget: &Widget, collected: &Collected<'_>) -> Result<StoredFacets> {
    let slugs = collected.decisions.iter().map(|decision| decision.slug.as_str());
    let facets = Facets::new(KeyKind::Public, (true, false, false), slugs).in_widget(Some(widget.id));
    facets::store(app, widget.workspace, &facets).await
}

/// Makes the record of what was collected, ready to be stored. `version` is that of the widget which was shown.
///
/// # Errors
/// None so far: a browser's claim is noted, however strange.
pub(super) fn prepare(
    app: &App,
    widget: &Widget,
    collected: Collected<'_>,
    (consent_id, version, facets): (Uuid, Option<Uuid>, StoredFacets),
    visit: &Visit<'_>,
    receipt: &Receipt,
) -> Result<Box<store::NewConsent>> {
    let moment = Moment::weigh(collected.date, receipt.at, KeyKind::Public)?;
    let id = collected.id.unwrap_or(receipt.id);
    let subject = consent_id.to_string();
    let hash = |term, text: &str| app.store.index_key().hash(term, text);
    let terms = Terms {
        subject: Some(hash(Term::Subject, &subject)),
        user: collected.user_id.as_ref().map(|(user, _)| hash(Term::User, user)),
        ..Terms::default()
    };
    let event = Event {
        id,
        moment,
        source: KeyKind::Public.into(),
        is_cookie_choice: true,
        subject: vec![("id".into(), Json::text(subject))],
        user_id: collected.user_id,
        contents: Vec::new(),
        forms: Vec::new(),
        preferences: collected.decisions.iter().map(Decision::to_preference).collect(),
        notices: Vec::new(),
        documents: Vec::new(),
        services: collected.decisions.iter().map(|decision| decision.to_json(version, moment.at)).collect(),
        shown: Some(Shown {
            widget: widget.id.0,
            version,
            lang: collected.lang,
            version_key: widget.version_key,
            sdk: collected.sdk,
            how: collected.how,
        }),
        circumstances: Circumstances {
            ip: None,
            origin: visit.origin.map(Json::text).or(collected.origin),
            origin_checked: Some(visit.origin.is_some()),
            path: collected.path,
            device: Some(visit.device.word()),
            session: collected.session_id,
            imported: None,
        },
    };
    let mut consent = seal(&receipt.salts, widget.workspace, (id, moment.at), facets, &event.into_groups());
    consent.terms = terms;
    consent.replay_hash = collected.id.map(|_| hash(Term::Request, visit.body));
    Ok(consent)
}

/// The version that the browser says it showed, if we published it; without a claim, the current one.
async fn known_version(app: &App, widget: &Widget, claimed: Option<Uuid>) -> Result<Option<Uuid>> {
    let current = widget.version.guid();
    let Some(claimed) = claimed.filter(|claimed| *claimed != current) else { return Ok(Some(current)) };
    let key = (widget.workspace, widget.id);
    let read =
        || async { app.store.read(move |tx| store::widget::versions(tx, key.0, key.1)).await.map(Arc::new) };
    let versions = app.widget_versions.get_or(&key, app.clock.now(), read).await?;
    Ok(versions.iter().map(guid_of as fn(&Digest) -> Uuid).find(|known| *known == claimed))
}

/// The consent id that was given when this request came for the first time.
async fn first_answer(app: &App, workspace: crate::domain::id::WorkspaceId, id: Uuid) -> Result<Uuid> {
    let stored = super::consent::get(app, workspace, id).await?;
    let subject = stored.subject("id").and_then(Json::as_str).and_then(|text| Uuid::try_parse(text).ok());
    Ok(subject.unwrap_or(id))
}
