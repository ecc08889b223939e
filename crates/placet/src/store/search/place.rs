//! Places in the order of lists, and pages of them as bytes.

use uuid::Uuid;

use super::List;
use super::bytes::{Reader, damaged, put_difference, put_size};
use crate::domain::error::Result;
use crate::domain::time::Timestamp;
use crate::store::consent;

/// A place in a list: newest first, ties by id descending. The greater place comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The moment by which the list is ordered.
    pub at: Timestamp,
    /// The bytes of a consent's id, or of a subject's.
    pub id: Vec<u8>,
}

impl From<consent::Place> for Place {
    fn from(place: consent::Place) -> Place {
        Place { at: place.at, id: place.id.as_bytes().to_vec() }
    }
}

impl Place {
    /// The place of a consent.
    ///
    /// # Errors
    /// When it is the place of something else.
    pub fn of_consent(&self) -> Result<consent::Place> {
        let id = Uuid::from_slice(&self.id).map_err(|_| damaged())?;
        Ok(consent::Place { at: self.at, id })
    }

    /// The id of a subject.
    ///
    /// # Errors
    /// When it is the place of something else.
    pub fn subject_id(&self) -> Result<&str> {
        std::str::from_utf8(&self.id).map_err(|_| damaged())
    }
}

/// How many items share a page of places, in each list.
pub(super) const ITEMS_PER_PAGE: usize = 64;

/// The places that some of the items of a page have in a list: which of them, and where.
pub(super) type PlacePage = Vec<(usize, Place)>;

/// A page as bytes: a bit for each item that has a place, and the places.
pub(super) fn encode_page(list: List, page: &[(usize, Place)]) -> Vec<u8> {
    let bits = page.iter().fold(0_u64, |bits, (item, _)| bits | 1 << item);
    let mut out = Vec::with_capacity(8 + page.len() * 16);
    out.extend_from_slice(&bits.to_le_bytes());
    encode(list, page.iter().map(|(_, place)| place), &mut out);
    out
}

/// Undoes [`encode_page`].
pub(super) fn decode_page(list: List, bytes: &[u8]) -> Result<PlacePage> {
    let mut reader = Reader(bytes);
    let bits = u64::from_le_bytes(reader.array()?);
    let items = (0..ITEMS_PER_PAGE).filter(|item| bits >> item & 1 == 1);
    let mut at = 0;
    items.map(|item| Ok((item, next(list, &mut reader, &mut at)?))).collect()
}

/// The first place of each page that has any, as bytes: page numbers rise, and so does the age of places.
pub(super) fn encode_firsts(list: List, firsts: &[(usize, Place)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(firsts.len() * 16);
    put_size(&mut out, firsts.len());
    for (page, _) in firsts {
        put_size(&mut out, *page);
    }
    encode(list, firsts.iter().map(|(_, place)| place), &mut out);
    out
}

/// Undoes [`encode_firsts`].
pub(super) fn decode_firsts(list: List, bytes: &[u8]) -> Result<Vec<(usize, Place)>> {
    let mut reader = Reader(bytes);
    let count = reader.size()?.min(bytes.len());
    let pages: Vec<usize> = (0..count).map(|_| reader.size()).collect::<Result<_>>()?;
    let mut at = 0;
    pages.into_iter().map(|page| Ok((page, next(list, &mut reader, &mut at)?))).collect()
}

fn encode<'p>(list: List, places: impl Iterator<Item = &'p Place>, out: &mut Vec<u8>) {
    let mut before: i64 = 0;
    for Place { at, id } in places {
        put_difference(out, before.wrapping_sub(at.0));
        before = at.0;
        match (list, spelled_uuid(id)) {
            (List::Consents, _) => put_uuid(out, at.0, id),
            (List::Subjects, Some(uuid)) => {
                put_size(out, 0);
                put_uuid(out, at.0, uuid.as_bytes());
            }
            (List::Subjects, None) => {
                put_size(out, id.len() + 1);
                out.extend_from_slice(id);
            }
        }
    }
}

/// The next place; `at` is the moment of the one before.
fn next(list: List, reader: &mut Reader<'_>, at: &mut i64) -> Result<Place> {
    *at = at.wrapping_sub(reader.difference()?);
    let id = match list {
        List::Consents => uuid(reader, *at)?.as_bytes().to_vec(),
        List::Subjects => match reader.size()?.checked_sub(1) {
            None => uuid(reader, *at)?.to_string().into_bytes(),
            Some(length) => reader.take(length)?.to_vec(),
        },
    };
    Ok(Place { at: Timestamp(*at), id })
}

/// The UUID that an id spells, if it comes out the same when it is spelled again.
fn spelled_uuid(id: &[u8]) -> Option<Uuid> {
    Uuid::try_parse_ascii(id).ok().filter(|uuid| uuid.to_string().as_bytes() == id)
}

/// A time-ordered id begins with a moment, mostly the one by which the list is ordered: nothing to write then.
fn put_uuid(out: &mut Vec<u8>, at: i64, id: &[u8]) {
    let (moment, rest) = id.split_at(6.min(id.len()));
    let moment = moment.iter().fold(0, |moment, byte| moment << 8 | i64::from(*byte));
    put_difference(out, moment.wrapping_sub(at));
    out.extend_from_slice(rest);
}

fn uuid(reader: &mut Reader<'_>, at: i64) -> Result<Uuid> {
    let moment = at.wrapping_add(reader.difference()?).to_be_bytes();
    let rest: [u8; 10] = reader.array()?;
    let mut id = [0; 16];
    id[..6].copy_from_slice(&moment[2..]);
    id[6..].copy_from_slice(&rest);
    Ok(Uuid::from_bytes(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn consents() -> impl Strategy<Value = Vec<Place>> {
        let place = |(at, id): (i64, u128)| Place { at: Timestamp(at), id: id.to_be_bytes().to_vec() };
        prop::collection::vec((any::<i64>(), any::<u128>()).prop_map(place), 0..ITEMS_PER_PAGE)
    }

    fn subjects() -> impl Strategy<Value = Vec<Place>> {
        let uuid = any::<u128>().prop_map(|id| Uuid::from_u128(id).to_string());
        let id = prop_oneof![uuid.clone(), uuid.prop_map(|id| id.to_uppercase()), any::<String>()];
        let place = |(at, id): (i64, String)| Place { at: Timestamp(at), id: id.into_bytes() };
        prop::collection::vec((any::<i64>(), id).prop_map(place), 0..ITEMS_PER_PAGE)
    }

    fn comes_back(list: List, places: Vec<Place>, skipped: usize) {
        let page: PlacePage = (0..ITEMS_PER_PAGE).filter(|item| *item != skipped).zip(places).collect();
        assert_eq!(decode_page(list, &encode_page(list, &page)).unwrap(), page);
        assert_eq!(decode_firsts(list, &encode_firsts(list, &page)).unwrap(), page);
    }

    proptest! {
        #[test]
        fn places_of_consents_come_back(places in consents(), skipped in 0..ITEMS_PER_PAGE) {
            comes_back(List::Consents, places, skipped);
        }

        #[test]
        fn places_of_subjects_come_back(places in subjects(), skipped in 0..ITEMS_PER_PAGE) {
            comes_back(List::Subjects, places, skipped);
        }

        #[test]
        fn damaged_bytes_are_an_error_and_never_a_panic(bytes: Vec<u8>) {
            for list in [List::Consents, List::Subjects] {
                let _ = (decode_page(list, &bytes), decode_firsts(list, &bytes));
            }
        }
    }

    #[test]
    fn a_place_whose_id_tells_its_moment_takes_few_bytes() {
        let place = |item: usize| {
            let moment = 1_772_360_430_265 - 1000 * i64::try_from(item).unwrap();
            let mut id = [7; 16];
            id[..6].copy_from_slice(&moment.to_be_bytes()[2..]);
            (item, Place { at: Timestamp(moment), id: id.to_vec() })
        };
        let page: PlacePage = (0..ITEMS_PER_PAGE).map(place).collect();
        assert!(encode_page(List::Consents, &page).len() < ITEMS_PER_PAGE * 13 + 20);
    }
}
