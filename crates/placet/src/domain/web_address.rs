//! Addresses of pages that the server itself fetches: `https` on the public internet, and nothing else. A rule for the
//! text of an address, and one for the network address that is connected to.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use super::address::is_public;

/// The longest address, in characters.
pub const MAX_ADDRESS: usize = 2048;

/// How far requests of the server may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Also to this machine, and there over plain `http` too. For tests and for operators who know why.
    pub loopback: bool,
    /// To any network, over plain `http` too: where an operator names the server on the command line.
    pub anywhere: bool,
}

/// The address of a page that may be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAddress(Url);

impl WebAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn parse(text: &str, reach: Reach) -> Result<WebAddress, &'static str> {
        if text.len() > MAX_ADDRESS {
            return Err("is longer than 2048 characters");
        }
        let url =
            Url::parse(text.trim()).map_err(|_| "must be an address such as https://example.org/privacy")?;
        WebAddress::checked(url, reach)
    }

    /// Where a redirect leads.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn redirected(&self, location: &str, reach: Reach) -> Result<WebAddress, &'static str> {
        let url = self.0.join(location).map_err(|_| "is not an address")?;
        WebAddress::checked(url, reach)
    }

    fn checked(mut url: Url, reach: Reach) -> Result<WebAddress, &'static str> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not contain a user's name or password");
        }
        url.set_fragment(None);
        let address = WebAddress(url);
        let literal = match address.0.host() {
            Some(Host::Ipv4(host)) => Some(IpAddr::V4(host)),
            Some(Host::Ipv6(host)) => Some(IpAddr::V6(host)),
            Some(Host::Domain(_)) => None,
            None => return Err("must name a host"),
        };
        match address.0.scheme() {
            "https" => {}
            "http" if reach.loopback || reach.anywhere => {}
            _ => return Err("must begin with https://"),
        }
        if literal.is_some_and(|host| !address.may_connect(host, reach)) {
            return Err("is not on the public internet");
        }
        Ok(address)
    }

    /// Whether the page may be fetched from this network address, the one that its host's name leads to right now.
    #[must_use]
    pub fn may_connect(&self, to: IpAddr, reach: Reach) -> bool {
        let is_allowed_here = reach.loopback && to.to_canonical().is_loopback();
        reach.anywhere || is_allowed_here || (self.is_encrypted() && is_public(to))
    }

    /// Whether it begins with `https`.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host's name or address, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }

    /// The port, also when it is not written.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// What the `Host` header says: the host, and the port if it is not the usual one.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.authority()
    }

    /// Path and query, as they are asked for.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.0[url::Position::BeforePath..]
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PUBLIC: Reach = Reach { loopback: false, anywhere: false };
    const LOOPBACK: Reach = Reach { loopback: true, anywhere: false };

    #[test]
    fn an_address_is_taken_apart_as_it_is_asked_for() {
        let address = WebAddress::parse(" https://Example.org:8443/a b?c=ä#part ", PUBLIC).unwrap();
        assert_eq!((address.host(), address.port()), ("example.org", 8443));
        assert_eq!((address.authority(), address.target()), ("example.org:8443", "/a%20b?c=%C3%A4"));
        let address = WebAddress::parse("https://[2606:4700::1]", PUBLIC).unwrap();
        assert_eq!((address.host(), address.authority()), ("2606:4700::1", "[2606:4700::1]"));
        assert_eq!((address.port(), address.target()), (443, "/"));
    }

    #[test]
    fn only_https_on_the_public_internet_is_accepted() {
        let why = |text: &str| WebAddress::parse(text, PUBLIC).unwrap_err();
        for text in ["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "http://127.0.0.1/"] {
            assert!(["must begin with https://", "must name a host"].contains(&why(text)), "{text}");
        }
        for text in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1:8080/",
            "https://[fe80::1]/",
            "https://0/",
        ] {
            assert_eq!(why(text), "is not on the public internet", "{text}");
        }
        assert_eq!(why("https://ada:secret@example.org/"), "must not contain a user's name or password");
        assert_eq!(why("example.org/privacy"), "must be an address such as https://example.org/privacy");
        assert_eq!(
            why(&format!("https://example.org/{}", "x".repeat(2048))),
            "is longer than 2048 characters"
        );
    }

    #[test]
    fn the_switch_opens_this_machine_and_nothing_else() {
        for text in ["http://127.0.0.1:8080/", "http://[::1]/", "https://127.0.0.1/", "http://localhost/"] {
            assert!(WebAddress::parse(text, LOOPBACK).is_ok(), "{text}");
        }
        for text in ["http://10.0.0.1/", "https://192.168.0.1/", "http://1.1.1.1/", "http://169.254.169.254/"]
        {
            assert_eq!(
                WebAddress::parse(text, LOOPBACK).unwrap_err(),
                "is not on the public internet",
                "{text}"
            );
        }
    }

    #[test]
    fn a_redirect_is_checked_like_an_address() {
        let from = WebAddress::parse("https://example.org/a/b?c", PUBLIC).unwrap();
        let to = |location: &str| from.redirected(location, PUBLIC);
        assert_eq!(to("../d").unwrap().to_string(), "https://example.org/d");
        assert_eq!(to("//other.example/x#y").unwrap().to_string(), "https://other.example/x");
        assert_eq!(to("http://example.org/").unwrap_err(), "must begin with https://");
        assert_eq!(to("https://169.254.169.254/").unwrap_err(), "is not on the public internet");
        assert!(to("gopher://x/").is_err() && to("https://").is_err());
    }

    proptest! {
        #[test]
        fn plain_http_never_reaches_the_public_internet_and_nothing_reaches_a_private_network(
            bits in any::<u32>(), is_encrypted in any::<bool>(), loopback in any::<bool>(),
        ) {
            let scheme = if is_encrypted { "https" } else { "http" };
            let address = WebAddress(Url::parse(&format!("{scheme}://example.org/")).unwrap());
            let to = IpAddr::from(bits.to_be_bytes());
            let may = address.may_connect(to, Reach { loopback, anywhere: false });
            prop_assert_eq!(may, (is_encrypted && is_public(to)) || (loopback && to.is_loopback()));
        }
    }
}
