//! The thread that computes: questions in, answers out.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender};

use rpprof::render::TimeZone;

use super::answer::{Answer, Reply};
use super::compute;
use super::kept::Kept;
use super::memory::Memory;
use super::prepare::{Restacked, prepare};
use super::profiles::Profiles;
use super::request::{Ask, Request, TOPICS, Topic};
use crate::args::SymbolArgs;
use crate::source::{Machine, SourceArgs};

/// What is the same for all questions.
pub(super) struct Sources {
    pub(super) files: Vec<PathBuf>,
    pub(super) source: SourceArgs,
    /// Where binaries are looked for.
    pub(super) symbols: SymbolArgs,
    /// Where sources are found; what other programs have said of it is kept.
    pub(super) machine: Machine,
    pub(super) time_zone: TimeZone,
}

/// Answers until nobody asks any more; questions whose answer is not wanted get none.
pub(super) fn work(profiles: &mut Profiles, sources: &Sources, requests: &Receiver<Request>, answers: &Sender<Answer>) {
    let mut desk = Desk { waiting: Default::default(), requests, answers };
    let mut memory = Memory::default();
    while desk.change(profiles, &mut memory).is_some() && desk.answer_all(profiles, sources, &mut memory).is_some() {}
}

/// What is asked, and where answers go; `None` of what it does says that nobody asks any more, or takes answers.
struct Desk<'w> {
    waiting: [Option<Request>; TOPICS],
    requests: &'w Receiver<Request>,
    answers: &'w Sender<Answer>,
}

impl Desk<'_> {
    /// Changes the profiles if a question waits for that, or they were read again.
    fn change(&mut self, profiles: &mut Profiles, memory: &mut Memory) -> Option<()> {
        if let Some(request) = self.waiting[Topic::Base as usize].take()
            && let Ask::Base(path) = &request.ask
        {
            let base = profiles.compare_with(path);
            *memory = Memory::default();
            self.send(&request, base.map(Reply::Base))?;
        }
        if profiles.renew() {
            // Answers and names are of the one before.
            *memory = Memory::default();
        }
        if self.lacks_labels(profiles) {
            memory.forget_most();
            if let Err(message) = profiles.complete() {
                for topic in 0..TOPICS {
                    if let Some(request) = self.waiting[topic].take_if(|request| request.needs_labels()) {
                        self.send(&request, Err(message.clone()))?;
                    }
                }
            }
        }
        Some(())
    }

    /// Returns whether a question waits for labels that were not read.
    fn lacks_labels(&self, profiles: &Profiles) -> bool {
        !profiles.has_labels() && self.waiting.iter().flatten().any(Request::needs_labels)
    }

    /// Answers until the profiles have to change.
    fn answer_all(&mut self, profiles: &Profiles, sources: &Sources, memory: &mut Memory) -> Option<()> {
        let mut kept = Kept::default();
        loop {
            self.take_in()?;
            self.recall(memory)?;
            let has_to_change = self.waiting[Topic::Base as usize].is_some() || profiles.is_renewed();
            if has_to_change || self.lacks_labels(profiles) {
                return Some(());
            }
            self.answer_scope(profiles, sources, &mut kept, memory)?;
        }
    }

    /// Answers what is asked about the scope of one of the questions.
    fn answer_scope<'k>(
        &mut self,
        profiles: &'k Profiles,
        sources: &Sources,
        kept: &mut Kept<'k>,
        memory: &mut Memory,
    ) -> Option<()> {
        let Some(scope) = self.waiting.iter().flatten().next().map(|request| request.scope.clone()) else {
            return Some(());
        };
        let own = [Restacked::default(), Restacked::default()];
        let is_wanted =
            || self.waiting.iter().flatten().any(|request| request.scope == scope && !request.interrupt.is_set());
        let prepared = match prepare(profiles, kept, &scope, &own, memory, &is_wanted) {
            Ok(None) => return Some(()),
            Ok(Some(prepared)) => Ok(prepared),
            Err(message) => Err(message),
        };
        loop {
            let is_ready = |request: &Request| {
                let is_for_all = matches!(request.ask, Ask::Base(_));
                !is_for_all && request.scope == scope && (profiles.has_labels() || !request.needs_labels())
            };
            // A view that asks for the tree shows that; little of it is the table's.
            let tree = Some(Topic::Tree as usize).filter(|tree| self.waiting[*tree].as_ref().is_some_and(is_ready));
            let next = match tree {
                Some(tree) => self.waiting.get_mut(tree),
                None => self.waiting.iter_mut().find(|slot| slot.as_ref().is_some_and(is_ready)),
            };
            let Some(request) = next.and_then(Option::take) else { return Some(()) };
            let reply = match &prepared {
                Ok(prepared) => compute::reply(prepared, sources, &request.ask, &request.interrupt),
                Err(message) => Some(Err(message.clone())),
            };
            if let Some(reply) = reply {
                memory.keep(&request, &reply);
                self.send(&request, reply)?;
            }
            self.take_in()?;
            self.recall(memory)?;
        }
    }

    /// Answers what was answered before.
    fn recall(&mut self, memory: &Memory) -> Option<()> {
        for topic in 0..TOPICS {
            let reply = self.waiting[topic].as_ref().and_then(|request| memory.reply(request));
            if let Some(reply) = reply
                && let Some(request) = self.waiting[topic].take()
            {
                self.send(&request, Ok(reply))?;
            }
        }
        Some(())
    }

    fn send(&self, request: &Request, reply: Result<Reply, String>) -> Option<()> {
        let (generation, topic) = (request.generation, request.ask.topic());
        self.answers.send(Answer { generation, topic, reply }).ok()
    }

    /// Takes in what is asked; waits for a question if there is none.
    fn take_in(&mut self) -> Option<()> {
        self.drop_unwanted();
        if self.waiting.iter().all(Option::is_none) {
            let request = self.requests.recv().ok()?;
            self.put(request);
        }
        while let Ok(request) = self.requests.try_recv() {
            self.put(request);
        }
        self.drop_unwanted();
        Some(())
    }

    fn put(&mut self, request: Request) {
        let topic = request.ask.topic() as usize;
        self.waiting[topic] = Some(request);
    }

    fn drop_unwanted(&mut self) {
        for slot in &mut self.waiting {
            slot.take_if(|request| request.interrupt.is_set());
        }
    }
}
