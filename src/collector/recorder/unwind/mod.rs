//! Unwinding: from registers to the addresses of a call stack.
//!
//! The rules for each address come from the tables that were built of the objects' `.eh_frame`, and where these know
//! nothing from frame pointers. Tables are built on a helper thread (`table`); a walk only reads, so it takes no lock
//! and allocates nothing, and may run in a signal handler or inside the allocator.

mod bytes;
mod cache;
mod eh_frame;
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
pub(crate) use program::HOST;
pub(crate) use rule::Rule;
#[cfg(test)]
pub(crate) use rule::{Kind, Saved};
pub(crate) use search::rule_of_object;
pub(crate) use table::Table;
pub(crate) use trail::Shortcut;

use step::{Step, plain_step, step};

use super::modules::ModuleMap;
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

/// Walks the call stack from its leaf by the rules of `modules`, and as far as it is like the last one by `memo`; see
/// [`walk_by`].
#[inline]
pub(crate) fn walk(
    modules: Option<&ModuleMap>,
    memo: &Memo,
    stack: &mut StackMemory,
    registers: Registers,
    limit: usize,
    emit: impl FnMut(u64) -> bool,
) -> End {
    let Some(modules) = modules else {
        return walk_by(|_| Rule::UNKNOWN, |_, _| None, (), stack, registers, limit, emit);
    };
    memo.rules.renew(modules.generation());
    let shortcut = memo.trail.pass(modules.generation());
    let rule_of = |address| memo.rules.get_or(Key::new(address), || modules.rule(address));
    let caller_of = |leaf: Registers, stack: &mut StackMemory| caller_of_ruleless_leaf(modules, leaf, stack);
    walk_by(rule_of, caller_of, shortcut, stack, registers, limit, emit)
}

/// Walks the call stack from its leaf, passing at most `limit` addresses to `emit` as long as it says true.
///
/// `rule_of` returns the rule of the instruction at an address, and `caller_of` the caller of a leaf that has none;
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
        if let Some(caller) = plain_step(rule, registers, known) {
            (registers, is_leaf) = (caller, false);
            continue;
        }
        let ruleless_leaf = if is_leaf && rule == Rule::UNKNOWN { caller_of(registers, stack) } else { None };
        let step = match ruleless_leaf {
            Some(caller) => Step::Caller(caller),
            None => step(rule, registers, is_leaf, stack),
        };
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

/// Finds the caller of a leaf without rules, such as `_init`: its return address is among the first words of its stack.
#[cold]
fn caller_of_ruleless_leaf(modules: &ModuleMap, registers: Registers, stack: &mut StackMemory) -> Option<Registers> {
    /// Code without rules seldom has a frame of more than this many words.
    const WORDS: u64 = 4;
    if cfg!(not(target_arch = "x86_64")) {
        return None;
    }
    for sp in (0..WORDS).map(|word| registers.sp + word * 8) {
        let pc = stack.read(sp)?;
        if pc != 0 && modules.rule(pc - 1) != Rule::UNKNOWN {
            return Some(Registers { pc, sp: sp + 8, ..registers });
        }
    }
    None
}
