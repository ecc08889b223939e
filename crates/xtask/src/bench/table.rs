//! Small things for writing figures: tables, medians, numbers as people read them.

use std::time::Duration;

/// A Markdown table.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: &[&str]) -> Self {
        let head = columns.iter().map(|&name| name.to_owned()).collect();
        Self { rows: vec![head, vec!["---".to_owned(); columns.len()]] }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub(super) fn markdown(&self) -> String {
        let lines: Vec<String> = self.rows.iter().map(|cells| format!("| {} |", cells.join(" | "))).collect();
        lines.join("\n") + "\n"
    }
}

pub(super) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The smallest value that is not exceeded by so many of a hundred values.
pub(super) fn percentile(values: &[f64], of_a_hundred: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let rank = (values.len() * of_a_hundred).div_ceil(100);
    values.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// 19342.7 as `19,343`.
pub(super) fn count(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "counts and bytes of a benchmark are far below 2^52")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        let of = |values: &[f64]| median(values.iter().copied());
        assert_eq!(of(&[3.0, 1.0, 2.0]).to_string(), "2");
        assert_eq!(of(&[4.0, 1.0, 2.0, 3.0]).to_string(), "2.5");
        assert!(of(&[]).is_nan());
    }

    #[test]
    fn a_percentile_is_the_value_that_so_many_do_not_exceed() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        let of = |of_a_hundred| percentile(&values, of_a_hundred).to_string();
        assert_eq!([of(50), of(95), of(99), of(100)], ["100", "190", "198", "200"]);
        assert_eq!(percentile(&[7.0], 99).to_string(), "7");
        assert!(percentile(&[], 50).is_nan());
    }

    #[test]
    fn counts_have_thousands() {
        let counts = [0.0, 999.0, 1000.0, 19_342.7, 1_234_567.0].map(count);
        assert_eq!(counts, ["0", "999", "1,000", "19,343", "1,234,567"]);
    }

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::new(&["a", "b"]);
        table.row(vec!["1".into(), "2".into()]);
        assert_eq!(table.markdown(), "| a | b |\n| --- | --- |\n| 1 | 2 |\n");
    }
}
