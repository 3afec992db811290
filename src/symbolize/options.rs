//! How names are looked for, and where.

use std::path::PathBuf;

use super::cache::CacheFolder;
use super::debuginfod::Debuginfod;
use super::demangle::NameStyle;
use super::symbolz::Symbolz;

/// Which addresses get names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Naming {
    /// Those that have none, in mappings of which the profile does not say that it has resolved them.
    #[default]
    Missing,
    /// All, whether they have names or not; what is not found stays as it is.
    All,
}

/// Whether binaries of this machine are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locality {
    /// Binaries are looked at, and then the program is asked, if options say how.
    #[default]
    Local,
    /// Only the program is asked.
    Remote,
}

/// How a [`Resolver`](super::Resolver) looks for names, and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResolveOptions {
    /// Which addresses get names.
    pub naming: Naming,
    /// Whether binaries of this machine are looked at.
    pub locality: Locality,
    /// How long names are.
    pub names: NameStyle,
    /// The main program, in place of the file that the first mapping names.
    pub main_program: Option<PathBuf>,
    /// Where binaries are looked for before the places that mappings name; see [`Resolver`](super::Resolver).
    pub binary_folders: Vec<PathBuf>,
    /// Where debug information of binaries is that do not have it themselves; `/usr/lib/debug` by default.
    pub debug_folders: Vec<PathBuf>,
    /// Servers that are asked for what is not on this machine; none by default.
    pub debuginfod: Option<Debuginfod>,
    /// The program itself, asked for the names of functions that nothing else tells; not asked by default.
    pub symbolz: Option<Symbolz>,
    /// Files that tell of code that the program made as it ran: `perf-PID.map` or `jit-PID.dump`. They hold for memory
    /// without a file; the first one that knows an address counts. Mappings of files with such names need no option.
    pub jit_files: Vec<PathBuf>,
    /// Where names are kept for the next time; nowhere by default.
    pub cache: Option<CacheFolder>,
}

impl Default for ResolveOptions {
    fn default() -> Self {
        Self {
            naming: Naming::default(),
            locality: Locality::default(),
            names: NameStyle::default(),
            main_program: None,
            binary_folders: Vec::new(),
            debug_folders: vec![PathBuf::from("/usr/lib/debug")],
            debuginfod: None,
            symbolz: None,
            jit_files: Vec::new(),
            cache: None,
        }
    }
}
