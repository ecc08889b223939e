//! A client that sends exactly what a test says, and keeps what comes back, the reason phrase included.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto};

/// A request to be sent over a connection of its own.
#[derive(Clone)]
pub(crate) struct Request {
    address: SocketAddr,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    /// Over TLS, to a server that shows a certificate for `localhost` of this authority.
    trusted: Option<CertificateDer<'static>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) headers: Vec<(String, String)>,
    /// As text; what is not UTF-8 is replaced.
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Request {
    pub(crate) fn new(address: SocketAddr, method: &str, target: &str) -> Request {
        Request {
            address,
            method: method.into(),
            target: target.into(),
            headers: Vec::new(),
            body: None,
            trusted: None,
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn over_tls(mut self, trusted: &CertificateDer<'static>) -> Request {
        self.trusted = Some(trusted.clone());
        self
    }

    pub(crate) fn key(self, key: &str) -> Request {
        self.header("ApiKey", key)
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = Some(body.into());
        self
    }

    /// A JSON body, declared as such.
    pub(crate) fn json(self, body: impl ToString) -> Request {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    /// The fields of a form, declared as such.
    pub(crate) fn form(self, body: &str) -> Request {
        self.header("Content-Type", "application/x-www-form-urlencoded").body(body)
    }

    pub(crate) fn send(self) -> Answer {
        self.try_send().expect("the server answers")
    }

    /// `None` when the connection broke before an answer was whole.
    pub(crate) fn try_send(self) -> Option<Answer> {
        let stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_mins(1))).ok()?;
        let received = match &self.trusted {
            None => exchange(stream, &self.bytes()),
            Some(trusted) => exchange(StreamOwned::new(client_of(trusted), stream), &self.bytes()),
        };
        Answer::parse(&received)
    }

    fn host(&self) -> String {
        match &self.trusted {
            None => self.address.to_string(),
            Some(_) => format!("localhost:{}", self.address.port()),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let mut line = |name: &str, value: &str| head.extend([name, ": ", value, "\r\n"]);
        line("Host", &self.host());
        line("Connection", "close");
        for (name, value) in &self.headers {
            line(name, value);
        }
        let is_told = self.headers.iter().any(|(name, _)| {
            name.eq_ignore_ascii_case("Content-Length") || name.eq_ignore_ascii_case("Transfer-Encoding")
        });
        if let Some(body) = self.body.as_ref().filter(|_| !is_told) {
            line("Content-Length", &body.len().to_string());
        }
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }
}

/// A server that refuses early stops reading; its answer counts all the same.
fn exchange(mut stream: impl Read + Write, request: &[u8]) -> Vec<u8> {
    let _ = stream.write_all(request);
    let _ = stream.flush();
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received);
    received
}

fn client_of(trusted: &CertificateDer<'static>) -> ClientConnection {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap()
}

impl Answer {
    fn parse(received: &[u8]) -> Option<Answer> {
        let end = received.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&received[..end]).ok()?;
        let (first, lines) = head.split_once("\r\n").unwrap_or((head, ""));
        let mut words = first.splitn(3, ' ').skip(1);
        let status = words.next()?.parse().ok()?;
        let reason = words.next().unwrap_or_default().to_owned();
        let headers: Vec<_> = lines.lines().filter_map(|line| line.split_once(": ")).collect();
        let headers = headers.into_iter().map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let headers: Vec<_> = headers.collect();
        let is_chunked =
            headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let rest = &received[end + 4..];
        let bytes = if is_chunked { unchunked(rest)? } else { rest.to_vec() };
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let answer = Answer { status, reason, headers, body, bytes };
        let told = answer.header("content-length").and_then(|length| length.parse().ok());
        let is_whole = told.is_none_or(|length: usize| answer.bytes.len() == length);
        (is_whole || answer.bytes.is_empty()).then_some(answer)
    }

    /// The first header of this name, in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All headers of this name, in lower case, as one list.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let values = self.headers.iter().filter(|(known, _)| known == name);
        values.flat_map(|(_, value)| value.split(", ")).collect()
    }

    /// The body as JSON; it must be declared as JSON in UTF-8.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let kind = self.header("content-type").unwrap_or_default();
        assert!(
            ["application/json; charset=utf-8", "application/problem+json"].contains(&kind),
            "not JSON: {self:?}"
        );
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }

    /// The body as JSON, of an answer with status 200.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()
    }

    /// Exactly this status and body.
    #[track_caller]
    pub(crate) fn is(&self, status: u16, body: Value) {
        assert_eq!((self.status, self.json()), (status, body));
    }

    /// A 400 of the consent API with exactly this field and reason.
    #[track_caller]
    pub(crate) fn is_invalid(&self, field: &str, reason: &str) {
        let message = if field == "body" { reason.to_owned() } else { format!("{field}: {reason}") };
        let errors = Value::from_iter([(field, vec![reason])]);
        self.is(400, serde_json::json!({ "status": "invalid", "message": message, "errors": errors }));
    }
}

/// The bytes of a body that was sent in chunks; `None` if it broke off.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(bytes);
        }
        bytes.extend_from_slice(rest.get(end + 2..end + 2 + length)?);
        rest = rest.get(end + 4 + length..)?;
    }
}
