//! What the interface asks the worker for.

use std::path::PathBuf;

use rpprof::aggregate::{Interrupt, Root, TreeDetail};

use super::chip::Chip;
use super::scope::Scope;
use super::timeline::TimeQuestion;

/// A question about a scope.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// Answers carry it, so that those to older questions are known.
    pub(super) generation: u64,
    pub(super) scope: Scope,
    pub(super) ask: Ask,
    /// Set when nobody wants the answer any more; there may be none then.
    pub(super) interrupt: Interrupt,
}

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        // No number is given twice.
        self.generation == other.generation
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ask {
    /// What each frame weighs.
    Table,
    /// The call tree; paths of a smaller share of the whole are left out, except where details are asked for.
    ///
    /// `label` is the key whose values paths are coloured by, if they are: the heaviest one if there is no such.
    Tree { root: Root, min_share: f64, details: Vec<TreeDetail>, label: Option<String> },
    /// Who calls the frame with a name, and whom it calls.
    Calls(String),
    /// The same with what calls those, and what they call; paths of a smaller share of the whole are left out.
    Icicles { name: String, min_share: f64, label: Option<String> },
    /// What each frame weighs in the samples with a label, which the scope has as a filter.
    LabelTable,
    /// What labels weigh.
    Labels,
    /// What labels weigh over time.
    Timeline(TimeQuestion),
    /// What the profile holds.
    Info,
    /// The source of the functions that an expression matches.
    Source(String),
    /// The machine code of the functions that an expression matches.
    Instructions(String),
    /// Which frames match a pattern, and what they weigh together.
    Search(String),
    /// Another profile to compare with.
    Base(PathBuf),
    /// A file of what is looked at; its name says in which form.
    ///
    /// A file that is there is written over only if it `replaces` that.
    Export { path: PathBuf, root: Root, replaces: bool },
}

/// What sort of question it is; of each the newest alone counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Topic {
    Table,
    Tree,
    Calls,
    Icicles,
    LabelTable,
    Labels,
    Timeline,
    Info,
    Source,
    Instructions,
    Search,
    Base,
    Export,
}

/// How many topics there are.
pub(super) const TOPICS: usize = Topic::Export as usize + 1;

impl Request {
    /// Returns whether the labels of samples matter for the answer.
    pub(super) fn needs_labels(&self) -> bool {
        let asks = match &self.ask {
            Ask::Labels | Ask::Timeline(_) | Ask::Info => true,
            Ask::Tree { label, .. } | Ask::Icicles { label, .. } => label.is_some(),
            Ask::Export { path, .. } => path.to_string_lossy().ends_with(".pb.gz"),
            _ => false,
        };
        asks || self.scope.chips.iter().any(Chip::needs_labels)
    }
}

impl Ask {
    pub(super) fn topic(&self) -> Topic {
        match self {
            Self::Table => Topic::Table,
            Self::Tree { .. } => Topic::Tree,
            Self::Calls(_) => Topic::Calls,
            Self::Icicles { .. } => Topic::Icicles,
            Self::LabelTable => Topic::LabelTable,
            Self::Labels => Topic::Labels,
            Self::Timeline(_) => Topic::Timeline,
            Self::Info => Topic::Info,
            Self::Source(_) => Topic::Source,
            Self::Instructions(_) => Topic::Instructions,
            Self::Search(_) => Topic::Search,
            Self::Base(_) => Topic::Base,
            Self::Export { .. } => Topic::Export,
        }
    }
}
