//! The view that is text: what the profile holds.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::request::Topic;
use super::super::state::{State, View};
use super::{mark_line, put};

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(lines) = &state.info else { return put(buffer, area, 0, state.why_not(Topic::Info), state.theme.faint()) };
    let place = state.place_in(View::Info);
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        let Some(text) = lines.get(index) else { break };
        put(buffer, area, line, &marked(text, usize::from(area.width), state.theme.is_ascii), Style::new());
        if index == place.row {
            mark_line(buffer, area, line, state.theme.selected());
        }
    }
}

/// Cuts a line that is too long, with a mark.
pub(super) fn marked(text: &str, width: usize, is_ascii: bool) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mark = if is_ascii { ".." } else { "…" };
    let mut room = width.saturating_sub(mark.width());
    let fits = |c: &char| {
        let columns = c.width().unwrap_or(0);
        let has_place = columns <= room;
        room = if has_place { room - columns } else { 0 };
        has_place
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{kept}{mark}")
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn a_line_that_is_cut_has_a_mark() {
        for (text, width, is_ascii, expected) in [
            ("0ab3f833", 8, false, "0ab3f833"),
            ("0ab3f833", 7, false, "0ab3f8…"),
            ("0ab3f833", 7, true, "0ab3f.."),
            ("日本語", 5, false, "日本…"),
            ("日本語", 4, false, "日…"),
        ] {
            assert_eq!(marked(text, width, is_ascii), expected);
        }
    }
}
