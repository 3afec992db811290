//! Functions, files and lines from DWARF.

use std::borrow::Cow;
use std::collections::HashMap;

use addr2line::gimli::{
    self, AbbreviationsCacheStrategy, DwarfSections, EndianSlice, RunTimeEndian, SectionId, UnitRef,
};
use addr2line::{Context, FrameIter, LookupContinuation, LookupResult};
use object::Object as _;

use super::first_lines::FirstLines;
use super::sections;
use super::split::{Missing, SplitFiles, SplitReader};
use crate::symbolize::names::Frame;

pub(super) type Endian = RunTimeEndian;
pub(super) type Slice<'d> = EndianSlice<'d, Endian>;
pub(super) type SectionBytes<'d> = DwarfSections<Cow<'d, [u8]>>;

/// The debug information of a binary, inflated where it was compressed.
pub(super) struct DebugInformation<'d> {
    endian: Endian,
    sections: SectionBytes<'d>,
    /// What several binaries' debug information has in common, in a file of its own.
    common: Option<SectionBytes<'d>>,
}

impl<'d> DebugInformation<'d> {
    /// Collects the sections of `file`, and those of the file with what is common.
    pub(super) fn new(file: &object::File<'d>, common: Option<&object::File<'d>>) -> Self {
        let common = common.map(|common| load(common, |id| Some(id.name())));
        Self { endian: endian_of(file), sections: load(file, |id| Some(id.name())), common }
    }

    /// Makes ready to look up addresses; each thread needs its own.
    pub(super) fn lines<'s>(&'s self, split: &'s SplitFiles<'_>) -> Option<Lines<'s>> {
        let mut dwarf = self.sections.borrow(|bytes| EndianSlice::new(bytes, self.endian));
        if let Some(common) = &self.common {
            dwarf.set_sup(common.borrow(|bytes| EndianSlice::new(bytes, self.endian)));
        }
        dwarf.populate_abbreviations_cache(AbbreviationsCacheStrategy::Duplicates);
        let context = Context::from_dwarf(dwarf).ok()?;
        Some(Lines { context, split: split.reader(), missing: HashMap::new(), first_lines: FirstLines::default() })
    }
}

/// Returns the byte order of a file.
pub(super) fn endian_of(file: &object::File<'_>) -> Endian {
    if file.is_little_endian() { Endian::Little } else { Endian::Big }
}

/// Reads the sections of a file by the names that `name` gives them.
pub(super) fn load<'d>(file: &object::File<'d>, name: impl Fn(SectionId) -> Option<&'static str>) -> SectionBytes<'d> {
    let section = |id| Ok::<_, gimli::Error>(name(id).map_or(Cow::default(), |name| sections::bytes(file, name)));
    DwarfSections::load(section).unwrap_or_else(|_| unreachable!("reading a section does not fail"))
}

/// Looks up addresses in debug information, parsing units as they are needed.
pub(super) struct Lines<'s> {
    context: Context<Slice<'s>>,
    split: SplitReader<'s>,
    /// Split files that would have been needed, by id.
    missing: HashMap<u64, Missing>,
    first_lines: FirstLines<'s>,
}

impl<'s> Lines<'s> {
    /// Appends the frames at an address, an inlined function before its caller; none if nothing is known of it.
    ///
    /// Broken debug information is like none.
    pub(super) fn find<'l>(&'l mut self, address: u64, frames: &mut Vec<Frame<'l>>) {
        // There is no address behind it, which the context would compute.
        if address == u64::MAX {
            return;
        }
        let found = answer(self.context.find_frames(address), &self.split, &mut self.missing);
        let Ok(mut found) = found else { return };
        let unit = answer(self.context.find_dwarf_and_unit(address), &self.split, &mut self.missing);
        collect(&mut found, unit.as_ref(), &mut self.first_lines, frames);
    }

    /// Returns the split files that would have told more.
    pub(super) fn missing(self) -> Vec<Missing> {
        self.missing.into_values().collect()
    }
}

/// Goes on with a lookup until it has its answer.
fn answer<'s, L: LookupContinuation<Buf = Slice<'s>>>(
    mut result: LookupResult<L>,
    split: &SplitReader<'s>,
    missing: &mut HashMap<u64, Missing>,
) -> L::Output {
    loop {
        match result {
            LookupResult::Output(output) => return output,
            LookupResult::Load { load, continuation } => {
                let loaded = split.load(&load).map_err(|file| {
                    if let Some(file) = file {
                        missing.insert(file.id, file);
                    }
                });
                result = continuation.resume(loaded.ok());
            }
        }
    }
}

fn collect<'c, 's: 'c>(
    found: &mut FrameIter<'c, Slice<'s>>,
    unit: Option<&UnitRef<'_, Slice<'s>>>,
    first_lines: &mut FirstLines<'s>,
    frames: &mut Vec<Frame<'c>>,
) {
    while let Ok(Some(frame)) = found.next() {
        let name = frame.function.map_or(Cow::default(), |function| String::from_utf8_lossy(function.name.slice()));
        let start_line = match (unit, frame.dw_die_offset) {
            (Some(unit), Some(function)) => first_lines.of(unit, function),
            _ => 0,
        };
        let place = frame.location.as_ref();
        frames.push(Frame {
            name,
            file: place.and_then(|place| place.file).unwrap_or_default().into(),
            line: place.and_then(|place| place.line).unwrap_or(0),
            column: place.and_then(|place| place.column).unwrap_or(0),
            start_line,
        });
    }
}
