//! The published vectors: what this crate computes is what they say, and what they refuse is refused.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use placet_proof::json::Json;
use placet_proof::{Commitments, Disclosure, Entry, Group, Record, Salt, commit};
use serde_json::Value;

fn load(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn record_v1() -> Value {
    load(include_str!("../testdata/record-v1.json"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn of_group(vector: &Value, field: &str, group: Group) -> String {
    vector[field][group.letter().to_string()].as_str().unwrap().to_owned()
}

#[test]
fn disclosures_of_rfc_9901_have_the_digests_printed_there() {
    let file = load(include_str!("../testdata/rfc9901.json"));
    let examples = file["examples"].as_array().unwrap();
    assert_eq!(examples.len(), 12);
    for example in examples {
        let digest = commit(example["bytes"].as_str().unwrap().as_bytes());
        assert_eq!(hex(&digest), example["digest_hex"], "{}", example["bytes"]);
    }
}

#[test]
fn records_read_from_their_disclosures_have_the_published_values() {
    for vector in record_v1()["records"].as_array().unwrap() {
        let record = Record::parse(Group::ALL.map(|group| of_group(vector, "disclosures", group))).unwrap();
        for group in Group::ALL {
            let disclosure = record.disclosure(group);
            assert_eq!(disclosure.object(), of_group(vector, "objects", group));
            assert_eq!(disclosure.salt().encoded(), of_group(vector, "salts", group));
            assert_eq!(hex(&disclosure.commitment()), of_group(vector, "commitments", group));
        }
        assert_eq!(record.commitment().to_hex(), vector["commitment"], "{}", vector["name"]);
        assert_eq!(record.entry().to_hex(), vector["entry"]);
        assert_eq!(hex(&record.entry().leaf()), vector["leaf"]);
    }
}

#[test]
fn records_written_from_salts_and_objects_are_the_published_ones() {
    let file = record_v1();
    // One vector spells escapes in ways that this crate reads and keeps, but does not write.
    let is_ours = |vector: &&Value| vector["name"] != "escapes and depth";
    for vector in file["records"].as_array().unwrap().iter().filter(is_ours) {
        let read = Record::parse(Group::ALL.map(|group| of_group(vector, "disclosures", group))).unwrap();
        let salts: [Salt; 4] = read.disclosures().each_ref().map(Disclosure::salt);
        let objects =
            read.disclosures().each_ref().map(|disclosure| Json::parse(disclosure.object()).unwrap());
        let written = Record::new(&salts, objects.each_ref().map(Json::members));
        assert_eq!(written, read, "{}", vector["name"]);
    }
}

#[test]
fn after_an_erasure_the_commitments_alone_lead_to_the_same_leaf() {
    for vector in record_v1()["records"].as_array().unwrap() {
        let record = Record::parse(Group::ALL.map(|group| of_group(vector, "disclosures", group))).unwrap();
        let kept = Commitments::from_bytes(&record.commitments().to_bytes());
        assert_eq!(hex(&kept.commitment().entry().leaf()), vector["leaf"]);
        assert!(kept.holds(record.disclosure(Group::Event)));
    }
}

#[test]
fn malformed_disclosures_are_refused() {
    let file = record_v1();
    let refused = file["refused"].as_array().unwrap();
    assert!(refused.len() > 40);
    for case in refused {
        let text = case["disclosure"].as_str().unwrap();
        assert!(Disclosure::parse(text).is_err(), "{}: {text}", case["name"]);
    }
}

#[test]
fn the_example_of_the_specification_is_one_of_the_vectors() {
    let page = include_str!("../README.md");
    let file = record_v1();
    let example = &file["records"][1];
    assert_eq!(example["name"], "cookie choice");
    for group in Group::ALL {
        assert!(page.contains(&of_group(example, "disclosures", group)));
        assert!(page.contains(&of_group(example, "commitments", group)));
    }
    for field in ["commitment", "entry", "leaf"] {
        assert!(page.contains(example[field].as_str().unwrap()), "{field}");
    }
}

#[test]
fn entries_of_another_length_or_version_are_refused() {
    let mut bytes = [7; 33];
    assert!(Entry::parse(&bytes).is_none());
    bytes[0] = 1;
    assert_eq!(Entry::parse(&bytes).unwrap().commitment().as_bytes(), &[7; 32]);
    assert!(Entry::parse(&bytes[..32]).is_none());
    assert!(Entry::parse(&[1; 34]).is_none());
}
