//! What records: from a signal to a profile, on Linux.
//!
//! A signal comes in (`handler`), the stack is walked (`unwind`) by the rules of the loaded objects (`modules`), and a
//! record goes into the thread's ring (`records`, `ring`). The helper thread (`sessions`) takes records out, adds equal
//! ones up (`stacks`), and arms threads that are new (`tasks`, `session`). In the end `assemble` makes a profile.

mod account;
mod assemble;
mod crowd;
pub(crate) mod dump;
mod handler;
pub(crate) mod heap;
mod modules;
mod random;
mod records;
mod ring;
mod session;
mod sessions;
mod stacks;
mod tasks;
mod unwind;

pub(crate) use crate::collector::sys::registers::Registers;
pub(crate) use session::SessionOptions;
pub(crate) use sessions::{SessionId, set_heap_threads, start};

use crate::collector::labels::LabelSet;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;
use stacks::Stack;

/// Ends a session and makes a profile of it.
///
/// # Errors
/// [`ErrorKind::Unsupported`] if the process was forked since the session started, and this is the child.
pub(crate) fn stop(id: SessionId) -> Result<Profile> {
    let gone = || Error::new(ErrorKind::Unsupported, "the session is of the process that this one was forked from");
    assemble::cpu_profile(&sessions::stop(id).ok_or_else(gone)?)
}

/// Ends a session and forgets what it gathered.
pub(crate) fn cancel(id: SessionId) {
    drop(sessions::stop(id));
}

/// A stack that was walked outside of a handler.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CapturedStack {
    epoch: u32,
    /// Leaf first.
    addresses: Vec<u64>,
}

/// Walks the running thread's stack from `registers`, leaving out their own function and the `skip` nearest callers.
pub(crate) fn capture(registers: Registers, skip: usize) -> CapturedStack {
    /// As deep as those of Go's profiles of counts.
    const MAX_DEPTH: usize = 128;
    let mut addresses = Vec::new();
    let epoch = sessions::walk_here(registers, MAX_DEPTH + skip, &mut addresses);
    addresses.drain(..skip.min(addresses.len()));
    CapturedStack { epoch, addresses }
}

/// Makes a profile that counts stacks, each with its labels, under the name `kind`.
///
/// # Errors
/// None that a caller could cause.
pub(crate) fn count_profile(kind: &str, stacks: &[(CapturedStack, LabelSet, u64)]) -> Result<Profile> {
    let rows = stacks.iter().map(|(captured, labels, count)| {
        (Stack { epoch: captured.epoch, is_cut: false, addresses: &captured.addresses }, labels, *count)
    });
    assemble::count_profile(kind, rows, &sessions::history())
}
