//! Flame graphs as folded stacks.

use std::io::{self, Write};

use crate::report::Flame;

/// Writes a flame graph as folded stacks: frames from the bottom up, joined by `;`, a space, the value.
///
/// Values are in the profile's own unit. A `;` in a name becomes `:`, a control character a space. Paths
/// that were left out count for the box that they stand on.
///
/// # Errors
/// What the writer says.
pub fn folded(report: &Flame, mut writer: impl Write) -> io::Result<()> {
    for line in folded_lines(report, frame_text) {
        writeln!(writer, "{line}")?;
    }
    Ok(())
}

/// Returns the lines of [`folded`], with names as `frame_text` makes them.
pub(super) fn folded_lines(report: &Flame, frame_text: impl Fn(&str) -> String) -> impl Iterator<Item = String> {
    report.boxes.iter().enumerate().filter(|(_, flame_box)| flame_box.rest > 0).map(move |(row, flame_box)| {
        let mut path = Vec::with_capacity(flame_box.depth + 1);
        let mut next = Some(row);
        while let Some(row) = next {
            path.push(frame_text(&report.boxes[row].name));
            next = report.boxes[row].parent;
        }
        path.reverse();
        format!("{} {}", path.join(";"), flame_box.rest)
    })
}

/// Returns a name that can stand between semicolons, on a line and in XML.
pub(super) fn frame_text(name: &str) -> String {
    let shown = |c: char| match c {
        ';' => ':',
        c if c.is_control() => ' ',
        c => c,
    };
    name.chars().map(shown).collect()
}
