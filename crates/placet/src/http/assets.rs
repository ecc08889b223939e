//! Scripts, styles and fonts: built from `web/`, embedded in the program.

pub(in crate::http) mod describe;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use placet_assets::Asset;

use super::pages;

const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("public, max-age=0, must-revalidate");
const SHORT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The SDK's loader, under all its names.
pub(super) async fn loader(headers: HeaderMap) -> Response {
    script("sdk/loader.js", &headers, A_DAY)
}

/// The optional script that keeps unmarked tags away.
pub(super) async fn blocker(headers: HeaderMap) -> Response {
    script("sdk/blocker.js", &headers, A_DAY)
}

/// The files that the loader fetches when they are needed.
const PARTS: [&str; 5] = ["ui.js", "details.js", "frames.js", "signals.js", "advice.js"];

/// One of the loader's other files. A loader that was cached before an upgrade names a build that is gone: it gets the
/// current file.
pub(super) async fn part(Path((build, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if !PARTS.contains(&file.as_str()) {
        return pages::not_found();
    }
    let path = format!("sdk/{file}");
    let is_named =
        placet_assets::get(&path).is_some_and(|asset| build.starts_with(asset.etag.trim_matches('"')));
    // The files without a digest of their own in their address go along with the loader.
    let otherwise = if file == "ui.js" { SHORT } else { A_DAY };
    script(&path, &headers, if is_named { FOR_EVER } else { otherwise })
}

/// The form library, under all its names.
pub(super) async fn forms(headers: HeaderMap) -> Response {
    script("sdk/forms.js", &headers, A_DAY)
}

/// Scripts that run on other people's pages.
fn script(path: &str, headers: &HeaderMap, cache: HeaderValue) -> Response {
    let mut response = answer(path, headers, cache);
    let open = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    for (name, value) in open {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Files of the dashboard and of the pages. Names in `dashboard/assets/` change with their content.
pub(super) async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let is_public = path.starts_with("dashboard/") || path.starts_with("pages/");
    if !is_public {
        return pages::not_found();
    }
    let cache = if path.starts_with("dashboard/assets/") { FOR_EVER } else { ASK_EACH_TIME };
    answer(&path, &headers, cache)
}

/// A file, in the encoding that the browser prefers, or 304.
pub(super) fn answer(path: &str, headers: &HeaderMap, cache: HeaderValue) -> Response {
    let Some(asset) = placet_assets::get(path) else { return pages::not_found() };
    let (encoding, bytes) = encoded(asset, headers);
    let mut response = if is_known(headers, asset.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        bytes.into_response()
    };
    let fixed = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
        (header::ETAG, HeaderValue::from_static(asset.etag)),
        (header::VARY, HeaderValue::from_static("Accept-Encoding")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, cache),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, value);
    }
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, encoding);
    }
    response
}

fn encoded(asset: &'static Asset, headers: &HeaderMap) -> (Option<HeaderValue>, &'static [u8]) {
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes_brotli =
        accepted.split(',').any(|coding| matches!(coding.trim(), "br" | "br;q=1.0" | "br;q=1"));
    match asset.brotli {
        Some(bytes) if takes_brotli => (Some(HeaderValue::from_static("br")), bytes),
        _ => (None, asset.bytes),
    }
}

/// Whether the browser has this version.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known
        .split(',')
        .any(|tag| matches!(tag.trim().trim_start_matches("W/"), tag if tag == etag || tag == "*"))
}
