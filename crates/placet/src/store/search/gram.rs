//! Groups of three letters.

use crate::domain::substring::{AnyOf, fold};
use crate::store::installation::IndexKey;

/// A keyed hash of three letters, without regard to case. Two groups may have the same.
pub(super) type Gram = u32;
/// How many bits of a gram are used: so many that a rare group hardly ever shares its gram with a frequent one.
pub(super) const GRAM_BITS: u32 = 24;

/// Letters in a gram.
pub(super) const LETTERS: usize = 3;

/// The grams of some texts, in order, each once.
pub(super) fn of_texts<'t>(key: &IndexKey, texts: impl IntoIterator<Item = &'t str>) -> Vec<Gram> {
    let mut grams = Vec::new();
    texts.into_iter().for_each(|text| add(key, &fold(text), &mut grams));
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// The grams of each part of what is looked for.
pub(super) fn of_parts(key: &IndexKey, wanted: &AnyOf) -> Vec<Vec<Gram>> {
    let of_part = |part: &String| {
        let mut grams = Vec::new();
        add(key, part, &mut grams);
        grams.sort_unstable();
        grams.dedup();
        grams
    };
    wanted.parts().iter().map(of_part).collect()
}

fn add(key: &IndexKey, folded: &str, grams: &mut Vec<Gram>) {
    let starts: Vec<usize> = folded.char_indices().map(|(start, _)| start).chain([folded.len()]).collect();
    let gram = |edges: &[usize]| key.gram(&folded[edges[0]..edges[LETTERS]]) >> (Gram::BITS - GRAM_BITS);
    grams.extend(starts.windows(LETTERS + 1).map(gram));
}
