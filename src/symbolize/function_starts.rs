//! Where the functions begin that addresses of this process are in.

use std::collections::HashMap;

use super::object::{AddressMap, MappedRange, Object};
use crate::profile::{Mapping, MappingId, Profile};

/// Where functions begin, by addresses in them; both are of the process.
pub(crate) type FunctionStarts = HashMap<u64, u64>;

/// Finds where the functions begin that the addresses of a profile are in, as far as the symbol tables of the mapped
/// files say.
pub(crate) fn function_starts(profile: &Profile) -> FunctionStarts {
    let symbols = profile.symbols();
    let mut addresses: HashMap<MappingId, Vec<u64>> = HashMap::new();
    for location in symbols.locations() {
        if let Some(mapping) = location.mapping {
            addresses.entry(mapping).or_default().push(location.address);
        }
    }
    let mut starts = FunctionStarts::new();
    for (mapping, addresses) in addresses {
        let mapping = &symbols.mappings()[mapping.index()];
        if let Some(object) = object_of(profile, mapping) {
            add_starts(&object, mapping, &addresses, &mut starts);
        }
    }
    starts
}

/// Opens the file of a mapping, if it is of the same build.
fn object_of(profile: &Profile, mapping: &Mapping) -> Option<Object> {
    let path = profile.str(mapping.file);
    if !path.starts_with('/') || path.starts_with("//") {
        return None;
    }
    let object = Object::open(path).ok()?;
    let build_id = profile.str(mapping.build_id);
    (build_id.is_empty() || object.build_id().is_empty() || object.build_id() == build_id).then_some(object)
}

fn add_starts(object: &Object, mapping: &Mapping, addresses: &[u64], starts: &mut FunctionStarts) {
    let range =
        MappedRange { start: mapping.start_address, limit: mapping.limit_address, file_offset: mapping.file_offset };
    let map = AddressMap::new(object, range);
    let symbols = object.symbols();
    for &address in addresses {
        let Ok(in_object) = map.object_address(address) else { continue };
        if let Some(symbol) = symbols.at(in_object) {
            starts.insert(address, address.wrapping_sub(in_object - symbol.address()));
        }
    }
}
