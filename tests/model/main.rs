//! What handlers and their readers share, under every order in which a machine may let them run.
//!
//! The ring and the published values are no part of the public interface, so their files are compiled into this
//! program, over atomics that loom steps through all interleavings, and all values that the memory model lets a load
//! see.
#![allow(unsafe_code, dead_code, unreachable_pub, unused_imports, missing_docs)]

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[path = "../../src/collector"]
mod collector {
    #[path = "sys/linux"]
    pub(crate) mod sys {
        #[path = "../../../../tests/model/atomics.rs"]
        pub(crate) mod atomics;
        pub(crate) mod published;

        /// Words of the model's kind.
        pub(crate) mod zeroed {
            use super::atomics::AtomicU64;

            pub(crate) fn words(count: usize) -> Box<[AtomicU64]> {
                (0..count).map(|_| AtomicU64::new(0)).collect()
            }
        }
    }
    pub(crate) mod recorder {
        pub(crate) mod ring;
    }
}
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod published;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod ring;

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn main() {
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    ring::whole_records_come_out_in_order();
    published::a_value_is_freed_only_when_nobody_reads_it();
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn main() {
    println!("skipped: there is a recorder on 64-bit Linux only");
}
