//! The help, made of the table of keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::key::Binding;
use super::super::state::State;
use super::put;

/// Returns the lines of the help: first what the view has for itself.
pub(in super::super) fn lines(state: &State) -> Vec<String> {
    let line = |binding: &Binding| format!("  {:<18} {}", binding.keys_text(), binding.text);
    let here = |binding: &&Binding| binding.holds_in(state.view);
    let mut lines = vec![format!("Keys in {}", state.view.name())];
    lines.extend(state.settings.keys.iter().filter(here).filter(|binding| !binding.views.is_empty()).map(line));
    lines.push("Keys everywhere".to_owned());
    lines.extend(state.settings.keys.iter().filter(|binding| binding.views.is_empty()).map(line));
    lines.extend(
        [
            "Mouse",
            "  click selects, twice opens; the wheel scrolls; tabs and headings can be clicked",
            "Words",
            "  flat, self   what a function weighs by itself",
            "  cum, total   the same with all that it called",
        ]
        .map(str::to_owned),
    );
    lines
}

pub(super) fn draw(state: &State, buffer: &mut Buffer) {
    let (width, height) = state.size;
    let area = Rect::new(0, 0, width, height);
    for row in 0..height {
        put(buffer, area, row, &" ".repeat(usize::from(width)), Style::reset());
        buffer.set_style(Rect::new(0, row, width, 1), Style::reset());
    }
    let lines = lines(state);
    let first = state.help.unwrap_or(0);
    for (row, line) in (0..height - 1).zip(lines.iter().skip(first)) {
        let style = if line.starts_with(' ') { Style::new() } else { state.theme.strong() };
        put(buffer, area, row, line, style);
    }
    put(buffer, area, height - 1, "any other key closes; up and down scroll", state.theme.faint());
}
