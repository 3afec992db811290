//! Percentages with at least two significant digits.

/// Writes the share of `value` in `total` as pprof does (`measurement.Percentage`), five characters wide before the sign.
///
/// Values near 100 are just `100`, from 1 on they have two decimals, below two significant digits.
/// The sign is lost, and the share of nothing is 0.
///
/// ```
/// use rpprof::report::percent;
/// assert_eq!(percent(1280, 1760), "72.73%");
/// assert_eq!(percent(1760, 1760), "  100%");
/// assert_eq!(percent(1, 1500), "0.067%");
/// assert_eq!(percent(0, 7), "    0%");
/// ```
pub fn percent(value: i64, total: i64) -> String {
    let ratio = if total == 0 { 0.0 } else { (value as f64 / total as f64).abs() * 100.0 };
    if (99.95..=100.05).contains(&ratio) {
        "  100%".to_owned()
    } else if ratio >= 1.0 {
        format!("{ratio:5.2}%")
    } else {
        format!("{:>5}%", two_digits(ratio))
    }
}

/// Writes a number below 1 with two significant digits (C's `%.2g`).
fn two_digits(ratio: f64) -> String {
    if ratio == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{ratio:.1e}");
    let (digits, exponent) = scientific.split_once('e').expect("the format has an exponent");
    let exponent: i32 = exponent.parse().expect("the exponent is a number");
    if exponent < -4 {
        let digits = digits.strip_suffix(".0").unwrap_or(digits);
        return format!("{digits}e-{:02}", -exponent);
    }
    let decimals = usize::try_from(1 - exponent).unwrap_or(0);
    let fixed = format!("{ratio:.decimals$}");
    if fixed.contains('.') { fixed.trim_end_matches('0').trim_end_matches('.').to_owned() } else { fixed }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn shares_are_written_as_in_pprof() {
        for (value, total, shown) in [
            (0, 0, "    0%"),
            (5, 0, "    0%"),
            (-1, 2, "50.00%"),
            (9995, 10000, "  100%"),
            (9994, 10000, "99.94%"),
            (10006, 10000, "100.06%"),
            (5, 1000, "  0.5%"),
            (67, 10000, " 0.67%"),
            (48, 100_000, "0.048%"),
            (19, 10_000_000, "0.00019%"),
            (55, 10_000_000_000, "5.5e-07%"),
            (5, 1_000_000_000, "5e-07%"),
            (998, 100_000, "    1%"),
        ] {
            assert_eq!(percent(value, total), shown, "{value} of {total}");
        }
    }
}
