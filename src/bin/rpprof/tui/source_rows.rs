//! The rows of the view of sources.

use rpprof::report::{ListingLine, Routine, Source};

use super::delta::Delta;
use super::lexer::Span;
use super::state::State;

impl State {
    /// Returns the lines of the source that is shown.
    pub(super) fn source_lines(&self) -> Vec<SourceRow<'_>> {
        let Some((_, source)) = &self.source else { return Vec::new() };
        let rows = source.listing.routines.iter().enumerate().flat_map(|(index, routine)| {
            let old = source.old.as_ref().map(|old| &old[index]);
            let lines = routine.lines.iter().enumerate();
            let lines = lines.map(move |(row, line)| {
                SourceRow::Line(routine, line, old.map(|old| old[row]), &source.spans[index][row])
            });
            [SourceRow::Head(routine)].into_iter().chain(lines)
        });
        rows.collect()
    }
}

/// A row of the view of sources.
#[derive(Clone, Copy, Debug)]
pub(super) enum SourceRow<'s> {
    Head(&'s Routine),
    /// With what it weighed itself and in all, if two profiles are compared, and the parts of its text.
    Line(&'s Routine, &'s ListingLine, Option<(i64, i64)>, &'s [Span]),
}

impl SourceRow<'_> {
    /// Returns what is written in the row, without numbers.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Head(routine) => &routine.function,
            Self::Line(_, line, ..) => line.text.as_deref().unwrap_or_default(),
        }
    }

    /// Returns how much the row weighs, or how much it changed.
    pub(super) fn weight(&self) -> u64 {
        match self {
            Self::Head(_) => 0,
            Self::Line(_, line, old, _) => {
                Delta::of(old.map_or(0, |(_, cum)| cum), line.cum).difference().unsigned_abs()
            }
        }
    }

    /// Returns the file and line to edit, if the file was found.
    pub(super) fn location(&self) -> Option<(String, i64)> {
        let (routine, line) = match self {
            Self::Head(routine) => (routine, routine.lines.first().map_or(1, |line| line.line)),
            Self::Line(routine, line, ..) => (routine, line.line),
        };
        let Source::Found { path } = &routine.source else { return None };
        Some((path.clone(), line.max(1)))
    }
}
