//! Four lines that are a record: its texts come back, and its entry and commitment survive every spelling.
#![no_main]

use libfuzzer_sys::fuzz_target;
use placet_proof::{Commitment, Commitments, Digest, Entry, Record};

fuzz_target!(|text: &str| {
    if let Ok(digest) = text.parse::<Digest>() {
        assert_eq!(digest.to_string(), text);
    }
    let lines: Vec<&str> = text.lines().collect();
    let Ok(lines) = <[&str; 4]>::try_from(lines) else { return };
    let Ok(record) = Record::parse(lines) else { return };
    let (commitments, commitment, entry) = (record.commitments(), record.commitment(), record.entry());
    assert_eq!(Commitments::from_bytes(&commitments.to_bytes()), commitments);
    assert_eq!(Commitment::from_hex(&commitment.to_hex()), Some(commitment));
    assert_eq!(Entry::parse(entry.as_bytes()), Some(entry));
    assert_eq!(entry.commitment(), commitment);
    let texts = record.into_disclosures().map(|disclosure| disclosure.into_string());
    assert_eq!(texts.each_ref().map(String::as_str), lines);
});
