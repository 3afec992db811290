//! Numbers as Go's `strconv` reads and writes them.

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberError {
    Syntax,
    Range,
}

impl NumberError {
    /// Returns what a function of `strconv` says of a text.
    pub(crate) fn of(self, function: &str, text: &str) -> String {
        let what = match self {
            Self::Syntax => "invalid syntax",
            Self::Range => "value out of range",
        };
        format!("strconv.{function}: parsing {text:?}: {what}")
    }

    /// Returns what package `flag` says.
    pub(crate) fn in_flag(self) -> &'static str {
        match self {
            Self::Syntax => "parse error",
            Self::Range => "value out of range",
        }
    }
}

/// Reads a switch (`strconv.ParseBool`).
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Reads an integer (`strconv.ParseInt`); in base 0 a prefix such as `0x` tells the base, and `_` may stand between
/// digits.
pub(crate) fn parse_int(text: &str, base: u32) -> Result<i64, NumberError> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mut digits, mut radix) = (unsigned.to_owned(), base);
    if base == 0 {
        let lower = unsigned.to_ascii_lowercase();
        let prefixes = [("0x", 16), ("0b", 2), ("0o", 8)];
        let prefix = prefixes.into_iter().find_map(|(prefix, radix)| Some((lower.strip_prefix(prefix)?, radix)));
        let has_prefix = prefix.is_some();
        (digits, radix) = match prefix {
            Some((rest, radix)) => (rest.to_owned(), radix),
            None if lower.len() > 1 && lower.starts_with('0') => (lower, 8),
            None => (lower, 10),
        };
        let is_spaced_well =
            !digits.contains("__") && !digits.ends_with('_') && (has_prefix || !digits.starts_with('_'));
        if !is_spaced_well {
            return Err(NumberError::Syntax);
        }
        digits.retain(|digit| digit != '_');
    }
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(NumberError::Syntax);
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    i64::from_str_radix(&format!("{sign}{digits}"), radix).map_err(|_| NumberError::Range)
}

/// Reads a number (`strconv.ParseFloat`).
pub(crate) fn parse_float(text: &str) -> Result<f64, NumberError> {
    let number: f64 = text.parse().map_err(|_| NumberError::Syntax)?;
    let is_too_large = number.is_infinite() && text.contains(|c: char| c.is_ascii_digit());
    if is_too_large { Err(NumberError::Range) } else { Ok(number) }
}

/// Writes a number in as few digits as tell it apart (`%v`).
pub(crate) fn show_float(number: f64) -> String {
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        let sign = if number < 0.0 { "-" } else { "+" };
        return if number.is_nan() { "NaN".to_owned() } else { format!("{sign}Inf") };
    };
    let exponent: i32 = exponent.parse().expect("the format writes a number");
    if (-4..21).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_as_in_go() {
        for (text, base, number) in [
            ("12", 0, Ok(12)),
            ("-12", 10, Ok(-12)),
            ("+5", 10, Ok(5)),
            ("0x1F", 0, Ok(31)),
            ("0x1f", 10, Err(NumberError::Syntax)),
            ("010", 0, Ok(8)),
            ("010", 10, Ok(10)),
            ("0b1_1", 0, Ok(3)),
            ("1_000", 0, Ok(1000)),
            ("_1", 0, Err(NumberError::Syntax)),
            ("1__0", 0, Err(NumberError::Syntax)),
            ("1_0", 10, Err(NumberError::Syntax)),
            ("", 0, Err(NumberError::Syntax)),
            ("-", 0, Err(NumberError::Syntax)),
            ("9223372036854775808", 0, Err(NumberError::Range)),
            ("-9223372036854775808", 0, Ok(i64::MIN)),
        ] {
            assert_eq!(parse_int(text, base), number, "{text}");
        }
    }

    #[test]
    fn numbers_are_written_as_in_go() {
        for (number, shown) in [
            (1.0, "1"),
            (0.005, "0.005"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (2.5e21, "2.5e+21"),
            (1e20, "100000000000000000000"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(show_float(number), shown);
        }
        assert_eq!(parse_float("1e999"), Err(NumberError::Range));
        assert_eq!(parse_float("x"), Err(NumberError::Syntax));
    }
}
