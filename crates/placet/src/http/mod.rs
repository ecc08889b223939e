//! The edge: every route on one page. Handlers read the request, call one action, and write the answer.

mod assets;
mod body;
pub mod connections;
mod consent_api;
mod consent_filter;
mod cookies;
mod cors;
mod demo;
mod error;
mod extract;
mod front;
mod health;
mod idempotency;
mod leftover;
mod management;
mod metrics;
mod openapi;
mod pages;
mod paths;
mod query;
mod rate_limit;
mod route;
mod widget_api;

use std::sync::Arc;

use axum::Router;
use axum::routing::any;

pub use demo::Demo;
pub use front::Front;
pub(crate) use management::export::asked as asked_export;

use crate::app::App;
use route::{Area, Route};

/// The whole surface of the server.
#[must_use]
pub fn service(app: Arc<App>, demo: Option<Arc<Demo>>) -> Front {
    let routes =
        table().into_iter().flat_map(|(area, routes)| routes.into_iter().map(move |route| (area, route)));
    let routes = routes
        .fold(Router::new(), |router, (area, route)| route.add_to(router, area, &app))
        .route("/api/{*rest}", any(management::unknown))
        .fallback(error::unknown_path)
        .method_not_allowed_fallback(error::unknown_method)
        .with_state(Arc::clone(&app));
    let routes = match demo {
        Some(demo) => routes.merge(demo::routes(Arc::clone(&app), demo)),
        None => routes,
    };
    Front::new(app, routes)
}

/// The description of everything that [`service`] answers: OpenAPI 3.1, as JSON.
#[must_use]
pub fn openapi() -> String {
    openapi::text(table())
}

/// Every route, each with what the API description says of it. To add one: write the handler, and beside it in
/// `describe.rs` a function that gives its [`openapi::Operation`]; name both here; then write the description to its
/// file with `cargo xtask docs`. Tests compare what is described with what is answered.
fn table() -> Vec<(Area, Vec<Route>)> {
    vec![
        (Area::Consent, consent_routes()),
        (Area::Widget, widget_routes()),
        (Area::Management, management_routes()),
        (Area::Scripts, script_routes()),
        (Area::Pages, page_routes()),
        (Area::Operators, operator_routes()),
    ]
}

/// Programs and the form library: the consent API, to the letter of its contract.
fn consent_routes() -> Vec<Route> {
    use consent_api::{consent, document, legal_notice, subject};
    vec![
        Route::at("/consent")
            .get(consent::list, consent::describe::list_all)
            .post(consent::create, consent::describe::create),
        Route::at("/consent/{id}").get(consent::get, consent::describe::get),
        Route::at("/public/consent")
            .post(consent::create_public, consent::describe::create_public)
            .options(cors::preflight_public, cors::describe::preflight),
        Route::at("/subjects")
            .get(subject::list, subject::describe::list_all)
            .post(subject::create, subject::describe::create),
        Route::at("/subjects/{id}")
            .get(subject::get, subject::describe::get)
            .put(subject::update, subject::describe::update)
            .patch(subject::update, subject::describe::update)
            .post(subject::update, subject::describe::update),
        Route::at("/subjects/{id}/consent/last").get(consent::last, consent::describe::last),
        Route::at("/legal_notices")
            .get(legal_notice::list, legal_notice::describe::list_all)
            .post(legal_notice::create, legal_notice::describe::create),
        Route::at("/legal_notices/{identifier}")
            .get(legal_notice::versions, legal_notice::describe::versions),
        Route::at("/legal_notices/{identifier}/{version}")
            .get(legal_notice::get, legal_notice::describe::get),
        Route::at("/documents")
            .get(document::list, document::describe::list_all)
            .post(document::create, document::describe::create),
        Route::at("/documents/{id}").get(document::get, document::describe::get),
    ]
}

/// Browsers and native apps: the widget.
fn widget_routes() -> Vec<Route> {
    use widget_api::{choice_cookie, collect, notice, settings};
    vec![
        Route::at(settings::PATH)
            .get(settings::get, settings::describe::get)
            .options(cors::preflight_widget, cors::describe::preflight_widget),
        Route::at("/v1/client/cookie-notice/{id}").get(notice::get, notice::describe::get),
        Route::at("/v1/client/choice-cookie").post(choice_cookie::post, choice_cookie::describe::post),
        Route::at("/v1/client/collect/{id}")
            .post(collect::post, collect::describe::post)
            .options(cors::preflight_widget, cors::describe::preflight_widget),
    ]
}

/// The dashboard and programs.
fn management_routes() -> Vec<Route> {
    [account_routes(), record_routes(), widget_management_routes()].into_iter().flatten().collect()
}

/// The dashboard and programs: who may do what in a workspace, and who did.
fn account_routes() -> Vec<Route> {
    use management::{audit, description, key, member, session, workspace};
    vec![
        Route::at("/api/openapi.json").get(description::get, description::describe::get),
        Route::at("/api/v1/session").get(session::get, session::describe::get),
        Route::at("/api/v1/session/confirm").post(session::confirm, session::describe::confirm),
        Route::at("/api/v1/session/password").put(session::set_password, session::describe::set_password),
        Route::at("/api/v1/session/workspace").put(session::switch, session::describe::switch),
        Route::at("/api/v1/workspaces").get(session::workspaces, session::describe::workspaces),
        Route::at("/api/v1/workspace")
            .get(workspace::get, workspace::describe::get)
            .patch(workspace::set, workspace::describe::set),
        Route::at("/api/v1/members")
            .get(member::list, member::describe::list_all)
            .post(member::create, member::describe::create),
        Route::at("/api/v1/members/{id}")
            .get(member::get, member::describe::get)
            .patch(member::update, member::describe::update)
            .delete(member::delete, member::describe::delete),
        Route::at("/api/v1/keys")
            .get(key::list, key::describe::list_all)
            .post(key::create, key::describe::create),
        Route::at("/api/v1/keys/{id}")
            .get(key::get, key::describe::get)
            .patch(key::update, key::describe::update)
            .delete(key::delete, key::describe::delete),
        Route::at("/api/v1/keys/{id}/rotate").post(key::rotate, key::describe::rotate),
        Route::at("/api/v1/audit").get(audit::list, audit::describe::list_all),
    ]
}

/// The dashboard and programs: consents, subjects, notices and documents.
fn record_routes() -> Vec<Route> {
    use management::{
        consent, document, erasure, export, import, legal_notice, legal_notice_source, restraint, retention,
        subject, subject_file,
    };
    vec![
        Route::at("/api/v1/consents")
            .get(consent::list, consent::describe::list_all)
            .post(consent::create, consent::describe::create),
        Route::at("/api/v1/exports/consents").get(export::consents, export::describe::consents),
        Route::at("/api/v1/exports/subjects").get(export::subjects, export::describe::subjects),
        Route::at("/api/v1/exports/legal_notices")
            .get(export::legal_notices, export::describe::legal_notices),
        Route::at("/api/v1/exports/documents").get(export::documents, export::describe::documents),
        Route::at("/api/v1/exports/members").get(export::members, export::describe::members),
        Route::at("/api/v1/exports/keys").get(export::keys, export::describe::keys),
        Route::at("/api/v1/exports/audit").get(export::audit, export::describe::audit),
        Route::at("/api/v1/imports/{what}").post(import::create, import::describe::create),
        Route::at("/api/v1/consents/{id}").get(consent::get, consent::describe::get),
        Route::at("/api/v1/documents")
            .get(document::list, document::describe::list_all)
            .post(document::create, document::describe::create),
        Route::at("/api/v1/documents/{id}").get(document::get, document::describe::get),
        Route::at("/api/v1/documents/{id}/content").get(document::content, document::describe::content),
        Route::at("/api/v1/documents/{id}/references")
            .get(document::references, document::describe::references),
        Route::at("/api/v1/legal_notices")
            .get(legal_notice::list, legal_notice::describe::list_all)
            .post(legal_notice::publish, legal_notice::describe::publish),
        Route::at("/api/v1/legal_notices/{identifier}")
            .get(legal_notice::versions, legal_notice::describe::versions),
        Route::at("/api/v1/legal_notices/{identifier}/source")
            .get(legal_notice_source::get, legal_notice_source::describe::get)
            .put(legal_notice_source::put, legal_notice_source::describe::put)
            .delete(legal_notice_source::delete, legal_notice_source::describe::delete),
        Route::at("/api/v1/subjects").get(subject::list, subject::describe::list_all),
        Route::at("/api/v1/subjects/{id}")
            .get(subject::get, subject::describe::get)
            .delete(erasure::delete, erasure::describe::delete),
        Route::at("/api/v1/subjects/{id}/erasure").get(erasure::preview, erasure::describe::preview),
        Route::at("/api/v1/subjects/{id}/restraints")
            .get(restraint::of_subject, restraint::describe::of_subject),
        Route::at("/api/v1/subjects/{id}/hold")
            .put(restraint::hold, restraint::describe::hold)
            .delete(restraint::lift_hold, restraint::describe::lift_hold),
        Route::at("/api/v1/subjects/{id}/restriction")
            .put(restraint::restrict, restraint::describe::restrict)
            .delete(restraint::lift_restriction, restraint::describe::lift_restriction),
        Route::at("/api/v1/holds").get(restraint::holds, restraint::describe::holds),
        Route::at("/api/v1/restrictions").get(restraint::restrictions, restraint::describe::restrictions),
        Route::at("/api/v1/retention").get(retention::get, retention::describe::get),
        Route::at("/api/v1/subjects/{id}/file").get(subject_file::get, subject_file::describe::get),
        Route::at("/api/v1/subjects/{id}/preferences")
            .get(subject::preferences, subject::describe::preferences),
        Route::at("/api/v1/legal_notices/{identifier}/{version}")
            .get(legal_notice::get, legal_notice::describe::get),
    ]
}

/// The dashboard and programs: widgets, their services and texts.
fn widget_management_routes() -> Vec<Route> {
    use management::widget::{draft, library, origin, part, publication, statistics};
    vec![
        Route::at("/api/v1/widgets")
            .get(draft::list, draft::describe::list_all)
            .post(draft::create, draft::describe::create),
        Route::at("/api/v1/widgets/import").post(draft::import, draft::describe::import),
        Route::at("/api/v1/widgets/{id}").get(draft::one, draft::describe::one),
        Route::at("/api/v1/widgets/{id}/draft")
            .get(draft::get, draft::describe::get)
            .put(draft::put, draft::describe::put)
            .patch(draft::patch, draft::describe::patch),
        Route::at("/api/v1/widgets/{id}/check").get(draft::check, draft::describe::check),
        Route::at("/api/v1/widgets/{id}/preview").get(draft::preview, draft::describe::preview),
        Route::at("/api/v1/widgets/{id}/export").get(draft::export, draft::describe::export),
        Route::at("/api/v1/widgets/{id}/publish").post(publication::publish, publication::describe::publish),
        Route::at("/api/v1/widgets/{id}/versions").get(publication::list, publication::describe::list_all),
        Route::at("/api/v1/widgets/{id}/versions/{number}").get(publication::get, publication::describe::get),
        Route::at("/api/v1/widgets/{id}/versions/{number}/diff")
            .get(publication::diff, publication::describe::diff),
        Route::at("/api/v1/widgets/{id}/versions/{number}/restore")
            .post(publication::restore, publication::describe::restore),
        Route::at("/api/v1/widgets/{id}/services").post(part::add_service, part::describe::add_service),
        Route::at("/api/v1/widgets/{id}/services/{slug}")
            .patch(part::change_service, part::describe::change_service)
            .delete(part::remove_service, part::describe::remove_service),
        Route::at("/api/v1/widgets/{id}/texts/{lang}")
            .put(part::set_texts, part::describe::set_texts)
            .delete(part::remove_texts, part::describe::remove_texts),
        Route::at("/api/v1/widgets/{id}/allowed_origins")
            .post(origin::allow, origin::describe::allow)
            .delete(origin::withdraw, origin::describe::withdraw),
        Route::at("/api/v1/widgets/{id}/refused_origins")
            .get(origin::refused, origin::describe::refused)
            .delete(origin::forget, origin::describe::forget),
        Route::at("/api/v1/widgets/{id}/statistics").get(statistics::get, statistics::describe::get),
        Route::at("/api/v1/services").get(library::services, library::describe::services),
        Route::at("/api/v1/services/{slug}").get(library::service, library::describe::service_by_slug),
        Route::at("/api/v1/texts").get(library::languages, library::describe::languages),
        Route::at("/api/v1/texts/{lang}").get(library::texts, library::describe::texts),
    ]
}

/// Browsers: scripts and files, under our names and under those already on people's pages.
fn script_routes() -> Vec<Route> {
    use assets::describe;
    let loader = |path| Route::at(path).get(assets::loader, describe::loader);
    let forms = |path| Route::at(path).get(assets::forms, describe::forms);
    vec![
        loader("/sdk/placet.js"),
        loader("/sdk/dastra.js"),
        loader("/dist/dastra.js"),
        Route::at("/sdk/{build}/{file}").get(assets::part, describe::part),
        Route::at("/sdk/blocker.js").get(assets::blocker, describe::blocker),
        forms("/sdk/forms.js"),
        forms("/cons/iubenda_cons.js"),
        forms("/cons/beta/iubenda_cons.js"),
        forms("/consent_solution/iubenda_cons.js"),
        Route::at("/assets/{*path}").get(assets::file, describe::file),
    ]
}

/// People.
fn page_routes() -> Vec<Route> {
    use pages::{describe, preview, reference, setup, sign_in};
    vec![
        Route::at("/").get(pages::start, describe::start),
        Route::at("/api").get(reference::show, describe::reference),
        Route::at("/sign-in")
            .get(sign_in::show, describe::sign_in)
            .post(sign_in::submit, describe::signing_in),
        Route::at("/sign-out").post(sign_in::sign_out, describe::signing_out),
        Route::at("/setup").get(setup::show, describe::setup).post(setup::submit, describe::setting_up),
        Route::at("/w/{workspace}/forms/{digest}").get(pages::form, describe::form),
        Route::at("/w/{workspace}/widgets/{id}/preview").get(preview::show, describe::preview),
        Route::at("/w/{workspace}").get(pages::dashboard, describe::dashboard),
        Route::at("/w/{workspace}/{*rest}").get(pages::dashboard, describe::dashboard_page),
    ]
}

/// Operators and their load balancers.
fn operator_routes() -> Vec<Route> {
    vec![
        Route::at("/healthz").get(health::alive, health::describe::alive),
        Route::at("/readyz").get(health::ready, health::describe::ready),
        Route::at("/metrics").get(metrics::show, metrics::describe::show),
    ]
}
