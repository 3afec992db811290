//! The parts of the lines of annotated source.

use rpprof::report::{Listing, Routine};

use super::lexer::{Lexer, Span};

/// Returns the parts of each line of each function; none where the language is not known.
pub(super) fn highlight(listing: &Listing) -> Vec<Vec<Vec<Span>>> {
    listing.routines.iter().map(of_routine).collect()
}

fn of_routine(routine: &Routine) -> Vec<Vec<Span>> {
    let Some(mut lexer) = Lexer::of_file(&routine.file) else { return vec![Vec::new(); routine.lines.len()] };
    let mut before = None;
    let lines = routine.lines.iter().map(|line| {
        // What is open at the end of a line says nothing of a line further down.
        if before.is_none_or(|before| line.line != before + 1) {
            lexer.reset();
        }
        before = Some(line.line);
        line.text.as_deref().map_or(Vec::new(), |text| lexer.line(text))
    });
    lines.collect()
}
