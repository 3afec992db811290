//! Stands in for the recorder on systems that have none: everything is refused.

use super::cpu::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;

/// What a session is to do.
#[derive(Clone, Debug)]
pub(crate) struct SessionOptions {
    pub(crate) engine: Engine,
    pub(crate) period_nanos: u64,
    pub(crate) max_depth: u32,
    pub(crate) has_thread_labels: bool,
}

/// Names a session; there is none.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SessionId {}

/// Says that this system is not supported.
///
/// # Errors
/// Always.
pub(crate) fn start(_options: SessionOptions) -> Result<SessionId> {
    Err(Error::new(ErrorKind::Unsupported, "profiles are collected on 64-bit Linux on x86-64 and aarch64 only"))
}

/// Ends a session.
///
/// # Errors
/// None: there is no session.
pub(crate) fn stop(id: SessionId) -> Result<Profile> {
    match id {}
}

/// Ends a session.
pub(crate) fn cancel(id: SessionId) {
    match id {}
}
