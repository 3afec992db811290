//! What of a graph is shown, found step by step as pprof does.

use std::cmp::{Ordering, Reverse};

use super::entropy::entropy_score;
use super::nodelets::{MAX_NODELETS, flat_label_counts, label_rows};
use super::redundant::remove_redundant_calls;
use super::{GraphCall, GraphOptions, GraphPurpose, GraphShape};
use crate::aggregate::{
    Amount, Call, FlatAndCum, Frames, Graph, GraphNodeId, LabelRows, StackWeights, call_graph, call_tree_graph,
    flat_and_cum,
};
use crate::report::coverage::fraction_of;
use crate::report::order::{Negative, Order};
use crate::report::values::ValueOptions;
use crate::transform::Selection;

/// A graph without what weighs too little, and what is known of what went.
pub(super) struct Trimmed {
    pub(super) graph: Graph,
    pub(super) names: Names,
    /// The nodes that are shown, in order.
    pub(super) shown: Vec<GraphNodeId>,
    /// How many nodes weighed too little.
    pub(super) dropped: usize,
    /// How many calls weighed too little.
    pub(super) dropped_calls: usize,
    /// How many nodes weighed enough.
    pub(super) candidates: usize,
    /// The cumulative value below which nodes and labels are dropped.
    pub(super) cutoff: i64,
    /// The labels of a drawing, if there are any.
    pub(super) label_rows: Option<LabelRows>,
}

impl Trimmed {
    pub(super) fn new(
        selection: &Selection<'_>,
        frames: &Frames<'_>,
        weights: &StackWeights,
        options: &GraphOptions,
    ) -> Self {
        let mut steps = Steps { selection, frames, weights, options, cutoff: 0, edge_cutoff: 0 };
        let (graph, dropped) = match options.shape {
            GraphShape::Graph => steps.heavy_graph(),
            GraphShape::Tree => steps.heavy_tree(),
        };
        steps.limited(graph, dropped)
    }

    /// Returns the nodes that are shown, then those that only have calls; and the row of each node.
    pub(super) fn rows(&self) -> (Vec<GraphNodeId>, Vec<Option<usize>>) {
        let mut row_of = vec![None; self.graph.nodes().len()];
        let mut rows = self.shown.clone();
        for (row, id) in rows.iter().enumerate() {
            row_of[id.index()] = Some(row);
        }
        for &id in &self.shown {
            let callers = self.graph.calls_to(id).map(|call| call.caller);
            let callees = self.graph.calls_from(id).map(|call| call.callee);
            for other in callers.chain(callees) {
                if row_of[other.index()].is_none() {
                    row_of[other.index()] = Some(rows.len());
                    rows.push(other);
                }
            }
        }
        (rows, row_of)
    }

    /// Returns the calls from and to nodes that are shown, heaviest first.
    pub(super) fn sorted_calls(
        &self,
        rows: &[GraphNodeId],
        row_of: &[Option<usize>],
        values: &ValueOptions,
    ) -> Vec<GraphCall> {
        let is_shown = |id: GraphNodeId| row_of[id.index()].is_some_and(|row| row < self.shown.len());
        let mut calls: Vec<&Call> = (rows.iter())
            .flat_map(|&id| self.graph.calls_from(id))
            .filter(|call| is_shown(call.caller) || is_shown(call.callee))
            .collect();
        calls.sort_by(|one, other| self.names.compare_calls(one, other));
        let call = |call: &Call| {
            let (caller, callee) = (row_of[call.caller.index()]?, row_of[call.callee.index()]?);
            let Call { weight, is_residual, is_inline, .. } = *call;
            let (sum, share_weight) = (weight.sum, values.weight_of(weight));
            Some(GraphCall { caller, callee, weight: weight.value(), sum, share_weight, is_residual, is_inline })
        };
        calls.into_iter().filter_map(call).collect()
    }
}

/// What the steps have in common.
struct Steps<'s, 'p> {
    selection: &'s Selection<'p>,
    frames: &'s Frames<'p>,
    weights: &'s StackWeights,
    options: &'s GraphOptions,
    cutoff: i64,
    edge_cutoff: i64,
}

impl Steps<'_, '_> {
    fn is_shown(&self, flat: i64, cum: i64) -> bool {
        let is_negative = flat < 0 || (flat == 0 && cum < 0);
        (flat != 0 || cum != 0) && !(is_negative && self.options.negative == Negative::Drop)
    }

    /// Returns whether a cumulative value is too small. The smallest number has no absolute value.
    fn is_light(&self, cum: i64) -> bool {
        self.cutoff > 0 && cum.wrapping_abs() < self.cutoff
    }

    fn shown(&self, graph: &Graph) -> Vec<GraphNodeId> {
        let is_shown = |id: &GraphNodeId| {
            let node = graph.node(*id);
            self.is_shown(node.flat.sum, node.cum.sum)
        };
        graph.ids().filter(is_shown).collect()
    }

    fn set_cutoffs(&mut self, whole: i64) {
        self.cutoff = fraction_of(whole, self.options.node_fraction);
        self.edge_cutoff = fraction_of(whole, self.options.edge_fraction);
    }

    /// Makes a graph of the frames that weigh enough; returns it with the number of others.
    fn heavy_graph(&mut self) -> (Graph, usize) {
        let FlatAndCum { flat, cum } = flat_and_cum(self.selection, self.frames, self.weights);
        let is_shown: Vec<bool> = flat.iter().zip(&cum).map(|(&flat, &cum)| self.is_shown(flat, cum)).collect();
        let of_shown = flat.iter().zip(&is_shown).filter(|(_, is_shown)| **is_shown);
        self.set_cutoffs(of_shown.fold(0, |sum, (flat, _)| sum.wrapping_add(*flat)));
        let is_light = |index: usize| self.is_light(cum[index]);
        let dropped = (0..flat.len()).filter(|&index| is_shown[index] && is_light(index)).count();
        let graph = call_graph(self.selection, self.frames, self.weights, |frame| {
            dropped == 0 || (is_shown[frame.index()] && !is_light(frame.index()))
        });
        (graph, dropped)
    }

    /// Makes a tree without the nodes that weigh too little; returns it with their number.
    fn heavy_tree(&mut self) -> (Graph, usize) {
        let mut graph = call_tree_graph(self.selection, self.frames, self.weights);
        let shown = self.shown(&graph);
        self.set_cutoffs(shown.iter().fold(0, |sum, id| sum.wrapping_add(graph.node(*id).flat.sum)));
        let mut is_dropped = vec![false; graph.nodes().len()];
        for id in &shown {
            is_dropped[id.index()] = self.is_light(graph.node(*id).cum.sum);
        }
        graph.splice_out(|id| !is_dropped[id.index()]);
        let dropped = is_dropped.iter().filter(|&&is_dropped| is_dropped).count();
        (graph, dropped)
    }

    /// Takes the nodes that are sorted first, and of their calls and labels what weighs enough.
    fn limited(&self, mut graph: Graph, dropped: usize) -> Trimmed {
        let is_drawing = self.options.purpose == GraphPurpose::Drawing;
        let label_rows = if is_drawing { label_rows(self.selection, self.options) } else { None };
        let mut names = Names::new(self.frames, &graph);
        let mut shown = self.shown(&graph);
        let candidates = shown.len();
        self.sort(&graph, &names, &mut shown);
        if self.options.limit > 0 {
            self.drop_light_calls(&mut graph, &shown);
            let count = match &label_rows {
                Some(rows) => self.drawn_count(&graph, rows, &shown),
                None => self.options.limit,
            };
            if count < shown.len() {
                let mut is_kept = vec![false; graph.nodes().len()];
                shown[..count].iter().for_each(|id| is_kept[id.index()] = true);
                match self.options.shape {
                    GraphShape::Graph => {
                        let mut kept_frames = vec![false; self.frames.len()];
                        shown[..count].iter().for_each(|&id| kept_frames[graph.node(id).frame.index()] = true);
                        let is_kept = |frame: crate::aggregate::FrameId| kept_frames[frame.index()];
                        graph = call_graph(self.selection, self.frames, self.weights, is_kept);
                        names = Names::new(self.frames, &graph);
                        shown = self.shown(&graph);
                    }
                    GraphShape::Tree => {
                        let others: Vec<bool> = {
                            let mut others = vec![false; graph.nodes().len()];
                            shown[count..].iter().for_each(|id| others[id.index()] = true);
                            others
                        };
                        graph.splice_out(|id| !others[id.index()]);
                        shown.truncate(count);
                    }
                }
                self.sort(&graph, &names, &mut shown);
            }
        }
        let dropped_calls = self.drop_light_calls(&mut graph, &shown);
        if is_drawing {
            remove_redundant_calls(&mut graph, &shown, &names);
        }
        Trimmed { graph, names, shown, dropped, dropped_calls, candidates, cutoff: self.cutoff, label_rows }
    }

    /// Takes out calls to nodes that are shown if they weigh too little; returns how many these are.
    fn drop_light_calls(&self, graph: &mut Graph, shown: &[GraphNodeId]) -> usize {
        let mut is_shown = vec![false; graph.nodes().len()];
        shown.iter().for_each(|id| is_shown[id.index()] = true);
        graph.retain_calls(|call| !is_shown[call.callee.index()] || call.weight.sum.wrapping_abs() >= self.edge_cutoff)
    }

    /// Returns how many nodes fit the limit together with the boxes of their labels.
    fn drawn_count(&self, graph: &Graph, rows: &LabelRows, shown: &[GraphNodeId]) -> usize {
        let labels = flat_label_counts(self.selection, self.frames, graph, self.options, rows, self.cutoff);
        let mut boxes = 0;
        for (index, id) in shown.iter().enumerate() {
            boxes += 1 + labels[id.index()].min(MAX_NODELETS);
            if boxes >= self.options.limit {
                return index + 1;
            }
        }
        self.options.limit.min(shown.len())
    }

    fn sort(&self, graph: &Graph, names: &Names, shown: &mut [GraphNodeId]) {
        let score = |id: &GraphNodeId| {
            let node = graph.node(*id);
            let (flat, cum) = (node.flat.sum, node.cum.sum);
            let (first, second) = match (self.options.purpose, self.options.order) {
                (GraphPurpose::Drawing, _) => (entropy_score(graph, *id), flat),
                (_, Order::Cum) => (cum, flat),
                (_, Order::Flat) => (flat, cum),
            };
            (Reverse(first.wrapping_abs()), *id, Reverse(second.wrapping_abs()))
        };
        let mut keys: Vec<_> = shown.iter().map(score).collect();
        keys.sort_by(|one, other| {
            (one.0.cmp(&other.0))
                .then_with(|| names.compare(one.1, other.1))
                .then_with(|| one.2.cmp(&other.2))
                .then_with(|| names.compare_details(one.1, other.1))
        });
        for (place, key) in shown.iter_mut().zip(keys) {
            *place = key.1;
        }
    }
}

/// The names of nodes, made once.
pub(super) struct Names {
    /// By node.
    names: Vec<String>,
    addresses: Vec<u64>,
    /// All that a node's frame is known by, to order nodes with equal names; by node.
    details: Vec<String>,
}

impl Names {
    fn new(frames: &Frames<'_>, graph: &Graph) -> Self {
        let frame = |id: GraphNodeId| frames.frame(graph.node(id).frame);
        Self {
            names: graph.ids().map(|id| frame(id).name()).collect(),
            addresses: graph.ids().map(|id| frame(id).address).collect(),
            details: graph.ids().map(|id| frame(id).details()).collect(),
        }
    }

    pub(super) fn name(&self, id: GraphNodeId) -> &str {
        &self.names[id.index()]
    }

    /// Compares by address if both have one, else by name (pprof's `comparePrintableName`).
    fn compare(&self, one: GraphNodeId, other: GraphNodeId) -> Ordering {
        match (self.addresses[one.index()], self.addresses[other.index()]) {
            (one, other) if one != 0 && other != 0 && one != other => one.cmp(&other),
            _ => self.name(one).cmp(self.name(other)),
        }
    }

    fn compare_details(&self, one: GraphNodeId, other: GraphNodeId) -> Ordering {
        // Paths to equal frames: pprof leaves their order open.
        (self.details[one.index()].cmp(&self.details[other.index()])).then_with(|| other.cmp(&one))
    }

    /// Compares calls, the heavier one first, then by names.
    ///
    /// pprof leaves the order of calls open that weigh the same but for the sign; here what shrank comes first.
    pub(super) fn compare_calls(&self, one: &Call, other: &Call) -> Ordering {
        let size = |weight: Amount| weight.sum.wrapping_abs();
        (size(other.weight).cmp(&size(one.weight)))
            .then_with(|| one.weight.sum.cmp(&other.weight.sum))
            .then_with(|| self.name(one.caller).cmp(self.name(other.caller)))
            .then_with(|| self.name(one.callee).cmp(self.name(other.callee)))
    }
}
