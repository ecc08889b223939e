//! Numbers that can be had again: for made-up data, where the same number has to give the same records.

/// Repeatable numbers (`SplitMix64`). Nothing that has to stay secret may come from here.
#[derive(Clone, Debug)]
pub struct Seeded(u64);

impl Seeded {
    /// The numbers that belong to `seed` and `index`; those of the next index have nothing to do with them.
    #[must_use]
    pub fn new(seed: u64, index: u64) -> Seeded {
        Seeded(mix(seed ^ mix(index)))
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// The next `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for piece in bytes.chunks_mut(8) {
            piece.copy_from_slice(&self.number().to_le_bytes()[..piece.len()]);
        }
        bytes
    }

    /// A number from 0 to `bound - 1`; 0 when there is none.
    pub fn below(&mut self, bound: u64) -> u64 {
        let scaled = (u128::from(self.number()) * u128::from(bound)) >> 64;
        u64::try_from(scaled).unwrap_or(0)
    }

    /// Whether something that happens in so many cases of a thousand happens now.
    pub fn happens(&mut self, of_a_thousand: u64) -> bool {
        self.below(1000) < of_a_thousand
    }

    /// One of the items, which must be some.
    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[usize::try_from(self.below(items.len() as u64)).unwrap_or(0)]
    }
}

fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_an_index_always_give_the_same_numbers() {
        let mut numbers = Seeded::new(1, 0);
        let mut again = Seeded::new(1, 0);
        assert_eq!((numbers.number(), numbers.number()), (again.number(), again.number()));
        assert_ne!(Seeded::new(1, 0).number(), Seeded::new(1, 1).number());
        assert_ne!(Seeded::new(1, 0).number(), Seeded::new(2, 0).number());
        assert_eq!(Seeded::new(7, 7).bytes::<3>(), Seeded::new(7, 7).number().to_le_bytes()[..3]);
    }

    #[test]
    fn a_bounded_number_stays_below_its_bound_and_reaches_all_below_it() {
        let mut numbers = Seeded::new(3, 9);
        let mut seen = [0; 6];
        for _ in 0..6000 {
            seen[usize::try_from(numbers.below(6)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
        assert_eq!(numbers.below(0), 0);
    }
}
