//! Functions, files and lines from DWARF.

use std::borrow::Cow;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gimli::{AbbreviationsCacheStrategy, Dwarf, DwarfSections, EndianSlice, RunTimeEndian, SectionId, Unit, UnitRef};
use object::Object as _;

use super::answers::{Answer, Answers, UnitTable};
use super::sections;
use super::split::{Missing, SplitFiles};
use super::units::{Candidate, Units};

pub(super) type Endian = RunTimeEndian;
pub(super) type Slice<'d> = EndianSlice<'d, Endian>;
pub(super) type SectionBytes<'d> = DwarfSections<Cow<'d, [u8]>>;

/// The sections with the debug information of a binary, inflated where they were compressed.
pub(super) struct DebugSections<'d> {
    endian: Endian,
    sections: SectionBytes<'d>,
    /// What several binaries' debug information has in common, in a file of its own.
    common: Option<SectionBytes<'d>>,
}

impl<'d> DebugSections<'d> {
    /// Collects the sections of `file`, and those of the file with what is common.
    pub(super) fn new(file: &object::File<'d>, common: Option<&object::File<'d>>) -> Self {
        let common = common.map(|common| load(common, |id| Some(id.name())));
        Self { endian: endian_of(file), sections: load(file, |id| Some(id.name())), common }
    }

    /// Finds the units.
    pub(super) fn information(&self) -> DebugInformation<'_> {
        let borrow = |sections| borrow(sections, self.endian);
        let mut dwarf = borrow(&self.sections);
        if let Some(common) = &self.common {
            dwarf.set_sup(borrow(common));
        }
        dwarf.populate_abbreviations_cache(AbbreviationsCacheStrategy::Duplicates);
        let units = Units::of(&dwarf);
        let common_units = dwarf.sup().map(Units::of);
        DebugInformation { dwarf, units, common_units }
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

/// Looks at sections where they lie.
pub(super) fn borrow<'s>(sections: &'s SectionBytes<'_>, endian: Endian) -> Dwarf<Slice<'s>> {
    sections.borrow(|bytes| EndianSlice::new(bytes, endian))
}

/// A thread is worth its start only if it has so many addresses to look up.
const MIN_ADDRESSES_A_THREAD: usize = 512;

/// What was found of addresses.
pub(super) struct Found<'s> {
    /// The functions and files of each candidate.
    pub(super) tables: Vec<UnitTable<'s>>,
    /// By address; `None` if nothing is known.
    pub(super) answers: Vec<Option<Answer>>,
}

/// The units of a binary's debug information.
pub(super) struct DebugInformation<'s> {
    pub(super) dwarf: Dwarf<Slice<'s>>,
    pub(super) units: Units<'s>,
    common_units: Option<Units<'s>>,
}

impl<'s> DebugInformation<'s> {
    /// Returns what is common, if there is such a file.
    pub(super) fn common(&self) -> Option<(&Dwarf<Slice<'s>>, &Units<'s>)> {
        self.dwarf.sup().zip(self.common_units.as_ref())
    }

    /// Returns the units that may know some of the addresses, which are ascending.
    pub(super) fn candidates(&self, addresses: &[u64]) -> Vec<Candidate> {
        self.units.candidates(addresses)
    }

    /// Reads a unit.
    pub(super) fn unit(&self, row: usize) -> Option<Unit<Slice<'s>>> {
        self.dwarf.unit(self.units.header(row)).ok()
    }

    /// Returns the split files that are needed and not there.
    pub(super) fn missing(&self, candidates: &[Candidate], split: &SplitFiles<'_>) -> Vec<Missing> {
        let reader = split.reader();
        let missing = |candidate: &Candidate| {
            let unit = self.unit(candidate.unit)?;
            reader.load(&UnitRef::new(&self.dwarf, &unit))?.err().flatten()
        };
        let mut missing: Vec<Missing> =
            candidates.iter().filter(|candidate| candidate.is_split).filter_map(missing).collect();
        missing.sort_by_key(|file| file.id);
        missing.dedup_by_key(|file| file.id);
        missing
    }

    /// Looks up addresses, which are ascending, in the units that may know them; several at the same time if there is
    /// much to do.
    ///
    /// Each unit is read once, and what it takes is given back before the next one is read.
    pub(super) fn look_up(&self, addresses: &[u64], candidates: &[Candidate], split: &'s SplitFiles<'_>) -> Found<'s> {
        let answers = Mutex::new(Answers::new(addresses.len()));
        let tables: Vec<Mutex<UnitTable<'s>>> = candidates.iter().map(|_| Mutex::default()).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let reader = split.reader();
            loop {
                let row = next.fetch_add(1, Ordering::Relaxed);
                let Some((candidate, table)) = candidates.get(row).zip(tables.get(row)) else { break };
                let wanted = answers.lock().expect("nobody panics with it").wanted(candidate);
                let (found, answered) = UnitTable::of(self, candidate.unit, &wanted, addresses, &reader);
                *table.lock().expect("nobody panics with it") = found;
                answers.lock().expect("nobody panics with it").take(row, candidate.unit, answered);
            }
        };
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = (addresses.len() / MIN_ADDRESSES_A_THREAD).clamp(1, cores.min(candidates.len().max(1)));
        thread::scope(|scope| {
            for _ in 1..threads {
                let worker = thread::Builder::new().name("rpprof-symbols".to_owned());
                // Without it the others do its work.
                let _ = worker.spawn_scoped(scope, work);
            }
            work();
        });
        let open = |table: Mutex<_>| table.into_inner().expect("nobody panics with it");
        Found {
            tables: tables.into_iter().map(open).collect(),
            answers: answers.into_inner().expect("nobody panics with it").into_inner(),
        }
    }
}
