//! The time of libraries, charged to the code that called them.

use std::sync::Arc;

use super::origin::{Origin, own_functions};
use super::selection::{Cut, Selection};
use crate::profile::{Function, Line, Location, LocationId, Profile, Ragged, StackId, Stacks, Symbols};

/// The function that gets what samples without any code of the program's own weigh.
pub const NOT_MY_CODE: &str = "(not my code)";

/// Returns a profile in which libraries are no frames: what they weigh is charged to the nearest caller that is not one.
///
/// Frames of dependencies, of the language and of the system go; see [`origins`](super::origins). So
/// do places in shared libraries of the system that have no function at all. Samples in whose stacks
/// nothing is left are charged to one function, [`NOT_MY_CODE`], so that nothing is lost: threads of
/// a runtime, say, or the collection of garbage.
///
/// What the selection leaves out of stacks is left out here too, and filters were matched before:
/// those for a library still find it. [`Selection::of_my_code`] is the selection of what is returned.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::report::{self, TopOptions};
/// use rpprof::transform::{Selection, my_code};
///
/// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
/// let all = Selection::all(&profile);
/// let mine = my_code(&all);
/// let mut options = TopOptions::default();
/// options.values.sample_type = profile.default_sample_type()?;
/// let top = report::top(&all.of_my_code(&mine), &options);
/// assert!(top.rows.iter().all(|row| !row.name.starts_with("runtime.")));
/// assert_eq!(top.rows.iter().map(|row| row.flat).sum::<i64>(), top.coverage.shown);
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// Cost: a look at each function and location, and a copy of the stacks; none at samples.
pub fn my_code(selection: &Selection<'_>) -> Profile {
    let profile = selection.profile();
    let is_own = own_functions(profile);
    let mut lines = Ragged::sized_as(profile.symbols().lines());
    let mut is_kept = Vec::with_capacity(profile.symbols().locations().len());
    for (index, location) in profile.symbols().locations().iter().enumerate() {
        let id = LocationId::from_index(index);
        let shown = if selection.is_hidden(id) { &[] } else { selection.lines_of(id) };
        let row = lines.push(shown.iter().copied().filter(|line| is_own(line.function)));
        let is_nameless = shown.is_empty() && !selection.is_hidden(id) && place_origin(profile, location).may_be_own();
        is_kept.push(is_nameless || !lines.get(row).is_empty());
    }
    let mut mine = profile.clone();
    let name = Arc::make_mut(&mut mine.strings).push(NOT_MY_CODE);
    let Symbols { mappings, functions, locations, file_ids, .. } = profile.symbols();
    let mut symbols = Symbols {
        mappings: mappings.clone(),
        functions: functions.clone(),
        locations: locations.clone(),
        lines,
        file_ids: file_ids.clone(),
    };
    let function = symbols.push_function(Function { name, ..Function::default() });
    let rest = symbols.push_location(Location::default(), [Line { function, line: 0, column: 0 }]);

    mine.symbols = Arc::new(symbols);

    let mut stacks = Stacks::default();
    let mut own = Vec::new();
    for id in (0..profile.stacks().len()).map(StackId::from_index) {
        let all = selection.stack(id).unwrap_or_default();
        own.clear();
        own.extend(all.iter().copied().filter(|location| is_kept[location.index()]));
        if own.is_empty() && !all.is_empty() {
            own.push(rest);
        }
        stacks.push(&own);
    }
    mine.stacks = Arc::new(stacks);
    mine
}

/// Tells whose a place is that has no function.
fn place_origin(profile: &Profile, location: &Location) -> Origin {
    location.mapping.map_or(Origin::Unknown, |mapping| Origin::of_mapping(profile, mapping))
}

impl Selection<'_> {
    /// Returns the same samples of the profile that [`my_code`] made of this selection.
    ///
    /// # Panics
    /// If the profiles do not have as many stacks.
    pub fn of_my_code<'m>(&self, mine: &'m Profile) -> Selection<'m> {
        assert_eq!(self.profile.stacks().len(), mine.stacks().len(), "the profile was made of another one");
        let whole =
            |(cut, stack): (&Cut, &[LocationId])| Cut { start: 0, end: stack.len() as u32, is_kept: cut.is_kept };
        let mut selection = Selection::all(mine);
        selection.cuts = self.cuts.iter().zip(mine.stacks().iter()).map(whole).collect();
        selection.kept_labels.clone_from(&self.kept_labels);
        selection.hidden_keys.clone_from(&self.hidden_keys);
        selection
    }
}
