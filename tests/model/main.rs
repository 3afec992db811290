//! What handlers and their readers share, and named profiles, under every order in which a machine may let threads run.
//!
//! None of it is part of the public interface, so its files are compiled into this program, over atomics and locks that
//! loom steps through all interleavings, and all values that the memory model lets a load see.
#![allow(unsafe_code, dead_code, unreachable_pub, unused_imports, missing_docs)]

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[path = "../../src/collector"]
mod collector {
    pub(crate) mod entries;
    #[path = "sys/linux"]
    pub(crate) mod sys {
        #[path = "../../../../tests/model/atomics.rs"]
        pub(crate) mod atomics;
        #[path = "../../../../tests/model/locks.rs"]
        pub(crate) mod locks;
        #[path = "../../../../tests/model/machine.rs"]
        mod machine;
        pub(crate) mod published;

        pub(crate) use machine::{process, stack_memory, timer, tls, zeroed};
    }
    pub(crate) mod recorder {
        pub(crate) mod records;
        pub(crate) mod ring;

        /// What a thread remembers of its last walks, of which the model has none.
        pub(crate) mod unwind {
            pub(crate) struct Memo;

            impl Memo {
                pub(crate) fn new() -> Self {
                    Self
                }
            }
        }
    }
}
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod entries;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod published;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod records;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod ring;

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn main() {
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let models: [(&str, fn()); 4] = [
        ("ring", ring::whole_records_come_out_in_order),
        ("published", published::a_value_is_freed_only_when_nobody_reads_it),
        ("records", records::samples_are_of_the_thread_that_wrote_them),
        ("entries", entries::counts_are_of_one_moment),
    ];
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    models.iter().filter(|(name, _)| name.contains(&wanted)).for_each(|(_, model)| model());
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn main() {
    println!("skipped: there is a recorder on 64-bit Linux only");
}
