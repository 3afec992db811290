//! Which threads allocate, if samples are to tell.
//!
//! A thread gets a number with its first sample, and keeps it; the number is part of what a bucket is found by.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::collector::sys::lazy_words::LazyWords;
use crate::collector::sys::process;
use crate::collector::sys::tls::{self, ThreadSlot};

/// Words of a thread: its id plus 1, and its name.
const WORDS: usize = 3;

/// The threads: 2^20 of them; those that come later are not told apart.
static THREADS: LazyWords = LazyWords::new(WORDS << 20, WORDS << 8);
/// Numbers that were given out; 0 is none's.
static COUNT: AtomicUsize = AtomicUsize::new(0);
static IS_WANTED: AtomicBool = AtomicBool::new(false);

/// Bits of a number.
pub(super) const BITS: u32 = 21;

/// Sets whether samples from now on tell their thread.
pub(crate) fn set_wanted(wanted: bool) {
    IS_WANTED.store(wanted, Ordering::Relaxed);
}

/// Has the running thread get a new number: it is that of a child, with another id.
pub(crate) fn forget_own() {
    tls::with_slot(|slot| slot.heap_thread.store(0, Ordering::Relaxed));
}

/// Returns the number of the running thread; 0 if it is not wanted or there is no room.
pub(super) fn own_number(slot: &ThreadSlot) -> u32 {
    if !IS_WANTED.load(Ordering::Relaxed) {
        return 0;
    }
    match slot.heap_thread.load(Ordering::Relaxed) {
        0 => add(slot),
        number => number,
    }
}

#[cold]
fn add(slot: &ThreadSlot) -> u32 {
    let (all, _) = THREADS.get_or_map().as_chunks::<WORDS>();
    if COUNT.load(Ordering::Relaxed) >= all.len() {
        return 0;
    }
    let row = COUNT.fetch_add(1, Ordering::Relaxed);
    let Some(words) = all.get(row) else { return 0 };
    let [first, last] = process::thread_name();
    words[1].store(first, Ordering::Relaxed);
    words[2].store(last, Ordering::Relaxed);
    words[0].store(process::thread_id() as u64 + 1, Ordering::Release);
    let number = row as u32 + 1; // Below 2^20.
    slot.heap_thread.store(number, Ordering::Relaxed);
    number
}

/// Returns the id and the name of the thread with this number.
pub(super) fn name_of(number: u32) -> Option<(i32, String)> {
    let words = THREADS.get().as_chunks::<WORDS>().0.get((number as usize).checked_sub(1)?)?;
    let id = words[0].load(Ordering::Acquire).checked_sub(1)?;
    let name = [&words[1], &words[2]].map(|word| word.load(Ordering::Relaxed).to_ne_bytes()).concat();
    let length = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
    Some((id as i32, String::from_utf8_lossy(&name[..length]).into_owned())) // It was an id.
}
