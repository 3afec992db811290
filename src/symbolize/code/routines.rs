//! The functions of a profile as machine code, each instruction with its place in the source.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::address_names::names_at;
use super::{AddressNames, Instruction, Syntax};
use crate::error::{Error, ErrorKind};
use crate::profile::{Line, LocationId, Profile};
use crate::symbolize::debuginfod::Part;
use crate::symbolize::demangle::{NameStyle, demangle};
use crate::symbolize::locate::{Located, locate};
use crate::symbolize::name_table::{NameTable, NamesView};
use crate::symbolize::object::{AddressMap, Object, Search};
use crate::symbolize::options::{Naming, ResolveOptions};
use crate::symbolize::resolver::Kind;
use crate::symbolize::summary::{BinarySummary, Outcome};
use crate::symbolize::system::vdso;
use crate::symbolize::wanted::{Wanted, wanted};

/// Which functions are wanted as machine code, and how it is written.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CodeOptions {
    /// How instructions of x86 are written.
    pub syntax: Syntax,
    /// An address whose function is wanted too, whatever its name: one of a binary's own.
    pub address: Option<u64>,
}

/// Functions of a profile as machine code.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct MachineCode {
    /// The functions, by binary and address.
    pub routines: Vec<Routine>,
    /// In which function the address of a location is; by location, `None` for those of no function that was wanted.
    pub places: Vec<Option<CodePlace>>,
    /// Binaries that could not be looked at, or not in whole; why not.
    pub failures: Vec<BinarySummary>,
}

/// Where in machine code the address of a location is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodePlace {
    /// The row of the function.
    pub routine: usize,
    /// The address, one of the file's own; it may be inside of an instruction.
    pub address: u64,
}

/// A function as machine code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Routine {
    /// The name for readers.
    pub name: String,
    /// The name in the binary.
    pub system_name: String,
    /// Other names that the binary has for it, for readers; only if it was asked for by its address.
    pub other_names: Vec<String>,
    /// The file that the code was read from.
    pub binary: PathBuf,
    /// Where it is: in the file's own addresses, or in the process if the program made it as it ran.
    pub addresses: Range<u64>,
    /// The instructions, by address.
    pub instructions: Vec<Instruction>,
    /// What each instruction was made of, an inlined function before its caller; empty where nothing tells.
    pub frames: Vec<Vec<CodeFrame>>,
}

/// A function and a place in its source that an instruction was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFrame {
    /// The name for readers.
    pub function: Arc<str>,
    /// The source file; empty if it is not known.
    pub file: Arc<str>,
    /// The line; 0 if it is not known.
    pub line: i64,
}

/// A larger function is none: what is behind so many bytes is left out.
pub(super) const MAX_ROUTINE_BYTES: u64 = 4 << 20;

/// Finds functions of a profile in the binaries of this machine, and returns them as machine code.
///
/// Those that hold an address of the profile are looked at. One is wanted if `is_wanted` says so of its name, for readers
/// or in the binary, or of the name that the profile gives to one of its addresses, such as that of a function that was
/// inlined into it. If the binary has several names for it, it gets the first one that is wanted. If the profile itself has wanted names, binaries without any are not opened. Binaries are found as
/// by [`symbolize`](crate::symbolize::symbolize); other builds are refused.
///
/// Cost: the symbols of each binary that is opened, and its debug information for the functions that are wanted.
pub fn machine_code(
    profile: &Profile,
    resolve: &ResolveOptions,
    options: &CodeOptions,
    is_wanted: impl Fn(&str) -> bool,
) -> MachineCode {
    let locations = profile.symbols().locations().len();
    let named: Vec<bool> = (0..locations).map(|row| has_wanted_name(profile, row, &is_wanted)).collect();
    let (binaries, _) = wanted(profile, Naming::All);
    let is_named =
        |binary: &Wanted<'_>| binary.mappings.iter().any(|mapping| mapping.rows.iter().any(|&row| named[row as usize]));
    let is_known = options.address.is_none() && binaries.iter().any(is_named);
    let mut code = MachineCode { places: vec![None; locations], ..MachineCode::default() };
    for binary in binaries.iter().filter(|binary| !is_known || is_named(binary)) {
        let search = CodeSearch { profile, resolve, options, named: &named, is_wanted: &is_wanted };
        let outcome = match search.add(binary, &mut code) {
            Ok(()) => continue,
            Err(outcome) => outcome,
        };
        let (file, build_id) = (binary.file.to_owned(), binary.build_id.to_owned());
        let addresses = binary.count();
        code.failures.push(BinarySummary { file, build_id, addresses, named: 0, with_lines: 0, outcome });
    }
    code
}

/// Returns whether the profile gives a wanted name to a location.
fn has_wanted_name(profile: &Profile, row: usize, is_wanted: impl Fn(&str) -> bool) -> bool {
    let symbols = profile.symbols();
    symbols.lines_of(LocationId::from_index(row)).iter().any(|line| {
        let function = symbols.functions()[line.function.index()];
        is_wanted(profile.str(function.name)) || is_wanted(profile.str(function.system_name))
    })
}

/// What is looked for in each binary.
pub(super) struct CodeSearch<'c, F> {
    pub(super) profile: &'c Profile,
    pub(super) resolve: &'c ResolveOptions,
    pub(super) options: &'c CodeOptions,
    /// Whether a location has a wanted name in the profile.
    pub(super) named: &'c [bool],
    pub(super) is_wanted: &'c F,
}

impl<F: Fn(&str) -> bool> CodeSearch<'_, F> {
    /// Adds the functions of a binary.
    fn add(&self, wanted: &Wanted<'_>, code: &mut MachineCode) -> Result<(), Outcome> {
        match Kind::of(wanted, self.resolve) {
            Kind::File => {}
            Kind::Vdso => return self.add_vdso(wanted, code),
            Kind::Nameless => return Err(Outcome::Nameless),
            Kind::Jit => return self.add_jitted(wanted, &[PathBuf::from(wanted.file)], code),
            Kind::NoFile if !self.resolve.jit_files.is_empty() => {
                return self.add_jitted(wanted, &self.resolve.jit_files, code);
            }
            Kind::Kernel | Kind::NoFile => return Err(Outcome::NoFile),
        }
        let located = locate(wanted, self.resolve)?;
        let fetched = self.fetched(wanted, &located)?;
        let mut search = located.search();
        if let Some(fetched) = &fetched {
            search = Search { binary: fetched, debug: search.debug.or(Some(search.binary)), ..search };
        }
        self.add_code(wanted, search, code).map_err(|error| Outcome::Unusable(error.to_string()))
    }

    /// Adds functions of the code that the system maps into programs, which is the same in this one.
    fn add_vdso(&self, wanted: &Wanted<'_>, code: &mut MachineCode) -> Result<(), Outcome> {
        let vdso = vdso().map_err(|error| Outcome::Unusable(error.to_string()))?;
        if vdso.build_id() != wanted.build_id {
            return Err(Outcome::OtherBuild(vec![(vdso.path().into(), vdso.build_id().into())]));
        }
        let search = Search { binary: &vdso, debug: None, common: None, package: None };
        self.add_code(wanted, search, code).map_err(|error| Outcome::Unusable(error.to_string()))
    }

    /// Asks for the binary itself if only its debug information was found.
    fn fetched(&self, wanted: &Wanted<'_>, located: &Located) -> Result<Option<Object>, Outcome> {
        if located.search().binary.has_code() {
            return Ok(None);
        }
        let servers = self.resolve.debuginfod.as_ref();
        let place = servers.and_then(|servers| servers.find(wanted.build_id, Part::Executable).ok()?);
        let object = place.and_then(|place| Object::open(place).ok());
        let is_it = |object: &Object| object.has_code() && object.build_id() == wanted.build_id;
        object.filter(is_it).map(Some).ok_or_else(|| {
            let path = located.search().binary.path().display().to_string();
            Outcome::Unusable(format!("{path} has debug information and no machine code; the binary itself is missing"))
        })
    }

    fn add_code(&self, wanted: &Wanted<'_>, search: Search<'_>, code: &mut MachineCode) -> Result<(), Error> {
        let names = AddressNames::of(search.binary, search.debug, self.resolve.names);
        let rows = self.rows_by_function(wanted, search.binary, &names)?;
        let starts = names.starts();
        if starts.is_empty() {
            let message = format!("{} has no symbols that say where functions begin", search.binary.path().display());
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        let first = code.routines.len();
        let objects = [Some(search.binary), search.debug].into_iter().flatten();
        let names_at = names_at(objects, |address| rows.contains_key(&address));
        for (start, rows) in rows {
            let Some(symbol) = names.function_at(start) else { continue };
            let end = match symbol.size() {
                0 => starts.get(starts.partition_point(|&other| other <= start)).copied().unwrap_or(u64::MAX),
                size => start.saturating_add(size),
            };
            let addresses = start..self.end_in(search.binary, start, end);
            let is_asked = self.options.address.is_some_and(|address| addresses.contains(&address));
            let aliases = names_at.get(&start).into_iter().flatten().map(String::as_str);
            let mut all = aliases.clone().chain([symbol.name()]);
            let wanted =
                all.find(|name| (self.is_wanted)(name) || (self.is_wanted)(&demangle(name, self.resolve.names)));
            let system_name = match wanted {
                _ if is_asked => aliases.clone().next().unwrap_or(symbol.name()),
                Some(wanted) => wanted,
                None if rows.iter().any(|&(row, _)| self.named[row]) => symbol.name(),
                None => continue,
            };
            let others = aliases.filter(|&name| is_asked && name != system_name);
            let other_names = others.map(|name| demangle(name, self.resolve.names).into_owned()).collect();
            let routine = code.routines.len();
            for (row, address) in rows {
                code.places[row] = Some(CodePlace { routine, address });
            }
            code.routines.push(Routine {
                instructions: search.binary.instructions(addresses.clone(), self.options.syntax, &names)?,
                name: demangle(system_name, self.resolve.names).into_owned(),
                system_name: system_name.to_owned(),
                other_names,
                binary: search.binary.path().to_owned(),
                addresses,
                frames: Vec::new(),
            });
        }
        add_frames(&mut code.routines[first..], self.resolve.names, |addresses| search.names(addresses))
    }

    /// Returns the locations of each function with their addresses in the file, by where the function begins.
    fn rows_by_function(
        &self,
        wanted: &Wanted<'_>,
        binary: &Object,
        names: &AddressNames,
    ) -> Result<BTreeMap<u64, Vec<(usize, u64)>>, Error> {
        let mut functions: BTreeMap<u64, Vec<(usize, u64)>> = BTreeMap::new();
        let mut misfit = None;
        for mapping in &wanted.mappings {
            let map = AddressMap::new(binary, mapping.range);
            for &row in &mapping.rows {
                match map.object_address(self.profile.symbols().locations()[row as usize].address) {
                    Ok(address) => {
                        if let Some(symbol) = names.function_at(address) {
                            functions.entry(symbol.address()).or_default().push((row as usize, address));
                        }
                    }
                    Err(error) => misfit = misfit.or(Some(error)),
                }
            }
        }
        match misfit {
            Some(misfit) if functions.is_empty() => Err(misfit),
            _ => Ok(functions),
        }
    }

    /// Returns where a function ends at the latest: what is behind its segment's bytes is not in the file.
    fn end_in(&self, binary: &Object, start: u64, end: u64) -> u64 {
        let segment = binary
            .segments()
            .iter()
            .find(|segment| start.checked_sub(segment.address).is_some_and(|skipped| skipped < segment.file_size));
        let in_file = segment.map_or(start, |segment| segment.address.saturating_add(segment.file_size));
        end.min(in_file).min(start.saturating_add(MAX_ROUTINE_BYTES))
    }
}

/// Looks up the places in the source of all instructions.
pub(super) fn add_frames(
    routines: &mut [Routine],
    style: NameStyle,
    look_up: impl FnOnce(&[u64]) -> Result<NameTable, Error>,
) -> Result<(), Error> {
    let instructions = routines.iter().flat_map(|routine| &routine.instructions);
    let addresses: BTreeSet<u64> = instructions.map(|instruction| instruction.address).collect();
    let table = look_up(&addresses.into_iter().collect::<Vec<u64>>())?;
    let table = table.view();
    let mut texts = Texts { table, known: BTreeMap::new() };
    for routine in routines {
        let frames = |instruction: &Instruction| {
            let lines = table.lines(instruction.address).into_iter().flatten();
            lines.map(|line| texts.frame(line, |name| demangle(name, style).into())).collect()
        };
        routine.frames = routine.instructions.iter().map(frames).collect();
    }
    Ok(())
}

/// The texts of a table of names, each made once.
struct Texts<'t> {
    table: NamesView<'t>,
    /// Name and file by function.
    known: BTreeMap<usize, (Arc<str>, Arc<str>)>,
}

impl Texts<'_> {
    fn frame(&mut self, line: Line, readable: impl Fn(&str) -> Arc<str>) -> CodeFrame {
        let row = line.function.index();
        let (function, file) = self.known.entry(row).or_insert_with(|| {
            let function = self.table.function(line.function);
            (readable(self.table.str(function.system_name)), self.table.str(function.filename).into())
        });
        CodeFrame { function: Arc::clone(function), file: Arc::clone(file), line: line.line }
    }
}
