use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::*;

const PUBLIC: Reach = Reach { loopback: false, anywhere: false };
const LOOPBACK: Reach = Reach { loopback: true, anywhere: false };

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
        .block_on(test);
}

/// A server on this machine that gives the same answer to everyone; `{port}` in it is its own port.
struct Host {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Host {
    async fn answering(answer: impl Into<String>) -> Host {
        Host::start(answer.into().into_bytes(), None).await
    }

    async fn start(answer: Vec<u8>, tls: Option<TlsAcceptor>) -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(AtomicUsize::new(0));
        let (count, answer) = (Arc::clone(&asked), replace(&answer, port));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let (answer, tls) = (answer.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => give(stream, &answer).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                give(stream, &answer).await;
                            }
                        }
                    }
                });
            }
        });
        Host { port, asked }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

fn replace(answer: &[u8], port: u16) -> Vec<u8> {
    String::from_utf8(answer.to_vec())
        .map_or_else(|_| answer.to_vec(), |text| text.replace("{port}", &port.to_string()).into_bytes())
}

/// Reads the question, answers, and keeps the connection until the other side has gone.
async fn give(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &[u8]) {
    let mut read = [0; 4096];
    let _ = stream.read(&mut read).await;
    let _ = stream.write_all(answer).await;
    let _ = stream.flush().await;
    while stream.read(&mut read).await.is_ok_and(|length| length > 0) {}
}

fn page(headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
}

async fn why(reach: Reach, url: &str) -> String {
    Fetcher::new(reach).get(url).await.unwrap_err()
}

#[test]
fn a_page_is_fetched_with_its_type() {
    run(async {
        let host = Host::answering(page("Set-Cookie: a=b\r\n", "<p>Text")).await;
        let page = Fetcher::new(LOOPBACK).get(&host.url()).await.unwrap();
        assert_eq!((page.content_type.as_str(), page.body.as_slice()), ("text/html", b"<p>Text".as_slice()));
    });
}

#[test]
fn without_the_switch_this_machine_is_never_asked() {
    run(async {
        let host = Host::answering(page("", "secret")).await;
        let port = host.port;
        assert_eq!(why(PUBLIC, &host.url()).await, "the address must begin with https://");
        for name in ["127.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"] {
            let refused = why(PUBLIC, &format!("https://{name}:{port}/")).await;
            assert_eq!(refused, "the address is not on the public internet", "{name}");
        }
        // A name says nothing: what it leads to is checked when it is connected to.
        assert_eq!(
            why(PUBLIC, &format!("https://localhost:{port}/")).await,
            "localhost is not on the public internet"
        );
        assert_eq!(host.asked.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn of_the_addresses_of_a_name_only_those_that_are_allowed_are_connected_to() {
    let fetcher = Fetcher::new(PUBLIC);
    let address = WebAddress::parse("https://example.org/", PUBLIC).unwrap();
    let found = ["10.0.0.1:443", "93.184.216.34:443", "[::1]:443", "[2606:4700::1]:443"]
        .map(|text| text.parse().unwrap());
    assert_eq!(fetcher.allowed(&address, &found).unwrap(), [found[1], found[3]]);
    let refused = fetcher.allowed(&address, &[found[0], found[2]]).unwrap_err();
    assert_eq!(refused, "example.org is not on the public internet");
    // Also with the switch, a private network is not this machine.
    assert!(Fetcher::new(LOOPBACK).allowed(&address, &[found[0]]).is_err());
}

#[test]
fn a_redirect_to_a_private_network_is_not_followed() {
    run(async {
        for to in [
            "http://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data/",
            "http://[::ffff:169.254.169.254]/",
            "//192.168.0.1/",
            "https://2852039166/",
            "https://[fd00:ec2::254]/",
            "https://100.100.100.200/",
        ] {
            let host = Host::answering(moved(to)).await;
            let expected = "a redirect leads to an address that is not on the public internet";
            assert_eq!(why(LOOPBACK, &host.url()).await, expected, "{to}");
        }
        let host = Host::answering(moved("file:///etc/passwd")).await;
        assert_eq!(why(LOOPBACK, &host.url()).await, "a redirect leads to an address that must name a host");
        let host = Host::answering("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n").await;
        assert_eq!(why(LOOPBACK, &host.url()).await, "the server answered 302 Found");
    });
}

#[test]
fn five_redirects_are_followed_and_not_six() {
    run(async {
        let mut host = Host::answering(page("", "Text")).await;
        for _ in 0..MAX_REDIRECTS {
            host = Host::answering(moved(&host.url())).await;
        }
        assert_eq!(Fetcher::new(LOOPBACK).get(&host.url()).await.unwrap().body, b"Text");
        let host = Host::answering(moved(&host.url())).await;
        assert_eq!(why(LOOPBACK, &host.url()).await, "more than 5 redirects");
        let circle = Host::answering(moved("http://localhost:{port}/again")).await;
        assert_eq!(why(LOOPBACK, &circle.url()).await, "more than 5 redirects");
        assert_eq!(circle.asked.load(Ordering::SeqCst), MAX_REDIRECTS + 1);
    });
}

#[test]
fn a_page_that_is_too_large_is_refused_whatever_it_says_of_its_length() {
    run(async {
        let large = "x".repeat(MAX_PAGE + 1);
        let expected = format!("the page is larger than {MAX_PAGE} bytes");
        let told = Host::answering(page("", &large)).await;
        assert_eq!(why(LOOPBACK, &told.url()).await, expected);
        let chunk = format!("{:x}\r\n{large}\r\n", large.len());
        let untold = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}"
        );
        let untold = Host::answering(untold).await;
        assert_eq!(why(LOOPBACK, &untold.url()).await, expected);
        let most = Host::answering(page("", &large[..MAX_PAGE])).await;
        assert_eq!(Fetcher::new(LOOPBACK).get(&most.url()).await.unwrap().body.len(), MAX_PAGE);
    });
}

#[test]
fn a_host_that_takes_too_long_is_given_up() {
    run(async {
        for answer in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"] {
            let host = Host::answering(answer).await;
            let fetcher = Fetcher { timeout: Duration::from_secs(1), ..Fetcher::new(LOOPBACK) };
            assert_eq!(fetcher.get(&host.url()).await.unwrap_err(), "no page within 1 seconds");
        }
    });
}

#[test]
fn other_answers_than_a_page_say_what_came() {
    run(async {
        for (answer, expected) in [
            (
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into(),
                "the server answered 404 Not Found",
            ),
            (
                "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".into(),
                "the server answered 503 Service Unavailable",
            ),
            (page("Content-Encoding: gzip\r\n", "x"), "the page is sent as gzip, which was not asked for"),
            ("SSH-2.0-OpenSSH_9.2\r\n\r\n".into(), "the connection to 127.0.0.1 broke off"),
        ] {
            let host = Host::answering(answer).await;
            assert_eq!(why(LOOPBACK, &host.url()).await, expected);
        }
        let unused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(why(LOOPBACK, &format!("http://{unused}/")).await, "127.0.0.1 cannot be reached");
        assert_eq!(why(PUBLIC, "https://nobody.invalid/").await, "nobody.invalid cannot be resolved");
    });
}

/// An authority, and a server with a certificate of it for `localhost`.
async fn encrypted() -> (CertificateDer<'static>, Host) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let own = own.signed_by(&key, &Issuer::new(authority, authority_key)).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let host = Host::start(page("", "Text").into_bytes(), Some(TlsAcceptor::from(Arc::new(config)))).await;
    (root.der().clone(), host)
}

fn trusting(authority: CertificateDer<'static>) -> Fetcher {
    Fetcher { tls: OnceLock::from(connector(vec![authority])), ..Fetcher::new(LOOPBACK) }
}

#[test]
fn over_https_a_page_is_fetched_from_a_host_that_proves_its_name_and_from_no_other() {
    run(async {
        let (authority, host) = encrypted().await;
        let fetcher = trusting(authority);
        let page = fetcher.get(&format!("https://localhost:{}/", host.port)).await.unwrap();
        assert_eq!(page.body, b"Text");
        let other_name = fetcher.get(&format!("https://127.0.0.1:{}/", host.port)).await.unwrap_err();
        assert!(
            other_name.starts_with("no trusted connection to 127.0.0.1: certificate not valid for name"),
            "{other_name}"
        );
        let (other_authority, _) = encrypted().await;
        let untrusted = trusting(other_authority).get(&format!("https://localhost:{}/", host.port)).await;
        let untrusted = untrusted.unwrap_err();
        assert!(untrusted.starts_with("no trusted connection to localhost: "), "{untrusted}");
        let plain = Host::answering("HTTP/1.1 200 OK\r\n\r\n").await;
        let refused = fetcher.get(&format!("https://localhost:{}/", plain.port)).await.unwrap_err();
        assert!(refused.starts_with("no trusted connection to localhost: "), "{refused}");
    });
}

#[test]
fn without_authorities_nothing_is_trusted() {
    let refused = connector(Vec::new()).err().unwrap();
    assert_eq!(refused, "this machine has no certificates of authorities: install ca-certificates");
}
