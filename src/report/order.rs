//! Which rows come first, and which are not wanted.

use serde::Serialize;

/// By what rows are sorted; ties by name, then by the other value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// By what the frame weighs itself.
    #[default]
    Flat,
    /// By what it weighs with all that it called.
    Cum,
}

/// Whether frames that weigh less than nothing are shown, as there are when profiles are subtracted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Negative {
    /// They are.
    #[default]
    Keep,
    /// They are not (pprof's `-drop_negative`).
    Drop,
}
