//! The thread that computes: questions in, answers out.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, PoisonError};
use std::thread;

use rpprof::aggregate::{FrameId, Frames, Granularity, StackWeights, folded_name, package};
use rpprof::profile::Profile;
use rpprof::render::TimeZone;
use rpprof::report::{Diff, ValueOptions};
use rpprof::transform::{Selection, Unmatched, my_code, select};

use super::Reload;
use super::answer::{Answer, FrameName, FrameNames, Reply};
use super::chip::{callees, filter, paths};
use super::compute;
use super::memory::Memory;
use super::request::{Ask, Request, TOPICS, Topic};
use super::scope::{Scope, Sides};
use super::subject::Base;
use super::types;
use super::watch::Slot;
use crate::args::SymbolArgs;
use crate::command::{Unmet, at_ends, collapsed};
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

/// The profiles that are looked at.
pub(super) struct Profiles {
    pub(super) new: Profile,
    /// What the new one is compared with.
    pub(super) old: Option<Profile>,
    /// The files of that.
    pub(super) base: Vec<PathBuf>,
    /// Reads another profile to compare with.
    pub(super) open: Opener,
    /// What reads them with their labels, as long as they are without.
    pub(super) new_whole: Option<Reload>,
    pub(super) old_whole: Option<Reload>,
    /// The profiles as they are by now, as far as they were read again.
    pub(super) fresh: Slot,
}

/// Reads a profile with its labels; an error says why it cannot.
pub(crate) type Opener = Arc<dyn Fn(&Path) -> Result<Profile, String> + Send + Sync>;

impl Profiles {
    /// Reads another profile to compare with.
    ///
    /// # Errors
    /// Why that cannot be; all stays as it is then.
    fn compare_with(&mut self, path: &Path) -> Result<Base, String> {
        let old = (self.open)(path)?;
        let base = Base { files: vec![path.to_owned()], types: types(&old) };
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        (fresh.old, fresh.base) = (None, Some((path.to_owned(), base.types.clone())));
        drop(fresh);
        (self.old, self.old_whole, self.base) = (Some(old), None, base.files.clone());
        Ok(base)
    }

    fn has_labels(&self) -> bool {
        self.new_whole.is_none() && self.old_whole.is_none()
    }

    /// Takes the profiles that were read again; returns whether any was.
    fn renew(&mut self) -> bool {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        let (new, old) = (fresh.new.take(), fresh.old.take());
        let is_new = new.is_some() || old.is_some();
        if let Some(profile) = new {
            (self.new, self.new_whole) = (profile, None);
        }
        if old.is_some() {
            (self.old, self.old_whole) = (old, None);
        }
        is_new
    }

    /// Reads what was left out at first.
    ///
    /// # Errors
    /// Why that cannot be read any more; all stays as it is then.
    fn complete(&mut self) -> Result<(), String> {
        if let Some(read) = &self.new_whole {
            self.new = same(&self.new, read()?)?;
            self.new_whole = None;
        }
        if let (Some(read), Some(old)) = (&self.old_whole, &self.old) {
            self.old = Some(same(old, read()?)?);
            self.old_whole = None;
        }
        Ok(())
    }
}

/// Returns the profile that was read again, if it is the same.
fn same(first: &Profile, again: Profile) -> Result<Profile, String> {
    let size = |profile: &Profile| {
        let symbols = profile.symbols();
        (profile.samples().len(), profile.stacks().len(), symbols.locations().len(), symbols.functions().len())
    };
    let is_same = size(first) == size(&again) && first.header().time_nanos == again.header().time_nanos;
    if is_same { Ok(again) } else { Err("the file is not the same any more; open it anew".to_owned()) }
}

/// Profiles with other stacks than they were read with, as long as a scope is looked at.
#[derive(Default)]
struct Restacked {
    /// Libraries count for their callers.
    mine: OnceCell<Profile>,
    /// Some frames are one with their callers.
    collapsed: OnceCell<Profile>,
}

/// What is found out once for a scope.
pub(super) struct Prepared<'p, 's> {
    pub(super) scope: &'s Scope,
    /// What is looked at; of two profiles that are compared, the new one.
    pub(super) selection: Selection<'p>,
    pub(super) unmatched: Vec<&'static str>,
    /// The column is the selection's.
    pub(super) values: ValueOptions,
    pub(super) frames: Frames<'p>,
    pub(super) weights: StackWeights,
    pub(super) names: FrameNames,
    /// What it is compared with.
    pub(super) old: Option<OldSide<'p>>,
    /// The files of the old profile, compared with or not.
    pub(super) base: &'p [PathBuf],
}

/// The old one of two profiles that are compared.
pub(super) struct OldSide<'p> {
    pub(super) selection: Selection<'p>,
    /// The same frames as those of the new one.
    pub(super) frames: Frames<'p>,
    pub(super) weights: StackWeights,
    pub(super) values: ValueOptions,
    /// What it takes to compare; made when it is asked for first.
    pub(super) diff: OnceCell<Result<Diff, String>>,
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

/// Finds out what all answers about a scope need; `None` if `is_wanted` says meanwhile that none of them is.
fn prepare<'p, 's>(
    profiles: &'p Profiles,
    scope: &'s Scope,
    own: &'p [Restacked; 2],
    memory: &mut Memory,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Option<Prepared<'p, 's>>, String> {
    let filter = filter(&scope.chips);
    let (paths, callees) = (paths(&scope.chips), callees(&scope.chips));
    let selected = |profile: &'p Profile, own: &'p Restacked| -> Result<_, String> {
        let (mut selection, unmatched) = select(profile, &filter).map_err(|error| error.to_string())?;
        if scope.is_my_code() {
            let mine = own.mine.get_or_init(|| my_code(&selection));
            selection = selection.of_my_code(mine);
        }
        if let Some((packages, has_recursion)) = scope.collapsed() {
            let profile = own.collapsed.get_or_init(|| collapsed(&selection, &packages, has_recursion));
            selection = selection.of_collapsed(profile);
        }
        let (selection, unmet) = at_ends(selection, &paths, callees.as_ref());
        Ok((selection, unmatched, unmet))
    };
    let old = profiles.old.as_ref().filter(|_| scope.sides != Sides::New);
    let (kind, _) = profiles.new.value_type_names(profiles.new.sample_types()[scope.sample_type]);
    let old_column = |old: &Profile| {
        old.sample_type_by_name(kind)
            .map_err(|_| format!("the old profile has no column {kind:?}; <next-side> shows one side"))
    };
    let (shown, column) = match old {
        Some(old) if scope.sides == Sides::Old => (old, old_column(old)?),
        _ => (&profiles.new, scope.sample_type),
    };
    let (selection, mut unmatched, mut unmet) = selected(shown, &own[0])?;
    let mut values = ValueOptions::new(column, "auto");
    values.averaging = scope.averaging;
    let old = match old.filter(|_| scope.is_diff()) {
        None => None,
        Some(old) => {
            let (other, also, also_unmet) = selected(old, &own[1])?;
            unmatched.focus &= also.focus;
            unmatched.ignore &= also.ignore;
            unmatched.hide &= also.hide;
            unmatched.show &= also.show;
            unmatched.labels &= also.labels;
            unmatched.show_from &= also.show_from;
            unmatched.label_show &= also.label_show;
            unmatched.label_hide &= also.label_hide;
            unmet.path &= also_unmet.path;
            unmet.callees &= also_unmet.callees;
            Some((other, ValueOptions::new(old_column(old)?, "auto")))
        }
    };
    if !is_wanted() {
        return Ok(None);
    }
    let (weights, (frames, names, old)) = thread::scope(|threads| {
        let weights = threads.spawn(|| StackWeights::new(&selection, values.measure()));
        let found = frames_and_names(&selection, old, scope, memory);
        (weights.join().unwrap_or_else(|panic| resume_unwind(panic)), found)
    });
    if !is_wanted() {
        return Ok(None);
    }
    Ok(Some(Prepared {
        scope,
        selection,
        unmatched: flags(unmatched, unmet),
        values,
        frames,
        weights,
        names,
        old,
        base: &profiles.base,
    }))
}

/// Finds the frames of one side or both, and what they are called.
fn frames_and_names<'p>(
    selection: &Selection<'p>,
    old: Option<(Selection<'p>, ValueOptions)>,
    scope: &Scope,
    memory: &mut Memory,
) -> (Frames<'p>, FrameNames, Option<OldSide<'p>>) {
    let Some((other, values)) = old else {
        let frames = Frames::new(selection, scope.frame_options());
        let names = memory.names(scope, || names(&frames, selection.profile(), scope.granularity, &HashMap::new()));
        return (frames, names, None);
    };
    let mut frames = Frames::common(&[&other, selection], scope.frame_options());
    let (new, old) = (frames.remove(1), frames.remove(0));
    let weights = StackWeights::new(&other, values.measure());
    let folded = folded_names([other.profile(), selection.profile()]);
    let names = memory.names(scope, || names(&new, selection.profile(), scope.granularity, &folded));
    (new, names, Some(OldSide { selection: other, frames: old, weights, values, diff: OnceCell::new() }))
}

/// Returns the names of functions that are shown by another one, by that.
fn folded_names(profiles: [&Profile; 2]) -> HashMap<String, BTreeSet<&str>> {
    let mut names: HashMap<String, BTreeSet<&str>> = HashMap::new();
    for profile in profiles {
        for function in profile.symbols().functions() {
            let name = profile.str(function.name);
            let folded = folded_name(name);
            if folded != name {
                names.entry(folded.into_owned()).or_default().insert(name);
            }
        }
    }
    names
}

/// Returns the binary that each frame is in, or one of them, as paths.
fn binaries(frames: &Frames<'_>, profile: &Profile) -> Vec<Arc<str>> {
    let symbols = profile.symbols();
    let files: Vec<Arc<str>> = symbols.mappings().iter().map(|mapping| profile.str(mapping.file).into()).collect();
    let mut binaries = vec![Arc::from(""); frames.len()];
    for (location, list) in symbols.locations().iter().zip(frames.by_location().iter()) {
        let Some(mapping) = location.mapping else { continue };
        for frame in list {
            let binary: &mut Arc<str> = &mut binaries[frame.index()];
            if binary.is_empty() {
                *binary = Arc::clone(&files[mapping.index()]);
            }
        }
    }
    binaries
}

fn names(
    frames: &Frames<'_>,
    profile: &Profile,
    granularity: Granularity,
    folded: &HashMap<String, BTreeSet<&str>>,
) -> Vec<FrameName> {
    let binaries = binaries(frames, profile);
    let name = |index: usize| {
        let frame = frames.frame(FrameId::from_index(index));
        let is_package = granularity == Granularity::Packages && !frame.function.is_empty();
        let package = match frame.function {
            "" => frame.object,
            function if is_package => function,
            function => package(function),
        };
        let function = frame.function.to_owned();
        let pattern = match folded.get(&function) {
            // What `package` passes over, and what a package ends with.
            _ if is_package => {
                let name = regex::escape(frame.function);
                Some(format!(r"^[<&*(\[ {{]*(?:mut |const |dyn )?{name}(?:::|\.)").into())
            }
            Some(names) => {
                let names = names.iter().copied().chain([function.as_str()]);
                Some(format!("^(?:{})$", names.map(regex::escape).collect::<Vec<_>>().join("|")).into())
            }
            // What has no name at all is known by its binary.
            None if function.is_empty() && frame.file.is_empty() && !frame.object.is_empty() => {
                let base = frame.object.rsplit('/').next().unwrap_or(frame.object);
                Some(format!("(?:^|/){}$", regex::escape(base)).into())
            }
            None => None,
        };
        let (name, binary) = (frame.name(), Arc::clone(&binaries[index]));
        FrameName { name, package_hash: hash(package), binary, function, pattern, rank: 0 }
    };
    let mut names: Vec<FrameName> = (0..frames.len()).map(name).collect();
    rank(&mut names);
    names
}

/// Tells of each name where it stands among all, so that rows can be put in order without comparing texts.
fn rank(names: &mut [FrameName]) {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_unstable_by(|&one, &other| names[one].name.cmp(&names[other].name));
    let mut rank = 0;
    for (place, &index) in order.iter().enumerate() {
        let is_new = place > 0 && names[index].name != names[order[place - 1]].name;
        rank += u32::from(is_new);
        names[index].rank = rank;
    }
}

/// Returns the filters that matched nothing.
fn flags(unmatched: Unmatched, unmet: Unmet) -> Vec<&'static str> {
    let parts = [
        (unmatched.focus, "focus"),
        (unmatched.ignore, "ignore"),
        (unmatched.hide, "hide"),
        (unmatched.show, "show"),
        (unmatched.show_from, "show-from"),
        (unmatched.labels, "label"),
        (unmatched.label_show, "label-show"),
        (unmatched.label_hide, "label-hide"),
        (unmet.callees, "collapse-callees"),
        (unmet.path, "focus-path"),
    ];
    parts.into_iter().filter(|(is_unmatched, _)| *is_unmatched).map(|(_, flag)| flag).collect()
}

/// Returns a number that is the same for equal packages, or other texts, in all runs (FNV-1a).
pub(super) fn hash(package: &str) -> u32 {
    package.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
