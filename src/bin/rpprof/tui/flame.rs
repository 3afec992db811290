//! Moving in a flame graph: from box to box, in and out.

use std::ops::Range;

use super::beside::{across, zoom_to_rest};
use super::chips::zoom_to;
use super::find::Way;
use super::key::Action;
use super::layout::{BoxOf, FlameBox, Zoom, layout};
use super::state::{State, View};
use super::tree::{TOP, Tree};
use super::view::list_height;

/// Boxes of a tree in so many columns, from the one that is zoomed to on.
pub(super) struct Graph<'a> {
    pub(super) tree: &'a Tree,
    pub(super) zoom: Zoom,
    pub(super) width: usize,
}

impl Graph<'_> {
    /// Returns the depth of a box below the one that is zoomed to.
    pub(super) fn depth_of(&self, of: BoxOf) -> usize {
        let (node, more) = match of {
            BoxOf::Node(node) => (node, 0),
            BoxOf::Rest { parent, .. } => (parent, 1),
        };
        let zoomed = self.tree.node(self.zoom.node).depth as usize;
        (self.tree.node(node).depth as usize + more).saturating_sub(zoomed)
    }

    /// Returns the boxes of rows below the one that is zoomed to, which is row 0.
    pub(super) fn rows(&self, rows: Range<usize>) -> Vec<Vec<FlameBox>> {
        layout(self.tree, &self.zoom, self.width, rows)
    }

    /// Returns the boxes of one row.
    pub(super) fn row(&self, depth: usize) -> Vec<FlameBox> {
        self.rows(depth..depth + 1).pop().unwrap_or_default()
    }

    /// Returns all boxes, row by row.
    pub(super) fn boxes(&self) -> Vec<BoxOf> {
        let mut boxes = Vec::new();
        for depth in 0.. {
            let row = self.row(depth);
            if row.is_empty() {
                break;
            }
            boxes.extend(row.into_iter().map(|flame_box| flame_box.of));
        }
        boxes
    }

    /// Returns the box that another one is a part of.
    pub(super) fn above(&self, of: BoxOf) -> Option<BoxOf> {
        match of {
            BoxOf::Node(node) => (self.depth_of(of) > 0).then(|| BoxOf::Node(self.tree.node(node).parent)),
            BoxOf::Rest { parent, .. } => Some(BoxOf::Node(parent)),
        }
    }

    /// Returns the first part of a box.
    pub(super) fn below(&self, of: BoxOf) -> Option<BoxOf> {
        let depth = self.depth_of(of);
        let here = self.row(depth).into_iter().find(|flame_box| flame_box.of == of)?;
        let is_part = |other: &FlameBox| other.parts.start >= here.parts.start && other.parts.end <= here.parts.end;
        self.row(depth + 1).into_iter().find(is_part).map(|found| found.of)
    }

    /// Returns the next box of the same row, or the one before.
    pub(super) fn beside(&self, of: BoxOf, is_next: bool) -> Option<BoxOf> {
        let row = self.row(self.depth_of(of));
        let index = row.iter().position(|flame_box| flame_box.of == of)?;
        let index = if is_next { index + 1 } else { index.checked_sub(1)? };
        row.get(index).map(|flame_box| flame_box.of)
    }
}

/// Returns the boxes of the flame graph, or of the one of two that the cursor is in.
fn graph(state: &State) -> Option<Graph<'_>> {
    if let Some(picture) = state.picture_at_cursor() {
        // Small boxes are others on each side.
        let zoom = Zoom { node: state.zoom.node, first_child: 0 };
        return Some(Graph { tree: picture.tree, zoom, width: usize::from(picture.area.width) });
    }
    let tree = state.tree.as_ref()?;
    Some(Graph { tree, zoom: state.zoom.clone(), width: usize::from(state.size.0) })
}

/// Goes to the box beside, above or below.
pub(super) fn move_box(state: &mut State, action: Action) {
    let Some(graph) = graph(state) else { return };
    let action = match action {
        Action::Up if state.grows_up => Action::Down,
        Action::Down if state.grows_up => Action::Up,
        other => other,
    };
    let of = state.flame_box;
    let to = match action {
        Action::Up => graph.above(of),
        Action::Down => graph.below(of),
        Action::Left => graph.beside(of, false),
        _ => graph.beside(of, true),
    };
    let depth = graph.depth_of(of);
    match to {
        Some(to) => state.flame_box = to,
        None if matches!(action, Action::Left | Action::Right) => {
            if let Some((side, to)) = across(state, depth, action == Action::Right) {
                (state.beside.side, state.flame_box) = (side, to);
            }
        }
        None => {}
    }
}

/// Makes the box at the cursor as wide as there is place.
pub(super) fn zoom_in(state: &mut State) {
    match state.flame_box {
        BoxOf::Node(node) => zoom_to(state, Zoom { node, first_child: 0 }),
        BoxOf::Rest { parent, first_child, .. } if state.is_beside() => {
            zoom_to_rest(state, parent, first_child);
            state.flame_box = BoxOf::Node(parent);
        }
        BoxOf::Rest { parent, first_child, .. } => {
            zoom_to(state, Zoom { node: parent, first_child });
            state.flame_box = BoxOf::Node(parent);
        }
    }
}

/// Goes to a box that matches what is searched for.
pub(super) fn to_match(state: &mut State, way: Way) {
    let Some(graph) = graph(state) else { return };
    // All boxes that are wide enough to be seen.
    let boxes = graph.boxes();
    let is_match =
        |of: BoxOf| matches!(of, BoxOf::Node(node) if node != TOP && state.is_match(graph.tree.node(node).frame));
    let here = boxes.iter().position(|of| *of == state.flame_box).unwrap_or(0);
    let found = way.find(here, boxes.len(), |index| is_match(boxes[index]));
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
        && graph(state).is_some_and(|graph| {
            graph.row(graph.depth_of(state.flame_box)).iter().all(|flame_box| flame_box.of != state.flame_box)
        })
    {
        state.flame_box = BoxOf::Node(state.zoom.node);
    }
    // What is too narrow for a box is in the rest of its siblings, or of those of some caller.
    let Some(graph) = graph(state) else { return };
    let mut of = state.flame_box;
    loop {
        let depth = graph.depth_of(of);
        let row = graph.row(depth);
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
    let depth = graph.depth_of(of);
    state.flame_box = of;
    let height = list_height(state);
    let place = &mut state.places[View::Flame as usize];
    place.row = depth;
    place.first = place.first.min(depth).max((depth + 1).saturating_sub(height));
}
