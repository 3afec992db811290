//! How names are looked for, and where.

use std::path::PathBuf;

use super::cache::CacheFolder;
use super::demangle::NameStyle;

/// Which addresses get names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Naming {
    /// Those that have none, in mappings of which the profile does not say that it has resolved them.
    #[default]
    Missing,
    /// All, whether they have names or not; what is not found stays as it is.
    All,
}

/// How a [`Resolver`](super::Resolver) looks for names, and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResolveOptions {
    /// Which addresses get names.
    pub naming: Naming,
    /// How long names are.
    pub names: NameStyle,
    /// The main program, in place of the file that the first mapping names.
    pub main_program: Option<PathBuf>,
    /// Where binaries are looked for before the places that mappings name; see [`Resolver`](super::Resolver).
    pub binary_folders: Vec<PathBuf>,
    /// Where debug information of binaries is that do not have it themselves; `/usr/lib/debug` by default.
    pub debug_folders: Vec<PathBuf>,
    /// Where names are kept for the next time; nowhere by default.
    pub cache: Option<CacheFolder>,
}

impl Default for ResolveOptions {
    fn default() -> Self {
        Self {
            naming: Naming::default(),
            names: NameStyle::default(),
            main_program: None,
            binary_folders: Vec::new(),
            debug_folders: vec![PathBuf::from("/usr/lib/debug")],
            cache: None,
        }
    }
}
