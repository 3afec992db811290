//! One profile under construction: samples of stacks, with drawn values and labels.

use rpprof::profile::{LocationId, Profile, ProfileBuilder, StackId};

use super::build::{Build, BuildRows};
use super::graph::CallGraph;
use super::options::Options;
use super::random::Random;
use super::samples::{LabelSource, ValueSource};
use super::stacks::Stacks;

#[derive(Debug)]
pub(super) struct Recorder<'b> {
    builder: ProfileBuilder,
    rows: BuildRows<'b>,
    random: Random,
    values: ValueSource,
    labels: LabelSource,
    /// The rows of the stacks of the pool that have samples.
    stacks: Vec<Option<StackId>>,
    /// The locations of a stack; reused.
    locations: Vec<LocationId>,
}

impl<'b> Recorder<'b> {
    pub(super) fn new(options: &Options, seed: u64, graph: &'b CallGraph, build: &'b Build) -> Self {
        let mut builder = ProfileBuilder::new();
        let mut random = Random::new(seed, "recorder");
        let values = ValueSource::new(&mut builder, options.types, &mut random);
        let comment = builder.string(&format!("synthetic profile, seed {}", options.seed));
        builder.header_mut().comments.push(comment);
        let rows = BuildRows::new(&mut builder, graph, build);
        let labels = LabelSource::new(&mut builder, options.labels);
        Self { builder, rows, random, values, labels, stacks: Vec::new(), locations: Vec::new() }
    }

    /// Adds a sample of a stack of the pool.
    pub(super) fn sample(&mut self, pool: &Stacks<'_>, stack: u64) {
        let stack = self.stack(pool, stack);
        let labels = self.labels.draw(&mut self.builder, &mut self.random);
        self.builder.sample(stack, labels, self.values.draw(&mut self.random));
    }

    fn stack(&mut self, pool: &Stacks<'_>, stack: u64) -> StackId {
        let row = stack as usize;
        if self.stacks.len() <= row {
            self.stacks.resize(row + 1, None);
        }
        if let Some(id) = self.stacks[row] {
            return id;
        }
        self.locations.clear();
        for &site in pool.get(stack) {
            self.locations.push(self.rows.location(&mut self.builder, site));
        }
        let id = self.builder.stack(&self.locations);
        self.stacks[row] = Some(id);
        id
    }

    pub(super) fn finish(self) -> Profile {
        self.builder.build().expect("all strings are of this builder")
    }
}
