//! What a stack is made of: mappings, locations, lines, functions.

use super::{FunctionId, LocationId, MappingId, Ragged, StringId};

/// A binary or another file that was mapped into the process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mapping {
    /// First address.
    pub start_address: u64,
    /// One past the last address.
    pub limit_address: u64,
    /// Where `start_address` lies in the file, in bytes.
    pub file_offset: u64,
    /// The file's path, or a name such as `[vdso]`.
    pub file: StringId,
    /// The file's build id in hexadecimal digits, or the empty string.
    pub build_id: StringId,
    /// How much of the mapping's addresses the profile resolves.
    pub resolved: Resolved,
}

/// What symbolization has added to the locations of a mapping (the format's `has_*` flags).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Resolved {
    /// Functions have names.
    pub functions: bool,
    /// Functions have file names.
    pub filenames: bool,
    /// Lines have numbers.
    pub line_numbers: bool,
    /// Inlined calls have lines of their own.
    pub inline_frames: bool,
}

/// A function of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Function {
    /// The name for readers.
    pub name: StringId,
    /// The name in the binary, such as a mangled one.
    pub system_name: StringId,
    /// The source file.
    pub filename: StringId,
    /// Line where the function starts; 0 if not known.
    pub start_line: i64,
}

/// An address of the program, or what stands for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Location {
    /// The address in the process; 0 if not known.
    pub address: u64,
    /// The mapping that holds the address.
    pub mapping: Option<MappingId>,
    /// Whether several symbols share the address, as after identical code folding.
    pub is_folded: bool,
}

/// A line of source at a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// The function the line is in.
    pub function: FunctionId,
    /// Line number in the function's file; 0 if not known.
    pub line: i64,
    /// Column in the line; 0 if not known.
    pub column: i64,
}

/// The mappings, functions and locations of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbols {
    /// The first one is the main program, if there is any.
    pub(crate) mappings: Vec<Mapping>,
    pub(crate) functions: Vec<Function>,
    pub(crate) locations: Vec<Location>,
    /// Lines of each location: an inlined function before its caller. One list a location.
    pub(crate) lines: Ragged<Line>,
    pub(crate) file_ids: FileIds,
}

/// The ids that the tables had in the file, where these are not 1, 2, 3…
///
/// Only writing and dumps need them: a profile that is read and written keeps its numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileIds {
    pub(crate) mappings: Option<Box<[u64]>>,
    pub(crate) functions: Option<Box<[u64]>>,
    pub(crate) locations: Option<Box<[u64]>>,
}

impl FileIds {
    /// Gives so many functions ids that were appended.
    #[cfg(feature = "symbolize")]
    pub(crate) fn push_functions(&mut self, count: usize) {
        push_file_ids(&mut self.functions, count);
    }

    /// Returns the number that a function has in files.
    #[inline]
    pub(crate) fn function(&self, function: FunctionId) -> u64 {
        file_id(self.functions.as_deref(), function.index())
    }
}

/// Gives new last rows ids that no other one has, or all rows new ones if ids are used up.
fn push_file_ids(ids: &mut Option<Box<[u64]>>, count: usize) {
    let Some(old) = ids.take() else { return };
    let max = old.iter().max().copied().unwrap_or(0);
    let last = max.checked_add(count as u64);
    *ids = last.map(|last| old.iter().copied().chain((max..last).map(|id| id + 1)).collect());
}

fn file_id(ids: Option<&[u64]>, index: usize) -> u64 {
    ids.map_or(index as u64 + 1, |ids| ids[index])
}

impl Symbols {
    /// Returns the mappings; the first one is the main program.
    pub fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    /// Returns the functions.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// Returns the locations.
    pub fn locations(&self) -> &[Location] {
        &self.locations
    }

    /// Returns the lines of all locations, one list each: an inlined function before its caller.
    pub fn lines(&self) -> &Ragged<Line> {
        &self.lines
    }

    /// Returns the lines of one location: an inlined function before its caller.
    #[inline]
    pub fn lines_of(&self, location: LocationId) -> &[Line] {
        self.lines.get(location.index())
    }

    /// Appends a function, whether or not the table has it.
    pub(crate) fn push_function(&mut self, function: Function) -> FunctionId {
        push_file_ids(&mut self.file_ids.functions, 1);
        self.functions.push(function);
        FunctionId::from_index(self.functions.len() - 1)
    }

    /// Appends a location with its lines, whether or not the table has it.
    pub(crate) fn push_location(&mut self, location: Location, lines: impl IntoIterator<Item = Line>) -> LocationId {
        push_file_ids(&mut self.file_ids.locations, 1);
        self.locations.push(location);
        LocationId::from_index(self.lines.push(lines))
    }

    /// Returns the number that a mapping has in files.
    pub fn mapping_file_id(&self, mapping: MappingId) -> u64 {
        file_id(self.file_ids.mappings.as_deref(), mapping.index())
    }

    /// Returns the number that a function has in files.
    pub fn function_file_id(&self, function: FunctionId) -> u64 {
        self.file_ids.function(function)
    }

    /// Returns the number that a location has in files.
    pub fn location_file_id(&self, location: LocationId) -> u64 {
        file_id(self.file_ids.locations.as_deref(), location.index())
    }
}
