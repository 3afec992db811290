//! Code that a program made as it ran, by what it wrote of it: `perf-PID.map` and `jit-PID.dump`.

use std::fs;
use std::ops::Range;
use std::path::Path;

use super::name_table::NameTable;
use super::names::{Frame, NameTableBuilder};
use super::object::SymbolTable;
use crate::error::{Error, ErrorKind, Result};

/// Functions at addresses of a process; a dump also tells lines, and has the functions' bytes.
#[derive(Debug, Default)]
pub(crate) struct JitCode {
    symbols: SymbolTable,
    /// Where code came from, ascending by address.
    places: Vec<Place>,
    /// Only those of a dump.
    bytes: Vec<u8>,
    /// Where code is in `bytes`, ascending by address.
    bodies: Vec<Body>,
    /// The processor that it is for, by ELF's number.
    #[cfg_attr(not(feature = "disassemble"), expect(dead_code, reason = "only machine code depends on it"))]
    machine: u32,
}

/// The bytes of code at an address.
#[derive(Debug, PartialEq, Eq)]
struct Body {
    address: u64,
    range: Range<usize>,
}

/// Code from an address on is of this line.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    address: u64,
    line: u32,
    file: String,
}

/// Larger files are refused.
const MAX_FILE_BYTES: u64 = 1 << 30;
/// How far back what moves is looked for among all code.
const MAX_MOVED: usize = 1 << 16;
/// What a dump begins with, in the byte order of the machine that wrote it.
const DUMP: u32 = 0x4a69_5444;

/// Returns whether a file of this name tells of code that a program made.
pub(crate) fn is_jit_file(name: &str) -> bool {
    let is_pid = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let between = |start: &str, end: &str| name.strip_prefix(start).and_then(|name| name.strip_suffix(end));
    between("perf-", ".map").or_else(|| between("jit-", ".dump")).is_some_and(is_pid)
}

impl JitCode {
    /// Reads a map or a dump.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it cannot be read, [`ErrorKind::TooLarge`], [`ErrorKind::Unsupported`] if it is neither.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let at = |error: Error| error.at(path.display().to_string());
        let size = fs::metadata(path).map_err(|error| at(error.into()))?.len();
        if size > MAX_FILE_BYTES {
            return Err(at(Error::new(ErrorKind::TooLarge, "the file passes 1 GiB")));
        }
        Self::parse(fs::read(path).map_err(|error| at(error.into()))?).map_err(at)
    }

    fn parse(bytes: Vec<u8>) -> Result<Self> {
        let magic = bytes.first_chunk::<4>().copied().unwrap_or_default();
        let mut code = if u32::from_le_bytes(magic) == DUMP {
            Self::of_dump(&Numbers { bytes: &bytes, is_big_endian: false })
        } else if u32::from_be_bytes(magic) == DUMP {
            Self::of_dump(&Numbers { bytes: &bytes, is_big_endian: true })
        } else {
            Self::of_map(&bytes)
        };
        if code.symbols.is_empty() {
            return Err(Error::new(ErrorKind::Unsupported, "no function in it"));
        }
        code.symbols.finish();
        code.places.sort_by_key(|place| place.address);
        code.bodies.sort_by_key(|body| body.address);
        if !code.bodies.is_empty() {
            code.bytes = bytes;
        }
        Ok(code)
    }

    /// Reads lines of address, size, both hexadecimal, and name.
    fn of_map(bytes: &[u8]) -> Self {
        let mut code = Self::default();
        for line in String::from_utf8_lossy(bytes).lines() {
            let mut words = line.splitn(3, ' ');
            let mut number = || u64::from_str_radix(words.next()?.trim_start_matches("0x"), 16).ok();
            let (Some(address), Some(size)) = (number(), number()) else { continue };
            code.symbols.add(address, size, words.next().unwrap_or_default().trim());
        }
        code
    }

    /// Reads records of loaded and moved code, and of its lines.
    fn of_dump(numbers: &Numbers<'_>) -> Self {
        const LOAD: u32 = 0;
        const MOVE: u32 = 1;
        const LINES: u32 = 2;
        /// Kind, size and time.
        const RECORD_HEADER: usize = 16;
        let mut code = Self { machine: numbers.u32(12).unwrap_or(0), ..Self::default() };
        let mut at = numbers.u32(8).map_or(usize::MAX, |size| size as usize);
        while let (Some(kind), Some(size)) = (numbers.u32(at), numbers.u32(at.saturating_add(4))) {
            let size = size as usize;
            let Some(end) = at.checked_add(size).filter(|_| size >= RECORD_HEADER) else { break };
            let body = at + RECORD_HEADER;
            let read = match kind {
                LOAD => code.load(numbers, body, end),
                MOVE => code.move_code(numbers, body),
                LINES => code.lines(numbers, body, end),
                _ => Some(()),
            };
            if read.is_none() {
                break;
            }
            at = end;
        }
        code
    }

    fn load(&mut self, numbers: &Numbers<'_>, body: usize, end: usize) -> Option<()> {
        let (address, size) = (numbers.u64(body + 16)?, numbers.u64(body + 24)?);
        let name = numbers.bytes_of_text(body + 40, end)?;
        self.symbols.add(address, size, &String::from_utf8_lossy(name));
        // The code is behind the zero of the name.
        let start = body + 40 + name.len() + 1;
        let code_end = usize::try_from(size).ok().and_then(|size| start.checked_add(size));
        if let Some(code_end) = code_end.filter(|&code_end| code_end <= end && end <= numbers.bytes.len()) {
            self.bodies.push(Body { address, range: start..code_end });
        }
        Some(())
    }

    fn move_code(&mut self, numbers: &Numbers<'_>, body: usize) -> Option<()> {
        let (old, new, size) = (numbers.u64(body + 16)?, numbers.u64(body + 24)?, numbers.u64(body + 32)?);
        let name = self.symbols.last_added(old).map(str::to_owned);
        if let Some(name) = name {
            self.symbols.add(new, size, &name);
        }
        let body = self.bodies.iter().rev().take(MAX_MOVED).find(|body| body.address == old);
        if let Some(range) = body.map(|body| body.range.clone()) {
            self.bodies.push(Body { address: new, range });
        }
        Some(())
    }

    fn lines(&mut self, numbers: &Numbers<'_>, body: usize, end: usize) -> Option<()> {
        /// What stands for the name of the entry before.
        const SAME: &str = "\u{fffd}";
        let count = numbers.u64(body + 8)?;
        let mut at = body + 16;
        for _ in 0..count {
            if at >= end {
                break;
            }
            let (address, line) = (numbers.u64(at)?, numbers.u32(at + 8)?);
            let name = numbers.text(at + 16, end)?;
            // The bytes that stand for a name are one that is no UTF-8.
            at = at.checked_add(17)?.checked_add(if name == SAME { 1 } else { name.len() })?;
            let same = || self.places.last().map(|place| place.file.clone()).unwrap_or_default();
            let file = if name == SAME { same() } else { name };
            self.places.push(Place { address, line, file });
        }
        Some(())
    }

    /// Returns the names of addresses.
    pub(crate) fn names(&self, addresses: &[u64]) -> NameTable {
        let mut table = NameTableBuilder::default();
        for &address in addresses {
            let frame = self.symbols.at(address).map(|symbol| {
                let before = self.places.partition_point(|place| place.address <= address).checked_sub(1);
                let place = before.map(|row| &self.places[row]).filter(|place| place.address >= symbol.address());
                Frame {
                    file: place.map_or("", |place| &place.file).into(),
                    line: place.map_or(0, |place| place.line),
                    ..Frame::of_symbol(symbol.name())
                }
            });
            table.add(address, frame.as_slice());
        }
        table.finish()
    }
}

/// What only machine code needs.
#[cfg(feature = "disassemble")]
impl JitCode {
    /// Returns the functions.
    pub(crate) fn symbols(&self) -> &SymbolTable {
        &self.symbols
    }

    /// Returns whether there are bytes of functions.
    pub(crate) fn has_code(&self) -> bool {
        !self.bodies.is_empty()
    }

    /// Returns the processor that the code is for, by ELF's number.
    pub(crate) fn machine(&self) -> u32 {
        self.machine
    }

    /// Returns the bytes of the function that was written last at an address, if it has so many.
    pub(crate) fn bytes_at(&self, address: u64, size: u64) -> Option<&[u8]> {
        let behind = self.bodies.partition_point(|body| body.address <= address);
        let mut bodies = self.bodies[..behind].iter().rev().take_while(|body| body.address == address);
        bodies.find_map(|body| Some(&self.bytes[body.range.clone()]).filter(|bytes| bytes.len() as u64 == size))
    }
}

/// Numbers in a file of one byte order; `None` where it ends.
struct Numbers<'b> {
    bytes: &'b [u8],
    is_big_endian: bool,
}

impl<'b> Numbers<'b> {
    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn u64(&self, at: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(8)?)?.try_into().ok()?;
        Some(if self.is_big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }

    /// Returns the bytes before the first zero, which is before `end`.
    fn bytes_of_text(&self, at: usize, end: usize) -> Option<&'b [u8]> {
        let bytes = self.bytes.get(at..end)?;
        Some(&bytes[..bytes.iter().position(|&byte| byte == 0)?])
    }

    /// Returns the text that ends with a zero before `end`.
    fn text(&self, at: usize, end: usize) -> Option<String> {
        Some(String::from_utf8_lossy(self.bytes_of_text(at, end)?).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(code: &JitCode, addresses: &[u64]) -> Vec<(String, String, i64)> {
        let table = code.names(addresses);
        let table = table.view();
        let name = |&address: &u64| {
            let line = table.lines(address).expect("it was looked up").next()?;
            let function = table.function(line.function);
            Some((table.str(function.system_name).to_owned(), table.str(function.filename).to_owned(), line.line))
        };
        addresses.iter().map(|address| name(address).unwrap_or_default()).collect()
    }

    fn of(name: &str, file: &str, line: i64) -> (String, String, i64) {
        (name.to_owned(), file.to_owned(), line)
    }

    #[test]
    fn maps_tell_functions() {
        let code = JitCode::parse(b"7f00 20 LazyCompile:~add /a.js:1\nbroken\n0x8000 10 b\n".to_vec())
            .expect("it has functions");
        assert_eq!(
            names(&code, &[0x7eff, 0x7f1f, 0x7f20, 0x8001]),
            [of("", "", 0), of("LazyCompile:~add /a.js:1", "", 0), of("", "", 0), of("b", "", 0)]
        );
        assert!(JitCode::parse(b"no map".to_vec()).is_err());
    }

    /// Makes a dump of records, each with its kind.
    fn dump(records: &[(u32, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = DUMP.to_le_bytes().to_vec();
        bytes.extend([1, 40, 62, 0, 77].into_iter().flat_map(u32::to_le_bytes));
        bytes.extend([0_u64, 0].into_iter().flat_map(u64::to_le_bytes));
        for (kind, body) in records {
            bytes.extend(kind.to_le_bytes());
            bytes.extend((body.len() as u32 + 16).to_le_bytes());
            bytes.extend(0_u64.to_le_bytes());
            bytes.extend(body);
        }
        bytes
    }

    fn words(numbers: &[u64]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn dumps_tell_functions_and_lines() {
        let line = |address: u64, line: u64, file: &[u8]| [&words(&[address, line]), file, &[0]].concat();
        let lines = [words(&[0x1000, 2]), line(0x1000, 7, b"a.js"), line(0x1008, 9, b"\xff")].concat();
        let load = [words(&[0, 0x1000, 0x1000, 0x10, 1]), b"add\0".to_vec(), vec![0x90; 0x10]].concat();
        let moved = words(&[0, 0, 0x1000, 0x2000, 0x10, 1]);
        let bytes = dump(&[(2, lines), (0, load), (9, vec![1]), (1, moved)]);
        let code = JitCode::parse(bytes.clone()).expect("it has functions");
        assert_eq!(
            names(&code, &[0x1004, 0x1009, 0x1010, 0x2001]),
            [of("add", "a.js", 7), of("add", "a.js", 9), of("", "", 0), of("add", "", 0)]
        );
        for end in 0..bytes.len() {
            // Whatever is left of it: no panic.
            drop(JitCode::parse(bytes[..end].to_vec()));
        }
    }

    #[test]
    fn files_are_known_by_their_names() {
        for (name, is_jit) in [
            ("perf-12.map", true),
            ("jit-7.dump", true),
            ("perf-.map", false),
            ("perf-x.map", false),
            ("jit-7.so", false),
        ] {
            assert_eq!(is_jit_file(name), is_jit, "{name}");
        }
    }
}
