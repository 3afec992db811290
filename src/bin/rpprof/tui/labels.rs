//! What samples weigh by their labels: texts, and numbers with their histogram.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rpprof::aggregate::{Interrupt, LabelWeights};
use rpprof::profile::{Label, LabelValue, Profile, unit};
use rpprof::transform::{LabelUnits, Selection};

use super::histogram::{Bucket, Histogram};
use super::prepare::Prepared;
use super::{compare, timeline};

/// A key of labels with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LabelKey {
    pub(super) key: String,
    /// The unit that its numbers are shown in; empty if it has none.
    pub(super) unit: String,
    /// Whether the numbers of a query need the unit, because labels have different ones.
    pub(super) has_units: bool,
    /// What samples without it weigh.
    pub(super) unlabelled: i64,
    /// The heaviest first.
    pub(super) values: Vec<Weighed>,
    /// Of its numbers, if they are many.
    pub(super) histogram: Option<Histogram>,
}

/// A text or a number of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Weighed {
    pub(super) content: Content,
    pub(super) value: i64,
    /// What it weighs in the old one of two profiles that are compared.
    pub(super) old: i64,
}

/// What a label says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Content {
    Text(String),
    /// In the key's unit.
    Number(i64),
}

impl LabelKey {
    /// Writes a number with its unit.
    pub(super) fn number(&self, number: i64) -> String {
        match self.moment(number) {
            Some(time) => time.strftime("%F %T%.f").to_string(),
            None => unit::label(number, &self.unit, "auto"),
        }
    }

    /// Returns the time that a number stands for, if it is one and no duration.
    fn moment(&self, number: i64) -> Option<Timestamp> {
        let nanos = unit::convert(number, &self.unit, "nanoseconds").0;
        let is_time = unit::are_convertible(&self.unit, "nanoseconds") && timeline::EPOCH_NANOS.contains(&nanos);
        // Nanoseconds are not to be rounded to those that a float has.
        let exact =
            if unit::convert(1, &self.unit, "nanoseconds").0 == 1.0 { i128::from(number) } else { nanos as i128 };
        Timestamp::from_nanosecond(exact).ok().filter(|_| is_time)
    }

    /// Writes what a label says.
    pub(super) fn text<'c>(&self, content: &'c Content) -> Cow<'c, str> {
        match content {
            Content::Text(text) => Cow::Borrowed(text),
            Content::Number(number) => Cow::Owned(self.number(*number)),
        }
    }

    /// Writes what a bucket holds.
    pub(super) fn range(&self, bucket: &Bucket, is_ascii: bool) -> String {
        if bucket.end == i128::from(bucket.from) + 1 {
            return self.number(bucket.from);
        }
        let dash = if is_ascii { "-" } else { "–" };
        let end = i64::try_from(bucket.end).unwrap_or(i64::MAX);
        if let (Some(_), Some(end)) = (self.moment(bucket.from), self.moment(end)) {
            return format!("{} {dash} {}", self.number(bucket.from), end.strftime("%T%.f"));
        }
        format!("{} {dash} {}", self.number(bucket.from), self.number(end))
    }

    /// Writes the query for a text or a number.
    pub(super) fn query(&self, content: &Content) -> String {
        let key = query_word(&self.key);
        match content {
            Content::Text(text) => format!("{key}={}", query_word(text)),
            Content::Number(number) => format!("{key}={}", self.quantity(*number)),
        }
    }

    /// Writes the query for the numbers from one on and below another.
    pub(super) fn query_range(&self, from: i64, end: i128) -> String {
        let key = query_word(&self.key);
        if end == i128::from(from) + 1 {
            return self.query(&Content::Number(from));
        }
        match i64::try_from(end) {
            Ok(end) => format!("{key}>={} and {key}<{}", self.quantity(from), self.quantity(end)),
            Err(_) => format!("{key}>={}", self.quantity(from)),
        }
    }

    fn quantity(&self, number: i64) -> String {
        let unit = if self.has_units { self.unit.as_str() } else { "" };
        format!("{number}{unit}")
    }
}

/// Writes a word as a query of labels takes it.
pub(super) fn query_word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.:-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("{word:?}") }
}

/// What the labels of one side weigh, by key.
#[derive(Default)]
struct Sums {
    contents: HashMap<Content, i64>,
    labelled: i64,
    unit: String,
    has_units: bool,
}

/// Adds up what samples weigh for each label, keys by name; `None` if it was interrupted.
///
/// # Errors
/// Why two profiles do not compare, in words.
pub(super) fn labels(prepared: &Prepared<'_, '_>, interrupt: &Interrupt) -> Option<Result<Vec<LabelKey>, String>> {
    let (new, whole) = sums(&prepared.selection, prepared.values.sample_type, interrupt)?;
    let mut old = match &prepared.old {
        Some(old) => sums(&old.selection, old.values.sample_type, interrupt)?.0,
        None => BTreeMap::new(),
    };
    let mut sides: BTreeMap<String, (Sums, Sums)> = BTreeMap::new();
    for (key, sums) in new {
        let old = old.remove(&key).unwrap_or_default();
        sides.insert(key, (sums, old));
    }
    sides.extend(old.into_iter().map(|(key, sums)| {
        let none = Sums { unit: sums.unit.clone(), has_units: sums.has_units, ..Sums::default() };
        (key, (none, sums))
    }));
    let factor = match &prepared.old {
        Some(old) => match compare::factor(prepared, old, interrupt)? {
            Ok(factor) => factor,
            Err(message) => return Some(Err(message)),
        },
        None => 1.0,
    };
    Some(Ok(sides.into_iter().map(|(key, (new, old))| label_key(key, new, old, whole, factor)).collect()))
}

fn label_key(key: String, new: Sums, old: Sums, whole: i64, factor: f64) -> LabelKey {
    let mut contents: HashMap<Content, (i64, i64)> =
        new.contents.into_iter().map(|(content, value)| (content, (value, 0))).collect();
    for (content, value) in old.contents {
        contents.entry(content).or_default().1 = compare::scaled(value, factor);
    }
    let numbers: BTreeMap<i64, (i64, i64)> = contents
        .iter()
        .filter_map(|(content, weights)| match content {
            Content::Number(number) => Some((*number, *weights)),
            Content::Text(_) => None,
        })
        .collect();
    let histogram = Histogram::new(&numbers, &new.unit);
    let mut values: Vec<Weighed> =
        contents.into_iter().map(|(content, (value, old))| Weighed { content, value, old }).collect();
    values.sort_by(|one, other| {
        let weight = |weighed: &Weighed| (Reverse(weighed.value.unsigned_abs()), Reverse(weighed.old.unsigned_abs()));
        weight(one).cmp(&weight(other)).then_with(|| one.content.cmp(&other.content))
    });
    let unlabelled = whole.wrapping_sub(new.labelled);
    LabelKey { key, unit: new.unit, has_units: new.has_units || old.has_units, unlabelled, values, histogram }
}

/// Samples, or label sets, between two looks at whether an answer is still wanted.
pub(super) const SAMPLES_AT_ONCE: usize = 1 << 14;

/// Returns what a label says, numbers in the unit of its key, and whether the label has another unit.
pub(super) fn content_of(profile: &Profile, label: &Label, of_key: &str) -> (Content, bool) {
    match label.value() {
        LabelValue::Text(text) => (Content::Text(profile.str(text).to_owned()), false),
        LabelValue::Number { value, unit } => {
            let own = profile.str(unit);
            let is_other = !own.is_empty() && own != of_key;
            let content = if !is_other {
                Content::Number(value)
            } else if unit::are_convertible(own, of_key) {
                Content::Number(unit::convert(value, own, of_key).0.round() as i64) // It saturates.
            } else {
                Content::Text(unit::label(value, own, "auto"))
            };
            (content, is_other)
        }
    }
}

/// Adds up one side; returns the sum of all samples too, and `None` if it was interrupted.
fn sums(selection: &Selection<'_>, sample_type: usize, interrupt: &Interrupt) -> Option<(BTreeMap<String, Sums>, i64)> {
    let profile = selection.profile();
    let weights = LabelWeights::new(selection, sample_type, interrupt)?;
    let units = LabelUnits::new(profile);
    let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
    for (key, weight) in weights.keys() {
        let sum = sums.entry(profile.str(key).to_owned()).or_default();
        sum.labelled = sum.labelled.wrapping_add(weight);
    }
    for (label, weight) in weights.labels() {
        let key = profile.str(label.key());
        let Some(sum) = sums.get_mut(key) else { continue };
        if let LabelValue::Number { .. } = label.value()
            && sum.unit.is_empty()
        {
            sum.unit = units.of(key).to_owned();
        }
        let (content, has_other_unit) = content_of(profile, &label, &sum.unit);
        sum.has_units |= has_other_unit;
        let sum = sum.contents.entry(content).or_insert(0);
        *sum = sum.wrapping_add(weight);
    }
    Some((sums, weights.total()))
}

#[cfg(test)]
mod tests {
    use rpprof::transform::LabelQuery;

    use super::{Bucket, Content, LabelKey, query_word};

    #[test]
    fn numbers_since_1970_are_times() {
        let key = |unit: &str| LabelKey {
            key: "end".to_owned(),
            unit: unit.to_owned(),
            has_units: false,
            unlabelled: 0,
            values: Vec::new(),
            histogram: None,
        };
        let bucket = Bucket { from: 1_795_292_502_500_000_000, end: 1_795_292_502_550_000_000, value: 0, old: 0 };
        assert_eq!(key("nanoseconds").range(&bucket, true), "2026-11-21 20:21:42.5 - 20:21:42.55");
        assert_eq!(key("nanoseconds").number(1_795_292_502_500_000_001), "2026-11-21 20:21:42.500000001");
        assert_eq!(key("seconds").number(1_795_292_502), "2026-11-21 20:21:42");
        assert_eq!(key("seconds").number(90), "90s");
        assert_eq!(key("bytes").number(1_795_292_502_500_000_000), "1594.54PB");
    }

    #[test]
    fn what_is_written_is_a_query() {
        let key = |has_units| LabelKey {
            key: "request size".to_owned(),
            unit: "bytes".to_owned(),
            has_units,
            unlabelled: 0,
            values: Vec::new(),
            histogram: None,
        };
        for (query, expected) in [
            (key(false).query(&Content::Text("a \"b\"".to_owned())), r#""request size"="a \"b\"""#),
            (key(false).query(&Content::Number(-7)), r#""request size"=-7"#),
            (key(true).query(&Content::Number(7)), r#""request size"=7bytes"#),
            (key(false).query_range(16, 32), r#""request size">=16 and "request size"<32"#),
            (key(false).query_range(16, 17), r#""request size"=16"#),
            (key(false).query_range(16, 1 << 80), r#""request size">=16"#),
        ] {
            assert_eq!(query, expected);
            LabelQuery::parse(&query).unwrap_or_else(|error| panic!("{query}: {error}"));
        }
        assert_eq!(query_word("a:b-c"), "a:b-c");
    }
}
