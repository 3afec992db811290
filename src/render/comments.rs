//! The comments of a profile, as text.

use std::io::{self, Write};

use super::tabular::{Cell, Column, Tabular};
use crate::report::Comments;

/// Writes the comments, a line each, as pprof's `comments` does.
///
/// # Errors
/// What the writer says.
pub fn comments(report: &Comments<'_>, mut writer: impl Write) -> io::Result<()> {
    report.comments.iter().try_for_each(|comment| writeln!(writer, "{comment}"))
}

impl Tabular for Comments<'_> {
    fn columns(&self) -> Vec<Column> {
        vec![Column::text("comment")]
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        self.comments.iter().try_for_each(|&comment| each(vec![Cell::text(comment)]))
    }
}
