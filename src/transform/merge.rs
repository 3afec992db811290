//! Several profiles become one.

use std::collections::HashMap;

use hashbrown::HashMap as FastMap;

use super::compatible::check_compatible;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{
    Function, FunctionId, Label, LabelSetId, LabelValue, Line, Location, LocationId, Mapping, MappingId, Profile,
    ProfileBuilder, StackId, StringId, ValueType,
};

/// Merges profiles that measure the same things into one; see [`Merger`].
///
/// # Errors
/// [`ErrorKind::Incompatible`] if their period types or sample types differ, [`ErrorKind::Argument`] if there are none.
pub fn merge(profiles: &[&Profile]) -> Result<Profile> {
    let mut merger = Merger::new();
    for profile in profiles {
        merger.add(profile)?;
    }
    merger.finish()
}

/// Merges profiles one at a time (pprof's `Merge`).
///
/// Samples with equal stacks and labels become one whose values are the sums; those that are zero
/// go. Functions are equal if name, system name, file and start line are; mappings if file (build id
/// if there is one), offset and size (to 4 KiB) are; locations if their mapping, their address from
/// the start of it, and their lines are, columns included. Addresses are moved to where the first
/// profile has the mapping. Ids count from 1 in the order of first use; what nothing uses goes, but
/// for the first mapping.
///
/// Of the headers, the merged profile has the earliest time that is known, the sum of durations, the
/// largest period, all comments once, the first default sample type and documentation address that
/// are not empty, and the first profile's frames to drop and keep.
#[derive(Debug, Default)]
pub struct Merger {
    builder: ProfileBuilder,
    /// The row of the sample with this stack and these labels.
    rows: FastMap<(StackId, LabelSetId), usize>,
    mappings: HashMap<MappingKey, (MappingId, u64)>,
    /// The first profile, without its samples: what the others must be compatible with.
    first: Option<Profile>,
}

/// What makes mappings of different processes the same.
#[derive(Debug, PartialEq, Eq, Hash)]
struct MappingKey {
    size_bytes: u64,
    file_offset: u64,
    build_id_or_file: String,
}

/// Addresses of a mapping move by so much; wrapping.
#[derive(Clone, Copy, Debug)]
struct MappedMapping {
    id: MappingId,
    shift: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ZeroSamples {
    Skip,
    Keep,
}

impl Merger {
    /// Makes a merger without profiles.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a profile.
    ///
    /// # Errors
    /// [`ErrorKind::Incompatible`] if it measures other things than the first one.
    pub fn add(&mut self, profile: &Profile) -> Result<()> {
        self.add_samples(profile, ZeroSamples::Skip)
    }

    /// Adds what another merger has merged, as if its profiles had been added here one after another.
    ///
    /// # Errors
    /// [`ErrorKind::Incompatible`] if they measure other things than the first one here.
    pub fn append(&mut self, other: Self) -> Result<()> {
        if other.first.is_none() {
            return Ok(());
        }
        // What sums up to zero there may not do so here.
        self.add_samples(&other.builder.build()?, ZeroSamples::Keep)
    }

    /// Makes the merged profile.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if no profile was added.
    pub fn finish(mut self) -> Result<Profile> {
        if self.first.is_none() {
            return Err(Error::new(ErrorKind::Argument, "no profiles to merge"));
        }
        if !self.builder.has_zero_samples() {
            return self.builder.build();
        }
        // What only the samples used that go must go too.
        self.builder.drop_zero_samples();
        let merged = self.builder.build()?;
        let mut again = Self::new();
        again.add(&merged)?;
        again.builder.build()
    }

    fn add_samples(&mut self, profile: &Profile, zero_samples: ZeroSamples) -> Result<()> {
        match &self.first {
            Some(first) => check_compatible(first, profile)?,
            None => self.start(profile),
        }
        self.add_header(profile);
        let mut source = Source::new(self, profile);
        if source.merger.mappings.is_empty() && !profile.symbols().mappings().is_empty() {
            // The first mapping is the main program, whether or not a sample uses it.
            source.mapping(MappingId::from_index(0));
        }
        for sample in profile.samples().iter() {
            if zero_samples == ZeroSamples::Skip && sample.values.iter().all(|&value| value == 0) {
                continue;
            }
            let stack = source.stack(sample.stack);
            let labels = source.label_set(sample.labels);
            let Merger { rows, builder, .. } = &mut *source.merger;
            match rows.entry((stack, labels)) {
                hashbrown::hash_map::Entry::Occupied(row) => builder.add_values(*row.get(), sample.values),
                hashbrown::hash_map::Entry::Vacant(row) => {
                    row.insert(builder.sample(stack, labels, sample.values));
                }
            }
        }
        Ok(())
    }

    /// Takes from the first profile what the others must agree with.
    fn start(&mut self, profile: &Profile) {
        for &ValueType { kind, unit } in profile.sample_types() {
            self.builder.sample_type(profile.str(kind), profile.str(unit));
        }
        let header = profile.header();
        let mut string = |id| self.builder.string(profile.str(id));
        let (drop_frames, keep_frames) = (string(header.drop_frames), string(header.keep_frames));
        let period_type = ValueType { kind: string(header.period_type.kind), unit: string(header.period_type.unit) };
        let merged = self.builder.header_mut();
        merged.drop_frames = drop_frames;
        merged.keep_frames = keep_frames;
        merged.period_type = period_type;
        self.first = Some(profile.without_samples());
    }

    fn add_header(&mut self, profile: &Profile) {
        let header = profile.header();
        let mut string = |id| self.builder.string(profile.str(id));
        let default_sample_type = string(header.default_sample_type);
        let doc_url = string(header.doc_url);
        let comments: Vec<StringId> = header.comments.iter().map(|&comment| string(comment)).collect();
        let merged = self.builder.header_mut();
        // A profile that does not know its time says nothing about the earliest one.
        if merged.time_nanos == 0 || (header.time_nanos != 0 && header.time_nanos < merged.time_nanos) {
            merged.time_nanos = header.time_nanos;
        }
        merged.duration_nanos = merged.duration_nanos.wrapping_add(header.duration_nanos);
        if merged.period == 0 || merged.period < header.period {
            merged.period = header.period;
        }
        for comment in comments {
            if !merged.comments.contains(&comment) {
                merged.comments.push(comment);
            }
        }
        if merged.default_sample_type == StringId::EMPTY {
            merged.default_sample_type = default_sample_type;
        }
        if merged.doc_url == StringId::EMPTY {
            merged.doc_url = doc_url;
        }
    }
}

/// A profile that is being added: what its ids are in the merged one, as far as they were used.
struct Source<'m, 'p> {
    merger: &'m mut Merger,
    profile: &'p Profile,
    strings: Vec<Option<StringId>>,
    mappings: Vec<Option<MappedMapping>>,
    functions: Vec<Option<FunctionId>>,
    locations: Vec<Option<LocationId>>,
    stacks: Vec<Option<StackId>>,
    label_sets: Vec<Option<LabelSetId>>,
    scratch_stack: Vec<LocationId>,
    scratch_lines: Vec<Line>,
    scratch_labels: Vec<Label>,
}

impl<'m, 'p> Source<'m, 'p> {
    fn new(merger: &'m mut Merger, profile: &'p Profile) -> Self {
        let symbols = profile.symbols();
        Self {
            strings: vec![None; profile.strings().len()],
            mappings: vec![None; symbols.mappings().len()],
            functions: vec![None; symbols.functions().len()],
            locations: vec![None; symbols.locations().len()],
            stacks: vec![None; profile.stacks().len()],
            label_sets: vec![None; profile.label_sets().len()],
            scratch_stack: Vec::new(),
            scratch_lines: Vec::new(),
            scratch_labels: Vec::new(),
            merger,
            profile,
        }
    }

    fn string(&mut self, id: StringId) -> StringId {
        if let Some(known) = self.strings[id.index()] {
            return known;
        }
        let merged = self.merger.builder.string(self.profile.str(id));
        self.strings[id.index()] = Some(merged);
        merged
    }

    fn stack(&mut self, id: StackId) -> StackId {
        if let Some(known) = self.stacks[id.index()] {
            return known;
        }
        let mut stack = std::mem::take(&mut self.scratch_stack);
        stack.clear();
        for &location in self.profile.stack(id) {
            stack.push(self.location(location));
        }
        let merged = self.merger.builder.stack(&stack);
        self.scratch_stack = stack;
        self.stacks[id.index()] = Some(merged);
        merged
    }

    fn location(&mut self, id: LocationId) -> LocationId {
        if let Some(known) = self.locations[id.index()] {
            return known;
        }
        let symbols = self.profile.symbols();
        let location = symbols.locations()[id.index()];
        let mapped = location.mapping.map(|mapping| self.mapping(mapping));
        let moved = Location {
            address: location.address.wrapping_add(mapped.map_or(0, |mapped| mapped.shift)),
            mapping: mapped.map(|mapped| mapped.id),
            is_folded: location.is_folded,
        };
        let mut lines = std::mem::take(&mut self.scratch_lines);
        lines.clear();
        for line in symbols.lines_of(id) {
            lines.push(Line { function: self.function(line.function), ..*line });
        }
        let merged = self.merger.builder.location(moved, &lines);
        self.scratch_lines = lines;
        self.locations[id.index()] = Some(merged);
        merged
    }

    fn function(&mut self, id: FunctionId) -> FunctionId {
        if let Some(known) = self.functions[id.index()] {
            return known;
        }
        let function = self.profile.symbols().functions()[id.index()];
        let moved = Function {
            name: self.string(function.name),
            system_name: self.string(function.system_name),
            filename: self.string(function.filename),
            start_line: function.start_line,
        };
        let merged = self.merger.builder.function(moved);
        self.functions[id.index()] = Some(merged);
        merged
    }

    fn mapping(&mut self, id: MappingId) -> MappedMapping {
        if let Some(known) = self.mappings[id.index()] {
            return known;
        }
        let mapping = &self.profile.symbols().mappings()[id.index()];
        let key = mapping_key(self.profile, mapping);
        let merged = match self.merger.mappings.get(&key) {
            Some(&(id, start)) => MappedMapping { id, shift: start.wrapping_sub(mapping.start_address) },
            None => {
                let moved = Mapping {
                    file: self.string(mapping.file),
                    build_id: self.string(mapping.build_id),
                    ..mapping.clone()
                };
                let id = self.merger.builder.mapping(moved);
                self.merger.mappings.insert(key, (id, mapping.start_address));
                MappedMapping { id, shift: 0 }
            }
        };
        self.mappings[id.index()] = Some(merged);
        merged
    }

    /// Returns a label set in the order in which sets are compared: texts by key, then numbers by key.
    fn label_set(&mut self, id: LabelSetId) -> LabelSetId {
        if let Some(known) = self.label_sets[id.index()] {
            return known;
        }
        let profile = self.profile;
        let mut labels = std::mem::take(&mut self.scratch_labels);
        labels.clear();
        labels.extend_from_slice(profile.labels(id));
        let order = |label: &Label| (matches!(label.value(), LabelValue::Number { .. }), profile.str(label.key()));
        if !labels.is_sorted_by_key(order) {
            labels.sort_by(|one, other| order(one).cmp(&order(other)));
        }
        for label in &mut labels {
            let key = self.string(label.key());
            *label = match label.value() {
                LabelValue::Text(text) => Label::text(key, self.string(text)),
                LabelValue::Number { value, unit } => Label::number(key, value, self.string(unit)),
            };
        }
        let merged = self.merger.builder.label_set(&labels);
        self.scratch_labels = labels;
        self.label_sets[id.index()] = Some(merged);
        merged
    }
}

fn mapping_key(profile: &Profile, mapping: &Mapping) -> MappingKey {
    const PAGE: u64 = 0x1000;
    let size = mapping.limit_address.wrapping_sub(mapping.start_address).wrapping_add(PAGE - 1);
    let (build_id, file) = (profile.str(mapping.build_id), profile.str(mapping.file));
    MappingKey {
        size_bytes: size - size % PAGE,
        file_offset: mapping.file_offset,
        build_id_or_file: if build_id.is_empty() { file } else { build_id }.to_owned(),
    }
}
