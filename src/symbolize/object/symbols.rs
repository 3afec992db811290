//! Functions by their addresses, as symbol tables tell them.

use std::ops::Range;

use object::{Object as _, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};

use super::pclntab::LineTable;
use super::{plt, sections};

/// The symbols of a binary file, by address: one for each address.
#[derive(Clone, Debug, Default)]
pub struct SymbolTable {
    /// Ascending by address.
    rows: Vec<Row>,
    /// The names, end to end.
    names: String,
}

#[derive(Clone, Debug)]
struct Row {
    address: u64,
    /// In bytes; 0 if it reaches to the next one.
    size: u64,
    /// In `names`.
    name: Range<usize>,
}

/// A symbol of a [`SymbolTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol<'t> {
    address: u64,
    size: u64,
    name: &'t str,
}

impl<'t> Symbol<'t> {
    /// Returns where it begins.
    pub fn address(&self) -> u64 {
        self.address
    }

    /// Returns its size in bytes; 0 if it reaches to the next one.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns its name as it stands in the file.
    pub fn name(&self) -> &'t str {
        self.name
    }
}

/// How long all names may be together, for each byte of the file.
const MAX_NAMES_A_BYTE: usize = 4;
/// How many symbols back one is looked for that moves: what a collector moves is mostly young.
const MAX_MOVED: usize = 1 << 16;
/// How many symbols before an address may be passed over because they end before it.
const MAX_STEPS_BACK: usize = 16;

impl SymbolTable {
    /// Collects the symbols of a file of so many bytes; `internal` are those of its debug file.
    pub(super) fn of(file: &object::File<'_>, file_bytes: usize, internal: &Self) -> Self {
        let mut table = Self::default();
        table.add_all(file, file_bytes);
        if let Some(bytes) = sections::mini_symbols(file)
            && let Ok(mini) = object::File::parse(bytes.as_slice())
        {
            table.add_all(&mini, bytes.len());
        }
        if file.symbols().next().is_none() {
            table.add_go(file, file_bytes);
        }
        table.finish();
        table.add_labels(file, file_bytes);
        table.add_stubs(file, file_bytes, internal);
        table.finish();
        table
    }

    fn add_all(&mut self, file: &object::File<'_>, file_bytes: usize) {
        // Names may share their ends in the file, but not so often that they are much longer than it.
        let max_bytes = self.names.len().saturating_add(file_bytes.saturating_mul(MAX_NAMES_A_BYTE));
        let is_macho = matches!(file, object::File::MachO32(_) | object::File::MachO64(_));
        // The later of two symbols with an address and a size is the one that counts; the full table has better names.
        for symbol in file.dynamic_symbols().chain(file.symbols()) {
            // Mach-O does not say what is a function.
            let is_function = symbol.kind() == SymbolKind::Text || is_macho && symbol.is_definition();
            if !is_function || symbol.is_undefined() {
                continue;
            }
            let Ok(name) = symbol.name_bytes() else { continue };
            if self.names.len().saturating_add(name.len()) > max_bytes {
                break;
            }
            let name = String::from_utf8_lossy(name);
            // All names of C have an underscore there.
            let name = if is_macho { name.strip_prefix('_').unwrap_or(&name) } else { &name };
            self.add(symbol.address(), symbol.size(), name);
        }
    }

    /// Adds symbols that do not say what they are of, where they are of code that has no other: `_start` of assembly.
    fn add_labels(&mut self, file: &object::File<'_>, file_bytes: usize) {
        let mut room = file_bytes.saturating_mul(MAX_NAMES_A_BYTE);
        let mut labels = Vec::new();
        let is_label = |symbol: &object::Symbol<'_, '_>| symbol.kind() == SymbolKind::Unknown && symbol.size() == 0;
        for symbol in file.dynamic_symbols().chain(file.symbols()).filter(is_label) {
            // Assemblers have names of their own for where code and data begin, and for what only they need.
            let name = symbol.name_bytes().ok().filter(|name| !name.starts_with(b"$") && !name.starts_with(b"."));
            let section = symbol.section_index().and_then(|index| file.section_by_index(index).ok());
            let is_code = section.is_some_and(|section| section.kind() == SectionKind::Text);
            let Some(name) = name.filter(|_| is_code && self.at(symbol.address()).is_none()) else { continue };
            let Some(left) = room.checked_sub(name.len()) else { break };
            room = left;
            labels.push((symbol.address(), String::from_utf8_lossy(name)));
        }
        for (address, name) in labels {
            self.add(address, 0, &name);
        }
    }

    /// Adds the functions of a Go program, whose own table tells where they begin when its symbols are gone.
    fn add_go(&mut self, file: &object::File<'_>, file_bytes: usize) {
        let mut room = file_bytes.saturating_mul(MAX_NAMES_A_BYTE);
        let Some(table) = LineTable::of(file) else { return };
        for (address, size, name) in table.functions() {
            let Some(left) = room.checked_sub(name.len()) else { break };
            room = left;
            self.add(address, size, &name);
        }
    }

    fn add_stubs(&mut self, file: &object::File<'_>, file_bytes: usize, internal: &Self) {
        let mut room = file_bytes.saturating_mul(MAX_NAMES_A_BYTE);
        for stub in plt::stubs(file) {
            let Some(name) = stub.name(file, [self, internal]) else { continue };
            let Some(left) = room.checked_sub(name.len()) else { break };
            room = left;
            self.add(stub.address, stub.size, &name);
        }
    }

    /// Appends a symbol; [`finish`](Self::finish) puts it in its place.
    pub(crate) fn add(&mut self, address: u64, size: u64, name: &str) {
        if name.is_empty() {
            return;
        }
        let start = self.names.len();
        self.names.push_str(name);
        self.rows.push(Row { address, size, name: start..self.names.len() });
    }

    /// Returns the name that was added last for an address, before the symbols are sorted.
    pub(crate) fn last_added(&self, address: u64) -> Option<&str> {
        let row = self.rows.iter().rev().take(MAX_MOVED).find(|row| row.address == address)?;
        Some(&self.names[row.name.clone()])
    }

    /// Sorts what was added; of several symbols with one address the largest stays, of those the last one.
    pub(crate) fn finish(&mut self) {
        self.rows.sort_by_key(|row| (row.address, row.size));
        let mut last = 0;
        for index in 1..self.rows.len() {
            if self.rows[index].address != self.rows[last].address {
                last += 1;
            }
            self.rows.swap(last, index);
        }
        self.rows.truncate(last + 1);
    }

    /// Returns the symbol that an address is in.
    ///
    /// Cost: a binary search.
    pub fn at(&self, address: u64) -> Option<Symbol<'_>> {
        let end = self.rows.partition_point(|row| row.address <= address);
        let before = self.rows[..end].iter().rev().take(MAX_STEPS_BACK).enumerate();
        let holds = |(steps, row): &(usize, &Row)| {
            if row.size == 0 { *steps == 0 } else { address - row.address < row.size }
        };
        before.into_iter().find(holds).map(|(_, row)| self.symbol(row))
    }

    /// Returns whether a symbol begins behind the first of some addresses.
    pub(super) fn begins_in(&self, addresses: Range<u64>) -> bool {
        let next = self.rows.partition_point(|row| row.address <= addresses.start);
        self.rows.get(next).is_some_and(|row| row.address < addresses.end)
    }

    /// Returns the symbols in the order of their addresses.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Symbol<'_>> {
        self.rows.iter().map(|row| self.symbol(row))
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn symbol(&self, row: &Row) -> Symbol<'_> {
        Symbol { address: row.address, size: row.size, name: &self.names[row.name.clone()] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(symbols: &[(u64, u64, &str)]) -> SymbolTable {
        let mut table = SymbolTable::default();
        for &(address, size, name) in symbols {
            table.add(address, size, name);
        }
        table.finish();
        table
    }

    #[test]
    fn an_address_is_in_the_nearest_symbol_that_reaches_it() {
        let table =
            table(&[(100, 50, "outer"), (110, 5, "inner"), (200, 0, "open"), (300, 10, "last"), (100, 4, "alias")]);
        for (address, name) in [
            (99, None),
            (100, Some("outer")),
            (112, Some("inner")),
            (120, Some("outer")),
            (150, None),
            (250, Some("open")),
            (305, Some("last")),
            (310, None),
            (u64::MAX, None),
        ] {
            assert_eq!(table.at(address).map(|symbol| symbol.name()), name, "{address}");
        }
    }

    #[test]
    fn of_equal_symbols_the_last_one_counts() {
        let table = table(&[(1, 8, "first"), (1, 8, "second"), (1, 0, "label")]);
        assert_eq!(table.iter().map(|symbol| symbol.name()).collect::<Vec<_>>(), ["second"]);
        assert!(SymbolTable::default().at(0).is_none());
    }
}
