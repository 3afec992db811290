//! The model checker's locks in place of the standard library's.

pub(crate) use loom::sync::{Mutex, MutexGuard};
