//! The samples of a selection, one after another.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::summary::{Summary, ValueScale};
use super::tags::NumberUnits;
use super::values::ValueOptions;
use crate::aggregate::{Averaging, FrameId, FrameOptions, Frames, StackWeights};
use crate::profile::{LabelSetId, LabelValue, LocationId, unit};
use crate::transform::{LabelUnits, Selection};

/// How to make a [`Traces`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TracesOptions {
    /// Which values, and how to show them.
    pub values: ValueOptions,
    /// What makes places the same frame.
    pub frames: FrameOptions,
    /// In which unit the numbers of labels are.
    pub number_units: NumberUnits,
}

impl Default for TracesOptions {
    fn default() -> Self {
        Self {
            values: ValueOptions::new(0, "auto"),
            frames: FrameOptions::default(),
            number_units: NumberUnits::default(),
        }
    }
}

/// The samples of a selection, one after another (pprof's `traces`).
///
/// It borrows the profile and makes each trace when it is asked for: all of them together are much larger
/// than the profile. As JSON each trace has its value, its labels, and the names of its frames, leaf first.
#[derive(Clone, Debug)]
pub struct Traces<'p> {
    selection: Selection<'p>,
    options: TracesOptions,
    summary: Summary,
    scale: ValueScale,
    total: i64,
    frames: Frames<'p>,
    names: Vec<String>,
    units: LabelUnits<'p>,
}

/// A sample of a [`Traces`] that has frames.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'t> {
    traces: &'t Traces<'t>,
    labels: LabelSetId,
    locations: &'t [LocationId],
    /// The value, in the summary's unit.
    pub value: i64,
}

/// What a label says of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LabelKind {
    Text,
    Number,
}

/// What a sample says for one key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceLabel<'t> {
    /// The key.
    pub key: &'t str,
    /// Its texts, or its numbers with their units, in the order of the profile.
    pub values: Vec<Cow<'t, str>>,
}

impl<'p> Traces<'p> {
    /// Shows a selection.
    ///
    /// ```
    /// use rpprof::codec::{self, ReadOptions};
    /// use rpprof::report::{Traces, TracesOptions};
    /// use rpprof::transform::Selection;
    ///
    /// let profile = codec::read(std::fs::File::open("testdata/go_mutex.pb.gz")?, &ReadOptions::default())?;
    /// let traces = Traces::new(Selection::all(&profile), TracesOptions::default());
    /// let first = traces.iter().next().expect("there are samples");
    /// assert_eq!(first.frames().next(), Some(("sync.(*Mutex).Unlock", true)));
    /// # Ok::<(), rpprof::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the profile has no such sample type.
    pub fn new(selection: Selection<'p>, options: TracesOptions) -> Self {
        let profile = selection.profile();
        let summary = Summary::new(profile, &options.values);
        let frames = Frames::new(&selection, options.frames);
        Self {
            scale: ValueScale::of(&summary, &options.values),
            total: StackWeights::new(&selection, options.values.measure()).total(),
            names: (0..frames.len()).map(|row| frames.frame(FrameId::from_index(row)).name()).collect(),
            units: LabelUnits::new(profile),
            summary,
            frames,
            options,
            selection,
        }
    }

    /// Returns which profile this is of.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Returns how values are shown as text.
    pub fn scale(&self) -> &ValueScale {
        &self.scale
    }

    /// Returns the sum of the absolute values of all samples, or their mean.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// Returns the samples that have frames, in the order of the profile.
    pub fn iter(&self) -> impl Iterator<Item = Trace<'_>> {
        let has_frames =
            |locations: &[LocationId]| locations.iter().any(|location| !self.frames.at(*location).is_empty());
        self.selection.samples().filter(move |(_, locations)| has_frames(locations)).map(|(sample, locations)| {
            let value = sample.values[self.options.values.sample_type];
            let divisor = match self.options.values.averaging {
                Averaging::Mean => sample.values[0],
                Averaging::Sum => 0,
            };
            let value = if divisor == 0 { value } else { value.wrapping_div(divisor) };
            Trace { traces: self, labels: sample.labels, locations, value }
        })
    }

    /// Returns the name of each frame with whether it was inlined there, for one location.
    pub(crate) fn frames_at(&self, location: LocationId) -> impl Iterator<Item = (&str, bool)> + Clone {
        let frames = self.frames.at(location);
        let named = |(place, frame): (usize, &FrameId)| (self.names[frame.index()].as_str(), place + 1 < frames.len());
        frames.iter().enumerate().map(named)
    }

    /// Returns how many locations the profile has.
    pub(crate) fn location_count(&self) -> usize {
        self.frames.by_location().len()
    }
}

impl<'t> Trace<'t> {
    /// Returns the frames, leaf first: the name, and whether it was inlined into the next one.
    pub fn frames(&self) -> impl Iterator<Item = (&'t str, bool)> + Clone + use<'t> {
        let traces = self.traces;
        self.locations.iter().flat_map(move |&location| traces.frames_at(location))
    }

    /// Returns the labels that are texts, in the order of the profile, one entry a key.
    pub fn text_labels(&self) -> Vec<TraceLabel<'t>> {
        self.grouped(LabelKind::Text)
    }

    /// Returns the labels that are numbers, in the order of the profile, one entry a key.
    pub fn number_labels(&self) -> Vec<TraceLabel<'t>> {
        self.grouped(LabelKind::Number)
    }

    fn grouped(&self, kind: LabelKind) -> Vec<TraceLabel<'t>> {
        let mut labels: Vec<TraceLabel<'t>> = Vec::new();
        for (key, value) in self.labels(kind) {
            match labels.iter_mut().find(|other| other.key == key) {
                Some(known) => known.values.push(value),
                None => labels.push(TraceLabel { key, values: vec![value] }),
            }
        }
        labels
    }

    /// Returns the labels of one kind with what they say, in the order of the profile.
    pub(crate) fn labels(&self, kind: LabelKind) -> impl Iterator<Item = (&'t str, Cow<'t, str>)> + use<'t> {
        let traces = self.traces;
        let profile = traces.selection.profile();
        traces.selection.labels(self.labels).filter_map(move |label| {
            let key = profile.str(label.key());
            let value = match (label.value(), kind) {
                (LabelValue::Text(text), LabelKind::Text) => Cow::Borrowed(profile.str(text)),
                (LabelValue::Number { value, unit }, LabelKind::Number) => {
                    let own = profile.str(unit);
                    let is_own = traces.options.number_units == NumberUnits::Own && !own.is_empty();
                    Cow::Owned(unit::label(value, if is_own { own } else { traces.units.of(key) }, "auto"))
                }
                _ => return None,
            };
            Some((key, value))
        })
    }

    /// Returns the locations, leaf first; some of them may have no frames.
    pub(crate) fn locations(&self) -> &'t [LocationId] {
        self.locations
    }
}

impl Serialize for Traces<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (summary, scale) = (&self.summary, &self.scale);
        TraceTable { version: 1, summary, scale, total: self.total, traces: self }.serialize(serializer)
    }
}

/// The samples that have frames, one after another. Values are in the summary's unit.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Traces"))]
struct TraceTable<'t> {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    version: u32,
    /// Which profile this is of.
    summary: &'t Summary,
    /// How values are shown as text.
    scale: &'t ValueScale,
    /// Sum of the absolute values of all samples, or their mean.
    total: i64,
    /// The samples, in the order of the profile.
    #[serde(serialize_with = "each_trace")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<TraceRow<'_>>"))]
    traces: &'t Traces<'t>,
}

/// A sample.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Trace"))]
struct TraceRow<'t> {
    /// The value.
    value: i64,
    /// For each key its texts, then its numbers with their units.
    #[serde(serialize_with = "labels")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, Vec<String>>"))]
    labels: Trace<'t>,
    /// The names of the frames, leaf first.
    #[serde(serialize_with = "frame_names")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    frames: Trace<'t>,
}

/// Serializes each trace when its turn comes.
fn each_trace<S: Serializer>(traces: &Traces<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(traces.iter().map(|trace| TraceRow { value: trace.value, labels: trace, frames: trace }))
}

fn labels<S: Serializer>(trace: &Trace<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut labels = trace.text_labels();
    for label in trace.number_labels() {
        match labels.iter_mut().find(|other| other.key == label.key) {
            Some(known) => known.values.extend(label.values),
            None => labels.push(label),
        }
    }
    serializer.collect_map(labels.iter().map(|label| (label.key, &label.values)))
}

fn frame_names<S: Serializer>(trace: &Trace<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(trace.frames().map(|(name, _)| name))
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Traces<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        TraceTable::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        TraceTable::json_schema(generator)
    }
}
