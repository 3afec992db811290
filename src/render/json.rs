//! Reports as JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

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

/// Writes a report as JSON, with each row of its lists on a line of its own.
///
/// Made for reports with very many rows: these stay small, and tools that read lines can find them.
///
/// # Errors
/// What the writer says.
pub fn json_rows(report: &impl Serialize, mut writer: impl Write) -> io::Result<()> {
    let formatter = RowFormatter { pretty: PrettyFormatter::new(), depth: 0 };
    report.serialize(&mut Serializer::with_formatter(&mut writer, formatter))?;
    writer.write_all(b"\n")
}

/// How many lists and objects deep there is a line for each element.
const LINE_DEPTH: usize = 2;

/// Indents the outermost lists and objects only.
struct RowFormatter {
    pretty: PrettyFormatter<'static>,
    depth: usize,
}

impl RowFormatter {
    fn has_lines(&self) -> bool {
        self.depth <= LINE_DEPTH
    }
}

impl Formatter for RowFormatter {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.has_lines() { self.pretty.begin_array(writer) } else { writer.write_all(b"[") }
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let has_lines = self.has_lines();
        self.depth -= 1;
        if has_lines { self.pretty.end_array(writer) } else { writer.write_all(b"]") }
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        match (self.has_lines(), first) {
            (true, _) => self.pretty.begin_array_value(writer, first),
            (false, true) => Ok(()),
            (false, false) => writer.write_all(b", "),
        }
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.has_lines() { self.pretty.end_array_value(writer) } else { Ok(()) }
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.has_lines() { self.pretty.begin_object(writer) } else { writer.write_all(b"{") }
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let has_lines = self.has_lines();
        self.depth -= 1;
        if has_lines { self.pretty.end_object(writer) } else { writer.write_all(b"}") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        match (self.has_lines(), first) {
            (true, _) => self.pretty.begin_object_key(writer, first),
            (false, true) => Ok(()),
            (false, false) => writer.write_all(b", "),
        }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.has_lines() { self.pretty.end_object_value(writer) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::json_rows;

    #[test]
    fn rows_are_lines() {
        let report = serde_json::json!({"rows": [{"a": [1, 2]}, {"b": {}}], "none": []});
        let mut bytes = Vec::new();
        json_rows(&report, &mut bytes).expect("memory can be written to");
        let text = String::from_utf8(bytes).expect("JSON is text");
        let expected = "{\n  \"none\": [],\n  \"rows\": [\n    {\"a\": [1, 2]},\n    {\"b\": {}}\n  ]\n}\n";
        assert_eq!(text, expected);
    }
}
