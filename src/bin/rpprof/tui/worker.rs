//! The thread that computes: questions in, answers out.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use rpprof::aggregate::{FrameId, Frames, StackWeights};
use rpprof::profile::Profile;
use rpprof::render::TimeZone;
use rpprof::report::{ValueOptions, package};
use rpprof::transform::{Selection, Unmatched, my_code, select};

use super::answer::{Answer, FrameName, FrameNames};
use super::compute;
use super::request::{Ask, Request, TOPICS};
use super::scope::Scope;
use crate::source::SourceArgs;

/// What is the same for all questions.
pub(super) struct Sources {
    pub(super) files: Vec<PathBuf>,
    pub(super) source: SourceArgs,
    pub(super) time_zone: TimeZone,
}

/// What is found out once for a scope.
pub(super) struct Prepared<'p, 's> {
    pub(super) scope: &'s Scope,
    pub(super) selection: Selection<'p>,
    pub(super) unmatched: Vec<&'static str>,
    pub(super) values: ValueOptions,
    pub(super) frames: Frames<'p>,
    pub(super) weights: StackWeights,
    pub(super) names: FrameNames,
}

/// Answers until nobody asks any more.
pub(super) fn work(profile: &Profile, sources: &Sources, requests: &Receiver<Request>, answers: &Sender<Answer>) {
    let mut waiting: [Option<Request>; TOPICS] = Default::default();
    while take_in(&mut waiting, requests) {
        let Some(scope) = waiting.iter().flatten().next().map(|request| request.scope.clone()) else { continue };
        let own = OnceCell::new();
        let prepared = prepare(profile, &scope, &own);
        loop {
            let next = waiting.iter_mut().find(|slot| slot.as_ref().is_some_and(|request| request.scope == scope));
            let Some(request) = next.and_then(Option::take) else { break };
            let reply = match &prepared {
                Ok(prepared) => compute::reply(prepared, sources, &request.ask),
                Err(message) => Err(message.clone()),
            };
            let answer = Answer { generation: request.generation, topic: request.ask.topic(), reply };
            if answers.send(answer).is_err() {
                return;
            }
            while let Ok(request) = requests.try_recv() {
                put(&mut waiting, request);
            }
            if waiting.iter().all(Option::is_none) && !take_in(&mut waiting, requests) {
                return;
            }
        }
    }
}

/// Takes in what is asked; waits for a question if there is none. Returns whether there can be more.
fn take_in(waiting: &mut [Option<Request>; TOPICS], requests: &Receiver<Request>) -> bool {
    if waiting.iter().all(Option::is_none) {
        let Ok(request) = requests.recv() else { return false };
        put(waiting, request);
    }
    while let Ok(request) = requests.try_recv() {
        put(waiting, request);
    }
    true
}

fn put(waiting: &mut [Option<Request>; TOPICS], request: Request) {
    // What another scope was asked for is not wanted any more.
    for slot in waiting.iter_mut() {
        if slot.as_ref().is_some_and(|old| old.scope != request.scope && !matches!(old.ask, Ask::Export { .. })) {
            *slot = None;
        }
    }
    let slot = &mut waiting[request.ask.topic() as usize];
    *slot = Some(request);
}

fn prepare<'p, 's>(
    profile: &'p Profile,
    scope: &'s Scope,
    own: &'p OnceCell<Profile>,
) -> Result<Prepared<'p, 's>, String> {
    let (mut selection, unmatched) = select(profile, &scope.filter()).map_err(|error| error.to_string())?;
    if scope.is_my_code() {
        let mine = own.get_or_init(|| my_code(&selection));
        selection = selection.of_my_code(mine);
    }
    let values = ValueOptions::new(scope.sample_type, "auto");
    let frames = Frames::new(&selection, scope.frame_options());
    let weights = StackWeights::new(&selection, values.measure());
    let names = (0..frames.len()).map(|index| {
        let frame = frames.frame(FrameId::from_index(index));
        let package = if frame.function.is_empty() { frame.object } else { package(frame.function) };
        FrameName { name: frame.name(), package_hash: hash(package), function: frame.function.to_owned() }
    });
    let names = Arc::new(names.collect());
    Ok(Prepared { scope, selection, unmatched: flags(unmatched), values, frames, weights, names })
}

/// Returns the filters that matched nothing.
fn flags(unmatched: Unmatched) -> Vec<&'static str> {
    let parts = [
        (unmatched.focus, "focus"),
        (unmatched.ignore, "ignore"),
        (unmatched.hide, "hide"),
        (unmatched.show, "show"),
        (unmatched.labels, "label"),
    ];
    parts.into_iter().filter(|(is_unmatched, _)| *is_unmatched).map(|(_, flag)| flag).collect()
}

/// Returns a number that is the same for equal packages in all runs (FNV-1a).
fn hash(package: &str) -> u32 {
    package.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
