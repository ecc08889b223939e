//! Addresses that settings put into other people's pages: none of them may run anything.

/// What an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// A link.
    Link,
    /// A picture.
    Picture,
}

/// Whether a page may link to this address or show it as a picture: `https`, for links also `http`, or a path of the
/// site itself.
pub(super) fn is_harmless(address: &str, used: Use) -> bool {
    let is_clean = !address.chars().any(|c| c.is_control() || c.is_whitespace() || "\"'<>\\`".contains(c));
    let scheme = address.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let is_web = match used {
        Use::Link => matches!(scheme.as_str(), "https:" | "http:"),
        Use::Picture => scheme == "https:",
    };
    let names_a_host =
        || address.split_once("://").is_some_and(|(_, rest)| !rest.is_empty() && !rest.starts_with('/'));
    is_clean && (is_path(address) || (is_web && names_a_host()))
}

/// Whether this is a path of the site itself: `//` would lead to another host.
pub(super) fn is_path(address: &str) -> bool {
    address.starts_with('/')
        && !address.starts_with("//")
        && !address.chars().any(|c| c.is_control() || c.is_whitespace() || "\"'<>\\`".contains(c))
}

/// Whether this is a host's name that a cookie may be set for.
pub(super) fn is_domain(name: &str) -> bool {
    let labels = name.strip_prefix('.').unwrap_or(name).split('.');
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    name.len() <= 253 && labels.clone().all(is_label) && (labels.count() > 1 || name == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_a_page_and_runs_nothing() {
        for fine in ["https://shop.example/cookies?a=1#b", "/cookies", "http://shop.example"] {
            assert!(is_harmless(fine, Use::Link), "{fine}");
        }
        for hostile in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "//evil.example",
            "/\\evil.example",
            "https:///evil",
            "https://shop.example/\"onclick=\"alert(1)",
            "cookies",
            "",
        ] {
            assert!(!is_harmless(hostile, Use::Link), "{hostile}");
        }
        assert!(!is_harmless("http://shop.example/logo.svg", Use::Picture));
        assert!(is_harmless("/logo.svg", Use::Picture));
    }

    #[test]
    fn a_cookie_domain_has_no_room_for_another_attribute() {
        assert!(is_domain("example.org") && is_domain(".example.org") && is_domain("localhost"));
        for wrong in ["example.org; Path=/x", "org", "", "a..b", "https://example.org", "exa mple.org"] {
            assert!(!is_domain(wrong), "{wrong}");
        }
    }
}
