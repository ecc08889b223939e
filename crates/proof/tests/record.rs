//! What must hold for every record, whatever its bytes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use placet_proof::json::{Json, JsonError};
use placet_proof::{
    Commitment, Digest, Disclosure, DisclosureError, Group, Record, RecordError, Salt, commit,
};
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from), object_of(inner)]
    })
}

fn object_of(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|members| members.into_iter().collect())
}

fn any_object() -> impl Strategy<Value = String> {
    object_of(any_json()).prop_map(|value| value.to_string())
}

fn any_record() -> impl Strategy<Value = Record> {
    let objects = [any_object(), any_object(), any_object(), any_object()];
    (any::<[[u8; 16]; 4]>(), objects).prop_map(|(salts, objects)| {
        let objects = objects.each_ref().map(|text| Json::parse(text).unwrap());
        Record::new(&salts.map(Salt::from_bytes), objects.each_ref().map(Json::members))
    })
}

/// The same rule as [`commit`], written the long way round.
fn commit_slowly(bytes: &[u8]) -> [u8; 32] {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let letter = |at: usize| ALPHABET[usize::from((0..6).fold(0, |value, next| value << 1 | bit(at + next)))];
    let text: Vec<u8> = (0..bytes.len() * 8).step_by(6).map(letter).collect();
    Sha256::digest(text).into()
}

proptest! {
    #[test]
    fn what_was_written_reads_back_as_it_was(record in any_record()) {
        let texts = record.disclosures().each_ref().map(Disclosure::as_str);
        prop_assert_eq!(&Record::parse(texts).unwrap(), &record);
    }

    #[test]
    fn any_changed_byte_changes_the_commitment(record in any_record(), group in 0..4usize, at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let disclosure = &record.disclosures()[group];
        let mut bytes = disclosure.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert_ne!(commit(&bytes), disclosure.commitment());
    }

    #[test]
    fn any_changed_salt_changes_the_commitment(record in any_record(), group in 0..4usize, bit in 0..128usize) {
        let mut salts = record.disclosures().each_ref().map(Disclosure::salt);
        let mut bytes = *salts[group].as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        salts[group] = Salt::from_bytes(bytes);
        let objects = record.disclosures().each_ref().map(|disclosure| Json::parse(disclosure.object()).unwrap());
        let other = Record::new(&salts, objects.each_ref().map(Json::members));
        prop_assert_ne!(other.commitment(), record.commitment());
    }

    #[test]
    fn no_other_order_of_the_groups_is_read(record in any_record(), first in 0..4usize, second in 0..4usize) {
        prop_assume!(first != second);
        let mut texts = record.disclosures().each_ref().map(Disclosure::as_str);
        texts.swap(first, second);
        prop_assert!(matches!(Record::parse(texts), Err(RecordError::Order(_))));
    }

    #[test]
    fn pieces_hash_like_the_whole(bytes in prop::collection::vec(any::<u8>(), 0..4000)) {
        prop_assert_eq!(commit(&bytes), commit_slowly(&bytes));
    }

    #[test]
    fn hexadecimal_of_a_commitment_reads_back(bytes in any::<[u8; 32]>()) {
        let commitment = Commitment::from_bytes(bytes);
        prop_assert_eq!(Commitment::from_hex(&commitment.to_hex()), Some(commitment));
    }

    #[test]
    fn reading_never_panics(text in any::<String>(), tail in "\\PC{0,40}") {
        let _ = Disclosure::parse(text.as_str());
        let _ = Disclosure::parse(format!("[\"AAAAAAAAAAAAAAAAAAAAAA\",\"S\",{tail}"));
    }

    #[test]
    fn what_is_accepted_is_json_to_others_too(inside in "[\\[\\]{}:,\"\\\\u0-9a-ftrulsn. eE+-]{0,30}") {
        let text = format!("{{\"a\":{inside}}}");
        if Json::parse_compact(&text).is_ok() {
            // The other parser refuses numbers beyond a 64-bit float, which are still JSON.
            let read = serde_json::from_str::<Value>(&text);
            prop_assert!(read.is_ok() || text.contains(['e', 'E']), "{}", text);
        }
    }

    #[test]
    fn white_space_is_accepted_inside_strings_only(object in any_object(), at in any::<prop::sample::Index>()) {
        let borders: Vec<usize> = (0..=object.len()).filter(|&at| object.is_char_boundary(at)).collect();
        let at = *at.get(&borders);
        let spaced = format!("{} {}", &object[..at], &object[at..]);
        let meant = serde_json::from_str::<Value>(&spaced).ok();
        let same = meant == serde_json::from_str(&object).ok();
        prop_assert!(!same || Json::parse_compact(&spaced).is_err(), "{}", spaced);
    }
}

#[test]
fn a_digest_has_one_spelling() {
    // The digest of no bytes, as FIPS 180-4 implementations agree on it.
    let text = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Digest::of(b"").to_string(), text);
    assert_eq!(text.parse(), Ok(Digest::of(b"")));
    for other in [&text.to_uppercase(), &text[7..], &text[..70], &format!("{text}0"), "sha256:", "md5:"] {
        assert!(other.parse::<Digest>().is_err(), "{other}");
    }
}

#[test]
fn the_fault_names_the_group_it_is_in() {
    let empty = |letter: &str| format!("[\"AAAAAAAAAAAAAAAAAAAAAA\",\"{letter}\",{{}}]");
    let spaced = empty("F").replace("{}", "{\"a\": 1}");
    let fault = Record::parse([empty("S"), empty("E"), spaced, empty("D")]).unwrap_err();
    let cause = DisclosureError::Json(JsonError { reason: "unexpected character", offset: 5 });
    assert_eq!(fault, RecordError::Disclosure { group: Group::Form, cause });
    assert_eq!(fault.to_string(), "group F: the object is not well formed: unexpected character at byte 5");
}

#[test]
fn nothing_personal_is_shown_for_debugging() {
    let object = Json::parse(r#"{"subject":{"id":"ada"}}"#).unwrap();
    let disclosure = Disclosure::new(&Salt::from_bytes([1; 16]), Group::Subject, object.members());
    assert_eq!(format!("{disclosure:?}, {:?}", disclosure.salt()), "Disclosure(S, 55 bytes), Salt(..)");
}
