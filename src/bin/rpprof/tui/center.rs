//! Which frame is meant by a name that may be of another granularity.

use rpprof::aggregate::{FrameId, Inlines, Interrupt, flat_and_cum_until};
use rpprof::profile::LocationId;

use super::prepare::Prepared;

/// Returns the frame with a name or, if none has it, what the function of that name is among the frames there are.
///
/// So whoever looks at a function goes on to look at its file, its package or its heaviest line, and back again. The
/// outer `None` says that it was interrupted.
pub(super) fn center(prepared: &Prepared<'_, '_>, name: &str, interrupt: &Interrupt) -> Option<Option<FrameId>> {
    let named = |is_it: &dyn Fn(&str) -> bool| prepared.names.iter().position(|frame| is_it(&frame.name));
    if let Some(exact) = named(&|other| other == name) {
        return Some(Some(FrameId::from_index(exact)));
    }
    let mut found = of_function(prepared, name);
    if found.len() > 1 {
        let sums = flat_and_cum_until(&prepared.selection, &prepared.frames, &prepared.weights, interrupt)?;
        found.sort_by_key(|frame| std::cmp::Reverse(sums.cum[frame.index()].unsigned_abs()));
    }
    // A line or an address has its function in its name.
    let is_part = |other: &str| !other.is_empty() && name.split(' ').any(|part| part == other);
    Some(found.first().copied().or_else(|| named(&is_part).map(FrameId::from_index)))
}

/// Returns the frames that stand where a function does, each once.
fn of_function(prepared: &Prepared<'_, '_>, name: &str) -> Vec<FrameId> {
    let (selection, frames) = (&prepared.selection, &prepared.frames);
    let profile = selection.profile();
    let functions = profile.symbols().functions();
    let is_it: Vec<bool> = functions.iter().map(|function| profile.str(function.name) == name).collect();
    let mut found = Vec::new();
    for index in 0..profile.symbols().locations().len() {
        let location = LocationId::from_index(index);
        let lines = selection.lines_of(location);
        let shown = match prepared.scope.inlines {
            Inlines::Expand => lines,
            Inlines::Outermost => &lines[lines.len().saturating_sub(1)..],
        };
        let here = shown.iter().zip(frames.at(location));
        found.extend(here.filter(|(line, _)| is_it[line.function.index()]).map(|(_, frame)| *frame));
    }
    found.sort_unstable();
    found.dedup();
    found
}
