//! What the labels of samples add up to, for each node of a graph.

use hashbrown::HashMap;

use super::{Graph, GraphNodeId};
use crate::aggregate::frames::Frames;
use crate::aggregate::weights::{Amount, Averaging, Measure};
use crate::profile::{Interner, LabelSetId, LabelValue, LocationId, Ragged, StackId};
use crate::transform::Selection;

/// The only numeric label that graphs show, as in pprof.
const NUMERIC_KEY: &str = "bytes";
/// The label that marks samples of a base says nothing about them.
const BASE_KEY: &str = "pprof::base";
/// What stands between the texts of a set (a line break in DOT).
const SEPARATOR: &str = "\\n";

/// A number that samples have as a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberLabel {
    /// The number.
    pub value: i64,
    /// Its unit.
    pub unit: String,
}

/// The texts and numbers that the label sets of a selection amount to.
#[derive(Clone, Debug)]
pub struct LabelRows {
    /// The texts of a set, each `key:value`, sorted and joined by `\n` as DOT writes it; distinct.
    pub texts: Vec<String>,
    /// The numbers; those that look the same in the chosen unit are one.
    pub numbers: Vec<NumberLabel>,
    /// By label set: its row in `texts`, if it has any, and its rows in `numbers`.
    sets: Vec<(Option<u32>, Vec<u32>)>,
}

impl LabelRows {
    /// Lists the labels of a selection; `shown` writes a number as it is told apart from others.
    pub fn new(selection: &Selection<'_>, shown: impl Fn(i64, &str) -> String) -> Self {
        let profile = selection.profile();
        let unit = unit_of_numbers(selection);
        let mut rows = Self { texts: Vec::new(), numbers: Vec::new(), sets: Vec::new() };
        let (mut text_rows, mut number_rows) = (Interner::default(), Interner::default());
        let mut shown_numbers: Vec<String> = Vec::new();
        for set in (0..profile.label_sets().len()).map(LabelSetId::from_index) {
            let mut texts = Vec::new();
            let mut numbers = Vec::new();
            for label in selection.labels(set) {
                let key = profile.str(label.key());
                match label.value() {
                    LabelValue::Text(text) if key != BASE_KEY => texts.push(format!("{key}:{}", profile.str(text))),
                    LabelValue::Number { value, .. } if key == NUMERIC_KEY => {
                        let text = shown(value, &unit);
                        let hash = number_rows.hash(&text);
                        let row = number_rows.find(hash, |row| shown_numbers[row] == text).unwrap_or_else(|| {
                            number_rows.insert(hash, shown_numbers.len());
                            shown_numbers.push(text);
                            rows.numbers.push(NumberLabel { value, unit: unit.clone() });
                            shown_numbers.len() - 1
                        });
                        numbers.push(row as u32); // There are no more numbers than labels.
                    }
                    _ => {}
                }
            }
            texts.sort_unstable();
            let text = texts.join(SEPARATOR);
            let text_row = (!text.is_empty()).then(|| {
                let hash = text_rows.hash(&text);
                let row = text_rows.find(hash, |row| rows.texts[row] == text).unwrap_or_else(|| {
                    text_rows.insert(hash, rows.texts.len());
                    rows.texts.push(text);
                    rows.texts.len() - 1
                });
                row as u32 // There are no more texts than label sets.
            });
            rows.sets.push((text_row, numbers));
        }
        rows
    }

    /// Returns whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.numbers.is_empty()
    }
}

/// Returns the unit of all shown numbers: the first that some sample gives, else their key.
fn unit_of_numbers(selection: &Selection<'_>) -> String {
    let profile = selection.profile();
    let unit_in = |set: LabelSetId| {
        profile.labels(set).iter().find_map(|label| match label.value() {
            LabelValue::Number { unit, .. } if profile.str(label.key()) == NUMERIC_KEY => {
                Some(profile.str(unit)).filter(|unit| !unit.is_empty())
            }
            _ => None,
        })
    };
    let unit = (0..profile.label_sets().len()).map(LabelSetId::from_index).find_map(unit_in);
    unit.unwrap_or(NUMERIC_KEY).to_owned()
}

/// What the samples of a node with some label weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelSum {
    /// Row in [`LabelRows::texts`].
    pub text: u32,
    /// Values of those that end at the node.
    pub flat: Amount,
    /// Values of all of them; 0 if that was not asked for.
    pub cum: Amount,
}

/// What the samples of a node with some numeric label weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberSum {
    /// The texts that the samples have besides; row in [`LabelRows::texts`].
    pub text: Option<u32>,
    /// Row in [`LabelRows::numbers`].
    pub number: u32,
    /// Values of those that end at the node.
    pub flat: Amount,
    /// Values of all of them; 0 if that was not asked for.
    pub cum: Amount,
}

/// What the labels at one node add up to; in no particular order.
#[derive(Clone, Debug, Default)]
pub struct NodeLabels {
    /// Texts.
    pub texts: Vec<LabelSum>,
    /// Numbers.
    pub numbers: Vec<NumberSum>,
}

/// A text, or a number beside a text.
type Key = (u32, Option<u32>, Option<u32>);

/// Adds up labels at the nodes of a graph; by node.
///
/// Flat values are summed for every node, cumulative ones where `has_cum` asks for them. Labels of
/// which all samples together weigh less than `cutoff` are left out: no node can have more of them.
///
/// Cost: a pass over the samples, and for nodes with cumulative values one over their stacks.
pub fn label_sums(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    graph: &Graph,
    measure: Measure,
    rows: &LabelRows,
    cutoff: i64,
    has_cum: impl Fn(GraphNodeId) -> bool,
) -> Vec<NodeLabels> {
    let mut nodes = Nodes::new(frames, graph, selection.profile().stacks().len(), has_cum);
    let samples = || {
        let is_mean = measure.averaging == Averaging::Mean;
        selection.samples().filter_map(move |(sample, stack)| {
            let divisor = if is_mean { sample.values[0] } else { 0 };
            let amount = Amount { sum: sample.values[measure.sample_type], divisor };
            (amount != Amount::default()).then_some((sample, stack, amount))
        })
    };
    let is_heavy =
        heavy_rows(rows, cutoff.unsigned_abs(), samples().map(|(sample, _, amount)| (sample.labels, amount.sum)));
    let mut sums: HashMap<Key, (Amount, Amount)> = HashMap::new();
    for (sample, stack, amount) in samples() {
        let (text, numbers) = &rows.sets[sample.labels.index()];
        let keys = || {
            let text_key = text.iter().map(|&text| (Some(text), None));
            let number_keys = numbers.iter().map(|&number| (*text, Some(number)));
            text_key.chain(number_keys).filter(|&(text, number)| is_heavy(text, number))
        };
        if keys().next().is_none() {
            continue;
        }
        let (leaf, with_cum) = nodes.of(sample.stack, stack);
        for (text, number) in keys().filter(|_| leaf != NONE) {
            sums.entry((leaf, text, number)).or_default().0 += amount;
        }
        for &node in with_cum {
            for (text, number) in keys() {
                sums.entry((node, text, number)).or_default().1 += amount;
            }
        }
    }
    let mut by_node = vec![NodeLabels::default(); graph.nodes().len()];
    for ((node, text, number), (flat, cum)) in sums {
        let labels = &mut by_node[node as usize];
        match (text, number) {
            (text, Some(number)) => labels.numbers.push(NumberSum { text, number, flat, cum }),
            (Some(text), None) => labels.texts.push(LabelSum { text, flat, cum }),
            (None, None) => {}
        }
    }
    by_node
}

/// Returns a test for texts and numbers of which all samples together may weigh enough.
fn heavy_rows(
    rows: &LabelRows,
    cutoff: u64,
    samples: impl Iterator<Item = (LabelSetId, i64)>,
) -> impl Fn(Option<u32>, Option<u32>) -> bool {
    let mut texts = vec![0_u64; rows.texts.len()];
    let mut numbers = vec![0_u64; rows.numbers.len()];
    for (set, value) in samples {
        let (text, set_numbers) = &rows.sets[set.index()];
        let add = |sum: &mut u64| *sum = sum.saturating_add(value.unsigned_abs());
        text.iter().for_each(|&text| add(&mut texts[text as usize]));
        set_numbers.iter().for_each(|&number| add(&mut numbers[number as usize]));
    }
    move |text, number| {
        text.is_none_or(|text| texts[text as usize] >= cutoff)
            && number.is_none_or(|number| numbers[number as usize] >= cutoff)
    }
}

/// No node.
const NONE: u32 = u32::MAX;

/// Which nodes stacks stand for; each stack is looked up once.
struct Nodes<'g, 'p> {
    frames: &'g Frames<'p>,
    graph: &'g Graph,
    /// In a graph that is no tree.
    by_frame: Vec<u32>,
    has_cum: Vec<bool>,
    /// The last look-up that found each node.
    found_in: Vec<u32>,
    /// By stack: its row in `found` plus 1, or 0.
    rows: Vec<u32>,
    /// The node where samples with the stack end; by row.
    leaves: Vec<u32>,
    /// The nodes of the stack for which cumulative values are summed, each once; by row.
    with_cum: Ragged<u32>,
}

impl<'g, 'p> Nodes<'g, 'p> {
    fn new(
        frames: &'g Frames<'p>,
        graph: &'g Graph,
        stack_count: usize,
        has_cum: impl Fn(GraphNodeId) -> bool,
    ) -> Self {
        let mut by_frame = vec![NONE; frames.len()];
        for (row, node) in graph.nodes().iter().enumerate() {
            by_frame[node.frame.index()] = row as u32; // `GraphNodeId`s were made for all of them.
        }
        let has_cum: Vec<bool> = graph.ids().map(has_cum).collect();
        Self {
            frames,
            graph,
            by_frame,
            found_in: vec![0; has_cum.len()],
            has_cum,
            rows: vec![0; stack_count],
            leaves: Vec::new(),
            with_cum: Ragged::new(),
        }
    }

    /// Returns the node where samples with a stack end, and those for which cumulative values are summed.
    fn of(&mut self, id: StackId, stack: &[LocationId]) -> (u32, &[u32]) {
        if self.rows[id.index()] == 0 {
            self.look_up(stack);
            self.rows[id.index()] = self.leaves.len() as u32; // There are fewer than 2^32 stacks.
        }
        let row = self.rows[id.index()] as usize - 1;
        (self.leaves[row], self.with_cum.get(row))
    }

    fn look_up(&mut self, stack: &[LocationId]) {
        let look_up = self.leaves.len() as u32 + 1; // As many as there are stacks.
        let mut leaf = NONE;
        let mut nodes = Vec::new();
        let mut parent = None;
        for &frame in stack.iter().rev().flat_map(|location| self.frames.at(*location).iter().rev()) {
            let node = match &self.graph.paths {
                None => self.by_frame[frame.index()],
                Some(paths) => {
                    let node = paths[&(parent, frame)];
                    parent = Some(node);
                    node.0
                }
            };
            leaf = node;
            if node != NONE && self.has_cum[node as usize] && self.found_in[node as usize] != look_up {
                self.found_in[node as usize] = look_up;
                nodes.push(node);
            }
        }
        self.leaves.push(leaf);
        self.with_cum.push(nodes);
    }
}
