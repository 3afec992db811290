//! A profile with the names that were found.

use std::ops::Range;
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
    pub(crate) addresses: &'t [(usize, u64)],
}

/// Returns the profile with names swapped in; samples, stacks and labels are shared.
///
/// All ids stay what they are: functions and strings are added behind those there were.
pub(crate) fn apply(profile: &Profile, names: &[Names<'_>], style: NameStyle) -> Profile {
    let symbols = profile.symbols().clone();
    let mut copy = Copy {
        strings: profile.strings().clone(),
        known_strings: Interner::default(),
        added_strings: Vec::new(),
        first_function: symbols.functions.len(),
        functions: Vec::new(),
        known_functions: Interner::default(),
        lines: Vec::new(),
        spans: vec![None; symbols.locations.len()],
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
    known_strings: Interner,
    /// Strings that were added, which are the rows of `known_strings`.
    added_strings: Vec<StringId>,
    symbols: Symbols,
    first_function: usize,
    /// Functions that were added.
    functions: Vec<Function>,
    known_functions: Interner,
    /// New lines of locations, end to end.
    lines: Vec<Line>,
    /// Where in `lines` those of a location are, by row; `None` if it keeps its own.
    spans: Vec<Option<Range<usize>>>,
    style: NameStyle,
}

impl Copy {
    fn take(&mut self, names: &Names<'_>) {
        let mut functions: Vec<Option<FunctionId>> = vec![None; names.table.profile().symbols().functions().len()];
        let mut resolved = self.symbols.mappings[names.mapping.index()].resolved;
        let mut walk = names.table.walk();
        for &(row, address) in names.addresses {
            let found = walk.lines(address).unwrap_or_default();
            if found.is_empty() {
                continue;
            }
            let start = self.lines.len();
            for line in found {
                let index = line.function.index();
                let function = functions[index].unwrap_or_else(|| self.function(names.table, line.function));
                functions[index] = Some(function);
                let new = self.functions[function.index() - self.first_function];
                resolved.functions |= new.name != StringId::EMPTY;
                resolved.filenames |= new.filename != StringId::EMPTY;
                resolved.line_numbers |= line.line != 0;
                self.lines.push(Line { function, ..*line });
            }
            resolved = Resolved { inline_frames: true, ..resolved };
            self.spans[row] = Some(start..self.lines.len());
            self.symbols.locations[row].is_folded = false;
        }
        self.symbols.mappings[names.mapping.index()].resolved = resolved;
    }

    fn function(&mut self, table: &NameTable, id: FunctionId) -> FunctionId {
        let function = table.profile().symbols().functions()[id.index()];
        let system_name = table.str(function.system_name);
        // Tables have short names already.
        let name = match self.style {
            NameStyle::Short => table.str(function.name).into(),
            style => demangle(system_name, style),
        };
        let function = Function {
            name: self.string(&name),
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
        let hash = self.known_strings.hash(text);
        let known = self.known_strings.find(hash, |row| self.strings.get(self.added_strings[row]) == text);
        if let Some(row) = known {
            return self.added_strings[row];
        }
        let id = self.strings.push(text);
        self.known_strings.insert(hash, self.added_strings.len());
        self.added_strings.push(id);
        id
    }

    fn finish(mut self) -> (Arc<StringTable>, Arc<Symbols>) {
        let mut lines = Ragged::new();
        for (old, span) in self.symbols.lines.iter().zip(self.spans) {
            lines.push(span.map_or(old, |span| &self.lines[span]).iter().copied());
        }
        self.symbols.lines = lines;
        self.symbols.push_functions(self.functions);
        (Arc::new(self.strings), Arc::new(self.symbols))
    }
}
