//! A session: which threads send it signals, and what it has gathered.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use super::handler::{RawSample, SLOTS, Source, Tag};
use super::modules::History;
use super::records::ThreadRecord;
use super::stacks::{SampleTable, Stack};
use super::tasks::Task;
use crate::collector::cpu::Engine;
use crate::collector::sys::perf::Event;
use crate::collector::sys::published::Retired;
use crate::collector::sys::timer::{self, Clock, Timer};

/// What a session is to do.
#[derive(Clone, Debug)]
pub(crate) struct SessionOptions {
    pub(crate) engine: Engine,
    pub(crate) period_nanos: u64,
    pub(crate) max_depth: u32,
    pub(crate) has_thread_labels: bool,
}

/// What sends the signals of a thread; dropping it ends them.
enum Arming {
    Timer {
        _timer: Timer,
    },
    Event(Event),
    /// The thread has not done much yet; the process's timer stands in.
    ///
    /// The kernel looks at timers on its tick, so a timer of a thread does not see what the thread does between the
    /// last tick and its end. That is half a tick, too large a part of what a brief thread does.
    Young {
        look_again: Instant,
        wait: Duration,
    },
    /// The system refused; the process's timer stands in.
    Refused,
}

/// A thread that has taken that much CPU time gets a timer; the part of it that the timer misses is about 2 %.
const GROWN: Duration = Duration::from_millis(100);
/// How long a thread that does nothing is left alone.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// A session under way.
pub(super) struct Session {
    pub(super) slot: usize,
    pub(super) generation: u32,
    options: SessionOptions,
    armings: BTreeMap<i32, (Task, Arming)>,
    /// The threads that handlers know to have a timer or an event, ascending; at first those of the last session.
    armed: Option<Vec<i32>>,
    process_timer: Option<Timer>,
    random: Random,
    pub(super) gathered: Gathered,
    /// The reading of the modules that was the latest at the start.
    pub(super) first_reading: u64,
    started: Instant,
}

/// What a session has gathered.
pub(super) struct Gathered {
    pub(super) options: SessionOptions,
    pub(super) samples: SampleTable,
    pub(super) threads: Threads,
    /// The weight of samples that could not be stored.
    pub(super) lost: u64,
    pub(super) started: SystemTime,
    pub(super) duration: Duration,
}

/// The threads that samples were taken of, if they are told apart.
#[derive(Default)]
pub(super) struct Threads {
    /// Row 0 stands for all threads.
    pub(super) names: Vec<(i32, String)>,
    /// Rows by the claim of the thread's record.
    rows: HashMap<u64, u32>,
}

impl Threads {
    fn row(&mut self, record: &ThreadRecord) -> u32 {
        let names = &mut self.names;
        *self.rows.entry(record.claim()).or_insert_with(|| {
            names.push((record.owner(), record.owner_name()));
            names.len() as u32 // Ids of threads have 22 bits.
        })
    }
}

/// A generator of first phases; nothing depends on its quality but that phases are spread.
struct Random(u64);

impl Random {
    fn new() -> Self {
        Self(RandomState::new().build_hasher().finish() | 1)
    }

    /// Returns a number from 1 to `limit`.
    fn up_to(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        1 + self.0 % limit
    }
}

impl Session {
    /// Makes a session without timers in a free slot.
    pub(super) fn new(slot: usize, generation: u32, options: SessionOptions, first_reading: u64) -> Self {
        let gathered = Gathered {
            options: options.clone(),
            samples: SampleTable::default(),
            threads: Threads::default(),
            lost: 0,
            started: SystemTime::now(),
            duration: Duration::ZERO,
        };
        let shared = &SLOTS[slot];
        shared.lost.store(0, Ordering::Relaxed);
        shared.max_depth.store(options.max_depth, Ordering::Relaxed);
        shared.generation.store(generation, Ordering::Release);
        Self {
            slot,
            generation,
            options,
            armings: BTreeMap::new(),
            armed: None,
            process_timer: None,
            random: Random::new(),
            gathered,
            first_reading,
            started: Instant::now(),
        }
    }

    /// Takes in threads that are new, and ends the timers of those that are gone.
    ///
    /// `is_there` is asked about threads that are not in `tasks`, which may lack some.
    pub(super) fn note_threads(&mut self, tasks: &[Task], is_there: impl Fn(i32) -> bool) {
        let gone = |id: &i32, task: &Task| match tasks.binary_search_by_key(id, |task| task.id) {
            Ok(row) => tasks[row] != *task,
            Err(_) => !is_there(*id),
        };
        self.armings.retain(|id, (task, _)| !gone(id, task));
        for task in tasks {
            let young = Arming::Young { look_again: self.started, wait: Duration::ZERO };
            self.armings.entry(task.id).or_insert((*task, young));
        }
    }

    /// Gives a timer or an event to each thread that is due for one, and tells handlers which threads have one.
    ///
    /// With several sessions, all threads are due. Their timers for the process expire together, and while a thread
    /// takes one signal, the kernel gives the others to threads that have nothing to do with them.
    pub(super) fn arm(&mut self, is_alone: bool) -> Option<Retired<Vec<i32>>> {
        let now = Instant::now();
        let is_due = |(id, (_, arming)): (&i32, &(Task, Arming))| match arming {
            Arming::Young { look_again, .. } if *look_again <= now || !is_alone => Some(*id),
            _ => None,
        };
        let due: Vec<i32> = self.armings.iter().filter_map(is_due).collect();
        for thread in due {
            let arming = self.new_arming(thread, now, is_alone);
            if let Some((_, old)) = self.armings.get_mut(&thread) {
                *old = arming;
            }
        }
        let is_armed = |arming: &Arming| matches!(arming, Arming::Timer { .. } | Arming::Event(_));
        let armed = self.armings.iter().filter(|(_, (_, arming))| is_armed(arming)).map(|(&id, _)| id);
        let armed: Vec<i32> = armed.collect();
        if self.armed.as_ref() == Some(&armed) {
            return None;
        }
        self.armed = Some(armed.clone());
        Some(SLOTS[self.slot].armed.publish(Some(Box::new(armed))))
    }

    fn new_arming(&mut self, thread: i32, now: Instant, is_alone: bool) -> Arming {
        let period = self.options.period_nanos;
        let tag = Tag::new(Source::Thread, self.slot, self.generation);
        let clock = match self.options.engine {
            Engine::PerfEvents => return Event::new(thread, period).map_or(Arming::Refused, Arming::Event),
            Engine::WallClock => Clock::Wall(thread),
            Engine::ThreadTimers => Clock::ThreadCpu(thread),
        };
        if let (Clock::ThreadCpu(_), true) = (clock, is_alone) {
            let missing = GROWN.saturating_sub(timer::thread_cpu_time(thread).unwrap_or_default());
            if !missing.is_zero() {
                // It will not have grown before, even if it does nothing but compute.
                let last_wait = match self.armings.get(&thread) {
                    Some((_, Arming::Young { wait, .. })) => *wait,
                    _ => Duration::ZERO,
                };
                let wait = missing.max(last_wait * 2).min(LONGEST_WAIT);
                return Arming::Young { look_again: now + wait, wait };
            }
        }
        // A random first phase: a thread of a tenth of a period has a chance of one in ten to be seen.
        let first = self.random.up_to(period);
        let timer = Timer::new(clock, tag.bits()).and_then(|timer| timer.arm(first, period).map(|()| timer));
        timer.map_or(Arming::Refused, |timer| Arming::Timer { _timer: timer })
    }

    /// Starts the process's timer, for threads that have none of their own yet.
    pub(super) fn arm_process(&mut self) -> std::io::Result<()> {
        if self.options.engine == Engine::WallClock {
            return Ok(());
        }
        let tag = Tag::new(Source::Process, self.slot, self.generation);
        let timer = Timer::new(Clock::ProcessCpu, tag.bits())?;
        timer.arm(self.random.up_to(self.options.period_nanos), self.options.period_nanos)?;
        self.process_timer = Some(timer);
        Ok(())
    }

    /// Returns the descriptors of the session's perf events and what they stand for.
    pub(super) fn events(&self) -> impl Iterator<Item = (i32, Tag)> {
        let tag = Tag::new(Source::Thread, self.slot, self.generation);
        self.armings.values().filter_map(move |(_, arming)| match arming {
            Arming::Event(event) => Some((event.descriptor(), tag)),
            _ => None,
        })
    }

    /// Lets the session's perf events run, once their descriptors are known to handlers.
    pub(super) fn enable_events(&self) {
        for (_, arming) in self.armings.values() {
            if let Arming::Event(event) = arming {
                event.enable();
            }
        }
    }

    /// Ends all timers and events; signals may still be under way.
    pub(super) fn disarm(&mut self) {
        self.armings.clear();
        self.process_timer = None;
        self.gathered.duration = self.started.elapsed();
    }

    /// Returns whether a sample is of this session.
    pub(super) fn has_taken(&self, sample: &RawSample<'_>) -> bool {
        (sample.slot, sample.generation) == (self.slot, self.generation)
    }

    /// Adds a sample of the thread that owns `record`.
    pub(super) fn add(&mut self, sample: &RawSample<'_>, epoch: u32, record: &ThreadRecord) {
        let thread = if self.options.has_thread_labels { self.gathered.threads.row(record) } else { 0 };
        let stack = Stack { epoch, is_cut: sample.is_cut, addresses: sample.stack };
        self.gathered.samples.add(stack, sample.labels, thread, sample.weight);
    }

    /// Makes the slot free, and returns what was gathered.
    pub(super) fn finish(self) -> Gathered {
        SLOTS[self.slot].generation.store(0, Ordering::Release);
        self.gathered
    }
}

/// All that a profile is made of.
pub(crate) struct Recording {
    pub(super) gathered: Gathered,
    pub(super) history: History,
}
