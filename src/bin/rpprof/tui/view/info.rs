//! The view that is text: what the profile holds.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::request::Topic;
use super::super::state::{State, View};
use super::{mark_line, put};

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(lines) = &state.info else { return put(buffer, area, 0, state.why_not(Topic::Info), state.theme.faint()) };
    let place = state.place_in(View::Info);
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        let Some(text) = lines.get(index) else { break };
        put(buffer, area, line, text, Style::new());
        if index == place.row {
            mark_line(buffer, area, line, state.theme.selected());
        }
    }
}
