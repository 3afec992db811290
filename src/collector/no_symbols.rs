//! Stands in for the names of addresses where the feature `collector-symbols` is off.

use crate::error::Result;
use crate::profile::Profile;

/// Returns the profile as it is.
///
/// # Errors
/// None.
pub(crate) fn symbolize_here(profile: &Profile) -> Result<Profile> {
    Ok(profile.clone())
}
