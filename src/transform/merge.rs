//! Several profiles become one.

use std::collections::HashMap;

use hashbrown::HashMap as FastMap;

use super::compatible::check_compatible;
use super::merge_source::Source;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{LabelSetId, Mapping, MappingId, Profile, ProfileBuilder, StackId, StringId, ValueType};

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
    pub(super) builder: ProfileBuilder,
    /// The row of the sample with this stack and these labels.
    pub(super) rows: FastMap<(StackId, LabelSetId), usize>,
    pub(super) mappings: HashMap<MappingKey, (MappingId, u64)>,
    /// The first profile, without its samples: what the others must be compatible with.
    first: Option<Profile>,
    /// How many profiles had little in common with those before them.
    unlike: u32,
}

/// So many samples are taken in together.
///
/// What they are looked up in is too large for a cache once there are many. So each table is asked for all of them
/// in a row, where a processor does not wait for one to be found before it looks for the next.
const BATCH: usize = 512;

/// After so many profiles that have little in common with others, it is not expected of any.
const MOST_UNLIKE: u32 = 8;

/// What makes mappings of different processes the same.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct MappingKey {
    size_bytes: u64,
    file_offset: u64,
    build_id_or_file: String,
}

impl MappingKey {
    /// Makes the key of a mapping.
    pub(super) fn new(profile: &Profile, mapping: &Mapping) -> Self {
        const PAGE: u64 = 0x1000;
        let size = mapping.limit_address.wrapping_sub(mapping.start_address).wrapping_add(PAGE - 1);
        let (build_id, file) = (profile.str(mapping.build_id), profile.str(mapping.file));
        Self {
            size_bytes: size - size % PAGE,
            file_offset: mapping.file_offset,
            build_id_or_file: if build_id.is_empty() { file } else { build_id }.to_owned(),
        }
    }
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
        let has_mappings = !self.mappings.is_empty();
        let may_be_like_others = !self.rows.is_empty() && self.unlike < MOST_UNLIKE;
        let mut source = Source::new(self, profile);
        let is_unlike = may_be_like_others && !source.recognize();
        if !has_mappings && !profile.symbols().mappings().is_empty() {
            // The first mapping is the main program, whether or not a sample uses it.
            source.mapping(MappingId::from_index(0));
        }
        let mut batch = Vec::with_capacity(BATCH);
        let mut samples = profile
            .samples()
            .iter()
            .filter(|sample| zero_samples == ZeroSamples::Keep || sample.values.iter().any(|&value| value != 0));
        loop {
            batch.clear();
            batch.extend(samples.by_ref().take(BATCH));
            if batch.is_empty() {
                break;
            }
            source.merge(&batch);
        }
        self.unlike += u32::from(is_unlike);
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
