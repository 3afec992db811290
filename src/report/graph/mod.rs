//! Frames and the calls between them: what trees, drawings and callgrind files are made of.

mod entropy;
mod nodelets;
mod redundant;
mod trim;

pub use nodelets::{Nodelet, NumberNodelet};

use serde::Serialize;

use super::coverage::{Coverage, fraction_of};
use super::order::{Negative, Order};
use super::summary::{Summary, ValueScale};
use super::values::ValueOptions;
use crate::aggregate::{Frame, FrameOptions, base_name, frames_and_weights};
use crate::transform::Selection;
use trim::Trimmed;

/// What a graph is made for, which decides what is left out of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GraphPurpose {
    /// A text: nodes are sorted by what they weigh.
    #[default]
    Table,
    /// A picture: nodes are sorted by how much they tell (pprof's entropy), labels are boxes of
    /// their own, and calls over left out nodes go if there is another way.
    Drawing,
    /// A file for KCachegrind: nothing is left out, and values are whole numbers of their unit.
    Callgrind,
}

/// Whether a frame that is reached in several ways is one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GraphShape {
    /// It is.
    #[default]
    Graph,
    /// Each way of calls leads to a node of its own (pprof's `-call_tree`).
    Tree,
}

/// How to make a [`Graph`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GraphOptions {
    /// Which values, and how to show them.
    pub values: ValueOptions,
    /// What makes places the same node.
    pub frames: FrameOptions,
    /// What the graph is made for.
    pub purpose: GraphPurpose,
    /// Whether nodes are frames or paths.
    pub shape: GraphShape,
    /// By what nodes are sorted, unless they are drawn.
    pub order: Order,
    /// How many nodes there may be; 0 for all. In a drawing, labels count as nodes.
    pub limit: usize,
    /// Nodes whose cumulative value is a smaller share of the whole are dropped.
    pub node_fraction: f64,
    /// Calls of a smaller share are dropped.
    pub edge_fraction: f64,
    /// Whether frames that weigh less than nothing are shown.
    pub negative: Negative,
}

impl Default for GraphOptions {
    /// Takes pprof's defaults, and the first sample type.
    fn default() -> Self {
        Self {
            values: ValueOptions::default(),
            frames: FrameOptions::default(),
            purpose: GraphPurpose::Table,
            shape: GraphShape::Graph,
            order: Order::Flat,
            limit: 80,
            node_fraction: 0.005,
            edge_fraction: 0.001,
            negative: Negative::Keep,
        }
    }
}

/// Where a frame stands, as far as it is known and was asked for; empty or 0 if not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// The address.
    pub address: u64,
    /// The function.
    pub function: String,
    /// The source file.
    pub file: String,
    /// The line.
    pub line: i64,
    /// The column.
    pub column: i64,
    /// The mapping's file.
    pub object: String,
    /// The line on which the function starts.
    pub start_line: i64,
}

impl Place {
    /// Returns what the frame's name is made of: address, function, file and line.
    pub fn name_parts(&self) -> Vec<String> {
        let Self { address, function, file, line, column, object, start_line } = self;
        let (address, line, column, start_line) = (*address, *line, *column, *start_line);
        Frame { address, function, file, line, column, object, start_line }.name_parts()
    }

    /// Returns the last part of the source file's path; empty if there is none.
    pub fn file_name(&self) -> &str {
        if self.file.is_empty() { "" } else { base_name(&self.file) }
    }
}

/// A node of a [`Graph`]. Values are in the summary's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GraphNode {
    /// The frame's name.
    pub name: String,
    /// What the name is made of.
    pub place: Place,
    /// What it weighs itself.
    pub flat: i64,
    /// What it weighs with all that it called.
    pub cum: i64,
    /// What the percentage of `flat` is computed from: `flat`, or the sum that it is the mean of.
    #[serde(skip)]
    pub flat_weight: i64,
    /// The same for `cum`.
    #[serde(skip)]
    pub cum_weight: i64,
    /// In a drawing: the heaviest texts of labels among its samples.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Nodelet>,
    /// In a drawing: numbers of samples without texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<NumberNodelet>,
    /// In a tree: the row of the node that stands for the caller; by it nodes with equal places differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<usize>,
}

/// A call between two nodes of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GraphCall {
    /// Row of the node that calls.
    pub caller: usize,
    /// Row of the node that is called.
    pub callee: usize,
    /// What the call weighs, in the summary's unit.
    pub weight: i64,
    /// The same before it was divided, if it is a mean; pprof's texts show this one.
    #[serde(skip)]
    pub sum: i64,
    /// What percentages of the call are computed from.
    #[serde(skip)]
    pub share_weight: i64,
    /// Whether nodes in between are left out.
    pub is_residual: bool,
    /// Whether the callee was inlined wherever the call stands.
    pub is_inline: bool,
}

/// Frames and the calls between them.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Graph {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// Which profile this is of.
    pub summary: Summary,
    /// How values are shown as text.
    pub scale: ValueScale,
    /// How much of the profile the nodes are.
    #[serde(flatten)]
    pub coverage: Coverage,
    /// How many of the nodes are shown. The others, behind these, weigh nothing, and are there
    /// because calls with values that cancel out lead to them.
    pub shown_nodes: usize,
    /// The nodes, in order.
    pub nodes: Vec<GraphNode>,
    /// The calls, heaviest first.
    pub calls: Vec<GraphCall>,
}

impl Graph {
    /// Returns the nodes that are shown, in order.
    pub fn shown(&self) -> &[GraphNode] {
        &self.nodes[..self.shown_nodes]
    }

    /// Shows only some of the nodes, with their callers and callees.
    pub fn retain_shown(&mut self, is_shown: impl Fn(&GraphNode) -> bool) {
        let mut shown: Vec<bool> = self.shown().iter().map(is_shown).collect();
        shown.resize(self.nodes.len(), false);
        self.calls.retain(|call| shown[call.caller] || shown[call.callee]);
        let mut has_calls = vec![false; self.nodes.len()];
        for call in &self.calls {
            (has_calls[call.caller], has_calls[call.callee]) = (true, true);
        }
        let first = (0..shown.len()).filter(|&row| shown[row]);
        let others = (0..shown.len()).filter(|&row| !shown[row] && has_calls[row]);
        let rows: Vec<usize> = first.chain(others).collect();
        let mut row_of = vec![None; shown.len()];
        rows.iter().enumerate().for_each(|(new, &old)| row_of[old] = Some(new));
        let moved = |row: usize| row_of[row].expect("both ends of a call stay");
        for call in &mut self.calls {
            (call.caller, call.callee) = (moved(call.caller), moved(call.callee));
        }
        self.nodes = rows.iter().map(|&row| self.nodes[row].clone()).collect();
        for node in &mut self.nodes {
            node.caller = node.caller.and_then(|caller| row_of[caller]);
        }
        self.shown_nodes = shown.iter().filter(|&&is_shown| is_shown).count();
    }

    /// Returns the rows of the calls that lead to each node and from it; heaviest first.
    pub fn calls_by_node(&self) -> Vec<CallsOfNode> {
        let mut by_node = vec![CallsOfNode::default(); self.nodes.len()];
        for (row, call) in self.calls.iter().enumerate() {
            by_node[call.callee].into.push(row);
            by_node[call.caller].out_of.push(row);
        }
        by_node
    }
}

/// The calls of one node, as rows of [`Graph::calls`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallsOfNode {
    /// Calls to it, heaviest first.
    pub into: Vec<usize>,
    /// Calls from it, heaviest first.
    pub out_of: Vec<usize>,
}

/// Makes a graph of frames and calls (pprof's `newTrimmedGraph`).
///
/// # Panics
/// If the profile has no such sample type.
pub fn graph(selection: &Selection<'_>, options: &GraphOptions) -> Graph {
    let summary = Summary::new(selection.profile(), &options.values);
    let (frames, weights) = frames_and_weights(selection, options.frames, options.values.measure());
    let trimmed = Trimmed::new(selection, &frames, &weights, options);
    let (rows, row_of) = trimmed.rows();
    let graph = &trimmed.graph;
    let mut nodes: Vec<GraphNode> = rows
        .iter()
        .map(|&id| {
            let node = graph.node(id);
            let frame = frames.frame(node.frame);
            let caller = match options.shape {
                GraphShape::Tree => graph.calls_to(id).next().and_then(|call| row_of[call.caller.index()]),
                GraphShape::Graph => None,
            };
            GraphNode {
                name: trimmed.names.name(id).to_owned(),
                place: place(frame),
                flat: node.flat.value(),
                cum: node.cum.value(),
                flat_weight: options.values.weight_of(node.flat),
                cum_weight: options.values.weight_of(node.cum),
                labels: Vec::new(),
                numbers: Vec::new(),
                caller,
            }
        })
        .collect();
    if options.purpose == GraphPurpose::Drawing {
        trimmed.add_nodelets(selection, &frames, options, &mut nodes);
    }
    let calls = trimmed.sorted_calls(&rows, &row_of, &options.values);
    let shown_nodes = trimmed.shown.len();
    let total = weights.total();
    let total_weight = options.values.weight_of(weights.total_amount());
    let shown = || nodes[..shown_nodes].iter();
    let mut scale = ValueScale::of(&summary, &options.values);
    let values = nodes[..shown_nodes].iter().map(|node| (node.flat, node.cum));
    scale.fit(values, total, options.purpose == GraphPurpose::Callgrind);
    let is_drawing = options.purpose == GraphPurpose::Drawing;
    Graph {
        version: 1,
        coverage: Coverage {
            total,
            shown: options.values.shown(shown().map(|node| (node.flat, node.flat_weight)), weights.total_amount()),
            total_weight,
            shown_weight: shown().fold(0, |sum, node| sum.wrapping_add(node.flat_weight)),
            dropped: trimmed.dropped,
            dropped_below: fraction_of(total_weight, options.node_fraction),
            dropped_calls: if is_drawing { trimmed.dropped_calls } else { 0 },
            calls_dropped_below: fraction_of(total_weight, options.edge_fraction),
            candidates: trimmed.candidates,
        },
        shown_nodes,
        nodes,
        calls,
        scale,
        summary,
    }
}

fn place(frame: Frame<'_>) -> Place {
    Place {
        address: frame.address,
        function: frame.function.to_owned(),
        file: frame.file.to_owned(),
        line: frame.line,
        column: frame.column,
        object: frame.object.to_owned(),
        start_line: frame.start_line,
    }
}
