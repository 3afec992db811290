//! pprof's filters of samples by their labels: `-tagfocus` and `-tagignore`.

use std::sync::LazyLock;

use regex::Regex;

use super::label_units::LabelUnits;
use super::used_label_sets::UsedLabelSets;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{LabelValue, unit};

/// Which samples are meant, by their labels, in pprof's words: `[KEY=]VALUE`.
///
/// A value such as `4kb`, `4kb:`, `:4kb` or `1ms:5s` is a range of numbers. Anything else is a list of
/// expressions with commas between them: without a key each must match some `key:text` of a sample; with
/// one, some text of that key must match any of them.
///
/// Numbers are read as pprof reads them: those without a unit match only labels whose unit nobody knows,
/// and a unit that nobody knows is taken for that of the range. [`LabelQuery`](super::LabelQuery) is
/// stricter.
///
/// ```
/// use rpprof::transform::TagFilter;
/// assert_eq!(TagFilter::parse("latency=1us:5ms")?.range(), Some("1us:5ms"));
/// assert_eq!(TagFilter::parse("tenant=acme,beta")?.range(), None);
/// assert!(TagFilter::parse("99999999999999999999kb").is_err());
/// # Ok::<(), rpprof::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TagFilter {
    key: Option<String>,
    value: String,
    wanted: Wanted,
}

#[derive(Clone, Debug)]
enum Wanted {
    Range(Range),
    Texts(Vec<Regex>),
}

/// Numbers from `min` to `max`, both included, in `unit`.
#[derive(Clone, Debug, PartialEq)]
struct Range {
    unit: String,
    min: f64,
    max: f64,
}

static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("([+-]?[0-9]+)([A-Za-z]+)?").expect("the expression is valid"));

impl TagFilter {
    /// Reads a filter.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if an expression is none, or a number does not fit 64 bits.
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_with(text, expression)
    }

    /// Reads a filter whose expressions are in a syntax of the caller's.
    ///
    /// # Errors
    /// Those of `compile`, and [`ErrorKind::Argument`] if a number does not fit 64 bits.
    pub fn parse_with<E: From<Error>>(
        text: &str,
        compile: impl FnMut(&str) -> std::result::Result<Regex, E>,
    ) -> std::result::Result<Self, E> {
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (Some(key.to_owned()).filter(|key| !key.is_empty()), value),
            None => (None, text),
        };
        let wanted = match Range::parse(value)? {
            Some(range) => Wanted::Range(range),
            None => Wanted::Texts(value.split(',').map(compile).collect::<std::result::Result<_, E>>()?),
        };
        Ok(Self { key, value: value.to_owned(), wanted })
    }

    /// Returns the value if it was taken for a range of numbers.
    pub fn range(&self) -> Option<&str> {
        matches!(self.wanted, Wanted::Range(_)).then_some(self.value.as_str())
    }

    /// Returns whether the filter needs to know the units of keys.
    pub(super) fn needs_units(&self) -> bool {
        matches!(self.wanted, Wanted::Range(_))
    }

    /// Returns which label sets match, by set.
    pub(super) fn matches(&self, sets: &UsedLabelSets<'_>, units: &LabelUnits<'_>) -> Vec<bool> {
        let profile = sets.profile;
        let is_wanted_key = |key: &str| self.key.as_deref().is_none_or(|wanted| wanted == key);
        match &self.wanted {
            Wanted::Range(range) => sets.with_any(|label| {
                let key = profile.str(label.key());
                matches!(label.value(), LabelValue::Number { value, .. }
                    if is_wanted_key(key) && range.has(value, units.of(key)))
            }),
            Wanted::Texts(texts) if self.key.is_some() => sets.with_any(|label| {
                matches!(label.value(), LabelValue::Text(text) if is_wanted_key(profile.str(label.key()))
                    && texts.iter().any(|regex| regex.is_match(profile.str(text))))
            }),
            Wanted::Texts(texts) => {
                let of_each = texts.iter().map(|regex| {
                    sets.with_any(|label| {
                        matches!(label.value(), LabelValue::Text(text)
                            if regex.is_match(&format!("{}:{}", profile.str(label.key()), profile.str(text))))
                    })
                });
                of_each
                    .reduce(|one, other| one.iter().zip(&other).map(|(&one, &other)| one && other).collect())
                    .expect("splitting a text gives at least one part")
            }
        }
    }
}

fn expression(text: &str) -> Result<Regex> {
    Regex::new(text).map_err(|error| {
        Error::new(ErrorKind::Argument, format!("{text:?} is not a regular expression")).because(error)
    })
}

impl Range {
    /// Reads a range; `None` if the text is something else (pprof's `parseTagFilterRange`).
    fn parse(text: &str) -> Result<Option<Self>> {
        let numbers: Vec<_> = NUMBER.captures_iter(text).take(2).collect();
        let Some(first) = numbers.first() else { return Ok(None) };
        let number = |index: usize| {
            let digits = &numbers[index][1];
            let too_large = || format!("the number {digits} does not fit 64 bits");
            digits.parse::<i64>().map_err(|_| Error::new(ErrorKind::Argument, too_large()))
        };
        let unit_name = |index: usize| numbers[index].get(2).map_or("", |unit| unit.as_str());
        let (low, unit) = unit::convert(number(0)?, unit_name(0), unit_name(0));
        let range = |min, max| Some(Self { unit: unit.clone(), min, max });
        let Some(second) = numbers.get(1) else {
            let whole = &first[0];
            return Ok(if text == whole {
                range(low, low)
            } else if text.strip_suffix(':') == Some(whole) {
                range(low, f64::INFINITY)
            } else if text.strip_prefix(':') == Some(whole) {
                range(f64::NEG_INFINITY, low)
            } else {
                None
            });
        };
        if text != format!("{}:{}", &first[0], &second[0]) {
            return Ok(None);
        }
        let (high, high_unit) = unit::convert(number(1)?, unit_name(1), &unit);
        Ok(if high_unit == unit { range(low, high) } else { None })
    }

    fn has(&self, value: i64, unit: &str) -> bool {
        let (value, unit) = unit::convert(value, unit, &self.unit);
        unit == self.unit && value >= self.min && value <= self.max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_told_from_expressions() {
        const INF: f64 = f64::INFINITY;
        for (text, expected) in [
            ("32kb", Some(("kB", 32.0, 32.0))),
            ("4mb:", Some(("MB", 4.0, INF))),
            (":64kb", Some(("kB", -INF, 64.0))),
            ("12kb:1mb", Some(("kB", 12.0, 1024.0))),
            ("1us:5ms", Some(("us", 1.0, 5000.0))),
            ("-5:+5", Some(("", -5.0, 5.0))),
            ("2000request", Some(("request", 2000.0, 2000.0))),
            ("3count", Some(("", 3.0, 3.0))),
            ("1kb:5ms", None),
            ("p1", None),
            ("1:2:3", None),
            ("1.5kb", None),
            ("", None),
            ("1μs", None),
        ] {
            let range = Range::parse(text).expect("no number is too large");
            assert_eq!(range.as_ref().map(|range| (&*range.unit, range.min, range.max)), expected, "{text}");
        }
    }

    #[test]
    fn a_number_that_does_not_fit_is_an_error() {
        for text in ["99999999999999999999kb", "1:99999999999999999999", "k=:99999999999999999999"] {
            let error = TagFilter::parse(text).expect_err("the number is too large");
            assert!(error.to_string().contains("does not fit 64 bits"), "{error}");
        }
    }
}
