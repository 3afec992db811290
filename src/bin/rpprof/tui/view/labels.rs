//! Labels: keys, and their values by what they weigh.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::answer::LabelRow;
use super::super::delta::Delta;
use super::super::request::Topic;
use super::super::state::{State, View};
use super::{bar, mark_line, percent, put, put_change};

/// Columns of a bar.
const BAR: usize = 10;

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(labels) = &state.labels else {
        return put(buffer, area, 0, state.why_not(Topic::Labels), state.theme.faint());
    };
    if labels.is_empty() {
        return put(buffer, area, 0, "no sample has labels", state.theme.faint());
    }
    let place = state.place_in(View::Labels);
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        let Some(row) = labels.get(index) else { break };
        match row {
            LabelRow::Key { key, values, unlabelled } => {
                let without = match unlabelled {
                    0 => String::new(),
                    value => format!(", {} without it", state.label(*value)),
                };
                let noun = if *values == 1 { "value" } else { "values" };
                put(buffer, area, line, &format!("{key}: {values} {noun}{without}"), state.theme.strong());
            }
            LabelRow::Value { text, value, old, .. } if state.scope.is_diff() => {
                put_change(state, buffer, area, line, &Delta::of(*old, *value), text, Style::new());
            }
            LabelRow::Value { text, value, .. } => {
                let (shown, percent) = (state.label(*value), percent(state, *value));
                put(buffer, area, line, &format!("{shown:>9} {percent:>7} {:<BAR$} {text}", ""), Style::new());
                if state.total() != 0 {
                    let share = value.unsigned_abs() as f64 / state.total().unsigned_abs() as f64;
                    let width = usize::from(area.width.saturating_sub(18)).min(BAR);
                    if width > 0 {
                        buffer.set_stringn(
                            area.x + 18,
                            area.y + line,
                            bar(state, share, BAR),
                            width,
                            state.theme.bar(),
                        );
                    }
                }
            }
        }
        if index == place.row {
            mark_line(buffer, area, line, state.theme.selected());
        }
    }
}
