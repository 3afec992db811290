//! Reports as JSON.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a report as JSON, indented, with a line feed at the end.
///
/// The fields are those of the report's type; `version` counts changes of their meaning.
///
/// # Errors
/// What the writer says.
pub fn json(report: &impl Serialize, mut writer: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut writer, report)?;
    writer.write_all(b"\n")
}
