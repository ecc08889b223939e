//! A page of a segment: the grams of one range with their lists, in order.

use super::bytes::{Reader, damaged, put_number};
use super::gram::{GRAM_BITS, Gram};
use super::postings::{self, Number};
use crate::domain::error::Result;

/// Which of `pages` pages holds a gram; `pages` is a power of two.
pub(super) fn page_of(gram: Gram, pages: u32) -> u32 {
    u32::try_from((u64::from(gram) * u64::from(pages)) >> GRAM_BITS).unwrap_or(0)
}

/// Writes a page; grams rise, and so do the numbers of each.
#[derive(Default)]
pub(super) struct PageWriter {
    out: Vec<u8>,
    next: Gram,
}

impl PageWriter {
    pub(super) fn put(&mut self, gram: Gram, numbers: &[Number], items: u32) {
        put_number(&mut self.out, u64::from(gram - self.next));
        self.next = gram;
        postings::put(&mut self.out, numbers, items);
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }
}

/// Writes a page of pairs in order.
pub(super) fn write(pairs: &[(Gram, Number)], items: u32) -> Vec<u8> {
    let mut page = PageWriter::default();
    for of_gram in pairs.chunk_by(|a, b| a.0 == b.0) {
        let numbers: Vec<Number> = of_gram.iter().map(|(_, number)| *number).collect();
        page.put(of_gram[0].0, &numbers, items);
    }
    page.finish()
}

/// Every gram of a page with its list.
pub(super) fn read(page: &[u8], items: u32) -> Result<Vec<(Gram, Vec<Number>)>> {
    let (mut reader, mut grams, mut gram) = (Reader(page), Vec::new(), 0);
    while !reader.is_at_end() {
        gram = next(gram, &mut reader)?;
        grams.push((gram, postings::take(&mut reader, items)?));
    }
    Ok(grams)
}

/// The list of a gram, and how many numbers it has.
pub(super) fn find(page: &[u8], wanted: Gram, items: u32) -> Result<(usize, Reader<'_>)> {
    let (mut reader, mut gram) = (Reader(page), 0);
    while !reader.is_at_end() {
        gram = next(gram, &mut reader)?;
        if gram == wanted {
            return Ok((postings::count(reader.0)?, reader));
        }
        if gram > wanted {
            break;
        }
        postings::skip(&mut reader, items)?;
    }
    Ok((0, Reader(&[0])))
}

fn next(gram: Gram, reader: &mut Reader<'_>) -> Result<Gram> {
    let difference = Gram::try_from(reader.number()?).map_err(|_| damaged())?;
    gram.checked_add(difference).ok_or_else(damaged)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_and_found(pairs in prop::collection::btree_set((0_u32..40, 0_u16..500), 0..300)) {
            let pairs: Vec<(Gram, Number)> = pairs.into_iter().collect();
            let page = write(&pairs, 500);
            let read: Vec<_> = read(&page, 500).unwrap();
            let flat: Vec<(Gram, Number)> =
                read.iter().flat_map(|(gram, numbers)| numbers.iter().map(|number| (*gram, *number))).collect();
            prop_assert_eq!(&flat, &pairs);
            for gram in 0..41 {
                let expected: Vec<Number> =
                    pairs.iter().filter(|(other, _)| *other == gram).map(|(_, number)| *number).collect();
                let (count, mut list) = find(&page, gram, 500).unwrap();
                prop_assert_eq!(count, expected.len());
                prop_assert_eq!(postings::take(&mut list, 500).unwrap(), expected);
            }
        }

        #[test]
        fn damaged_bytes_are_an_error_and_never_a_panic(bytes: Vec<u8>, gram: Gram) {
            let _ = (read(&bytes, 500), find(&bytes, gram, 500).map(drop));
        }
    }

    #[test]
    fn pages_divide_all_grams_in_order() {
        let grams = [0, 1, 0x3f_ffff, 0x40_0000, 0x80_0000, 0xff_ffff];
        assert_eq!(grams.map(|gram| page_of(gram, 4)), [0, 0, 0, 1, 2, 3]);
        assert_eq!(grams.map(|gram| page_of(gram, 1)), [0; 6]);
        let firsts: BTreeSet<u32> = (0..2048).map(|page| page_of(page << 13, 2048)).collect();
        assert_eq!(firsts.len(), 2048);
    }
}
