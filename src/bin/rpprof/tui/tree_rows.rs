//! The rows of the call tree: folding them, and going among them.

use super::act::move_down;
use super::layout::BoxOf;
use super::state::{State, View};
use super::tree::TOP;

/// Folds the path that the cursor is at, or goes to its caller if it is folded.
pub(super) fn fold(state: &mut State) {
    let Some(&node) = state.tree_rows.get(state.place_in(View::Tree).row) else { return };
    if !state.open.remove(&node) {
        let parent = state.tree.as_ref().map_or(TOP, |tree| tree.node(node).parent);
        if let Some(row) = state.tree_rows.iter().position(|&other| other == parent) {
            state.place().row = row;
        }
        return;
    }
    list_tree_rows(state);
}

/// Unfolds the path that the cursor is at, or goes to the first one below it.
pub(super) fn unfold(state: &mut State) {
    let Some(&node) = state.tree_rows.get(state.place_in(View::Tree).row) else { return };
    if state.open.insert(node) { list_tree_rows(state) } else { move_down(state, 1) }
}

/// Goes to the next row of the tree, or the one before, that is as deep as this one.
pub(super) fn to_sibling(state: &mut State, is_next: bool) {
    let here = state.place_in(View::Tree).row;
    let Some(tree) = state.tree.clone() else { return };
    let depth = |row: usize| state.tree_rows.get(row).map(|&node| tree.node(node).depth);
    let is_sibling = |row: &usize| depth(*row) == depth(here);
    let count = state.tree_rows.len();
    let found = if is_next { (here + 1..count).find(is_sibling) } else { (0..here.min(count)).rev().find(is_sibling) };
    if let Some(row) = found {
        state.place().row = row;
    }
}

/// Unfolds, or goes down to, the heaviest child of the heaviest child, as long as it is most of its parent.
pub(super) fn hot_path(state: &mut State) {
    let Some(tree) = state.tree.clone() else { return };
    let start = match state.view {
        View::Tree => state.tree_rows.get(state.place_in(View::Tree).row).copied().unwrap_or(TOP),
        _ => {
            if let BoxOf::Node(node) = state.flame_box {
                node
            } else {
                TOP
            }
        }
    };
    let mut node = start;
    loop {
        state.open.insert(node);
        let Some(&child) = tree.children(node).first() else { break };
        if tree.node(child).total.saturating_mul(2) < tree.node(node).total && node != start {
            break;
        }
        node = child;
    }
    state.flame_box = BoxOf::Node(node);
    if state.view == View::Tree {
        list_tree_rows(state);
        if let Some(row) = state.tree_rows.iter().position(|&row| row == node) {
            state.place().row = row;
        }
    }
}

/// Lists the nodes of the tree that are seen.
pub(super) fn list_tree_rows(state: &mut State) {
    state.tree_rows = Vec::new();
    let Some(tree) = &state.tree else { return };
    let mut pending: Vec<u32> = tree.children(TOP).iter().rev().copied().collect();
    while let Some(node) = pending.pop() {
        state.tree_rows.push(node);
        if state.open.contains(&node) {
            pending.extend(tree.children(node).iter().rev());
        }
    }
}
