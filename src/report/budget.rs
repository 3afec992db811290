//! What code may weigh at most, or grow by.

use std::fmt;
use std::str::FromStr;

use regex::Regex;
use serde::{Serialize, Serializer};

use super::order::Order;
use crate::error::{Error, ErrorKind, Result};

/// What a budget limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LimitKind {
    /// What the frames weigh.
    Max,
    /// By how much they have grown.
    MaxGrowth,
}

/// How much there may be: `5%`, `200ms`, `12.5MB`, `1000`.
///
/// ```
/// use rpprof::report::Limit;
/// assert_eq!("5%".parse::<Limit>()?, Limit::Share(0.05));
/// assert_eq!("1.5MB".parse::<Limit>()?, Limit::Value { amount: 1.5, unit: "MB".to_owned() });
/// assert_eq!("12.5%".parse::<Limit>()?.to_string(), "12.5%");
/// # Ok::<(), rpprof::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// A share: of the whole profile, or, for a growth, of the old value. 1 is all of it.
    Share(f64),
    /// An amount.
    Value {
        /// How much.
        amount: f64,
        /// Of what; empty for the unit of the values.
        unit: String,
    },
}

impl FromStr for Limit {
    type Err = Error;

    /// Reads a number with `%`, a unit or nothing behind it.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if it is no such thing, or negative.
    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = (&text[..end], text[end..].trim());
        let amount: Option<f64> = number.parse().ok();
        let is_unit = unit == "%" || unit.chars().all(|c| c.is_alphabetic() || c == '*');
        match amount.filter(|_| is_unit) {
            Some(amount) if unit == "%" => Ok(Self::Share(amount / 100.0)),
            Some(amount) => Ok(Self::Value { amount, unit: unit.to_owned() }),
            None => {
                let message = format!("{text:?} is no limit: expected a share or an amount, such as 5% or 200ms");
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Percents that were read as decimals are written as such.
            Self::Share(share) => write!(f, "{}%", (share * 1e12).round() / 1e10),
            Self::Value { amount, unit } => write!(f, "{amount}{unit}"),
        }
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What frames may weigh at most, or grow by.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Budget {
    /// What it is called.
    pub name: String,
    /// Which frames it is about, as in [`Filter::focus`](crate::transform::Filter::focus).
    pub frames: Regex,
    /// What counts: the frames with all that they call, each sample once, or the innermost frames alone.
    pub measure: Order,
    /// What is limited.
    pub kind: LimitKind,
    /// How much there may be.
    pub limit: Limit,
}

impl Budget {
    /// Limits what frames weigh with all that they call; the expression is the name.
    pub fn new(frames: Regex, limit: Limit) -> Self {
        Self { name: frames.as_str().to_owned(), frames, measure: Order::Cum, kind: LimitKind::Max, limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_and_written() {
        for (text, shown) in [
            ("5%", "5%"),
            (" 0.1 % ", "0.1%"),
            ("200ms", "200ms"),
            ("1.50 MB", "1.5MB"),
            ("1000", "1000"),
            ("7%", "7%"),
        ] {
            let limit: Limit = text.parse().expect("it is a limit");
            assert_eq!(limit.to_string(), shown, "{text}");
        }
        for text in ["", "%", "ms", "-5%", "5%%", "1.2.3s", "5 %s", "nan"] {
            let error = text.parse::<Limit>().expect_err("it is no limit");
            assert_eq!(error.kind(), ErrorKind::Argument, "{text}");
        }
    }
}
