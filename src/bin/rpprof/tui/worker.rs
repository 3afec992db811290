//! The thread that computes: questions in, answers out.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender};

use rpprof::render::TimeZone;

use super::answer::{Answer, Reply};
use super::compute;
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
    let mut waiting: [Option<Request>; TOPICS] = Default::default();
    let mut memory = Memory::default();
    while take_in(&mut waiting, requests) {
        if !recall(&memory, &mut waiting, answers) {
            return;
        }
        if let Some(request) = waiting[Topic::Base as usize].take() {
            let Ask::Base(path) = &request.ask else { continue };
            let base = profiles.compare_with(path);
            memory = Memory::default();
            if answers.send(answer(&request, base.map(Reply::Base))).is_err() {
                return;
            }
            continue;
        }
        let Some(scope) = waiting.iter().flatten().next().map(|request| request.scope.clone()) else { continue };
        if profiles.renew() {
            // Answers and names are of the one before.
            memory = Memory::default();
        }
        if !profiles.has_labels()
            && waiting.iter().flatten().any(Request::needs_labels)
            && let Err(message) = profiles.complete()
        {
            for slot in waiting.iter_mut().filter(|slot| slot.as_ref().is_some_and(Request::needs_labels)) {
                let Some(request) = slot.take() else { continue };
                if answers.send(answer(&request, Err(message.clone()))).is_err() {
                    return;
                }
            }
            continue;
        }
        let own = [Restacked::default(), Restacked::default()];
        let is_wanted =
            || waiting.iter().flatten().any(|request| request.scope == scope && !request.interrupt.is_set());
        let prepared = match prepare(profiles, &scope, &own, &mut memory, &is_wanted) {
            Ok(None) => continue,
            Ok(Some(prepared)) => Ok(prepared),
            Err(message) => Err(message),
        };
        loop {
            let is_ready = |request: &Request| {
                let is_for_all = matches!(request.ask, Ask::Base(_));
                !is_for_all && request.scope == scope && (profiles.has_labels() || !request.needs_labels())
            };
            // A view that asks for the tree shows that; little of it is the table's.
            let tree = Some(Topic::Tree as usize).filter(|tree| waiting[*tree].as_ref().is_some_and(is_ready));
            let next = match tree {
                Some(tree) => waiting.get_mut(tree),
                None => waiting.iter_mut().find(|slot| slot.as_ref().is_some_and(is_ready)),
            };
            let Some(request) = next.and_then(Option::take) else { break };
            let reply = match &prepared {
                Ok(prepared) => compute::reply(prepared, sources, &request.ask, &request.interrupt),
                Err(message) => Some(Err(message.clone())),
            };
            if let Some(reply) = reply {
                memory.keep(&request, &reply);
                if answers.send(answer(&request, reply)).is_err() {
                    return;
                }
            }
            while let Ok(request) = requests.try_recv() {
                put(&mut waiting, request);
            }
            drop_unwanted(&mut waiting);
            if waiting.iter().all(Option::is_none) && !take_in(&mut waiting, requests) {
                return;
            }
            if !recall(&memory, &mut waiting, answers) {
                return;
            }
        }
    }
}

/// Answers what was answered before; returns whether anybody takes answers.
fn recall(memory: &Memory, waiting: &mut [Option<Request>; TOPICS], answers: &Sender<Answer>) -> bool {
    for slot in waiting {
        let Some(reply) = slot.as_ref().and_then(|request| memory.reply(request)) else { continue };
        let Some(request) = slot.take() else { continue };
        if answers.send(answer(&request, Ok(reply))).is_err() {
            return false;
        }
    }
    true
}

fn answer(request: &Request, reply: Result<Reply, String>) -> Answer {
    Answer { generation: request.generation, topic: request.ask.topic(), reply }
}

/// Takes in what is asked; waits for a question if there is none. Returns whether there can be more.
fn take_in(waiting: &mut [Option<Request>; TOPICS], requests: &Receiver<Request>) -> bool {
    drop_unwanted(waiting);
    if waiting.iter().all(Option::is_none) {
        let Ok(request) = requests.recv() else { return false };
        put(waiting, request);
    }
    while let Ok(request) = requests.try_recv() {
        put(waiting, request);
    }
    drop_unwanted(waiting);
    true
}

fn put(waiting: &mut [Option<Request>; TOPICS], request: Request) {
    let slot = &mut waiting[request.ask.topic() as usize];
    *slot = Some(request);
}

fn drop_unwanted(waiting: &mut [Option<Request>; TOPICS]) {
    for slot in waiting {
        if slot.as_ref().is_some_and(|request| request.interrupt.is_set()) {
            *slot = None;
        }
    }
}
