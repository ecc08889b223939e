//! Where addresses are, from a file in the MaxMind DB format: here a file of one node, written by hand.

use placet::app::Atlas;
use placet::config::Edge;
use serde_json::{Value, json};

use super::manage::{create, publish, settings};
use crate::app::Site;
use crate::database::Database;

fn bytes(head: &[u8], rest: &[u8]) -> Vec<u8> {
    [head, rest].concat()
}

fn text(text: &str) -> Vec<u8> {
    bytes(&[0x40 | u8::try_from(text.len()).unwrap()], text.as_bytes())
}

fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0xe0 | u8::try_from(pairs.len()).unwrap()];
    for (name, value) in pairs {
        bytes.extend(self::bytes(&text(name), value));
    }
    bytes
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    [vec![u8::try_from(items.len()).unwrap(), 4], items.concat()].concat()
}

fn short(number: u16) -> Vec<u8> {
    bytes(&[0xa2], &number.to_be_bytes())
}

/// A file in which every address up to 127.255.255.255 is in California, and no other is anywhere.
fn file() -> Vec<u8> {
    let place = map(&[
        ("country", map(&[("iso_code", text("US"))])),
        ("subdivisions", list(&[map(&[("iso_code", text("CA"))])])),
    ]);
    // One node of two records of three bytes: the first leads to the data, which begins after 16 zeros.
    let tree = [0, 0, 1 + 16, 0, 0, 1];
    let metadata = map(&[
        ("node_count", bytes(&[0xc4], &1_u32.to_be_bytes())),
        ("record_size", short(24)),
        ("ip_version", short(4)),
        ("database_type", text("Test-City")),
        ("languages", list(&[text("en")])),
        ("binary_format_major_version", short(2)),
        ("binary_format_minor_version", short(0)),
        ("build_epoch", bytes(&[8, 2], &1_772_360_430_u64.to_be_bytes())),
        ("description", map(&[("en", text("test"))])),
    ]);
    let marker = b"\xab\xcd\xefMaxMind.com";
    [&tree[..], &[0; 16][..], &place[..], &marker[..], &metadata[..]].concat()
}

#[test]
fn an_address_is_looked_up_in_a_local_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.mmdb");
    std::fs::write(&path, file()).unwrap();
    for database in Database::all() {
        let atlas = Atlas::open(&path).unwrap();
        let edge = Edge { public_url: "https://consent.example.org".into(), atlas, ..Edge::default() };
        let site = Site::with(database, edge);
        let mut widget = settings();
        widget["variants"] =
            json!([{ "label": "California", "regions": ["US-CA"], "changes": { "position": "Center" } }]);
        let id = create(&site, widget);
        publish(&site, id, json!({}));
        let position = |address: &str| -> Value {
            let target = format!("/v1/client/cookie-widget-settings/{id}?key={}", site.own.public);
            site.request("GET", &target).header("X-Forwarded-For", address).send().ok()["position"].clone()
        };
        assert_eq!(position("1.2.3.4"), "Center");
        assert_eq!(position("200.1.1.1"), "BottomLeft");
        assert_eq!(position("2001:db8::1"), "BottomLeft");
    }
}

#[test]
fn a_file_that_is_no_such_file_is_refused_when_the_server_starts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.mmdb");
    std::fs::write(&path, "nothing of the kind").unwrap();
    let why = Atlas::open(&path).unwrap_err().to_string();
    assert!(why.starts_with("geo-database: ") && why.contains("places.mmdb"), "{why}");
    assert!(Atlas::open(&folder.path().join("missing")).is_err());
}
