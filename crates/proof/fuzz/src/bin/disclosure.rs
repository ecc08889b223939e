//! A disclosure is kept byte for byte, its object is compact JSON, and only its own commitment holds it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use placet_proof::json::Json;
use placet_proof::{Commitments, Disclosure, commit};

fuzz_target!(|text: &str| {
    let Ok(disclosure) = Disclosure::parse(text) else { return };
    assert_eq!(disclosure.as_str(), text);
    assert!(matches!(Json::parse_compact(disclosure.object()), Ok(Json::Object(_))));
    assert_eq!(disclosure.commitment(), commit(text.as_bytes()));
    let same = [disclosure.commitment(); 4].concat().try_into().expect("four times 32 bytes");
    assert!(Commitments::from_bytes(&same).holds(&disclosure));
    assert!(!Commitments::from_bytes(&[0; 128]).holds(&disclosure));
});
