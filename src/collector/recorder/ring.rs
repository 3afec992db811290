//! A ring of records between one handler and the helper, without a lock.
//!
//! The writer is the SIGPROF handler of one thread, which does not interrupt itself; the reader is whoever holds the
//! lock of the sessions. A record is a header word, whose low 16 bits are its length in words, and what follows. The
//! writer's words become visible all at once when it moves `written`; until then they are nobody else's.

use crate::collector::sys::atomics::{AtomicU64, Ordering, RING_WORDS};
use crate::collector::sys::zeroed;

/// The part of a header that is the record's length in words, itself included.
const LENGTH_MASK: u64 = 0xffff;

/// The ring itself; the number of its words is a power of two.
pub(crate) struct Ring<const COUNT: usize = RING_WORDS> {
    words: Box<[AtomicU64; COUNT]>,
    /// Words ever written; moved by the writer alone.
    written: AtomicU64,
    /// Words ever read; moved by the reader alone, and never past `written`.
    read: AtomicU64,
}

/// A record under way; dropping it leaves no trace.
///
/// This is all that a handler can do with a ring: it neither allocates nor waits.
pub(crate) struct Entry<'r, const COUNT: usize = RING_WORDS> {
    ring: &'r Ring<COUNT>,
    start: u64,
    /// One past the last word so far.
    end: u64,
    /// One past the last word that is free and that a record of this start may have.
    limit: u64,
}

impl<const COUNT: usize> Ring<COUNT> {
    /// Makes an empty ring.
    pub(crate) fn new() -> Self {
        const { assert!(COUNT.is_power_of_two()) };
        let words = zeroed::words(COUNT).try_into().expect("as many words as were asked for");
        Self { words, written: AtomicU64::new(0), read: AtomicU64::new(0) }
    }

    #[inline]
    fn word(&self, position: u64) -> &AtomicU64 {
        // The number is a power of two, so the mask keeps the index inside.
        &self.words[position as usize & (COUNT - 1)]
    }

    /// Begins a record; only from the handler of the thread that owns the ring.
    #[inline]
    pub(crate) fn begin(&self) -> Entry<'_, COUNT> {
        let start = self.written.load(Ordering::Relaxed);
        // What the reader has read is free from here on, and it has finished reading it.
        let free_end = self.read.load(Ordering::Acquire) + COUNT as u64;
        Entry { ring: self, start, end: start + 1, limit: free_end.min(start + LENGTH_MASK) }
    }

    /// Returns how far complete records go.
    pub(crate) fn written(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    /// Passes the records as far as `written` to `take` and frees their place; only under the lock of the sessions.
    ///
    /// `written` is what the method of this name returned.
    pub(crate) fn drain(&self, written: u64, scratch: &mut Vec<u64>, mut take: impl FnMut(&[u64])) {
        let mut position = self.read.load(Ordering::Relaxed);
        while position < written {
            let length = (self.word(position).load(Ordering::Relaxed) & LENGTH_MASK).max(1);
            // As far as the end of the ring, and from its beginning on.
            let start = position as usize & (COUNT - 1);
            let (first, rest) = (COUNT.min(start + length as usize), (start + length as usize).saturating_sub(COUNT));
            let parts = [&self.words[start..first], &self.words[..rest]];
            scratch.clear();
            for part in parts {
                scratch.extend(part.iter().map(|word| word.load(Ordering::Relaxed)));
            }
            take(scratch);
            position += length;
            self.read.store(position, Ordering::Release);
        }
    }
}

impl<const COUNT: usize> Entry<'_, COUNT> {
    /// Appends a word; false if the ring is full or the record too long.
    #[inline]
    pub(crate) fn push(&mut self, word: u64) -> bool {
        if self.end >= self.limit {
            return false;
        }
        self.ring.word(self.end).store(word, Ordering::Relaxed);
        self.end += 1;
        true
    }

    /// Makes the record visible; `header` gets the length into its low 16 bits, which must be 0.
    ///
    /// Returns false, and leaves no trace, if there is not even room for the header.
    #[inline]
    pub(crate) fn commit(self, header: u64) -> bool {
        if self.start >= self.limit {
            return false;
        }
        self.ring.word(self.start).store(header | (self.end - self.start), Ordering::Relaxed);
        self.ring.written.store(self.end, Ordering::Release);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn records<const COUNT: usize>(ring: &Ring<COUNT>) -> Vec<Vec<u64>> {
        let mut records = Vec::new();
        ring.drain(ring.written(), &mut Vec::new(), |words| records.push(words[1..].to_vec()));
        records
    }

    fn put<const COUNT: usize>(ring: &Ring<COUNT>, words: &[u64]) -> bool {
        let mut entry = ring.begin();
        words.iter().all(|&word| entry.push(word)) && entry.commit(0)
    }

    #[test]
    fn records_come_out_as_they_went_in() {
        let ring = Ring::<8>::new();
        assert!(put(&ring, &[1, 2]) && put(&ring, &[3, 4, 5]));
        assert!(!put(&ring, &[6]));
        assert!(put(&ring, &[]));
        assert!(!put(&ring, &[]));
        assert_eq!(records(&ring), [vec![1, 2], vec![3, 4, 5], vec![]]);
        assert!(put(&ring, &[6, 7, 8, 9, 10, 11, 12]));
        assert!(!put(&ring, &[13]));
        assert_eq!(records(&ring), [vec![6, 7, 8, 9, 10, 11, 12]]);
    }

    #[test]
    fn a_record_that_is_dropped_leaves_no_trace() {
        let ring = Ring::<8>::new();
        assert!(ring.begin().push(1));
        assert!(records(&ring).is_empty());
        assert!(put(&ring, &[2]));
        assert_eq!(records(&ring), [[2]]);
    }

    /// Every order of puts and drains of a small ring, against a queue.
    #[test]
    fn any_order_of_writing_and_reading_keeps_all_that_was_accepted() {
        const STEPS: u32 = if cfg!(miri) { 3 } else { 7 };
        for order in 0..5_u32.pow(STEPS) {
            let ring = Ring::<4>::new();
            let (mut expected, mut free, mut next) = (Vec::new(), 4, 0_u64);
            for step in 0..STEPS {
                let action = order / 5_u32.pow(step) % 5;
                if action == 4 {
                    assert_eq!(records(&ring), expected);
                    (expected, free) = (Vec::new(), 4);
                } else {
                    let words: Vec<u64> = (0..u64::from(action)).map(|word| next + word).collect();
                    next += 10;
                    let fits = words.len() < free;
                    assert_eq!(put(&ring, &words), fits);
                    if fits {
                        free -= words.len() + 1;
                        expected.push(words);
                    }
                }
            }
        }
    }

    #[test]
    fn a_reader_on_another_thread_sees_whole_records_in_order() {
        const COUNT: u64 = if cfg!(miri) { 300 } else { 20_000 };
        let ring = Ring::<64>::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                for number in 0..COUNT {
                    let words = vec![number; (number % 9) as usize + 1];
                    while !put(&ring, &words) {
                        thread::yield_now();
                    }
                }
            });
            let mut next = 0;
            while next < COUNT {
                for words in records(&ring) {
                    assert_eq!(words, vec![next; (next % 9) as usize + 1]);
                    next += 1;
                }
                // With one processor the writer has to have it.
                thread::yield_now();
            }
        });
    }
}
