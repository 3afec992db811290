//! Finds a binary and the files that tell more of it; what is of another build is refused.

use std::path::{Path, PathBuf};

use super::debuginfod::Part;
use super::object::{DebugLink, Object, Search};
use super::options::ResolveOptions;
use super::places;
use super::summary::Outcome;
use super::wanted::Wanted;

/// A binary with the files that tell more of it.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) binary: Object,
    /// The file with its debug information, if that is another one.
    debug: Option<Object>,
    /// The file with what the debug information shares with that of others.
    common: Option<Object>,
    /// The package of its split debug information.
    package: Option<Object>,
}

/// What the system appends to the name of a mapped file that was removed.
const DELETED: &str = " (deleted)";

/// Finds the binary of a mapping; tells why there is none that fits.
pub(crate) fn locate(wanted: &Wanted<'_>, options: &ResolveOptions) -> Result<Located, Outcome> {
    let mut attempts = Attempts { build_id: wanted.build_id, others: Vec::new(), broken: None, server: None };
    let binary = match &options.main_program {
        Some(program) if wanted.is_main => attempts.open_named(program),
        _ => find_binary(&mut attempts, wanted.file, options),
    };
    match binary {
        Some(binary) => Ok(Located::new(binary, options)),
        None => Err(attempts.outcome()),
    }
}

fn find_binary(attempts: &mut Attempts<'_>, file: &str, options: &ResolveOptions) -> Option<Object> {
    for folder in &options.binary_folders {
        for place in places::binaries_in(folder, file, attempts.build_id) {
            if let Some(binary) = attempts.open_strictly(&place) {
                return Some(binary);
            }
        }
    }
    if let Some(binary) = attempts.open_named(Path::new(file)) {
        return Some(binary);
    }
    let was_removed = file.strip_suffix(DELETED).filter(|_| !attempts.build_id.is_empty());
    if let Some(binary) = was_removed.and_then(|file| attempts.open_strictly(Path::new(file))) {
        return Some(binary);
    }
    let places = places::debug_files(&options.debug_folders, attempts.build_id);
    places.iter().find_map(|place| attempts.open_strictly(place)).or_else(|| attempts.fetch(options))
}

/// Files that were tried, and why they are not the one.
struct Attempts<'w> {
    /// The build id that is wanted; empty if any will do.
    build_id: &'w str,
    others: Vec<(PathBuf, String)>,
    broken: Option<String>,
    /// Why no server could be asked.
    server: Option<String>,
}

impl Attempts<'_> {
    /// Opens a file that the profile or the user names: one without a build id may be the one.
    fn open_named(&mut self, path: &Path) -> Option<Object> {
        let object = self.open(path)?;
        let fits = object.build_id().is_empty() || self.build_id.is_empty() || object.build_id() == self.build_id;
        self.keep_if(fits, object)
    }

    /// Opens a file in a place where others may be too.
    fn open_strictly(&mut self, path: &Path) -> Option<Object> {
        let object = self.open(path)?;
        let fits = self.build_id.is_empty() || object.build_id() == self.build_id;
        self.keep_if(fits, object)
    }

    fn open(&mut self, path: &Path) -> Option<Object> {
        if !path.is_file() {
            return None;
        }
        match Object::open(path) {
            Ok(object) => Some(object),
            Err(error) => {
                self.broken.get_or_insert(error.to_string());
                None
            }
        }
    }

    /// Asks the servers for debug information, which has all that names need, and then for the binary.
    fn fetch(&mut self, options: &ResolveOptions) -> Option<Object> {
        let servers = options.debuginfod.as_ref()?;
        [Part::DebugInformation, Part::Executable].into_iter().find_map(|part| {
            let found = servers.find(self.build_id, part).inspect_err(|error| self.server = Some(error.to_string()));
            self.open_strictly(&found.ok()??)
        })
    }

    fn keep_if(&mut self, fits: bool, object: Object) -> Option<Object> {
        if fits {
            return Some(object);
        }
        let other = (object.path().to_owned(), object.build_id().to_owned());
        if !self.others.contains(&other) {
            self.others.push(other);
        }
        None
    }

    fn outcome(self) -> Outcome {
        match (self.others.is_empty(), self.broken.or(self.server)) {
            (false, _) => Outcome::OtherBuild(self.others),
            (true, Some(why)) => Outcome::Unusable(why),
            (true, None) => Outcome::Missing,
        }
    }
}

impl Located {
    /// Finds what belongs to a binary.
    fn new(binary: Object, options: &ResolveOptions) -> Self {
        let debug = if binary.has_debug_information() { None } else { find_debug_file(&binary, options) };
        let source = debug.as_ref().unwrap_or(&binary);
        let common = source.common_link().and_then(|link| open_linked(source, &link, options));
        let package = debug.iter().chain([&binary]).find_map(|object| {
            let path = places::package(object.path());
            if path.is_file() { Object::open(path).ok() } else { None }
        });
        Self { binary, debug, common, package }
    }

    /// Returns the file that names came from, for people.
    pub(crate) fn path(&self) -> &Path {
        self.debug.as_ref().unwrap_or(&self.binary).path()
    }

    /// Returns what to look up addresses in.
    pub(crate) fn search(&self) -> Search<'_> {
        Search {
            binary: &self.binary,
            debug: self.debug.as_ref(),
            common: self.common.as_ref(),
            package: self.package.as_ref(),
        }
    }

    /// Returns the files that names come from.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Object> {
        [Some(&self.binary), self.debug.as_ref(), self.common.as_ref(), self.package.as_ref()].into_iter().flatten()
    }
}

/// Finds the file with the debug information of a binary that has none itself.
fn find_debug_file(binary: &Object, options: &ResolveOptions) -> Option<Object> {
    let is_of_build = |object: &Object| !binary.build_id().is_empty() && object.build_id() == binary.build_id();
    let is_another = |object: &Object| object.path() != binary.path();
    let by_id = places::debug_files(&options.debug_folders, binary.build_id());
    let of_build = by_id.iter().chain(places::dsym(binary.path()).iter()).find_map(|place| {
        let object = Object::open(place).ok()?;
        (is_of_build(&object) && is_another(&object)).then_some(object)
    });
    let linked = || open_linked(binary, &binary.debug_link()?, options).filter(is_another);
    let fetched = || {
        let place = options.debuginfod.as_ref()?.find(binary.build_id(), Part::DebugInformation).ok()??;
        Object::open(place).ok().filter(is_of_build)
    };
    of_build.or_else(linked).or_else(fetched)
}

/// Opens a file that a binary names, if it is the one that was meant.
fn open_linked(binary: &Object, link: &DebugLink, options: &ResolveOptions) -> Option<Object> {
    let is_of_build = |object: &Object| !binary.build_id().is_empty() && object.build_id() == binary.build_id();
    let places = places::linked_files(&options.debug_folders, binary, link);
    places.into_iter().find_map(|place| {
        let object = Object::open(place).ok()?;
        (is_of_build(&object) || link.check.is_met_by(&object)).then_some(object)
    })
}
