//! The flame graph: boxes with edges at eighths of a column.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use unicode_width::UnicodeWidthStr;

use super::super::beside::Picture;
use super::super::coloring::{self, ColorBy};
use super::super::layout::{BoxOf, FlameBox, PARTS, layout};
use super::super::request::Topic;
use super::super::shares;
use super::super::state::{State, View};
use super::super::theme::Depth;
use super::super::tree::{TOP, Tree};
use super::put;
use super::shortened::shortened;

/// Columns of which so many eighths, from the left, are filled.
const EDGES: [&str; PARTS] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(tree) = &state.tree else { return put(buffer, area, 0, state.why_not(Topic::Tree), state.theme.faint()) };
    if tree.len() == 1 {
        return put(buffer, area, 0, "there is nothing to draw", state.theme.faint());
    }
    let first = state.place_in(View::Flame).first;
    if let Some(pictures) = state.pictures(area) {
        return draw_beside(state, buffer, area, first, &pictures);
    }
    let rows = layout(tree, &state.zoom, usize::from(area.width), first..first + usize::from(area.height));
    for (line, boxes) in (0..area.height).zip(&rows) {
        let row = if state.grows_up { area.height - 1 - line } else { line };
        draw_row(state, tree, buffer, Rect::new(area.x, area.y + row, area.width, 1), boxes, Some(state.flame_box));
    }
}

/// Draws the flame graphs of two profiles beside each other.
fn draw_beside(state: &State, buffer: &mut Buffer, area: Rect, first: usize, pictures: &[Picture<'_>; 2]) {
    let line = if state.theme.is_ascii { "|" } else { "│" };
    let half = pictures[1].area.x.saturating_sub(1);
    for row in 0..area.height {
        buffer.set_stringn(half, area.y + row, line, 1, state.theme.faint());
    }
    for picture in pictures {
        let rows = state.rows_of(picture, first..first + usize::from(area.height));
        for (line, boxes) in (0..area.height).zip(&rows) {
            let row = if state.grows_up { area.height - 1 - line } else { line };
            let place = Rect::new(picture.area.x, area.y + row, picture.area.width, 1);
            draw_row(state, picture.tree, buffer, place, boxes, Some(state.flame_box));
        }
    }
}

/// Draws the boxes of a row, one of which may be at the cursor.
pub(super) fn draw_row(
    state: &State,
    tree: &Tree,
    buffer: &mut Buffer,
    area: Rect,
    boxes: &[FlameBox],
    cursor: Option<BoxOf>,
) {
    let has_edges = !state.theme.is_ascii && matches!(state.theme.depth, Depth::True | Depth::Indexed);
    for (index, flame_box) in boxes.iter().enumerate() {
        let style = box_style(state, tree, flame_box, cursor);
        let (start, end) = (flame_box.parts.start, flame_box.parts.end);
        // Columns that are the box's alone, or, without edges in between, for the most part.
        let (from, to) = if has_edges {
            (start.div_ceil(PARTS), end / PARTS)
        } else {
            ((start + PARTS / 2) / PARTS, (end + PARTS / 2) / PARTS)
        };
        let columns = from..to.min(usize::from(area.width));
        let text = box_text(state, tree, flame_box, columns.len());
        let inner = Rect::new(area.x + columns.start as u16, area.y, columns.len() as u16, 1); // Within the width.
        buffer.set_stringn(inner.x, inner.y, &text, columns.len(), style);
        if has_edges && end % PARTS != 0 && to < usize::from(area.width) {
            let next = boxes.get(index + 1).filter(|next| next.parts.start < (to + 1) * PARTS);
            let mut edge = Style::new().fg(style.bg.unwrap_or(Color::Reset));
            if let Some(color) = next.and_then(|next| box_style(state, tree, next, cursor).bg) {
                edge = edge.bg(color);
            }
            let eighths = EDGES[end % PARTS];
            buffer.set_string(area.x + to as u16, area.y, eighths, edge);
        }
        if has_edges && start % PARTS != 0 && (index == 0 || boxes[index - 1].parts.end <= start / PARTS * PARTS) {
            // The left part of the column is nobody's: a block of the rest is one of that part, reversed.
            let edge = Style::new().fg(Color::Reset).bg(style.bg.unwrap_or(Color::Reset));
            let blank = Style::new().fg(style.bg.unwrap_or(Color::Reset));
            let (text, style) = if start % PARTS <= PARTS / 2 { ("▐", blank) } else { (" ", edge.bg(Color::Reset)) };
            buffer.set_string(area.x + (start / PARTS) as u16, area.y, text, style);
        }
    }
}

fn box_style(state: &State, tree: &Tree, flame_box: &FlameBox, cursor: Option<BoxOf>) -> Style {
    let mut style = match flame_box.of {
        BoxOf::Node(node) if tree.delta(node).is_some() => match tree.delta(node) {
            Some(delta) if node != TOP => state.theme.changed(delta, flame_box.is_even),
            _ => Style::new(),
        },
        BoxOf::Node(node) if node != TOP => coloring::style(state, tree, node, flame_box.is_even),
        _ => Style::new(),
    };
    if let BoxOf::Node(node) = flame_box.of
        && node != TOP
        && state.is_match(tree.node(node).frame)
    {
        style = style.patch(state.theme.matched());
    }
    if cursor == Some(flame_box.of) {
        style = style.patch(state.theme.selected());
    }
    style
}

/// Returns what stands in a box, as wide as it is.
fn box_text(state: &State, tree: &Tree, flame_box: &FlameBox, width: usize) -> String {
    if width == 0 {
        return String::new();
    }
    match flame_box.of {
        BoxOf::Rest { count, .. } => {
            let fill = if state.theme.is_ascii { "." } else { "░" };
            let mut text = if count == 0 { "small".to_owned() } else { format!("{count} more") };
            if text.width() + 2 > width {
                text.clear();
            }
            format!("{text}{}", fill.repeat(width - text.width()))
        }
        BoxOf::Node(node) => {
            // Where neighbours may look the same, a line tells where a box begins.
            let has_line = match state.theme.depth {
                Depth::Mono => true,
                Depth::Basic => tree.delta(node).is_some() || state.coloring.by != ColorBy::Package,
                Depth::True | Depth::Indexed => false,
            };
            let edge = if !has_line {
                ""
            } else if state.theme.is_ascii {
                "|"
            } else {
                "│"
            };
            let place = width - edge.width().min(width);
            let (name, value) = match (node, tree.delta(node)) {
                (_, Some(_)) if state.is_beside() => {
                    let total = tree.node(node).total;
                    let share = shares::written(total, tree.node(TOP).total);
                    (tree.name(node), if node == TOP { state.label(total) } else { share })
                }
                (TOP, Some(delta)) => {
                    let (old, new) = (state.label(delta.old), state.label(delta.new));
                    ("all", format!("{old} to {new} {}", delta.percent()))
                }
                (_, Some(delta)) => {
                    (tree.name(node), format!("{} {}", state.signed(delta.difference()), delta.percent()))
                }
                (TOP, None) => ("all", state.label(tree.node(TOP).total)),
                (_, None) => {
                    let total = tree.node(node).total;
                    let share = state.share(View::Flame, total);
                    (tree.name(node), if share.is_empty() { state.label(total) } else { share })
                }
            };
            let mut name = shortened(name, place);
            if name.width() + 1 + value.width() <= place {
                name = format!("{name} {value}");
            }
            format!("{edge}{name}{}", " ".repeat(place.saturating_sub(name.width())))
        }
    }
}
