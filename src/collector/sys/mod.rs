//! What the collector asks of the machine and the system: the only unsafe code of the package.
//!
//! Each file is one thing asked for, behind an interface that safe code cannot misuse. A block holds one operation, and
//! its comment says why it is sound.
#![allow(unsafe_code)]

pub(crate) mod arenas;
pub(crate) mod labeled;
pub(crate) mod large_blocks;
pub(crate) mod locks;

#[cfg(all(target_os = "linux", target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[path = "linux/mod.rs"]
mod platform;
#[cfg(not(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
#[path = "other.rs"]
mod platform;

pub(crate) use platform::*;
