//! Versions when many publish at once: no number twice, none skipped, in one process and in two.

use serde_json::{Value, json};

use crate::app::on_both;
use crate::database::Database;
use crate::process::{Server, answer};

const PUBLISHERS: usize = 40;

#[test]
fn lists_that_name_the_same_notices_in_opposite_order_do_not_stand_in_each_others_way() {
    on_both(|site| {
        let notice = |identifier: &str| json!({ "identifier": identifier, "content": "x" });
        std::thread::scope(|scope| {
            for count in 0..PUBLISHERS {
                let mut list = vec![notice("a"), notice("b"), notice("a"), notice("c")];
                if count % 2 == 0 {
                    list.reverse();
                }
                scope.spawn(move || site.post("/legal_notices", json!(list)).ok());
            }
        });
        let versions = |identifier: &str| {
            let mut all = Vec::new();
            let mut after = String::new();
            loop {
                let page = site.get(&format!("/legal_notices/{identifier}?limit=100{after}")).ok();
                let page: Vec<i64> =
                    page.as_array().unwrap().iter().map(|item| item["version"].as_i64().unwrap()).collect();
                let Some(last) = page.last() else { return all };
                after = format!("&starting_after={last}");
                all.extend(page);
            }
        };
        let counting_down = |most: usize| (1..=i64::try_from(most).unwrap()).rev().collect::<Vec<_>>();
        assert_eq!(versions("a"), counting_down(2 * PUBLISHERS));
        assert_eq!(versions("b"), counting_down(PUBLISHERS));
        assert_eq!(versions("c"), counting_down(PUBLISHERS));
    });
}

#[test]
fn numbers_within_one_list_follow_its_order() {
    on_both(|site| {
        let list = json!([
            { "identifier": "b", "content": "b1" }, { "identifier": "a", "content": "a1" },
            { "identifier": "b", "content": "b2" }, { "identifier": "a", "content": "a2" },
        ]);
        let answers = site.post("/legal_notices", list).ok();
        let names: Vec<Value> = answers
            .as_array()
            .unwrap()
            .iter()
            .map(|item| json!([item["identifier"], item["version"]]))
            .collect();
        assert_eq!(json!(names), json!([["b", 1], ["a", 1], ["b", 2], ["a", 2]]));
        assert_eq!(site.get("/legal_notices/b/2").ok()["content"], "b2");
    });
}

#[test]
fn two_processes_on_one_database_give_each_number_once_and_skip_none() {
    for database in Database::all() {
        answer(&database, &["workspace", "create", "--name", "W"]);
        let key = answer(&database, &["key", "create", "--workspace", "1", "--kind", "private"]);
        let key = key["key"].as_str().unwrap();
        let servers = [Server::start(&database), Server::start(&database)];
        let mut given: Vec<i64> = std::thread::scope(|scope| {
            let publish = |count: usize| {
                let server = &servers[count % 2];
                scope.spawn(move || {
                    let notice = json!({ "identifier": "terms", "content": count.to_string() });
                    let answer = server.request("POST", "/legal_notices").key(key).json(notice).send().ok();
                    answer["version"].as_i64().unwrap()
                })
            };
            let publishing: Vec<_> = (0..2 * PUBLISHERS).map(publish).collect();
            publishing.into_iter().map(|version| version.join().unwrap()).collect()
        });
        given.sort_unstable();
        let count = i64::try_from(given.len()).unwrap();
        assert_eq!(given, (1..=count).collect::<Vec<_>>(), "{}", database.name());
    }
}
