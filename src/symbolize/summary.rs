//! What became of the addresses that wanted names.

use std::path::PathBuf;

/// What became of the addresses that wanted names, binary by binary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The binaries with addresses that wanted names, in the order of the profile's mappings.
    pub binaries: Vec<BinarySummary>,
    /// Addresses that are in no mapping, so that nobody knows what they are of.
    pub unmapped: usize,
}

/// What became of one binary's addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BinarySummary {
    /// The file as the profile names it; may be empty.
    pub file: String,
    /// The build id as the profile says it; may be empty.
    pub build_id: String,
    /// How many addresses wanted names.
    pub addresses: usize,
    /// How many got names.
    pub named: usize,
    /// How many got lines too.
    pub with_lines: usize,
    /// Where names came from, or why there are none.
    pub outcome: Outcome,
}

/// Where the names of a binary came from, or why there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// From this file.
    File(PathBuf),
    /// From the running system: its kernel, or what it maps into programs.
    System,
    /// From a server, by its address.
    Server(String),
    /// The profile does not say which file it is.
    Nameless,
    /// It is memory without a file.
    NoFile,
    /// There is no such file, nor one with its build id.
    Missing,
    /// There are only files with other build ids: their paths and ids.
    OtherBuild(Vec<(PathBuf, String)>),
    /// A file was found and could not be used; why not.
    Unusable(String),
}

impl Summary {
    /// Returns how many addresses wanted names.
    pub fn addresses(&self) -> usize {
        self.binaries.iter().map(|binary| binary.addresses).sum::<usize>() + self.unmapped
    }

    /// Returns how many addresses got names.
    pub fn named(&self) -> usize {
        self.binaries.iter().map(|binary| binary.named).sum()
    }

    /// Returns whether an address wanted a name.
    pub fn is_needed(&self) -> bool {
        self.addresses() > 0
    }
}
