//! A mapping for profiles that have none.

use std::sync::Arc;

use crate::profile::{Mapping, MappingId, Profile};

/// Returns the profile with one empty mapping for all locations if it has none at all (pprof's `locateBinaries`).
pub fn assume_mapping(profile: &Profile) -> Profile {
    if !profile.symbols().mappings().is_empty() {
        return profile.clone();
    }
    let mut assumed = profile.clone();
    let symbols = Arc::make_mut(&mut assumed.symbols);
    symbols.mappings.push(Mapping::default());
    for location in &mut symbols.locations {
        location.mapping = Some(MappingId::from_index(0));
    }
    assumed
}
