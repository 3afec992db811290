//! The machine code of a function with what its instructions weigh.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::answer::CodeRow;
use super::super::delta::Delta;
use super::super::find::matching_lines;
use super::super::request::Topic;
use super::super::state::{State, View};
use super::{WIDE_CHANGE, mark_line, put, put_change, put_code_heading, put_codeless_heading, row_style};

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some((_, instructions)) = &state.instructions else {
        let text = if state.selected.is_empty() {
            "select a function first, in <view-top>"
        } else {
            state.why_not(Topic::Instructions)
        };
        return put(buffer, area, 0, &state.keyed(text), state.theme.faint());
    };
    if instructions.rows.is_empty() {
        put_codeless_heading(state, buffer, area);
        return draw_reasons(state, buffer, area, &instructions.reasons);
    }
    let heaviest = instructions.rows.iter().map(CodeRow::weight).max().unwrap_or(0).max(1) as f64;
    let gutter = if state.theme.is_ascii { "|" } else { "▌" };
    let right = Rect::new(area.x + 1, area.y, area.width.saturating_sub(1), area.height);
    let place = state.place_in(View::Disassembly);
    let matches = matching_lines(state, View::Disassembly);
    put_code_heading(state, buffer, area, &format!("{:>8} instruction", "address"));
    for (line, row) in (0..area.height).zip(instructions.rows.iter().skip(place.first)) {
        match row {
            CodeRow::Function { name, binary } => {
                put(buffer, area, line, &format!("{name}  {binary}"), state.theme.strong());
            }
            CodeRow::Line(text) => put(buffer, right, line, text, state.theme.faint()),
            CodeRow::Instruction { address, text, flat, cum, old } => {
                let code = format!("{address:>8} {text}");
                match old {
                    Some((_, 0)) if *cum == 0 => {
                        let columns = if right.width >= WIDE_CHANGE { 37 } else { 17 };
                        put(buffer, right, line, &format!("{:columns$} {code}", ""), Style::new());
                    }
                    Some((_, old)) => {
                        put_change(state, buffer, right, line, &Delta::of(*old, *cum), &code, Style::new());
                    }
                    None => {
                        let value = |value: i64| if value == 0 { String::new() } else { state.label(value) };
                        let text = format!("{:>9} {:>9} {code}", value(*flat), value(*cum));
                        put(buffer, right, line, &text, Style::new());
                    }
                }
                if row.weight() != 0 {
                    put(buffer, area, line, gutter, state.theme.heat(row.weight() as f64 / heaviest));
                }
            }
        }
        let index = place.first + usize::from(line);
        if matches.get(index) == Some(&true) {
            buffer.set_style(Rect::new(area.x, area.y + line, area.width, 1), row_style(state, true));
        }
        if index == place.row {
            mark_line(buffer, area, line, state.cursor_style(View::Disassembly));
        }
    }
}

/// Says why there is no machine code, in lines as wide as there is place.
fn draw_reasons(state: &State, buffer: &mut Buffer, area: Rect, reasons: &[String]) {
    let mut lines = vec![String::new()];
    for reason in reasons {
        for word in reason.split_whitespace() {
            let line = lines.last_mut().expect("there is one");
            if !line.is_empty() && line.width() + 1 + word.width() > usize::from(area.width) {
                lines.push(word.to_owned());
            } else {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
        lines.push(String::new());
    }
    for (row, line) in (0..area.height).zip(lines) {
        put(buffer, area, row, &line, state.theme.faint());
    }
}
