//! A profile with the names that were found.

use std::ops::Range;
use std::sync::Arc;

use super::demangle::{NameStyle, demangle};
use super::name_table::NamesView;
use crate::profile::{
    Function, FunctionId, Interner, Line, MappingId, Profile, Ragged, Resolved, StringId, StringTable, Symbols,
};

/// Names for locations of a profile.
#[derive(Debug)]
pub(crate) struct Names<'t> {
    pub(crate) table: NamesView<'t>,
    pub(crate) mapping: MappingId,
    /// Rows of locations, and the rows of their addresses in the table.
    pub(crate) rows: &'t [(usize, usize)],
}

/// Returns the profile with names swapped in; samples, stacks and labels are shared.
///
/// All ids stay what they are: functions and strings are added behind those there were.
pub(crate) fn apply(profile: &Profile, names: &[Names<'_>], style: NameStyle) -> Profile {
    let old = profile.symbols();
    let mut copy = Copy {
        strings: profile.strings().clone(),
        known_strings: Interner::default(),
        added_strings: Vec::new(),
        first_function: old.functions.len(),
        functions: Vec::new(),
        known_functions: Interner::default(),
        style,
        tells_apart: names.len() > 1 || style != NameStyle::Short,
    };
    let mut locations = old.locations.clone();
    let mut mappings = old.mappings.clone();
    // By location: which names, and where their lines are in the table.
    let mut places: Vec<Option<(u32, Range<u32>)>> = vec![None; locations.len()];
    let mut line_count = 0;
    let mut parts = Vec::with_capacity(names.len());
    for names in names {
        let mut part = KnownNames::new(names.table);
        if names.rows.len() >= names.table.len() / 2 {
            // Most of it is wanted. What grows piece by piece is copied each time.
            copy.strings.reserve(names.table.string_count(), part.text.len());
            copy.functions.reserve(names.table.function_count());
        }
        // In the order of the table, whatever that of the profile is: what comes next is near.
        for &(location, row) in names.rows {
            let lines = names.table.line_range(row);
            if !lines.is_empty() {
                names.table.lines_in(lines.clone()).for_each(|line| part.take(line, &mut copy));
                line_count += lines.len();
                // There are no more parts than mappings, which have ids of 32 bits.
                places[location] = Some((parts.len() as u32, lines));
                locations[location].is_folded = false;
            }
        }
        let resolved = &mut mappings[names.mapping.index()].resolved;
        resolved.functions |= part.resolved.functions;
        resolved.filenames |= part.resolved.filenames;
        resolved.line_numbers |= part.resolved.line_numbers;
        resolved.inline_frames |= part.resolved.inline_frames;
        parts.push(part);
    }
    let mut lines = Ragged::new();
    lines.reserve(locations.len(), old.lines.item_count() + line_count);
    for (row, place) in places.into_iter().enumerate() {
        match place {
            Some((part, of_table)) => lines.push(parts[part as usize].lines(of_table)),
            None => lines.push(old.lines.get(row).iter().copied()),
        };
    }
    let functions = old.functions.clone();
    let mut symbols = Symbols { mappings, functions, locations, lines, file_ids: old.file_ids.clone() };
    symbols.push_functions(copy.functions);
    let mut named = profile.clone();
    (named.strings, named.symbols) = (Arc::new(copy.strings), Arc::new(symbols));
    named
}

/// What of a table is in the new profile already, as the names of one mapping.
struct KnownNames<'t> {
    table: NamesView<'t>,
    /// All strings of the table, which is checked once.
    text: &'t str,
    /// By row of the table's functions.
    functions: Vec<Option<FunctionId>>,
    /// By row of the table's strings.
    strings: Vec<Option<StringId>>,
    /// What the names tell.
    resolved: Resolved,
}

impl<'t> KnownNames<'t> {
    fn new(table: NamesView<'t>) -> Self {
        let (functions, strings) = (vec![None; table.function_count()], vec![None; table.string_count()]);
        Self { table, text: table.text(), functions, strings, resolved: Resolved::default() }
    }

    /// Makes a line's function one of the new profile's.
    fn take(&mut self, line: Line, copy: &mut Copy) {
        self.resolved.inline_frames = true;
        self.resolved.line_numbers |= line.line != 0;
        let row = line.function.index();
        if self.functions.get(row).is_some_and(Option::is_none) {
            self.functions[row] = Some(self.copy_of(line.function, copy));
        }
    }

    /// Returns lines of which each was taken, with the functions of the new profile.
    fn lines(&self, lines: Range<u32>) -> impl Iterator<Item = Line> {
        // Only a table that somebody else has made names functions that it does not have.
        let line = |line: Line| Some(Line { function: (*self.functions.get(line.function.index())?)?, ..line });
        self.table.lines_in(lines).filter_map(line)
    }

    fn copy_of(&mut self, id: FunctionId, copy: &mut Copy) -> FunctionId {
        let function = self.table.function(id);
        let system_name = self.string(function.system_name, copy);
        // Tables have short names already.
        let name = match copy.style {
            NameStyle::Short => self.string(function.name, copy),
            style => copy.string(&demangle(self.str(function.system_name), style)),
        };
        let filename = self.string(function.filename, copy);
        self.resolved.functions |= name != StringId::EMPTY;
        self.resolved.filenames |= filename != StringId::EMPTY;
        copy.function(Function { name, system_name, filename, ..function })
    }

    fn string(&mut self, id: StringId, copy: &mut Copy) -> StringId {
        match self.strings.get(id.index()) {
            Some(&Some(known)) => known,
            Some(None) => {
                let known = copy.string(self.str(id));
                self.strings[id.index()] = Some(known);
                known
            }
            None => StringId::EMPTY,
        }
    }

    fn str(&self, id: StringId) -> &'t str {
        self.text.get(self.table.str_range(id)).unwrap_or_default()
    }
}

/// The functions and strings of the new profile in the making.
struct Copy {
    strings: StringTable,
    known_strings: Interner,
    /// Strings that were added, which are the rows of `known_strings`.
    added_strings: Vec<StringId>,
    first_function: usize,
    /// Functions that were added.
    functions: Vec<Function>,
    known_functions: Interner,
    style: NameStyle,
    /// Whether equal strings and functions may come again: a table has each once, and its short names too.
    tells_apart: bool,
}

impl Copy {
    fn function(&mut self, function: Function) -> FunctionId {
        if !self.tells_apart {
            self.functions.push(function);
            return FunctionId::from_index(self.first_function + self.functions.len() - 1);
        }
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
