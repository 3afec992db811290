//! Two profiles beside each other: a flame graph for each, in one scale.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::chips::zoom_to;
use super::layout::{BoxOf, FlameBox, Zoom, layout};
use super::state::{State, View};
use super::tree::{NewNode, TOP, Tree};

/// From so many columns on there is place for two flame graphs.
const WIDE: u16 = 60;

/// The old side or the new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Side {
    #[default]
    Old,
    New,
}

/// The trees of both sides, with the same numbers for the same paths.
#[derive(Clone, Debug)]
pub(super) struct Trees {
    /// What they were made of.
    both: Arc<Tree>,
    /// What is left of the node that is zoomed to, if not all is.
    rest: Option<Rest>,
    old: Arc<Tree>,
    new: Arc<Tree>,
}

/// Small calls of one side that both sides are zoomed to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rest {
    /// How that zoom is known; children stand in the order of one side.
    zoom: Zoom,
    /// The names of the other children.
    gone: Arc<HashSet<String>>,
}

/// Whether two profiles that are compared are drawn beside each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside {
    pub(super) is_on: bool,
    /// Where the cursor is.
    pub(super) side: Side,
    trees: Option<Trees>,
    rest: Option<Rest>,
}

/// A flame graph of one side.
#[derive(Clone, Debug)]
pub(super) struct Picture<'s> {
    pub(super) side: Side,
    pub(super) tree: &'s Tree,
    /// Where it is; as wide as what it weighs.
    pub(super) area: Rect,
}

impl State {
    /// Returns whether there are two flame graphs.
    pub(super) fn is_beside(&self) -> bool {
        self.beside.is_on && self.scope.is_diff() && self.view == View::Flame && self.size.0 >= WIDE
    }

    /// Returns the flame graphs of both sides in an area, if there are two.
    pub(super) fn pictures(&self, area: Rect) -> Option<[Picture<'_>; 2]> {
        let trees = self.beside.trees.as_ref().filter(|_| self.is_beside())?;
        let half = area.width.saturating_sub(1) / 2;
        let weight = |tree: &Tree| tree.node(self.zoom.node).span.max(0) as f64;
        let most = weight(&trees.old).max(weight(&trees.new)).max(1.0);
        let picture = |side: Side, tree, start: u16| {
            let width = (f64::from(half) * weight(tree) / most).round() as u16; // No more than the half.
            Picture { side, tree, area: Rect::new(area.x + start, area.y, width, area.height) }
        };
        Some([picture(Side::Old, &trees.old, 0), picture(Side::New, &trees.new, half + 1)])
    }

    /// Returns the flame graph that the cursor is in, if there are two.
    pub(super) fn picture_at_cursor(&self) -> Option<Picture<'_>> {
        let area = Rect::new(0, 0, self.size.0, 1);
        self.pictures(area)?.into_iter().find(|picture| picture.side == self.beside.side)
    }

    /// Returns the boxes of some rows of one of two flame graphs, from its own left edge.
    pub(super) fn rows_of(&self, picture: &Picture<'_>, shown: Range<usize>) -> Vec<Vec<FlameBox>> {
        // Small ones are others on each side.
        let zoom = Zoom { node: self.zoom.node, first_child: 0 };
        layout(picture.tree, &zoom, usize::from(picture.area.width), shown)
    }

    /// Returns the boxes of a row of one of two flame graphs.
    pub(super) fn row_of(&self, picture: &Picture<'_>, depth: usize) -> Vec<FlameBox> {
        self.rows_of(picture, depth..depth + 1).pop().unwrap_or_default()
    }
}

/// Makes the trees of both sides, if there are two flame graphs and their trees are not there.
pub(super) fn follow(state: &mut State) {
    let Some(tree) = state.tree.clone().filter(|tree| state.is_beside() && !tree.deltas.is_empty()) else {
        if !state.is_beside() && state.beside.trees.take().is_some() && state.beside.rest.take().is_some() {
            state.zoom.first_child = 0;
        }
        return;
    };
    let trees = state.beside.trees.as_ref().filter(|trees| Arc::ptr_eq(&trees.both, &tree));
    let before = state.beside.trees.as_ref().map(|trees| Arc::clone(&trees.both));
    let rest = state.beside.rest.take().and_then(|mut rest| {
        rest.zoom.node = same_path(&before?, &tree, rest.zoom.node)?;
        (rest.zoom == state.zoom).then_some(rest)
    });
    if trees.is_none_or(|trees| trees.rest != rest) {
        let of_side = |which: Side| {
            let mut side = side(&tree, which);
            if let Some(rest) = &rest {
                side.narrow(rest.zoom.node, &rest.gone);
            }
            Arc::new(side)
        };
        let (old, new) = (of_side(Side::Old), of_side(Side::New));
        state.beside.trees = Some(Trees { both: tree, rest: rest.clone(), old, new });
    }
    if rest.is_none() {
        state.zoom.first_child = 0;
    }
    state.beside.rest = rest;
}

/// Returns the node of a tree that has the path of one of another tree.
fn same_path(old: &Arc<Tree>, new: &Arc<Tree>, node: u32) -> Option<u32> {
    if Arc::ptr_eq(old, new) {
        return Some(node);
    }
    let path = old.path(node);
    let (found, passed) = new.follow(path.iter().map(|&frame| old.names.name(frame)));
    (passed == path.len()).then_some(found)
}

/// Zooms both sides to the children of a node that are too narrow for a box on the side that the cursor is on.
pub(super) fn zoom_to_rest(state: &mut State, parent: u32, first_child: usize) {
    let Some(picture) = state.picture_at_cursor() else { return };
    let (wide, small) = picture.tree.children(parent).split_at(first_child);
    let is_there = |child: &u32| picture.tree.node(*child).total > 0;
    let gone = wide.iter().chain(small.iter().filter(|child| !is_there(child)));
    let gone: HashSet<String> = gone.map(|&child| picture.tree.name(child).to_owned()).collect();
    let has_small = small.iter().any(is_there);
    let before = if state.zoom.node == parent { state.zoom.first_child } else { 0 };
    let zoom = Zoom { node: parent, first_child: before + first_child };
    if first_child > 0 && has_small {
        state.beside.rest = Some(Rest { zoom: zoom.clone(), gone: Arc::new(gone) });
        zoom_to(state, zoom);
    } else if state.zoom.node != parent {
        zoom_to(state, Zoom { node: parent, first_child: 0 });
    }
}

/// Returns what the paths of a comparison weigh on one side.
fn side(tree: &Tree, side: Side) -> Tree {
    let value = |node: u32| {
        let delta = &tree.deltas[node as usize];
        if side == Side::Old { delta.old } else { delta.new }
    };
    let sum_below = |node: u32| tree.children(node).iter().fold(0_i64, |sum, &child| sum.saturating_add(value(child)));
    let nodes = (1..tree.len() as u32).map(|id| {
        let node = tree.node(id);
        let own = value(id).saturating_sub(sum_below(id)).max(0);
        let (parent, frame, depth) = (node.parent, node.frame, node.depth);
        NewNode { parent, frame, depth, total: value(id), own, is_inline: node.is_inline }
    });
    let mut of_side = Tree::of_nodes(nodes, value(TOP), tree.root, tree.min_share_below(TOP), Arc::clone(&tree.names));
    of_side.deltas.clone_from(&tree.deltas);
    of_side.title = if side == Side::Old { "old" } else { "new" };
    of_side
}

/// Returns the box of the other flame graph that is nearest to where one leaves this one at its edge.
pub(super) fn across(state: &State, depth: usize, is_right: bool) -> Option<(Side, BoxOf)> {
    let (from, to) = if is_right { (Side::Old, Side::New) } else { (Side::New, Side::Old) };
    let pictures = state.pictures(Rect::new(0, 0, state.size.0, 1)).filter(|_| state.beside.side == from)?;
    let picture = pictures.into_iter().find(|picture| picture.side == to)?;
    let row = state.row_of(&picture, depth);
    let found = if is_right { row.first() } else { row.last() };
    found.map(|flame_box| (to, flame_box.of))
}
