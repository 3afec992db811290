//! Units of values: what they are called and how they convert.
//!
//! The families, names and choices are those of pprof's `internal/measurement`: memory in steps of
//! 1024, time from nanoseconds to hours, Google compute units.

use std::borrow::Cow;

/// A unit of a family.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Unit {
    /// How it is shown.
    shown: &'static str,
    /// Names by which it is known, in lower case and without a plural `s`.
    names: &'static [&'static str],
    /// How many of the family's smallest unit it is.
    factor: f64,
}

/// Units that convert into each other.
#[derive(Debug)]
struct Family {
    units: &'static [Unit],
    /// The unit for values too small for any other, and for targets of other families.
    default: Unit,
}

const fn unit(shown: &'static str, names: &'static [&'static str], factor: f64) -> Unit {
    Unit { shown, names, factor }
}

const KIB: f64 = 1024.0;
const BYTE: Unit = unit("B", &["b", "byte"], 1.0);
const SECOND: Unit = unit("s", &["s", "sec", "second"], 1e9);
const GCU: Unit = unit("GCU", &["gcu"], 1.0);

static FAMILIES: [Family; 3] = [
    Family {
        units: &[
            BYTE,
            unit("kB", &["kb", "kbyte", "kilobyte"], KIB),
            unit("MB", &["mb", "mbyte", "megabyte"], KIB * KIB),
            unit("GB", &["gb", "gbyte", "gigabyte"], KIB * KIB * KIB),
            unit("TB", &["tb", "tbyte", "terabyte"], KIB * KIB * KIB * KIB),
            unit("PB", &["pb", "pbyte", "petabyte"], KIB * KIB * KIB * KIB * KIB),
        ],
        default: BYTE,
    },
    Family {
        units: &[
            unit("ns", &["ns", "nanosecond"], 1.0),
            unit("us", &["μs", "us", "microsecond"], 1e3),
            unit("ms", &["ms", "millisecond"], 1e6),
            SECOND,
            unit("hrs", &["hour", "hr"], 3600e9),
        ],
        default: SECOND,
    },
    Family {
        units: &[
            unit("n*GCU", &["nanogcu"], 1e-9),
            unit("u*GCU", &["microgcu"], 1e-6),
            unit("m*GCU", &["milligcu"], 1e-3),
            GCU,
            unit("k*GCU", &["kilogcu"], 1e3),
            unit("M*GCU", &["megagcu"], 1e6),
            unit("G*GCU", &["gigagcu"], 1e9),
            unit("T*GCU", &["teragcu"], 1e12),
            unit("P*GCU", &["petagcu"], 1e15),
        ],
        default: GCU,
    },
];

impl Family {
    /// Returns the unit of this name, which is in lower case.
    fn unit(&self, lower: &str) -> Option<&'static Unit> {
        let singular = if lower.len() > 2 { lower.strip_suffix('s').unwrap_or(lower) } else { lower };
        self.units.iter().find(|unit| unit.names.contains(&singular))
    }

    /// Returns the largest unit in which a value, given in the smallest one, is at least 1.
    fn fitting_unit(&self, value: f64) -> &Unit {
        let fits = |unit: &&Unit| value / unit.factor >= 1.0;
        self.units.iter().rev().find(fits).unwrap_or(&self.default)
    }
}

/// Returns a name in lower case; most are.
fn lower(name: &str) -> Cow<'_, str> {
    let is_lower = name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(name) } else { Cow::Owned(name.to_lowercase()) }
}

fn family_of(name: &str) -> Option<(&'static Family, &'static Unit)> {
    let name = lower(name);
    FAMILIES.iter().find_map(|family| Some((family, family.unit(&name)?)))
}

/// Converts a value to another unit; returns it with the name of the unit to show (pprof's `Scale`).
///
/// The target `minimum` or `auto` is the largest unit in which the value is at least 1. A target of
/// another family, or of none, becomes the family's default unit. A value whose own unit is not
/// known stays as it is, and its unit is what `to` says, or nothing for `count`, `sample`, `unit`,
/// `minimum` and `auto`.
pub fn convert(value: i64, from: &str, to: &str) -> (f64, String) {
    if value < 0 && value != i64::MIN {
        let (positive, unit) = convert(-value, from, to);
        return (-positive, unit);
    }
    let Some((family, from)) = family_of(from) else {
        let shown = if matches!(to, "count" | "sample" | "unit" | "minimum" | "auto") { "" } else { to };
        return (value as f64, shown.to_owned());
    };
    let in_smallest = value as f64 * from.factor;
    let target = match to {
        "minimum" | "auto" => family.fitting_unit(in_smallest),
        _ => family.unit(&lower(to)).unwrap_or(&family.default),
    };
    (in_smallest / target.factor, target.shown.to_owned())
}

/// Returns whether values in one unit can be shown in the other.
///
/// ```
/// use rpprof::profile::unit::are_convertible;
/// assert!(are_convertible("nanoseconds", "ms"));
/// assert!(!are_convertible("nanoseconds", "MB"));
/// assert!(are_convertible("widgets", "widgets"));
/// ```
pub fn are_convertible(one: &str, other: &str) -> bool {
    one == other || family_of(one).is_some_and(|(family, _)| family.unit(&lower(other)).is_some())
}

/// Below this, a whole number is the same as an integer.
const WHOLE_LIMIT: f64 = 1e15;

/// Converts a value and writes it with its unit: at most two decimals, `.00` left out, zero without unit
/// (pprof's `ScaledLabel`).
///
/// ```
/// use rpprof::profile::unit::label;
/// assert_eq!(label(1_760_000_000, "nanoseconds", "ms"), "1760ms");
/// assert_eq!(label(1536, "bytes", "auto"), "1.50kB");
/// assert_eq!(label(0, "bytes", "auto"), "0");
/// ```
pub fn label(value: i64, from: &str, to: &str) -> String {
    let (value, unit) = convert(value, from, to);
    // Most values are whole, and decimals are slow to find.
    if value.fract() == 0.0 && value.abs() < WHOLE_LIMIT {
        return if value == 0.0 { "0".to_owned() } else { format!("{}{unit}", value as i64) };
    }
    let number = format!("{value:.2}");
    let number = number.strip_suffix(".00").unwrap_or(&number);
    if matches!(number, "0" | "-0") { "0".to_owned() } else { format!("{number}{unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_convert_as_in_pprof() {
        for (value, from, to, shown) in [
            (1, "s", "ms", "1000ms"),
            (1_000_000, "microsecond", "auto", "1s"),
            (60 * 60, "seconds", "auto", "1hrs"),
            (5, "hours", "mb", "18000s"),
            (1_577_172, "widgets", "zork", "1577172zork"),
            (1_577_172, "widgets", "auto", "1577172"),
            (3, "count", "minimum", "3"),
            (-2048, "bytes", "auto", "-2kB"),
            (1, "nanoseconds", "hrs", "0"),
            (10, "MB", "b", "10485760B"),
            (7, "gcus", "auto", "7GCU"),
            (500, "nanogcu", "auto", "500n*GCU"),
            (0, "seconds", "auto", "0"),
            (12, "μs", "us", "12us"),
        ] {
            assert_eq!(label(value, from, to), shown, "{value} {from} as {to}");
        }
    }
}
