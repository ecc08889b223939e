//! Where a widget may be used: exact origins, one-level wildcards, and loopback hosts for development.

use std::net::{Ipv4Addr, Ipv6Addr};

/// An entry of a widget's list of allowed origins, in lower case and without a default port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedOrigin(String);

struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: Option<&'a str>,
}

impl AllowedOrigin {
    /// Reads `https://host`, `https://host:8443`, `https://*.example.org`, or a loopback `http://localhost:*`.
    ///
    /// # Errors
    /// Why the entry cannot be used, for people.
    pub fn parse(entry: &str) -> Result<AllowedOrigin, &'static str> {
        let entry = entry.trim().trim_end_matches('/').to_ascii_lowercase();
        let parts = split(&entry).ok_or("must look like https://host, without a path")?;
        if !is_port(parts.port, parts.scheme) {
            return Err("has a port that is not a number (* is for loopback hosts)");
        }
        match parts.scheme {
            "http" if !is_loopback(parts.host) => Err("must use https (http is for loopback hosts only)"),
            "http" | "https" if is_host(parts.host) => {
                Ok(AllowedOrigin(without_default_port(&entry, &parts)))
            }
            _ => Err("must look like https://host; a wildcard stands for one level: https://*.example.org"),
        }
    }

    /// The entry as written in settings.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether pages of this origin may keep cookies of a domain.
    #[must_use]
    pub fn is_below(&self, domain: &str) -> bool {
        let Some(parts) = split(&self.0) else { return false };
        let host = parts.host.strip_prefix("*.").unwrap_or(parts.host);
        host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
    }

    /// Whether a browser's `Origin` header is meant by this entry.
    #[must_use]
    pub fn matches(&self, origin: &str) -> bool {
        let (Some(allowed), Some(given)) = (split(&self.0), split(origin)) else { return false };
        allowed.scheme.eq_ignore_ascii_case(given.scheme)
            && host_matches(allowed.host, given.host)
            && (allowed.port == Some("*") || real_port(&allowed) == real_port(&given))
    }
}

fn split(origin: &str) -> Option<Parts<'_>> {
    let (scheme, rest) = origin.split_once("://")?;
    let bracket = rest.find(']').map_or(0, |end| end + 1);
    let (host, port) = match rest[bracket..].find(':') {
        Some(colon) => (&rest[..bracket + colon], Some(&rest[bracket + colon + 1..])),
        None => (rest, None),
    };
    let plain = !host.is_empty() && !rest.contains(['/', '?', '#', '@', ' ', '\\']);
    plain.then_some(Parts { scheme, host, port })
}

fn is_port(port: Option<&str>, scheme: &str) -> bool {
    match port {
        None => true,
        Some("*") => scheme == "http",
        Some(digits) => digits.parse::<u16>().is_ok_and(|number| number > 0),
    }
}

fn real_port<'a>(parts: &Parts<'a>) -> &'a str {
    parts.port.unwrap_or(if parts.scheme.eq_ignore_ascii_case("https") { "443" } else { "80" })
}

fn without_default_port(entry: &str, parts: &Parts<'_>) -> String {
    match (parts.scheme, parts.port) {
        ("https", Some("443")) | ("http", Some("80")) => format!("{}://{}", parts.scheme, parts.host),
        _ => entry.to_owned(),
    }
}

/// `localhost`, `*.localhost`, `127.0.0.0/8` and `[::1]`: hosts that no stranger can answer for.
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || ipv6(host).is_some_and(|address| address.is_loopback())
}

fn ipv6(host: &str) -> Option<Ipv6Addr> {
    host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

fn is_host(host: &str) -> bool {
    let name = host.strip_prefix("*.").unwrap_or(host);
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    // A wildcard right below a top-level name would allow strangers: `*.com`.
    let wide_wildcard = host.starts_with("*.") && !name.contains('.') && name != "localhost";
    ipv6(host).is_some() || (name.split('.').all(is_label) && !wide_wildcard)
}

fn host_matches(allowed: &str, given: &str) -> bool {
    match allowed.strip_prefix("*.") {
        None => allowed.eq_ignore_ascii_case(given),
        Some(parent) => given
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(entry: &str, origin: &str) -> bool {
        AllowedOrigin::parse(entry).unwrap().matches(origin)
    }

    #[test]
    fn an_exact_origin_means_scheme_host_and_port() {
        assert!(allows("https://shop.example", "https://shop.example"));
        assert!(allows("https://Shop.Example:443/", "https://shop.example"));
        assert!(!allows("https://shop.example", "http://shop.example"));
        assert!(!allows("https://shop.example", "https://shop.example:8443"));
        assert!(!allows("https://shop.example", "https://evil-shop.example"));
        assert!(!allows("https://shop.example", "https://shop.example.evil"));
        assert!(!allows("https://shop.example", "null"));
    }

    #[test]
    fn a_wildcard_stands_for_exactly_one_level() {
        assert!(allows("https://*.example.org", "https://www.example.org"));
        assert!(!allows("https://*.example.org", "https://example.org"));
        assert!(!allows("https://*.example.org", "https://a.b.example.org"));
        assert!(!allows("https://*.example.org", "https://.example.org"));
    }

    #[test]
    fn http_is_for_loopback_hosts_with_any_port_if_listed_so() {
        assert!(allows("http://localhost:*", "http://localhost:3000"));
        assert!(allows("http://localhost:*", "http://localhost"));
        assert!(allows("http://127.0.0.1:8080", "http://127.0.0.1:8080"));
        assert!(!allows("http://127.0.0.1:8080", "http://127.0.0.1:8081"));
        assert!(allows("http://[::1]:*", "http://[::1]:8080"));
        assert!(allows("http://shop.localhost", "http://shop.localhost"));
    }

    #[test]
    fn entries_that_would_allow_strangers_are_refused() {
        for entry in [
            "",
            "shop.example",
            "https://",
            "https://shop.example/path",
            "http://shop.example",
            "https://*",
            "https://*.com",
            "https://a.*.example",
            "https://shop.example:*",
            "https://shop.example:0",
            "null",
            "ftp://shop.example",
            "https://user@shop.example",
            "http://127.0.0.1.example",
        ] {
            assert!(AllowedOrigin::parse(entry).is_err(), "{entry}");
        }
    }
}
