//! The locks of what a model checker runs, named here so that it can put its own in their place.

pub(crate) use std::sync::{Mutex, MutexGuard};
