//! Which boxes a flame graph shows in how many columns, for those rows alone that are seen.

use std::ops::Range;

use super::tree::{TOP, Tree};

/// Parts of a column; edges stand between them.
pub(super) const PARTS: usize = 8;

/// Where a flame graph begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Zoom {
    pub(super) node: u32,
    /// Children of the node before this one are not shown: they had boxes of their own.
    pub(super) first_child: usize,
}

impl Default for Zoom {
    fn default() -> Self {
        Self { node: TOP, first_child: 0 }
    }
}

/// What a box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BoxOf {
    /// A call path.
    Node(u32),
    /// The children of a node from one on, each too narrow for a box; and how many they are.
    Rest { parent: u32, first_child: usize, count: usize },
}

/// A box of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FlameBox {
    pub(super) of: BoxOf,
    /// In parts of columns.
    pub(super) parts: Range<usize>,
    /// Whether it is at an even place among its siblings.
    pub(super) is_even: bool,
}

/// Lays out the rows `shown` (0 is the box that is zoomed to) in `width` columns.
///
/// Cost: a look at each box of these rows and of those above them that has a column at least.
pub(super) fn layout(tree: &Tree, zoom: &Zoom, width: usize, shown: Range<usize>) -> Vec<Vec<FlameBox>> {
    let mut rows = Vec::new();
    let mut row = vec![FlameBox { of: BoxOf::Node(zoom.node), parts: 0..width * PARTS, is_even: true }];
    for depth in 0..shown.end {
        let mut next = Vec::new();
        for flame_box in &row {
            if let BoxOf::Node(node) = flame_box.of {
                let first = if depth == 0 { zoom.first_child } else { 0 };
                push_children(tree, node, first, flame_box.parts.clone(), &mut next);
            }
        }
        if depth >= shown.start {
            rows.push(row);
        }
        row = next;
    }
    rows
}

/// Divides the parts of a box among its children, the gap of what ends in it included, by largest remainder.
fn push_children(tree: &Tree, node: u32, first: usize, parts: Range<usize>, row: &mut Vec<FlameBox>) {
    let all = tree.children(node);
    let Some(children) = all.get(first..) else { return };
    let before: i64 = all[..first].iter().map(|&child| tree.node(child).total.max(0)).sum();
    let mut span = tree.node(node).span;
    if first > 0 {
        // Only those that are left share the width.
        span = span.saturating_sub(before).saturating_sub(tree.node(node).own.max(0));
    }
    if span <= 0 {
        return;
    }
    let exact = |weight: i64| weight as f64 / span as f64 * parts.len() as f64;
    let wide = children.iter().take_while(|&&child| exact(tree.node(child).total) >= PARTS as f64).count();
    let mut weights: Vec<i64> = children[..wide].iter().map(|&child| tree.node(child).total).collect();
    // What is left: narrow children, then what ends here or was left out of the tree.
    let own = if first > 0 { 0 } else { tree.node(node).own.max(0) };
    let rest = span.saturating_sub(weights.iter().sum::<i64>()).saturating_sub(own).max(0);
    weights.push(rest);
    weights.push(own);
    let widths = largest_remainder(&weights, span, parts.len());
    let mut start = parts.start;
    for (index, width) in widths.iter().take(wide).enumerate() {
        let of = BoxOf::Node(children[index]);
        row.push(FlameBox { of, parts: start..start + width, is_even: index % 2 == 0 });
        start += width;
    }
    if widths[wide] >= PARTS {
        // What weighs nothing is in no box.
        let count = children[wide..].partition_point(|&child| tree.node(child).total > 0);
        let of = BoxOf::Rest { parent: node, first_child: first + wide, count };
        row.push(FlameBox { of, parts: start..start + widths[wide], is_even: wide % 2 == 0 });
    }
}

/// Divides `width` by weights that add up to `span` at most; the sum is at most `width`.
fn largest_remainder(weights: &[i64], span: i64, width: usize) -> Vec<usize> {
    let exact: Vec<f64> = weights.iter().map(|&weight| weight as f64 / span as f64 * width as f64).collect();
    let mut widths: Vec<usize> = exact.iter().map(|exact| exact.floor() as usize).collect();
    let wanted = (exact.iter().sum::<f64>().round() as usize).min(width);
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let remainder = |index: &usize| exact[*index] - exact[*index].floor();
    order.sort_by(|one, other| remainder(other).total_cmp(&remainder(one)).then(one.cmp(other)));
    let missing = wanted.saturating_sub(widths.iter().sum());
    for &index in order.iter().take(missing) {
        widths[index] += 1;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::largest_remainder;

    #[test]
    fn widths_add_up_to_what_there_is() {
        for (weights, span, width, expected) in [
            (vec![1, 1, 1], 3, 8, vec![3, 3, 2]),
            (vec![50, 30, 20], 100, 10, vec![5, 3, 2]),
            (vec![1, 0, 9], 10, 5, vec![1, 0, 4]),
            (vec![2, 2], 10, 10, vec![2, 2]),
        ] {
            assert_eq!(largest_remainder(&weights, span, width), expected, "{weights:?} of {span} in {width}");
        }
    }
}
