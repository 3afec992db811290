//! Other names for source files.

use std::collections::HashMap;
use std::sync::Arc;

use super::selection::Selection;
use crate::profile::{Profile, StringId};

/// Returns the profile with other names for the source files of functions; `rename` is asked once for each.
///
/// Nothing else changes, ids included, so a selection of `profile` also is one of what is returned:
/// filters see the names as they are in the file if [`Selection::of_renamed`] follows them, as in pprof.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::transform::{Filter, rename_files, select};
///
/// let profile = codec::read(std::fs::File::open("testdata/rust_cpu.pb.gz")?, &ReadOptions::default())?;
/// let (selection, _) = select(&profile, &Filter::default())?;
/// let renamed = rename_files(&profile, |file| file.trim_start_matches("/src/").to_owned());
/// let selection = selection.of_renamed(&renamed);
/// let names = selection.profile().strings().iter().filter(|text| text.starts_with("inventory/src/"));
/// assert!(names.count() > 1);
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// # Panics
/// If all strings together pass 4 GiB.
pub fn rename_files(profile: &Profile, mut rename: impl FnMut(&str) -> String) -> Profile {
    let mut renamed = profile.clone();
    let mut new_names: HashMap<StringId, StringId> = HashMap::new();
    let mut strings = None;
    let mut symbols = None;
    for (index, function) in profile.symbols().functions().iter().enumerate() {
        let new_name = *new_names.entry(function.filename).or_insert_with(|| {
            let name = profile.str(function.filename);
            let new_name = rename(name);
            if new_name == name {
                return function.filename;
            }
            strings.get_or_insert_with(|| profile.strings().clone()).push(&new_name)
        });
        if new_name != function.filename {
            symbols.get_or_insert_with(|| profile.symbols().clone()).functions[index].filename = new_name;
        }
    }
    renamed.strings = strings.map_or(renamed.strings, Arc::new);
    renamed.symbols = symbols.map_or(renamed.symbols, Arc::new);
    renamed
}

impl Selection<'_> {
    /// Returns the same selection of a profile that [`rename_files`] made of the one that this is a selection of.
    ///
    /// # Panics
    /// If the profiles do not have as many stacks, functions and locations.
    pub fn of_renamed<'r>(&self, renamed: &'r Profile) -> Selection<'r> {
        let sizes = |profile: &Profile| {
            (profile.stacks().len(), profile.symbols().functions().len(), profile.symbols().locations().len())
        };
        assert_eq!(sizes(self.profile), sizes(renamed), "the profile is another one");
        self.carried_to(renamed)
    }
}
