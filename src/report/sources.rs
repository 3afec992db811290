//! The texts of source files that a report shows, each asked for once.

use std::collections::HashMap;

use super::listing::{Source, SourceText};

/// Source files by their names in the profile.
pub(super) struct Sources<'f, F> {
    find: F,
    known: HashMap<&'f str, Result<SourceText, String>>,
}

impl<'f, F: FnMut(&str) -> Result<SourceText, String>> Sources<'f, F> {
    /// Asks `find` for what is not known yet.
    pub(super) fn new(find: F) -> Self {
        Self { find, known: HashMap::new() }
    }

    /// Returns what is known of a file, and its text; that of one that is not there is empty.
    pub(super) fn of(&mut self, file: &'f str) -> (Source, &str) {
        if file.is_empty() {
            return (Source::Unknown, "");
        }
        match self.known.entry(file).or_insert_with(|| (self.find)(file)) {
            Ok(found) => (Source::Found { path: found.path.clone() }, &found.text),
            Err(reason) => (Source::Missing { reason: reason.clone() }, ""),
        }
    }
}
