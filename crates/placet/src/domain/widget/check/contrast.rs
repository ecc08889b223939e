//! Whether colours can be read (WCAG 2.2, 1.4.3 and 1.4.11).

/// The contrast of two colours `#rgb` or `#rrggbb`, from 1 to 21.
pub(super) fn contrast(one: &str, other: &str) -> Option<f64> {
    let (one, other) = (luminance(one)?, luminance(other)?);
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#')?;
    let long: String = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(long.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * part(0)? + 0.7152 * part(2)? + 0.0722 * part(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let rounded = |one, other| (contrast(one, other).unwrap() * 100.0).round();
        assert!((rounded("#000", "#ffffff") - 2100.0).abs() < 0.1);
        assert!((rounded("#fff", "#fff") - 100.0).abs() < 0.1);
        // The greys on either side of 4.5 on white.
        assert!(contrast("#767676", "#ffffff").unwrap() >= 4.5);
        assert!(contrast("#777777", "#ffffff").unwrap() < 4.5);
        assert_eq!(contrast("white", "#fff"), None);
    }
}
