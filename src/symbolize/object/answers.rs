//! What the units of debug information answer.

use std::sync::Arc;

use gimli::{Dwarf, Unit, UnitRef};
use hashbrown::HashMap;

use super::dwarf::{DebugInformation, Slice};
use super::entries::Entry;
use super::functions::{Functions, NONE};
use super::origins::{Origin, Origins};
use super::paths;
use super::rows::{Row, rows_of};
use super::split::SplitReader;
use super::units::Candidate;

/// How many inlined calls an address may be in; of more, the innermost count. A broken file may nest very many, and say
/// so of each address.
const MAX_CALLS: usize = 1 << 10;

/// A function in the source file that it is seen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FoundFunction<'s> {
    /// Empty if it is not known.
    pub(super) name: &'s [u8],
    /// Row of the files, or [`NONE`].
    pub(super) file: u32,
    /// 0 if it is not known.
    pub(super) start_line: u32,
}

/// A place in a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FoundFrame {
    /// Row of the unit's functions.
    pub(super) function: u32,
    /// 0 if it is not known.
    pub(super) line: u32,
    /// 0 if it is not known.
    pub(super) column: u32,
}

/// The frames of an address, an inlined function before its caller.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// Which of several answers counts: the one with the least.
    rank: (u64, usize),
    /// Row of the candidate that answered.
    pub(super) candidate: usize,
    pub(super) frames: Box<[FoundFrame]>,
}

/// An address that is asked for: its row, and where the range of the unit ends that it is in.
pub(super) type Wanted = (usize, u64);

/// An address that is answered: the row, the end of the range, and the frames.
pub(super) type Answered = (usize, u64, Box<[FoundFrame]>);

/// The best answer for each address.
#[derive(Debug)]
pub(super) struct Answers(Vec<Option<Answer>>);

impl Answers {
    pub(super) fn new(count: usize) -> Self {
        Self(vec![None; count])
    }

    /// Returns the addresses that a unit may know better.
    ///
    /// Ranges of several units may hold an address; the one that ends first is the narrower, most often.
    pub(super) fn wanted(&self, candidate: &Candidate) -> Vec<Wanted> {
        let is_better =
            |&(row, end): &Wanted| self.0[row].as_ref().is_none_or(|answer| (end, candidate.unit) < answer.rank);
        candidate.rows().filter(is_better).collect()
    }

    /// Takes what a candidate answered.
    pub(super) fn take(&mut self, candidate: usize, unit: usize, answered: Vec<Answered>) {
        for (row, end, frames) in answered {
            let rank = (end, unit);
            if self.0[row].as_ref().is_none_or(|answer| rank < answer.rank) {
                self.0[row] = Some(Answer { rank, candidate, frames });
            }
        }
    }

    /// Returns the answers by address.
    pub(super) fn into_inner(self) -> Vec<Option<Answer>> {
        self.0
    }
}

/// The functions and files that the answers of a unit are of.
#[derive(Debug, Default)]
pub(super) struct UnitTable<'s> {
    pub(super) functions: Vec<FoundFunction<'s>>,
    pub(super) files: Vec<String>,
}

impl<'s> UnitTable<'s> {
    /// Asks a unit for addresses.
    pub(super) fn of(
        information: &DebugInformation<'s>,
        row: usize,
        wanted: &[Wanted],
        addresses: &[u64],
        split: &SplitReader<'s>,
    ) -> (Self, Vec<Answered>) {
        let Some(unit) = information.unit(row).filter(|_| !wanted.is_empty()) else { return Default::default() };
        let skeleton = UnitRef::new(&information.dwarf, &unit);
        let asked: Vec<u64> = wanted.iter().map(|&(row, _)| addresses[row]).collect();
        let rows = rows_of(&skeleton, &asked);
        let dwo = split.load(&skeleton).and_then(Result::ok).and_then(|dwarf| dwo_unit(dwarf, &unit));
        let with_functions = dwo.as_ref().map_or(skeleton, |(dwarf, unit)| UnitRef::new(dwarf, unit));
        let functions = Functions::find(with_functions, &asked);
        let mut origins = Origins::new(with_functions, information);
        let of_functions: Vec<Origin<'s>> = functions.functions.iter().map(|entry| origins.of(entry)).collect();
        let of_calls: Vec<Origin<'s>> = functions.calls.iter().map(|call| origins.of(&call.entry)).collect();
        let mut tables = Tables { skeleton, table: Self::default(), files: HashMap::new(), functions: HashMap::new() };
        let mut answered = Vec::with_capacity(wanted.len());
        let mut frames = Vec::new();
        for ((&(row, end), place), row_found) in wanted.iter().zip(&functions.places).zip(rows) {
            if place.function == NONE && row_found.is_none() {
                continue;
            }
            let mut at = tables.place(row_found);
            let mut call = place.call;
            while call != NONE {
                let inlined = &functions.calls[call as usize];
                if frames.len() < MAX_CALLS {
                    frames.push(tables.frame(of_calls[call as usize], at));
                }
                at = tables.place_of_call(&inlined.entry);
                call = inlined.outer;
            }
            let outermost = of_functions.get(place.function as usize).copied().unwrap_or_default();
            frames.push(tables.frame(outermost, at));
            answered.push((row, end, frames.as_slice().into()));
            frames.clear();
        }
        (tables.table, answered)
    }
}

/// Makes a split file's unit ready, which has the functions of the unit in the main file.
fn dwo_unit<'s>(
    dwarf: Arc<Dwarf<Slice<'s>>>,
    main: &Unit<Slice<'s>>,
) -> Option<(Arc<Dwarf<Slice<'s>>>, Unit<Slice<'s>>)> {
    let header = dwarf.units().next().ok()??;
    let mut unit = dwarf.unit(header).ok()?;
    unit.copy_relocated_attributes(main);
    Some((dwarf, unit))
}

/// Where a frame is in its source.
#[derive(Clone, Copy)]
struct Place {
    /// Row of the files, or [`NONE`].
    file: u32,
    line: u32,
    column: u32,
}

/// A [`UnitTable`] in the making.
struct Tables<'u, 's> {
    skeleton: UnitRef<'u, Slice<'s>>,
    table: UnitTable<'s>,
    /// By the rows of the unit's own table.
    files: HashMap<u64, u32>,
    /// By where the name lies, its length, the line where the function begins, and the file.
    functions: HashMap<(*const u8, usize, u32, u32), u32>,
}

impl<'s> Tables<'_, 's> {
    fn place(&mut self, row: Option<Row>) -> Place {
        row.map_or(Place { file: NONE, line: 0, column: 0 }, |row| Place {
            file: self.file(row.file),
            line: row.line,
            column: row.column,
        })
    }

    fn place_of_call(&mut self, call: &Entry<'s>) -> Place {
        let file = call.call_file.map_or(NONE, |file| self.file(file));
        Place { file, line: call.call_line, column: call.call_column }
    }

    fn frame(&mut self, origin: Origin<'s>, place: Place) -> FoundFrame {
        let name = origin.name.map_or(&[][..], |name| name.slice());
        let start_line = origin.line.unwrap_or(0);
        let functions = &mut self.table.functions;
        let key = (name.as_ptr(), name.len(), start_line, place.file);
        let function = *self.functions.entry(key).or_insert_with(|| {
            functions.push(FoundFunction { name, file: place.file, start_line });
            functions.len() as u32 - 1
        });
        FoundFrame { function, line: place.line, column: place.column }
    }

    fn file(&mut self, file: u64) -> u32 {
        let (skeleton, files) = (&self.skeleton, &mut self.table.files);
        *self.files.entry(file).or_insert_with(|| {
            files.push(paths::path(skeleton, file));
            files.len() as u32 - 1
        })
    }
}
