//! A profile with the names that were found.

use std::collections::HashMap;
use std::sync::Arc;

use super::demangle::{NameStyle, demangle};
use super::names::NameTable;
use crate::profile::{
    Function, FunctionId, Interner, Line, MappingId, Profile, Ragged, Resolved, StringId, StringTable, Symbols,
};

/// Names for locations of a profile.
#[derive(Debug)]
pub(crate) struct Names<'t> {
    pub(crate) table: &'t NameTable,
    pub(crate) mapping: MappingId,
    /// Rows of locations, and the addresses that they have in the table.
    pub(crate) addresses: Vec<(usize, u64)>,
}

/// Returns the profile with names swapped in; samples, stacks and labels are shared.
///
/// All ids stay what they are: functions and strings are added behind those there were.
pub(crate) fn apply(profile: &Profile, names: &[Names<'_>], style: NameStyle) -> Profile {
    let symbols = profile.symbols().clone();
    let mut copy = Copy {
        strings: profile.strings().clone(),
        known_strings: HashMap::new(),
        first_function: symbols.functions.len(),
        functions: Vec::new(),
        known_functions: Interner::default(),
        lines: HashMap::new(),
        symbols,
        style,
    };
    for names in names {
        copy.take(names);
    }
    let mut named = profile.clone();
    (named.strings, named.symbols) = copy.finish();
    named
}

/// The tables of the new profile in the making.
struct Copy {
    strings: StringTable,
    /// Strings that were added.
    known_strings: HashMap<String, StringId>,
    symbols: Symbols,
    first_function: usize,
    /// Functions that were added.
    functions: Vec<Function>,
    known_functions: Interner,
    /// New lines of locations, by row.
    lines: HashMap<usize, Vec<Line>>,
    style: NameStyle,
}

impl Copy {
    fn take(&mut self, names: &Names<'_>) {
        let mut functions: HashMap<FunctionId, FunctionId> = HashMap::new();
        let mut resolved = self.symbols.mappings[names.mapping.index()].resolved;
        for &(row, address) in &names.addresses {
            let found = names.table.lines(address).unwrap_or_default();
            if found.is_empty() {
                continue;
            }
            let mut lines = Vec::with_capacity(found.len());
            for line in found {
                let function =
                    *functions.entry(line.function).or_insert_with(|| self.function(names.table, line.function));
                let new = self.functions[function.index() - self.first_function];
                resolved.functions |= new.name != StringId::EMPTY;
                resolved.filenames |= new.filename != StringId::EMPTY;
                resolved.line_numbers |= line.line != 0;
                lines.push(Line { function, ..*line });
            }
            resolved = Resolved { inline_frames: true, ..resolved };
            self.lines.insert(row, lines);
            self.symbols.locations[row].is_folded = false;
        }
        self.symbols.mappings[names.mapping.index()].resolved = resolved;
    }

    fn function(&mut self, table: &NameTable, id: FunctionId) -> FunctionId {
        let function = table.profile().symbols().functions()[id.index()];
        let system_name = table.str(function.system_name);
        let function = Function {
            name: self.string(&demangle(system_name, self.style)),
            system_name: self.string(system_name),
            filename: self.string(table.str(function.filename)),
            start_line: function.start_line,
        };
        let hash = self.known_functions.hash(&function);
        let row = self.known_functions.find(hash, |row| self.functions[row] == function).unwrap_or_else(|| {
            self.functions.push(function);
            self.known_functions.insert(hash, self.functions.len() - 1);
            self.functions.len() - 1
        });
        FunctionId::from_index(self.first_function + row)
    }

    fn string(&mut self, text: &str) -> StringId {
        if text.is_empty() {
            return StringId::EMPTY;
        }
        if let Some(&id) = self.known_strings.get(text) {
            return id;
        }
        let id = self.strings.push(text);
        self.known_strings.insert(text.to_owned(), id);
        id
    }

    fn finish(mut self) -> (Arc<StringTable>, Arc<Symbols>) {
        let mut lines = Ragged::new();
        for (row, old) in self.symbols.lines.iter().enumerate() {
            lines.push(self.lines.get(&row).map_or(old, Vec::as_slice).iter().copied());
        }
        self.symbols.lines = lines;
        self.symbols.push_functions(self.functions);
        (Arc::new(self.strings), Arc::new(self.symbols))
    }
}
