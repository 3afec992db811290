//! All that a binary tells of addresses, from the best source that has it.

use std::io;
use std::num::NonZero;
use std::path::PathBuf;
use std::thread;

use super::dwarf::{DebugInformation, Lines};
use super::pclntab::LineTable;
use super::split::{Missing, SplitFiles};
use super::{Object, SymbolTable};
use crate::error::Result;
use crate::symbolize::names::{Frame, NameTable, NameTableBuilder};

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

/// A thread is worth its context only if it has so many addresses to look up.
const MIN_ADDRESSES_A_THREAD: usize = 512;

impl Search<'_> {
    /// Looks up addresses of the binary, which are ascending.
    ///
    /// Debug information comes first; the outermost function has its symbol's name then, which is often the longer one,
    /// as llvm-symbolizer does it. Without debug information Go's own table tells functions and lines, and else symbols
    /// tell functions.
    pub(crate) fn names(&self, addresses: &[u64]) -> Result<NameTable> {
        let mut table = NameTableBuilder::default();
        self.add_names(addresses, &mut table)?;
        table.finish()
    }

    /// Does the same, and appends to a table.
    pub(crate) fn add_names(&self, addresses: &[u64], table: &mut NameTableBuilder) -> Result<()> {
        let binary = self.binary.file()?;
        let debug = self.debug.unwrap_or(self.binary).file()?;
        let own_symbols = self.binary.symbols();
        let debug_symbols = self.debug.map(Object::symbols).unwrap_or_default();
        let common = self.common.and_then(|common| common.file().ok());
        let has_lines = self.debug.unwrap_or(self.binary).has_debug_information();
        let lines = has_lines.then(|| DebugInformation::new(&debug, common.as_ref()));
        let go = if has_lines { None } else { LineTable::of(&binary) };
        let symbols = [&own_symbols, &debug_symbols];
        let sources = Sources { symbols, lines: lines.as_ref(), go: go.as_ref() };
        let (mut parts, missing) = sources.names(&SplitFiles::new(self.package, &[]), addresses)?;
        // Which split files are needed is known only now, and a context that went without cannot be mended.
        let files: Vec<(u64, Object)> =
            missing.into_iter().filter_map(|file| Some((file.id, self.split_file(&file)?))).collect();
        if !files.is_empty() {
            parts = sources.names(&SplitFiles::new(self.package, &files), addresses)?.0;
        }
        parts.iter().for_each(|part| table.add_table(part, |_| true));
        Ok(())
    }

    /// Opens a split file where the compiler has put it, or beside the binary.
    fn split_file(&self, file: &Missing) -> Option<Object> {
        let beside = |object: &Object| Some(object.path().parent()?.join(file.path.file_name()?));
        let places: [Option<PathBuf>; 3] = [Some(file.path.clone()), beside(self.binary), self.debug.and_then(beside)];
        places.into_iter().flatten().find_map(|path| Object::open(path).ok())
    }
}

/// How much stack a thread has. The parser of debug information goes down as deep as inlined calls are nested, and a
/// broken file may nest very many. It costs nothing before it is used.
const STACK_BYTES: usize = if cfg!(target_pointer_width = "64") { 256 << 20 } else { 16 << 20 };

/// What there is to look up addresses in.
#[derive(Clone, Copy)]
struct Sources<'s> {
    /// Those of the binary, and those of its debug file, which has internal names too.
    symbols: [&'s SymbolTable; 2],
    lines: Option<&'s DebugInformation<'s>>,
    go: Option<&'s LineTable<'s>>,
}

impl Sources<'_> {
    /// Looks up addresses, on several threads if they are many; also says which split files would have told more.
    fn names(self, split: &SplitFiles<'_>, addresses: &[u64]) -> Result<(Vec<NameTable>, Vec<Missing>)> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = (addresses.len() / MIN_ADDRESSES_A_THREAD).clamp(1, cores);
        if self.lines.is_none() {
            let (table, missing) = self.names_of(split, addresses)?;
            return Ok((vec![table], missing));
        }
        // Neighbours are of the same unit, which is then parsed on one thread only.
        let parts = thread::scope(|scope| {
            let parts = addresses.chunks(addresses.len().div_ceil(threads).max(1));
            let start = |part| {
                let worker = thread::Builder::new().name("rpprof-symbols".to_owned()).stack_size(STACK_BYTES);
                worker.spawn_scoped(scope, move || self.names_of(split, part))
            };
            let workers: Vec<_> = parts.map(start).collect();
            let join = |worker: thread::ScopedJoinHandle<'_, _>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().map(|worker| worker.map(join)).collect::<io::Result<Vec<_>>>()
        })?;
        let mut tables = Vec::new();
        let mut all_missing = Vec::new();
        for part in parts {
            let (table, missing) = part?;
            tables.push(table);
            all_missing.extend(missing);
        }
        all_missing.sort_by_key(|file: &Missing| file.id);
        all_missing.dedup_by_key(|file| file.id);
        Ok((tables, all_missing))
    }

    fn names_of(self, split: &SplitFiles<'_>, addresses: &[u64]) -> Result<(NameTable, Vec<Missing>)> {
        let mut table = NameTableBuilder::default();
        let mut lines = self.lines.and_then(|lines| lines.lines(split));
        for &address in addresses {
            let mut frames = Vec::new();
            if let Some(lines) = &mut lines {
                lines.find(address, &mut frames);
            }
            let [own, internal] = self.symbols.map(|symbols| symbols.at(address).map(|symbol| symbol.name()));
            match frames.last_mut() {
                Some(outermost) => {
                    // Debug information knows functions of C by names that are better than internal ones.
                    let name = own.or(internal.filter(|name| name.starts_with("_Z") || name.starts_with("_R")));
                    outermost.name = name.map_or_else(|| outermost.name.clone(), Into::into);
                }
                None => {
                    let go = self.go.and_then(|go| go.find(address));
                    frames.extend(go.or_else(|| own.or(internal).map(Frame::of_symbol)));
                }
            }
            table.add(address, &frames);
        }
        Ok((table.finish()?, lines.map(Lines::missing).unwrap_or_default()))
    }
}
