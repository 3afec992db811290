//! What only the running system can tell: names of its kernel, and of the code that it maps into programs.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};

use super::name_table::NameTable;
use super::names::{Frame, NameTableBuilder};
use super::object::{MappedRange, Object, SymbolTable};
use crate::error::{Error, ErrorKind, Result};

/// How large the code may be that the system maps into programs.
const MAX_VDSO_BYTES: u64 = 1 << 20;
const PAGE: u64 = 4096;

/// Returns the code that the system has mapped into this process, which it does into all (`[vdso]`).
///
/// # Errors
/// [`ErrorKind::Io`] or [`ErrorKind::Unsupported`] if there is none, or none that can be read.
pub(crate) fn vdso() -> Result<Object> {
    let missing = || Error::new(ErrorKind::Unsupported, "the system maps no such code");
    let maps = fs::read_to_string("/proc/self/maps").map_err(|error| missing().because(error))?;
    let line = maps.lines().find(|line| line.ends_with("[vdso]")).ok_or_else(missing)?;
    let range = line.split(' ').next().and_then(|range| range.split_once('-')).ok_or_else(missing)?;
    let number = |text| u64::from_str_radix(text, 16).map_err(|_| missing());
    let (start, end) = (number(range.0)?, number(range.1)?);
    let mut memory = File::open("/proc/self/mem")?;
    memory.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    memory.take(end.saturating_sub(start).min(MAX_VDSO_BYTES)).read_to_end(&mut bytes)?;
    Object::from_bytes("[vdso]", bytes)
}

/// The symbols of the running kernel, as far as it shows them.
pub(crate) struct Kernel {
    symbols: SymbolTable,
    /// Where code begins: what mappings of the kernel begin with.
    starts: Vec<u64>,
    build_id: String,
}

impl Kernel {
    /// Reads the kernel's symbols.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] or [`ErrorKind::Unsupported`] if it does not show them.
    pub(crate) fn running() -> Result<Self> {
        let text = fs::read_to_string("/proc/kallsyms")?;
        let notes = fs::read("/sys/kernel/notes").unwrap_or_default();
        Self::parse(&text, build_id_of(&notes).unwrap_or_default())
    }

    /// Reads symbols in the form of `/proc/kallsyms`: address, kind and name in each line.
    fn parse(text: &str, build_id: String) -> Result<Self> {
        let mut symbols = SymbolTable::default();
        let mut starts = Vec::new();
        for line in text.lines() {
            let mut words = line.split_ascii_whitespace();
            let (Some(address), Some(kind), Some(name)) = (words.next(), words.next(), words.next()) else { continue };
            let Ok(address) = u64::from_str_radix(address, 16) else { continue };
            if address == 0 {
                continue;
            }
            if matches!(name, "_text" | "_stext") {
                starts.push(address);
            }
            if matches!(kind, "t" | "T" | "w" | "W") {
                symbols.add(address, 0, name);
            }
        }
        symbols.finish();
        if symbols.is_empty() {
            let message = "the kernel hides its symbols; as root, set /proc/sys/kernel/kptr_restrict to 1 or 0";
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        Ok(Self { symbols, starts, build_id })
    }

    /// Returns the names of addresses in a mapping of a kernel with a build id, which may be empty.
    ///
    /// # Errors
    /// [`ErrorKind::Inconsistent`] if it was another kernel, or another start of this one that cannot be told from it.
    pub(crate) fn names(&self, range: MappedRange, build_id: &str, addresses: &[u64]) -> Result<NameTable> {
        if !build_id.is_empty() && !self.build_id.is_empty() && build_id != self.build_id {
            let message = format!("the kernel that runs has the build id {}", self.build_id);
            return Err(Error::new(ErrorKind::Inconsistent, message));
        }
        let moved = self.moved(range, !build_id.is_empty())?;
        let mut table = NameTableBuilder::default();
        for &address in addresses {
            let symbol = self.symbols.at(address.wrapping_sub(moved));
            table.add(address, symbol.map(|symbol| Frame::of_symbol(symbol.name())).as_slice());
        }
        Ok(table.finish())
    }

    /// Returns how far the kernel was moved when it was started: it lies elsewhere each time.
    fn moved(&self, range: MappedRange, is_this_build: bool) -> Result<u64> {
        if self.starts.contains(&range.start) {
            return Ok(0);
        }
        let start = self.starts.iter().find(|&&start| start % PAGE == range.start % PAGE);
        match start {
            Some(start) if is_this_build => Ok(range.start.wrapping_sub(*start)),
            _ => Err(Error::new(ErrorKind::Inconsistent, "the kernel that runs was started at another address")),
        }
    }
}

/// Returns the build id in notes as the kernel shows them.
fn build_id_of(notes: &[u8]) -> Option<String> {
    /// Type 3, and the name behind it.
    const GNU_BUILD_ID: &[u8] = b"\x03\0\0\0GNU\0";
    let at = notes.windows(GNU_BUILD_ID.len()).position(|window| window == GNU_BUILD_ID)?;
    let size = u32::from_ne_bytes(notes.get(at.checked_sub(4)?..at)?.try_into().ok()?) as usize;
    let start = at + GNU_BUILD_ID.len();
    let id = notes.get(start..start.checked_add(size)?)?;
    Some(id.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KALLSYMS: &str = "\
ffffffff81000000 T _text
ffffffff81000000 T _stext
ffffffff81000100 t do_work
ffffffff81000200 D some_data
ffffffffc0000000 t load\t[module]
";

    fn names(range_start: u64, build_id: &str, address: u64) -> std::result::Result<String, String> {
        let kernel = Kernel::parse(KALLSYMS, "ab".to_owned()).expect("it has symbols");
        let range = MappedRange { start: range_start, limit: u64::MAX, file_offset: range_start };
        let table = kernel.names(range, build_id, &[address]).map_err(|error| error.to_string())?;
        let table = table.view();
        let line = table.lines(address).expect("it was looked up").next();
        Ok(line.map(|line| table.str(table.function(line.function).system_name).to_owned()).unwrap_or_default())
    }

    #[test]
    fn addresses_of_the_kernel_have_names_if_it_is_this_one() {
        let start = 0xffff_ffff_8100_0000;
        assert_eq!(names(start, "", start + 0x180).as_deref(), Ok("do_work"));
        assert_eq!(names(start, "ab", 0xffff_ffff_c000_0001).as_deref(), Ok("load"));
        // The same kernel, started once more.
        assert_eq!(names(start + 0x20_0000, "ab", start + 0x20_0180).as_deref(), Ok("do_work"));
        assert!(names(start + 0x20_0000, "", start + 0x20_0180).is_err());
        assert!(names(start, "cd", start + 0x180).is_err());
    }

    #[test]
    fn hidden_symbols_are_told() {
        let error = Kernel::parse("0000000000000000 T _text\n", String::new()).err().expect("nothing is shown");
        assert!(error.to_string().contains("kptr_restrict"), "{error}");
    }

    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    #[test]
    fn the_code_that_the_system_maps_has_symbols() {
        let Ok(vdso) = vdso() else { return };
        assert!(vdso.symbols().iter().any(|symbol| symbol.name().contains("clock_gettime")));
    }
}
