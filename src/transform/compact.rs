//! A profile without what no sample needs.

use super::merge::merge;
use crate::error::Result;
use crate::profile::Profile;

/// Returns the profile without zero samples and without strings, functions, locations and mappings
/// that no sample uses; equal samples become one (pprof's `Compact`).
///
/// The first mapping stays, because it is the main program.
///
/// # Errors
/// None for a profile that [`codec::read`](crate::codec::read()) or a builder made.
pub fn compact(profile: &Profile) -> Result<Profile> {
    merge(&[profile])
}
