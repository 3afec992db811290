//! What records: from a signal to a profile, on Linux.
//!
//! A signal comes in (`handler`), the stack is walked (`unwind`) by the rules of the loaded objects (`modules`), and a
//! record goes into the thread's ring (`records`, `ring`). The helper thread (`sessions`) takes records out, adds equal
//! ones up (`stacks`), and arms threads that are new (`tasks`, `session`). In the end `assemble` makes a profile.

mod assemble;
mod handler;
mod modules;
mod records;
mod ring;
mod session;
mod sessions;
mod stacks;
mod tasks;
mod unwind;

pub(crate) use session::SessionOptions;
pub(crate) use sessions::{SessionId, start};

use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;

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
