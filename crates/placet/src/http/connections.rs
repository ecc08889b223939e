//! Connections as they come in: plain, or encrypted with certificates that are read again when their files change.

use std::fs::{self, File};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{ServerConfig, crypto};
use tokio_rustls::server::TlsStream;

use crate::domain::error::{Error, Result};

/// A connection that is not encrypted by then is given up.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Beyond this many handshakes at a time, further connections wait.
const MOST_HANDSHAKES: usize = 1024;
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Plain connections.
pub struct Plain(pub TcpListener);

/// Encrypted connections.
pub struct Encrypted {
    listener: Plain,
    acceptor: TlsAcceptor,
    handshakes: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
}

/// The certificate that is shown, and where it comes from.
#[derive(Debug)]
pub struct Certificate {
    files: Files,
    shown: RwLock<Shown>,
}

/// The chain of certificates, the server's own first, and its private key.
#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(Debug)]
struct Shown {
    key: Arc<CertifiedKey>,
    read_at: Changed,
}

/// When the files of certificate and key were changed last.
type Changed = (SystemTime, SystemTime);

impl Encrypted {
    /// Encrypts what this listener accepts. As long as the runtime runs, files that have changed are read again.
    ///
    /// # Errors
    /// None that can be expected: the protocol's versions do not suit the cryptography.
    pub fn new(listener: TcpListener, certificate: Certificate) -> Result<Encrypted> {
        let certificate = Arc::new(certificate);
        tokio::spawn(Arc::clone(&certificate).keep_fresh());
        let provider = Arc::new(crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(Error::internal)?.with_no_client_auth();
        let mut config = config.with_cert_resolver(certificate);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Encrypted { listener: Plain(listener), acceptor, handshakes: JoinSet::new() })
    }

    fn begin(&mut self, stream: TcpStream, peer: SocketAddr) {
        let handshake = tokio::time::timeout(HANDSHAKE, self.acceptor.accept(stream));
        // One that fails is of no interest: it may be a scanner, or a browser that does not know the certificate.
        self.handshakes.spawn(async move { Some((handshake.await.ok()?.ok()?, peer)) });
    }
}

impl Listener for Plain {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        // Answers are small and written at once; without this option they would wait for the network.
        let _ = stream.set_nodelay(true);
        (stream, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Listener for Encrypted {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    /// A slow handshake holds up nobody else.
    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            tokio::select! {
                (stream, peer) = self.listener.accept(), if self.handshakes.len() < MOST_HANDSHAKES => {
                    self.begin(stream, peer);
                }
                ended = self.handshakes.join_next(), if !self.handshakes.is_empty() => {
                    if let Some(Ok(Some(encrypted))) = ended {
                        return encrypted;
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Certificate {
    /// Reads the files of a chain of certificates, the server's own first, and of its private key.
    ///
    /// # Errors
    /// Which file cannot be read or used, and why.
    pub fn read((certificate, key): (PathBuf, PathBuf)) -> Result<Certificate> {
        let files = Files { certificate, key };
        let read_at = changed(&files)?;
        let shown = Shown { key: read(&files)?, read_at };
        Ok(Certificate { files, shown: RwLock::new(shown) })
    }

    /// The server's own certificate.
    #[must_use]
    pub fn own(&self) -> Option<CertificateDer<'static>> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).key.cert.first().cloned()
    }

    async fn keep_fresh(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            match self.read_again() {
                Ok(false) => {}
                Ok(true) => tracing::info!("the certificate was read again"),
                // While the files are being replaced they may not fit each other for a moment.
                Err(error) => {
                    tracing::warn!(%error, "the changed certificate cannot be used; the one before stays");
                }
            }
        }
    }

    /// Whether there was something new to read.
    fn read_again(&self) -> Result<bool> {
        let read_at = changed(&self.files)?;
        if read_at == self.shown.read().unwrap_or_else(PoisonError::into_inner).read_at {
            return Ok(false);
        }
        let key = read(&self.files)?;
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Shown { key, read_at };
        Ok(true)
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner).key))
    }
}

fn changed(Files { certificate, key }: &Files) -> Result<Changed> {
    let changed = |file: &PathBuf| {
        fs::metadata(file).and_then(|file| file.modified()).map_err(|why| unusable(file, &why))
    };
    Ok((changed(certificate)?, changed(key)?))
}

fn read(Files { certificate, key }: &Files) -> Result<Arc<CertifiedKey>> {
    let open = |file: &PathBuf| File::open(file).map_err(|why| unusable(file, &why));
    let chain = CertificateDer::pem_reader_iter(open(certificate)?).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|why| unusable(certificate, &why))?;
    if chain.is_empty() {
        return Err(unusable(certificate, &"it holds no certificate in PEM form"));
    }
    let private = PrivateKeyDer::from_pem_reader(open(key)?).map_err(|why| unusable(key, &why))?;
    let certified = CertifiedKey::from_der(chain, private, &crypto::ring::default_provider());
    Ok(Arc::new(certified.map_err(|why| unusable(key, &why))?))
}

fn unusable(file: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::Internal(format!("cannot use {} for TLS: {why}", file.display()))
}

impl Connected<IncomingStream<'_, Plain>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Plain>) -> Peer {
        Peer(*stream.remote_addr())
    }
}

impl Connected<IncomingStream<'_, Encrypted>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Encrypted>) -> Peer {
        Peer(*stream.remote_addr())
    }
}
