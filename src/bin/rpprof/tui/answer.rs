//! What the worker answers: plain data that needs the profile no more.

use std::cmp::Reverse;
use std::path::PathBuf;
use std::sync::Arc;

use rpprof::report::Listing;

use super::delta::Delta;
use super::frame_name::FrameNames;
use super::labels::LabelKey;
use super::lexer::Span;
use super::request::Topic;
use super::subject::Base;
use super::timeline::Timeline;
use super::tree::Tree;
use super::within::Within;

/// An answer to one question.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// That of the question.
    pub(super) generation: u64,
    pub(super) topic: Topic,
    /// What was found, or why nothing was.
    pub(super) reply: Result<Reply, String>,
}

/// What was found.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    Table(Arc<Table>),
    Tree(Arc<Tree>),
    Calls(Arc<Calls>),
    Icicles(Arc<Icicles>),
    Labels(Arc<Vec<LabelKey>>),
    Timeline(Arc<Timeline>),
    Info(Arc<Vec<String>>),
    /// With what matches the functions that were asked for.
    Source(String, Arc<Annotated>),
    Instructions(String, Arc<Instructions>),
    Search(Arc<Matches>),
    /// What is compared with from now on.
    Base(Base),
    /// What was written.
    Export(String),
    /// Nothing was written, since this file is there.
    Exists(PathBuf),
}

/// What frames weigh.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) names: Arc<FrameNames>,
    /// Frames that weigh something.
    pub(super) rows: Vec<TableRow>,
    /// Rows of `rows`, the heaviest first by what they weigh themselves.
    pub(super) by_flat: Vec<u32>,
    /// Rows of `rows`, the heaviest first by what they weigh with all that they called.
    pub(super) by_cum: Vec<u32>,
    /// Rows of `rows` by name.
    pub(super) by_name: Vec<u32>,
    /// What percentages are of.
    pub(super) total: i64,
    /// What the filters leave of it.
    pub(super) shown: i64,
    /// What the samples that are left, and all samples, are in the mean; if means are shown.
    pub(super) means: Option<(i64, i64)>,
    /// The filters that match nothing, as flags are called.
    pub(super) unmatched: Vec<&'static str>,
    /// How rows changed, if two profiles are compared.
    pub(super) compared: Option<Compared>,
}

impl Table {
    /// Returns how much memory the table takes, names apart.
    pub(super) fn bytes(&self) -> usize {
        let orders = [&self.by_flat, &self.by_cum, &self.by_name];
        let compared = self.compared.as_ref().map_or(0, |compared| size_of_val(&*compared.rows));
        size_of_val(&*self.rows) + orders.map(|order| size_of_val(&**order)).iter().sum::<usize>() + compared
    }
}

/// How two profiles differ.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    /// By row of the table: what frames weigh themselves, and with all that they called.
    pub(super) rows: Vec<[Delta; 2]>,
    /// The sums of all samples.
    pub(super) total: Delta,
    /// What the filters leave of them.
    pub(super) shown: Delta,
    /// What was made equal, in words.
    pub(super) normalized: String,
    /// What old values were multiplied by for that, units apart.
    pub(super) factor: f64,
}

/// What a frame weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TableRow {
    pub(super) frame: u32,
    /// What is shown: sums, or means.
    pub(super) flat: i64,
    pub(super) cum: i64,
    /// The sums, which shares are of.
    pub(super) flat_sum: i64,
    pub(super) cum_sum: i64,
}

/// A caller or a callee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CallRow {
    pub(super) frame: u32,
    pub(super) weight: i64,
    /// What the calls weigh in the old one of two profiles that are compared.
    pub(super) old: i64,
}

/// Who calls a frame, and whom it calls, each list the heaviest first.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    pub(super) names: Arc<FrameNames>,
    /// The name that was asked for.
    pub(super) name: String,
    /// The frame between them; `None` if nothing is left of it.
    pub(super) center: Option<u32>,
    pub(super) callers: Vec<CallRow>,
    pub(super) callees: Vec<CallRow>,
}

impl Calls {
    /// Returns the name of the frame between them, which may be of another granularity than what was asked for.
    pub(super) fn center_name(&self) -> &str {
        self.center.map_or(&self.name, |center| self.names.name(center))
    }
}

/// Who calls a frame and whom it calls, directly or not.
#[derive(Clone, Debug)]
pub(super) struct Icicles {
    /// The name that was asked for.
    pub(super) name: String,
    /// `None` if nothing is left of it.
    pub(super) halves: Option<Halves>,
}

/// Trees that begin at one frame; each has at least that node.
#[derive(Clone, Debug)]
pub(super) struct Halves {
    pub(super) callers: Tree,
    pub(super) callees: Tree,
}

/// Source with what its lines weigh.
#[derive(Clone, Debug)]
pub(super) struct Annotated {
    pub(super) listing: Listing,
    /// By function and line of the listing: what it weighed itself and in all, if two profiles are compared.
    pub(super) old: Option<Vec<Vec<(i64, i64)>>>,
    /// By function and line of the listing: the parts of the line.
    pub(super) spans: Vec<Vec<Vec<Span>>>,
    /// Which functions these are.
    pub(super) within: Within,
}

impl Annotated {
    /// Puts the functions and files first whose lines weigh, or changed, most.
    pub(super) fn heaviest_first(mut self) -> Self {
        let weight = |index: usize| {
            let lines = self.listing.routines[index].lines.iter().enumerate().map(|(row, line)| {
                let old = self.old.as_ref().map_or(0, |old| old[index][row].1);
                line.cum.unsigned_abs().saturating_add(old.unsigned_abs())
            });
            lines.fold(0_u64, u64::saturating_add)
        };
        let mut order: Vec<usize> = (0..self.listing.routines.len()).collect();
        order.sort_by_key(|&index| Reverse(weight(index)));
        self.listing.routines = order.iter().map(|&index| self.listing.routines[index].clone()).collect();
        self.spans = order.iter().map(|&index| std::mem::take(&mut self.spans[index])).collect();
        self.old = self.old.map(|mut old| order.iter().map(|&index| std::mem::take(&mut old[index])).collect());
        self
    }
}

/// Which frames match what is searched for.
#[derive(Clone, Debug)]
pub(super) struct Matches {
    /// By frame.
    pub(super) is_match: Vec<bool>,
    /// How many they are.
    pub(super) count: usize,
    /// What the samples weigh in whose stacks some of them stands.
    pub(super) weight: i64,
    /// The same of the old one of two profiles that are compared.
    pub(super) old_weight: i64,
}

/// Functions as machine code, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Instructions {
    pub(super) rows: Vec<CodeRow>,
    /// Why there are no rows, and what to do; empty if there are.
    pub(super) reasons: Vec<String>,
    /// Which functions these are.
    pub(super) within: Within,
}

/// A row of the view of instructions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CodeRow {
    /// The name of a function, and the binary that it is in.
    Function { name: String, binary: String },
    /// The line of source that the instructions below were made of.
    Line(String),
    /// An instruction, with what it weighs itself and with all that it calls.
    Instruction {
        address: String,
        text: String,
        flat: i64,
        cum: i64,
        /// The same in the old one of two profiles that are compared.
        old: Option<(i64, i64)>,
    },
}

impl CodeRow {
    /// Returns what is written in the row, without numbers.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Function { name: text, .. } | Self::Line(text) | Self::Instruction { text, .. } => text,
        }
    }

    /// Returns how much the row weighs, or how much it changed.
    pub(super) fn weight(&self) -> u64 {
        match self {
            Self::Function { .. } | Self::Line(_) => 0,
            Self::Instruction { cum, old, .. } => {
                Delta::of(old.map_or(0, |(_, cum)| cum), *cum).difference().unsigned_abs()
            }
        }
    }
}
