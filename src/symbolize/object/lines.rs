//! All that a binary tells of addresses, from the best source that has it.

use std::cell::OnceCell;
use std::path::PathBuf;

use super::answers::Answer;
use super::dwarf::{DebugSections, Found};
use super::pclntab::LineTable;
use super::split::{Missing, SplitFiles};
use super::{Object, Symbol, SymbolTable};
use crate::error::Result;
use crate::profile::{FunctionId, Line};
use crate::symbolize::name_table::NameTable;
use crate::symbolize::names::{Frame, NameTableBuilder};

/// A binary with the files that tell more of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search<'o> {
    /// The binary itself.
    pub(crate) binary: &'o Object,
    /// The file with its debug information, if that is another one.
    pub(crate) debug: Option<&'o Object>,
    /// The file with what its debug information shares with that of others.
    pub(crate) common: Option<&'o Object>,
    /// The package of its split debug information.
    pub(crate) package: Option<&'o Object>,
}

impl Search<'_> {
    /// Looks up addresses of the binary, which are ascending.
    ///
    /// Debug information comes first; the outermost function has its symbol's name then, which is often the longer one,
    /// as llvm-symbolizer does it. Without debug information Go's own table tells functions and lines, and else symbols
    /// tell functions.
    pub(crate) fn names(&self, addresses: &[u64]) -> Result<NameTable> {
        let mut table = NameTableBuilder::default();
        self.add_names(addresses, &mut table)?;
        Ok(table.finish())
    }

    /// Does the same, and appends to a table.
    pub(crate) fn add_names(&self, addresses: &[u64], table: &mut NameTableBuilder) -> Result<()> {
        let binary = self.binary.file()?;
        let internal = self.debug.map(Object::symbols).unwrap_or_default();
        let own = self.binary.symbols_beside(&internal);
        let symbols = Symbols { own: &own, internal: &internal };
        if !self.debug.unwrap_or(self.binary).has_debug_information() {
            let go = LineTable::of(&binary);
            for &address in addresses {
                let frame = go.as_ref().and_then(|go| go.find(address)).or_else(|| symbols.frame(address));
                table.add(address, frame.as_slice());
            }
            return Ok(());
        }
        let debug = self.debug.unwrap_or(self.binary).file()?;
        let common = self.common.and_then(|common| common.file().ok());
        // What is found borrows from these, so they are older than it; which files they are is known only later.
        let (files, split) = (OnceCell::new(), OnceCell::new());
        let sections = DebugSections::new(&debug, common.as_ref());
        let information = sections.information();
        let candidates = information.candidates(addresses);
        let missing = information.missing(&candidates, &SplitFiles::new(self.package, &[]));
        let open = |file: Missing| Some((file.id, self.split_file(&file)?));
        let files: &Vec<(u64, Object)> = files.get_or_init(|| missing.into_iter().filter_map(open).collect());
        let split = split.get_or_init(|| SplitFiles::new(self.package, files));
        let found = information.look_up(addresses, &candidates, split);
        let mut known = KnownFunctions::new(&found);
        for (row, &address) in addresses.iter().enumerate() {
            match &found.answers[row] {
                Some(answer) => known.add(address, answer, symbols, table),
                None => table.add(address, symbols.frame(address).as_slice()),
            }
        }
        Ok(())
    }

    /// Opens a split file where the compiler has put it, or beside the binary.
    fn split_file(&self, file: &Missing) -> Option<Object> {
        let beside = |object: &Object| Some(object.path().parent()?.join(file.path.file_name()?));
        let places: [Option<PathBuf>; 3] = [Some(file.path.clone()), beside(self.binary), self.debug.and_then(beside)];
        places.into_iter().flatten().find_map(|path| Object::open(path).ok())
    }
}

/// The symbols of a binary, and those of its debug file, which has internal names too.
#[derive(Clone, Copy)]
struct Symbols<'s> {
    own: &'s SymbolTable,
    internal: &'s SymbolTable,
}

impl<'s> Symbols<'s> {
    /// Returns what is known of an address without debug information.
    fn frame(self, address: u64) -> Option<Frame<'s>> {
        // What is behind a stub of the binary is not of the symbol before it, which the debug file has.
        let reaches = |symbol: &Symbol<'_>| symbol.size() > 0 || !self.own.begins_in(symbol.address()..address);
        let symbol = self.own.at(address).or_else(|| self.internal.at(address).filter(reaches));
        symbol.map(|symbol| Frame::of_symbol(symbol.name()))
    }

    /// Returns a name that is better than the one that debug information has of the outermost function.
    fn better_name(self, address: u64) -> Option<&'s str> {
        // It knows functions of C by names that are better than internal ones.
        let is_mangled = |name: &&str| name.starts_with("_Z") || name.starts_with("_R");
        let internal = || self.internal.at(address).map(|symbol| symbol.name()).filter(is_mangled);
        self.own.at(address).map(|symbol| symbol.name()).or_else(internal)
    }
}

/// The functions of answers, by their ids in a table.
struct KnownFunctions<'f, 's> {
    found: &'f Found<'s>,
    /// By candidate and row, as far as they came up.
    ids: Vec<Vec<Option<FunctionId>>>,
    /// The last outermost function with the name of its symbol.
    last: Option<(usize, u32, &'f str, FunctionId)>,
    lines: Vec<Line>,
}

impl<'f, 's> KnownFunctions<'f, 's> {
    fn new(found: &'f Found<'s>) -> Self {
        let ids = found.tables.iter().map(|table| vec![None; table.functions.len()]).collect();
        Self { found, ids, last: None, lines: Vec::new() }
    }

    /// Adds an address to a table.
    fn add(&mut self, address: u64, answer: &Answer, symbols: Symbols<'f>, table: &mut NameTableBuilder) {
        self.lines.clear();
        let outermost = answer.frames.len() - 1;
        for (depth, frame) in answer.frames.iter().enumerate() {
            let name = if depth == outermost { symbols.better_name(address) } else { None };
            let function = self.function(answer.candidate, frame.function, name, table);
            self.lines.push(Line { function, line: i64::from(frame.line), column: i64::from(frame.column) });
        }
        table.add_lines(address, &self.lines);
    }

    fn function(
        &mut self,
        candidate: usize,
        row: u32,
        better_name: Option<&'f str>,
        table: &mut NameTableBuilder,
    ) -> FunctionId {
        let unit = &self.found.tables[candidate];
        let function = unit.functions[row as usize];
        let file = unit.files.get(function.file as usize).map_or("", String::as_str);
        let Some(name) = better_name else {
            let id = &mut self.ids[candidate][row as usize];
            return *id.get_or_insert_with(|| {
                table.function(&String::from_utf8_lossy(function.name), file, function.start_line)
            });
        };
        match self.last {
            // Symbols are told apart by where their names lie.
            Some((of_candidate, of_row, of_name, id))
                if (of_candidate, of_row) == (candidate, row) && std::ptr::eq(of_name, name) =>
            {
                id
            }
            _ => {
                let id = table.function(name, file, function.start_line);
                self.last = Some((candidate, row, name, id));
                id
            }
        }
    }
}
