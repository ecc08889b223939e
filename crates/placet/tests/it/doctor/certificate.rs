//! `placet doctor`: whether browsers accept the certificate, and for how long.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use placet::app::Clock;
use placet::domain::time::{Spelling, Timestamp};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::Value;
use tempfile::TempDir;

use crate::database::Database;
use crate::process::{Server, placet};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A certificate for these names, between two days of which each is so many from today.
fn issue(folder: &Path, names: &[&str], (from, until): (i64, i64)) -> (PathBuf, PathBuf) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut wanted = CertificateParams::new(names).unwrap();
    let day = |days| date_time_ymd(1970, 1, 1) + midnight(days);
    (wanted.not_before, wanted.not_after) = (day(from), day(until));
    let key = KeyPair::generate().unwrap();
    let issued = wanted.self_signed(&key).unwrap();
    let files = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&files.0, issued.pem()).unwrap();
    std::fs::write(&files.1, key.serialize_pem()).unwrap();
    files
}

/// Midnight, so many days from today.
fn midnight(days: i64) -> Duration {
    let today = Clock::System.now().0.div_euclid(DAY);
    Duration::from_millis((today + days).unsigned_abs() * DAY.unsigned_abs())
}

fn findings(database: &Database, options: &[&str], trusted: Option<&Path>) -> Vec<(bool, String)> {
    let mut command = placet(&["doctor", "--json"]);
    command.args(options).args(database.option()).stderr(Stdio::null());
    if let Some(file) = trusted {
        command.env("SSL_CERT_FILE", file);
    }
    let said: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let one = |finding: &Value| (finding["ok"] == true, finding["finding"].as_str().unwrap().to_owned());
    said["findings"].as_array().unwrap().iter().map(one).collect()
}

/// What is said of certificates when these names and days are in the configured one.
fn said(names: &[&str], days: (i64, i64), public_url: &str) -> Vec<(bool, String)> {
    let folder = TempDir::new().unwrap();
    let (certificate, key) = issue(folder.path(), names, days);
    let (certificate, key) = (certificate.display().to_string(), key.display().to_string());
    let options = ["--tls-certificate", &certificate, "--tls-key", &key, "--public-url", public_url];
    let mut found = findings(&Database::sqlite(), &options, None);
    found.retain(|(_, text)| text.starts_with("The configured certificate "));
    found
}

fn on(days: i64) -> String {
    Timestamp(i64::try_from(midnight(days).as_millis()).unwrap()).spell(Spelling::Seconds)
}

#[test]
fn how_long_the_configured_certificate_is_good_is_said() {
    let nobody = "https://127.0.0.1:9";
    let one = |days| said(&["127.0.0.1"], days, nobody).remove(0);
    let good = format!("The configured certificate is good until {}, for 14 more days", on(15));
    assert_eq!(one((-10, 15)), (true, good));
    let soon = format!(
        "The configured certificate ends at {}, in 13 days: renew it, and see why that has not happened by itself",
        on(14)
    );
    assert_eq!(one((-80, 14)), (false, soon));
    let over =
        format!("The configured certificate ended at {}: browsers refuse the connection. Renew it", on(-1));
    assert_eq!(one((-90, -1)), (false, over));
    let early = format!(
        "The configured certificate is good only from {} on: look at this machine's clock, or wait",
        on(2)
    );
    assert_eq!(one((2, 90)), (false, early));
}

#[test]
fn a_certificate_for_another_name_is_named_with_the_names_it_has() {
    let last = |names: &[&str], url| said(names, (-1, 60), url).pop().unwrap();
    let fine = |host: &str| (true, format!("The configured certificate is for {host}"));
    assert_eq!(last(&["127.0.0.1"], "https://127.0.0.1:9"), fine("127.0.0.1"));
    assert_eq!(last(&["*.placet.localhost"], "https://a.placet.localhost:9/"), fine("a.placet.localhost"));
    let wrong = |names: &str| {
        let text = format!(
            "The configured certificate is not for consent.localhost but for {names}: browsers refuse the connection. Have one issued for that name"
        );
        (false, text)
    };
    let url = "https://consent.localhost:9";
    assert_eq!(last(&["www.example.org", "127.0.0.1"], url), wrong("www.example.org, 127.0.0.1"));
    assert_eq!(last(&["localhost"], url), wrong("localhost"));
    assert_eq!(last(&[], url), wrong("no host at all"));
}

/// The address of a page that is served one time.
fn serve_once(page: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close";
        write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{page}", page.len()).unwrap();
    });
    address
}

#[test]
fn what_a_server_shows_is_looked_at_too() {
    let folder = TempDir::new().unwrap();
    let (certificate, key) = issue(folder.path(), &["127.0.0.1"], (-80, 3));
    let (file, key) = (certificate.display().to_string(), key.display().to_string());
    let database = Database::sqlite();
    let server = Server::start_with(&database, &["--tls-certificate", &file, "--tls-key", &key]);
    let url = format!("https://{}", server.address);
    let found = findings(&database, &["--public-url", &url], Some(&certificate));
    let soon = |at: &str| format!("The certificate at {at} ends at {}, in 2 days", on(3));
    let says = |found: &[(bool, String)], start: &str| {
        found.iter().any(|(is_fine, text)| !is_fine && text.starts_with(start))
    };
    assert!(says(&found, &soon(&url)), "{found:?}");
    assert!(found.contains(&(true, format!("The certificate at {url} is for 127.0.0.1"))), "{found:?}");
    let page = format!("{url}/sign-in");
    let found = findings(&database, &["--url", &page], Some(&certificate));
    assert!(says(&found, &soon(&page)), "{found:?}");
    // The page itself is another site's, and has no certificate at all.
    let theirs = serve_once(format!("<script async src='{url}/sdk/placet.js?key=placet_pk_none'></script>"));
    let found = findings(&database, &["--url", &theirs], Some(&certificate));
    assert!(says(&found, &soon(&url)), "{found:?}");
    let (is_fine, text) = findings(&database, &["--url", &page], None).remove(0);
    assert!(!is_fine && text.contains("no trusted connection to 127.0.0.1: "), "{text}");
}
