//! Callers above, callees below the function that is selected, as boxes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::super::answer::{Halves, Icicles};
use super::super::coloring;
use super::super::key::Action;
use super::super::layout::BoxOf;
use super::super::request::Topic;
use super::super::sandwich::Spot;
use super::super::shares;
use super::super::state::{State, View};
use super::super::tree::Tree;
use super::flame::draw_row;
use super::shortened::shortened;
use super::{percent, put};

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    // Beside a list, the calls of another function stay until there are those of this one.
    let is_seen = |icicles: &&Icicles| icicles.name == state.selected || state.view != View::Butterfly;
    let Some(icicles) = state.sandwich.icicles.as_deref().filter(is_seen) else {
        return put(buffer, area, 0, state.why_not(Topic::Icicles), state.theme.faint());
    };
    let Some(halves) = &icicles.halves else {
        return put(buffer, area, 0, &state.keyed(super::nothing_of(&icicles.name)), state.theme.faint());
    };
    let width = usize::from(area.width);
    let (spot, part) = (state.sandwich.spot, state.sandwich.part);
    let (spot, part) = if icicles.name == state.selected { (spot, part) } else { (Spot::Middle, None) };
    let rows = halves.rows(area, spot, part);
    let line_of = |line: usize| Rect::new(area.x, area.y + line as u16, area.width, 1); // Within the height.
    let cursor = |is_caller: bool| match spot {
        Spot::Caller(of) if is_caller => Some(of),
        Spot::Callee(of) if !is_caller => Some(of),
        _ => None,
    };
    let callers = halves.graph(true, width, part).rows(rows.callers_passed + 1..rows.callers_passed + rows.above + 1);
    for (index, boxes) in callers.iter().enumerate() {
        draw_row(state, &halves.callers, buffer, line_of(rows.above - 1 - index), boxes, cursor(true));
    }
    draw_middle(state, halves, buffer, line_of(rows.above), spot);
    let below = usize::from(area.height) - rows.above - 1;
    let callees = halves.graph(false, width, part).rows(rows.callees_passed + 1..rows.callees_passed + below + 1);
    for (index, boxes) in callees.iter().enumerate() {
        draw_row(state, &halves.callees, buffer, line_of(rows.above + 1 + index), boxes, cursor(false));
    }
}

/// Draws the function itself, with a mark, as its callers or callees may have the same name.
fn draw_middle(state: &State, halves: &Halves, buffer: &mut Buffer, line: Rect, spot: Spot) {
    let graph = halves.graph(false, usize::from(line.width), None);
    let (tree, node) = (graph.tree, graph.zoom.node);
    let is_cursor = spot == Spot::Middle && state.view == View::Butterfly;
    draw_row(state, tree, buffer, line, &graph.row(0), is_cursor.then_some(BoxOf::Node(node)));
    let mark = if state.theme.is_ascii { "> " } else { "» " };
    let value = match tree.delta(node) {
        Some(delta) => format!(" {} {}", state.signed(delta.difference()), delta.percent()),
        None => format!(" {} {}", state.label(tree.node(node).total), percent(state, tree.node(node).total)),
    };
    let room = usize::from(line.width).saturating_sub(mark.width() + value.width());
    let name = shortened(tree.name(node), room);
    let text = format!("{mark}{name}{value}");
    put(buffer, line, 0, &format!("{text:<0$}", usize::from(line.width)), state.theme.strong());
}

/// Tells the values, and then the name, of what is at a place of the icicles.
pub(super) fn about(state: &State, halves: &Halves, spot: Spot) -> (String, String) {
    // The first one of both trees.
    let middle = halves.graph(false, 1, None).zoom.node;
    let (is_caller, of) = spot.half().unwrap_or((false, BoxOf::Node(middle)));
    let tree: &Tree = halves.tree(is_caller);
    let node = match of {
        BoxOf::Rest { parent, count, .. } => {
            let what = if is_caller { "callers" } else { "callees" };
            let key = state.settings.key_of(Action::Open, View::Butterfly).unwrap_or("going there");
            return (format!("{count} narrow {what}, {key} shows them, of "), tree.name(parent).to_owned());
        }
        BoxOf::Node(node) => node,
    };
    let name = tree.name(node).to_owned();
    if let Some(delta) = tree.delta(node) {
        return (super::about::change(state, delta), name);
    }
    let (own, total) = (tree.node(node).own, tree.node(node).total);
    if spot == Spot::Middle {
        return (format!("{}  ", super::about::values(state, own, total)), name);
    }
    let part = shares::written(total, tree.node(middle).total);
    if state.size.0 < super::about::NARROW {
        return (format!("{}, {} of it  ", state.label(total), part), name);
    }
    let what = if is_caller { "of it, by way of" } else { "of it, in" };
    let what = format!("{what} {}", coloring::about(state, tree, node));
    (format!("{} ({}), {} {what}", state.label(total), percent(state, total), part), name)
}
