//! A profile as it is with the names that were found, before anybody has made tables of it.

use std::sync::Arc;

use super::demangle::NameStyle;
use super::name_table::NamesView;
use super::picked::Picker;
use crate::codec::SymbolRows;
use crate::profile::{
    FileIds, Function, FunctionId, Line, Location, Mapping, MappingId, Profile, Ragged, StringId, StringTable, Symbols,
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
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line> {
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

/// A profile with names swapped in.
///
/// All ids stay what they are: functions and strings are added behind those there were, in the order that the names have
/// in a table of those addresses alone.
pub(crate) struct Named<'n> {
    profile: &'n Profile,
    mappings: Vec<Mapping>,
    /// By row of the locations.
    places: Vec<Place>,
    /// How many lines there are more, at most.
    line_count: usize,
    /// By number of the names: their table, and the new profile's functions for those of the table.
    parts: Vec<(NamesView<'n>, NewFunctions)>,
    added: Added<'n>,
    file_ids: FileIds,
}

/// The new profile's functions for those of a table.
enum NewFunctions {
    /// All of them end to end, from this one on.
    All(FunctionId),
    /// By row in the table.
    Some(Vec<Option<FunctionId>>),
}

/// Functions and strings of the new profile.
enum Added<'n> {
    /// The old ones, and behind them all that the table has.
    Table(WholeTable<'n>),
    /// All of them.
    Picked(Picker),
}

/// A table whose functions and strings are taken as they are.
struct WholeTable<'n> {
    table: NamesView<'n>,
    text: &'n str,
    first_function: usize,
    first_string: usize,
}

impl<'n> Named<'n> {
    /// Puts names in.
    pub(crate) fn of(profile: &'n Profile, names: &[Names<'n>], style: NameStyle) -> Self {
        let old = profile.symbols();
        let mut parts = Vec::with_capacity(names.len());
        let added = match WholeTable::of(profile, names, style) {
            Some(whole) => {
                parts.push((whole.table, NewFunctions::All(FunctionId::from_index(whole.first_function))));
                Added::Table(whole)
            }
            None => {
                let mut picker = Picker::new(profile, style, names.len() > 1);
                parts.extend(names.iter().map(|names| (names.table, NewFunctions::Some(picker.pick(names)))));
                Added::Picked(picker)
            }
        };
        let mut named = Self {
            profile,
            mappings: old.mappings.clone(),
            places: vec![NOWHERE; old.locations.len()],
            line_count: 0,
            parts,
            added,
            file_ids: old.file_ids.clone(),
        };
        named.file_ids.push_functions(named.function_count() - old.functions.len());
        for (index, names) in names.iter().enumerate() {
            named.place(index, names);
        }
        named
    }

    /// Notes where the lines of locations are, and what their mapping has now.
    fn place(&mut self, index: usize, names: &Names<'_>) {
        for &(location, row) in names.rows {
            let count = names.table.lines_of(row as usize).len();
            if count > 0 {
                self.line_count += count;
                // There are no more parts than mappings, which have ids of 32 bits.
                self.places[location as usize] = Place { names: index as u32, row };
            }
        }
        let has = |string: fn(Function) -> StringId| {
            let functions = (0..names.table.function_count()).filter_map(|row| self.function_of(index, row));
            functions.map(|id| self.function(id.index())).any(|function| string(function) != StringId::EMPTY)
        };
        let (functions, filenames) = (has(|function| function.name), has(|function| function.filename));
        let resolved = &mut self.mappings[names.mapping.index()].resolved;
        resolved.functions |= functions;
        resolved.filenames |= filenames;
        resolved.line_numbers |= names.lines().any(|line| line.line != 0);
        resolved.inline_frames |= names.lines().next().is_some();
    }

    /// Returns the new profile's function for one that a table has.
    fn function_of(&self, part: usize, row: usize) -> Option<FunctionId> {
        match &self.parts[part].1 {
            NewFunctions::All(first) => Some(FunctionId::from_index(first.index() + row)),
            NewFunctions::Some(functions) => *functions.get(row)?,
        }
    }

    /// Makes the profile; samples, stacks and labels are shared.
    pub(crate) fn into_profile(self) -> Profile {
        let old = self.profile.symbols();
        let locations: Vec<Location> = (0..old.locations.len()).map(|row| self.location(row)).collect();
        let mut lines = Ragged::new();
        lines.reserve(locations.len(), old.lines.item_count() + self.line_count);
        for row in 0..locations.len() {
            self.each_line(row, |line| lines.open().push(line));
            lines.push([]);
        }
        let (functions, strings) = match self.added {
            Added::Table(ref whole) => {
                let functions = (0..self.function_count()).map(|row| self.function(row));
                (functions.collect(), whole.strings(self.profile.strings()))
            }
            Added::Picked(picker) => picker.finish(),
        };
        let symbols = Symbols { mappings: self.mappings, functions, locations, lines, file_ids: self.file_ids };
        let mut named = self.profile.clone();
        (named.strings, named.symbols) = (Arc::new(strings), Arc::new(symbols));
        named
    }
}

impl<'n> WholeTable<'n> {
    /// Takes a table as it is, if all of it is wanted and nothing else may be equal.
    fn of(profile: &Profile, names: &[Names<'n>], style: NameStyle) -> Option<Self> {
        let [names] = names else { return None };
        let table = names.table;
        // The empty string is there already.
        let is_usable = || table.string_ends().next() == Some(0) && table.has_its_functions();
        if style != NameStyle::Short || !names.are_whole() || !is_usable() {
            return None;
        }
        let (first_function, first_string) = (profile.symbols().functions.len(), profile.strings().len());
        Some(Self { table, text: table.sound_text()?, first_function, first_string })
    }

    fn function(&self, row: usize) -> Function {
        let function = self.table.function(FunctionId::from_index(row));
        let string = |id: StringId| match id.index() {
            0 => StringId::EMPTY,
            row if row >= self.table.string_count() => StringId::EMPTY,
            row => StringId::from_index(self.first_string + row - 1),
        };
        let [name, system_name, filename] = [function.name, function.system_name, function.filename].map(string);
        Function { name, system_name, filename, ..function }
    }

    /// Returns the strings there were, and behind them those of the table.
    fn strings(&self, old: &StringTable) -> StringTable {
        let mut strings = old.clone();
        strings.append(self.text, self.table.string_ends().skip(1));
        strings
    }
}

impl SymbolRows for Named<'_> {
    fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    #[inline]
    fn location(&self, row: usize) -> Location {
        let location = self.profile.symbols().locations[row];
        let is_named = self.places[row].names != NOWHERE.names;
        Location { is_folded: location.is_folded && !is_named, ..location }
    }

    #[inline]
    fn line_count(&self, row: usize) -> usize {
        let place = self.places[row];
        match self.parts.get(place.names as usize) {
            Some((table, _)) => table.lines_of(place.row as usize).len(),
            None => self.profile.symbols().lines.get(row).len(),
        }
    }

    #[inline]
    fn each_line(&self, row: usize, take: impl FnMut(Line)) {
        let place = self.places[row];
        let Some((table, functions)) = self.parts.get(place.names as usize) else {
            return self.profile.symbols().lines.get(row).iter().copied().for_each(take);
        };
        let of_table = table.lines_of(place.row as usize);
        match functions {
            NewFunctions::All(first) => {
                let function = |id: FunctionId| FunctionId::from_u32(first.to_u32() + id.to_u32());
                of_table.map(|line| Line { function: function(line.function), ..line }).for_each(take);
            }
            NewFunctions::Some(functions) => {
                // Only a table that somebody else has made names functions that it does not have.
                let line = |line: Line| Some(Line { function: (*functions.get(line.function.index())?)?, ..line });
                of_table.filter_map(line).for_each(take);
            }
        }
    }

    fn function_count(&self) -> usize {
        match &self.added {
            Added::Table(whole) => whole.first_function + whole.table.function_count(),
            Added::Picked(picker) => picker.functions().len(),
        }
    }

    #[inline]
    fn function(&self, row: usize) -> Function {
        match &self.added {
            Added::Table(whole) => match row.checked_sub(whole.first_function) {
                Some(row) => whole.function(row),
                None => self.profile.symbols().functions[row],
            },
            Added::Picked(picker) => picker.functions()[row],
        }
    }

    #[inline]
    fn function_file_id(&self, id: FunctionId) -> u64 {
        self.file_ids.function(id)
    }

    fn string_count(&self) -> usize {
        match &self.added {
            Added::Table(whole) => whole.first_string + whole.table.string_count() - 1,
            Added::Picked(picker) => picker.strings().len(),
        }
    }

    #[inline]
    fn string(&self, row: usize) -> &[u8] {
        let id = StringId::from_index(row);
        match &self.added {
            Added::Table(whole) => match row.checked_sub(whole.first_string) {
                Some(row) => {
                    let range = whole.table.str_range(StringId::from_index(row + 1));
                    whole.text.as_bytes().get(range).unwrap_or_default()
                }
                None => self.profile.str(id).as_bytes(),
            },
            Added::Picked(picker) => picker.strings().get(id).as_bytes(),
        }
    }
}
