//! TLS spoken by the server itself, as browsers and operators see it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto};

use crate::database::Database;
use crate::process::{Server, placet};

/// Writes a new certificate for `localhost` and its key; gives the certificate.
fn issue(folder: &Path) -> CertificateDer<'static> {
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), issued.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), issued.signing_key.serialize_pem()).unwrap();
    issued.cert.der().clone()
}

fn start(database: &Database, folder: &TempDir) -> Server {
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (certificate, key) = (file("cert.pem"), file("key.pem"));
    let options = ["--tls-certificate", &certificate, "--tls-key", &key];
    Server::start_with(database, &options)
}

/// What is answered to someone who trusts this certificate and no other.
fn ask(address: SocketAddr, trusted: &CertificateDer<'static>) -> Option<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let tls = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(tls, TcpStream::connect(address).unwrap());
    let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    // The connection may end without a goodbye.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).ok()
}

#[test]
fn requests_come_encrypted_and_a_new_certificate_is_shown_without_a_restart() {
    let folder = TempDir::new().unwrap();
    let first = issue(folder.path());
    let database = Database::sqlite();
    let server = start(&database, &folder);
    assert!(ask(server.address, &first).unwrap().starts_with("HTTP/1.1 200 OK"));
    let second = issue(folder.path());
    let deadline = Instant::now() + Duration::from_secs(30);
    while ask(server.address, &second).is_none() {
        assert!(Instant::now() < deadline, "the new certificate is not shown");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(ask(server.address, &first), None);
}

#[test]
fn files_that_are_broken_while_the_server_runs_leave_the_certificate_before_in_use() {
    let folder = TempDir::new().unwrap();
    let certificate = issue(folder.path());
    let database = Database::sqlite();
    let server = start(&database, &folder);
    std::fs::write(folder.path().join("cert.pem"), "half a certif").unwrap();
    std::thread::sleep(Duration::from_secs(5));
    assert!(ask(server.address, &certificate).unwrap().starts_with("HTTP/1.1 200 OK"));
}

#[test]
fn connections_that_say_nothing_hold_up_nobody() {
    let folder = TempDir::new().unwrap();
    let certificate = issue(folder.path());
    let database = Database::sqlite();
    let server = start(&database, &folder);
    let silent: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    let mut plain = TcpStream::connect(server.address).unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\n\r\n").unwrap();
    assert!(ask(server.address, &certificate).unwrap().ends_with("ok\n"));
    drop(silent);
}

#[test]
fn files_that_cannot_be_used_are_named_at_the_start() {
    let folder = TempDir::new().unwrap();
    issue(folder.path());
    let database = Database::sqlite();
    let start = |certificate: &Path, key: &Path| {
        let mut command = placet(&["serve", "--listen", "127.0.0.1:0", "--tls-certificate"]);
        command.arg(certificate).arg("--tls-key").arg(key).args(database.option());
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let missing = folder.path().join("missing.pem");
    let (status, said) = start(&missing, &key);
    assert_eq!(status, Some(1));
    assert!(said.contains(&format!("cannot use {} for TLS: No such file", missing.display())), "{said}");
    let (status, said) = start(&key, &key);
    assert_eq!(status, Some(1));
    assert!(said.contains("it holds no certificate in PEM form"), "{said}");
    let (status, said) = start(&certificate, &certificate);
    assert_eq!(status, Some(1));
    assert!(said.contains(&format!("cannot use {} for TLS: ", certificate.display())), "{said}");
    let alone = placet(&["serve", "--tls-key"]).arg(&key).output().unwrap();
    assert!(String::from_utf8(alone.stderr).unwrap().contains("--tls-certificate <FILE>"));
}
