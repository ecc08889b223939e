//! Documents over the management API: found, sorted, downloaded, and what points to them.

use placet::domain::member::Role;
use serde_json::{Value, json};

use super::{PDF, form, id};
use crate::app::{MINUTE, Site, on_both};
use crate::client::Answer;
use crate::person::Person;

const PATH: &str = "/api/v1/documents";

fn upload(person: &Person<'_>, name: &str, content: &[u8]) -> Value {
    let headers = format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/pdf");
    form(person.request("POST", PATH), &[(&headers, content)]).send().ok()
}

fn names(answer: &Answer) -> Vec<String> {
    let name = |item: &Value| item["name"].as_str().unwrap().to_owned();
    answer.ok().as_array().unwrap().iter().map(name).collect()
}

/// Four documents, a minute apart: the names and lengths are in other orders.
fn four(site: &Site) -> Person<'_> {
    let ed = Person::of(site, &site.own, "ed@example.org", Role::Editor);
    for (name, length) in [("b.pdf", 3), ("Scan.pdf", 1), ("a.pdf", 2), ("scan 2.pdf", 3)] {
        upload(&ed, name, &vec![b'x'; length]);
        site.move_clock(MINUTE);
    }
    ed
}

#[test]
fn a_member_uploads_a_document_and_gets_it_back_to_be_saved() {
    on_both(|site| {
        let ed = Person::of(site, &site.own, "ed@example.org", Role::Editor);
        let uploaded = upload(&ed, "paper form.pdf", PDF);
        assert_eq!((&uploaded["name"], &uploaded["referenced"]), (&json!("paper form.pdf"), &json!(false)));
        let target = format!("{PATH}/{}", id(&uploaded));
        assert_eq!(ed.get(&target).ok(), uploaded);
        let file = ed.get(&format!("{target}/content"));
        assert_eq!((file.status, file.bytes.as_slice()), (200, PDF));
        assert!(
            file.header("content-disposition")
                .unwrap()
                .starts_with("attachment; filename=\"paper form.pdf\"")
        );
        assert_eq!(file.header("content-security-policy"), Some("sandbox; default-src 'none'"));
        // The same document is there for programs.
        assert_eq!(site.get(&format!("/documents/{}", id(&uploaded))).bytes, PDF);
        assert_eq!(form(ed.request("POST", PATH), &[("name=\"other\"", b"x")]).send().status, 400);
    });
}

#[test]
fn a_list_can_be_sorted_in_six_ways() {
    on_both(|site| {
        let ed = four(site);
        for (sort, expected) in [
            ("-created_at", ["scan 2.pdf", "a.pdf", "Scan.pdf", "b.pdf"]),
            ("created_at", ["b.pdf", "Scan.pdf", "a.pdf", "scan 2.pdf"]),
            ("name", ["Scan.pdf", "a.pdf", "b.pdf", "scan 2.pdf"]),
            ("-name", ["scan 2.pdf", "b.pdf", "a.pdf", "Scan.pdf"]),
            ("size", ["Scan.pdf", "a.pdf", "b.pdf", "scan 2.pdf"]),
            ("-size", ["scan 2.pdf", "b.pdf", "a.pdf", "Scan.pdf"]),
        ] {
            assert_eq!(names(&ed.get(&format!("{PATH}?sort={sort}"))), expected, "{sort}");
            // The same, one by one: each page begins where the one before ended.
            let mut paged = Vec::new();
            let mut target = format!("{PATH}?sort={sort}&limit=1");
            loop {
                let page = ed.get(&target);
                paged.extend(names(&page));
                let Some(link) = page.header("link") else { break };
                target = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
            }
            assert_eq!(paged, expected, "{sort}");
        }
        assert_eq!(names(&ed.get(PATH)), ["scan 2.pdf", "a.pdf", "Scan.pdf", "b.pdf"]);
    });
}

#[test]
fn a_list_is_searched_and_what_cannot_be_read_is_refused() {
    on_both(|site| {
        let ed = four(site);
        assert_eq!(names(&ed.get(&format!("{PATH}?search=SCAN&sort=name"))), ["Scan.pdf", "scan 2.pdf"]);
        assert_eq!(names(&ed.get(&format!("{PATH}?search=SCAN&sort=name&limit=1"))), ["Scan.pdf"]);
        assert_eq!(names(&ed.get(&format!("{PATH}?search=application/pdf&limit=2"))).len(), 2);
        assert!(names(&ed.get(&format!("{PATH}?search=nothing"))).is_empty());
        for wrong in [
            "sort=colour",
            "starting_after=x",
            "starting_after=01a20078-e658-77d7-ae6a-33491e28ee67",
            "referenced=perhaps",
        ] {
            assert_eq!(ed.get(&format!("{PATH}?{wrong}")).status, 400, "{wrong}");
        }
    });
}

#[test]
fn a_document_says_which_consents_and_notices_point_to_it() {
    on_both(|site| {
        let ed = four(site);
        let document = id(&upload(&ed, "form.pdf", PDF));
        let consent = site.record(json!({ "proof_document_ids": [document] }));
        site.move_clock(MINUTE);
        let notice = json!({ "identifier": "terms", "content": "Be kind.", "document_ids": [document] });
        ed.send("POST", "/api/v1/legal_notices", notice).ok();
        let target = format!("{PATH}/{document}/references");
        let (of_notice, of_consent) = (
            json!({ "kind": "legal_notice", "consent_id": null, "identifier": "terms", "version": 1 }),
            json!({ "kind": "consent", "consent_id": consent, "identifier": null, "version": null }),
        );
        let all = ed.get(&target).ok();
        assert!(all == json!([of_notice, of_consent]), "{all}");
        let first = ed.get(&format!("{target}?limit=1"));
        let next =
            first.header("link").unwrap().trim_start_matches('<').split('>').next().unwrap().to_owned();
        assert_eq!(ed.get(&next).ok(), json!([of_consent]));
        assert_eq!(names(&ed.get(&format!("{PATH}?referenced=true"))), ["form.pdf"]);
        assert_eq!(names(&ed.get(&format!("{PATH}?referenced=false"))).len(), 4);
        assert_eq!(ed.get(&format!("{PATH}/{document}")).ok()["referenced"], true);
    });
}
