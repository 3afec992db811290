//! Views that are text: what the profile holds, and why there are no instructions.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::state::{State, View};
use super::{mark_line, put};

pub(super) fn draw_info(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(lines) = &state.info else { return put(buffer, area, 0, "computing ...", state.theme.faint()) };
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

pub(super) fn draw_disassembly(state: &State, buffer: &mut Buffer, area: Rect) {
    let lines = ["The browser shows no instructions.", "5 shows source lines, g f goes on to addresses."];
    for (row, line) in (0..).zip(lines) {
        put(buffer, area, row, line, state.theme.faint());
    }
}
