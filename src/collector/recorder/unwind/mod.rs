//! Unwinding: from registers to the addresses of a call stack.
//!
//! The rules for each address come from the tables that were built of the objects' `.eh_frame`, and where these know
//! nothing from frame pointers. Tables are built on a helper thread (`table`); a walk only reads, so it takes no lock
//! and allocates nothing, and may run in a signal handler or inside the allocator.

mod bytes;
mod cache;
mod eh_frame;
mod program;
mod rule;
mod step;
mod table;

pub(crate) use bytes::Cursor;
pub(crate) use cache::RuleCache;
pub(crate) use eh_frame::{Section, section_of_header};
pub(crate) use program::HOST;
pub(crate) use rule::Rule;
#[cfg(test)]
pub(crate) use rule::{Kind, Saved};
pub(crate) use table::Table;

use step::{Step, step};

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

/// Walks the call stack from its leaf, passing at most `limit` addresses to `emit` as long as it says true.
///
/// The leaf's address is where it is; a caller's is that of the last byte of its call.
#[inline]
pub(crate) fn walk(
    modules: Option<&ModuleMap>,
    cache: &RuleCache,
    stack: &mut StackMemory,
    mut registers: Registers,
    limit: usize,
    mut emit: impl FnMut(u64) -> bool,
) -> End {
    let mut is_leaf = true;
    for _ in 0..limit {
        let address = if is_leaf { registers.pc } else { registers.pc - 1 };
        if !emit(address) {
            return End::NoRoom;
        }
        let rule = match modules {
            Some(modules) => cache.get_or(address, modules.generation(), || modules.rule(address)),
            None => Rule::UNKNOWN,
        };
        if let (true, true, Some(modules)) = (is_leaf, rule == Rule::UNKNOWN, modules)
            && let Some(caller) = caller_of_ruleless_leaf(modules, &registers, stack)
        {
            (registers, is_leaf) = (caller, false);
            continue;
        }
        (registers, is_leaf) = match step(rule, &registers, is_leaf, stack) {
            Step::Caller(caller) => (caller, false),
            Step::Interrupted(interrupted) => (interrupted, true),
            Step::Outermost => return End::Outermost,
            Step::Lost => return End::Cut,
        };
    }
    End::Cut
}

/// Finds the caller of a leaf without rules, such as `_init`: its return address is among the first words of its stack.
#[cold]
fn caller_of_ruleless_leaf(modules: &ModuleMap, registers: &Registers, stack: &mut StackMemory) -> Option<Registers> {
    /// Code without rules seldom has a frame of more than this many words.
    const WORDS: u64 = 4;
    if cfg!(not(target_arch = "x86_64")) {
        return None;
    }
    for sp in (0..WORDS).map(|word| registers.sp + word * 8) {
        let pc = stack.read(sp)?;
        if pc != 0 && modules.rule(pc - 1) != Rule::UNKNOWN {
            return Some(Registers { pc, sp: sp + 8, ..*registers });
        }
    }
    None
}
