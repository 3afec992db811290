//! Unwinding: from registers to the addresses of a call stack.
//!
//! The rules for each address come from the tables that were built of the objects' `.eh_frame`, and of the
//! instructions of code that it says nothing of; where these know nothing they come from frame pointers. Tables are built on a helper thread (`table`); a walk only reads, so it takes no lock
//! and allocates nothing, and may run in a signal handler or inside the allocator.

mod bytes;
mod cache;
mod eh_frame;
mod inferred;
mod instruction;
mod memo;
mod program;
mod rule;
mod search;
mod step;
mod table;
mod trail;

pub(crate) use bytes::Cursor;
pub(crate) use cache::{Key, StaticCache};
pub(crate) use eh_frame::{Section, section_of_header};
pub(crate) use memo::Memo;
#[cfg(test)]
pub(crate) use program::AARCH64;
pub(crate) use program::{Architecture, HOST};
pub(crate) use rule::{Kind, Rule, Saved};
pub(crate) use search::rule_of_object;
pub(crate) use table::{Table, TableBuilder};
pub(crate) use trail::{Shortcut, StaticTrail};

use step::{Step, plain_step, step};

use super::modules::ModuleMap;
use crate::collector::sys::object::Object;
use crate::collector::sys::registers::Registers;
use crate::collector::sys::stack_memory::StackMemory;

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// At the outermost frame of the thread.
    Outermost,
    /// Before it: the stack is deeper than asked for, or could not be followed.
    Cut,
    /// There was no room for the addresses.
    NoRoom,
}

/// What to do about code of objects that have no table yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// Go by frame pointers.
    Ignore,
    /// Ask the C library for the object and look there; it takes a microsecond a frame and some stack.
    LookUp,
}

/// Walks the call stack from its leaf by the rules of `modules`, and as far as it is like the last one by `memo`; see
/// [`walk_by`].
#[inline]
pub(crate) fn walk(
    modules: Option<&ModuleMap>,
    foreign: Foreign,
    memo: &Memo,
    stack: &mut StackMemory,
    registers: Registers,
    limit: usize,
    emit: impl FnMut(u64) -> bool,
) -> End {
    let Some(modules) = modules else {
        return walk_by(|address| foreign_rule(foreign, address), |_, _| None, (), stack, registers, limit, emit);
    };
    memo.rules.renew(modules.generation());
    let shortcut = memo.trail.pass(modules.generation());
    let rule_of = |address| match memo.rules.get_or(Key::new(address), || modules.rule(address)) {
        Rule::UNKNOWN if !modules.knows(address) => foreign_rule(foreign, address),
        rule => rule,
    };
    let caller_of = |leaf: Registers, stack: &mut StackMemory| {
        // Without optimization this alone takes more stack than a thread of Rust may have left for signals.
        let has_room = foreign == Foreign::LookUp || !cfg!(debug_assertions);
        has_room.then(|| caller_of_ruleless_leaf(rule_of, leaf, stack)).flatten()
    };
    walk_by(rule_of, caller_of, shortcut, stack, registers, limit, emit)
}

/// Returns the rule of an address in an object that was loaded since the tables were last brought up to date.
///
/// It is not kept, because nobody would tell when another object takes that one's place.
#[cold]
#[inline(never)]
fn foreign_rule(foreign: Foreign, address: u64) -> Rule {
    if foreign == Foreign::Ignore {
        return Rule::UNKNOWN;
    }
    Object::at(address).map_or(Rule::UNKNOWN, |object| rule_of_object(&object, address))
}

/// Walks the call stack from its leaf, passing at most `limit` addresses to `emit` as long as it says true.
///
/// `rule_of` returns the rule of the instruction at an address, and `caller_of` the caller of a leaf whose rule
/// leads nowhere;
/// `shortcut` may know of frames without a rule. The leaf's address is where it is; a caller's is that of the last byte of its call.
#[inline]
pub(crate) fn walk_by(
    rule_of: impl Fn(u64) -> Rule,
    caller_of: impl Fn(Registers, &mut StackMemory) -> Option<Registers>,
    mut shortcut: impl Shortcut,
    stack: &mut StackMemory,
    mut registers: Registers,
    limit: usize,
    mut emit: impl FnMut(u64) -> bool,
) -> End {
    let mut is_leaf = true;
    let mut left = limit;
    // A copy, so that the compiler sees that nothing changes it.
    let mut known = *stack;
    let address_of = |registers: Registers, is_leaf| if is_leaf { registers.pc } else { registers.pc - 1 };
    while left > 0 {
        left -= 1;
        if !emit(address_of(registers, is_leaf)) {
            return End::NoRoom;
        }
        if !is_leaf {
            registers = match shortcut.follow(registers, known, &mut left, &mut emit) {
                Ok(registers) => registers,
                Err(end) => return end,
            };
        }
        let rule = rule_of(address_of(registers, is_leaf));
        shortcut.note(registers, rule, is_leaf);
        if let Some(caller) = plain_step(rule, registers, known)
            && (!is_leaf || rule_of(caller.pc - 1) != Rule::UNKNOWN)
        {
            (registers, is_leaf) = (caller, false);
            continue;
        }
        let mut step = step(rule, registers, is_leaf, stack);
        let leads_on = match step {
            Step::Caller(caller) => rule != Rule::UNKNOWN && rule_of(caller.pc - 1) != Rule::UNKNOWN,
            Step::Interrupted(_) | Step::Outermost => true,
            Step::Lost => false,
        };
        // Code in assembly may push words that its rules do not tell of, or have no rules.
        if is_leaf
            && !leads_on
            && let Some(caller) = caller_of(registers, stack)
        {
            step = Step::Caller(caller);
        }
        known = *stack;
        (registers, is_leaf) = match step {
            Step::Caller(caller) => (caller, false),
            Step::Interrupted(interrupted) => (interrupted, true),
            Step::Outermost => {
                shortcut.complete();
                return End::Outermost;
            }
            Step::Lost => return End::Cut,
        };
    }
    End::Cut
}

/// Finds the caller of a leaf by the first words of its stack: a return address is one of code that has rules.
///
/// Such leaves are code without rules, as `_init`, and code that pushes more than its rules say, as `__mpn_mul_1`. What
/// they have pushed may be the frame pointer: the right one is that by which the caller has a caller too.
#[cold]
fn caller_of_ruleless_leaf(
    rule_of: impl Fn(u64) -> Rule,
    registers: Registers,
    stack: &mut StackMemory,
) -> Option<Registers> {
    /// Code without rules seldom has a frame of more than this many words.
    const WORDS: usize = 4;
    if cfg!(not(target_arch = "x86_64")) {
        return None;
    }
    // The frame pointer as it is now, and the words that may have been pushed.
    let mut fps = [registers.fp; WORDS];
    for count in 0..WORDS {
        let sp = registers.sp + 8 * count as u64;
        let pc = stack.read(sp)?;
        let rule = if pc == 0 { Rule::UNKNOWN } else { rule_of(pc - 1) };
        if rule != Rule::UNKNOWN {
            let caller = Registers { pc, sp: sp + 8, ..registers };
            // A plain loop: without optimization the closures of an iterator would have many frames.
            for &fp in &fps[..=count] {
                let leads_to_code = match step(rule, Registers { fp, ..caller }, false, stack) {
                    Step::Caller(next) => rule_of(next.pc - 1) != Rule::UNKNOWN,
                    Step::Outermost => true,
                    Step::Interrupted(_) | Step::Lost => false,
                };
                if leads_to_code {
                    return Some(Registers { fp, ..caller });
                }
            }
            return Some(caller);
        }
        if let Some(place) = fps.get_mut(count + 1) {
            *place = pc;
        }
    }
    None
}
