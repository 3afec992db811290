//! Distinct call stacks that share what is called first, as those of a program do.

use std::collections::HashSet;

use rpprof::profile::Ragged;

use super::graph::CallGraph;
use super::random::{Random, mix};

const MIN_FRAMES: usize = 30;
const MAX_FRAMES: usize = 60;
/// A stack that is long enough ends at a frame once in as many times.
const END_ONE_IN: u64 = 16;
/// A stack leaves the one that it follows at most as many frames before its end.
const MAX_CUT: u64 = 40;
/// A stack follows no other one once in as many times.
const FRESH_ONE_IN: u64 = 500;

/// Stacks of sites of a call graph.
#[derive(Debug)]
pub(super) struct Stacks<'g> {
    graph: &'g CallGraph,
    random: Random,
    /// Leaf first.
    stacks: Ragged<u32>,
    /// Hashes of the stacks there are; a stack that only shares its hash is not made.
    hashes: HashSet<u64>,
    /// The sites of a walk, outermost first; reused.
    walk: Vec<u32>,
}

impl<'g> Stacks<'g> {
    pub(super) fn new(graph: &'g CallGraph, seed: u64) -> Self {
        let random = Random::new(seed, "stacks");
        Self { graph, random, stacks: Ragged::new(), hashes: HashSet::new(), walk: Vec::new() }
    }

    pub(super) fn len(&self) -> u64 {
        self.stacks.len() as u64
    }

    /// Returns the sites of a stack, leaf first.
    pub(super) fn get(&self, stack: u64) -> &[u32] {
        self.stacks.get(stack as usize)
    }

    /// Adds a stack that was not there; returns its number.
    pub(super) fn grow(&mut self) -> u64 {
        loop {
            let follows = !self.stacks.is_empty() && !self.random.one_in(FRESH_ONE_IN);
            let callers = if follows { self.draw_callers() } else { 0..0 };
            self.descend(callers.clone());
            let callers = &self.stacks.items()[callers];
            let stack = self.walk.iter().rev().chain(callers).copied();
            let hash = stack.clone().fold(0, |hash, site| mix(hash + 1 + u64::from(site)));
            if self.hashes.insert(hash) {
                let stack: Vec<u32> = stack.collect();
                return self.stacks.push(stack) as u64;
            }
        }
    }

    /// Draws the outer frames of a stack there is, as a range of all stacks' items.
    fn draw_callers(&mut self) -> std::ops::Range<usize> {
        let stack = self.stacks.range(self.random.below(self.len()) as usize);
        let cut = 1 + self.random.below(MAX_CUT) as usize;
        (stack.start + cut).min(stack.end)..stack.end
    }

    /// Walks down from the innermost of `callers`, or from a function at the top, to where a stack may end.
    fn descend(&mut self, callers: std::ops::Range<usize>) {
        let (graph, random) = (self.graph, &mut self.random);
        let innermost = self.stacks.items()[callers.clone()].first();
        let called = innermost.and_then(|&site| graph.sites()[site as usize].callee);
        let mut function = called.unwrap_or_else(|| {
            let entries = graph.level(0);
            entries.start + random.skewed(u64::from(entries.end - entries.start)) as u32
        });
        self.walk.clear();
        loop {
            let sites = graph.sites_of(function);
            let site = sites.start + random.skewed(u64::from(sites.end - sites.start)) as u32;
            self.walk.push(site);
            let frames = callers.len() + self.walk.len();
            let Some(callee) = graph.sites()[site as usize].callee else { return };
            if frames >= MAX_FRAMES || frames >= MIN_FRAMES && random.one_in(END_ONE_IN) {
                return;
            }
            function = callee;
        }
    }
}
