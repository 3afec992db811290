//! What the worker keeps of earlier answers, so that a step back costs nothing.

use std::collections::VecDeque;
use std::sync::Arc;

use rpprof::aggregate::Averaging;

use super::answer::{FrameName, FrameNames, Reply};
use super::request::{Ask, Request};
use super::scope::Scope;

/// How many tables are kept.
const TABLES: usize = 16;
/// How many call trees are kept.
const TREES: usize = 4;
/// Callers and callees of how many functions are kept as icicles.
const ICICLES: usize = 16;
/// So many lists of names are kept: those of the last granularities.
const NAMES: usize = 3;
/// Larger trees are not kept.
const MOST_NODES: usize = 1 << 16;

/// Answers and names of frames, the newest last.
#[derive(Default)]
pub(super) struct Memory {
    tables: VecDeque<(Scope, Ask, Reply)>,
    trees: VecDeque<(Scope, Ask, Reply)>,
    icicles: VecDeque<(Scope, Ask, Reply)>,
    /// What makes frames in a scope, and their names; the last used last.
    names: Vec<(Scope, FrameNames)>,
    /// The same of the last scope with filters that change frames, such as those that hide some.
    filtered_names: Option<(Scope, FrameNames)>,
}

/// Returns the question that has the same answer: what a label weighs is what is left if it is chosen.
fn whole(ask: &Ask) -> &Ask {
    if *ask == Ask::LabelTable { &Ask::Table } else { ask }
}

impl Memory {
    /// Returns what was answered to the same question.
    pub(super) fn reply(&self, request: &Request) -> Option<Reply> {
        let asked = whole(&request.ask);
        let is_same = |(scope, ask, _): &&(Scope, Ask, Reply)| ask == asked && *scope == request.scope;
        self.tables.iter().chain(&self.trees).chain(&self.icicles).find(is_same).map(|(_, _, reply)| reply.clone())
    }

    /// Keeps an answer if it is small and likely to be asked for again.
    pub(super) fn keep(&mut self, request: &Request, reply: &Result<Reply, String>) {
        let (list, most) = match reply {
            Ok(Reply::Table(_)) => (&mut self.tables, TABLES),
            Ok(Reply::Tree(tree)) if tree.len() <= MOST_NODES => (&mut self.trees, TREES),
            Ok(Reply::Icicles(icicles)) if icicles.len() <= MOST_NODES => (&mut self.icicles, ICICLES),
            _ => return,
        };
        if list.len() == most {
            list.pop_front();
        }
        if let Ok(reply) = reply {
            list.push_back((request.scope.clone(), whole(&request.ask).clone(), reply.clone()));
        }
    }

    /// Returns the names of the frames of a scope, which are made only if they are not kept.
    pub(super) fn names(&mut self, scope: &Scope, make: impl FnOnce() -> Vec<FrameName>) -> FrameNames {
        let mut frames = scope.clone();
        (frames.sample_type, frames.averaging, frames.unit, frames.least) = (0, Averaging::Sum, "", 0);
        frames.chips.retain(|chip| !chip.keeps_frames());
        if !frames.chips.is_empty() {
            return match &self.filtered_names {
                Some((same, names)) if *same == frames => Arc::clone(names),
                _ => Arc::clone(&self.filtered_names.insert((frames, Arc::new(make()))).1),
            };
        }
        let found = match self.names.iter().position(|(same, _)| *same == frames) {
            Some(place) => self.names.remove(place),
            None => {
                if self.names.len() == NAMES {
                    self.names.remove(0);
                }
                (frames, Arc::new(make()))
            }
        };
        let names = Arc::clone(&found.1);
        self.names.push(found);
        names
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rpprof::aggregate::Interrupt;

    use super::{ICICLES, Memory};
    use crate::tui::answer::{Icicles, Reply};
    use crate::tui::request::{Ask, Request};
    use crate::tui::scope::Scope;

    #[test]
    fn icicles_of_the_last_functions_are_kept() {
        let request = |name: &str| Request {
            generation: 1,
            scope: Scope::default(),
            ask: Ask::Icicles { name: name.to_owned(), min_share: 0.0, label: None },
            interrupt: Interrupt::new(),
        };
        let mut memory = Memory::default();
        for index in 0..=ICICLES {
            let name = index.to_string();
            let icicles = Icicles { name: name.clone(), halves: None };
            memory.keep(&request(&name), &Ok(Reply::Icicles(Arc::new(icicles))));
        }
        let kept = |name: &str| match memory.reply(&request(name)) {
            Some(Reply::Icicles(icicles)) => icicles.name == name,
            _ => false,
        };
        assert!(!kept("0"), "the oldest one is forgotten");
        assert!((1..=ICICLES).all(|index| kept(&index.to_string())));
        let other = Request { scope: Scope { least: 1, ..Scope::default() }, ..request("1") };
        assert!(memory.reply(&other).is_none());
    }
}
