//! Which value of a label most samples of each call path have.

use std::collections::HashMap;

use rpprof::aggregate::{FrameId, Interrupt, Root};
use rpprof::profile::{LabelSetId, StackId};
use rpprof::transform::LabelUnits;

use super::labels::{self, Content, SAMPLES_AT_ONCE, content_of};
use super::prepare::Prepared;
use super::tree::{TOP, Tree};

/// So many values of a label are told apart, the heaviest ones.
const MOST_VALUES: usize = 12;

/// Which value of a label most samples of each call path have.
#[derive(Clone, Debug, Default)]
pub(super) struct Tints {
    /// The key that was asked for.
    pub(super) asked: String,
    /// The key of the label; empty if no sample has one.
    pub(super) key: String,
    values: Vec<String>,
    /// By node: the value, and the part of the samples that have it.
    by_node: Vec<Option<(u32, f32)>>,
}

impl Tints {
    /// Returns how much memory they take.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.by_node)
    }

    /// Returns the value that most samples of a path have, and the part of them that has it; `None` if most have none.
    pub(super) fn of(&self, node: u32) -> Option<(&str, f64)> {
        let (value, share) = (*self.by_node.get(node as usize)?)?;
        Some((&self.values[value as usize], f64::from(share)))
    }
}

/// What samples with equal stacks and values weigh.
struct Weighed {
    stack: StackId,
    /// The number of the value; one more than the last for other values, two more for none.
    value: usize,
    weight: i64,
}

/// Finds out which value most samples of each path of a tree have; `None` if it was interrupted.
///
/// Cost: a look at each sample, then a way down the tree for each distinct stack, as far as there are nodes.
pub(super) fn tints(
    prepared: &Prepared<'_, '_>,
    tree: &Tree,
    (root, from): (Root, Option<FrameId>),
    asked: &str,
    interrupt: &Interrupt,
) -> Option<Result<Tints, String>> {
    let keys = match labels::labels(prepared, interrupt)? {
        Ok(keys) => keys,
        Err(message) => return Some(Err(message)),
    };
    let heaviest = || keys.iter().min_by_key(|key| key.unlabelled.unsigned_abs());
    let Some(key) = keys.iter().find(|key| key.key == asked).or_else(heaviest) else {
        return Some(Ok(Tints { asked: asked.to_owned(), ..Tints::default() }));
    };
    let mut values: Vec<String> =
        key.values.iter().take(MOST_VALUES).map(|value| key.text(&value.content).into_owned()).collect();
    let numbers: HashMap<&Content, usize> =
        key.values.iter().take(MOST_VALUES).enumerate().map(|(number, value)| (&value.content, number)).collect();
    let (others, none) = (values.len(), values.len() + 1);
    values.push("other values".to_owned());
    let weighed = weighed(prepared, &key.key, &numbers, interrupt)?;
    let mut sums = vec![0_i64; tree.len() * (none + 1)];
    let children: HashMap<(u32, u32), u32> =
        (1..tree.len() as u32) // Fewer than 2^32.
            .map(|node| ((tree.node(node).parent, tree.node(node).frame), node))
            .collect();
    let mut frames: Vec<FrameId> = Vec::new();
    let mut path: Vec<u32> = Vec::new();
    let mut last = None;
    for (index, Weighed { stack, value, weight }) in weighed.into_iter().enumerate() {
        if index % SAMPLES_AT_ONCE == 0 && interrupt.is_set() {
            return None;
        }
        if last != Some(stack) {
            last = Some(stack);
            frames.clear();
            let locations = prepared.selection.stack(stack).unwrap_or_default();
            frames.extend(locations.iter().rev().flat_map(|&location| prepared.frames.at(location).iter().rev()));
            let at = from.map_or(Some(0), |from| frames.iter().position(|frame| *frame == from));
            path.clear();
            match (at, root, from) {
                (None, _, _) => continue,
                (Some(at), Root::Callers, _) => down(&children, frames[at..].iter(), &mut path),
                (Some(_), Root::Leaves, None) => down(&children, frames.iter().rev(), &mut path),
                (Some(at), Root::Leaves, Some(_)) => down(&children, frames[..=at].iter().rev(), &mut path),
            }
        }
        for &node in &path {
            let sum = &mut sums[node as usize * (none + 1) + value];
            *sum = sum.wrapping_add(weight);
        }
    }
    let by_node = sums.chunks(none + 1).map(|sums| {
        let whole: f64 = sums.iter().map(|sum| sum.unsigned_abs() as f64).sum();
        let (value, &most) =
            (0..).zip(sums).max_by_key(|(value, sum)| (sum.unsigned_abs(), std::cmp::Reverse(*value)))?;
        (most != 0 && value as usize <= others).then(|| (value, (most.unsigned_abs() as f64 / whole) as f32))
    });
    Some(Ok(Tints { asked: asked.to_owned(), key: key.key.clone(), by_node: by_node.collect(), values }))
}

/// Goes down the tree as far as there are nodes.
fn down<'f>(children: &HashMap<(u32, u32), u32>, frames: impl Iterator<Item = &'f FrameId>, path: &mut Vec<u32>) {
    let mut node = TOP;
    for frame in frames {
        let Some(&child) = children.get(&(node, frame.index() as u32)) else { break }; // Of 32-bit ids.
        path.push(child);
        node = child;
    }
}

/// Adds up samples with equal stacks and values, equal stacks one after another.
fn weighed(
    prepared: &Prepared<'_, '_>,
    key: &str,
    numbers: &HashMap<&Content, usize>,
    interrupt: &Interrupt,
) -> Option<Vec<Weighed>> {
    let (selection, column) = (&prepared.selection, prepared.values.sample_type);
    let profile = selection.profile();
    let units = LabelUnits::new(profile);
    let value_of = |set: usize| {
        let mut labels = selection.labels(LabelSetId::from_index(set));
        let found = labels.find(|label| profile.str(label.key()) == key);
        found.map_or(numbers.len() + 1, |label| {
            let (content, _) = content_of(profile, &label, units.of(key));
            numbers.get(&content).copied().unwrap_or(numbers.len())
        })
    };
    let by_set: Vec<usize> = (0..profile.label_sets().len()).map(value_of).collect();
    let mut weighed = Vec::new();
    for (index, (sample, _)) in selection.samples().enumerate() {
        if index % SAMPLES_AT_ONCE == 0 && interrupt.is_set() {
            return None;
        }
        let (stack, weight) = (sample.stack, sample.values[column]);
        if weight != 0 {
            weighed.push(Weighed { stack, value: by_set[sample.labels.index()], weight });
        }
    }
    weighed.sort_unstable_by_key(|weighed| (weighed.stack, weighed.value));
    Some(weighed)
}
