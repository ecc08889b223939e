//! Content security policies, as far as they decide about the widget.

/// What one policy keeps the widget from, in words for people. `page` is the page's origin, `server` that of the
/// widget's script.
#[must_use]
pub fn obstacles(policy: &str, page: &str, server: &str, has_nonce: bool) -> Vec<String> {
    let mut found = Vec::new();
    let directives: Vec<(String, Vec<&str>)> = policy.split([';', ',']).filter_map(directive).collect();
    let sources = |names: &[&str]| {
        let known = names.iter().find_map(|name| directives.iter().find(|(known, _)| known == name));
        known.map(|(name, sources)| (name.clone(), sources.as_slice()))
    };
    if let Some((name, sources)) = sources(&["script-src-elem", "script-src", "default-src"]) {
        let is_strict = sources.contains(&"'strict-dynamic'");
        let by_nonce = has_nonce && sources.iter().any(|source| source.starts_with("'nonce-"));
        if !by_nonce && (is_strict || !allows(sources, page, server)) {
            found.push(format!("{name} does not let the widget's script in: add {server} to it"));
        }
    }
    if let Some((name, sources)) = sources(&["connect-src", "default-src"])
        && !allows(sources, page, server)
    {
        found.push(format!(
            "{name} does not let the widget ask for its settings: add {server} to connect-src"
        ));
    }
    if let (Some(_), Some((_, policies))) =
        (sources(&["require-trusted-types-for"]), sources(&["trusted-types"]))
        && !policies.iter().any(|policy| matches!(*policy, "placet" | "*"))
    {
        found.push("trusted-types does not name the widget's policy: add placet to it".into());
    }
    found
}

fn directive(text: &str) -> Option<(String, Vec<&str>)> {
    let mut words = text.split_ascii_whitespace();
    Some((words.next()?.to_ascii_lowercase(), words.collect()))
}

/// Whether a list of sources means an origin.
fn allows(sources: &[&str], page: &str, server: &str) -> bool {
    let (scheme, host) = server.split_once("://").unwrap_or_default();
    sources.iter().any(|source| {
        let source = source.to_ascii_lowercase();
        match source.as_str() {
            "*" => true,
            "'self'" => page == server,
            _ if source.ends_with(':') => source.trim_end_matches(':') == scheme,
            _ => {
                let (own, rest) = source.split_once("://").unwrap_or((scheme, source.as_str()));
                let named = rest.split('/').next().unwrap_or_default().trim_end_matches(":443");
                let is_host = match named.strip_prefix("*.") {
                    Some(parent) => host.strip_suffix(parent).is_some_and(|start| start.ends_with('.')),
                    None => named == host,
                };
                own == scheme && is_host
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://shop.example";
    const SERVER: &str = "https://consent.example.org";

    fn count(policy: &str, has_nonce: bool) -> usize {
        obstacles(policy, PAGE, SERVER, has_nonce).len()
    }

    #[test]
    fn a_policy_lets_the_widget_in_or_says_what_is_missing() {
        for fine in [
            "",
            "img-src 'self'",
            "default-src *",
            "default-src https:",
            "script-src 'self' https://consent.example.org; connect-src consent.example.org",
            "script-src https://*.example.org; connect-src https://consent.example.org/",
        ] {
            assert_eq!(count(fine, false), 0, "{fine}");
        }
        assert_eq!(count("default-src 'self'", false), 2);
        assert_eq!(count("script-src 'self'", false), 1);
        assert_eq!(count("connect-src https://example.org", false), 1);
        assert_eq!(count("script-src 'strict-dynamic' 'nonce-abc' https://consent.example.org", false), 1);
        assert_eq!(count("script-src 'strict-dynamic' 'nonce-abc'", true), 0);
        assert_eq!(count("require-trusted-types-for 'script'; trusted-types svelte", false), 1);
        assert_eq!(count("require-trusted-types-for 'script'; trusted-types placet", false), 0);
    }
}
