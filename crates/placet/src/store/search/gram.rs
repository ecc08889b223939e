//! Groups of three letters, and terms: whole texts that are looked up by equality. Both are told apart by hashes only.

use crate::domain::substring::{Field, fold};
use crate::store::installation::IndexKey;

/// A keyed hash of three letters in a text of a subject, without regard to case, or of a term. Two may have the same.
pub(super) type Gram = u32;
/// How many bits of a gram are used: so many that a rare group hardly ever shares its gram with a frequent one.
pub(super) const GRAM_BITS: u32 = 24;

/// Letters in a gram.
pub(super) const LETTERS: usize = 3;

/// The gram of a term, of which a keyed hash is known.
pub(super) fn of_term(hash: i64) -> Gram {
    Gram::try_from(hash.cast_unsigned() >> (u64::BITS - GRAM_BITS)).unwrap_or(0)
}

/// The grams of a subject's texts and of terms, in order, each once.
pub(super) fn of_texts<'t>(
    key: &IndexKey,
    texts: impl IntoIterator<Item = (Field, &'t str)>,
    terms: impl IntoIterator<Item = Gram>,
) -> Vec<Gram> {
    let mut grams: Vec<Gram> = terms.into_iter().collect();
    for (field, text) in texts {
        add(key, field, &fold(text), &mut grams);
    }
    in_order(grams)
}

/// The grams that a text has if a part, folded, occurs in it.
pub(super) fn of_part(key: &IndexKey, field: Field, part: &str) -> Vec<Gram> {
    let mut grams = Vec::new();
    add(key, field, part, &mut grams);
    in_order(grams)
}

fn in_order(mut grams: Vec<Gram>) -> Vec<Gram> {
    grams.sort_unstable();
    grams.dedup();
    grams
}

fn add(key: &IndexKey, field: Field, folded: &str, grams: &mut Vec<Gram>) {
    let starts: Vec<usize> = folded.char_indices().map(|(start, _)| start).chain([folded.len()]).collect();
    let gram = |edges: &[usize]| key.gram(&folded[edges[0]..edges[LETTERS]]) >> (Gram::BITS - GRAM_BITS);
    grams.extend(starts.windows(LETTERS + 1).map(|edges| gram(edges) ^ of_field(field)));
}

/// What makes the grams of one field others than those of the same letters in another.
fn of_field(field: Field) -> Gram {
    match field {
        Field::Email => 0,
        Field::FullName => 0x55_5555,
        Field::Other => 0xaa_aaaa,
    }
}
