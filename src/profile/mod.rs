//! The model: an immutable, columnar profile.
//!
//! A [`Profile`] is what the pprof format says, in tables with dense ids: samples name a stack and
//! a label set, stacks name locations, locations have lines, lines name functions. Equal stacks
//! and equal label sets are stored once as far as the producer of the profile noticed that they
//! are equal; nothing may rely on it.
//!
//! This room does no input or output, knows no file format and no regular expressions.
//!
//! ```
//! use rpprof::profile::{Function, Line, Location, ProfileBuilder};
//!
//! let mut builder = ProfileBuilder::new();
//! builder.sample_type("cpu", "nanoseconds");
//! let name = builder.string("main");
//! let function = builder.function(Function { name, ..Function::default() });
//! let line = Line { function, line: 3, column: 0 };
//! let location = builder.location(Location::default(), &[line]);
//! let stack = builder.stack(&[location]);
//! let labels = builder.label_set(&[]);
//! builder.sample(stack, labels, &[10_000_000]);
//! let profile = builder.build()?;
//! assert_eq!(profile.samples().len(), 1);
//! # Ok::<(), rpprof::Error>(())
//! ```

mod builder;
mod check;
mod ids;
mod intern;
mod item;
#[cfg_attr(all(feature = "read", target_os = "linux", target_pointer_width = "64"), path = "items_huge.rs")]
mod items;
mod label_sets;
mod labels;
mod ragged;
mod sample_stacks;
mod sample_type;
mod samples;
mod stacks;
mod strings;
mod symbols;
pub mod unit;

use std::sync::Arc;

pub use builder::ProfileBuilder;
pub use ids::{FunctionId, LabelSetId, LocationId, MappingId, StackId, StringId};
pub use label_sets::{LabelIter, LabelSets, Labels};
pub use labels::{Label, LabelValue};
pub use ragged::Ragged;
pub use sample_stacks::SampleStacks;
pub use samples::{Sample, Samples};
pub(crate) use stacks::SAME;
pub use stacks::Stacks;
pub use strings::StringTable;
pub use symbols::{Function, Line, Location, Mapping, Resolved, Symbols};

pub(crate) use check::Tables;
pub(crate) use intern::Interner;
#[cfg(feature = "read")]
pub(crate) use items::Items;
pub(crate) use sample_type::default_column;
pub(crate) use symbols::FileIds;

/// What a column of values measures, and in what unit; for example `cpu` in `nanoseconds`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ValueType {
    /// What is measured (the format calls it `type`).
    pub kind: StringId,
    /// The unit of the values.
    pub unit: StringId,
}

/// What a profile says of itself as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Regular expression of frames to drop with all that they call; empty for none.
    pub drop_frames: StringId,
    /// Regular expression of frames to keep although they match `drop_frames`; empty for none.
    pub keep_frames: StringId,
    /// When collection began, in nanoseconds since 1970-01-01 UTC; 0 if not known.
    pub time_nanos: i64,
    /// How long collection took, in nanoseconds; 0 if not known.
    pub duration_nanos: i64,
    /// What is counted between two samples; both names are empty if not known.
    pub period_type: ValueType,
    /// How much of `period_type` passes between two samples; 0 if not known.
    pub period: i64,
    /// Free text of the producer.
    pub comments: Vec<StringId>,
    /// Name of the sample type to show first; empty for the last one.
    pub default_sample_type: StringId,
    /// Where the profile is documented; empty for nowhere.
    pub doc_url: StringId,
}

/// A profile: samples of call stacks, with values and labels.
///
/// It never changes after it was built, and a copy shares all tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub(crate) strings: Arc<StringTable>,
    pub(crate) sample_types: Arc<[ValueType]>,
    pub(crate) header: Arc<Header>,
    pub(crate) symbols: Arc<Symbols>,
    pub(crate) stacks: Arc<Stacks>,
    pub(crate) label_sets: Arc<LabelSets>,
    pub(crate) samples: Arc<Samples>,
}

impl Profile {
    /// Returns the string `id`.
    ///
    /// # Panics
    /// If `id` is of another profile with more strings.
    #[inline]
    pub fn str(&self, id: StringId) -> &str {
        self.strings.get(id)
    }

    /// Returns all strings.
    pub fn strings(&self) -> &StringTable {
        &self.strings
    }

    /// Returns what the columns of values measure.
    pub fn sample_types(&self) -> &[ValueType] {
        &self.sample_types
    }

    /// Returns what the profile says of itself as a whole.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns mappings, functions, locations and lines.
    pub fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// Returns the call stacks, each a list of locations, leaf first.
    pub fn stacks(&self) -> &Stacks {
        &self.stacks
    }

    /// Returns the locations of one stack, leaf first.
    #[inline]
    pub fn stack(&self, id: StackId) -> &[LocationId] {
        self.stacks.get(id)
    }

    /// Returns the label sets; row 0 is the empty one.
    pub fn label_sets(&self) -> &LabelSets {
        &self.label_sets
    }

    /// Returns the labels of one set, in the order of the file.
    #[inline]
    pub fn labels(&self, id: LabelSetId) -> Labels<'_> {
        self.label_sets.get(id.index())
    }

    /// Returns the samples.
    pub fn samples(&self) -> &Samples {
        &self.samples
    }

    /// Returns the name and the unit of a value type.
    pub fn value_type_names(&self, value_type: ValueType) -> (&str, &str) {
        (self.str(value_type.kind), self.str(value_type.unit))
    }

    /// Returns the same profile without samples, stacks and labels.
    pub(crate) fn without_samples(&self) -> Self {
        let samples = Samples::with_width(self.samples.width);
        Self {
            samples: samples.into(),
            stacks: Stacks::default().into(),
            label_sets: LabelSets::with_empty_set().into(),
            ..self.clone()
        }
    }

    /// Returns the same profile with another header and other sample types, whose strings are in `strings`,
    /// which begins with the strings there were; the samples must be replaced to fit.
    pub(crate) fn with_header(&self, strings: StringTable, sample_types: Vec<ValueType>, header: Header) -> Self {
        Self { strings: strings.into(), sample_types: sample_types.into(), header: header.into(), ..self.clone() }
    }

    /// Returns the same profile with other samples, whose stacks and label sets are of its tables.
    pub(crate) fn with_samples(&self, samples: Samples) -> Self {
        debug_assert_eq!(samples.width, self.sample_types.len());
        Self { samples: Arc::new(samples), ..self.clone() }
    }
}
