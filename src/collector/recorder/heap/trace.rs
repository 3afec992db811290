//! The call stack of the running thread, from inside the allocator.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::collector::recorder::modules::MODULE_MAP;
use crate::collector::recorder::unwind::{
    End, Key, Kind, Rule, Saved, StaticCache, StaticTrail, rule_of_object, walk_by,
};
use crate::collector::sys::atomics::MAX_RECORDS;
use crate::collector::sys::object::Object;
use crate::collector::sys::published::Reading;
use crate::collector::sys::registers::Registers;
use crate::collector::sys::stack_memory::StackMemory;
use crate::collector::sys::tls::ThreadSlot;

/// How many addresses of a stack are kept, from the leaf on; as many as Go keeps.
pub(crate) const MAX_DEPTH: usize = 128;

/// What earlier walks leave behind to make later ones fast.
struct SharedMemo {
    /// An entry that two threads write at once matches no address, but for a chance that is next to nothing; a wrong
    /// rule makes a wrong stack and does no other harm.
    rules: StaticCache,
    /// The last stack. An object that takes another one's place does not lead a walk astray: its frames would have to
    /// be at the same addresses, and what the other one's rules name in them unchanged.
    trail: StaticTrail,
    /// Whether a thread goes along the trail. Others do without; in the child of a fork, all may have to.
    is_taken: AtomicBool,
}

/// The memos, which threads share by their place in memory.
static MEMOS: [SharedMemo; 16] = [const {
    SharedMemo { rules: StaticCache::empty(), trail: StaticTrail::empty(), is_taken: AtomicBool::new(false) }
}; 16];

/// The trail of a memo, taken for a walk.
struct Taken<'m>(&'m SharedMemo);

impl<'m> Taken<'m> {
    fn take(memo: &'m SharedMemo) -> Option<Self> {
        // Made only if it is to be dropped: that gives the trail back.
        (!memo.is_taken.swap(true, Ordering::Acquire)).then(|| Self(memo))
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.0.is_taken.store(false, Ordering::Release);
    }
}

/// What a walk found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trace {
    /// How many addresses there are.
    pub(crate) depth: usize,
    /// Whether callers are missing.
    pub(crate) is_cut: bool,
}

/// Walks the stack of the callers of the frame that has `registers`, on the running thread.
///
/// The thread must be marked as busy, so that no signal handler does so at the same time.
pub(super) fn walk_from(slot: &ThreadSlot, registers: Registers, stack: &mut [u64]) -> Trace {
    let heap = &slot.heap;
    let [start, end] = &heap.stack;
    let known = [start.load(Ordering::Relaxed), end.load(Ordering::Relaxed)];
    let mut memory = StackMemory::from_words(known, registers.sp);
    // Slots of threads are apart by a stack's size, a multiple of a page.
    let place = (std::ptr::from_ref(slot).addr() >> 12).wrapping_mul(0x9e37_79b9) >> 16;
    let memo = &MEMOS[place % MEMOS.len()];
    let taken = Taken::take(memo);
    let shortcut = taken.as_ref().map(|taken| taken.0.trail.pass(1));
    // Callers are mostly of the same object as their callees; asking for it takes as long as the rest of a step.
    let last = Cell::new(None);
    let rule_of_map = |address| {
        let reading = Reading::begin(place % MAX_RECORDS);
        MODULE_MAP.read(&reading).map_or(Rule::UNKNOWN, |modules| modules.rule(address))
    };
    let rule_of = |address| {
        let object = match last.get() {
            Some(object) if Object::has(&object, address) => object,
            _ => {
                let Some(object) = Object::at(address) else { return rule_of_map(address) };
                last.set(Some(object));
                object
            }
        };
        // An object that takes the place of another one has another unwind header, or the same bytes.
        let header = object.unwind_header();
        let generation = (header ^ header >> 16 ^ header >> 32) as u16;
        match memo.rules.get_or(Key::mixed(address, generation), || rule_of_object(&object, address)) {
            // Not kept, since there may be a map later.
            Rule::UNKNOWN if object.is_unaided() => match rule_of_map(address) {
                // Of a C library without rules, in which threads begin: frame pointers are of nobody.
                Rule::UNKNOWN => Rule::new(Kind::Sp, 8, Saved::Same, Saved::Lost),
                rule => rule,
            },
            rule => rule,
        }
    };
    let mut depth = 0;
    let mut is_hook = true;
    let end_of_walk = walk_by(
        rule_of,
        |_, _| None,
        shortcut,
        &mut memory,
        registers,
        stack.len() + 1,
        |address| {
            if !std::mem::take(&mut is_hook) {
                stack[depth] = address;
                depth += 1;
            }
            true
        },
    );
    let words = memory.to_words();
    start.store(words[0], Ordering::Relaxed);
    end.store(words[1], Ordering::Relaxed);
    Trace { depth, is_cut: end_of_walk != End::Outermost }
}
