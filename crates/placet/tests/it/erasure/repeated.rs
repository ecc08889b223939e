//! Requests that are sent again after what they made was erased.

use serde_json::json;

use super::erase;
use crate::app::on_both;

#[test]
fn a_subject_that_was_erased_is_not_brought_back_by_the_same_request_again() {
    on_both(|site| {
        let create = |key: &str| {
            let request = site.request("POST", "/subjects").key(&site.own.private);
            request.header("Idempotency-Key", key).json(json!({ "id": "ada", "first_name": "Ada" })).send()
        };
        create("k").ok();
        assert_eq!(create("k").header("idempotency-replayed"), Some("true"));
        erase(site, "ada");
        let refused = create("k");
        assert_eq!(refused.status, 409, "{refused:?}");
        assert!(refused.body.contains("erased"), "{refused:?}");
        assert_eq!(site.get("/subjects/ada").status, 404);
        create("another").ok();
        assert_eq!(site.subject("ada")["first_name"], "Ada");
    });
}
