//! Names for the addresses of a profile, from the files that are mapped into this process.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::thread;

use addr2line::Loader;

use crate::error::{Error, ErrorKind, Result};
use crate::profile::{
    Function, Label, LabelValue, Line, Location, LocationId, Mapping, MappingId, Profile, ProfileBuilder, Resolved,
    StringId,
};

/// Names the functions, files and lines of a profile of this process, inlined calls included.
///
/// It reads the symbol tables and debug information of the mapped files, on a thread of its own, and keeps nothing of
/// them. Locations that have lines already, and those in files that are gone or were replaced by others, stay as they
/// are.
///
/// # Errors
/// [`ErrorKind::Io`] if the thread cannot be started.
pub fn symbolize_here(profile: &Profile) -> Result<Profile> {
    Ok(symbolize_with_entries(profile)?.0)
}

/// Where the functions begin that addresses of a profile are in, by these addresses; both are of the process.
pub(crate) type Entries = HashMap<u64, u64>;

/// Does the same, and tells where the functions begin, as far as symbol tables say.
///
/// # Errors
/// [`ErrorKind::Io`] if the thread cannot be started.
pub(crate) fn symbolize_with_entries(profile: &Profile) -> Result<(Profile, Entries)> {
    thread::scope(|scope| {
        let helper = thread::Builder::new().name("rpprof-symbols".to_owned());
        let helper = helper.spawn_scoped(scope, || symbolize(profile));
        let helper = helper.map_err(|error| Error::new(ErrorKind::Io, "no thread for symbols").because(error))?;
        helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// A line as it was found: its function's name in the binary, file, line and column.
struct Found {
    system_name: String,
    file: String,
    line: u32,
    column: u32,
}

/// Copies a profile and adds lines.
fn symbolize(profile: &Profile) -> Result<(Profile, Entries)> {
    let mut entries = Entries::new();
    let symbols = profile.symbols();
    let mut found: HashMap<usize, Vec<Found>> = HashMap::new();
    let mut resolved = vec![Resolved::default(); symbols.mappings().len()];
    for (index, mapping) in symbols.mappings().iter().enumerate() {
        let is_here = |location: &Location| location.mapping.is_some_and(|id| id.index() == index);
        let is_bare = |row: usize| symbols.lines().get(row).is_empty();
        let rows: Vec<usize> =
            (0..symbols.locations().len()).filter(|&row| is_here(&symbols.locations()[row]) && is_bare(row)).collect();
        // Nothing of an object is kept beyond its round: debug information is large.
        let Some(object) = Object::open(profile, mapping).filter(|_| !rows.is_empty()) else { continue };
        for row in rows {
            let address = symbols.locations()[row].address;
            let lines = object.lines(address);
            entries.extend(object.entry(address).map(|entry| (address, entry)));
            resolved[index].functions |= !lines.is_empty();
            let has_file = lines.iter().any(|line| !line.file.is_empty());
            resolved[index].filenames |= has_file;
            resolved[index].line_numbers |= has_file;
            resolved[index].inline_frames |= has_file;
            found.insert(row, lines);
        }
    }
    let named = Copy { from: profile, builder: ProfileBuilder::new() }.with_lines(&found, &resolved)?;
    Ok((named, entries))
}

/// A mapped file, opened to look up addresses.
struct Object {
    loader: Loader,
    /// What is taken from an address in the process to get the one in the file.
    bias: u64,
}

impl Object {
    fn open(profile: &Profile, mapping: &Mapping) -> Option<Self> {
        let path = profile.str(mapping.file);
        if !path.starts_with('/') || path.starts_with("//") {
            return None;
        }
        let loader = Loader::new(path).ok()?;
        let build_id = profile.str(mapping.build_id);
        if !build_id.is_empty() && build_id_of(path).is_some_and(|found| found != build_id) {
            return None;
        }
        let address = segment_address(path, mapping.file_offset)?;
        Some(Self { loader, bias: mapping.start_address.wrapping_sub(address) })
    }

    /// Returns where the function begins that an address is in, if the symbol table tells.
    fn entry(&self, address: u64) -> Option<u64> {
        let symbol = self.loader.find_symbol_info(address.wrapping_sub(self.bias))?;
        Some(symbol.address().wrapping_add(self.bias))
    }

    /// Returns the lines of an address, an inlined function before its caller; none if nothing is known of it.
    fn lines(&self, address: u64) -> Vec<Found> {
        let address = address.wrapping_sub(self.bias);
        let mut lines = Vec::new();
        if let Ok(mut frames) = self.loader.find_frames(address) {
            while let Ok(Some(frame)) = frames.next() {
                let Some(name) = frame.function.as_ref().and_then(|name| name.raw_name().ok()) else { continue };
                let place = frame.location.as_ref();
                lines.push(Found {
                    system_name: name.into_owned(),
                    file: place.and_then(|place| place.file).unwrap_or_default().to_owned(),
                    line: place.and_then(|place| place.line).unwrap_or(0),
                    column: place.and_then(|place| place.column).unwrap_or(0),
                });
            }
        }
        // The outermost function is the symbol's; debug information often has but its last name.
        match (lines.last_mut(), self.loader.find_symbol(address)) {
            (Some(line), Some(name)) if name.starts_with("_R") || name.starts_with("_ZN") => {
                line.system_name = name.to_owned();
            }
            (None, Some(name)) => {
                lines.push(Found { system_name: name.to_owned(), file: String::new(), line: 0, column: 0 });
            }
            _ => {}
        }
        lines
    }
}

/// A program header of an ELF file of 64 bits.
struct ProgramHeader {
    kind: u32,
    flags: u32,
    offset: u64,
    address: u64,
    size: u64,
}

fn program_headers(path: &str) -> Option<Vec<ProgramHeader>> {
    let mut head = Vec::new();
    File::open(path).ok()?.take(1 << 16).read_to_end(&mut head).ok()?;
    let u64_at = |at: usize| Some(u64::from_le_bytes(head.get(at..at + 8)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_le_bytes(head.get(at..at + 4)?.try_into().ok()?));
    let u16_at = |at: usize| Some(usize::from(u16::from_le_bytes(head.get(at..at + 2)?.try_into().ok()?)));
    if !head.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let (table, size, count) = (usize::try_from(u64_at(32)?).ok()?, u16_at(54)?, u16_at(56)?);
    let header = |index: usize| {
        let at = table.checked_add(index * size)?;
        let (kind, flags) = (u32_at(at)?, u32_at(at + 4)?);
        let (offset, address, size) = (u64_at(at + 8)?, u64_at(at + 16)?, u64_at(at + 32)?);
        Some(ProgramHeader { kind, flags, offset, address, size })
    };
    (0..count).map(header).collect()
}

/// Returns the address that the file gives to the code at `offset`.
fn segment_address(path: &str, offset: u64) -> Option<u64> {
    const LOAD: u32 = 1;
    const EXECUTABLE: u32 = 1;
    const PAGE: u64 = 4096;
    // Segments share pages at their ends, and mappings begin with a page.
    let holds = |header: &ProgramHeader| {
        let (first, end) = (header.offset & !(PAGE - 1), header.offset.saturating_add(header.size));
        header.kind == LOAD && header.flags & EXECUTABLE != 0 && first <= offset && offset < end
    };
    let segment = program_headers(path)?.into_iter().find(holds)?;
    Some(segment.address.wrapping_sub(segment.offset).wrapping_add(offset))
}

/// Returns the build id of a file, if its notes are near its beginning, as they are.
fn build_id_of(path: &str) -> Option<String> {
    const NOTE: u32 = 4;
    const BUILD_ID_OF_GNU: &[u8] = b"\x03\0\0\0GNU\0";
    let mut head = Vec::new();
    File::open(path).ok()?.take(1 << 16).read_to_end(&mut head).ok()?;
    for header in program_headers(path)?.into_iter().filter(|header| header.kind == NOTE) {
        let start = usize::try_from(header.offset).ok()?;
        let Some(notes) = head.get(start..start.checked_add(usize::try_from(header.size).ok()?)?) else { continue };
        // A note is: size of name, size of content, type, name, content.
        let at = notes.windows(BUILD_ID_OF_GNU.len()).position(|window| window == BUILD_ID_OF_GNU);
        if let Some(at) = at.filter(|&at| at >= 8) {
            let length = u32::from_le_bytes(notes[at - 4..at].try_into().ok()?) as usize;
            let content = notes.get(at + BUILD_ID_OF_GNU.len()..at + BUILD_ID_OF_GNU.len() + length)?;
            return Some(content.iter().map(|byte| format!("{byte:02x}")).collect());
        }
    }
    None
}

/// A copy of a profile in the making.
struct Copy<'p> {
    from: &'p Profile,
    builder: ProfileBuilder,
}

impl Copy<'_> {
    fn string(&mut self, id: StringId) -> StringId {
        self.builder.string(self.from.str(id))
    }

    fn with_lines(mut self, found: &HashMap<usize, Vec<Found>>, resolved: &[Resolved]) -> Result<Profile> {
        let from = self.from;
        for value_type in from.sample_types() {
            let (kind, unit) = from.value_type_names(*value_type);
            self.builder.sample_type(kind, unit);
        }
        self.header();
        let mappings = self.mappings(resolved);
        let locations: Vec<LocationId> =
            (0..from.symbols().locations().len()).map(|row| self.location(row, found.get(&row), &mappings)).collect();
        for sample in from.samples().iter() {
            let stack: Vec<LocationId> = from.stack(sample.stack).iter().map(|id| locations[id.index()]).collect();
            let stack = self.builder.stack(&stack);
            let labels: Vec<Label> = from.labels(sample.labels).iter().map(|label| self.label(label)).collect();
            let labels = self.builder.label_set(&labels);
            self.builder.sample(stack, labels, sample.values);
        }
        self.builder.build()
    }

    fn header(&mut self) {
        let mut header = self.from.header().clone();
        let strings = [
            &mut header.drop_frames,
            &mut header.keep_frames,
            &mut header.period_type.kind,
            &mut header.period_type.unit,
            &mut header.default_sample_type,
            &mut header.doc_url,
        ];
        for string in strings.into_iter().chain(&mut header.comments) {
            *string = self.string(*string);
        }
        *self.builder.header_mut() = header;
    }

    fn mappings(&mut self, resolved: &[Resolved]) -> Vec<MappingId> {
        let mut ids = Vec::new();
        for (mapping, found) in self.from.symbols().mappings().iter().zip(resolved) {
            let either = Resolved {
                functions: mapping.resolved.functions || found.functions,
                filenames: mapping.resolved.filenames || found.filenames,
                line_numbers: mapping.resolved.line_numbers || found.line_numbers,
                inline_frames: mapping.resolved.inline_frames || found.inline_frames,
            };
            let (file, build_id) = (self.string(mapping.file), self.string(mapping.build_id));
            ids.push(self.builder.mapping(Mapping { file, build_id, resolved: either, ..mapping.clone() }));
        }
        ids
    }

    fn location(&mut self, row: usize, found: Option<&Vec<Found>>, mappings: &[MappingId]) -> LocationId {
        let from = self.from.symbols();
        let mut lines = Vec::new();
        for line in from.lines().get(row) {
            let function = from.functions()[line.function.index()];
            let function = Function {
                name: self.string(function.name),
                system_name: self.string(function.system_name),
                filename: self.string(function.filename),
                ..function
            };
            lines.push(Line { function: self.builder.function(function), ..*line });
        }
        for line in found.into_iter().flatten() {
            let system_name = self.builder.string(&line.system_name);
            let name = self.builder.string(&format!("{:#}", rustc_demangle::demangle(&line.system_name)));
            let filename = self.builder.string(&line.file);
            let function = self.builder.function(Function { name, system_name, filename, start_line: 0 });
            lines.push(Line { function, line: i64::from(line.line), column: i64::from(line.column) });
        }
        let location = from.locations()[row];
        let mapping = location.mapping.map(|id| mappings[id.index()]);
        self.builder.location(Location { mapping, ..location }, &lines)
    }

    fn label(&mut self, label: Label) -> Label {
        let key = self.string(label.key());
        match label.value() {
            LabelValue::Text(text) => Label::text(key, self.string(text)),
            LabelValue::Number { value, unit } => Label::number(key, value, self.string(unit)),
        }
    }
}
