//! The boxes of labels that hang from the nodes of a drawing.

use std::cmp::Reverse;

use serde::Serialize;

use super::trim::Trimmed;
use super::{GraphNode, GraphOptions};
use crate::aggregate::{Amount, Frames, Graph, LabelRows, LabelSum, NodeLabels, NumberLabel, NumberSum, label_sums};
use crate::profile::unit;
use crate::transform::Selection;

/// How many boxes of one kind a node has at most.
pub(super) const MAX_NODELETS: usize = 4;

/// The text labels of some samples of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Nodelet {
    /// Its place among the texts of the node; those that weigh nothing are left out, so numbers may be missing.
    pub row: usize,
    /// The texts, each `key:value`, with `\n` in between as DOT writes it.
    pub name: String,
    /// What the samples weigh.
    pub value: i64,
    /// The numbers that the samples have besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<NumberNodelet>,
}

/// Numeric labels of some samples of a node: one number, or several that are near to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NumberNodelet {
    /// Its place among the numbers; those that weigh nothing are left out, so rows may be missing.
    pub row: usize,
    /// The number, or the smallest and the largest, with units.
    pub name: String,
    /// What the samples weigh.
    pub value: i64,
    /// Whether samples count that end in other nodes.
    pub is_cumulative: bool,
}

/// Lists the labels that a drawing shows; `None` if there are none.
pub(super) fn label_rows(selection: &Selection<'_>, options: &GraphOptions) -> Option<LabelRows> {
    let rows = LabelRows::new(selection, |value, from| unit::label(value, from, &options.values.unit));
    (!rows.is_empty()).then_some(rows)
}

/// Returns how many labels with a flat weight each node has.
pub(super) fn flat_label_counts(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    graph: &Graph,
    options: &GraphOptions,
    rows: &LabelRows,
    cutoff: i64,
) -> Vec<usize> {
    let sums = label_sums(selection, frames, graph, options.values.measure(), rows, cutoff, |_| true);
    let counts = |labels: NodeLabels| {
        let texts = labels.texts.iter().filter(|sum| sum.flat.sum != 0 && is_heavy(sum.flat, sum.cum, cutoff)).count();
        let numbers =
            labels.numbers.iter().filter(|sum| sum.flat.sum != 0 && is_heavy(sum.flat, sum.cum, cutoff)).count();
        texts + numbers
    };
    sums.into_iter().map(counts).collect()
}

fn is_heavy(flat: Amount, cum: Amount, cutoff: i64) -> bool {
    flat.sum.wrapping_abs() >= cutoff || cum.sum.wrapping_abs() >= cutoff
}

impl Trimmed {
    /// Hangs labels from the nodes that are shown (pprof's `addNodelets`).
    pub(super) fn add_nodelets(
        &self,
        selection: &Selection<'_>,
        frames: &Frames<'_>,
        options: &GraphOptions,
        nodes: &mut [GraphNode],
    ) {
        let Some(rows) = &self.label_rows else { return };
        let sums = label_sums(selection, frames, &self.graph, options.values.measure(), rows, self.cutoff, |_| true);
        for (node, id) in nodes.iter_mut().zip(&self.shown) {
            // A node without calls stands for those that it called and that are left out.
            let is_flat = self.graph.calls_from(*id).len() > 0;
            let boxes = Boxes { rows, unit: &options.values.unit, cutoff: self.cutoff, is_flat };
            let labels = &sums[id.index()];
            node.labels = boxes.texts(labels);
            node.numbers = boxes.numbers(labels, None);
        }
    }
}

/// Makes the boxes of one node.
struct Boxes<'r> {
    rows: &'r LabelRows,
    /// The unit of numbers.
    unit: &'r str,
    cutoff: i64,
    /// Whether samples count that end here, or all.
    is_flat: bool,
}

/// A number, or several that are shown as one.
#[derive(Clone)]
struct Group {
    name: String,
    flat: i64,
    cum: i64,
}

impl Boxes<'_> {
    /// Returns by what labels are sorted, heaviest first.
    fn weight(&self, flat: i64, cum: i64) -> (Reverse<i64>, Reverse<i64>) {
        let (flat, cum) = (flat.wrapping_abs(), cum.wrapping_abs());
        (Reverse(if self.is_flat { 0 } else { cum }), Reverse(flat))
    }

    fn texts(&self, labels: &NodeLabels) -> Vec<Nodelet> {
        let mut texts: Vec<&LabelSum> =
            labels.texts.iter().filter(|sum| is_heavy(sum.flat, sum.cum, self.cutoff)).collect();
        let name = |sum: &LabelSum| self.rows.texts[sum.text as usize].as_str();
        texts.sort_by(|one, other| {
            let weight = |sum: &LabelSum| self.weight(sum.flat.sum, sum.cum.sum);
            weight(one).cmp(&weight(other)).then_with(|| name(one).cmp(name(other)))
        });
        texts.truncate(MAX_NODELETS);
        let nodelet = |(row, sum): (usize, &LabelSum)| Nodelet {
            row,
            name: name(sum).to_owned(),
            value: if self.is_flat { sum.flat } else { sum.cum }.value(),
            numbers: self.numbers(labels, Some(sum.text)),
        };
        let texts = texts.into_iter().enumerate().map(nodelet);
        texts.filter(|nodelet| nodelet.value != 0).collect()
    }

    fn numbers(&self, labels: &NodeLabels, text: Option<u32>) -> Vec<NumberNodelet> {
        let is_kept = |sum: &&NumberSum| sum.text == text && is_heavy(sum.flat, sum.cum, self.cutoff);
        let groups = self.grouped(labels.numbers.iter().filter(is_kept).collect());
        let nodelet = |(row, group): (usize, Group)| {
            let is_flat = self.is_flat || group.flat == group.cum;
            let value = if is_flat { group.flat } else { group.cum };
            NumberNodelet { row, name: group.name, value, is_cumulative: !is_flat }
        };
        groups.into_iter().enumerate().map(nodelet).filter(|nodelet| nodelet.value != 0).collect()
    }

    /// Puts numbers together until there are few enough (pprof's `collapsedTags`).
    ///
    /// The heaviest begin a group each; every other one goes to the nearest of these.
    fn grouped(&self, mut sums: Vec<&NumberSum>) -> Vec<Group> {
        let number = |sum: &NumberSum| &self.rows.numbers[sum.number as usize];
        let shown = |number: &NumberLabel| unit::label(number.value, &number.unit, "auto");
        let name = |number: &NumberLabel| unit::label(number.value, &number.unit, self.unit);
        sums.sort_by(|one, other| {
            let weight = |sum: &NumberSum| self.weight(sum.flat.sum, sum.cum.sum);
            weight(one).cmp(&weight(other)).then_with(|| name(number(one)).cmp(&name(number(other))))
        });
        let single = |sum: &NumberSum, name: String| Group { name, flat: sum.flat.value(), cum: sum.cum.value() };
        if sums.len() <= MAX_NODELETS {
            return sums.into_iter().map(|sum| single(sum, name(number(sum)))).collect();
        }
        let mut members: Vec<Vec<&NumberSum>> = sums[..MAX_NODELETS].iter().map(|sum| vec![*sum]).collect();
        for sum in &sums[MAX_NODELETS..] {
            let distance = |group: &Vec<&NumberSum>| number(group[0]).value.abs_diff(number(sum).value);
            let nearest = (0..members.len()).min_by_key(|&index| distance(&members[index])).unwrap_or(0);
            members[nearest].push(sum);
        }
        let group = |members: Vec<&NumberSum>| {
            if let [only] = members.as_slice() {
                // In a range, numbers are told in their own units: in that of the report they might all be 0.
                return single(only, shown(number(only)));
            }
            let (mut flat, mut cum) = (Amount::default(), Amount::default());
            members.iter().for_each(|sum| {
                flat += sum.flat;
                cum += sum.cum;
            });
            let numbers = || members.iter().map(|sum| number(sum));
            let smallest = numbers().min_by_key(|number| number.value);
            // The first of several that are equally large.
            let largest = numbers().rev().max_by_key(|number| number.value);
            let name = [smallest, largest].into_iter().flatten().map(shown).collect::<Vec<_>>().join("..");
            Group { name, flat: flat.value(), cum: cum.value() }
        };
        let mut groups: Vec<Group> = members.into_iter().map(group).collect();
        groups.sort_by(|one, other| {
            let weight = |group: &Group| self.weight(group.flat, group.cum);
            weight(one).cmp(&weight(other)).then_with(|| one.name.cmp(&other.name))
        });
        groups
    }
}
