//! What is looked up of a binary's addresses becomes a table.

use std::borrow::Cow;

use super::demangle::{NameStyle, demangle};
use super::name_order::NamedFunctions;
use super::name_table::{NameTable, NamesView, Parts};
use crate::profile::{Function, FunctionId, Interner, Line, Ragged, StringId, StringTable};

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

/// How long a name may be, in bytes: those of templates can be long, but a broken file must not fill the memory.
const MAX_NAME: usize = 16 << 10;

/// Returns the beginning of a name that is too long, and else all of it.
fn beginning(name: &str) -> &str {
    let end = (0..=MAX_NAME.min(name.len())).rev().find(|&end| name.is_char_boundary(end));
    &name[..end.unwrap_or(0)]
}

/// A [`NameTable`] in the making: equal strings and functions are kept once.
#[derive(Debug, Default)]
pub(crate) struct NameTableBuilder {
    addresses: Vec<u64>,
    /// By row of `addresses`.
    lines: Ragged<Line>,
    functions: Vec<Function>,
    known_functions: Interner,
    strings: StringTable,
    known_strings: Interner,
    /// Short names by the row of the system name: each is made once.
    short_names: Vec<Option<StringId>>,
    origin: String,
}

impl NameTableBuilder {
    /// Adds an address that is not there yet with its frames, an inlined function before its caller.
    pub(crate) fn add(&mut self, address: u64, frames: &[Frame<'_>]) {
        for frame in frames {
            let function = self.function(&frame.name, &frame.file, frame.start_line);
            self.lines.open().push(Line { function, line: i64::from(frame.line), column: i64::from(frame.column) });
        }
        self.add_lines(address, &[]);
    }

    /// Adds an address that is not there yet with its lines, an inlined function before its caller.
    pub(crate) fn add_lines(&mut self, address: u64, lines: &[Line]) {
        self.addresses.push(address);
        self.lines.push(lines.iter().copied());
    }

    /// Returns the id of a function by its system name, the file that it is seen in, and the line where it begins.
    pub(crate) fn function(&mut self, name: &str, file: &str, start_line: u32) -> FunctionId {
        let system_name = self.string(beginning(name));
        let function = Function {
            name: self.short_name(system_name, beginning(name)),
            system_name,
            filename: self.string(beginning(file)),
            start_line: i64::from(start_line),
        };
        self.function_id(function)
    }

    fn function_id(&mut self, function: Function) -> FunctionId {
        let rows = &mut self.functions;
        let hash = self.known_functions.hash(&function);
        let row = self.known_functions.find(hash, |row| rows[row] == function).unwrap_or_else(|| {
            rows.push(function);
            self.known_functions.insert(hash, rows.len() - 1);
            rows.len() - 1
        });
        FunctionId::from_index(row)
    }

    fn string(&mut self, text: &str) -> StringId {
        if text.is_empty() {
            return StringId::EMPTY;
        }
        let hash = self.known_strings.hash(text);
        let table = &mut self.strings;
        if let Some(row) = self.known_strings.find(hash, |row| table.get(StringId::from_index(row)) == text) {
            return StringId::from_index(row);
        }
        let id = table.push(text);
        self.known_strings.insert(hash, id.index());
        id
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
        let name = self.string(beginning(&demangle(text, NameStyle::Short)));
        self.short_names[row] = Some(name);
        name
    }

    /// Adds the addresses of another table that `is_wanted` says yes to.
    pub(crate) fn add_table(&mut self, table: &NameTable, is_wanted: impl Fn(u64) -> bool) {
        let table = table.view();
        let mut known: Vec<Option<FunctionId>> = vec![None; table.function_count()];
        for row in (0..table.len()).filter(|&row| is_wanted(table.address(row))) {
            for line in table.lines_of(row) {
                // Only a table that somebody else has made names functions that it does not have.
                let Some(&copied) = known.get(line.function.index()) else { continue };
                let function = copied.unwrap_or_else(|| self.copy_of(table, table.function(line.function)));
                known[line.function.index()] = Some(function);
                self.lines.open().push(Line { function, ..line });
            }
            self.add_lines(table.address(row), &[]);
        }
    }

    fn copy_of(&mut self, table: NamesView<'_>, function: Function) -> FunctionId {
        let copy = Function {
            name: self.string(table.str(function.name)),
            system_name: self.string(table.str(function.system_name)),
            filename: self.string(table.str(function.filename)),
            start_line: function.start_line,
        };
        self.function_id(copy)
    }

    /// Says which files the names come from.
    pub(crate) fn origin(&mut self, origin: &str) {
        origin.clone_into(&mut self.origin);
    }

    /// Makes the table.
    pub(crate) fn finish(mut self) -> NameTable {
        // What only helped to make it goes before there is a copy.
        (self.known_functions, self.known_strings, self.short_names) = Default::default();
        let mut rows: Vec<usize> = (0..self.addresses.len()).collect();
        rows.sort_by_key(|&row| self.addresses[row]);
        let addresses: Vec<u64> = rows.iter().map(|&row| self.addresses[row]).collect();
        let mut named = NamedFunctions::of(self.functions.len());
        rows.iter().flat_map(|&row| self.lines.get(row)).for_each(|line| named.note(line.function));
        let order = named.by_name(self.strings.len(), |id| self.functions[id.index()].name);
        // Their strings in the same order; by old row, the new one.
        let mut string_order = vec![StringId::EMPTY];
        let mut string_ids = vec![StringId::EMPTY; self.strings.len()];
        let mut function_ids = vec![FunctionId::from_u32(0); self.functions.len()];
        let mut functions = Vec::with_capacity(order.len());
        for (row, &id) in order.iter().enumerate() {
            let old = self.functions[id.index()];
            let [name, system_name, filename] = [old.name, old.system_name, old.filename].map(|old| {
                let new = &mut string_ids[old.index()];
                if *new == StringId::EMPTY && old != StringId::EMPTY {
                    *new = StringId::from_index(string_order.len());
                    string_order.push(old);
                }
                *new
            });
            functions.push(Function { name, system_name, filename, ..old });
            function_ids[id.index()] = FunctionId::from_index(row);
        }
        let parts = Parts {
            addresses: &addresses,
            lines: &|row| self.lines.get(rows[row]),
            function_ids: &function_ids,
            functions: &functions,
            strings: &self.strings,
            string_order: &string_order,
            origin: &self.origin,
        };
        parts.pack()
    }
}
