//! When generated consents were given: over three years, more from month to month, few at night and at weekends.

use crate::app::Seeded;
use crate::domain::time::Timestamp;

const HOUR_MS: i64 = 60 * 60 * 1000;
/// Three years, in whole weeks.
const WEEKS: i64 = 156;
const HOURS_OF_A_WEEK: i64 = 168;

/// How busy each hour of a working day is, UTC.
const HOURS: [u64; 24] =
    [4, 2, 2, 1, 2, 4, 9, 16, 24, 30, 32, 31, 29, 30, 30, 28, 27, 28, 31, 36, 38, 30, 18, 9];
const WEEKEND_PERCENT: u64 = 65;
/// How busy the first week is; each week after it adds one, so that the last is nearly five times as busy.
const FIRST_WEEK: u64 = 40;

/// Divides one hour of a calendar, or one consent's share of it, for numbers between.
const FINE: u64 = 1 << 20;

/// Turns the place of a consent in the whole sequence into a moment.
pub(super) struct Calendar {
    begin: Timestamp,
    /// What has happened by the end of each hour since the beginning, in shares of the whole.
    by_hour: Vec<u64>,
}

impl Calendar {
    /// The three years that end with the hour in which `until` lies.
    pub(super) fn new(until: Timestamp) -> Calendar {
        let end = until.0.div_euclid(HOUR_MS);
        let begin = end - WEEKS * HOURS_OF_A_WEEK;
        let busy = (begin..end).map(|hour| {
            let week = u64::try_from((hour - begin) / HOURS_OF_A_WEEK).unwrap_or(0);
            (FIRST_WEEK + week) * busyness(hour)
        });
        let by_hour = busy.scan(0, |sum, busy| {
            *sum += busy;
            Some(*sum)
        });
        Calendar { begin: Timestamp(begin * HOUR_MS), by_hour: by_hour.collect() }
    }

    /// The first moment.
    pub(super) fn begin(&self) -> Timestamp {
        self.begin
    }

    /// The moment of the consent at `place` of `count`. Moments follow one another as places do.
    pub(super) fn moment(&self, place: u64, count: u64, numbers: &mut Seeded) -> Timestamp {
        let total = u128::from(self.by_hour.last().copied().unwrap_or(0)) * u128::from(FINE);
        let exact = u128::from(place) * u128::from(FINE) + u128::from(numbers.below(FINE));
        let passed = exact * total / (u128::from(count) * u128::from(FINE));
        let hour = self.by_hour.partition_point(|sum| u128::from(*sum) * u128::from(FINE) <= passed);
        let before = hour.checked_sub(1).map_or(0, |hour| self.by_hour[hour]);
        let share = passed - u128::from(before) * u128::from(FINE);
        let whole = u128::from(self.by_hour[hour] - before) * u128::from(FINE);
        let into_the_hour = i64::try_from(share * u128::from(HOUR_MS.unsigned_abs()) / whole).unwrap_or(0);
        Timestamp(self.begin.0 + i64::try_from(hour).unwrap_or(0) * HOUR_MS + into_the_hour)
    }
}

/// How busy an hour is, counted from 1970, whose first day was a Thursday.
fn busyness(hour: i64) -> u64 {
    let of_day = usize::try_from(hour.rem_euclid(24)).unwrap_or(0);
    let day = (hour.div_euclid(24) + 3).rem_euclid(7);
    HOURS[of_day] * if day >= 5 { WEEKEND_PERCENT } else { 100 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-01T00:00:00Z
    const UNTIL: Timestamp = Timestamp(1_767_225_600_000);
    const COUNT: u64 = 50_000;

    fn moments() -> Vec<i64> {
        let calendar = Calendar::new(UNTIL);
        (0..COUNT).map(|place| calendar.moment(place, COUNT, &mut Seeded::new(1, place)).0).collect()
    }

    #[test]
    fn moments_follow_one_another_through_three_years() {
        let moments = moments();
        assert!(moments.is_sorted());
        let begin = UNTIL.0 - WEEKS * HOURS_OF_A_WEEK * HOUR_MS;
        assert!(moments[0] >= begin && moments[moments.len() - 1] < UNTIL.0);
    }

    #[test]
    fn there_are_more_from_year_to_year_and_fewer_at_night_and_at_weekends() {
        let moments = moments();
        let count = |of: &dyn Fn(i64) -> bool| moments.iter().filter(|at| of(at.div_euclid(HOUR_MS))).count();
        let begin = UNTIL.0.div_euclid(HOUR_MS) - WEEKS * HOURS_OF_A_WEEK;
        let year = |number: i64| count(&|hour| (hour - begin) / (52 * HOURS_OF_A_WEEK) == number);
        assert!(year(0) * 3 < year(1) * 2 && year(1) < year(2), "{} {} {}", year(0), year(1), year(2));
        let (night, evening) = (count(&|hour| hour % 24 == 3), count(&|hour| hour % 24 == 20));
        assert!(night * 20 < evening, "{night} {evening}");
        let (sunday, monday) =
            (count(&|hour| (hour / 24 + 3) % 7 == 6), count(&|hour| (hour / 24 + 3) % 7 == 0));
        assert!((55..75).contains(&(sunday * 100 / monday)), "{sunday} {monday}");
    }
}
