//! A session: which threads send it signals, and what it has gathered.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use super::account::{Account, Closing};
use super::crowd::{Crowd, share_out};
use super::handler::{RawSample, SLOTS, Source, Tag};
use super::modules::History;
use super::random::Random;
use super::records::ThreadRecord;
use super::stacks::{SampleTable, Stack};
use super::tasks::{self, Task};
use crate::collector::cpu::Engine;
use crate::collector::sys::perf::Event;
use crate::collector::sys::process;
use crate::collector::sys::published::Retired;
use crate::collector::sys::signal;
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
    /// The system refused, or the session has ended; the process's timer stands in.
    Without,
}

/// A session under way.
pub(super) struct Session {
    pub(super) slot: usize,
    pub(super) generation: u32,
    options: SessionOptions,
    threads: BTreeMap<i32, (Account, Arming)>,
    /// What threads did that are in no account.
    crowd: Crowd,
    /// The time between two looks of the kernel at its timers.
    tick_nanos: u64,
    /// The CPU time that was counted of threads that are gone.
    gone_nanos: u64,
    /// The CPU time that the process had taken at the start.
    process_start_nanos: u64,
    /// The CPU time that the process took until the end, once it has come.
    process_nanos: u64,
    /// Whether there are threads that handlers do not know yet to have a timer or an event.
    has_news: bool,
    process_timer: Option<Timer>,
    random: Random,
    pub(super) gathered: Gathered,
    /// The reading of the modules that was the latest at the start.
    pub(super) first_reading: u64,
    started: Instant,
    /// When clocks of threads may be read again.
    next_reading: Instant,
}

/// What a session has gathered.
pub(super) struct Gathered {
    pub(super) options: SessionOptions,
    pub(super) samples: SampleTable,
    pub(super) threads: Threads,
    /// The weight of samples that could not be stored.
    pub(super) lost: u64,
    /// The weight of CPU time of which no stack was seen.
    pub(super) unseen: u64,
    /// The weight of the helper's CPU time, if none of its stacks was seen.
    pub(super) of_helper: u64,
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

impl Session {
    /// Makes a session without timers in a free slot.
    pub(super) fn new(slot: usize, generation: u32, options: SessionOptions, first_reading: u64) -> Self {
        let gathered = Gathered {
            options: options.clone(),
            samples: SampleTable::default(),
            threads: Threads::default(),
            lost: 0,
            unseen: 0,
            of_helper: 0,
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
            threads: BTreeMap::new(),
            crowd: Crowd::default(),
            tick_nanos: timer::tick_nanos(),
            gone_nanos: 0,
            process_start_nanos: 0,
            process_nanos: 0,
            has_news: true,
            process_timer: None,
            random: Random::new(),
            gathered,
            first_reading,
            started: Instant::now(),
            next_reading: Instant::now(),
        }
    }

    /// Returns whether the session counts CPU time, so that what threads took tells what samples there should be.
    fn is_of_cpu(&self) -> bool {
        self.options.engine != Engine::WallClock
    }

    /// Gives a timer or an event to each thread that is new, and ends those of threads that are gone.
    ///
    /// `is_there` is asked about threads that are not in `tasks`, which may lack some. `is_start` says that threads are
    /// not new, but the session is.
    pub(super) fn note_threads(&mut self, tasks: &[Task], is_start: bool, is_there: impl Fn(i32) -> bool) {
        let is_gone = |id: &i32, task: &Task| match tasks.binary_search_by_key(id, |task| task.id) {
            Ok(row) => tasks[row] != *task,
            Err(_) => !is_there(*id),
        };
        let gone = self.threads.iter().filter(|(id, (account, _))| is_gone(id, &account.task)).map(|(&id, _)| id);
        for id in gone.collect::<Vec<_>>() {
            if let Some((account, _)) = self.threads.remove(&id) {
                self.has_news = true;
                self.bury(account);
            }
        }
        let start_nanos = |task: &Task| if is_start { timer::thread_cpu_nanos(task.id).unwrap_or(0) } else { 0 };
        let starts: Vec<u64> = tasks.iter().map(start_nanos).collect();
        if is_start {
            // Making timers takes time: all clocks are read before, one right after the other.
            self.process_start_nanos = timer::process_cpu_nanos();
        }
        for (task, start_nanos) in tasks.iter().zip(starts) {
            if !self.threads.contains_key(&task.id)
                && let Some(thread) = self.arm(*task, start_nanos)
            {
                self.has_news = true;
                self.threads.insert(task.id, thread);
            }
        }
        let threads = &self.threads;
        self.crowd.forget(|thread| threads.contains_key(&thread));
    }

    /// Closes the account of a thread that is gone.
    fn bury(&mut self, mut account: Account) {
        if let Closing { due, row: Some(row), .. } = account.close() {
            self.gathered.samples.weigh(row, due);
            account.count(row, due);
            // What it did after that is the crowd's. From the last tick to the end it was half of one, on average.
            self.crowd.see(row, self.tick_nanos / 2);
        }
        self.gone_nanos += account.counted_nanos();
    }

    /// Looks up what threads have taken, so that little is unknown of those that will be gone; now and then.
    ///
    /// With more threads than processors, some run again and again just between two ticks. They are asked where they are,
    /// but never woken up for that.
    pub(super) fn read_clocks(&mut self) {
        /// Between two readings of all clocks lie at least this many times what one took.
        const REST: u32 = 100;
        /// How many times the time between two signals a thread may run without one.
        const PATIENCE: u64 = 4;
        let now = Instant::now();
        if !self.is_of_cpu() || now < self.next_reading {
            return;
        }
        let before = timer::own_cpu_nanos();
        let patience_nanos = PATIENCE * self.signal_nanos();
        let asking = Tag::new(Source::Helper, self.slot, self.generation);
        for (&id, (account, _)) in &mut self.threads {
            let Some(nanos) = timer::thread_cpu_nanos(id) else { continue };
            account.know(nanos);
            if account.is_overdue(patience_nanos) && id != process::thread_id() && tasks::is_running(id) {
                signal::ask(id, asking.bits());
            }
        }
        let took = Duration::from_nanos(timer::own_cpu_nanos().saturating_sub(before));
        self.next_reading = now + took * REST;
    }

    /// Opens the account of a thread and gives it a timer or an event; `None` if it is gone already.
    fn arm(&mut self, task: Task, start_nanos: u64) -> Option<(Account, Arming)> {
        let period = self.options.period_nanos;
        let tag = Tag::new(Source::Thread, self.slot, self.generation);
        let cpu_nanos = timer::thread_cpu_nanos(task.id)?;
        let mut account = Account::new(task, start_nanos, self.random.below(period), period);
        let timer = |clock| Timer::new(clock, tag.bits());
        let arming = match self.options.engine {
            Engine::WallClock => timer(Clock::Wall(task.id))
                .and_then(|timer| timer.arm(1 + self.random.below(period), period).map(|()| timer))
                .map_or(Arming::Without, |timer| Arming::Timer { _timer: timer }),
            Engine::PerfEvents => Event::new(task.id, period).map_or(Arming::Without, Arming::Event),
            Engine::ThreadTimers => timer(Clock::ThreadCpu(task.id))
                .and_then(|timer| timer.arm_at(account.next_due_nanos(cpu_nanos), period).map(|()| timer))
                .map_or(Arming::Without, |timer| Arming::Timer { _timer: timer }),
        };
        if self.is_of_cpu() && !matches!(arming, Arming::Without) {
            account.know(cpu_nanos);
            self.settle(&mut account);
        }
        Some((account, arming))
    }

    /// Counts what is due of a thread where it was seen without a timer of its own.
    fn settle(&mut self, account: &mut Account) {
        let seen = self.crowd.take(account.task.id);
        let due = account.settle(!seen.is_empty());
        for (row, count) in share_out(due, &seen, &mut self.random) {
            self.gathered.samples.weigh(row, count);
            account.count(row, count);
        }
    }

    /// Tells handlers which threads have a timer or an event of their own, if that has changed.
    pub(super) fn publish_armed(&mut self) -> Option<Retired<Vec<i32>>> {
        let is_armed = |arming: &Arming| !matches!(arming, Arming::Without);
        let armed = self.threads.iter().filter(|(_, (_, arming))| is_armed(arming)).map(|(&id, _)| id);
        std::mem::take(&mut self.has_news).then(|| SLOTS[self.slot].armed.publish(Some(Box::new(armed.collect()))))
    }

    /// Counts what perf events have not told since the last call: two that come at once are one signal.
    pub(super) fn catch_up(&mut self) {
        if self.options.engine != Engine::PerfEvents {
            return;
        }
        for (&id, (account, _)) in &mut self.threads {
            if let Some(row) = account.pick()
                && let Some(cpu_nanos) = timer::thread_cpu_nanos(id)
            {
                // The next one may be under way: events have phases of their own.
                let missing = account.missing_at(cpu_nanos).saturating_sub(1);
                self.gathered.samples.weigh(row, missing);
                account.count(row, missing);
            }
        }
    }

    /// Starts the process's timer, for threads that have none of their own yet.
    pub(super) fn arm_process(&mut self) -> std::io::Result<()> {
        if !self.is_of_cpu() {
            return Ok(());
        }
        let tag = Tag::new(Source::Process, self.slot, self.generation);
        let timer = Timer::new(Clock::ProcessCpu, tag.bits())?;
        timer.arm(1 + self.random.below(self.options.period_nanos), self.options.period_nanos)?;
        self.process_timer = Some(timer);
        Ok(())
    }

    /// Returns the descriptors of the session's perf events and what they stand for.
    pub(super) fn events(&self) -> impl Iterator<Item = (i32, Tag)> {
        let tag = Tag::new(Source::Thread, self.slot, self.generation);
        self.threads.values().filter_map(move |(_, arming)| match arming {
            Arming::Event(event) => Some((event.descriptor(), tag)),
            _ => None,
        })
    }

    /// Lets the session's perf events run, once their descriptors are known to handlers.
    pub(super) fn enable_events(&self) {
        for (_, arming) in self.threads.values() {
            if let Arming::Event(event) = arming {
                event.enable();
            }
        }
    }

    /// Ends all timers and events; signals may still be under way.
    pub(super) fn disarm(&mut self) {
        self.process_nanos = timer::process_cpu_nanos().saturating_sub(self.process_start_nanos);
        for (&id, (account, arming)) in &mut self.threads {
            timer::thread_cpu_nanos(id).into_iter().for_each(|nanos| account.know(nanos));
            *arming = Arming::Without;
        }
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
        let row = self.gathered.samples.row(stack, sample.labels, thread);
        let owner = record.owner();
        let account = self.threads.get_mut(&owner).map(|(account, _)| account);
        let weight = match (sample.source, account) {
            (Source::Thread, Some(account)) => account.take(row, sample.weight, |limit| self.random.below(limit)),
            (Source::Helper, Some(account)) => account.take_asked(row),
            (Source::Helper, None) => 0,
            (Source::Thread, None) => {
                self.gone_nanos += sample.weight * self.options.period_nanos;
                sample.weight
            }
            // Its timer was under way, and counts the time that this sample stands for.
            (Source::Process, Some(account)) if account.is_settled() => account.take_owed(row),
            (Source::Process, _) => {
                self.crowd.note(owner, record.claim(), row, sample.cpu_nanos, self.signal_nanos());
                0
            }
        };
        self.gathered.samples.weigh(row, weight);
    }

    /// Returns the time between two signals of the process's timer while one thread computes.
    fn signal_nanos(&self) -> u64 {
        self.options.period_nanos.max(self.tick_nanos)
    }

    /// Counts samples that were lost: those of the thread that owns `record`, or of threads that have none.
    pub(super) fn lose(&mut self, weight: u64, record: Option<&ThreadRecord>) {
        let is_of_cpu = self.is_of_cpu();
        match record.and_then(|record| self.threads.get_mut(&record.owner())) {
            Some((account, _)) => {
                account.lose(weight);
                self.gathered.lost += weight;
            }
            None if is_of_cpu => self.crowd.lost_nanos += weight * self.options.period_nanos,
            None => self.gathered.lost += weight,
        }
    }

    /// Makes the slot free, and returns what was gathered; `helper` is the thread that served the session.
    pub(super) fn finish(mut self, helper: Option<i32>) -> Gathered {
        SLOTS[self.slot].generation.store(0, Ordering::Release);
        if self.is_of_cpu() {
            self.close_accounts(helper);
        }
        self.gathered
    }

    /// Counts what is due of each thread, and of the crowd what remains of the process's time.
    fn close_accounts(&mut self, helper: Option<i32>) {
        let period = self.options.period_nanos;
        let mut crowd_nanos = self.process_nanos.saturating_sub(self.gone_nanos);
        let mut unseen = 0;
        for (id, (mut account, _)) in std::mem::take(&mut self.threads) {
            if !account.is_settled() {
                self.settle(&mut account);
            }
            let Closing { due, row, cpu_nanos } = account.close();
            match row {
                Some(row) => self.gathered.samples.weigh(row, due),
                // It sleeps until a tick, and is done before the next one: hardly any tick sees it.
                None if Some(id) == helper => self.gathered.of_helper = due,
                None => unseen += due,
            }
            crowd_nanos = crowd_nanos.saturating_sub(cpu_nanos.max(account.counted_nanos()));
        }
        let count = unseen + (crowd_nanos + self.random.below(period)) / period;
        let shares = std::mem::take(&mut self.crowd).shares(count, period, &mut self.random);
        for (row, count) in shares.rows {
            self.gathered.samples.weigh(row, count);
        }
        self.gathered.lost += shares.lost;
        self.gathered.unseen = shares.unplaced;
    }
}

/// All that a profile is made of.
pub(crate) struct Recording {
    pub(super) gathered: Gathered,
    pub(super) history: History,
}
