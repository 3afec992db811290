//! What is known of a binary's addresses: a table that is made by looking up, and kept.

use std::borrow::Cow;

use super::demangle::{NameStyle, demangle};
use crate::error::Result;
use crate::profile::{Function, FunctionId, Line, Location, LocationId, Profile, ProfileBuilder, StringId};

/// A function at an address, with the place in its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame<'f> {
    /// The name in the binary, such as a mangled one; empty if it is not known.
    pub(crate) name: Cow<'f, str>,
    /// The source file; empty if it is not known.
    pub(crate) file: Cow<'f, str>,
    /// 0 if it is not known.
    pub(crate) line: u32,
    /// 0 if it is not known.
    pub(crate) column: u32,
    /// Line where the function begins; 0 if it is not known.
    pub(crate) start_line: u32,
}

impl<'f> Frame<'f> {
    /// Makes a frame of which only the name is known.
    pub(crate) fn of_symbol(name: &'f str) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

/// Addresses of a binary with their lines, as a profile without samples: its functions have system names, and short
/// ones for readers.
///
/// Addresses of which nothing is known are in it too, without lines.
#[derive(Clone, Debug)]
pub(crate) struct NameTable {
    profile: Profile,
    /// The addresses of the locations, ascending.
    addresses: Vec<u64>,
    /// The location of each of them.
    rows: Vec<LocationId>,
}

impl NameTable {
    /// Makes a table of a profile whose locations are the addresses.
    pub(crate) fn new(profile: Profile) -> Self {
        let locations = profile.symbols().locations();
        let mut rows: Vec<LocationId> = (0..locations.len()).map(LocationId::from_index).collect();
        let address = |id: &LocationId| locations[id.index()].address;
        if !rows.is_sorted_by_key(address) {
            rows.sort_by_key(address);
        }
        Self { addresses: rows.iter().map(address).collect(), rows, profile }
    }

    /// Returns the table as a profile.
    pub(crate) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Returns the lines at an address: an inlined function before its caller; `None` if it was never looked up.
    pub(crate) fn lines(&self, address: u64) -> Option<&[Line]> {
        let row = self.addresses.binary_search(&address).ok()?;
        Some(self.profile.symbols().lines_of(self.rows[row]))
    }

    /// Returns what looks up addresses one after another, which costs little if they ascend.
    pub(crate) fn walk(&self) -> Walk<'_> {
        Walk { table: self, next: 0 }
    }

    /// Returns a string of the table.
    pub(crate) fn str(&self, id: StringId) -> &str {
        self.profile.str(id)
    }
}

/// Lookups in a [`NameTable`].
#[derive(Debug)]
pub(crate) struct Walk<'t> {
    table: &'t NameTable,
    /// Where the next address is if it is the one behind the last.
    next: usize,
}

impl<'t> Walk<'t> {
    /// Does what [`NameTable::lines`] does.
    pub(crate) fn lines(&mut self, address: u64) -> Option<&'t [Line]> {
        let NameTable { profile, addresses, rows } = self.table;
        if addresses.get(self.next) != Some(&address) {
            self.next = addresses.binary_search(&address).ok()?;
        }
        let row = rows[self.next];
        self.next += 1;
        Some(profile.symbols().lines_of(row))
    }
}

/// How long a name may be, in bytes: those of templates can be long, but a broken file must not fill the memory.
const MAX_NAME: usize = 16 << 10;

/// Returns the beginning of a name that is too long, and else all of it.
fn beginning(name: &str) -> &str {
    let end = (0..=MAX_NAME.min(name.len())).rev().find(|&end| name.is_char_boundary(end));
    &name[..end.unwrap_or(0)]
}

/// A [`NameTable`] in the making.
#[derive(Debug, Default)]
pub(crate) struct NameTableBuilder {
    builder: ProfileBuilder,
    /// Lines that are being copied.
    lines: Vec<Line>,
    /// Short names by the row of the system name: each is made once.
    short_names: Vec<Option<StringId>>,
}

impl NameTableBuilder {
    /// Adds an address with its frames, an inlined function before its caller.
    pub(crate) fn add(&mut self, address: u64, frames: &[Frame<'_>]) {
        let line = |frame: &Frame<'_>| {
            let function = self.function(&frame.name, &frame.file, frame.start_line);
            Line { function, line: i64::from(frame.line), column: i64::from(frame.column) }
        };
        let lines: Vec<Line> = frames.iter().map(line).collect();
        self.add_lines(address, &lines);
    }

    /// Adds an address with its lines, an inlined function before its caller.
    pub(crate) fn add_lines(&mut self, address: u64, lines: &[Line]) {
        self.builder.location(Location { address, ..Location::default() }, lines);
    }

    /// Returns the id of a function by its system name, the file that it is seen in, and the line where it begins.
    pub(crate) fn function(&mut self, name: &str, file: &str, start_line: u32) -> FunctionId {
        let system_name = self.builder.string(beginning(name));
        let function = Function {
            name: self.short_name(system_name, beginning(name)),
            system_name,
            filename: self.builder.string(beginning(file)),
            start_line: i64::from(start_line),
        };
        self.builder.function(function)
    }

    /// Returns the short name of a system name.
    fn short_name(&mut self, system_name: StringId, text: &str) -> StringId {
        let row = system_name.index();
        if row >= self.short_names.len() {
            self.short_names.resize(row + 1, None);
        }
        if let Some(known) = self.short_names[row] {
            return known;
        }
        let name = self.builder.string(beginning(&demangle(text, NameStyle::Short)));
        self.short_names[row] = Some(name);
        name
    }

    /// Adds the addresses of another table that `is_wanted` says yes to.
    pub(crate) fn add_table(&mut self, table: &NameTable, is_wanted: impl Fn(u64) -> bool) {
        let symbols = table.profile.symbols();
        let mut known: Vec<Option<FunctionId>> = vec![None; symbols.functions().len()];
        for (&address, &row) in table.addresses.iter().zip(&table.rows).filter(|(address, _)| is_wanted(**address)) {
            self.lines.clear();
            for line in symbols.lines_of(row) {
                let index = line.function.index();
                let function = known[index].unwrap_or_else(|| self.copy_of(table, symbols.functions()[index]));
                known[index] = Some(function);
                self.lines.push(Line { function, ..*line });
            }
            self.builder.location(Location { address, ..Location::default() }, &self.lines);
        }
    }

    fn copy_of(&mut self, table: &NameTable, function: Function) -> FunctionId {
        let copy = Function {
            name: self.builder.string(table.str(function.name)),
            system_name: self.builder.string(table.str(function.system_name)),
            filename: self.builder.string(table.str(function.filename)),
            start_line: function.start_line,
        };
        self.builder.function(copy)
    }

    /// Adds a remark that is kept with the table.
    pub(crate) fn remark(&mut self, text: &str) {
        let text = self.builder.string(text);
        self.builder.header_mut().comments.push(text);
    }

    /// Makes the table.
    pub(crate) fn finish(self) -> Result<NameTable> {
        Ok(NameTable::new(self.builder.build()?))
    }
}
