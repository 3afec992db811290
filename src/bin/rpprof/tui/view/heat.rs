//! Samples over time as a heat map: from left to right slices of time, from top to bottom the parts of each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::heat::Heat;
use super::super::request::Topic;
use super::super::state::{State, View};
use super::super::theme::Depth;
use super::super::timeline::Timeline;
use super::super::timeline_cursor::chosen_parts;
use super::{area_of, put, timeline};

/// Columns of the times of rows, as far as there is place.
const TIMES: u16 = 9;
/// Rows between two of those times.
const EVERY: usize = 5;
/// Narrower terminals have none.
const NARROW: u16 = 40;
/// How wide a slice is at most.
const WIDEST: usize = 4;
/// What stands for parts of the largest weight where there are no colours, or few.
const SHADES: [&str; 5] = [" ", "░", "▒", "▓", "█"];
const ASCII_SHADES: [&str; 5] = [" ", ".", ":", "+", "#"];

fn times_width(area: Rect) -> u16 {
    if area.width < NARROW { 0 } else { TIMES }
}

/// Returns how many columns and rows there is place for.
pub(in super::super) fn grid(state: &State) -> (u16, u16) {
    let area = area_of(state, View::Timeline);
    (area.width.saturating_sub(times_width(area)).max(1), area.height.saturating_sub(1).max(1))
}

fn cell_width(area: Rect, heat: &Heat) -> usize {
    let room = usize::from(area.width - times_width(area));
    (room / heat.columns().max(1)).clamp(1, WIDEST)
}

/// Returns the cell at a place of the screen.
pub(in super::super) fn cell_at(state: &State, heat: &Heat, column: u16, row: u16) -> Option<usize> {
    let area = area_of(state, View::Timeline);
    let line = usize::from(row.checked_sub(area.y)?);
    let column = usize::from(column.checked_sub(area.x + times_width(area))?) / cell_width(area, heat);
    (line < heat.rows && column < heat.columns()).then(|| column * heat.rows + line)
}

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(timeline) = &state.timeline else { return timeline::draw_reason(state, buffer, area) };
    let Some(heat) = &timeline.heat else {
        return put(buffer, area, 0, state.why_not(Topic::Timeline), state.theme.faint());
    };
    let (times, width) = (times_width(area), cell_width(area, heat));
    let highest = heat.cells.iter().map(|cell| cell.unsigned_abs()).max().unwrap_or(0).max(1);
    let chosen = chosen_parts(state);
    for line in 0..heat.rows.min(usize::from(area.height.saturating_sub(1))) {
        let row = Rect::new(area.x, area.y + line as u16, area.width, 1); // Within the height.
        if times > 0 && line % EVERY == 0 {
            let offset = heat.start_of(line) - heat.start_of(0);
            let text = format!("{:>1$}", timeline.duration(offset), usize::from(times) - 1);
            put(buffer, row, 0, &text, state.theme.faint());
        }
        for column in 0..heat.columns() {
            let start = usize::from(times) + column * width;
            if start + width > usize::from(area.width) {
                break;
            }
            let cell = column * heat.rows + line;
            let (text, mut style) = shade(state, heat.cells[cell].unsigned_abs() as f64 / highest as f64);
            if chosen.contains(&cell) {
                style = style.add_modifier(Modifier::REVERSED);
            }
            buffer.set_stringn(area.x + start as u16, row.y, text.repeat(width), width, style); // Within the width.
        }
    }
    let line = area.height.saturating_sub(1).min(heat.rows as u16); // There are few.
    put(buffer, area, line, &axis(state, timeline, heat, highest, usize::from(area.width)), state.theme.faint());
}

/// Returns what a cell shows that weighs `share` of the heaviest.
fn shade(state: &State, share: f64) -> (&'static str, Style) {
    if share == 0.0 {
        return (" ", Style::new());
    }
    if matches!(state.theme.depth, Depth::True | Depth::Indexed) && !state.theme.is_ascii {
        return (" ", state.theme.heated(share));
    }
    // What weighs something is seen.
    let level = ((share * 4.0).ceil() as usize).clamp(1, 4);
    (if state.theme.is_ascii { ASCII_SHADES[level] } else { SHADES[level] }, state.theme.bar())
}

/// Writes where the time begins and ends, and what slices and the darkest cell stand for.
fn axis(state: &State, timeline: &Timeline, heat: &Heat, highest: u64, width: usize) -> String {
    let most = state.label(i64::try_from(highest).unwrap_or(i64::MAX));
    let slices = format!("columns of {}", timeline.duration(heat.slice));
    timeline::axis_with(state, timeline, &[&format!("{slices}, cells up to {most}"), &slices], width)
}
