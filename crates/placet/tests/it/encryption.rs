//! TLS spoken by the server itself, as browsers and operators see it.

use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio_rustls::rustls::pki_types::CertificateDer;

use crate::database::Database;
use crate::process::{Server, placet};

/// Writes a new certificate for `localhost` and its key to `cert.pem` and `key.pem`; gives the certificate.
pub(crate) fn issue(folder: &Path) -> CertificateDer<'static> {
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

/// Whether the server answers someone who trusts this certificate and no other.
fn is_shown(server: &Server, certificate: &CertificateDer<'static>) -> bool {
    let answer = server.request("GET", "/healthz").over_tls(certificate).try_send();
    answer.is_some_and(|answer| (answer.status, answer.body.as_str()) == (200, "ok\n"))
}

#[test]
fn requests_come_encrypted_and_a_new_certificate_is_shown_without_a_restart() {
    let folder = TempDir::new().unwrap();
    let first = issue(folder.path());
    let database = Database::sqlite();
    let server = start(&database, &folder);
    assert!(is_shown(&server, &first));
    let second = issue(folder.path());
    let is_shown_soon = (0..150).any(|_| {
        std::thread::sleep(Duration::from_millis(200));
        is_shown(&server, &second)
    });
    assert!(is_shown_soon, "the new certificate is not shown");
    assert!(!is_shown(&server, &first));
}

#[test]
fn files_that_are_broken_while_the_server_runs_leave_the_certificate_before_in_use() {
    let folder = TempDir::new().unwrap();
    let certificate = issue(folder.path());
    let database = Database::sqlite();
    let server = start(&database, &folder);
    std::fs::write(folder.path().join("cert.pem"), "half a certif").unwrap();
    std::thread::sleep(Duration::from_secs(5));
    assert!(is_shown(&server, &certificate));
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
    assert!(is_shown(&server, &certificate));
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
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let missing = folder.path().join("missing.pem");
    let said = start(&missing, &key);
    assert!(said.contains(&format!("cannot use {} for TLS: No such file", missing.display())), "{said}");
    let said = start(&key, &key);
    assert!(said.contains("it holds no certificate in PEM form"), "{said}");
    let said = start(&certificate, &certificate);
    assert!(said.contains(&format!("cannot use {} for TLS: ", certificate.display())), "{said}");
    let alone = placet(&["serve", "--tls-key"]).arg(&key).output().unwrap();
    assert!(String::from_utf8(alone.stderr).unwrap().contains("--tls-certificate <FILE>"));
}
