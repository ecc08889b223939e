//! How many consents each person gives: most one or two, a few very many.

use crate::app::Seeded;

/// Consents dealt out among people.
#[derive(Clone, Copy)]
pub(super) struct Crowd {
    pub consents: u64,
    pub people: u64,
}

/// Who gives a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub person: u64,
    /// It is the person's first.
    pub is_first: bool,
}

impl Crowd {
    /// Whose turn it is. People come in at even distances, each with a first consent; all other turns go to those who
    /// are there already, the more the earlier they came: the person of rank `r` gets a share that falls with
    /// `r^(2/3)`.
    pub(super) fn turn(self, consent: u64, numbers: &mut Seeded) -> Turn {
        let there = self.arrived(consent);
        let is_first = consent == 0 || self.arrived(consent - 1) < there;
        let person = if is_first { there - 1 } else { cube_of_chance(there, numbers) };
        Turn { person, is_first }
    }

    /// How many people have come once this consent is given.
    fn arrived(self, consent: u64) -> u64 {
        let arrived = u128::from(consent) * u128::from(self.people) / u128::from(self.consents.max(1)) + 1;
        u64::try_from(arrived).unwrap_or(u64::MAX)
    }
}

/// A number below `bound`: a chance between 0 and 1, to the third power, of it. Whole numbers only, so that every
/// machine gets the same.
fn cube_of_chance(bound: u64, numbers: &mut Seeded) -> u64 {
    let chance = numbers.below(1 << 32);
    let square = (chance * chance) >> 32;
    let cube = (square * chance) >> 32;
    u64::try_from((u128::from(bound) * u128::from(cube)) >> 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_gets_a_turn_before_any_other_turn_and_a_few_get_many() {
        let crowd = Crowd { consents: 20_000, people: 5_000 };
        let mut given = vec![0_u32; 5_000];
        for consent in 0..crowd.consents {
            let turn = crowd.turn(consent, &mut Seeded::new(1, consent));
            let given = &mut given[usize::try_from(turn.person).unwrap()];
            assert_eq!(turn.is_first, *given == 0);
            *given += 1;
        }
        assert!(given.iter().all(|given| *given > 0));
        assert!(given[0] > 500, "{}", given[0]);
        let few = given.iter().filter(|given| **given <= 3).count();
        assert!(few > 2_500, "{few}");
    }

    #[test]
    fn as_many_people_as_consents_give_one_each() {
        let crowd = Crowd { consents: 7, people: 7 };
        let people: Vec<u64> =
            (0..7).map(|consent| crowd.turn(consent, &mut Seeded::new(1, 0)).person).collect();
        assert_eq!(people, [0, 1, 2, 3, 4, 5, 6]);
    }
}
