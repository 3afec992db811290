//! The objects that are or were loaded: where, from which file, with which build id and unwind rules.
//!
//! [`Modules`] is the helper's list, which remembers objects that are gone. [`ModuleMap`] is the part of it that
//! handlers read: the rules of what is loaded now. A new map replaces the old one when the loader's count of loads and
//! unloads has changed.

mod elf;
mod maps;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::unwind::{Architecture, HOST, Rule, Section, Table, TableBuilder, section_of_header};
use crate::collector::sys::loader;
use crate::collector::sys::published::{Published, Retired};
use elf::{Headers, ProcessMemory};
use maps::MapLine;

/// What handlers unwind with.
pub(crate) static MODULE_MAP: Published<ModuleMap> = Published::empty();

/// A range of code, and the object that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Module {
    /// First address.
    pub(crate) start: u64,
    /// One past the last address.
    pub(crate) end: u64,
    /// Where `start` lies in the file.
    pub(crate) file_offset: u64,
    /// What is added to the addresses in the file to get those in memory.
    pub(crate) bias: u64,
    /// The path, a name in brackets, or `//anon` for code without a file.
    pub(crate) path: String,
    /// In hexadecimal digits, or empty.
    pub(crate) build_id: String,
}

/// A module in the list, loaded or gone.
#[derive(Clone)]
struct Entry {
    module: Module,
    /// The first epoch in which it is the one at its addresses.
    first_epoch: u32,
    /// The last such epoch; `u32::MAX` as long as nothing else can have been loaded there.
    last_epoch: u32,
    /// The last reading of the list that it was in.
    seen_in: u64,
}

/// What was loaded during some time.
pub(crate) struct History(Vec<Entry>);

impl History {
    /// Returns the modules.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Module> {
        self.0.iter().map(|entry| &entry.module)
    }

    /// Returns the place of the module that had `address` in `epoch`.
    pub(crate) fn find(&self, epoch: u32, address: u64) -> Option<usize> {
        self.0.iter().position(|entry| {
            (entry.module.start..entry.module.end).contains(&address)
                && (entry.first_epoch..=entry.last_epoch).contains(&epoch)
        })
    }
}

/// Code of one object, as handlers see it.
struct Range {
    start: u64,
    end: u64,
    /// The address that the table's offsets count from.
    base: u64,
    table: Arc<Table>,
}

/// The rules of what is loaded, by address; it never changes.
pub(crate) struct ModuleMap {
    /// Ascending, and apart.
    ranges: Vec<Range>,
    generation: u64,
}

impl ModuleMap {
    /// Returns which map it is; no other one has the same number, and none has 0.
    #[inline]
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns the rule of the instruction at `address`.
    ///
    /// Cost: two binary searches; no allocation, so it is allowed in a handler.
    pub(crate) fn rule(&self, address: u64) -> Rule {
        self.range(address).map_or(Rule::UNKNOWN, |(range, offset)| range.table.find(offset))
    }

    /// Returns whether `address` is in code of an object that the map has the rules of.
    pub(crate) fn knows(&self, address: u64) -> bool {
        self.range(address).is_some()
    }

    /// Returns the range that `address` is in, and its offset in the table.
    #[inline]
    fn range(&self, address: u64) -> Option<(&Range, u32)> {
        let after = self.ranges.partition_point(|range| range.start <= address);
        let range = &self.ranges[after.checked_sub(1)?];
        let offset = u32::try_from(address - range.base).ok()?;
        (address < range.end).then_some((range, offset))
    }
}

/// What makes a table usable for another load of an object.
#[derive(Clone, PartialEq, Eq, Hash)]
struct TableKey {
    path: String,
    file_id: String,
    build_id: String,
    /// Size of the unwind header, for files without a build id.
    header_size: u64,
}

/// How many tables of objects that are gone are kept for when they come back.
const KEPT_TABLES: usize = 64;

/// What is loaded at one time.
pub(crate) struct Look {
    /// What the loader said just before.
    generation: u64,
    ranges: Vec<Range>,
    seen: Vec<Module>,
    /// Whether the loader said the same afterwards.
    is_steady: bool,
}

/// All objects that are or were loaded.
#[derive(Default)]
pub(crate) struct Modules {
    entries: Vec<Entry>,
    /// How many times the list was read.
    readings: u64,
    /// Grows by two when the list is read anew: the number left out is of the time between two readings.
    epoch: u32,
    /// The addresses of objects that came or went after the first reading; ascending, and apart.
    transient: Vec<(u64, u64)>,
    /// What the loader said when the list was made; `None` before the first time.
    generation: Option<u64>,
    /// The biases of objects that nobody can unload, besides the program itself.
    permanent: Vec<u64>,
    /// How many maps were published.
    published: u64,
    tables: HashMap<TableKey, Arc<Table>>,
    retired: Vec<Retired<ModuleMap>>,
}

impl Modules {
    /// Reads what is loaded now; `None` if it cannot be read.
    ///
    /// `mark` is called when the loader has been asked: what is found is true from then on.
    ///
    /// Cost: a few microseconds for each line of the maps, and about 0.2 µs for each function of an object that was not
    /// seen before.
    pub(crate) fn look(&mut self, mut mark: impl FnMut()) -> Option<Look> {
        /// If objects come and go all the time, none may find nothing new.
        const TRIES: usize = 3;
        let memory = ProcessMemory::open()?;
        let mut look = None;
        for _ in 0..TRIES {
            let before = generation();
            mark();
            let text = fs::read("/proc/self/maps").ok()?;
            let (ranges, seen) = self.read_maps(&String::from_utf8_lossy(&text), &memory);
            let is_steady = generation() == before;
            look = Some(Look { generation: before, ranges, seen, is_steady });
            if is_steady {
                break;
            }
        }
        look
    }

    /// Takes in what was found to be loaded, and publishes it to handlers.
    pub(crate) fn note(&mut self, look: Look) {
        self.retired.retain_mut(|retired| !retired.is_unread());
        if self.generation.is_none() {
            self.permanent = loader::permanent();
        }
        let events = match (look.is_steady, self.generation) {
            (true, before) => before.map_or(0, |before| look.generation.wrapping_sub(before)),
            (false, _) => u64::MAX,
        };
        self.note_modules(look.seen, events);
        self.published += 1;
        let map = ModuleMap { ranges: look.ranges, generation: self.published };
        self.retired.push(MODULE_MAP.publish(Some(Box::new(map))));
        self.generation = Some(look.generation);
    }

    /// Returns whether objects were loaded or unloaded since the list was read.
    pub(crate) fn have_changed(&self) -> bool {
        self.generation != Some(generation())
    }

    /// Returns the epoch, which addresses must be noted with to be understood later.
    pub(crate) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Returns the epoch of samples that were taken since the list was read.
    ///
    /// If it has changed since, nobody knows which samples were taken before; they are of the time between.
    pub(crate) fn epoch_of_samples(&self) -> u32 {
        if self.have_changed() { self.epoch + 1 } else { self.epoch }
    }

    /// Returns the first epoch in which the addresses mean the same as in `epoch`, as far as that is easily told.
    pub(crate) fn least_epoch(&self, epoch: u32, addresses: &[u64]) -> u32 {
        let is_transient = |address: &u64| {
            let after = self.transient.partition_point(|range| range.0 <= *address);
            after > 0 && *address < self.transient[after - 1].1
        };
        let is_certain = epoch.is_multiple_of(2);
        if !is_certain || addresses.iter().any(is_transient) { epoch } else { 0 }
    }

    /// Returns how many times the list was read.
    pub(crate) fn readings(&self) -> u64 {
        self.readings
    }

    /// Returns what was loaded in the reading `first` or later.
    pub(crate) fn history(&self, first: u64) -> History {
        History(self.entries.iter().filter(|entry| entry.seen_in >= first).cloned().collect())
    }

    fn read_maps(&mut self, text: &str, memory: &ProcessMemory) -> (Vec<Range>, Vec<Module>) {
        let mut ranges = Vec::new();
        let mut seen = Vec::new();
        let mut used_tables = Vec::new();
        // The object that the lines belong to: its file and headers, if it has any.
        let mut file: Option<(MapLine<'_>, Option<Headers>)> = None;
        for line in maps::lines(text) {
            let is_vdso = line.path == "[vdso]";
            let is_file = line.path.starts_with('/') || is_vdso;
            let goes_on = file
                .as_ref()
                .is_some_and(|(first, _)| first.path == line.path && first.file_id == line.file_id && line.offset != 0);
            if is_file && !goes_on {
                file = Some((line.clone(), (line.offset == 0).then(|| Headers::read(memory, line.start)).flatten()));
            }
            if !line.is_executable || line.path == "[vsyscall]" {
                continue;
            }
            let headers = if is_file { file.as_ref().and_then(|(_, headers)| headers.as_ref()) } else { None };
            let module = Module {
                start: line.start,
                end: line.end,
                file_offset: line.offset,
                bias: headers.map_or(0, |headers| headers.bias),
                path: if line.path.is_empty() { "//anon" } else { line.path }.to_owned(),
                build_id: headers.map_or_else(String::new, |headers| headers.build_id.clone()),
            };
            if let (Some((first, _)), Some(headers)) = (&file, headers) {
                let header_size = headers.unwind_header.map_or(0, |(_, size)| size);
                let key = TableKey {
                    path: line.path.to_owned(),
                    file_id: first.file_id.to_owned(),
                    build_id: headers.build_id.clone(),
                    header_size,
                };
                let base = first.start;
                let table =
                    self.tables.entry(key.clone()).or_insert_with(|| table(memory, headers, base, &HOST).into());
                ranges.push(Range { start: line.start, end: line.end, base, table: Arc::clone(table) });
                used_tables.push(key);
            }
            seen.push(module);
        }
        if self.tables.len() > used_tables.len() + KEPT_TABLES {
            self.tables.retain(|key, _| used_tables.contains(key));
        }
        (ranges, seen)
    }

    /// Brings the list up to date with what is loaded now, `events` loads and unloads later.
    fn note_modules(&mut self, seen: Vec<Module>, events: u64) {
        self.readings += 1;
        let (before, between) = (self.epoch, self.epoch + 1);
        let is_first = self.readings == 1;
        self.epoch += if is_first { 0 } else { 2 };
        let mut new = Vec::new();
        for module in seen {
            let known = self.entries.iter_mut().find(|entry| entry.last_epoch == u32::MAX && entry.module == module);
            match known {
                Some(entry) => entry.seen_in = self.readings,
                None => new.push(module),
            }
        }
        let is_object = |module: &Module| module.path.starts_with('/') && !module.path.starts_with("//");
        let is_gone = |entry: &&Entry| entry.last_epoch == u32::MAX && entry.seen_in + 1 == self.readings;
        let gone = self.entries.iter().filter(is_gone).filter(|entry| is_object(&entry.module));
        let differences = gone.count() + new.iter().filter(|module| is_object(module)).count();
        // If more has happened than is seen of it, there were objects that came and went between.
        let is_all_seen = events <= differences as u64;
        let is_replaced = |old: &Module| new.iter().any(|new| new.start < old.end && old.start < new.end);
        let program = fs::read_link("/proc/self/exe").unwrap_or_default().to_string_lossy().into_owned();
        let permanent = &self.permanent;
        let is_permanent =
            |module: &Module| module.path == program || (module.bias != 0 && permanent.contains(&module.bias));
        let mut again = Vec::new();
        for entry in self.entries.iter_mut().filter(|entry| entry.last_epoch == u32::MAX) {
            if is_replaced(&entry.module) {
                entry.last_epoch = before;
            } else if !is_all_seen && is_object(&entry.module) && !is_permanent(&entry.module) {
                // Another one may have been in its place for a while.
                again.push(Entry { first_epoch: self.epoch, ..entry.clone() });
                entry.last_epoch = before;
            }
        }
        let is_replacing = |new: &Module| {
            self.entries
                .iter()
                .any(|entry| entry.last_epoch == before && new.start < entry.module.end && entry.module.start < new.end)
        };
        for module in new {
            let first_epoch = match is_first || (is_all_seen && !is_replacing(&module)) {
                true if is_first => 0,
                true => between,
                false => self.epoch,
            };
            again.push(Entry { module, first_epoch, last_epoch: u32::MAX, seen_in: self.readings });
        }
        self.entries.extend(again);
        self.forget_oldest();
        self.note_transient();
    }

    /// Forgets objects that were replaced long ago if there are too many of them.
    fn forget_oldest(&mut self) {
        const MOST: usize = 10_000;
        let is_replaced = |entry: &Entry| entry.last_epoch != u32::MAX;
        let count = self.entries.iter().filter(|entry| is_replaced(entry)).count();
        if count > MOST {
            // Entries are in the order in which they were made.
            let mut left = count - MOST / 2;
            self.entries.retain(|entry| {
                let is_old = is_replaced(entry) && left > 0;
                left -= usize::from(is_old);
                !is_old
            });
        }
    }

    fn note_transient(&mut self) {
        let is_transient =
            |entry: &&Entry| entry.first_epoch > 0 || entry.last_epoch != u32::MAX || entry.seen_in != self.readings;
        let ranges = self.entries.iter().filter(is_transient).map(|entry| (entry.module.start, entry.module.end));
        let mut ranges: Vec<(u64, u64)> = ranges.collect();
        ranges.sort_unstable();
        self.transient.clear();
        for (start, end) in ranges {
            match self.transient.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => self.transient.push((start, end)),
            }
        }
    }
}

/// Returns a number that is another one when objects were loaded or unloaded: how often, or where the loader cannot be
/// asked, a hash of what is loaded.
fn generation() -> u64 {
    loader::generation().unwrap_or_else(|| {
        let text = fs::read("/proc/self/maps").unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        for line in maps::lines(&String::from_utf8_lossy(&text)).filter(|line| line.is_executable) {
            (line.start, line.end, line.offset, line.file_id, line.path).hash(&mut hasher);
        }
        hasher.finish()
    })
}

/// Builds the table of an object in memory, of its unwind rules as far as they can be read, and of its code without.
fn table(memory: &ProcessMemory, headers: &Headers, base: u64, architecture: &Architecture) -> Table {
    let mut builder = told_rules(memory, headers, base, architecture);
    for code in &headers.code {
        for gap in builder.gaps(code.clone()) {
            let bytes = memory.read(gap.start, gap.end - gap.start);
            builder.add_inferred(Section { bytes: &bytes, address: gap.start }, headers.start, architecture);
        }
    }
    builder.finish()
}

/// Reads the unwind rules of an object in memory, as far as they can be read.
fn told_rules(memory: &ProcessMemory, headers: &Headers, base: u64, architecture: &Architecture) -> TableBuilder {
    let mut builder = TableBuilder::new(base);
    let mut read = || {
        let (header_address, header_size) = headers.unwind_header?;
        let header = memory.read(header_address, header_size.min(16));
        let address = section_of_header(Section { bytes: &header, address: header_address })?;
        let bytes = memory.read(address, headers.segment_end(address)?.checked_sub(address)?);
        builder.add_section(Section { bytes: &bytes, address }, header_address, architecture);
        Some(())
    };
    read();
    builder
}
