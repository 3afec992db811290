//! Which addresses of a profile want names.

use super::object::MappedRange;
use super::options::Naming;
use crate::profile::{Mapping, MappingId, Profile};

/// A binary of a profile, with the addresses in it that want names.
#[derive(Debug)]
pub(crate) struct Wanted<'p> {
    /// The file's path, or what stands for one.
    pub(crate) file: &'p str,
    pub(crate) build_id: &'p str,
    /// Whether it is the first mapping of the profile, which is the main program's.
    pub(crate) is_main: bool,
    pub(crate) mappings: Vec<WantedMapping>,
}

/// A mapping of a binary.
#[derive(Debug)]
pub(crate) struct WantedMapping {
    pub(crate) id: MappingId,
    pub(crate) range: MappedRange,
    /// Rows of locations.
    pub(crate) rows: Vec<u32>,
}

impl Wanted<'_> {
    /// Returns how many addresses want names.
    pub(crate) fn count(&self) -> usize {
        self.mappings.iter().map(|mapping| mapping.rows.len()).sum()
    }
}

/// Returns the binaries with addresses that want names, and how many addresses are in no mapping.
///
/// Cost: one pass over the locations; nothing else if they have names.
pub(crate) fn wanted(profile: &Profile, naming: Naming) -> (Vec<Wanted<'_>>, usize) {
    let symbols = profile.symbols();
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); symbols.mappings().len()];
    let mut homeless = 0;
    for (row, location) in symbols.locations().iter().enumerate() {
        if location.address == 0 || naming == Naming::Missing && !symbols.lines().get(row).is_empty() {
            continue;
        }
        match location.mapping {
            Some(mapping) if wants_names(&symbols.mappings()[mapping.index()], naming) => {
                rows[mapping.index()].push(row as u32); // Locations have ids of 32 bits.
            }
            Some(_) => {}
            None => homeless += 1,
        }
    }
    let mut binaries: Vec<Wanted<'_>> = Vec::new();
    for (index, mapping) in symbols.mappings().iter().enumerate() {
        let id = MappingId::from_index(index);
        let rows = std::mem::take(&mut rows[index]);
        if rows.is_empty() {
            continue;
        }
        let range = MappedRange {
            start: mapping.start_address,
            limit: mapping.limit_address,
            file_offset: mapping.file_offset,
        };
        let wanted_mapping = WantedMapping { id, range, rows };
        let (file, build_id, is_main) = (profile.str(mapping.file), profile.str(mapping.build_id), index == 0);
        match binaries.iter_mut().find(|binary| (binary.file, binary.build_id) == (file, build_id)) {
            Some(binary) => binary.mappings.push(wanted_mapping),
            None => binaries.push(Wanted { file, build_id, is_main, mappings: vec![wanted_mapping] }),
        }
    }
    (binaries, homeless)
}

/// Returns whether a mapping's addresses were never resolved; what the profile says of itself is believed, as pprof does.
fn wants_names(mapping: &Mapping, naming: Naming) -> bool {
    let resolved = mapping.resolved;
    naming == Naming::All || !(resolved.functions || resolved.filenames || resolved.line_numbers)
}
