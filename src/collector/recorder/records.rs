//! What a thread needs to take samples: its ring, what is known of its stack. From a pool that grows off the handler.
//!
//! A thread claims a record with its first sample and keeps it; when the thread is gone, the helper frees the record for
//! another one. Records are never unmapped, so a handler may hold on to its own.

use super::ring::Ring;
use super::unwind::Memo;
pub(crate) use crate::collector::sys::atomics::MAX_SESSIONS;
use crate::collector::sys::atomics::{AtomicI32, AtomicU64, AtomicUsize, MAX_RECORDS, OnceLock, Ordering};
use crate::collector::sys::process;
use crate::collector::sys::stack_memory::StackMemory;
use crate::collector::sys::timer;
use crate::collector::sys::tls;

/// The place of no record: its flag is for stacks that are walked outside of handlers.
pub(crate) const RESERVED_RECORD: usize = MAX_RECORDS - 1;
/// How many records are to be free at least, for threads that are yet to take their first sample.
const SPARE: usize = 32;

/// A thread's place to record samples.
pub(crate) struct ThreadRecord {
    /// The id of the thread; 0 if the record is free.
    owner: AtomicI32,
    /// The number of the claim by which the owner got it.
    claim: AtomicU64,
    pub(crate) ring: Ring,
    pub(crate) memo: Memo,
    /// What was found of the thread's stack.
    stack: [AtomicU64; 2],
    /// The owner's name when it claimed the record, padded with zeros.
    name: [AtomicU64; 2],
    /// The CPU time that the owner had taken when it was last asked for, for each session's slot, in nanoseconds.
    cpu_nanos: [AtomicU64; MAX_SESSIONS],
    /// The weight of what did not fit into the ring, for each session's slot.
    lost: [AtomicU64; MAX_SESSIONS],
}

static RECORDS: [OnceLock<Box<ThreadRecord>>; MAX_RECORDS] = [const { OnceLock::new() }; MAX_RECORDS];
/// How many records there are.
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// Counts claims from 1.
static CLAIMS: AtomicU64 = AtomicU64::new(0);

impl ThreadRecord {
    fn new() -> Self {
        Self {
            owner: AtomicI32::new(0),
            claim: AtomicU64::new(0),
            ring: Ring::new(),
            memo: Memo::new(),
            stack: [const { AtomicU64::new(0) }; 2],
            name: [const { AtomicU64::new(0) }; 2],
            cpu_nanos: [const { AtomicU64::new(0) }; MAX_SESSIONS],
            lost: [const { AtomicU64::new(0) }; MAX_SESSIONS],
        }
    }

    /// Returns the id of the thread that owns the record.
    pub(crate) fn owner(&self) -> i32 {
        self.owner.load(Ordering::Relaxed)
    }

    /// Returns the number of the owner's claim; no other owner has the same.
    pub(crate) fn claim(&self) -> u64 {
        self.claim.load(Ordering::Relaxed)
    }

    /// Returns the name that the owner had when it claimed the record.
    pub(crate) fn owner_name(&self) -> String {
        let bytes: Vec<u8> = self.name.iter().flat_map(|word| word.load(Ordering::Relaxed).to_ne_bytes()).collect();
        String::from_utf8_lossy(&bytes).trim_end_matches('\0').to_owned()
    }

    /// Returns what is known of the owner's stack; only from its handler.
    #[inline]
    pub(crate) fn stack(&self, stack_pointer: u64) -> StackMemory {
        let words = [self.stack[0].load(Ordering::Relaxed), self.stack[1].load(Ordering::Relaxed)];
        StackMemory::from_words(words, stack_pointer)
    }

    /// Keeps what is known of the owner's stack; only from its handler.
    #[inline]
    pub(crate) fn keep_stack(&self, stack: StackMemory) {
        let [start, end] = stack.to_words();
        self.stack[0].store(start, Ordering::Relaxed);
        self.stack[1].store(end, Ordering::Relaxed);
    }

    /// Returns the CPU time that the owner has taken, if it has computed since this was last asked for a session's slot;
    /// only from its handler.
    ///
    /// A signal for the whole process goes to the thread that runs, unless that is just taking another one: then the
    /// kernel wakes any thread for it. Taking the signal is all that such a thread does, or little more than that if it
    /// `has_waited` in a system call; calls that compute, such as `clone`, look the same when they are interrupted.
    pub(crate) fn cpu_if_it_worked(&self, slot: usize, has_waited: bool) -> Option<u64> {
        const MORE_THAN_A_SIGNAL: u64 = 100_000;
        const MORE_THAN_A_WAIT: u64 = 1_000_000;
        let now = timer::own_cpu_nanos();
        let before = self.cpu_nanos[slot].load(Ordering::Relaxed);
        self.cpu_nanos[slot].store(now, Ordering::Relaxed);
        let least = match (has_waited, before) {
            (true, _) => MORE_THAN_A_WAIT,
            (false, 0) => 0, // A new thread, however brief.
            (false, _) => MORE_THAN_A_SIGNAL,
        };
        (now.saturating_sub(before) > least).then_some(now)
    }

    /// Counts a sample that could not be stored.
    #[inline]
    pub(crate) fn lose(&self, slot: usize, weight: u64) {
        self.lost[slot].fetch_add(weight, Ordering::Relaxed);
    }

    /// Returns the weight of what was lost for a session since it was last asked.
    pub(crate) fn take_lost(&self, slot: usize) -> u64 {
        self.lost[slot].swap(0, Ordering::Relaxed)
    }
}

/// Returns the record of the running thread, which claims one if it has none; `None` if all are taken.
///
/// Allowed in a handler.
#[inline]
pub(crate) fn current() -> Option<(usize, &'static ThreadRecord)> {
    let index = match tls::with_slot(|slot| slot.record.load(Ordering::Relaxed)) {
        0 => claim()?,
        place => place as usize - 1,
    };
    Some((index, RECORDS[index].get()?))
}

#[cold]
fn claim() -> Option<usize> {
    let thread = process::thread_id();
    let count = COUNT.load(Ordering::Acquire);
    for (index, record) in RECORDS[..count].iter().enumerate() {
        let Some(record) = record.get() else { continue };
        if record.owner() == 0 && record.owner.compare_exchange(0, thread, Ordering::AcqRel, Ordering::Relaxed).is_ok()
        {
            record.claim.store(CLAIMS.fetch_add(1, Ordering::AcqRel) + 1, Ordering::Release);
            record.keep_stack(StackMemory::empty());
            record.cpu_nanos.iter().for_each(|nanos| nanos.store(0, Ordering::Relaxed));
            for (word, part) in record.name.iter().zip(process::thread_name()) {
                word.store(part, Ordering::Relaxed);
            }
            tls::with_slot(|slot| slot.record.store(index as u32 + 1, Ordering::Relaxed));
            return Some(index);
        }
    }
    None
}

/// Returns all records, free ones too.
pub(crate) fn all() -> impl Iterator<Item = &'static ThreadRecord> {
    RECORDS[..COUNT.load(Ordering::Acquire)].iter().filter_map(OnceLock::get).map(Box::as_ref)
}

/// Makes records until there is one for each of `threads` threads and some to spare; only under the sessions' lock.
///
/// To spare are twice as many as were claimed since the last call, for brief threads come in great numbers. A record
/// takes 88 KiB of addresses, and memory as it is used.
pub(crate) fn grow(threads: usize) {
    static CLAIMS_BEFORE: AtomicU64 = AtomicU64::new(0);
    let claims = CLAIMS.load(Ordering::Acquire);
    let recent = claims - CLAIMS_BEFORE.swap(claims, Ordering::Relaxed).min(claims);
    let spare = SPARE.max(2 * recent as usize);
    let count = COUNT.load(Ordering::Relaxed);
    let free = all().filter(|record| record.owner() == 0).count();
    let wanted = (threads + spare).max(count + spare.saturating_sub(free)).min(RESERVED_RECORD);
    for record in &RECORDS[count..wanted.max(count)] {
        record.get_or_init(|| Box::new(ThreadRecord::new()));
    }
    COUNT.store(wanted.max(count), Ordering::Release);
}

/// Frees the records of threads that are gone; `drain` takes in what is in the rings. Only under the sessions' lock.
///
/// It is called between: what a thread wrote until it was gone is to be its own, and not the next owner's.
pub(crate) fn free_those_gone(drain: impl FnOnce()) {
    let is_gone = |record: &ThreadRecord| {
        let (owner, claim) = (record.owner(), record.claim());
        // A thread has no second record, so with two of them the id was used again.
        let was_replaced = || all().any(|other| other.owner() == owner && other.claim() > claim);
        // Without a number it is being claimed.
        owner != 0 && claim != 0 && (!process::has_thread(owner) || was_replaced())
    };
    let gone: Vec<&ThreadRecord> = all().filter(|record| is_gone(record)).collect();
    drain();
    for record in gone {
        record.claim.store(0, Ordering::Relaxed);
        record.owner.store(0, Ordering::Release);
    }
}

/// Frees all records, in the child of a fork, which has but one thread.
pub(crate) fn free_all() {
    tls::with_slot(|slot| slot.record.store(0, Ordering::Relaxed));
    for (slot, record) in all().flat_map(|record| (0..MAX_SESSIONS).map(move |slot| (slot, record))) {
        record.take_lost(slot);
    }
    for record in all() {
        record.ring.drain(record.ring.written(), &mut Vec::new(), |_| {});
        record.claim.store(0, Ordering::Relaxed);
        record.owner.store(0, Ordering::Release);
    }
}
