//! What is forgotten is found no more, whatever the index does meanwhile.

use placet::domain::error::Error;
use placet::domain::substring::{AnyOf, Field};
use placet::domain::time::Timestamp;
use placet::store::search::{self, Built, Entry, Item, List, Place, Replaced, Waiting};
use serde_json::json;

use super::{Known, bodies, check, index, places, record, start};
use crate::app::{NOW, on_both};

#[test]
fn what_is_forgotten_leaves_no_trace_in_the_index() {
    on_both(|site| {
        let marked = |mark: &str| json!({ "subject": { "id": format!("subject-{mark}"), "email": format!("{mark}@example.org") } });
        let mut known = Vec::new();
        for (round, mark) in ["xyzzy", "plugh"].iter().enumerate() {
            known.extend(record(site, &site.own, &bodies(round * 1000, 80)));
            known.extend(record(site, &site.own, &[marked(mark)]));
            known.extend(record(site, &site.own, &bodies(round * 1000 + 80, 80)));
            if round == 0 {
                index(site);
            }
        }
        let all = AnyOf::parts_of("xyzzy plugh").unwrap();
        let found = |list| places(site, site.own.id, list, &all, &start()).len();
        assert_eq!((found(List::Consents), found(List::Subjects)), (2, 2));
        let (marked, rest): (Vec<Known>, Vec<Known>) =
            known.into_iter().partition(|known| known.subject.starts_with("subject-"));
        let workspace = site.own.id;
        for Known { place, subject, .. } in marked {
            let subject = Place { at: Timestamp(NOW), id: subject.into_bytes() };
            let places = [(List::Consents, place), (List::Subjects, subject)];
            let forget = site.app().store.write(move |tx| search::forget(tx, workspace, &places));
            site.block_on(forget).unwrap();
        }
        assert_eq!((found(List::Consents), found(List::Subjects)), (0, 0));
        for wanted in ["aaa", "org", "@b.", "ccc"] {
            check(site, workspace, &rest, &AnyOf::whole(wanted).unwrap(), &start());
        }
        index(site);
        assert_eq!((found(List::Consents), found(List::Subjects)), (0, 0));
        check(site, workspace, &rest, &AnyOf::whole("org").unwrap(), &start());
        let tables = ["search_texts", "search_pages"];
        for content in
            tables.iter().flat_map(|table| site.database.rows(&format!("SELECT content FROM {table}")))
        {
            assert!(!content[0].windows(8).any(|bytes| bytes == b"subject-"), "on {}", site.database.name());
        }
    });
}

#[test]
fn a_segment_whose_texts_were_forgotten_meanwhile_is_not_put_in_use() {
    on_both(|site| {
        let known = record(site, &site.own, &bodies(0, 20));
        let (key, workspace, place) = (*site.app().store.index_key(), site.own.id, known[0].place.clone());
        let waiting = site.read(move |tx| search::oldest(tx, workspace, 20));
        let items = known.iter().map(|known| {
            let mut entry = Entry::default();
            entry.consent = Some(known.place.clone());
            entry.texts.extend(known.texts.iter().map(|text| (Field::Other, text.clone())));
            Item::new(&key, &entry, None)
        });
        let built = Built::of(items.flatten().collect(), [1; 8]).unwrap().unwrap();
        let places = [(List::Consents, place)];
        let forget = site.app().store.write(move |tx| search::forget(tx, workspace, &places));
        site.block_on(forget).unwrap();
        let replaced = Replaced::Texts(waiting.iter().map(Waiting::key).collect());
        let segment = built.segment.clone();
        let put_in_use = site.app().store.write(move |tx| {
            search::begin(tx, workspace, &built.segment)?;
            built.batches().try_for_each(|pages| search::write(tx, workspace, &built.segment, pages))
        });
        site.block_on(put_in_use).unwrap();
        let put_in_use =
            site.app().store.write(move |tx| search::put_in_use(tx, workspace, Some(&segment), &replaced));
        assert!(matches!(site.block_on(put_in_use), Err(Error::Conflict(_))));
        check(site, workspace, &known[1..], &AnyOf::whole("org").unwrap(), &start());
        // What was written in vain is removed.
        index(site);
        assert_eq!(site.database.rows("SELECT content FROM search_pages"), Vec::<Vec<Vec<u8>>>::new());
    });
}
