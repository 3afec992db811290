//! Names for the addresses that stand in instructions: functions, data, and what the loader fills in.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use object::{Object as _, ObjectSymbol, RelocationTarget, SymbolKind};

use crate::symbolize::demangle::{NameStyle, demangle};
use crate::symbolize::object::{Object, Symbol, SymbolTable};

/// What lies at the addresses of a binary file, by its symbols.
#[derive(Clone, Debug, Default)]
pub struct AddressNames {
    /// Functions of the binary, and those of its debug file.
    functions: [SymbolTable; 2],
    data: SymbolTable,
    /// Where code lies. A function without a size reaches to the next one, but not to what is no code.
    code: Vec<Range<u64>>,
    style: NameStyle,
}

/// How long all names of data may be together, for each byte of the file.
const MAX_NAMES_A_BYTE: usize = 4;
/// How large a word is that the loader fills in, in bytes.
const SLOT_BYTES: u64 = 8;

impl AddressNames {
    /// Takes the symbols of a binary, and those of the file with its debug information if that is another one.
    ///
    /// Addresses that the loader fills in have the names of what it puts there.
    pub fn of(binary: &Object, debug: Option<&Object>, style: NameStyle) -> Self {
        let internal = debug.map(Object::symbols).unwrap_or_default();
        let functions = [binary.symbols_beside(&internal), internal];
        let code = binary.segments().iter().filter(|segment| segment.is_executable);
        let code = code.map(|segment| segment.address..segment.address.saturating_add(segment.size)).collect();
        Self { functions, data: data_of(binary, debug), code, style }
    }

    /// Takes functions that lie anywhere.
    pub(super) fn of_functions(functions: SymbolTable, style: NameStyle) -> Self {
        let everywhere = 0..u64::MAX;
        Self { functions: [functions, SymbolTable::default()], code: vec![everywhere], style, ..Self::default() }
    }

    /// Returns the function that an address is in.
    pub fn function_at(&self, address: u64) -> Option<Symbol<'_>> {
        let is_code = self.code.iter().any(|code| code.contains(&address));
        self.functions.iter().filter(|_| is_code).find_map(|functions| functions.at(address))
    }

    /// Returns the name of what is at an address, with how far behind its beginning it is: `main+0x10`.
    pub fn name_at(&self, address: u64) -> Option<String> {
        let symbol = self.function_at(address).or_else(|| self.data.at(address))?;
        let name = demangle(symbol.name(), self.style);
        match address - symbol.address() {
            0 => Some(name.into_owned()),
            offset => Some(format!("{name}+{offset:#x}")),
        }
    }

    /// Appends the name of what is at an address, if it has one, in angle brackets.
    pub(super) fn append(&self, address: u64, text: &mut String) {
        if let Some(name) = self.name_at(address) {
            text.push_str(" <");
            text.push_str(&name);
            text.push('>');
        }
    }

    /// Returns the addresses where functions begin, ascending.
    pub(super) fn starts(&self) -> Vec<u64> {
        let mut starts: Vec<u64> =
            self.functions.iter().flat_map(|functions| functions.iter().map(|symbol| symbol.address())).collect();
        starts.sort_unstable();
        starts
    }

    #[cfg(test)]
    pub(super) fn of_pairs(symbols: &[(u64, u64, &str)]) -> Self {
        let mut names = Self::default();
        for &(address, size, name) in symbols {
            names.data.add(address, size, name);
        }
        names.data.finish();
        names
    }
}

/// Returns the names of what begins at each of some addresses, as they stand in the files, by name.
pub(super) fn names_at<'s>(
    objects: impl IntoIterator<Item = &'s Object>,
    is_wanted: impl Fn(u64) -> bool,
) -> BTreeMap<u64, BTreeSet<String>> {
    let mut names: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for object in objects {
        let mut room = object.bytes().len().saturating_mul(MAX_NAMES_A_BYTE);
        let Ok(file) = object.file() else { continue };
        let is_stripped = file.symbols().next().is_none();
        let dynamic = file.dynamic_symbols().filter(|_| is_stripped);
        for symbol in file.symbols().chain(dynamic) {
            let may_be_code = matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Label | SymbolKind::Unknown);
            if !may_be_code || symbol.is_undefined() || !is_wanted(symbol.address()) {
                continue;
            }
            let Ok(name) = symbol.name_bytes() else { continue };
            let Some(left) = room.checked_sub(name.len()) else { break };
            room = left;
            if !name.is_empty() {
                names.entry(symbol.address()).or_default().insert(String::from_utf8_lossy(name).into_owned());
            }
        }
    }
    names
}

/// Returns the symbols of data, and the words that the loader fills in.
fn data_of(binary: &Object, debug: Option<&Object>) -> SymbolTable {
    let mut table = SymbolTable::default();
    let mut room = binary.bytes().len().saturating_mul(MAX_NAMES_A_BYTE);
    let mut add = |address: u64, size: u64, name: &str| {
        if let Some(left) = room.checked_sub(name.len()) {
            room = left;
            table.add(address, size, name);
        }
    };
    for object in [Some(binary), debug].into_iter().flatten() {
        let Ok(file) = object.file() else { continue };
        for symbol in file.dynamic_symbols().chain(file.symbols()) {
            let is_data = matches!(symbol.kind(), SymbolKind::Data | SymbolKind::Label | SymbolKind::Unknown);
            if !is_data || symbol.is_undefined() || symbol.address() == 0 {
                continue;
            }
            let Ok(name) = symbol.name_bytes() else { continue };
            add(symbol.address(), symbol.size().max(1), &String::from_utf8_lossy(name));
        }
    }
    if let Ok(file) = binary.file()
        && let (Some(relocations), Some(symbols)) = (file.dynamic_relocations(), file.dynamic_symbol_table())
    {
        use object::ObjectSymbolTable;
        for (address, relocation) in relocations {
            let RelocationTarget::Symbol(index) = relocation.target() else { continue };
            let Ok(symbol) = symbols.symbol_by_index(index) else { continue };
            let Ok(name) = symbol.name_bytes() else { continue };
            add(address, SLOT_BYTES, &String::from_utf8_lossy(name));
        }
    }
    table.finish();
    table
}
