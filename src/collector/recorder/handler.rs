//! What happens when SIGPROF comes in: whose it is, and a sample into the thread's ring.
//!
//! Everything here runs in a signal handler; see `collector` for what is allowed.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::modules::MODULE_MAP;
use super::records::{self, MAX_SESSIONS, ThreadRecord};
use super::unwind::{End, Foreign, walk};
use crate::collector::labels::number_in_force;
use crate::collector::sys::published::{Published, Reading};
use crate::collector::sys::signal::{Interrupt, Verdict};
use crate::collector::sys::tls;

/// What a handler knows of a session.
pub(crate) struct SessionSlot {
    /// The generation of the session that runs in this slot; 0 if none does.
    pub(crate) generation: AtomicU32,
    /// How many addresses a stack may have.
    pub(crate) max_depth: AtomicU32,
    /// The weight of samples on threads without a record, and of those by the process's timer that found no room.
    pub(crate) lost: AtomicU64,
    /// The threads that have a timer of their own, ascending.
    pub(crate) armed: Published<Vec<i32>>,
}

/// The sessions, as handlers see them.
pub(crate) static SLOTS: [SessionSlot; MAX_SESSIONS] = [const {
    SessionSlot {
        generation: AtomicU32::new(0),
        max_depth: AtomicU32::new(0),
        lost: AtomicU64::new(0),
        armed: Published::empty(),
    }
}; MAX_SESSIONS];

/// The descriptors of perf events and their sessions, ascending.
pub(crate) static EVENTS: Published<Vec<(i32, Tag)>> = Published::empty();

/// Whose time a signal stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The thread's own.
    Thread,
    /// The process's, of which threads with timers of their own are to be left out.
    Process,
    /// Nobody's: the helper asks where the thread is, because ticks have missed it.
    Helper,
}

/// What our timers give along with their signals: a mark, whose time it is, the session's slot and generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag(u64);

/// The mark of our timers, in the top bits.
const MARK: u64 = 0x7270_7066;

impl Tag {
    /// Makes the tag of a session's timers.
    pub(crate) fn new(source: Source, slot: usize, generation: u32) -> Self {
        let source_bits = match source {
            Source::Thread => 0,
            Source::Process => 1 << 31,
            Source::Helper => 1 << 30,
        };
        Self(MARK << 32 | source_bits | (slot as u64) << 24 | u64::from(generation & 0xff_ffff))
    }

    /// Returns the tag as what a timer gives along.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    fn of_bits(bits: u64) -> Option<Self> {
        (bits >> 32 == MARK).then_some(Self(bits))
    }

    fn source(self) -> Source {
        match self.0 >> 30 & 3 {
            0 => Source::Thread,
            1 => Source::Helper,
            _ => Source::Process,
        }
    }

    fn slot(self) -> usize {
        (self.0 >> 24) as usize & (MAX_SESSIONS - 1)
    }

    fn generation(self) -> u32 {
        // The low 24 bits.
        self.0 as u32 & 0xff_ffff
    }
}

/// What is needed of an alternate stack to walk the thread's, in bytes: the handler may have come in on top of another
/// one, whose frame can take half of 8 KiB. Without optimization frames are several times as large.
const WALK_STACK: u64 = if cfg!(debug_assertions) { 3 << 10 } else { 1 << 10 };

/// How much stack it may take to find a rule in an object's own table; threads of Rust have 8 KiB in all for signals.
const FOREIGN_RULE_STACK: u64 = if cfg!(debug_assertions) { 8192 } else { 3072 };

/// The flag in a record's header that says that its stack was cut.
const CUT: u64 = 1;
/// The flag that says that the process's timer sent it.
const OF_PROCESS: u64 = 2;
/// The flag that says that the helper asked for it.
const OF_HELPER: u64 = 4;

/// A record in a ring, as the helper reads it.
pub(crate) struct RawSample<'w> {
    pub(crate) slot: usize,
    pub(crate) generation: u32,
    pub(crate) weight: u64,
    pub(crate) labels: u32,
    pub(crate) is_cut: bool,
    pub(crate) source: Source,
    /// The CPU time that the thread had taken; only of the process's timer, else 0.
    pub(crate) cpu_nanos: u64,
    /// Addresses, leaf first.
    pub(crate) stack: &'w [u64],
}

impl<'w> RawSample<'w> {
    /// Reads what [`sample`] wrote.
    pub(crate) fn of_words(words: &'w [u64]) -> Option<Self> {
        let [header, who, rest @ ..] = words else { return None };
        let is_of_process = header >> 24 & OF_PROCESS != 0;
        let (cpu_nanos, stack) =
            if is_of_process { rest.split_first().map(|(&nanos, stack)| (nanos, stack))? } else { (0, rest) };
        Some(Self {
            slot: (header >> 16) as usize & 0xff,
            is_cut: header >> 24 & CUT != 0,
            source: match (is_of_process, header >> 24 & OF_HELPER != 0) {
                (true, _) => Source::Process,
                (false, true) => Source::Helper,
                (false, false) => Source::Thread,
            },
            cpu_nanos,
            weight: header >> 32,
            generation: (who >> 32) as u32,
            labels: *who as u32,
            stack,
        })
    }
}

/// Takes in a signal.
pub(crate) fn on_signal(interrupt: &Interrupt<'_>) -> Verdict {
    const SENT_BY_TIMER: i32 = -2;
    // POLL_IN and POLL_HUP.
    const SENT_BY_DESCRIPTOR: [i32; 2] = [1, 6];
    match interrupt.code {
        SENT_BY_TIMER => {
            let Some(tag) = Tag::of_bits(interrupt.value) else { return Verdict::Foreign };
            timer_expired(tag, interrupt);
            Verdict::Ours
        }
        code if SENT_BY_DESCRIPTOR.contains(&code) => event_overflowed(interrupt),
        _ => Verdict::Foreign,
    }
}

fn timer_expired(tag: Tag, interrupt: &Interrupt<'_>) {
    let slot = &SLOTS[tag.slot()];
    if slot.generation.load(Ordering::Acquire) != tag.generation() {
        return; // A signal that was under way when its session ended.
    }
    let weight = 1 + u64::from(interrupt.overrun);
    let Some((index, record)) = records::current() else {
        slot.lost.fetch_add(weight, Ordering::Relaxed);
        return;
    };
    let reading = Reading::begin(index);
    let mut cpu_nanos = None;
    if tag.source() == Source::Process {
        if slot.armed.read(&reading).is_some_and(|armed| armed.binary_search(&record.owner()).is_ok()) {
            return;
        }
        cpu_nanos = record.cpu_if_it_worked(tag.slot(), interrupt.has_waited());
        if cpu_nanos.is_none() {
            return;
        }
    }
    sample(&reading, record, tag, weight, cpu_nanos, interrupt);
}

fn event_overflowed(interrupt: &Interrupt<'_>) -> Verdict {
    let Some((index, record)) = records::current() else { return Verdict::Foreign };
    let reading = Reading::begin(index);
    let Some(events) = EVENTS.read(&reading) else { return Verdict::Foreign };
    let Ok(row) = events.binary_search_by_key(&interrupt.descriptor, |event| event.0) else { return Verdict::Foreign };
    let tag = events[row].1;
    if SLOTS[tag.slot()].generation.load(Ordering::Acquire) == tag.generation() {
        sample(&reading, record, tag, 1, None, interrupt);
    }
    Verdict::Ours
}

/// Writes a sample into the thread's ring, or counts it as lost; `cpu_nanos` goes with those of the process's timer.
#[inline]
fn sample(
    reading: &Reading,
    record: &ThreadRecord,
    tag: Tag,
    weight: u64,
    cpu_nanos: Option<u64>,
    interrupt: &Interrupt<'_>,
) {
    if interrupt.stack_left() >= WALK_STACK && write_sample(reading, record, tag, weight, cpu_nanos, interrupt) {
        return;
    }
    match tag.source() {
        Source::Thread => record.lose(tag.slot(), weight),
        Source::Helper => {}
        Source::Process => _ = SLOTS[tag.slot()].lost.fetch_add(weight, Ordering::Relaxed),
    }
}

/// Writes a sample into the thread's ring; false if that is full.
///
/// In a frame of its own, which is the largest one of the handler.
#[inline(never)]
fn write_sample(
    reading: &Reading,
    record: &ThreadRecord,
    tag: Tag,
    weight: u64,
    cpu_nanos: Option<u64>,
    interrupt: &Interrupt<'_>,
) -> bool {
    let registers = interrupt.registers;
    let limit = SLOTS[tag.slot()].max_depth.load(Ordering::Relaxed) as usize;
    let labels = number_in_force(tls::with_slot(|slot| slot.labels.load(Ordering::Relaxed)));
    let mut entry = record.ring.begin();
    let has_room = entry.push(u64::from(tag.generation()) << 32 | u64::from(labels))
        && cpu_nanos.is_none_or(|nanos| entry.push(nanos));
    let mut stack = record.stack(registers.sp);
    let modules = MODULE_MAP.read(reading);
    let foreign = if interrupt.stack_left() >= FOREIGN_RULE_STACK { Foreign::LookUp } else { Foreign::Ignore };
    let end = match has_room {
        true => walk(modules, foreign, &record.memo, &mut stack, registers, limit, |address| entry.push(address)),
        false => End::NoRoom,
    };
    record.keep_stack(stack);
    let flags = if end == End::Cut { CUT } else { 0 }
        | match tag.source() {
            Source::Thread => 0,
            Source::Process => OF_PROCESS,
            Source::Helper => OF_HELPER,
        };
    let header = weight.min(u64::from(u32::MAX)) << 32 | flags << 24 | (tag.slot() as u64) << 16;
    end != End::NoRoom && entry.commit(header)
}
