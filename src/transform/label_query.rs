//! Queries about the labels of samples.

use std::cmp::Ordering;
use std::fmt;

use regex::Regex;

use super::label_parser;
use super::label_units::LabelUnits;
use super::used_label_sets::UsedLabelSets;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{Label, LabelValue, Profile, unit};

/// Which samples are meant, by their labels: `tenant=acme and not route=~"^/health"`.
///
/// | query | means samples with |
/// | --- | --- |
/// | `key`, `has(key)` | such a label |
/// | `key=value`, `key!=value` | this text or number; without it |
/// | `key=~regex`, `key!~regex` | a text, or a number in digits, in which the expression matches; without it |
/// | `key<4kb`, `<=`, `>`, `>=` | a number on this side of another |
/// | `not …`, `… and …`, `… or …`, `( … )` | what logic says; `not` binds strongest, then `and` |
///
/// Keys and values with spaces, operators or parentheses stand in quotes of either sort, in which a
/// backslash makes a quote part of the text. If a key stands several times in a sample, one of its values
/// must fit. `!=` and `!~` are the opposite of `=` and `=~`: samples without the key fit too.
///
/// A number without a unit is in the label's own one; with a unit, both are converted. The unit of a
/// label that gives none is that of other labels with its key, or what [`LabelUnits::of`] guesses.
///
/// ```
/// use rpprof::transform::LabelQuery;
/// assert!(LabelQuery::parse(r#"tenant=acme and not (route=~"^/health" or bytes>=1.5kb)"#).is_ok());
/// let error = LabelQuery::parse("tenant=acme beta").expect_err("something is missing");
/// assert!(error.to_string().starts_with("expected `and` or `or`"));
/// ```
#[derive(Clone, Debug)]
pub struct LabelQuery {
    text: String,
    term: Term,
}

/// A query or a part of it.
#[derive(Clone, Debug)]
pub(super) enum Term {
    Condition(Condition),
    Not(Box<Term>),
    All(Vec<Term>),
    Any(Vec<Term>),
}

/// What is asked of the labels with a key.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) key: String,
    /// The byte of the query where the key stands.
    pub(super) position: usize,
    pub(super) comparison: Comparison,
}

#[derive(Clone, Debug)]
pub(super) enum Comparison {
    Has,
    Equal { text: String, quantity: Option<Quantity> },
    Matches(Regex),
    Ordered { order: Order, quantity: Quantity },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A number with a unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantity {
    number: f64,
    /// The number, if it has no decimals and fits.
    exact: Option<i64>,
    /// Empty for none.
    unit: String,
}

/// Makes an error with the query and a mark below the byte that it is about.
pub(super) fn error_at(text: &str, position: usize, message: &str) -> Error {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let column = text[..position.min(text.len())].chars().count();
    Error::new(ErrorKind::Argument, format!("{message}\n    {line}\n    {:column$}^", ""))
}

impl LabelQuery {
    /// Reads a query.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] with the query and a mark where it is wrong.
    pub fn parse(text: &str) -> Result<Self> {
        Ok(Self { term: label_parser::parse(text)?, text: text.to_owned() })
    }

    /// Returns the query that fits where both do.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        // Places in the second query move with its text.
        let start = "(".len() + self.text.len() + ") and (".len();
        let mut term = other.term;
        term.move_by(start);
        let mut first = self.term;
        first.move_by("(".len());
        Self { text: format!("({}) and ({})", self.text, other.text), term: Term::All(vec![first, term]) }
    }

    /// Finds the first key that the query compares and no sample has; returns it with an error that points at it.
    ///
    /// Whether a key is there at all may be asked for any key.
    pub fn unknown_key(&self, profile: &Profile) -> Option<(&str, Error)> {
        let known = super::label_keys(profile);
        let is_unknown = |condition: &&Condition| {
            !matches!(condition.comparison, Comparison::Has) && known.binary_search(&condition.key.as_str()).is_err()
        };
        let mut conditions = Vec::new();
        self.term.conditions(&mut conditions);
        let unknown = conditions.into_iter().find(is_unknown)?;
        let message = format!("no sample has a label {:?}", unknown.key);
        Some((&unknown.key, error_at(&self.text, unknown.position, &message)))
    }

    /// Returns which label sets fit, by set; only those that are used count.
    pub(super) fn matches(&self, sets: &UsedLabelSets<'_>, units: &LabelUnits<'_>) -> Result<Vec<bool>> {
        self.term.matches(&self.text, sets, units)
    }
}

impl fmt::Display for LabelQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Term {
    fn conditions<'t>(&'t self, conditions: &mut Vec<&'t Condition>) {
        match self {
            Self::Condition(condition) => conditions.push(condition),
            Self::Not(term) => term.conditions(conditions),
            Self::All(terms) | Self::Any(terms) => terms.iter().for_each(|term| term.conditions(conditions)),
        }
    }

    fn move_by(&mut self, bytes: usize) {
        match self {
            Self::Condition(condition) => condition.position += bytes,
            Self::Not(term) => term.move_by(bytes),
            Self::All(terms) | Self::Any(terms) => terms.iter_mut().for_each(|term| term.move_by(bytes)),
        }
    }

    fn matches(&self, query: &str, sets: &UsedLabelSets<'_>, units: &LabelUnits<'_>) -> Result<Vec<bool>> {
        let joined = |terms: &[Self], join: fn(bool, bool) -> bool| {
            let mut fitting = terms[0].matches(query, sets, units)?;
            for term in &terms[1..] {
                for (one, other) in fitting.iter_mut().zip(term.matches(query, sets, units)?) {
                    *one = join(*one, other);
                }
            }
            Ok(fitting)
        };
        match self {
            Self::Condition(condition) => condition.matches(query, sets, units),
            Self::Not(term) => {
                Ok(term.matches(query, sets, units)?.into_iter().map(|is_fitting| !is_fitting).collect())
            }
            Self::All(terms) => joined(terms, |one, other| one && other),
            Self::Any(terms) => joined(terms, |one, other| one || other),
        }
    }
}

impl Condition {
    fn matches(&self, query: &str, sets: &UsedLabelSets<'_>, units: &LabelUnits<'_>) -> Result<Vec<bool>> {
        let profile = sets.profile;
        // Labels that nothing can be said of: if all are, the query is a slip.
        let (mut comparable, mut odd_one) = (false, None);
        let fitting = sets.with_any(|label| {
            if profile.str(label.key()) != self.key {
                return false;
            }
            let answer = self.comparison.fits(profile, label, &unit_of(profile, label, units));
            match answer {
                Some(_) => comparable = true,
                None => odd_one = Some(*label),
            }
            answer.unwrap_or(false)
        });
        match odd_one {
            Some(label) if !comparable => {
                let message = match label.value() {
                    LabelValue::Text(text) => {
                        format!("{:?} is a text such as {:?}, which has no order", self.key, profile.str(text))
                    }
                    LabelValue::Number { .. } => {
                        let unit = unit_of(profile, &label, units);
                        format!("{:?} is in {unit:?}, which the unit here does not convert to", self.key)
                    }
                };
                Err(error_at(query, self.position, &message))
            }
            _ => Ok(fitting),
        }
    }
}

fn unit_of(profile: &Profile, label: &Label, units: &LabelUnits<'_>) -> String {
    match label.value() {
        LabelValue::Number { unit, .. } if !profile.str(unit).is_empty() => profile.str(unit).to_owned(),
        _ => units.of(profile.str(label.key())).to_owned(),
    }
}

impl Comparison {
    /// Returns whether a label with the right key fits; `None` if it cannot be compared.
    fn fits(&self, profile: &Profile, label: &Label, label_unit: &str) -> Option<bool> {
        match (self, label.value()) {
            (Self::Has, _) => Some(true),
            (Self::Equal { text, .. }, LabelValue::Text(value)) => Some(profile.str(value) == text),
            (Self::Equal { quantity: None, .. }, LabelValue::Number { .. }) => Some(false),
            (Self::Equal { quantity: Some(quantity), .. }, LabelValue::Number { value, .. }) => {
                Some(Quantity::whole(value, label_unit).compared_with(quantity)? == Ordering::Equal)
            }
            (Self::Matches(regex), LabelValue::Text(text)) => Some(regex.is_match(profile.str(text))),
            (Self::Matches(regex), LabelValue::Number { value, .. }) => Some(regex.is_match(&value.to_string())),
            (Self::Ordered { order, quantity }, LabelValue::Number { value, .. }) => {
                Some(order.holds(Quantity::whole(value, label_unit).compared_with(quantity)?))
            }
            (Self::Ordered { order, quantity }, LabelValue::Text(text)) => {
                Some(order.holds(Quantity::parse(profile.str(text))?.compared_with(quantity)?))
            }
        }
    }
}

impl Order {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl Quantity {
    fn whole(number: i64, unit: &str) -> Self {
        Self { number: number as f64, exact: Some(number), unit: unit.to_owned() }
    }

    /// Reads a number with or without decimals, and a unit behind it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
        let (number, unit) = (&text[..end], text[end..].trim_start());
        let is_plain = number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '+' | '-'));
        if !is_plain || !unit.chars().all(char::is_alphabetic) {
            return None;
        }
        Some(Self { number: number.parse().ok()?, exact: number.parse().ok(), unit: unit.to_owned() })
    }

    /// Compares with another quantity, whose unit counts only if it has one.
    fn compared_with(&self, other: &Self) -> Option<Ordering> {
        if other.unit.is_empty() || self.unit == other.unit {
            return match (self.exact, other.exact) {
                (Some(one), Some(other)) => Some(one.cmp(&other)),
                _ => self.number.partial_cmp(&other.number),
            };
        }
        if !unit::are_convertible(&self.unit, &other.unit) {
            return None;
        }
        // Both in the finer unit, so that whole numbers stay whole.
        let ratio = unit::convert(1, &self.unit, &other.unit).0;
        if ratio >= 1.0 {
            (self.number * ratio).partial_cmp(&other.number)
        } else {
            self.number.partial_cmp(&(other.number * unit::convert(1, &other.unit, &self.unit).0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Label, ProfileBuilder};
    use crate::transform::{Filter, select};

    /// Samples 0 to 5: acme and beta with a size in bytes, a time in two units, a count without a unit,
    /// a number in a text, and nothing at all.
    fn profile() -> Profile {
        let mut builder = ProfileBuilder::new();
        builder.sample_type("samples", "count");
        let mut text = |text| builder.string(text);
        let (tenant, acme, beta) = (text("tenant"), text("acme"), text("beta corp"));
        let (bytes, none, time, us, ms) = (text("bytes"), text(""), text("time"), text("us"), text("ms"));
        let (count, id, answer, and) = (text("count of"), text("id"), text("42"), text("and"));
        let stack = builder.stack(&[]);
        for labels in [
            vec![Label::text(tenant, acme), Label::number(bytes, 2048, none)],
            vec![Label::text(tenant, beta), Label::number(bytes, 512, none), Label::text(tenant, acme)],
            vec![Label::number(time, 1500, us)],
            vec![Label::number(time, 3, ms), Label::text(and, answer)],
            vec![Label::number(count, i64::MAX, none), Label::text(id, answer)],
            vec![],
        ] {
            let set = builder.label_set(&labels);
            builder.sample(stack, set, &[1]);
        }
        builder.build().expect("valid")
    }

    fn fitting(profile: &Profile, query: &str) -> Result<String> {
        let filter = Filter { labels: Some(LabelQuery::parse(query)?), ..Filter::default() };
        let (selection, _) = select(profile, &filter)?;
        let rows = (0_usize..).zip(profile.samples().iter());
        Ok(rows.filter(|(_, sample)| selection.keeps_labels(sample.labels)).map(|(row, _)| row.to_string()).collect())
    }

    #[test]
    fn queries_find_the_samples_that_they_mean() {
        let profile = profile();
        for (query, samples) in [
            ("tenant", "01"),
            ("has(tenant)", "01"),
            ("not tenant", "2345"),
            ("tenant=acme", "01"),
            ("tenant==acme", "01"),
            ("tenant!=acme", "2345"),
            ("tenant='beta corp'", "1"),
            (r#"tenant="beta corp""#, "1"),
            (r#"tenant=~"^beta""#, "1"),
            ("tenant!~^beta", "02345"),
            ("tenant=~beta|acme", "01"),
            ("tenant=acme and bytes<1kb", "1"),
            ("tenant=acme and not bytes<1kb", "0"),
            ("not (tenant=acme or time>0)", "45"),
            ("time or tenant and bytes>1024", "023"),
            ("(time or tenant) and bytes>1024", "0"),
            ("bytes=2048", "0"),
            ("bytes=2kb", "0"),
            ("bytes>=0.5kb", "01"),
            ("bytes >= 0.5 ", "01"),
            ("bytes!=2kb", "12345"),
            ("time>=2ms", "3"),
            ("time=1500", "2"),
            ("time=1.5ms", "2"),
            ("time<=1500us", "2"),
            ("time=~^15", "2"),
            ("'count of'>=9223372036854775807", "4"),
            ("'count of'>9223372036854775806", "4"),
            ("'count of'<99999999999999999999", "4"),
            ("id=42", "4"),
            ("id>=42", "4"),
            ("id<42", ""),
            ("'and'=42", "3"),
            ("bytes=many", ""),
            ("nobody", ""),
            ("not not tenant", "01"),
        ] {
            assert_eq!(fitting(&profile, query).as_deref().ok(), Some(samples), "{query}");
        }
    }

    #[test]
    fn mistakes_are_pointed_at() {
        let deep = "(".repeat(200);
        let profile = profile();
        for (query, message, column) in [
            ("", "expected a key", 0),
            ("tenant=", "expected a value after =", 7),
            ("tenant=acme beta", "expected `and` or `or`", 12),
            ("tenant=acme and", "expected a key", 15),
            ("and tenant", "write \"and\" in quotes", 0),
            ("(tenant", "expected `)`", 7),
            ("tenant)", "this parenthesis was not opened", 6),
            ("tenant='acme", "this quote is not closed", 7),
            ("tenant~=acme", "~= is none of", 6),
            ("tenant=~'['", "this is not a regular expression", 8),
            ("größe>viel", "expected a number", 6),
            ("bytes>1kb5", "expected a number", 6),
            ("bytes>-", "expected a number", 6),
            ("time and bytes>1ms", "\"bytes\" is in \"bytes\"", 9),
            ("tenant>5", "is a text such as", 0),
            ("time=5kb", "\"time\" is in", 0),
            (&deep, "the query nests too deep", 100),
        ] {
            let text = fitting(&profile, query).expect_err(query).to_string();
            let mark = text.lines().nth(2).map(|line| line.len() - "    ^".len());
            assert!(text.starts_with(message) || text.contains(message), "{query}: {text}");
            assert_eq!(mark, Some(column), "{query}: {text}");
        }
    }

    #[test]
    fn joined_queries_point_into_both() {
        let query = |text| LabelQuery::parse(text).expect("valid");
        let joined = query("tenant=acme or time").and(query("bytes>1kb"));
        assert_eq!(joined.to_string(), "(tenant=acme or time) and (bytes>1kb)");
        assert_eq!(fitting(&profile(), &joined.to_string()).expect("valid"), "0");
        let (_, error) = query("a or not b=1").and(query("nobody=1")).unknown_key(&profile()).expect("unknown");
        assert!(error.to_string().ends_with("\n    (a or not b=1) and (nobody=1)\n              ^"), "{error}");
        let (_, error) = query("a").and(query("nobody=1")).unknown_key(&profile()).expect("unknown");
        assert!(error.to_string().ends_with("\n    (a) and (nobody=1)\n             ^"), "{error}");
    }

    #[test]
    fn keys_that_no_sample_has_are_found_unless_they_are_only_asked_for() {
        let profile = profile();
        for (query, unknown) in [
            ("tenant=acme and tenat=x", Some("tenat")),
            ("tenat", None),
            ("not has(tenat) and tenant!=x", None),
            ("not Tenant>=5", Some("Tenant")),
        ] {
            let query = LabelQuery::parse(query).expect("valid");
            assert_eq!(query.unknown_key(&profile).map(|(key, _)| key), unknown, "{query}");
        }
    }
}
