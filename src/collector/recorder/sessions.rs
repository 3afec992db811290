//! All sessions and the helper thread that serves them: it drains rings, and looks for new threads and objects.

use std::cell::RefCell;
use std::sync::atomic::Ordering;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use super::handler::{EVENTS, RawSample, SLOTS, Tag, on_signal};
use super::heap;
use super::modules::{History, MODULE_MAP, Modules};
use super::records::{self, MAX_SESSIONS, RESERVED_RECORD};
use super::session::{Recording, Session, SessionOptions};
use super::tasks::Watch;
use super::unwind::{Foreign, Memo, walk};
use crate::collector::cpu::Engine;
use crate::collector::labels::{self, HeldSets};
use crate::collector::registry::HeldProfiles;
use crate::collector::sys::perf::Event;
use crate::collector::sys::process::{self, ForkHooks};
use crate::collector::sys::published::{Reading, Retired, is_reading};
use crate::collector::sys::registers::Registers;
use crate::collector::sys::signal;
use crate::collector::sys::stack_memory::StackMemory;
use crate::error::{Error, ErrorKind, Result};

/// Names a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionId {
    slot: usize,
    generation: u32,
}

#[derive(Default)]
struct State {
    modules: Option<Modules>,
    sessions: Vec<Session>,
    watch: Option<Watch>,
    /// How many sessions there were.
    generations: u32,
    /// The helper's id, once it runs.
    helper: Option<i32>,
    scratch: Vec<u64>,
    /// For stacks that are walked outside of handlers.
    memo: Option<Memo>,
    retired_armed: Vec<Retired<Vec<i32>>>,
    retired_events: Vec<Retired<Vec<(i32, Tag)>>>,
}

static STATE: Mutex<State> = Mutex::new(State {
    modules: None,
    sessions: Vec::new(),
    watch: None,
    generations: 0,
    helper: None,
    scratch: Vec::new(),
    memo: None,
    retired_armed: Vec::new(),
    retired_events: Vec::new(),
});
/// Tells the helper that there is a session.
static HAS_SESSION: Condvar = Condvar::new();

/// The helper looks at rings, threads and objects this often at least.
const LONGEST_REST: Duration = Duration::from_millis(20);
/// How many samples of a thread may wait in its ring.
const SAMPLES_A_REST: u64 = 60;

fn lock() -> MutexGuard<'static, State> {
    // A panic leaves a list behind that is whole; only what it was about to add is missing.
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a session.
///
/// # Errors
/// [`ErrorKind::Io`] if the system refuses timers or threads; [`ErrorKind::Unsupported`] if it refuses perf events, or
/// there are too many sessions.
pub(crate) fn start(options: SessionOptions) -> Result<SessionId> {
    let failed = |what: &'static str| move |error: std::io::Error| Error::new(ErrorKind::Io, what).because(error);
    process::at_fork(&FORK_HOOKS);
    let mut state = lock();
    if options.engine == Engine::PerfEvents {
        let probe = Event::new(process::thread_id(), options.period_nanos);
        probe.map_err(|error| Error::new(ErrorKind::Unsupported, "perf events are not allowed here").because(error))?;
    }
    let is_free = |slot: &usize| state.sessions.iter().all(|session| session.slot != *slot);
    let Some(slot) = (0..MAX_SESSIONS).find(is_free) else {
        return Err(Error::new(ErrorKind::Unsupported, format!("{MAX_SESSIONS} sessions are running already")));
    };
    signal::install(on_signal).map_err(failed("SIGPROF cannot be handled"))?;
    state.start_helper().map_err(failed("the profiler's thread cannot be started"))?;
    let first_reading = state.refresh().readings();
    // 24 bits of it are in each timer's tag; 0 stands for no session.
    state.generations = (state.generations + 1) & 0xff_ffff | u32::from(state.generations & 0xff_ffff == 0xff_ffff);
    let generation = state.generations;
    let mut session = Session::new(slot, generation, options, first_reading);
    for record in records::all() {
        record.take_lost(slot);
    }
    let watch = state.watch.get_or_insert_default();
    watch.reset();
    let tasks = watch.changed().unwrap_or_default();
    records::grow(tasks.len());
    session.note_threads(&tasks, true, process::has_thread);
    // The helper may not come to it while sessions begin and end without a pause.
    state.forget_unread();
    state.retired_armed.extend(session.publish_armed());
    if let Err(error) = session.arm_process() {
        session.disarm();
        session.finish(None);
        return Err(failed("the system refuses a timer")(error));
    }
    state.sessions.push(session);
    labels::note_sessions(state.sessions.len());
    state.publish_events();
    HAS_SESSION.notify_all();
    Ok(SessionId { slot, generation })
}

/// Ends a session and returns what it gathered; `None` if the process was forked since it started.
pub(crate) fn stop(id: SessionId) -> Option<Recording> {
    let mut state = lock();
    let row =
        state.sessions.iter().position(|session| (session.slot, session.generation) == (id.slot, id.generation))?;
    state.sessions[row].disarm();
    wait_for_handlers();
    state.drain();
    // What was loaded since the last reading may lie where its samples are looked up.
    state.refresh();
    let session = state.sessions.remove(row);
    labels::note_sessions(state.sessions.len());
    state.publish_events();
    let history = state.modules.get_or_insert_default().history(session.first_reading);
    let helper = state.helper;
    drop(state);
    Some(Recording { gathered: session.finish(helper), history })
}

/// Walks the running thread's stack from `registers`, and appends the addresses of its callers to `addresses`.
///
/// Returns the epoch that the addresses are of.
pub(super) fn walk_here(registers: Registers, limit: usize, addresses: &mut Vec<u64>) -> u32 {
    process::at_fork(&FORK_HOOKS);
    let mut state = lock();
    let state = &mut *state;
    let epoch = state.refresh().epoch();
    let memo = state.memo.get_or_insert_with(Memo::new);
    let reading = Reading::begin(RESERVED_RECORD);
    let mut is_first = true;
    walk(
        MODULE_MAP.read(&reading),
        Foreign::Ignore,
        memo,
        &mut StackMemory::empty(),
        registers,
        limit + 1,
        |address| {
            if !std::mem::take(&mut is_first) {
                addresses.push(address);
            }
            true
        },
    );
    epoch
}

/// Returns all objects that were ever seen.
pub(super) fn history() -> History {
    objects().0
}

/// Returns all objects that were ever seen, and the epoch of those that are there now.
pub(super) fn objects() -> (History, u32) {
    process::at_fork(&FORK_HOOKS);
    let mut state = lock();
    let modules = state.refresh();
    (modules.history(0), modules.epoch())
}

/// Returns how far the records of each ring go.
fn ring_ends() -> Vec<u64> {
    records::all().map(|record| record.ring.written()).collect()
}

/// Gives handlers that run now the time to end; one that was interrupted itself is not waited for.
fn wait_for_handlers() {
    const PATIENCE: usize = 50;
    for _ in 0..PATIENCE {
        if records::all().enumerate().all(|(index, _)| !is_reading(index)) {
            return;
        }
        thread::yield_now();
    }
}

impl State {
    fn start_helper(&mut self) -> std::io::Result<()> {
        if self.helper.is_none() {
            let (sender, receiver) = mpsc::channel();
            thread::Builder::new().name("rpprof".to_owned()).spawn(move || {
                // Nobody waits for it any more if the process was forked meanwhile.
                _ = sender.send(process::thread_id());
                help();
            })?;
            self.helper = receiver.recv().ok();
        }
        Ok(())
    }

    /// Tells handlers which descriptors are of perf events, and lets new ones run.
    fn publish_events(&mut self) {
        let mut events: Vec<(i32, Tag)> = self.sessions.iter().flat_map(Session::events).collect();
        events.sort_unstable_by_key(|event| event.0);
        self.retired_events.push(EVENTS.publish(Some(Box::new(events))));
        self.sessions.iter().for_each(Session::enable_events);
    }

    /// Brings the list of objects up to date, once samples of those in it are taken in.
    fn refresh(&mut self) -> &mut Modules {
        let modules = self.modules.get_or_insert_default();
        let mut ends = Vec::new();
        if modules.have_changed()
            && let Some(look) = modules.look(|| ends = ring_ends())
        {
            let between = modules.epoch() + 1;
            self.drain_until(&ends, between);
            self.modules.get_or_insert_default().note(look);
        }
        self.modules.get_or_insert_default()
    }

    /// Takes in what handlers have recorded.
    fn drain(&mut self) {
        labels::reading_begins();
        // First how far there are records, then whether their addresses are of the objects in the list.
        let ends = ring_ends();
        let epoch = self.modules.get_or_insert_default().epoch_of_samples();
        self.drain_until(&ends, epoch);
        labels::reading_ends();
    }

    fn drain_until(&mut self, ends: &[u64], epoch: u32) {
        let modules = self.modules.get_or_insert_default();
        let sessions = &mut self.sessions;
        for (record, &end) in records::all().zip(ends) {
            record.ring.drain(end, &mut self.scratch, |words| {
                let Some(sample) = RawSample::of_words(words) else { return };
                if let Some(session) = sessions.iter_mut().find(|session| session.has_taken(&sample)) {
                    session.add(&sample, modules.least_epoch(epoch, sample.stack), record);
                }
            });
            for session in sessions.iter_mut() {
                session.lose(record.take_lost(session.slot), Some(record));
            }
        }
        for session in sessions.iter_mut() {
            session.lose(SLOTS[session.slot].lost.swap(0, Ordering::Relaxed), None);
            session.catch_up();
        }
    }

    /// Does all that is to be done from time to time.
    fn tick(&mut self) {
        self.drain();
        self.refresh();
        if let Some(tasks) = self.watch.get_or_insert_default().changed() {
            // Threads' last samples come before their accounts are closed.
            records::free_those_gone(|| self.drain());
            for session in &mut self.sessions {
                session.note_threads(&tasks, false, process::has_thread);
            }
            records::grow(tasks.len());
        }
        self.sessions.iter_mut().for_each(Session::read_clocks);
        self.publish_armed();
        self.forget_unread();
    }

    /// Forgets what was replaced and is read no more.
    fn forget_unread(&mut self) {
        self.retired_armed.retain_mut(|retired| !retired.is_unread());
        self.retired_events.retain_mut(|retired| !retired.is_unread());
    }

    /// Tells handlers which threads have timers and events.
    fn publish_armed(&mut self) {
        let mut has_new_events = false;
        for session in &mut self.sessions {
            if let Some(retired) = session.publish_armed() {
                self.retired_armed.push(retired);
                has_new_events |= session.events().next().is_some();
            }
        }
        if has_new_events {
            self.publish_events();
        }
    }

    /// Returns how long rings can be left alone.
    fn rest(&self) -> Duration {
        let shortest =
            self.sessions.iter().map(|session| session.gathered.options.period_nanos).min().unwrap_or(u64::MAX);
        Duration::from_nanos(shortest.saturating_mul(SAMPLES_A_REST)).clamp(Duration::from_millis(4), LONGEST_REST)
    }
}

/// The life of the helper thread.
fn help() {
    signal::take_only_ours();
    let mut state = lock();
    loop {
        state = if state.sessions.is_empty() {
            HAS_SESSION.wait(state).unwrap_or_else(PoisonError::into_inner)
        } else {
            state.tick();
            let rest = state.rest();
            // Not a wait on the condition: starting and stopping is none of its business.
            drop(state);
            // The kernel gives signals for the process to whoever is there; here they would only wake a sleeper.
            let mask = signal::block();
            thread::sleep(rest);
            mask.restore();
            lock()
        };
    }
}

/// What is held while a thread forks, so that the child finds everything whole.
struct Held {
    state: MutexGuard<'static, State>,
    labels: HeldSets,
    profiles: HeldProfiles,
    /// No signal is to interrupt the fork: the kernel would begin it again, and a long one might never end.
    mask: signal::Mask,
}

thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

static FORK_HOOKS: ForkHooks = ForkHooks { prepare: before_fork, parent: after_fork, child: in_child };

fn before_fork() {
    let mut held =
        Some(Held { mask: signal::block(), state: lock(), labels: HeldSets::hold(), profiles: HeldProfiles::hold() });
    // At its very end a thread has no place to keep this; then the fork goes without.
    let kept = HELD.try_with(|place| place.replace(held.take()));
    if let (Err(_), Some(held)) = (kept, held) {
        held.release();
    }
}

/// Takes what the thread that forks holds.
fn take_held() -> Option<Held> {
    HELD.try_with(RefCell::take).ok().flatten()
}

impl Held {
    fn release(self) {
        let mask = self.mask;
        drop((self.state, self.labels, self.profiles));
        mask.restore();
    }
}

fn after_fork() {
    if let Some(held) = take_held() {
        held.release();
    }
}

/// Sets whether the heap's samples tell their thread.
pub(crate) fn set_heap_threads(wanted: bool) {
    // A child's thread has another id than the one of its parent that forked.
    process::at_fork(&FORK_HOOKS);
    heap::threads::set_wanted(wanted);
}

/// Forgets all sessions: a child has neither the timers nor the threads of its parent.
fn in_child() {
    heap::threads::forget_own();
    if let Some(mut held) = take_held() {
        for mut session in std::mem::take(&mut held.state.sessions) {
            session.disarm();
            session.finish(None);
        }
        held.state.helper = None;
        labels::note_sessions(0);
        records::free_all();
        held.release();
    }
}
