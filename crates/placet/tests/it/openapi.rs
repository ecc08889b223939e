//! The API description: it is whole, it is committed, and the server answers as it says. What is tested is read from
//! the description itself, so that a new operation is tested as soon as it is described.

pub(crate) mod described;
mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::app::on_both;
use crate::process::placet;
use described::{Description, Operation, World, parameters_of};

#[test]
fn the_committed_description_is_the_one_that_the_code_gives() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let committed = fs::read_to_string(file).expect("there is a docs/openapi.json");
    assert!(
        committed.trim_end() == placet::http::openapi(),
        "docs/openapi.json is stale: run `cargo xtask docs`"
    );
}

#[test]
fn the_description_is_served_to_everyone() {
    on_both(|site| {
        let answer = site.request("GET", "/api/openapi.json").send();
        assert_eq!(answer.ok(), serde_json::from_str::<Value>(&placet::http::openapi()).unwrap());
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    });
}

#[test]
fn every_part_of_a_path_is_described_and_no_other() {
    for operation in Description::read().operations() {
        let parts: BTreeSet<&str> = operation.path.split(['{', '}']).skip(1).step_by(2).collect();
        let described: BTreeSet<&str> = parameters_of(&operation, "path").map(|(name, _)| name).collect();
        assert_eq!(described, parts, "{operation}");
    }
}

#[test]
fn operations_have_ids_of_their_own_a_summary_and_a_success() {
    let description = Description::read();
    let mut ids = BTreeSet::new();
    for operation in description.operations() {
        let text = |name: &str| operation.value[name].as_str().unwrap_or_default().to_owned();
        assert!(ids.insert(text("operationId")), "{operation} has an id that is taken");
        assert!(!text("summary").is_empty() && !text("summary").ends_with('.'), "{operation}");
        let is_success = |status: &String| status.starts_with('2') || status.starts_with('3');
        assert!(operation.value["responses"].as_object().unwrap().keys().any(is_success), "{operation}");
    }
}

#[test]
fn every_example_is_what_its_schema_says() {
    let description = Description::read();
    let mut examples = 0;
    description.each_content(|place, content| {
        description.check(&content["schema"], &content["example"], place);
        examples += 1;
    });
    assert!(examples > 50, "only {examples} examples were found");
}

#[test]
fn every_described_operation_exists() {
    on_both(|site| {
        for operation in Description::read().operations() {
            let target = operation.path.replace(['{', '}'], "");
            let answer = site.request(&operation.method.to_uppercase(), &target).send();
            assert_ne!(answer.status, 405, "{operation}");
            assert!(!answer.body.contains("Path not found"), "{operation}: {answer:?}");
        }
    });
}

#[test]
fn every_example_of_a_request_is_accepted_and_every_read_succeeds_with_the_described_answer() {
    on_both(|site| {
        let description = Description::read();
        let mut world = World::open(site);
        let is_for_programs = |operation: &Operation<'_>| !matches!(operation.tag(), "Pages" | "Scripts");
        let (reads, writes): (Vec<_>, Vec<_>) = description
            .operations()
            .filter(is_for_programs)
            .partition(|operation| operation.method == "get" || operation.method == "options");
        // The examples of reads name the third version of a notice.
        for operation in writes.iter().cycle().take(writes.len() * 3) {
            let answer = world.send_example(operation);
            description.check_answer(operation, &answer);
            world.learn(&answer);
        }
        for operation in &reads {
            let answer = world.send_example(operation);
            assert!(answer.status < 300, "{operation}: {answer:?}");
            description.check_answer(operation, &answer);
        }
    });
}

#[test]
fn refusals_have_the_described_shape() {
    on_both(|site| {
        let description = Description::read();
        for operation in description.operations().filter(Operation::needs_a_key) {
            let target = operation.path.replace(['{', '}'], "");
            let method = operation.method.to_uppercase();
            let stranger = || site.request(&method, &target).key("a key that nobody has ever issued");
            for answer in [site.request(&method, &target).send(), stranger().send()] {
                assert!((400..500).contains(&answer.status), "{operation}: {answer:?}");
                description.check_answer(&operation, &answer);
            }
        }
    });
}

#[test]
fn the_command_prints_what_is_served() {
    let printed = placet(&["openapi"]).output().unwrap();
    assert!(printed.status.success());
    assert_eq!(String::from_utf8(printed.stdout).unwrap().trim_end(), placet::http::openapi());
}
