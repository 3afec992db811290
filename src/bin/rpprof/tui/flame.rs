//! Moving in a flame graph: from box to box, in and out.

use super::chips::zoom_to;
use super::find::Way;
use super::key::Action;
use super::layout::{BoxOf, FlameBox, Zoom, layout};
use super::state::{State, View};
use super::tree::TOP;
use super::view::list_height;

/// Returns the depth of a box below the one that is zoomed to.
fn depth_of(state: &State, of: BoxOf) -> usize {
    let Some(tree) = &state.tree else { return 0 };
    let (node, more) = match of {
        BoxOf::Node(node) => (node, 0),
        BoxOf::Rest { parent, .. } => (parent, 1),
    };
    (tree.node(node).depth as usize + more).saturating_sub(tree.node(state.zoom.node).depth as usize)
}

/// Returns the boxes of the row `depth` below the one that is zoomed to.
fn row(state: &State, depth: usize) -> Vec<FlameBox> {
    let Some(tree) = &state.tree else { return Vec::new() };
    layout(tree, &state.zoom, usize::from(state.size.0), depth..depth + 1).pop().unwrap_or_default()
}

/// Goes to the box beside, above or below.
pub(super) fn move_box(state: &mut State, action: Action) {
    let Some(tree) = state.tree.clone() else { return };
    let depth = depth_of(state, state.flame_box);
    let action = match action {
        Action::Up if state.grows_up => Action::Down,
        Action::Down if state.grows_up => Action::Up,
        other => other,
    };
    let here = || row(state, depth).into_iter().find(|flame_box| flame_box.of == state.flame_box);
    let to = match action {
        Action::Up => match state.flame_box {
            BoxOf::Node(node) if depth > 0 => Some(BoxOf::Node(tree.node(node).parent)),
            BoxOf::Rest { parent, .. } => Some(BoxOf::Node(parent)),
            BoxOf::Node(_) => None,
        },
        Action::Down => here().and_then(|here| {
            let below = row(state, depth + 1);
            below
                .iter()
                .find(|flame_box| flame_box.parts.start >= here.parts.start && flame_box.parts.end <= here.parts.end)
                .map(|flame_box| flame_box.of)
        }),
        Action::Left => {
            let row = row(state, depth);
            let index = row.iter().position(|flame_box| flame_box.of == state.flame_box);
            index.and_then(|index| index.checked_sub(1)).map(|index| row[index].of)
        }
        _ => {
            let row = row(state, depth);
            let index = row.iter().position(|flame_box| flame_box.of == state.flame_box);
            index.and_then(|index| row.get(index + 1)).map(|flame_box| flame_box.of)
        }
    };
    if let Some(to) = to {
        state.flame_box = to;
    }
}

/// Makes the box at the cursor as wide as there is place.
pub(super) fn zoom_in(state: &mut State) {
    match state.flame_box {
        BoxOf::Node(node) => zoom_to(state, Zoom { node, first_child: 0 }),
        BoxOf::Rest { parent, first_child, .. } => {
            zoom_to(state, Zoom { node: parent, first_child });
            state.flame_box = BoxOf::Node(parent);
        }
    }
}

/// Goes to a box that matches what is searched for.
pub(super) fn to_match(state: &mut State, way: Way) {
    let Some(tree) = state.tree.clone() else { return };
    // All boxes that are wide enough to be seen, row by row.
    let mut boxes = Vec::new();
    for depth in 0.. {
        let row = row(state, depth);
        if row.is_empty() {
            break;
        }
        boxes.extend(row.into_iter().map(|flame_box| flame_box.of));
    }
    let is_match =
        |of: &BoxOf| matches!(*of, BoxOf::Node(node) if node != TOP && state.is_match(tree.node(node).frame));
    let count = boxes.len();
    let here = boxes.iter().position(|of| *of == state.flame_box).unwrap_or(0);
    let found = (0..count)
        .map(|step| match way {
            Way::Here => (here + step) % count,
            Way::Next => (here + 1 + step) % count,
            Way::Previous => (here + count - 1 - step) % count,
        })
        .find(|&index| is_match(&boxes[index]));
    match found {
        Some(index) => state.flame_box = boxes[index],
        None if way != Way::Here => state.tell("no box that is wide enough to be seen matches"),
        None => {}
    }
}

/// Moves what is seen so that the box at the cursor is; a box that is not shown gives way to the nearest above it.
pub(super) fn keep_in_sight(state: &mut State) {
    if state.view != View::Flame {
        return;
    }
    let Some(tree) = state.tree.clone() else { return };
    if let BoxOf::Node(node) = state.flame_box
        && !tree.is_within(node, state.zoom.node)
    {
        state.flame_box = BoxOf::Node(state.zoom.node);
    }
    if state.zoom.first_child > 0
        && let BoxOf::Node(node) = state.flame_box
        && node != state.zoom.node
        && row(state, depth_of(state, state.flame_box)).iter().all(|flame_box| flame_box.of != state.flame_box)
    {
        state.flame_box = BoxOf::Node(state.zoom.node);
    }
    // What is too narrow for a box is in the rest of its siblings, or of those of some caller.
    let mut of = state.flame_box;
    loop {
        let depth = depth_of(state, of);
        let row = row(state, depth);
        if depth == 0 || row.iter().any(|flame_box| flame_box.of == of) {
            break;
        }
        let node = match of {
            BoxOf::Node(node) => tree.node(node).parent,
            BoxOf::Rest { parent, .. } => parent,
        };
        let rest = row.iter().find(|flame_box| matches!(flame_box.of, BoxOf::Rest { parent, .. } if parent == node));
        of = rest.map_or(BoxOf::Node(node), |rest| rest.of);
    }
    state.flame_box = of;
    let (depth, height) = (depth_of(state, of), list_height(state));
    let place = &mut state.places[View::Flame as usize];
    place.row = depth;
    place.first = place.first.min(depth).max((depth + 1).saturating_sub(height));
}
