//! Linux on x86-64 and aarch64.

pub(crate) mod allocator;
pub(crate) mod arena;
pub(crate) mod atomics;
pub(crate) mod lazy_words;
pub(crate) mod loader;
pub(crate) mod object;
pub(crate) mod perf;
pub(crate) mod process;
pub(crate) mod published;
pub(crate) mod registers;
pub(crate) mod signal;
pub(crate) mod stack_memory;
pub(crate) mod startup;
pub(crate) mod timer;
pub(crate) mod tls;
pub(crate) mod zeroed;
