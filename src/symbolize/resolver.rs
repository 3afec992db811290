//! From a profile with addresses to one with names.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::UNIX_EPOCH;

use super::cache::CacheFolder;
use super::demangle::NameStyle;
use super::jit::{JitCode, is_jit_file};
use super::locate::{Located, locate};
use super::name_table::{NameTable, NamesView};
use super::named::{Named, Names};
use super::names::NameTableBuilder;
use super::object::{AddressMap, Object, Search};
use super::options::{Locality, ResolveOptions};
use super::places::is_plain;
use super::summary::{BinarySummary, Outcome, Summary};
use super::symbolz::Symbolz;
use super::system::{Kernel, vdso};
use super::wanted::{Wanted, WantedMapping, wanted};
use crate::codec::{self, WriteOptions};
use crate::error::Result;
use crate::profile::{MappingId, Profile};

/// Finds names for the addresses of profiles, and tells what became of them.
///
/// Binaries are looked for by their build ids and paths: below each folder of
/// [`binary_folders`](ResolveOptions::binary_folders) in the places where pprof looks; then where the mapping says it
/// is; then, with their build ids, below the [`debug_folders`](ResolveOptions::debug_folders). A file with another
/// build id than the profile's is not used. Debug information may be in the binary, or in a file of its own: by build id
/// below the debug folders, where `.gnu_debuglink` says, or in a `.dSYM` bundle; split debug information is read from
/// `.dwo` files or from a `.dwp` package beside the binary.
#[derive(Debug, Default)]
pub struct Resolver {
    options: ResolveOptions,
    summary: Summary,
}

/// Returns the profile with names, files and lines for addresses that have none, inlined calls included.
///
/// All that the profile says of addresses stays: names are looked up for each address as it is stored. Samples, stacks
/// and labels are shared with `profile`, and ids stay what they are. What could not be named stays without name;
/// [`Resolver::summary`] tells why.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::symbolize::{ResolveOptions, Resolver, symbolize};
///
/// let profile = codec::read(std::fs::File::open("testdata/rust_cpu.pb.gz")?, &ReadOptions::default())?;
/// let mut resolver = Resolver::new(ResolveOptions::default());
/// let named = symbolize(&profile, &mut resolver);
/// assert_eq!(named.samples(), profile.samples());
/// println!("{} of {} addresses have names", resolver.summary().named(), resolver.summary().addresses());
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// Cost: one pass over the locations if all have names. Else each binary is looked up on a thread of its own, and only
/// the parts of its debug information are read that its addresses need; see the figures in `benches/README.md`.
pub fn symbolize(profile: &Profile, resolver: &mut Resolver) -> Profile {
    find_names(profile, resolver).into_profile()
}

/// Finds the names that [`symbolize`] puts into a profile.
///
/// Who only writes the profile with them has no need of it in memory, nor of the time that it takes to make it.
///
/// ```
/// use rpprof::codec::{self, ReadOptions, WriteOptions};
/// use rpprof::symbolize::{ResolveOptions, Resolver, find_names, symbolize};
///
/// let profile = codec::read(std::fs::File::open("testdata/rust_cpu.pb.gz")?, &ReadOptions::default())?;
/// let mut resolver = Resolver::new(ResolveOptions::default());
/// let mut file = Vec::new();
/// find_names(&profile, &mut resolver).write(&mut file, &WriteOptions::default())?;
/// let named = codec::read(file.as_slice(), &ReadOptions::default())?;
/// assert_eq!(named, symbolize(&profile, &mut resolver));
/// # Ok::<(), rpprof::Error>(())
/// ```
pub fn find_names<'p>(profile: &'p Profile, resolver: &mut Resolver) -> FoundNames<'p> {
    let (binaries, unmapped) = wanted(profile, resolver.options.naming);
    resolver.summary = Summary { binaries: Vec::new(), unmapped };
    let found = in_parallel(&binaries, |wanted| Found::of(profile, wanted, &resolver.options));
    resolver.summary.binaries = found.iter().zip(&binaries).map(|(found, wanted)| found.summary(wanted)).collect();
    FoundNames { profile, found, style: resolver.options.names }
}

/// Names that [`find_names`] found for the addresses of a profile.
#[derive(Debug)]
pub struct FoundNames<'p> {
    profile: &'p Profile,
    /// By binary; none if no address wants a name.
    found: Vec<Found>,
    style: NameStyle,
}

impl FoundNames<'_> {
    /// Returns the profile with the names.
    pub fn into_profile(self) -> Profile {
        if self.found.is_empty() { self.profile.clone() } else { self.named().into_profile() }
    }

    /// Writes the profile with the names: the same bytes as [`codec::write`] makes of
    /// [`into_profile`](Self::into_profile).
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if `writer` fails.
    pub fn write(&self, writer: impl Write, options: &WriteOptions) -> Result<()> {
        if self.found.is_empty() {
            return codec::write(self.profile, writer, options);
        }
        codec::write_with(self.profile, &self.named(), writer, options)
    }

    fn named(&self) -> Named<'_> {
        let names: Vec<Names<'_>> = self.found.iter().flat_map(Found::names).collect();
        Named::of(self.profile, &names, self.style)
    }
}

impl Resolver {
    /// Makes a resolver that looks as the options say.
    pub fn new(options: ResolveOptions) -> Self {
        Self { options, summary: Summary::default() }
    }

    /// Returns what became of the addresses of the last profile.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }
}

/// What was found of a binary's addresses.
#[derive(Debug)]
struct Found {
    /// For each table, the mappings whose addresses it has.
    parts: Vec<(NameTable, Vec<NamedMapping>)>,
    outcome: Outcome,
}

/// The addresses of one mapping.
struct PartOfMapping {
    mapping: MappingId,
    /// Addresses as they are in a table, ascending, and the rows of their locations.
    addresses: Vec<(u64, u32)>,
}

/// The addresses of one mapping that are in a table.
#[derive(Debug)]
struct NamedMapping {
    mapping: MappingId,
    /// Rows of locations, and the rows of their addresses in the table, which ascend.
    rows: Vec<(u32, u32)>,
}

impl PartOfMapping {
    fn new(mapping: MappingId, mut addresses: Vec<(u64, u32)>) -> Self {
        addresses.sort_unstable();
        Self { mapping, addresses }
    }

    /// Returns whether all of the addresses are in a table.
    fn is_in(&self, table: &NameTable) -> bool {
        let mut walk = table.view().walk();
        self.addresses.iter().all(|&(address, _)| walk.row(address).is_some())
    }

    /// Finds the addresses in a table.
    fn find_in(&self, table: &NameTable) -> NamedMapping {
        let mut walk = table.view().walk();
        let mut rows = Vec::with_capacity(self.addresses.len());
        rows.extend(self.addresses.iter().filter_map(|&(address, location)| Some((location, walk.row(address)?))));
        NamedMapping { mapping: self.mapping, rows }
    }
}

/// What stands behind a mapping.
pub(super) enum Kind {
    File,
    Kernel,
    Vdso,
    /// A file that tells of code that the program made.
    Jit,
    NoFile,
    Nameless,
}

impl Kind {
    /// Tells what a mapping is by the name of its file, as pprof does.
    pub(super) fn of(wanted: &Wanted<'_>, options: &ResolveOptions) -> Self {
        let file = wanted.file;
        let name = file.rsplit('/').next().unwrap_or_default();
        let is_kernel = ["[kernel", "[guest.kernel"].iter().any(|start| file.starts_with(start));
        let is_replaced = wanted.is_main && options.main_program.is_some();
        let is_memory = name.starts_with('[') || file.starts_with("/dev/dri/") || file.starts_with("/memfd:");
        match file {
            _ if is_replaced => Self::File,
            "" if wanted.build_id.is_empty() => Self::Nameless,
            _ if is_kernel => Self::Kernel,
            "[vdso]" => Self::Vdso,
            _ if name.starts_with("linux-vdso") => Self::Vdso,
            "//anon" => Self::NoFile,
            _ if is_jit_file(name) => Self::Jit,
            _ if is_memory => Self::NoFile,
            _ => Self::File,
        }
    }
}

impl Found {
    fn of(profile: &Profile, wanted: &Wanted<'_>, options: &ResolveOptions) -> Self {
        let mut found = match options.locality {
            Locality::Local => Self::here(profile, wanted, options),
            Locality::Remote => Self::nothing(Outcome::Missing),
        };
        if let Some(symbolz) = &options.symbolz {
            found.ask(profile, wanted, symbolz);
        }
        found
    }

    /// Looks for names on this machine.
    fn here(profile: &Profile, wanted: &Wanted<'_>, options: &ResolveOptions) -> Self {
        match Kind::of(wanted, options) {
            Kind::File => match locate(wanted, options) {
                Ok(located) => Self::in_file(profile, wanted, &located, options),
                Err(outcome) => Self::nothing(outcome),
            },
            Kind::Kernel => Self::in_kernel(profile, wanted),
            Kind::Vdso => Self::in_vdso(profile, wanted),
            Kind::Jit => Self::in_jit_code(profile, wanted, &[PathBuf::from(wanted.file)]),
            Kind::NoFile if !options.jit_files.is_empty() => Self::in_jit_code(profile, wanted, &options.jit_files),
            Kind::NoFile => Self::nothing(Outcome::NoFile),
            Kind::Nameless => Self::nothing(Outcome::Nameless),
        }
    }

    fn nothing(outcome: Outcome) -> Self {
        Self { parts: Vec::new(), outcome }
    }

    fn with(mut self, table: NameTable, parts: &[PartOfMapping]) -> Self {
        let named = parts.iter().map(|part| part.find_in(&table)).collect();
        self.parts.push((table, named));
        self
    }

    fn unusable(error: &crate::Error) -> Self {
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Self::nothing(Outcome::Unusable(format!("{error}{cause}")))
    }

    fn in_file(profile: &Profile, wanted: &Wanted<'_>, located: &Located, options: &ResolveOptions) -> Self {
        let (parts, misfit) = translate(profile, wanted, &located.binary);
        if let (true, Some(misfit)) = (parts.iter().all(|part| part.addresses.is_empty()), misfit) {
            return Self::unusable(&misfit.at(located.binary.path().display().to_string()));
        }
        match look_up(located, &parts, options.cache.as_ref()) {
            Ok(table) => Self::nothing(Outcome::File(located.path().to_owned())).with(table, &parts),
            Err(error) => Self::unusable(&error.at(located.path().display().to_string())),
        }
    }

    fn in_vdso(profile: &Profile, wanted: &Wanted<'_>) -> Self {
        let vdso = match vdso() {
            Ok(vdso) if vdso.build_id() == wanted.build_id => vdso,
            Ok(vdso) => return Self::nothing(Outcome::OtherBuild(vec![(vdso.path().into(), vdso.build_id().into())])),
            Err(error) => return Self::unusable(&error),
        };
        let (parts, _) = translate(profile, wanted, &vdso);
        let search = Search { binary: &vdso, debug: None, common: None, package: None };
        match search.names(&distinct(&parts)) {
            Ok(table) => Self::nothing(Outcome::System).with(table, &parts),
            Err(error) => Self::unusable(&error),
        }
    }

    fn in_kernel(profile: &Profile, wanted: &Wanted<'_>) -> Self {
        let kernel = match Kernel::running() {
            Ok(kernel) => kernel,
            Err(error) => return Self::unusable(&error),
        };
        let mut found = Self::nothing(Outcome::System);
        for (mapping, part) in wanted.mappings.iter().zip(untranslated(profile, wanted)) {
            let part = [part];
            match kernel.names(mapping.range, wanted.build_id, &distinct(&part)) {
                Ok(table) => found = found.with(table, &part),
                Err(error) => return Self::unusable(&error),
            }
        }
        found
    }

    fn in_jit_code(profile: &Profile, wanted: &Wanted<'_>, files: &[PathBuf]) -> Self {
        let parts = untranslated(profile, wanted);
        let mut rest = distinct(&parts);
        let mut all = NameTableBuilder::default();
        for path in files {
            let found = match JitCode::open(path) {
                Ok(code) => code.names(&rest),
                Err(error) => return Self::unusable(&error),
            };
            all.add_table(&found, |address| found.view().is_named(address));
            rest.retain(|&address| !found.view().is_named(address));
        }
        match files {
            [file, ..] => Self::nothing(Outcome::File(file.clone())).with(all.finish(), &parts),
            [] => Self::nothing(Outcome::NoFile),
        }
    }

    /// Asks the program for the names of addresses that have none.
    fn ask(&mut self, profile: &Profile, wanted: &Wanted<'_>, symbolz: &Symbolz) {
        let named: HashSet<u32> = self.named_rows().map(|(_, location, _)| location).collect();
        let mut parts = untranslated(profile, wanted);
        for part in &mut parts {
            part.addresses.retain(|(_, location)| !named.contains(location));
        }
        let addresses = distinct(&parts);
        if addresses.is_empty() {
            return;
        }
        match symbolz.names(&addresses) {
            Ok(table) => {
                if self.parts.is_empty() {
                    self.outcome = Outcome::Server(symbolz.address().to_owned());
                }
                let named = parts.iter().map(|part| part.find_in(&table)).collect();
                self.parts.push((table, named));
            }
            Err(error) if self.parts.is_empty() => *self = Self::unusable(&error),
            Err(_) => {}
        }
    }

    fn names(&self) -> impl Iterator<Item = Names<'_>> {
        self.parts.iter().flat_map(|(table, parts)| {
            parts.iter().map(move |part| Names { table: table.view(), mapping: part.mapping, rows: &part.rows })
        })
    }

    /// Returns the locations of which something is known, and the rows of their addresses in a table.
    fn named_rows(&self) -> impl Iterator<Item = (NamesView<'_>, u32, usize)> {
        let rows = self.parts.iter().flat_map(|(table, parts)| {
            let table = table.view();
            parts.iter().flat_map(|part| &part.rows).map(move |&(location, row)| (table, location, row as usize))
        });
        rows.filter(|(table, _, row)| table.lines_of(*row).len() > 0)
    }

    fn summary(&self, wanted: &Wanted<'_>) -> BinarySummary {
        let (mut named, mut with_lines) = (0, 0);
        for (table, _, row) in self.named_rows() {
            named += 1;
            with_lines += usize::from(table.lines_of(row).any(|line| line.line != 0));
        }
        BinarySummary {
            file: wanted.file.to_owned(),
            build_id: wanted.build_id.to_owned(),
            addresses: wanted.count(),
            named,
            with_lines,
            outcome: self.outcome.clone(),
        }
    }
}

/// Translates addresses to the file's own ones; those that do not fit are left out, and the first tells why.
fn translate(profile: &Profile, wanted: &Wanted<'_>, object: &Object) -> (Vec<PartOfMapping>, Option<crate::Error>) {
    let mut parts = Vec::new();
    let mut misfit = None;
    for mapping in &wanted.mappings {
        let map = AddressMap::new(object, mapping.range);
        let mut addresses = Vec::with_capacity(mapping.rows.len());
        for &row in &mapping.rows {
            match map.object_address(profile.symbols().locations()[row as usize].address) {
                Ok(address) => addresses.push((address, row)),
                Err(error) => misfit = misfit.or(Some(error)),
            }
        }
        parts.push(PartOfMapping::new(mapping.id, addresses));
    }
    (parts, misfit)
}

/// Returns the addresses as they are in the process.
fn untranslated(profile: &Profile, wanted: &Wanted<'_>) -> Vec<PartOfMapping> {
    let address = |&row: &u32| (profile.symbols().locations()[row as usize].address, row);
    let part = |mapping: &WantedMapping| PartOfMapping::new(mapping.id, mapping.rows.iter().map(address).collect());
    wanted.mappings.iter().map(part).collect()
}

/// Returns the addresses of all parts, ascending, each once.
fn distinct(parts: &[PartOfMapping]) -> Vec<u64> {
    let mut addresses: Vec<u64> =
        parts.iter().flat_map(|part| part.addresses.iter().map(|&(address, _)| address)).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// Looks up addresses of a binary in what is kept of it and then in the binary; keeps what is new.
fn look_up(located: &Located, parts: &[PartOfMapping], cache: Option<&CacheFolder>) -> Result<NameTable> {
    let Some(cache) = cache else { return located.search().names(&distinct(parts)) };
    let (key, origin) = (cache_key(&located.binary), origin(located));
    let kept = match cache.read(&key, &origin) {
        Some(kept) if parts.iter().all(|part| part.is_in(&kept)) => return Ok(kept),
        kept => kept,
    };
    let mut walk = kept.as_ref().map(|kept| kept.view().walk());
    let mut new = distinct(parts);
    new.retain(|&address| walk.as_mut().is_none_or(|walk| walk.row(address).is_none()));
    let mut table = NameTableBuilder::default();
    table.origin(&origin);
    if let Some(kept) = &kept {
        table.add_table(kept, |_| true);
    }
    located.search().add_names(&new, &mut table)?;
    let table = table.finish();
    // Names are found again the next time if they cannot be kept.
    let _ = cache.write(&key, &table);
    Ok(table)
}

/// Returns the name under which a binary's names are kept.
fn cache_key(binary: &Object) -> String {
    /// Longer ones are none.
    const MAX_BUILD_ID: usize = 128;
    let build_id = binary.build_id();
    if is_plain(build_id) && build_id.len() <= MAX_BUILD_ID {
        return build_id.to_owned();
    }
    let mut hasher = DefaultHasher::new();
    binary.path().hash(&mut hasher);
    format!("path-{:016x}", hasher.finish())
}

/// Returns which files names come from, so that other ones are told from them: paths, sizes, and when they changed.
fn origin(located: &Located) -> String {
    let describe = |path: &Path| {
        let metadata = fs::metadata(path).ok();
        let size = metadata.as_ref().map_or(0, fs::Metadata::len);
        let changed = metadata.and_then(|metadata| metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok());
        format!("{} {size} {}", path.display(), changed.map_or(0, |changed| changed.as_nanos()))
    };
    located.files().map(|file| describe(file.path())).collect::<Vec<_>>().join("\n")
}

/// Does `work` on each item, on all cores; the results are in the order of the items.
fn in_parallel<I: Sync, T: Send>(items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<T>>> = items.iter().map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((item, result)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    items.get(index).zip(results.get(index))
                } {
                    let done = work(item);
                    *result.lock().expect("nobody panics with it") = Some(done);
                }
            });
        }
    });
    let take = |result: Mutex<Option<T>>| {
        result.into_inner().expect("nobody panics with it").expect("all items were worked on")
    };
    results.into_iter().map(take).collect()
}
