//! What the main program is, for profiles that do not say it.

use std::sync::Arc;

use crate::profile::{Mapping, MappingId, Profile, StringId};

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

/// Returns the profile with another file as its main program, and with a build id of it if it has none.
///
/// A profile without mappings stays as it is.
pub fn with_main_program(profile: &Profile, file: Option<&str>, build_id: Option<&str>) -> Profile {
    let Some(main) = profile.symbols().mappings().first() else { return profile.clone() };
    let build_id = build_id.filter(|_| main.build_id == StringId::EMPTY || profile.str(main.build_id).is_empty());
    if file.is_none() && build_id.is_none() {
        return profile.clone();
    }
    let mut changed = profile.clone();
    let strings = Arc::make_mut(&mut changed.strings);
    let main = &mut Arc::make_mut(&mut changed.symbols).mappings[0];
    if let Some(file) = file {
        main.file = strings.push(file);
    }
    if let Some(build_id) = build_id {
        main.build_id = strings.push(build_id);
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::ProfileBuilder;

    #[test]
    fn a_known_build_id_stays_and_the_file_does_not() {
        let mut builder = ProfileBuilder::new();
        let mapping = Mapping { file: builder.string("old"), build_id: builder.string("abc"), ..Mapping::default() };
        builder.mapping(mapping);
        let names = |profile: &Profile| {
            let main = &profile.symbols().mappings()[0];
            (profile.str(main.file).to_owned(), profile.str(main.build_id).to_owned())
        };
        let profile = builder.build().expect("valid");
        let changed = with_main_program(&profile, Some("new"), Some("def"));
        assert_eq!(names(&changed), ("new".to_owned(), "abc".to_owned()));
        let none = assume_mapping(&ProfileBuilder::new().build().expect("valid"));
        let changed = with_main_program(&none, None, Some("def"));
        assert_eq!(names(&changed), (String::new(), "def".to_owned()));
    }
}
