//! Fewer lines at each location.

use std::sync::Arc;

use crate::profile::{Line, Profile, Ragged, Symbols};

/// Returns the profile with only the outermost line of each location: inlined calls count for the
/// function that they were inlined into, and no mapping claims to have them (pprof's `-noinlines`).
pub fn without_inlines(profile: &Profile) -> Profile {
    with_lines(profile, |symbols| {
        for mapping in &mut symbols.mappings {
            mapping.resolved.inline_frames = false;
        }
        symbols.lines.iter().map(|lines| lines.last().copied()).collect()
    })
}

/// Returns the profile with all columns set to 0.
pub fn without_columns(profile: &Profile) -> Profile {
    let bare = |line: &Line| Line { column: 0, ..*line };
    with_lines(profile, |symbols| symbols.lines.iter().map(|lines| lines.iter().map(bare)).collect())
}

fn with_lines(profile: &Profile, lines: impl FnOnce(&mut Symbols) -> Ragged<Line>) -> Profile {
    let mut changed = profile.clone();
    let symbols = Arc::make_mut(&mut changed.symbols);
    symbols.lines = lines(symbols);
    changed
}
