//! A binary file: what it is, where its segments lie, and its bytes.

mod answers;
mod base;
mod build_id;
mod debug_link;
mod dwarf;
mod elf;
mod entries;
mod functions;
mod lines;
mod origins;
mod paths;
mod pclntab;
mod plans;
mod plt;
mod rows;
mod sections;
mod split;
mod symbols;
mod units;

use std::ops::Range;
use std::path::{Path, PathBuf};

use object::read::macho::FatArch;
use object::{FileKind, Object as _, ObjectSegment, SegmentFlags};
use symbolic_common::ByteView;

use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;

pub(crate) use base::{AddressMap, MappedRange};
pub(crate) use debug_link::{Check, DebugLink};
pub(crate) use lines::Search;
pub use symbols::{Symbol, SymbolTable};

/// A binary file, mapped into memory: ELF, Mach-O or PE.
///
/// It is looked at where it lies: opening it reads its headers and notes alone.
///
/// ```
/// # #[cfg(target_os = "linux")] {
/// use rpprof::symbolize::Object;
///
/// let program = Object::open(std::env::current_exe()?)?;
/// let segment = program.segments().iter().find(|segment| segment.is_executable).expect("it runs");
/// let code = program.bytes_at(segment.address..segment.address + 16).expect("it is in the file");
/// assert_eq!(code.len(), 16);
/// let symbols = program.symbols();
/// assert!(symbols.iter().any(|symbol| symbol.name().contains("main")));
/// # }
/// # Ok::<(), rpprof::Error>(())
/// ```
#[derive(Debug)]
pub struct Object {
    path: PathBuf,
    view: ByteView<'static>,
    /// The part of `view` that is for this machine; all of it unless there are several.
    part: Range<usize>,
    format: Format,
    segments: Vec<Segment>,
    build_id: String,
}

/// What kind of file it is, as far as addresses depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// ELF, with its `e_type`.
    Elf(u16),
    MachO,
    /// PE, with the address that it wants to be loaded at.
    Pe(u64),
}

/// A part of a binary file that is loaded into memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it begins in the file's own addresses.
    pub address: u64,
    /// How large it is in memory, in bytes.
    pub size: u64,
    /// Where it begins in the file, in bytes.
    pub file_offset: u64,
    /// How much of it is in the file, in bytes.
    pub file_size: u64,
    /// To what its address is aligned; 0 if that is not known.
    pub align: u64,
    /// Whether it holds code.
    pub is_executable: bool,
}

impl Object {
    /// Opens a binary file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it cannot be read, [`ErrorKind::Unsupported`] if it is none of the formats or is broken.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let failed = |error| Error::new(ErrorKind::Io, "cannot be read").at(path.display().to_string()).because(error);
        // A pipe would wait for somebody to write to it.
        if !path.metadata().map_err(failed)?.is_file() {
            return Err(Error::new(ErrorKind::Unsupported, "not a regular file").at(path.display().to_string()));
        }
        let view = ByteView::open(path).map_err(failed)?;
        Self::parse(path.to_owned(), view).map_err(|error| error.at(path.display().to_string()))
    }

    /// Makes an object of the bytes of a file; `path` says where files that belong to it may be found.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] if the bytes are none of the formats or are broken.
    pub fn from_bytes(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self> {
        Self::parse(path.into(), ByteView::from_vec(bytes))
    }

    fn parse(path: PathBuf, view: ByteView<'static>) -> Result<Self> {
        let part = part_for_this_machine(&view)?;
        let file = object::File::parse(&view[part.clone()]).map_err(broken)?;
        let format = match &file {
            object::File::Elf32(elf) => Format::Elf(elf::kind(elf)),
            object::File::Elf64(elf) => Format::Elf(elf::kind(elf)),
            object::File::MachO32(_) | object::File::MachO64(_) => Format::MachO,
            object::File::Pe32(_) | object::File::Pe64(_) => Format::Pe(file.relative_address_base()),
            _ => return Err(Error::new(ErrorKind::Unsupported, "neither ELF nor Mach-O nor PE")),
        };
        let segments = match &file {
            object::File::Elf32(elf) => elf::segments(elf),
            object::File::Elf64(elf) => elf::segments(elf),
            _ => file.segments().map(|segment| other_segment(&segment)).collect(),
        };
        let build_id = build_id::build_id(&file);
        Ok(Self { path, part, format, segments, build_id, view })
    }

    /// Returns where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the build id in lower-case hexadecimal digits; empty if there is none.
    ///
    /// That is the note of the GNU linker in ELF files, the UUID in Mach-O, and signature and age of a PDB in PE.
    pub fn build_id(&self) -> &str {
        &self.build_id
    }

    /// Returns the parts that are loaded into memory.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Returns the bytes that are loaded at a range of the file's own addresses; `None` if not all are in the file.
    pub fn bytes_at(&self, addresses: Range<u64>) -> Option<&[u8]> {
        let size = addresses.end.checked_sub(addresses.start)?;
        self.segments.iter().find_map(|segment| {
            let skipped = addresses.start.checked_sub(segment.address)?;
            if skipped.checked_add(size)? > segment.file_size {
                return None;
            }
            let start = usize::try_from(segment.file_offset.checked_add(skipped)?).ok()?;
            self.bytes().get(start..start.checked_add(usize::try_from(size).ok()?)?)
        })
    }

    /// Returns the symbols of functions, by address.
    ///
    /// They are those of the symbol table, of the dynamic one, and of a compressed one that systems leave in stripped
    /// files (`.gnu_debugdata`). Stubs that call functions of other files are named after these: `malloc@plt`.
    pub fn symbols(&self) -> SymbolTable {
        self.symbols_beside(&SymbolTable::default())
    }

    /// Returns the same, with stubs named by symbols that only the file's debug file may have.
    pub(crate) fn symbols_beside(&self, internal: &SymbolTable) -> SymbolTable {
        self.file().map_or_else(|_| SymbolTable::default(), |file| SymbolTable::of(&file, self.bytes().len(), internal))
    }

    /// Looks up addresses of the file's own, and returns them as a profile without samples.
    ///
    /// Each address is a location once, ascending; its lines are an inlined function before its caller, with short names
    /// beside the system ones. Of an address without lines nothing is known. Debug information in other files is not
    /// looked for, but for `.dwo` files.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] if the file is broken.
    pub fn look_up(&self, addresses: &[u64]) -> Result<Profile> {
        let mut addresses = addresses.to_vec();
        addresses.sort_unstable();
        addresses.dedup();
        let search = Search { binary: self, debug: None, common: None, package: None };
        search.names(&addresses)?.to_profile()
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Returns the whole file, or the part for this machine.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.view[self.part.clone()]
    }

    /// Returns the file as the parser sees it, which costs a look at its headers.
    pub(crate) fn file(&self) -> Result<object::File<'_>> {
        object::File::parse(self.bytes()).map_err(broken)
    }

    /// Returns whether there is debug information of lines or functions, here or in split files.
    pub(crate) fn has_debug_information(&self) -> bool {
        self.file().is_ok_and(|file| sections::exists(&file, ".debug_info"))
    }
}

fn broken(error: object::Error) -> Error {
    Error::new(ErrorKind::Unsupported, "not a readable ELF, Mach-O or PE file").because(error)
}

fn other_segment<'d>(segment: &object::Segment<'d, '_>) -> Segment {
    let (file_offset, file_size) = segment.file_range();
    let is_executable = match segment.flags() {
        SegmentFlags::MachO { initprot, .. } => initprot.0 & object::macho::VM_PROT_EXECUTE.0 != 0,
        SegmentFlags::Coff { characteristics } => characteristics.0 & object::pe::IMAGE_SCN_MEM_EXECUTE.0 != 0,
        _ => false,
    };
    let (address, size, align) = (segment.address(), segment.size(), segment.align());
    Segment { address, size, file_offset, file_size, align, is_executable }
}

/// Returns which part of a file is for this machine: a Mach-O file may have one for each of several.
fn part_for_this_machine(bytes: &[u8]) -> Result<Range<usize>> {
    let all = 0..bytes.len();
    let range = match FileKind::parse(bytes).map_err(broken)? {
        FileKind::MachOFat32 => {
            let file = object::read::macho::MachOFatFile32::parse(bytes).map_err(broken)?;
            part_of(file.arches())
        }
        FileKind::MachOFat64 => {
            let file = object::read::macho::MachOFatFile64::parse(bytes).map_err(broken)?;
            part_of(file.arches())
        }
        _ => return Ok(all),
    };
    let missing = || Error::new(ErrorKind::Unsupported, "a Mach-O file without a part for this machine");
    range.filter(|range| range.end <= bytes.len()).ok_or_else(missing)
}

fn part_of<A: FatArch>(arches: &[A]) -> Option<Range<usize>> {
    let wanted = match std::env::consts::ARCH {
        "aarch64" => object::Architecture::Aarch64,
        "x86" => object::Architecture::I386,
        _ => object::Architecture::X86_64,
    };
    let arch = arches.iter().find(|arch| arch.architecture() == wanted).or_else(|| arches.first())?;
    let (start, size) = arch.file_range();
    Some(usize::try_from(start).ok()?..usize::try_from(start.checked_add(size)?).ok()?)
}
