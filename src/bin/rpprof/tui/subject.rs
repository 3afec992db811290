//! What is known of the profiles from the beginning.

use std::path::PathBuf;

use super::reading::Reading;

/// What is known of the profile from the beginning.
#[derive(Clone, Debug, Default)]
pub(super) struct Subject {
    pub(super) files: Vec<PathBuf>,
    /// Name and unit of each column of values.
    pub(super) types: Vec<(String, String)>,
    /// How long it took, in words; empty if it is not known.
    pub(super) duration: String,
    /// The share of the whole below which the first call tree has no paths.
    pub(super) first_share: f64,
    /// The labels that became frames.
    pub(super) grouped_by: Vec<String>,
    /// The flags of how things were read and found.
    pub(super) reading: Reading,
    /// The old profile, if two are compared.
    pub(super) base: Option<Base>,
}

/// What is known of the old profile from the beginning.
#[derive(Clone, Debug, Default)]
pub(super) struct Base {
    pub(super) files: Vec<PathBuf>,
    /// Name and unit of each column of values.
    pub(super) types: Vec<(String, String)>,
}
