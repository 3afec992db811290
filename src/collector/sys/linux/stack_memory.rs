//! Reading words of a stack that may end anywhere, in a handler.
//!
//! Before the first read of a page the kernel is asked whether it can be read, by a call that fails in a different way
//! if it cannot. The pages that were found readable form a range, which is kept from sample to sample if it is of the
//! stack that the thread was begun with: that one stays where it is, so asking is rare. A stack that the program made
//! may be gone with the next sample, and a smaller one be in its place.

use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

use libc::{c_int, c_long};

use super::tls;

/// The smallest size of a page; larger pages are asked for in parts.
const PAGE: u64 = 4096;

/// The part of a stack that is known to be readable.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StackMemory {
    /// First address; a multiple of a page.
    start: u64,
    /// One past the last address; a multiple of a page.
    end: u64,
}

impl StackMemory {
    /// Returns the range to go on with, as two words; zeros if it is not of the stack that the thread was begun with.
    #[inline]
    pub(crate) fn to_words(mut self) -> [u64; 2] {
        // The C library puts the thread's storage, of which the slot is a part, above a new thread's first frame.
        let storage = tls::with_slot(|slot| ptr::from_ref(slot).addr() as u64);
        let is_own = (self.start..self.end).contains(&storage) || self.is_main() || self.reaches(storage);
        if is_own { [self.start, self.end] } else { [0; 2] }
    }

    /// Returns whether the range is of the main thread's stack, at whose top the kernel has left the program's name.
    #[inline]
    fn is_main(self) -> bool {
        /// The kernel keeps more than that free for the stack to grow.
        const MOST: u64 = 64 << 20;
        static TOP: AtomicU64 = AtomicU64::new(0);
        let mut top = TOP.load(Ordering::Relaxed);
        if top == 0 {
            // SAFETY: the function looks into a list that never changes.
            top = unsafe { libc::getauxval(libc::AT_EXECFN) };
            TOP.store(top, Ordering::Relaxed);
        }
        // Below 2^47, both.
        self.end <= top.saturating_add(PAGE) && top.saturating_sub(self.start) < MOST
    }

    /// Adds the pages from the range to the thread's storage, if it is near and all of them can be read.
    #[cold]
    fn reaches(&mut self, storage: u64) -> bool {
        const NEAR: u64 = 64 << 10;
        if storage < self.end || storage - self.end > NEAR {
            return false;
        }
        while self.end <= storage && is_readable(self.end) {
            self.end += PAGE;
        }
        self.end > storage
    }

    /// Makes the range of an empty one that is found readable piece by piece.
    pub(crate) fn empty() -> Self {
        Self::default()
    }

    /// Goes on with a range that [`to_words`](Self::to_words) returned on the same thread, if the stack pointer is in it or
    /// near below.
    ///
    /// Otherwise the thread is on another stack, which is found anew.
    #[inline]
    pub(crate) fn from_words([start, end]: [u64; 2], stack_pointer: u64) -> Self {
        let mut memory = Self { start, end };
        if !(start..end).contains(&stack_pointer) {
            memory.reach(stack_pointer);
        }
        memory
    }

    /// Adds the pages from the one with the stack pointer up to the range, or forgets the range.
    ///
    /// Between two samples a stack seldom grows by more than a few pages. The range's own first page is asked for again:
    /// if the range was of another stack, that page and what follows it may be gone.
    #[cold]
    fn reach(&mut self, stack_pointer: u64) {
        const MOST: u64 = 16 * PAGE;
        let page = stack_pointer & !(PAGE - 1);
        let is_near = page < self.start && self.start - page <= MOST;
        let may_read = |from: u64| (page..=from).rev().step_by(PAGE as usize).all(is_readable);
        *self = if is_near && may_read(self.start) { Self { start: page, ..*self } } else { Self::default() };
    }

    /// Returns the word at `address` if it is in the range that is known to be readable, and aligned.
    #[inline]
    pub(crate) fn known(self, address: u64) -> Option<u64> {
        let offset = address.wrapping_sub(self.start);
        // The range begins and ends with a page. An address that is not aligned makes a huge number of words.
        if offset.rotate_right(3) >= (self.end - self.start) >> 3 {
            return None;
        }
        // SAFETY: the address is aligned and in a page that the kernel could read, and a word does not span pages. The
        // pages are of a stack in use by this very thread, so nobody unmaps them meanwhile. Volatile, because the
        // value is not of any Rust object.
        Some(unsafe { ptr::with_exposed_provenance::<u64>(address as usize).read_volatile() })
    }

    /// Returns the word at `address`; `None` if it is not aligned or cannot be read.
    #[inline]
    pub(crate) fn read(&mut self, address: u64) -> Option<u64> {
        if address & 7 != 0 {
            return None;
        }
        if let Some(word) = self.known(address) {
            return Some(word);
        }
        self.find(address)?;
        self.known(address)
    }

    #[cold]
    fn find(&mut self, address: u64) -> Option<()> {
        let page = address & !(PAGE - 1);
        if page == 0 || page >= 1 << 56 || !is_readable(page) {
            return None;
        }
        if page == self.end {
            self.end += PAGE;
        } else if page + PAGE == self.start {
            self.start = page;
        } else {
            (self.start, self.end) = (page, page + PAGE);
        }
        Some(())
    }
}

/// Asks the kernel whether the 8 bytes at `address` can be read; changes `errno`.
fn is_readable(address: u64) -> bool {
    const NO_SUCH_WAY: c_int = -1;
    let no_old: *mut u64 = ptr::null_mut();
    // SAFETY: the kernel copies the set from `address` first, and fails with EFAULT if it cannot; then it fails with
    // EINVAL, because there is no such way to change a mask. It never changes anything.
    unsafe {
        libc::syscall(libc::SYS_rt_sigprocmask, c_long::from(NO_SUCH_WAY), address, no_old, size_of::<u64>());
    }
    // SAFETY: errno's address is valid for the thread's whole life.
    (unsafe { *libc::__errno_location() }) != libc::EFAULT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know how words of the stack are read")]
    fn words_of_the_stack_are_read_and_others_are_refused() {
        let words = [11_u64, 22, 33];
        let address = words.as_ptr() as u64;
        let mut memory = StackMemory::empty();
        assert_eq!(memory.read(address + 8), Some(22));
        assert_eq!(memory.read(address + 16), Some(33));
        assert_eq!(memory.read(address + 1), None);
        assert_eq!(memory.read(0), None);
        assert_eq!(memory.read(8), None);
        assert_eq!(memory.read(0xdead_0000_0000_0000), None);
        assert_eq!(StackMemory::from_words(memory.to_words(), address).read(address), Some(11));
        assert!(StackMemory::from_words(memory.to_words(), address).to_words()[1] > address);
        assert_eq!(StackMemory::from_words(memory.to_words(), 16).to_words(), [0, 0]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know how words of the stack are read")]
    fn stacks_that_programs_make_are_found_anew_each_time() {
        let made = vec![7_u64; 100_000];
        let address = made[50_000..].as_ptr() as u64;
        let mut memory = StackMemory::empty();
        assert_eq!(memory.read(address), Some(7));
        assert_eq!(memory.to_words(), [0, 0]);
    }
}
