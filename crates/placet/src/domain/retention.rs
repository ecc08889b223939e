//! How long proofs are kept. Counted from the moment at which a consent was given.

use std::collections::BTreeMap;

use super::id::WidgetId;
use super::json::Json;
use super::time::Timestamp;

/// Longer than any law asks for.
const MAX_MONTHS: u16 = 1200;

/// How long a proof is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// For so many calendar months.
    Months(u16),
    /// Until someone erases it.
    ForEver,
}

impl Kept {
    /// Of a number of months as it is stored; 0 is for ever.
    #[must_use]
    pub fn of_number(number: i64) -> Option<Kept> {
        match u16::try_from(number).ok()? {
            0 => Some(Kept::ForEver),
            months @ 1..=MAX_MONTHS => Some(Kept::Months(months)),
            _ => None,
        }
    }

    /// As it is stored.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Kept::Months(months) => months.into(),
            Kept::ForEver => 0,
        }
    }

    /// Reads what a caller sends: a number of months, or `null` for ever.
    #[must_use]
    pub fn of_json(value: &Json<'_>) -> Option<Kept> {
        match value {
            Json::Null => Some(Kept::ForEver),
            value => Kept::of_number(value.as_int().filter(|months| *months > 0)?),
        }
    }

    /// Reads a number of months, or the word `forever`.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Kept> {
        match text {
            "forever" => Some(Kept::ForEver),
            months => Kept::of_number(months.parse().ok().filter(|months| *months > 0)?),
        }
    }

    /// As callers see it.
    #[must_use]
    pub fn to_json(self) -> Json<'static> {
        match self {
            Kept::Months(months) => Json::int(months.into()),
            Kept::ForEver => Json::Null,
        }
    }

    /// As people see it.
    #[must_use]
    pub fn spell(self) -> String {
        match self {
            Kept::Months(months) => months.to_string(),
            Kept::ForEver => "forever".into(),
        }
    }

    /// What was given before this moment has been kept long enough.
    #[must_use]
    pub fn end(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Kept::Months(months) => now.months_later(-i32::from(months)),
            Kept::ForEver => None,
        }
    }
}

/// What is wrong with a value that is neither.
pub const MUST_BE_MONTHS: &str = "must be a number of months from 1 to 1200, or null to keep proofs for ever";

/// How long a workspace keeps its proofs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Those of all consents but
    pub workspace: Kept,
    /// those of cookie choices in these widgets.
    pub widgets: BTreeMap<WidgetId, Kept>,
}

impl Retention {
    /// How long the proof of a consent is kept that was given in this widget, or in none.
    #[must_use]
    pub fn of(&self, widget: Option<WidgetId>) -> Kept {
        widget.and_then(|widget| self.widgets.get(&widget)).copied().unwrap_or(self.workspace)
    }

    /// The end that comes first.
    #[must_use]
    pub fn latest_end(&self, now: Timestamp) -> Option<Timestamp> {
        self.widgets.values().chain([&self.workspace]).filter_map(|kept| kept.end(now)).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        let now = Timestamp::parse("2026-03-31T12:00:00Z").unwrap();
        let end = |kept: Kept| kept.end(now).map(|end| end.spell(super::super::time::Spelling::Seconds));
        assert_eq!(end(Kept::Months(1)).as_deref(), Some("2026-02-28T12:00:00Z"));
        assert_eq!(end(Kept::Months(60)).as_deref(), Some("2021-03-31T12:00:00Z"));
        assert_eq!(end(Kept::ForEver), None);
    }

    #[test]
    fn a_time_is_read_as_it_is_written() {
        for kept in [Kept::Months(1), Kept::Months(60), Kept::Months(1200), Kept::ForEver] {
            assert_eq!(Kept::of_json(&kept.to_json()), Some(kept));
            assert_eq!(Kept::of_text(&kept.spell()), Some(kept));
            assert_eq!(Kept::of_number(kept.number()), Some(kept));
        }
        for wrong in ["0", "-1", "1201", "1.5", "\"60\"", "true", "[]"] {
            assert_eq!(Kept::of_json(&Json::parse(wrong).unwrap()), None, "{wrong}");
        }
    }

    #[test]
    fn a_widget_may_have_a_time_of_its_own() {
        let (own, other) = (WidgetId(7), WidgetId(8));
        let retention = Retention { workspace: Kept::Months(60), widgets: [(own, Kept::Months(24))].into() };
        assert_eq!(retention.of(Some(own)), Kept::Months(24));
        assert_eq!([retention.of(Some(other)), retention.of(None)], [Kept::Months(60); 2]);
    }
}
