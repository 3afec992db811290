//! What is known of a binary's addresses, in the bytes that are kept on disk.
//!
//! All numbers are little-endian. Behind the [`Header`] lie, end to end:
//!
//! | part | for each | bytes |
//! |---|---|---|
//! | addresses, ascending | address | 8 |
//! | where its lines end among the lines | address | 4 |
//! | function, line, column | line | 3 × 4 |
//! | name, system name, file, first line | function | 4 × 4 |
//! | where it ends in the text | string | 4 |
//! | text: all strings, end to end | | |
//! | origin: which files the names came from | | |
//!
//! Functions are in the order of [`NamedFunctions`](super::name_order::NamedFunctions), and strings in the order in which
//! functions come to them, so that a table depends on its addresses alone, and not on how they were looked up.

use std::ops::Range;

use symbolic_common::ByteView;

use crate::error::Result;
use crate::profile::{Function, FunctionId, Line, Location, Profile, ProfileBuilder, StringId, StringTable};

/// Addresses of a binary with their lines; functions have system names, and short ones for readers.
///
/// Addresses of which nothing is known are in it too, without lines. The bytes are looked at where they lie, in memory
/// or in a mapped file, and only as far as somebody asks.
#[derive(Clone, Debug)]
pub(crate) struct NameTable {
    bytes: ByteView<'static>,
    header: Header,
}

/// How many of each there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    addresses: u32,
    lines: u32,
    functions: u32,
    strings: u32,
    text_bytes: u32,
    origin_bytes: u32,
}

/// What a table begins with; another layout, and other names, have another number. A checksum of all that follows it is
/// next.
const MAGIC: &[u8; 16] = b"rpprof names \0\0\x05";
const HEADER_BYTES: usize = MAGIC.len() + 4 + 6 * 4;

const ADDRESS_BYTES: usize = 8;
const END_BYTES: usize = 4;
const LINE_BYTES: usize = 12;
const FUNCTION_BYTES: usize = 16;

impl Header {
    /// Returns the header of a table's bytes, if they are as long as it says.
    fn of(bytes: &[u8]) -> Option<Self> {
        let (header, rest) = bytes.split_at_checked(HEADER_BYTES)?;
        if !header.starts_with(MAGIC) {
            return None;
        }
        let (words, _) = header[MAGIC.len() + 4..].as_chunks::<4>();
        let word = |index: usize| u32::from_le_bytes(words[index]);
        let [addresses, lines, functions] = [0, 1, 2].map(word);
        let [strings, text_bytes, origin_bytes] = [3, 4, 5].map(word);
        let header = Self { addresses, lines, functions, strings, text_bytes, origin_bytes };
        (header.sizes().iter().sum::<u64>() == rest.len() as u64).then_some(header)
    }

    /// Returns how many bytes the parts behind the header have.
    fn sizes(&self) -> [u64; 7] {
        let all = |count: u32, size: usize| u64::from(count) * size as u64;
        [
            all(self.addresses, ADDRESS_BYTES),
            all(self.addresses, END_BYTES),
            all(self.lines, LINE_BYTES),
            all(self.functions, FUNCTION_BYTES),
            all(self.strings, END_BYTES),
            u64::from(self.text_bytes),
            u64::from(self.origin_bytes),
        ]
    }
}

impl NameTable {
    /// Opens a table; `None` if the bytes are none, or not as they were written, or lists overlap.
    ///
    /// Cost: one pass over the bytes, for their checksum, and one over the ends of lists.
    pub(crate) fn open(bytes: ByteView<'static>) -> Option<Self> {
        let header = Header::of(&bytes)?;
        let (checksum, rest) = bytes[MAGIC.len()..].split_first_chunk::<4>()?;
        if checksum_of(rest) != *checksum {
            return None;
        }
        let table = Self { bytes, header };
        let view = table.view();
        let is_sound = are_ends(view.line_ends, view.lines.len()) && are_ends(view.string_ends, view.text.len());
        is_sound.then_some(table)
    }

    /// Returns the bytes that [`open`](Self::open) takes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns what looks into the table.
    pub(crate) fn view(&self) -> NamesView<'_> {
        let mut rest = &self.bytes[HEADER_BYTES..];
        let parts = self.header.sizes().map(|size| {
            // They are no longer than the bytes, which fit the memory.
            let (part, behind) = rest.split_at(size as usize);
            rest = behind;
            part
        });
        let [addresses, line_ends, lines, functions, string_ends, text, origin] = parts;
        NamesView {
            addresses: addresses.as_chunks().0,
            line_ends: line_ends.as_chunks().0,
            lines: lines.as_chunks().0,
            functions: functions.as_chunks().0,
            string_ends: string_ends.as_chunks().0,
            text,
            origin,
        }
    }

    /// Returns the table as a profile without samples: each address is a location, ascending.
    ///
    /// # Errors
    /// Never for a table that was made by looking up.
    pub(crate) fn to_profile(&self) -> Result<Profile> {
        let view = self.view();
        let mut builder = ProfileBuilder::new();
        let mut functions = Vec::with_capacity(view.functions.len());
        for row in 0..view.functions.len() {
            let function = view.function(FunctionId::from_index(row));
            let [name, system_name, filename] =
                [function.name, function.system_name, function.filename].map(|text| builder.string(view.str(text)));
            functions.push(builder.function(Function { name, system_name, filename, ..function }));
        }
        for row in 0..view.addresses.len() {
            let known = |line: Line| Some(Line { function: *functions.get(line.function.index())?, ..line });
            let lines: Vec<Line> = view.lines_of(row).filter_map(known).collect();
            builder.location(Location { address: view.address(row), ..Location::default() }, &lines);
        }
        builder.build()
    }
}

/// Returns whether lists of so many items in all end there.
fn are_ends(ends: &[[u8; END_BYTES]], item_count: usize) -> bool {
    let end = |&end: &[u8; END_BYTES]| u32::from_le_bytes(end);
    ends.is_sorted_by_key(end) && ends.last().map_or(0, end) as usize == item_count
}

/// Returns the checksum of what is behind it.
fn checksum_of(bytes: &[u8]) -> [u8; 4] {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum().to_le_bytes()
}

/// A [`NameTable`] as its parts. What they say of one another is believed only as far as it is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamesView<'t> {
    addresses: &'t [[u8; ADDRESS_BYTES]],
    line_ends: &'t [[u8; END_BYTES]],
    lines: &'t [[u8; LINE_BYTES]],
    functions: &'t [[u8; FUNCTION_BYTES]],
    string_ends: &'t [[u8; END_BYTES]],
    text: &'t [u8],
    origin: &'t [u8],
}

fn words<const COUNT: usize>(bytes: &[u8]) -> [u32; COUNT] {
    let (words, _) = bytes.as_chunks::<4>();
    std::array::from_fn(|index| words.get(index).map_or(0, |&word| u32::from_le_bytes(word)))
}

impl<'t> NamesView<'t> {
    /// Returns which files the names came from.
    pub(crate) fn origin(&self) -> &'t [u8] {
        self.origin
    }

    /// Returns how many addresses there are.
    pub(crate) fn len(&self) -> usize {
        self.addresses.len()
    }

    /// Returns how many functions there are.
    pub(crate) fn function_count(&self) -> usize {
        self.functions.len()
    }

    /// Returns whether all functions that lines name are there; only a table that somebody else has made lacks some.
    pub(crate) fn has_its_functions(&self) -> bool {
        self.lines.iter().all(|line| (words::<1>(line)[0] as usize) < self.functions.len())
    }

    /// Returns how many strings there are.
    pub(crate) fn string_count(&self) -> usize {
        self.string_ends.len()
    }

    /// Returns the address at `row`.
    pub(crate) fn address(&self, row: usize) -> u64 {
        u64::from_le_bytes(self.addresses[row])
    }

    /// Returns the row of an address; `None` if it was never looked up.
    pub(crate) fn row(&self, address: u64) -> Option<usize> {
        self.addresses.binary_search_by_key(&address, |&bytes| u64::from_le_bytes(bytes)).ok()
    }

    /// Returns what finds the rows of addresses one after another, which costs little if they ascend.
    pub(crate) fn walk(&self) -> Walk<'t> {
        Walk { view: *self, next: 0 }
    }

    /// Returns the lines of the address at `row`: an inlined function before its caller.
    pub(crate) fn lines_of(&self, row: usize) -> impl ExactSizeIterator<Item = Line> + use<'t> {
        self.lines_in(self.line_range(row))
    }

    /// Returns where the lines of the address at `row` are.
    pub(crate) fn line_range(&self, row: usize) -> Range<u32> {
        let end = |row: usize| self.line_ends.get(row).map_or(0, |&end| u32::from_le_bytes(end));
        row.checked_sub(1).map_or(0, end)..end(row)
    }

    /// Returns some lines; none if not all are there.
    pub(crate) fn lines_in(&self, lines: Range<u32>) -> impl ExactSizeIterator<Item = Line> + use<'t> {
        let lines = self.lines.get(lines.start as usize..lines.end as usize).unwrap_or_default();
        lines.iter().map(|line| {
            let [function, line, column] = words(line);
            Line { function: FunctionId::from_u32(function), line: line.into(), column: column.into() }
        })
    }

    /// Returns the lines at an address; `None` if it was never looked up.
    pub(crate) fn lines(&self, address: u64) -> Option<impl ExactSizeIterator<Item = Line> + use<'t>> {
        self.row(address).map(|row| self.lines_of(row))
    }

    /// Returns whether something is known of an address.
    pub(crate) fn is_named(&self, address: u64) -> bool {
        self.lines(address).is_some_and(|lines| lines.len() > 0)
    }

    /// Returns a function of the table; one without names if there is none.
    pub(crate) fn function(&self, id: FunctionId) -> Function {
        let function = self.functions.get(id.index()).map_or(&[][..], |function| function);
        let [name, system_name, filename, start_line] = words(function);
        Function {
            name: StringId::from_u32(name),
            system_name: StringId::from_u32(system_name),
            filename: StringId::from_u32(filename),
            start_line: start_line.into(),
        }
    }

    /// Returns a string of the table; the empty one if there is none.
    pub(crate) fn str(&self, id: StringId) -> &'t str {
        let text = self.text.get(self.str_range(id)).unwrap_or_default();
        str::from_utf8(text).unwrap_or_default()
    }

    /// Returns where a string of the table is in [`text`](Self::text).
    pub(crate) fn str_range(&self, id: StringId) -> Range<usize> {
        let end = |row: usize| self.string_ends.get(row).map_or(0, |&end| u32::from_le_bytes(end) as usize);
        id.index().checked_sub(1).map_or(0, end)..end(id.index())
    }

    /// Returns where each string of the table ends in [`text`](Self::text), ascending.
    pub(crate) fn string_ends(&self) -> impl ExactSizeIterator<Item = u32> + Clone + use<'t> {
        self.string_ends.iter().map(|&end| u32::from_le_bytes(end))
    }

    /// Returns all strings of the table, end to end.
    pub(crate) fn text(&self) -> &'t str {
        str::from_utf8(self.text).unwrap_or_default()
    }

    /// Returns the same if each string is one; only a table that somebody else has made has parts of characters.
    pub(crate) fn sound_text(&self) -> Option<&'t str> {
        let text = str::from_utf8(self.text).ok()?;
        self.string_ends().all(|end| text.is_char_boundary(end as usize)).then_some(text)
    }
}

/// Lookups in a [`NamesView`].
#[derive(Debug)]
pub(crate) struct Walk<'t> {
    view: NamesView<'t>,
    /// Where the next address is if it is the one behind the last.
    next: usize,
}

impl Walk<'_> {
    /// Does what [`NamesView::row`] does.
    pub(crate) fn row(&mut self, address: u64) -> Option<u32> {
        if self.next >= self.view.len() || self.view.address(self.next) != address {
            self.next = self.view.row(address)?;
        }
        self.next += 1;
        // The header has their number in 32 bits.
        Some(self.next as u32 - 1)
    }
}

/// The parts of a table that is made, as [`pack`](Self::pack) wants them.
pub(crate) struct Parts<'p> {
    /// Ascending, each once.
    pub(crate) addresses: &'p [u64],
    /// By row of the addresses.
    pub(crate) lines: &'p dyn Fn(usize) -> &'p [Line],
    /// By function of a line, which one of `functions` it is.
    pub(crate) function_ids: &'p [FunctionId],
    /// Their strings are rows of `string_order`.
    pub(crate) functions: &'p [Function],
    pub(crate) strings: &'p StringTable,
    /// The strings that are wanted, the empty one first.
    pub(crate) string_order: &'p [StringId],
    pub(crate) origin: &'p str,
}

impl Parts<'_> {
    /// Makes the table.
    ///
    /// # Panics
    /// If there are 2^32 lines, or bytes of strings.
    pub(crate) fn pack(self) -> NameTable {
        let rows = 0..self.addresses.len();
        let line_count: usize = rows.clone().map(|row| (self.lines)(row).len()).sum();
        let strings = || self.string_order.iter().map(|&id| self.strings.get(id));
        let text_bytes: usize = strings().map(str::len).sum();
        let header = Header {
            addresses: to_u32(self.addresses.len()),
            lines: to_u32(line_count),
            functions: to_u32(self.functions.len()),
            strings: to_u32(self.string_order.len()),
            text_bytes: to_u32(text_bytes),
            origin_bytes: to_u32(self.origin.len()),
        };
        let size = HEADER_BYTES + header.sizes().iter().sum::<u64>() as usize; // They fit the memory already.
        let mut bytes = Vec::with_capacity(size);
        bytes.extend_from_slice(MAGIC);
        // The checksum comes last.
        put(&mut bytes, &[0, header.addresses, header.lines, header.functions]);
        put(&mut bytes, &[header.strings, header.text_bytes, header.origin_bytes]);
        for address in self.addresses {
            bytes.extend_from_slice(&address.to_le_bytes());
        }
        let mut end = 0;
        for row in rows.clone() {
            end += (self.lines)(row).len();
            put(&mut bytes, &[to_u32(end)]);
        }
        for line in rows.flat_map(self.lines) {
            // What debug information says of lines has 32 bits.
            let number = |number: i64| u32::try_from(number).unwrap_or(0);
            let function = self.function_ids[line.function.index()].to_u32();
            put(&mut bytes, &[function, number(line.line), number(line.column)]);
        }
        for function in self.functions {
            let [name, system_name, file] =
                [function.name, function.system_name, function.filename].map(StringId::to_u32);
            put(&mut bytes, &[name, system_name, file, u32::try_from(function.start_line).unwrap_or(0)]);
        }
        let mut end = 0;
        for string in strings() {
            end += string.len();
            put(&mut bytes, &[to_u32(end)]);
        }
        strings().for_each(|string| bytes.extend_from_slice(string.as_bytes()));
        bytes.extend_from_slice(self.origin.as_bytes());
        let checksum = checksum_of(&bytes[MAGIC.len() + 4..]);
        bytes[MAGIC.len()..][..4].copy_from_slice(&checksum);
        NameTable { bytes: ByteView::from_vec(bytes), header }
    }
}

fn put(bytes: &mut Vec<u8>, words: &[u32]) {
    words.iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
}

fn to_u32(count: usize) -> u32 {
    u32::try_from(count).expect("tables have fewer than 2^32 rows")
}

#[cfg(test)]
mod tests {
    use super::super::names::{Frame, NameTableBuilder};
    use super::*;

    fn table() -> NameTable {
        let mut table = NameTableBuilder::default();
        table.origin("/bin/a 5 6");
        let frame = |name, line| Frame { name, file: "a.c".into(), line, column: 2, start_line: 1 };
        table.add(0x30, &[frame("_ZN1a1bEv".into(), 7), frame("main".into(), 9)]);
        table.add(0x10, &[]);
        table.add(u64::MAX, &[frame("main".into(), 10)]);
        table.finish()
    }

    fn open(bytes: Vec<u8>) -> Option<NameTable> {
        NameTable::open(ByteView::from_vec(bytes))
    }

    #[test]
    fn tables_are_the_same_when_they_are_read_again() {
        let table = open(table().bytes().to_vec()).expect("it is one");
        let view = table.view();
        assert_eq!(view.origin(), b"/bin/a 5 6");
        assert_eq!((view.len(), view.row(0x20), view.row(u64::MAX)), (3, None, Some(2)));
        assert!(view.lines(0x10).expect("it was looked up").next().is_none());
        let names = |address| -> Vec<(&str, &str, i64)> {
            let lines = view.lines(address).expect("it was looked up");
            let name = |line: Line| (view.function(line.function), line.line);
            lines
                .map(name)
                .map(|(function, line)| (view.str(function.name), view.str(function.filename), line))
                .collect()
        };
        assert_eq!(names(0x30), [("a::b", "a.c", 7), ("main", "a.c", 9)]);
        assert_eq!(names(u64::MAX), [("main", "a.c", 10)]);
        let profile = table.to_profile().expect("it is valid");
        assert_eq!(profile.symbols().locations().len(), 3);
        assert_eq!(profile.symbols().functions().len(), 2);
    }

    #[test]
    fn tables_that_changed_are_none() {
        let bytes = table().bytes().to_vec();
        for length in 0..bytes.len() {
            assert!(open(bytes[..length].to_vec()).is_none(), "{length} bytes");
        }
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(changed).is_none(), "bit {bit}");
        }
        assert!(open([&bytes[..], b"x"].concat()).is_none());
    }

    /// Somebody may write another file with its right checksum.
    #[test]
    fn tables_that_lie_tell_less() {
        let bytes = table().bytes().to_vec();
        for at in (HEADER_BYTES..bytes.len()).step_by(4) {
            for value in [0, 1, u32::MAX] {
                let mut changed = bytes.clone();
                let end = changed.len().min(at + 4);
                changed[at..end].copy_from_slice(&value.to_le_bytes()[..end - at]);
                let checksum = checksum_of(&changed[MAGIC.len() + 4..]);
                changed[MAGIC.len()..][..4].copy_from_slice(&checksum);
                // Lengths and checksum are right, and ends of lists may be.
                let Some(table) = open(changed) else { continue };
                let view = table.view();
                for address in [0, 0x10, 0x30, u64::MAX] {
                    for line in view.lines(address).into_iter().flatten() {
                        let function = view.function(line.function);
                        assert!(view.str(function.name).len() <= bytes.len());
                    }
                }
                let _ = table.to_profile();
            }
        }
    }
}
