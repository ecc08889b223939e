//! What is read as JSON is written as JSON, and read as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use placet_proof::json::Json;

fn written(json: &Json<'_>) -> String {
    let mut text = String::new();
    json.write(&mut text);
    text
}

fuzz_target!(|text: &str| {
    let Ok(json) = Json::parse(text) else { return };
    let compact = written(&json);
    let again = Json::parse_compact(&compact).expect("what was written is JSON without white space");
    assert_eq!(again, json);
    assert_eq!(written(&again), compact);
});
