//! Samples by address, as the old formats have them, on their way to a profile.

use std::collections::HashMap;

use super::frames;
use super::maps::RawMapping;
use crate::codec::read::{LabelColumn, ReadOptions, StackColumn};
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{Label, Location, LocationId, Mapping, MappingId, Profile, ProfileBuilder};

/// A sample: its addresses, leaf first, and a value for each sample type.
#[derive(Debug)]
pub(super) struct RawSample {
    pub(super) stack: Vec<u64>,
    pub(super) values: Vec<i64>,
    /// The label `bytes`: the size of a block.
    pub(super) block_bytes: Option<i64>,
}

/// A profile whose locations are addresses.
#[derive(Debug)]
pub(super) struct Draft {
    /// Names and units.
    types: Vec<(String, &'static str)>,
    period_type: (String, &'static str),
    /// 1 unless it is set.
    pub(super) period: i64,
    pub(super) duration_nanos: i64,
    pub(super) samples: Vec<RawSample>,
    pub(super) mappings: Vec<RawMapping>,
}

/// The mapping of each address, by its row, and the mappings.
struct Places {
    rows: HashMap<u64, Option<usize>>,
    mappings: Vec<RawMapping>,
}

impl Draft {
    pub(super) fn new(types: &[(&str, &'static str)], period_type: (&str, &'static str)) -> Self {
        Self {
            types: types.iter().map(|&(kind, unit)| (kind.to_owned(), unit)).collect(),
            period_type: (period_type.0.to_owned(), period_type.1),
            period: 1,
            duration_nanos: 0,
            samples: Vec::new(),
            mappings: Vec::new(),
        }
    }

    /// Drops the leaf's copy: some profilers take it from the signal and from the stack, where it counts as a call.
    pub(super) fn drop_doubled_leaves(&mut self) {
        for sample in &mut self.samples {
            if let [leaf, caller, ..] = *sample.stack
                && leaf == caller.wrapping_add(1)
            {
                sample.stack.remove(1);
            }
        }
    }

    /// Makes the profile.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if there are more mappings than a process can have.
    pub(super) fn finish(mut self, options: &ReadOptions) -> Result<Profile> {
        let places = self.places()?;
        if options.stacks == StackColumn::Skip {
            self.samples.iter_mut().for_each(|sample| sample.stack.clear());
        }
        let mut builder = ProfileBuilder::new();
        for (kind, unit) in &self.types {
            builder.sample_type(kind, unit);
        }
        let mappings: Vec<MappingId> = places.mappings.iter().map(|raw| mapping(raw, &mut builder)).collect();
        let (bytes_key, no_unit) = (builder.string("bytes"), builder.string(""));
        let mut stack: Vec<LocationId> = Vec::new();
        for sample in &self.samples {
            stack.clear();
            stack.extend(sample.stack.iter().map(|&address| {
                let mapping = places.rows.get(&address).copied().flatten().map(|row| mappings[row]);
                builder.location(Location { address, mapping, is_folded: false }, &[])
            }));
            let stack = builder.stack(&stack);
            let size = sample.block_bytes.filter(|_| options.labels == LabelColumn::Keep);
            let label = size.map(|size| Label::number(bytes_key, size, no_unit));
            let labels = builder.label_set(label.as_slice());
            builder.sample(stack, labels, &sample.values);
        }
        self.header(&mut builder);
        builder.build()
    }

    fn header(&self, builder: &mut ProfileBuilder) {
        let names: Vec<&str> = self.types.iter().map(|(kind, _)| kind.as_str()).collect();
        let (drop_frames, keep_frames) = frames::of_profiler(&names);
        let (drop_frames, keep_frames) = (builder.string(&drop_frames), builder.string(&keep_frames));
        let period_type = builder.value_type(&self.period_type.0, self.period_type.1);
        let header = builder.header_mut();
        (header.drop_frames, header.keep_frames) = (drop_frames, keep_frames);
        (header.period_type, header.period) = (period_type, self.period);
        header.duration_nanos = self.duration_nanos;
    }

    /// Finds the mapping of each address, in the order in which samples name them.
    fn places(&mut self) -> Result<Places> {
        /// As many as Linux lets a process have by default; each address is compared with each of them.
        const MOST: usize = 65_530;
        let mappings = std::mem::take(&mut self.mappings);
        if mappings.len() > MOST {
            return Err(Error::new(ErrorKind::TooLarge, format!("more than {MOST} mappings")));
        }
        let mut places = Places { rows: HashMap::new(), mappings };
        let mut unknown = None;
        for &address in self.samples.iter().flat_map(|sample| &sample.stack) {
            if !places.rows.contains_key(&address) {
                let row = places.row_of(address, &mut unknown);
                places.rows.insert(address, row);
            }
        }
        Ok(places)
    }
}

impl Places {
    /// Returns the row of an address's mapping; those that are in none share one for all addresses, `unknown`.
    fn row_of(&mut self, address: u64, unknown: &mut Option<usize>) -> Option<usize> {
        if address == 0 {
            return None;
        }
        if let Some(row) = self.mappings.iter().position(|mapping| mapping.has(address)) {
            return Some(row);
        }
        // Of a file that is mapped in parts, some profilers leave out the first ones.
        if let Some(row) = self.mappings.iter().position(|mapping| mapping.has_before(address)) {
            self.mappings[row].begin_with_file();
            return Some(row);
        }
        Some(*unknown.get_or_insert_with(|| {
            self.mappings.push(RawMapping { limit: u64::MAX, ..RawMapping::default() });
            self.mappings.len() - 1
        }))
    }
}

fn mapping(raw: &RawMapping, builder: &mut ProfileBuilder) -> MappingId {
    let (file, build_id) = (builder.string(&raw.file), builder.string(&raw.build_id));
    builder.mapping(Mapping {
        start_address: raw.start,
        limit_address: raw.limit,
        file_offset: raw.offset,
        file,
        build_id,
        ..Mapping::default()
    })
}
