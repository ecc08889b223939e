//! Moments: whole milliseconds since 1970 UTC, read from and written in the spellings of the two contracts.

use jiff::civil::{DateTime, date};
use jiff::{SignedDuration, ToSpan};

/// A moment, in milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// The first and the last moment that ISO 8601 can spell with four digits for the year.
const FIRST: Timestamp = Timestamp(-62_167_219_200_000);
const LAST: Timestamp = Timestamp(253_402_300_799_999);

/// A day, in milliseconds.
pub const DAY: i64 = 24 * 60 * 60 * 1000;

/// How far ahead of the server's clock a claimed moment may lie, in milliseconds.
pub const MAX_AHEAD: i64 = 5 * 60 * 1000;

/// The spellings in which the consent API writes times, one per endpoint (contract 2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `2026-03-01T10:20:30.265Z`
    Millis,
    /// `2026-03-01T10:20:30.265+00:00`
    MillisOffset,
    /// `2026-03-01T10:20:30Z`
    Seconds,
    /// `2026-03-01T10:20:30+00:00`
    SecondsOffset,
}

const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

impl Timestamp {
    /// Reads ISO 8601 with an optional offset (UTC if there is none), any number of fractional digits,
    /// `2026-02-22 00:40:00 UTC` and `2026-02-22 00:40:00 +0100`. Fractions below a millisecond are cut off.
    #[must_use]
    pub fn parse(text: &str) -> Option<Timestamp> {
        let text = text.trim();
        let text = text.strip_suffix(" UTC").unwrap_or(text);
        let text = &text.replacen(" +", "+", 1).replacen(" -", "-", 1);
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            let milliseconds = moment.as_nanosecond().div_euclid(1_000_000).try_into().ok()?;
            return Timestamp(milliseconds).in_range();
        }
        // The library's moments end a day before its calendar does, and people write the calendar's last second.
        let utc = text.strip_suffix(['Z', 'z']).or_else(|| text.strip_suffix("+00:00")).unwrap_or(text);
        Timestamp::of_utc(utc.parse().ok()?)?.in_range()
    }

    /// Reads the bound of a filter: what [`Timestamp::parse`] reads, or whole Unix seconds. A `+` that a client did
    /// not encode has become a space by now: `2026-02-22T00:40:00 02:00` is read as it was meant.
    #[must_use]
    pub fn parse_bound(text: &str) -> Option<Timestamp> {
        let text = text.trim();
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number(text.strip_prefix('-').unwrap_or(text)) {
            return Timestamp(text.parse::<i64>().ok()?.checked_mul(1000)?).in_range();
        }
        Timestamp::parse(text).or_else(|| {
            let (moment, offset) = text.rsplit_once(' ')?;
            Timestamp::parse(&format!("{moment}+{offset}"))
        })
    }

    /// Writes the moment, in UTC.
    #[must_use]
    pub fn spell(self, spelling: Spelling) -> String {
        let format = match spelling {
            Spelling::Millis => "%Y-%m-%dT%H:%M:%S.%3fZ",
            Spelling::MillisOffset => "%Y-%m-%dT%H:%M:%S.%3f+00:00",
            Spelling::Seconds => "%Y-%m-%dT%H:%M:%SZ",
            Spelling::SecondsOffset => "%Y-%m-%dT%H:%M:%S+00:00",
        };
        self.utc().map_or_else(String::new, |moment| moment.strftime(format).to_string())
    }

    /// The same hour six calendar months later (widget contract 7.1, `dateExpiration`).
    #[must_use]
    pub fn six_months_later(self) -> Timestamp {
        self.months_later(6).unwrap_or(self)
    }

    /// The same hour so many calendar months later, or earlier.
    #[must_use]
    pub fn months_later(self, months: i32) -> Option<Timestamp> {
        Timestamp::of_utc(self.utc()?.checked_add(months.months()).ok()?)
    }

    /// The beginning of its month, in UTC.
    #[must_use]
    pub fn month(self) -> Option<Timestamp> {
        Timestamp::of_utc(self.utc()?.date().first_of_month().to_datetime(jiff::civil::Time::midnight()))
    }

    fn utc(self) -> Option<DateTime> {
        EPOCH.checked_add(SignedDuration::from_millis(self.0)).ok()
    }

    fn of_utc(moment: DateTime) -> Option<Timestamp> {
        moment.duration_since(EPOCH).as_nanos().div_euclid(1_000_000).try_into().ok().map(Timestamp)
    }

    fn in_range(self) -> Option<Timestamp> {
        Some(self).filter(|moment| (FIRST..=LAST).contains(moment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_that_clients_send_is_the_same_moment() {
        for text in [
            "2026-03-01T10:20:30.265Z",
            "2026-03-01T10:20:30.265999Z",
            "2026-03-01T11:20:30.265+01:00",
            "2026-03-01T10:20:30.265+00:00",
            "2026-03-01 10:20:30.265 UTC",
            "2026-03-01T10:20:30.265",
            "2026-03-01 11:20:30.265 +0100",
            "2026-03-01 09:20:30.265 -0100",
            " 2026-03-01T10:20:30.265Z ",
        ] {
            assert_eq!(Timestamp::parse(text), Some(Timestamp(1_772_360_430_265)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_moment_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "1772360430",
            "99999-01-01T00:00:00Z",
            "-000001-01-01T00:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_bound_may_also_be_unix_seconds() {
        for (text, milliseconds) in [
            ("1771720800", 1_771_720_800_000),
            ("0", 0),
            ("-1", -1000),
            ("2026-02-22 00:40:00 UTC", 1_771_720_800_000),
            ("2026-02-22T00:40:00Z", 1_771_720_800_000),
            ("2026-02-22T02:40:00+02:00", 1_771_720_800_000),
            ("2026-02-22T02:40:00 02:00", 1_771_720_800_000),
            ("2026-02-22 00:40", 1_771_720_800_000),
        ] {
            assert_eq!(Timestamp::parse_bound(text), Some(Timestamp(milliseconds)), "{text}");
        }
        for text in [
            "",
            "-",
            "1e9",
            "17.5",
            "253402300800",
            "99999999999999",
            "99999999999999999999",
            "now",
            "2026-02-22 x",
        ] {
            assert_eq!(Timestamp::parse_bound(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_and_the_last_second_of_the_calendar_are_moments() {
        let ends = [
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
            ("9999-12-31T23:59:59.9999999", "9999-12-31T23:59:59.999Z"),
            ("9999-12-31 23:59:59+00:00", "9999-12-31T23:59:59.000Z"),
            ("9999-12-31", "9999-12-31T00:00:00.000Z"),
            ("253402300799", "9999-12-31T23:59:59.000Z"),
        ];
        for (text, spelled) in ends {
            assert_eq!(Timestamp::parse_bound(text).unwrap().spell(Spelling::Millis), spelled, "{text}");
        }
        assert_eq!(FIRST.spell(Spelling::Seconds), "0000-01-01T00:00:00Z");
        assert_eq!(
            (LAST.months_later(1), Timestamp(LAST.0 + 1).spell(Spelling::Seconds)),
            (None, String::new())
        );
    }

    #[test]
    fn the_four_spellings_of_the_contract() {
        let moment = Timestamp(1_772_360_430_265);
        assert_eq!(moment.spell(Spelling::Millis), "2026-03-01T10:20:30.265Z");
        assert_eq!(moment.spell(Spelling::MillisOffset), "2026-03-01T10:20:30.265+00:00");
        assert_eq!(moment.spell(Spelling::Seconds), "2026-03-01T10:20:30Z");
        assert_eq!(moment.spell(Spelling::SecondsOffset), "2026-03-01T10:20:30+00:00");
    }

    #[test]
    fn moments_before_1970_are_cut_towards_the_past() {
        assert_eq!(Timestamp::parse("1969-12-31T23:59:59.9995Z"), Some(Timestamp(-1)));
    }

    #[test]
    fn expiry_is_six_calendar_months_later_at_the_same_hour() {
        let at = |text| Timestamp::parse(text).unwrap();
        assert_eq!(at("2026-03-02T09:15:04.120Z").six_months_later(), at("2026-09-02T09:15:04.120Z"));
        assert_eq!(at("2026-08-31T09:15:04.120Z").six_months_later(), at("2027-02-28T09:15:04.120Z"));
    }
}
