//! `/metrics`, as Prometheus reads it.

use serde_json::json;

use crate::app::on_both;
use crate::database::Database;
use crate::process::Server;

fn line<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

#[test]
fn operators_read_what_was_answered_and_stored() {
    on_both(|site| {
        let body = json!({ "subject": { "id": "a" }, "preferences": { "news": true } });
        for _ in 0..3 {
            assert_eq!(site.post("/consent", body.clone()).status, 200);
        }
        assert_eq!(site.post("/consent", "{").status, 400);
        let answer = site.request("GET", "/metrics").send();
        assert_eq!(answer.status, 200);
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        assert_eq!(answer.header("content-type"), Some(kind));
        let count = |name: &str| line(&answer.body, name).map(str::to_owned);
        let requests = |status: u16| {
            count(&format!(
                "placet_http_requests_total{{method=\"Post\",route=\"/consent\",status=\"{status}\"}}"
            ))
        };
        assert_eq!((requests(200), requests(400)), (Some("3".into()), Some("1".into())));
        assert_eq!(count("placet_consents_total{outcome=\"Stored\"}"), Some("3".into()));
        let took = "placet_http_request_duration_seconds_count{route=\"/consent\"}";
        assert_eq!(count(took), Some("4".into()));
        assert_eq!(count("placet_consents_waiting"), Some("0".into()));
        let memory: u64 = count("placet_resident_memory_bytes").unwrap().parse().unwrap();
        assert!(memory > 1_000_000, "{memory}");
        assert!(answer.body.ends_with("# EOF\n"));
    });
}

#[test]
fn nothing_that_a_caller_sent_is_in_the_metrics() {
    on_both(|site| {
        let body = json!({ "subject": { "id": "somebody", "email": "somebody@example.org" } });
        site.post("/consent", body);
        site.get("/subjects/somebody");
        site.request("GET", "/no/such/somebody").send();
        let text = site.request("GET", "/metrics").send().body;
        assert!(text.contains("route=\"/subjects/{id}\""), "{text}");
        assert!(!text.contains("somebody"), "{text}");
    });
}

#[test]
fn others_find_no_such_path() {
    on_both(|site| {
        let answer = site.request("GET", "/metrics").header("X-Forwarded-For", "203.0.113.9").send();
        assert_eq!(answer.status, 404);
    });
    let metrics_for = |options: &[&str], forwarded: Option<&str>| {
        let database = Database::sqlite();
        let server = Server::start_with(&database, options);
        let request = server.request("GET", "/metrics");
        match forwarded {
            Some(from) => request.header("X-Forwarded-For", from).send().status,
            None => request.send().status,
        }
    };
    assert_eq!(metrics_for(&["--metrics-from", "192.0.2.0/24"], None), 404);
    assert_eq!(metrics_for(&[], None), 200);
    // A proxy that we do not know has passed this on: anyone may have sent it.
    assert_eq!(metrics_for(&[], Some("127.0.0.1")), 404);
    let behind_proxy = ["--trusted-proxies", "127.0.0.1/32", "--metrics-from", "192.0.2.0/24"];
    assert_eq!(metrics_for(&behind_proxy, Some("192.0.2.4")), 200);
    assert_eq!(metrics_for(&behind_proxy, Some("198.51.100.4")), 404);
}
