//! The functions and strings of tables that locations name, behind those that a profile has.

use super::demangle::{NameStyle, demangle};
use super::name_order::NamedFunctions;
use super::name_table::NamesView;
use super::named::Names;
use crate::profile::{Function, FunctionId, Interner, Profile, StringId, StringTable};

/// The functions and strings of a profile, and what is picked from tables behind them.
#[derive(Debug)]
pub(crate) struct Picker {
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

impl Picker {
    /// Begins with what the profile has; `names_are_many` if there are several tables to come.
    pub(crate) fn new(profile: &Profile, style: NameStyle, names_are_many: bool) -> Self {
        let functions = &profile.symbols().functions;
        Self {
            strings: profile.strings().clone(),
            known_strings: Interner::default(),
            added_strings: Vec::new(),
            first_function: functions.len(),
            functions: functions.clone(),
            known_functions: Interner::default(),
            style,
            tells_apart: names_are_many || style != NameStyle::Short,
        }
    }

    /// Returns all functions there are by now.
    #[inline]
    pub(crate) fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// Returns all strings there are by now.
    #[inline]
    pub(crate) fn strings(&self) -> &StringTable {
        &self.strings
    }

    /// Returns the functions and strings.
    pub(crate) fn finish(self) -> (Vec<Function>, StringTable) {
        (self.functions, self.strings)
    }

    /// Adds what is wanted of a table; returns the new functions for those of the table, by row.
    pub(crate) fn pick(&mut self, names: &Names<'_>) -> Vec<Option<FunctionId>> {
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
        functions
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
    fn copy(&mut self, id: StringId, picker: &mut Picker) -> StringId {
        match self.ids.get(id.index()) {
            Some(&StringId::EMPTY) => {
                let known = picker.string(self.get(id));
                self.ids[id.index()] = known;
                known
            }
            Some(&known) => known,
            None => StringId::EMPTY,
        }
    }
}
