//! The recipes of `deploy/` for proxies, run by the real proxies.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tokio_rustls::rustls::pki_types::CertificateDer;

use crate::app::PASSWORD;
use crate::client::Request;
use crate::database::Database;
use crate::encryption::issue;
use crate::process::{Server, answer, json_of, run_with_input};

/// A proxy in front of a server; both end when dropped.
struct Site {
    proxy: Child,
    address: SocketAddr,
    certificate: CertificateDer<'static>,
    private: String,
    public: String,
    _server: Server,
    _database: Database,
    _folder: TempDir,
}

/// Writes a proxy's configuration from its recipe and gives the command that runs it.
type Configure = fn(&Path, SocketAddr, SocketAddr) -> Command;

fn recipe(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name)).unwrap()
}

/// Puts the test's own addresses and files in place of the recipe's; each has to be there.
fn with(recipe: String, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(recipe, |text, (from, to)| {
        assert!(text.contains(from), "the recipe has no {from:?}:\n{text}");
        text.replace(from, to)
    })
}

fn nginx(folder: &Path, listen: SocketAddr, server: SocketAddr) -> Command {
    let path = folder.display();
    let recipe = with(
        recipe("nginx.conf"),
        &[
            ("listen 80;", &format!("listen unix:{path}/80.sock;")),
            ("listen 443 ssl;", &format!("listen {listen} ssl;")),
            ("server 127.0.0.1:8080;", &format!("server {server};")),
            ("/etc/ssl/consent.example.org/fullchain.pem", &format!("{path}/cert.pem")),
            ("/etc/ssl/consent.example.org/privkey.pem", &format!("{path}/key.pem")),
        ],
    );
    let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let folders = folders.map(|name| format!("{name}_temp_path {path}/{name};")).concat();
    let whole = format!(
        "daemon off; pid {path}/pid; error_log {path}/log; events {{}} http {{ {folders} {recipe} }}"
    );
    fs::write(folder.join("nginx.conf"), whole).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-e").arg(folder.join("log")).arg("-c").arg(folder.join("nginx.conf"));
    command
}

fn caddy(folder: &Path, listen: SocketAddr, server: SocketAddr) -> Command {
    let path = folder.display();
    let site = format!("https://localhost:{} {{\n\ttls {path}/cert.pem {path}/key.pem", listen.port());
    let recipe = with(
        recipe("Caddyfile"),
        &[("consent.example.org {", &site), ("127.0.0.1:8080\n", &format!("{server}\n"))],
    );
    let whole = format!("{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{recipe}");
    fs::write(folder.join("Caddyfile"), whole).unwrap();
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(folder.join("Caddyfile"));
    command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    command
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Site {
    fn behind(configure: Configure) -> Site {
        let (database, folder, address) = (Database::sqlite(), TempDir::new().unwrap(), free_address());
        answer(&database, &["workspace", "create", "--name", "Own"]);
        let key = |kind| {
            let key = answer(&database, &["key", "create", "--workspace", "1", "--kind", kind]);
            key["key"].as_str().unwrap().to_owned()
        };
        let (private, public) = (key("private"), key("public"));
        let member =
            ["member", "create", "--workspace", "1", "--email", "ada@example.org", "--role", "owner"];
        let member = [&member[..], &["--password-stdin", "--json"]].concat();
        json_of(&run_with_input(&database, &member, PASSWORD));
        let certificate = issue(folder.path());
        let url = format!("https://localhost:{}", address.port());
        let proxies = ["--trusted-proxies", "127.0.0.1/32", "--metrics-from", "192.0.2.0/24"];
        let options = [&["--public-url", url.as_str()], &proxies[..]].concat();
        let server = Server::start_with(&database, &options);
        let mut command = configure(folder.path(), address, server.address);
        let proxy =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the proxy is installed");
        let listens_soon = (0..600).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            TcpStream::connect(address).is_ok()
        });
        assert!(listens_soon, "the proxy does not listen: {command:?}");
        Site {
            proxy,
            address,
            certificate,
            private,
            public,
            _server: server,
            _database: database,
            _folder: folder,
        }
    }

    fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target).over_tls(&self.certificate)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let asked = Command::new("kill").arg(self.proxy.id().to_string()).status();
        assert!(asked.is_ok_and(|status| status.success()));
        let _ = self.proxy.wait();
    }
}

fn behind_each(test: fn(&Site)) {
    for configure in [nginx as Configure, caddy] {
        test(&Site::behind(configure));
    }
}

#[test]
fn the_callers_address_is_the_one_that_the_proxy_saw_and_not_the_one_that_the_caller_claims() {
    behind_each(|site| {
        let body = json!({ "subject": { "id": "a" }, "preferences": { "news": true } });
        let request = site.request("POST", "/public/consent").key(&site.public);
        let made = request.header("X-Forwarded-For", "198.51.100.77").json(body).send().ok();
        let target = format!("/consent/{}", made["id"].as_str().unwrap());
        let consent = site.request("GET", &target).key(&site.private).send().ok();
        assert_eq!(consent["ip_address"], "127.0.0.0");
    });
}

#[test]
fn a_document_of_the_largest_size_comes_through() {
    behind_each(|site| {
        let boundary = "a-line-that-no-document-has";
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
        );
        let mut body = head.into_bytes();
        body.resize(body.len() + 10 * 1024 * 1024, b'x');
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        let request = site.request("POST", "/documents").key(&site.private).header("Content-Type", &kind);
        let answer = request.body(body).send();
        assert_eq!(answer.status, 200, "{}", answer.body);
    });
}

#[test]
fn members_sign_in_and_what_other_sites_send_is_refused() {
    behind_each(|site| {
        let origin = format!("https://localhost:{}", site.address.port());
        let sign_in = |origin: &str| {
            let form = format!("email=ada%40example.org&password={}", PASSWORD.replace(' ', "+"));
            site.request("POST", "/sign-in").header("Origin", origin).form(&form).send()
        };
        let answer = sign_in(&origin);
        assert_eq!(answer.status, 303, "{answer:?}");
        assert!(answer.header("set-cookie").unwrap().starts_with("__Host-placet="));
        assert_eq!(sign_in("https://evil.example").status, 403);
    });
}

#[test]
fn a_caller_who_claims_an_operators_address_is_not_shown_the_figures() {
    behind_each(|site| {
        let metrics = || site.request("GET", "/metrics");
        assert_eq!(metrics().send().status, 404);
        assert_eq!(metrics().header("X-Forwarded-For", "192.0.2.1").send().status, 404);
    });
}
