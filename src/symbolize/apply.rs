//! A profile with the names that were found.

use std::sync::Arc;

use super::demangle::{NameStyle, demangle};
use super::name_order::NamedFunctions;
use super::name_table::NamesView;
use crate::profile::{
    Function, FunctionId, Interner, Line, MappingId, Profile, Ragged, StringId, StringTable, Symbols,
};

/// Names for locations of a profile.
#[derive(Debug)]
pub(crate) struct Names<'t> {
    pub(crate) table: NamesView<'t>,
    pub(crate) mapping: MappingId,
    /// Rows of locations, and the rows of their addresses in the table, which ascend.
    pub(crate) rows: &'t [(u32, u32)],
}

impl Names<'_> {
    /// Returns whether all of the table is wanted, in its order.
    fn are_whole(&self) -> bool {
        self.rows.len() == self.table.len() && self.rows.iter().enumerate().all(|(row, names)| names.1 as usize == row)
    }

    /// Returns the lines that are wanted.
    fn lines(&self) -> impl Iterator<Item = Line> {
        self.rows.iter().flat_map(|&(_, row)| self.table.lines_of(row as usize))
    }
}

/// Where the lines of a location are: which names, and the row in their table.
#[derive(Clone, Copy)]
struct Place {
    names: u32,
    row: u32,
}

/// That of a location that gets none.
const NOWHERE: Place = Place { names: u32::MAX, row: 0 };

/// Returns the profile with names swapped in; samples, stacks and labels are shared.
///
/// All ids stay what they are: functions and strings are added behind those there were, in the order that the names have
/// in a table of those addresses alone.
pub(crate) fn apply(profile: &Profile, names: &[Names<'_>], style: NameStyle) -> Profile {
    let old = profile.symbols();
    let mut copy = Copy {
        strings: profile.strings().clone(),
        known_strings: Interner::default(),
        added_strings: Vec::new(),
        first_function: old.functions.len(),
        functions: old.functions.clone(),
        known_functions: Interner::default(),
        style,
        tells_apart: names.len() > 1 || style != NameStyle::Short,
    };
    let mut locations = old.locations.clone();
    let mut mappings = old.mappings.clone();
    let mut places = vec![NOWHERE; locations.len()];
    let mut line_count = 0;
    let mut parts = Vec::with_capacity(names.len());
    for names in names {
        let part = copy.all(names).unwrap_or_else(|| copy.some(names));
        for &(location, row) in names.rows {
            let count = names.table.lines_of(row as usize).len();
            if count > 0 {
                line_count += count;
                // There are no more parts than mappings, which have ids of 32 bits.
                places[location as usize] = Place { names: parts.len() as u32, row };
                locations[location as usize].is_folded = false;
            }
        }
        let resolved = &mut mappings[names.mapping.index()].resolved;
        resolved.functions |= part.functions().any(|id| copy.functions[id.index()].name != StringId::EMPTY);
        resolved.filenames |= part.functions().any(|id| copy.functions[id.index()].filename != StringId::EMPTY);
        resolved.line_numbers |= names.lines().any(|line| line.line != 0);
        resolved.inline_frames |= names.lines().next().is_some();
        parts.push(part);
    }
    let mut lines = Ragged::new();
    lines.reserve(locations.len(), old.lines.item_count() + line_count);
    for (row, place) in places.into_iter().enumerate() {
        match parts.get(place.names as usize) {
            Some(part) => part.push_lines(place.row as usize, &mut lines),
            None => drop(lines.push(old.lines.get(row).iter().copied())),
        }
    }
    let mut file_ids = old.file_ids.clone();
    file_ids.push_functions(copy.functions.len() - copy.first_function);
    let symbols = Symbols { mappings, functions: copy.functions, locations, lines, file_ids };
    let mut named = profile.clone();
    (named.strings, named.symbols) = (Arc::new(copy.strings), Arc::new(symbols));
    named
}

/// What became of the functions of a table.
struct Part<'t> {
    table: NamesView<'t>,
    functions: NewFunctions,
}

/// The functions of a table in the new profile.
enum NewFunctions {
    /// All of them end to end, from this one on.
    All(FunctionId),
    /// By row in the table.
    Some(Vec<Option<FunctionId>>),
}

impl Part<'_> {
    /// Returns the new profile's function for one that the table has.
    fn function(&self, id: FunctionId) -> Option<FunctionId> {
        match &self.functions {
            NewFunctions::All(first) => Some(FunctionId::from_index(first.index() + id.index())),
            NewFunctions::Some(functions) => *functions.get(id.index())?,
        }
    }

    /// Returns the new profile's functions for those of the table.
    fn functions(&self) -> impl Iterator<Item = FunctionId> {
        (0..self.table.function_count()).filter_map(|row| self.function(FunctionId::from_index(row)))
    }

    /// Appends the lines of a row with the functions of the new profile.
    fn push_lines(&self, row: usize, lines: &mut Ragged<Line>) {
        let of_table = self.table.lines_of(row);
        match &self.functions {
            NewFunctions::All(first) => {
                let function = |id: FunctionId| FunctionId::from_u32(first.to_u32() + id.to_u32());
                lines.push(of_table.map(|line| Line { function: function(line.function), ..line }));
            }
            NewFunctions::Some(functions) => {
                // Only a table that somebody else has made names functions that it does not have.
                let line = |line: Line| Some(Line { function: (*functions.get(line.function.index())?)?, ..line });
                lines.push(of_table.filter_map(line));
            }
        }
    }
}

/// The functions and strings of the new profile in the making.
struct Copy {
    strings: StringTable,
    known_strings: Interner,
    /// Strings that were added, which are the rows of `known_strings`.
    added_strings: Vec<StringId>,
    /// The first function that was added.
    first_function: usize,
    functions: Vec<Function>,
    known_functions: Interner,
    style: NameStyle,
    /// Whether equal strings and functions may come again: a table has each once, and its short names too.
    tells_apart: bool,
}

impl Copy {
    /// Adds a table as it is, if all of it is wanted and nothing else may be equal.
    fn all<'t>(&mut self, names: &Names<'t>) -> Option<Part<'t>> {
        let table = names.table;
        // The empty string is there already.
        let mut ends = table.string_ends();
        if self.tells_apart || !names.are_whole() || ends.next() != Some(0) || !table.has_its_functions() {
            return None;
        }
        let (first_string, first_function) = (self.strings.len(), self.functions.len());
        if !self.strings.append(table.text(), ends) {
            return None;
        }
        let string = |id: StringId| match id.index() {
            0 => StringId::EMPTY,
            row if row >= table.string_count() => StringId::EMPTY,
            row => StringId::from_index(first_string + row - 1),
        };
        self.functions.extend((0..table.function_count()).map(|row| {
            let function = table.function(FunctionId::from_index(row));
            let [name, system_name, filename] = [function.name, function.system_name, function.filename].map(string);
            Function { name, system_name, filename, ..function }
        }));
        Some(Part { table, functions: NewFunctions::All(FunctionId::from_index(first_function)) })
    }

    /// Adds what is wanted of a table.
    fn some<'t>(&mut self, names: &Names<'t>) -> Part<'t> {
        let table = names.table;
        let mut strings = TableStrings { table, text: table.text(), ids: vec![StringId::EMPTY; table.string_count()] };
        let mut named = NamedFunctions::of(table.function_count());
        names.lines().for_each(|line| named.note(line.function));
        if names.rows.len() >= table.len() / 2 {
            // Most of it is wanted. What grows piece by piece is copied each time.
            self.strings.reserve(table.string_count(), strings.text.len());
            self.functions.reserve(table.function_count());
        }
        let mut functions = vec![None; table.function_count()];
        for id in named.by_name(table.string_count(), |id| table.function(id).name) {
            let function = table.function(id);
            // Tables have short names already.
            let name = match self.style {
                NameStyle::Short => strings.copy(function.name, self),
                style => self.string(&demangle(strings.get(function.system_name), style)),
            };
            let system_name = strings.copy(function.system_name, self);
            let filename = strings.copy(function.filename, self);
            functions[id.index()] = Some(self.function(Function { name, system_name, filename, ..function }));
        }
        Part { table, functions: NewFunctions::Some(functions) }
    }

    fn function(&mut self, function: Function) -> FunctionId {
        if !self.tells_apart {
            self.functions.push(function);
            return FunctionId::from_index(self.functions.len() - 1);
        }
        let added = &self.functions[self.first_function..];
        let hash = self.known_functions.hash(&function);
        let known = self.known_functions.find(hash, |row| added[row] == function);
        let row = known.unwrap_or(added.len());
        if known.is_none() {
            self.known_functions.insert(hash, row);
            self.functions.push(function);
        }
        FunctionId::from_index(self.first_function + row)
    }

    fn string(&mut self, text: &str) -> StringId {
        if text.is_empty() {
            return StringId::EMPTY;
        }
        if !self.tells_apart {
            return self.strings.push(text);
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
}

/// The strings of a table, and which of them the new profile has already.
struct TableStrings<'t> {
    table: NamesView<'t>,
    /// All of them, which is checked once.
    text: &'t str,
    /// By row; the empty one for those that it does not have.
    ids: Vec<StringId>,
}

impl<'t> TableStrings<'t> {
    fn get(&self, id: StringId) -> &'t str {
        self.text.get(self.table.str_range(id)).unwrap_or_default()
    }

    /// Returns the new profile's string for one of the table; the empty one if there is none.
    fn copy(&mut self, id: StringId, copy: &mut Copy) -> StringId {
        match self.ids.get(id.index()) {
            Some(&StringId::EMPTY) => {
                let known = copy.string(self.get(id));
                self.ids[id.index()] = known;
                known
            }
            Some(&known) => known,
            None => StringId::EMPTY,
        }
    }
}
