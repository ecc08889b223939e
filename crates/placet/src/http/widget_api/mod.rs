//! The widget's two endpoints (widget contract 4): browsers on other people's pages, and native apps.

pub(super) mod choice_cookie;
pub(super) mod collect;
pub(super) mod notice;
pub(super) mod settings;

use std::sync::Arc;

use axum::http::{HeaderMap, Uri, header};

use super::query::Query;
use crate::actions;
use crate::app::{App, KnownKey};
use crate::domain::error::{Error, Result};
use crate::domain::id::WidgetId;
use crate::domain::key::KeyKind;
use crate::domain::origin::AllowedOrigin;
use crate::domain::region::Region;
use crate::domain::widget::Widget;

/// The widget that a page may use, and the page's origin if the browser vouched for it.
struct Admitted<'h> {
    key: Arc<KnownKey>,
    widget: Arc<Widget>,
    origin: Option<&'h str>,
}

/// Checks key, widget and origin, in this order: 401, 404, 403.
async fn admit<'h>(app: &App, id: &str, uri: &Uri, headers: &'h HeaderMap) -> Result<(Admitted<'h>, Query)> {
    let query = Query::of(uri)?;
    let presented = query
        .get("key")
        .ok_or(Error::Unauthenticated("The public key is missing: add ?key=... to the address"))?;
    let key = actions::key::recognise(app, presented).await?;
    let key = key.ok_or(Error::Unauthenticated("The public key is not known to this server"))?;
    if key.identity.kind == KeyKind::Private {
        return Err(Error::Forbidden(
            "A private key must never be sent from a page or in an address: revoke it".into(),
        ));
    }
    let id = id.parse().map(WidgetId).map_err(|_| Error::NotFound("Widget"))?;
    let widget = actions::widget::get(app, key.identity.workspace, id).await?;
    if !widget.is_on("enabled") {
        return Err(Error::Forbidden("The widget is switched off".into()));
    }
    let origin = checked_origin(app, &widget, headers)?;
    key.check_origin(origin)?;
    Ok((Admitted { key, widget, origin }, query))
}

/// Where the settings of a widget are shown: in preview also as if the visitor were elsewhere.
fn place(widget: &Widget, query: &Query, told: Option<Region>) -> Option<Region> {
    let tried = query.get("region").filter(|_| widget.is_on("developerMode"));
    tried.and_then(|region| Region::parse(region, None)).or(told)
}

/// No header means same origin or a native app; a header must be on the widget's list.
fn checked_origin<'h>(app: &App, widget: &Widget, headers: &'h HeaderMap) -> Result<Option<&'h str>> {
    let Some(header) = headers.get(header::ORIGIN) else { return Ok(None) };
    let origin = header.to_str().unwrap_or("null");
    let is_preview = || {
        widget.is_on("developerMode") && origin.starts_with("http://") && AllowedOrigin::parse(origin).is_ok()
    };
    if widget.allows(origin) || is_preview() {
        return Ok(Some(origin));
    }
    if origin != "null" {
        app.tally.refuse((widget.workspace, widget.id), origin, app.clock.now());
    }
    Err(Error::Forbidden(format!("The origin {origin} is not on the widget's list of allowed origins")))
}
