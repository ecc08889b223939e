//! The way out: the only place where the server asks another one for something. It resolves a host's name itself,
//! checks the addresses, and connects to an address that it has checked: between the check and the connection there is
//! no second look-up that could answer otherwise. No proxy, no cookies, nothing of ours in the request.

mod api;
#[cfg(test)]
mod tests;

pub use api::ApiAnswer;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName,
    LOCATION, USER_AGENT,
};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::domain::web_address::{Reach, WebAddress};
use crate::domain::web_page::WebPage;

/// How many redirects are followed.
const MAX_REDIRECTS: usize = 5;
/// The most bytes of a page.
const MAX_PAGE: usize = 2 * 1024 * 1024;
/// For a page, redirects included.
const TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Addresses of a host that are tried.
const MAX_TRIES: usize = 3;
const NAME: &str = concat!("Placet/", env!("CARGO_PKG_VERSION"), " (follows legal notices)");

/// Why a page was not fetched, for people.
type Why = String;

/// Fetches pages.
pub struct Fetcher {
    reach: Reach,
    timeout: Duration,
    tls: OnceLock<Result<TlsConnector, Why>>,
}

/// A connection, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

enum Answered {
    Page(WebPage),
    Moved(WebAddress),
}

impl Fetcher {
    /// A fetcher that goes this far. Which authorities it trusts for `https` is read from the machine when it is first
    /// needed.
    #[must_use]
    pub fn new(reach: Reach) -> Fetcher {
        Fetcher { reach, timeout: TIMEOUT, tls: OnceLock::new() }
    }

    /// How far it goes.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Fetches a page.
    ///
    /// # Errors
    /// Why not: an address that is not allowed, a host that does not answer well, too much, too late.
    pub async fn get(&self, address: &str) -> Result<WebPage, Why> {
        let address = WebAddress::parse(address, self.reach).map_err(|why| format!("the address {why}"))?;
        let page = tokio::time::timeout(self.timeout, self.follow(address)).await;
        page.unwrap_or_else(|_| Err(format!("no page within {} seconds", self.timeout.as_secs())))
    }

    /// The certificate with which the host of an `https` address says who it is. It is one that this machine trusts.
    ///
    /// # Errors
    /// Why there is no connection to it, or no trusted one.
    pub async fn certificate(&self, address: &str) -> Result<Option<CertificateDer<'static>>, Why> {
        let address = WebAddress::parse(address, self.reach).map_err(|why| format!("the address {why}"))?;
        if !address.is_encrypted() {
            return Ok(None);
        }
        let greet = async { self.encrypt(&address, self.dial(&address).await?).await };
        let stream = tokio::time::timeout(self.timeout, greet).await;
        let stream = stream.map_err(|_| format!("no answer within {} seconds", self.timeout.as_secs()))??;
        let (_, encryption) = stream.get_ref();
        Ok(encryption.peer_certificates().and_then(<[_]>::first).map(|own| own.clone().into_owned()))
    }

    async fn follow(&self, mut address: WebAddress) -> Result<WebPage, Why> {
        for _ in 0..=MAX_REDIRECTS {
            match self.ask(&address).await? {
                Answered::Page(page) => return Ok(page),
                Answered::Moved(to) => address = to,
            }
        }
        Err(format!("more than {MAX_REDIRECTS} redirects"))
    }

    async fn ask(&self, address: &WebAddress) -> Result<Answered, Why> {
        let stream = self.connect(address).await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|_| broke_off(address))?;
        // Dropped with this function: whatever happens, the connection does not outlive the question.
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        let response = sender.send_request(request(address)?).await.map_err(|_| broke_off(address))?;
        let text = |name: HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok());
        if response.status().is_redirection() {
            let location = text(LOCATION).ok_or_else(|| answered(&response))?;
            let to = address.redirected(location, self.reach);
            return to
                .map(Answered::Moved)
                .map_err(|why| format!("a redirect leads to an address that {why}"));
        }
        if response.status().as_u16() != 200 {
            return Err(answered(&response));
        }
        if let Some(coding) = text(CONTENT_ENCODING).filter(|coding| *coding != "identity") {
            return Err(format!("the page is sent as {coding}, which was not asked for"));
        }
        let content_type = text(CONTENT_TYPE).unwrap_or_default().to_owned();
        let policies = response.headers().get_all(CONTENT_SECURITY_POLICY).iter();
        let policies = policies.filter_map(|policy| policy.to_str().ok().map(str::to_owned)).collect();
        Ok(Answered::Page(WebPage { content_type, body: body(response, address).await?, policies }))
    }

    async fn connect(&self, address: &WebAddress) -> Result<Box<dyn Stream>, Why> {
        let stream = self.dial(address).await?;
        if address.is_encrypted() {
            Ok(Box::new(self.encrypt(address, stream).await?))
        } else {
            Ok(Box::new(stream))
        }
    }

    async fn encrypt(&self, address: &WebAddress, stream: TcpStream) -> Result<TlsStream<TcpStream>, Why> {
        let tls = self.tls.get_or_init(|| connector(authorities())).as_ref().map_err(Clone::clone)?;
        let host = address.host();
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| format!("{host} cannot be a host's name"))?;
        tls.connect(name, stream).await.map_err(|why| {
            let why = why.to_string();
            format!(
                "no trusted connection to {host}: {}",
                why.trim_start_matches("invalid peer certificate: ")
            )
        })
    }

    /// Connects to the first address that is allowed and answers.
    async fn dial(&self, address: &WebAddress) -> Result<TcpStream, Why> {
        let host = address.host();
        let found = match host.parse::<IpAddr>() {
            Ok(literal) => vec![SocketAddr::new(literal, address.port())],
            Err(_) => tokio::net::lookup_host((host, address.port()))
                .await
                .map_err(|_| format!("{host} cannot be resolved"))?
                .collect(),
        };
        let allowed = self.allowed(address, &found)?;
        for to in allowed.into_iter().take(MAX_TRIES) {
            if let Ok(Ok(stream)) = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(to)).await {
                return Ok(stream);
            }
        }
        Err(format!("{host} cannot be reached"))
    }

    fn allowed(&self, address: &WebAddress, found: &[SocketAddr]) -> Result<Vec<SocketAddr>, Why> {
        let may = |to: &SocketAddr| address.may_connect(to.ip(), self.reach);
        let allowed: Vec<SocketAddr> = found.iter().copied().filter(may).collect();
        if allowed.is_empty() {
            return Err(format!("{} is not on the public internet", address.host()));
        }
        Ok(allowed)
    }
}

fn request(address: &WebAddress) -> Result<Request<Empty<Bytes>>, Why> {
    Request::get(address.target())
        .header(HOST, address.authority())
        .header(USER_AGENT, NAME)
        .header(ACCEPT, "text/html, text/plain;q=0.9")
        .header(ACCEPT_ENCODING, "identity")
        .body(Empty::new())
        .map_err(|_| "the address cannot be asked for".into())
}

async fn body(response: Response<Incoming>, address: &WebAddress) -> Result<Vec<u8>, Why> {
    let body = Limited::new(response.into_body(), MAX_PAGE).collect().await.map_err(|why| {
        if why.is::<LengthLimitError>() {
            format!("the page is larger than {MAX_PAGE} bytes")
        } else {
            broke_off(address)
        }
    })?;
    Ok(body.to_bytes().into())
}

fn answered(response: &Response<Incoming>) -> Why {
    format!("the server answered {}", response.status())
}

fn broke_off(address: &WebAddress) -> Why {
    format!("the connection to {} broke off", address.host())
}

/// The authorities that this machine trusts.
fn authorities() -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_native_certs().certs
}

fn connector(authorities: Vec<CertificateDer<'static>>) -> Result<TlsConnector, Why> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(authorities);
    if added == 0 {
        return Err("this machine has no certificates of authorities: install ca-certificates".into());
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|why| why.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
