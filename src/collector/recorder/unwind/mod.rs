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
        (registers, is_leaf) = match step(rule, &registers, is_leaf, stack) {
            Step::Caller(caller) => (caller, false),
            Step::Interrupted(interrupted) => (interrupted, true),
            Step::Outermost => return End::Outermost,
            Step::Lost => return End::Cut,
        };
    }
    End::Cut
}
