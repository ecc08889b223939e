//! Every option, once. Each is a command line option and an environment variable.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ipnet::IpNet;

use crate::app::Atlas;
use crate::domain::document::{DocumentRules, MOST_BYTES, is_type};
use crate::domain::error::{Error, Result};
use crate::domain::rate_limit::Limit;
use crate::domain::web_address::Reach;
use crate::store::Address;

/// Where the data is; every command takes these.
#[derive(Args, Clone)]
pub struct Data {
    /// Folder of the embedded database; also holds what must not be in a database
    #[arg(long, env = "PLACET_DATA", default_value = "./placet-data", value_name = "FOLDER")]
    pub data: PathBuf,
    /// Use this PostgreSQL database instead of the embedded one
    #[arg(long, env = "PLACET_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

impl Data {
    /// The database meant.
    #[must_use]
    pub fn address(&self) -> Address {
        match &self.database_url {
            Some(url) => Address::Url(url.clone()),
            None => Address::Folder(self.data.clone()),
        }
    }
}

/// How the outside reaches the server.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    /// Address and port to listen on
    #[arg(long, env = "PLACET_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    #[command(flatten)]
    pub public: Public,
    #[command(flatten)]
    pub encryption: Encryption,
    /// Networks of proxies whose X-Forwarded-For header is believed, separated by commas
    #[arg(long, env = "PLACET_TRUSTED_PROXIES", value_delimiter = ',', value_name = "CIDRS")]
    pub trusted_proxies: Vec<IpNet>,
    /// Networks that may read /metrics, separated by commas
    #[arg(
        long,
        env = "PLACET_METRICS_FROM",
        value_delimiter = ',',
        default_value = "127.0.0.0/8,::1/128",
        value_name = "CIDRS"
    )]
    pub metrics_from: Vec<IpNet>,
    /// The largest document that may be uploaded, in bytes
    #[arg(long, env = "PLACET_DOCUMENT_MAX_BYTES", default_value_t = DocumentRules::default().max_bytes, value_parser = document_bytes, value_name = "BYTES")]
    pub document_max_bytes: usize,
    /// Types of documents that may be uploaded, such as `application/pdf,image/*`; any, if none is given
    #[arg(long, env = "PLACET_DOCUMENT_TYPES", value_delimiter = ',', value_parser = document_type, value_name = "TYPES")]
    pub document_types: Vec<String>,
    #[command(flatten)]
    pub following: Following,
    #[command(flatten)]
    pub places: Places,
    /// The most requests of a key, such as `50/s,108000/h`; requests without a private key are limited per network
    #[arg(long, env = "PLACET_RATE_LIMIT", value_delimiter = ',', value_name = "LIMITS")]
    pub rate_limit: Vec<Limit>,
    /// How the log is written to standard error; `PLACET_LOG` says what of it
    #[arg(long, env = "PLACET_LOG_FORMAT", value_enum, default_value_t, value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// Add a demo workspace with a shop under /demo, and print its credentials; loopback only
    #[arg(long, env = "PLACET_DEMO")]
    pub demo: bool,
}

/// Where browsers find the server.
#[derive(Args, Clone, Debug)]
pub struct Public {
    /// Address under which browsers reach the server, if it differs, such as `https://consent.example.org`
    #[arg(long, env = "PLACET_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
}

/// Files for TLS, unless a proxy speaks it; both or neither.
#[derive(Args, Clone, Debug)]
pub struct Encryption {
    /// Speak TLS with this certificate, a PEM file that begins with the server's own; read again when it changes
    #[arg(long, env = "PLACET_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// Its private key, a PEM file
    #[arg(long, env = "PLACET_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum LogFormat {
    /// A line of text for each event.
    #[default]
    Text,
    /// A JSON object for each event, on a line of its own.
    Json,
}

impl Encryption {
    /// The files of certificate and key, if TLS is spoken.
    #[must_use]
    pub fn files(&self) -> Option<(PathBuf, PathBuf)> {
        Some((self.tls_certificate.clone()?, self.tls_key.clone()?))
    }

    fn scheme(&self) -> &'static str {
        if self.tls_certificate.is_some() { "https" } else { "http" }
    }
}

/// How far notices may follow addresses.
#[derive(Args, Clone, Copy, Debug)]
pub struct Following {
    /// Let notices follow addresses on this machine too, over plain http as well; for tests
    #[arg(long, env = "PLACET_FOLLOW_LOOPBACK")]
    pub follow_loopback: bool,
}

impl Following {
    /// The same as a rule.
    #[must_use]
    pub fn reach(self) -> Reach {
        Reach { loopback: self.follow_loopback, anywhere: false }
    }
}

/// How the server learns which country a visitor is in, for widgets that differ by region.
#[derive(Args, Clone, Debug)]
pub struct Places {
    /// Header in which a trusted proxy names the visitor's country, such as `CF-IPCountry`
    #[arg(long, env = "PLACET_COUNTRY_HEADER", value_name = "NAME")]
    pub country_header: Option<String>,
    /// Header in which a trusted proxy names the part of the country, such as `CF-Region-Code`
    #[arg(long, env = "PLACET_REGION_HEADER", value_name = "NAME")]
    pub region_header: Option<String>,
    /// File in the MaxMind DB format that says where addresses are; read once, at the start
    #[arg(long, env = "PLACET_GEO_DATABASE", value_name = "FILE")]
    pub geo_database: Option<PathBuf>,
}

/// What handlers need to know of the way requests come in, and of what goes out.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    /// Origin under which browsers reach the server, without a slash at the end.
    pub public_url: String,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Who may read the metrics.
    pub metrics_from: Vec<IpNet>,
    /// What may be uploaded.
    pub documents: DocumentRules,
    /// How far our own requests go.
    pub reach: Reach,
    /// The most requests of each caller; none means any number.
    pub rate_limit: Vec<Limit>,
    /// Headers in which trusted proxies name a visitor's country and the part of it.
    pub country_headers: (Option<String>, Option<String>),
    /// Where addresses are.
    pub atlas: Atlas,
}

impl Serve {
    /// The edge, with the public address spelled out.
    ///
    /// # Errors
    /// A public URL that is not `http://host` or `https://host`; two limits for one window.
    pub fn edge(&self) -> Result<Edge> {
        let public_url = match &self.public.public_url {
            None => format!("{}://{}", self.encryption.scheme(), local_name(self.listen)),
            Some(url) => origin_of(url)?,
        };
        let rate_limit = self.rate_limit.clone();
        for (index, limit) in rate_limit.iter().enumerate() {
            if rate_limit[..index].iter().any(|other| other.window == limit.window) {
                let window = limit.window.word();
                return Err(Error::invalid("rate-limit", format!("has two limits per {window}")));
            }
        }
        let documents =
            DocumentRules { max_bytes: self.document_max_bytes, types: self.document_types.clone() };
        let (trusted_proxies, reach) = (self.trusted_proxies.clone(), self.following.reach());
        let Places { country_header, region_header, geo_database } = self.places.clone();
        let atlas = geo_database.as_deref().map(Atlas::open).transpose()?.unwrap_or_default();
        let country_headers = (country_header, region_header);
        let metrics_from = self.metrics_from.clone();
        Ok(Edge {
            public_url,
            trusted_proxies,
            metrics_from,
            documents,
            reach,
            rate_limit,
            country_headers,
            atlas,
        })
    }
}

impl Edge {
    /// Whether browsers come over TLS, so that cookies can be restricted to it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether the caller may read the metrics. A request that came through a proxy we do not know could be anyone's.
    #[must_use]
    pub fn may_read_metrics(&self, peer: IpAddr, forwarded: Option<&str>) -> bool {
        let contains =
            |networks: &[IpNet], address: IpAddr| networks.iter().any(|network| network.contains(&address));
        let came_directly = forwarded.is_none() || contains(&self.trusted_proxies, peer.to_canonical());
        came_directly && contains(&self.metrics_from, self.caller(peer, forwarded))
    }

    /// Whether a peer is a proxy whose headers are believed.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(&peer.to_canonical()))
    }

    /// The caller's address: the peer's, or what the nearest proxy that is not ours was told.
    #[must_use]
    pub fn caller(&self, peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
        let mut caller = peer;
        for entry in forwarded.unwrap_or_default().rsplit(',').map(str::trim) {
            match (self.trusts(caller), entry.parse()) {
                (true, Ok(address)) => caller = address,
                _ => break,
            }
        }
        caller.to_canonical()
    }
}

fn document_bytes(text: &str) -> Result<usize, String> {
    let bytes = text.parse().ok().filter(|bytes| (1..=MOST_BYTES).contains(bytes));
    bytes.ok_or_else(|| format!("must be a number of bytes from 1 to {MOST_BYTES}"))
}

fn document_type(text: &str) -> Result<String, String> {
    let kind = text.trim().to_ascii_lowercase();
    if is_type(&kind) { Ok(kind) } else { Err("must look like application/pdf or image/*".into()) }
}

/// A name that browsers treat as trustworthy: cookies and the demo widget work on it without TLS.
fn local_name(listen: SocketAddr) -> String {
    if listen.ip().is_loopback() || listen.ip().is_unspecified() {
        format!("localhost:{}", listen.port())
    } else {
        listen.to_string()
    }
}

fn origin_of(url: &str) -> Result<String> {
    let url = url.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => Ok(url.to_owned()),
        _ => Err(Error::invalid("public-url", "must look like https://consent.example.org, without a path")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_is_believed_only_from_trusted_proxies() {
        let edge = Edge { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Edge::default() };
        let caller = |peer: &str, forwarded| edge.caller(peer.parse().unwrap(), forwarded).to_string();
        assert_eq!(caller("203.0.113.7", Some("198.51.100.1")), "203.0.113.7");
        assert_eq!(caller("10.0.0.1", Some("198.51.100.1")), "198.51.100.1");
        assert_eq!(caller("10.0.0.1", Some("6.6.6.6, 198.51.100.1, 10.0.0.2")), "198.51.100.1");
        assert_eq!(caller("10.0.0.1", Some("nonsense")), "10.0.0.1");
        assert_eq!(caller("10.0.0.1", None), "10.0.0.1");
    }

    #[test]
    fn limits_of_documents_are_checked_when_the_server_starts() {
        assert_eq!(document_bytes("1"), Ok(1));
        assert_eq!(document_bytes("67108864"), Ok(67_108_864));
        for wrong in ["0", "-1", "67108865", "10MB", ""] {
            let reason = "must be a number of bytes from 1 to 67108864";
            assert_eq!(document_bytes(wrong), Err(reason.into()), "{wrong}");
        }
        assert_eq!(document_type(" Image/* "), Ok("image/*".into()));
        assert_eq!(document_type("pdf"), Err("must look like application/pdf or image/*".into()));
    }
}
