//! Paths as clients really send them: `//consent`, `/consent/`, `/beta/consent` all mean `/consent`.
//! Answered directly, because a redirect turns POST into GET in many clients.

use axum::extract::Request;
use axum::http::Uri;

/// First segments that also exist under `/beta`.
const BETA: [&str; 5] = ["consent", "public", "subjects", "legal_notices", "documents"];

pub(super) fn normalise(mut request: Request) -> Request {
    if let Some(path) = normal_path(request.uri().path())
        && let Some(uri) = with_path(request.uri(), &path)
    {
        *request.uri_mut() = uri;
    }
    request
}

/// The path that is meant, if it differs from the one sent.
fn normal_path(sent: &str) -> Option<String> {
    let is_normal =
        !sent.contains("//") && (sent == "/" || !sent.ends_with('/')) && !sent.starts_with("/beta/");
    if is_normal {
        return None;
    }
    let mut segments: Vec<&str> = sent.split('/').filter(|segment| !segment.is_empty()).collect();
    if let ["beta", noun, ..] = segments[..]
        && BETA.contains(&noun)
    {
        segments.remove(0);
    }
    Some(format!("/{}", segments.join("/")))
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path_and_query = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_too_many_and_the_beta_prefix_do_not_matter() {
        for sent in ["//consent", "/consent/", "/beta/consent", "/beta//consent", "//beta//consent//"] {
            assert_eq!(normal_path(sent).as_deref(), Some("/consent"), "{sent}");
        }
        assert_eq!(normal_path("/beta/subjects/a%2Fb").as_deref(), Some("/subjects/a%2Fb"));
        assert_eq!(normal_path("/beta/other").as_deref(), Some("/beta/other"));
        assert_eq!(normal_path("/"), None);
        assert_eq!(normal_path("//").as_deref(), Some("/"));
        assert_eq!(normal_path("/cons/beta/iubenda_cons.js"), None);
    }
}
