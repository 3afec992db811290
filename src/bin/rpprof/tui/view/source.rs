//! The source of a function with what its lines weigh.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use rpprof::report::{ListingLine, Source};

use super::super::delta::Delta;
use super::super::request::Topic;
use super::super::state::{SourceRow, State, View};
use super::{WIDE_CHANGE, mark_line, put, put_change};

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some((_, source)) = &state.source else {
        let text =
            if state.selected.is_empty() { "select a function first, in 1" } else { state.why_not(Topic::Source) };
        return put(buffer, area, 0, text, state.theme.faint());
    };
    if source.listing.routines.is_empty() {
        return put(buffer, area, 0, &format!("the profile has no lines of {}", state.selected), state.theme.faint());
    }
    let place = state.place_in(View::Source);
    let rows = state.source_lines();
    let values = rows.iter().map(|row| match row {
        SourceRow::Line(_, line, old) => weight(line, *old),
        SourceRow::Head(_) => 0,
    });
    let heaviest = values.max().unwrap_or(0).max(1) as f64;
    let gutter = if state.theme.is_ascii { "|" } else { "▌" };
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        match rows.get(index) {
            None => break,
            Some(SourceRow::Head(routine)) => {
                let file = match &routine.source {
                    Source::Found { path } => path.clone(),
                    Source::Missing { .. } => {
                        format!("{} was not found; --source-path says where it lies", routine.file)
                    }
                    Source::Unknown => "the profile names no file".to_owned(),
                };
                put(buffer, area, line, &format!("{}  {file}", routine.function), state.theme.strong());
            }
            Some(SourceRow::Line(_, row, Some(old))) => {
                let delta = Delta::of(old.1, row.cum);
                let number = if row.line == 0 { String::new() } else { row.line.to_string() };
                let text = row.text.as_deref().unwrap_or("...");
                let right = Rect::new(area.x + 1, area.y, area.width.saturating_sub(1), area.height);
                if (old.1, row.cum) == (0, 0) {
                    let columns = if right.width >= WIDE_CHANGE { 37 } else { 17 };
                    put(buffer, right, line, &format!("{:columns$} {number:>6} {text}", ""), Style::new());
                } else {
                    put_change(state, buffer, right, line, &delta, &format!("{number:>6} {text}"), Style::new());
                    let share = weight(row, Some(*old)) as f64 / heaviest;
                    put(buffer, area, line, gutter, state.theme.heat(share));
                }
            }
            Some(SourceRow::Line(_, row, None)) => {
                let value = |value: i64| if value == 0 { String::new() } else { state.label(value) };
                let number = if row.line == 0 { String::new() } else { row.line.to_string() };
                let text = row.text.as_deref().unwrap_or("...");
                let text = format!("{:>9} {:>9} {number:>6} {text}", value(row.flat), value(row.cum));
                let right = Rect::new(area.x + 1, area.y, area.width.saturating_sub(1), area.height);
                put(buffer, right, line, &text, Style::new());
                if row.cum != 0 {
                    put(buffer, area, line, gutter, state.theme.heat(row.cum.unsigned_abs() as f64 / heaviest));
                }
            }
        }
        if index == place.row {
            mark_line(buffer, area, line, state.theme.selected());
        }
    }
}

/// Returns what makes a line hot: how much it weighs, or how much it changed.
fn weight(line: &ListingLine, old: Option<(i64, i64)>) -> u64 {
    Delta::of(old.map_or(0, |(_, cum)| cum), line.cum).difference().unsigned_abs()
}
