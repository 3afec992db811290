//! The labels of a selection by what their samples weigh.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::summary::{Summary, ValueScale};
use super::values::ValueOptions;
use crate::aggregate::{Interrupt, LabelWeights, StackWeights};
use crate::profile::{Label, LabelValue, Profile, unit};
use crate::transform::{LabelUnits, Selection};

/// How to make a [`Tags`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TagsOptions {
    /// Which values, and how to show them; always sums.
    pub values: ValueOptions,
    /// The unit to show numbers of labels in; `auto` and `minimum` pick one for each.
    pub label_unit: String,
    /// In which unit the numbers of labels are.
    pub number_units: NumberUnits,
    /// How many rows a key may have; 0 for all.
    pub limit: usize,
}

impl Default for TagsOptions {
    fn default() -> Self {
        Self {
            values: ValueOptions::new(0, "auto"),
            label_unit: "auto".to_owned(),
            number_units: NumberUnits::default(),
            limit: 0,
        }
    }
}

/// In which unit the numbers of labels are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NumberUnits {
    /// Each in its own; those without one in that of their key.
    #[default]
    Own,
    /// All of a key in the first one that the key has, as in pprof.
    FirstOfKey,
}

/// The labels of a selection by what their samples weigh. Values are in the summary's unit.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Tags<'p> {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// Which profile this is of.
    pub summary: Summary,
    /// How values are shown as text.
    pub scale: ValueScale,
    /// What percentages are of: the sum of the absolute values of all samples.
    pub total: i64,
    /// The keys, by name.
    pub keys: Vec<TagKey<'p>>,
}

/// A key with what it says. Values are in the summary's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TagKey<'p> {
    /// The key.
    pub key: &'p str,
    /// How many different texts and numbers there are; rows past the limit are among them.
    pub values: usize,
    /// Sum over all of them; a sample counts for each label with this key.
    pub labelled: i64,
    /// Sum over the samples that are looked at and have no label with this key.
    pub unlabelled: i64,
    /// What the labels say, the largest absolute value first, then by text.
    pub rows: Vec<TagRow<'p>>,
}

/// A text or number of a key. The value is in the summary's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TagRow<'p> {
    /// The text, or the number with its unit.
    pub text: Cow<'p, str>,
    /// Sum over the samples with this label.
    pub value: i64,
}

/// Adds up values for each label (pprof's `tags`).
///
/// Numbers that are shown alike are one row. Labels that the selection hides are left out.
///
/// Cost: an addition for each sample, then a look at each label of each distinct label set.
///
/// ```
/// use rpprof::profile::{Label, ProfileBuilder};
/// use rpprof::report::{self, TagsOptions};
/// use rpprof::transform::Selection;
///
/// let mut builder = ProfileBuilder::new();
/// builder.sample_type("samples", "count");
/// let (tenant, acme) = (builder.string("tenant"), builder.string("acme"));
/// let (stack, none) = (builder.stack(&[]), builder.label_set(&[]));
/// let labels = builder.label_set(&[Label::text(tenant, acme)]);
/// builder.sample(stack, labels, &[3]);
/// builder.sample(stack, none, &[1]);
/// let profile = builder.build()?;
/// let tags = report::tags(&Selection::all(&profile), &TagsOptions::default());
/// assert_eq!((tags.keys[0].key, tags.keys[0].labelled, tags.keys[0].unlabelled), ("tenant", 3, 1));
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// # Panics
/// If the profile has samples and no such sample type.
pub fn tags<'p>(selection: &Selection<'p>, options: &TagsOptions) -> Tags<'p> {
    let profile = selection.profile();
    let summary = Summary::new(profile, &options.values);
    let scale = ValueScale::of(&summary, &options.values);
    let total = StackWeights::new(selection, options.values.measure()).total();
    let weights = LabelWeights::new(selection, options.values.sample_type, &Interrupt::new());
    let weights = weights.expect("nobody interrupts it");
    let mut with_key: HashMap<&str, i64> = HashMap::new();
    for (key, value) in weights.keys() {
        let sum = with_key.entry(profile.str(key)).or_insert(0);
        *sum = sum.wrapping_add(value);
    }
    let units = LabelUnits::new(profile);
    // Equal texts may be several strings, and several numbers one text.
    let mut keys: BTreeMap<&str, HashMap<Cow<'p, str>, i64>> = BTreeMap::new();
    for (label, value) in weights.labels() {
        let text = label_text(profile, &label, &units, options);
        let sum = keys.entry(profile.str(label.key())).or_default().entry(text).or_insert(0);
        *sum = sum.wrapping_add(value);
    }
    let keys = keys.into_iter().map(|(key, texts)| {
        let mut rows: Vec<TagRow<'_>> = texts.into_iter().map(|(text, value)| TagRow { text, value }).collect();
        rows.sort_unstable_by(|one, other| {
            other.value.wrapping_abs().cmp(&one.value.wrapping_abs()).then_with(|| one.text.cmp(&other.text))
        });
        let labelled = rows.iter().fold(0_i64, |sum, row| sum.wrapping_add(row.value));
        let values = rows.len();
        if options.limit > 0 {
            rows.truncate(options.limit);
        }
        TagKey { key, values, labelled, unlabelled: weights.total().wrapping_sub(with_key[key]), rows }
    });
    Tags { version: 1, total, keys: keys.collect(), scale, summary }
}

fn label_text<'p>(profile: &'p Profile, label: &Label, units: &LabelUnits<'p>, options: &TagsOptions) -> Cow<'p, str> {
    match label.value() {
        LabelValue::Text(text) => Cow::Borrowed(profile.str(text)),
        LabelValue::Number { value, unit } => {
            let own = profile.str(unit);
            let is_own = options.number_units == NumberUnits::Own && !own.is_empty();
            let unit = if is_own { own } else { units.of(profile.str(label.key())) };
            Cow::Owned(unit::label(value, unit, &options.label_unit))
        }
    }
}
