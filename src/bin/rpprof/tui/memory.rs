//! What the worker keeps of earlier answers, so that a step back costs nothing.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use rpprof::aggregate::Averaging;

use super::answer::Reply;
use super::frame_name::FrameNames;
use super::request::{Ask, Request};
use super::scope::Scope;

/// How many answers are kept at most.
const ANSWERS: usize = 32;
/// What all answers that are kept take at most, in bytes, the last one aside.
const MOST_BYTES: usize = 4 << 20;
/// So many lists of names are kept at most, those of the last granularities,
const NAMES: usize = 3;
/// and only as long as they take so many bytes: others are dropped before the next one is made.
const MOST_NAME_BYTES: usize = 4 << 20;

/// Answers and names of frames, the newest last.
#[derive(Default)]
pub(super) struct Memory {
    answers: VecDeque<(Scope, Ask, Reply)>,
    /// What makes frames in a scope, and their names; the last used last.
    names: Vec<(Scope, Arc<FrameNames>)>,
    /// The same of the last scope with filters that change frames, such as those that hide some.
    filtered_names: Option<(Scope, Arc<FrameNames>)>,
}

/// Returns the question that has the same answer: what a label weighs is what is left if it is chosen.
fn whole(ask: &Ask) -> &Ask {
    if *ask == Ask::LabelTable { &Ask::Table } else { ask }
}

/// Returns how many bytes an answer takes apart from names, and these; `None` if it is hardly asked for again.
fn size(reply: &Reply) -> Option<(usize, [Option<&Arc<FrameNames>>; 2])> {
    match reply {
        Reply::Table(table) => Some((table.bytes(), [Some(&table.names), None])),
        Reply::Tree(tree) => Some((tree.bytes(), [Some(&tree.names), None])),
        Reply::Icicles(icicles) => {
            let halves = icicles.halves.as_ref().map(|halves| [&halves.callers, &halves.callees]);
            let bytes = halves.iter().flatten().map(|half| half.bytes()).sum();
            Some((bytes, halves.map_or([None; 2], |halves| halves.map(|half| Some(&half.names)))))
        }
        _ => None,
    }
}

impl Memory {
    /// Returns what was answered to the same question.
    pub(super) fn reply(&self, request: &Request) -> Option<Reply> {
        let asked = whole(&request.ask);
        let is_same = |(scope, ask, _): &&(Scope, Ask, Reply)| ask == asked && *scope == request.scope;
        self.answers.iter().find(is_same).map(|(_, _, reply)| reply.clone())
    }

    /// Keeps an answer if it is likely to be asked for again, instead of older ones if they take too much together.
    pub(super) fn keep(&mut self, request: &Request, reply: &Result<Reply, String>) {
        let Ok(reply) = reply else { return };
        if size(reply).is_none() {
            return;
        }
        self.answers.push_back((request.scope.clone(), whole(&request.ask).clone(), reply.clone()));
        while self.answers.len() > ANSWERS || self.answers.len() > 1 && self.bytes() > MOST_BYTES {
            self.answers.pop_front();
        }
    }

    /// Returns what the answers take, with names that are not kept in any case.
    fn bytes(&self) -> usize {
        let kept = self.names.iter().chain(&self.filtered_names).map(|(_, names)| Arc::as_ptr(names));
        let mut counted: HashSet<*const FrameNames> = kept.collect();
        let mut bytes = 0;
        for (of_reply, all_names) in self.answers.iter().filter_map(|(_, _, reply)| size(reply)) {
            let new = all_names.into_iter().flatten().filter(|names| counted.insert(Arc::as_ptr(names)));
            bytes += of_reply + new.map(|names| names.bytes()).sum::<usize>();
        }
        bytes
    }

    /// Returns the names of the frames of a scope, which are made only if they are not kept; `are_of_all` says that they are
    /// those of the scope without filters.
    pub(super) fn names(
        &mut self,
        scope: &Scope,
        are_of_all: bool,
        make: impl FnOnce() -> FrameNames,
    ) -> Arc<FrameNames> {
        let mut frames = scope.clone();
        (frames.sample_type, frames.averaging, frames.unit, frames.least) = (0, Averaging::Sum, "", 0);
        frames.chips.retain(|chip| !are_of_all && !chip.keeps_frames());
        if !frames.chips.is_empty() {
            return match &self.filtered_names {
                Some((same, names)) if *same == frames => Arc::clone(names),
                _ => {
                    self.filtered_names = None;
                    self.keep_few_names(1);
                    Arc::clone(&self.filtered_names.insert((frames, Arc::new(make()))).1)
                }
            };
        }
        let found = match self.names.iter().position(|(same, _)| *same == frames) {
            Some(place) => self.names.remove(place),
            None => {
                self.keep_few_names(0);
                (frames, Arc::new(make()))
            }
        };
        let names = Arc::clone(&found.1);
        self.names.push(found);
        names
    }

    /// Forgets all that can be found out again but the names that were used last: much memory is about to be needed.
    pub(super) fn forget_most(&mut self) {
        self.answers.clear();
        self.filtered_names = None;
        let older = self.names.len().saturating_sub(1);
        self.names.drain(..older);
    }

    /// Makes room for one more list of names, but keeps at least so many.
    fn keep_few_names(&mut self, least: usize) {
        let bytes = |list: &[(Scope, Arc<FrameNames>)]| list.iter().map(|(_, names)| names.bytes()).sum::<usize>();
        while self.names.len() >= NAMES || self.names.len() > least && bytes(&self.names) > MOST_NAME_BYTES {
            self.names.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rpprof::aggregate::{Inlines, Interrupt};

    use super::{MOST_BYTES, Memory};
    use crate::tui::answer::{Reply, Table, TableRow};
    use crate::tui::frame_name::FrameNames;
    use crate::tui::request::{Ask, Request};
    use crate::tui::scope::Scope;

    fn request(least: usize) -> Request {
        Request {
            generation: 1,
            scope: Scope { least, ..Scope::default() },
            ask: Ask::Table,
            interrupt: Interrupt::new(),
        }
    }

    fn table(rows: usize) -> Result<Reply, String> {
        let rows = vec![TableRow { frame: 0, flat: 0, cum: 0, flat_sum: 0, cum_sum: 0 }; rows];
        let (by_flat, by_cum, by_name, unmatched) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (names, means, compared) = (Arc::new(FrameNames::default()), None, None);
        let table = Table { names, rows, by_flat, by_cum, by_name, total: 0, shown: 0, means, unmatched, compared };
        Ok(Reply::Table(Arc::new(table)))
    }

    #[test]
    fn the_last_answers_are_kept_as_far_as_there_is_room() {
        let mut memory = Memory::default();
        let third = MOST_BYTES / size_of::<TableRow>() / 3;
        for least in 0..4 {
            memory.keep(&request(least), &table(third));
        }
        let kept = |memory: &Memory| (0..5).map(|least| memory.reply(&request(least)).is_some()).collect::<Vec<_>>();
        assert_eq!(kept(&memory), [false, true, true, true, false], "the oldest one is forgotten");
        memory.keep(&request(4), &table(9 * third));
        assert_eq!(kept(&memory), [false, false, false, false, true], "the last one is kept whatever it takes");
        memory.keep(&request(0), &Err("in vain".to_owned()));
        memory.keep(&request(1), &Ok(Reply::Export("done".to_owned())));
        memory.keep(&request(2), &table(1));
        assert_eq!(kept(&memory), [false, false, true, false, false]);
    }

    #[test]
    fn before_much_memory_is_needed_all_but_the_last_names_is_forgotten() {
        let mut memory = Memory::default();
        let scope = |inlines| Scope { inlines, ..Scope::default() };
        let (older, last) = (scope(Inlines::Expand), scope(Inlines::Outermost));
        for scope in [&older, &last] {
            memory.names(scope, true, FrameNames::default);
        }
        memory.keep(&request(0), &table(1));
        memory.forget_most();
        assert!(memory.reply(&request(0)).is_none());
        let is_made = |memory: &mut Memory, scope| {
            let mut is_made = false;
            memory.names(scope, true, || {
                is_made = true;
                FrameNames::default()
            });
            is_made
        };
        assert_eq!([&last, &older].map(|scope| is_made(&mut memory, scope)), [false, true]);
    }
}
