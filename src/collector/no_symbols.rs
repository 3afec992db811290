//! Stands in for the names of addresses where the feature `collector-symbols` is off.

use std::collections::HashMap;

use crate::error::Result;
use crate::profile::Profile;

/// Where functions begin, by addresses in them.
pub(crate) type Entries = HashMap<u64, u64>;

/// Returns the profile as it is, and no functions.
///
/// # Errors
/// None.
pub(crate) fn symbolize_with_entries(profile: &Profile) -> Result<(Profile, Entries)> {
    Ok((profile.clone(), Entries::new()))
}
