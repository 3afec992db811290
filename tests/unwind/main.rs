//! The collector's unwinding against two others: framehop and libgcc at many addresses, libgcc at each instruction of a
//! program.
//!
//! The unwinder is no part of the public interface, so its files are compiled into this program. It takes
//! `RPPROF_ADDRESSES`, how many addresses to try, and `RPPROF_OBJECTS`, paths of libraries to load for that, between
//! colons.
#![allow(unsafe_code, dead_code, unreachable_pub, unused_imports, missing_docs)]

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../../src/collector"]
mod collector {
    #[path = "sys/linux"]
    pub(crate) mod sys {
        pub(crate) mod atomics;
        pub(crate) mod loader;
        pub(crate) mod object;
        pub(crate) mod process;
        pub(crate) mod published;
        pub(crate) mod registers;
        pub(crate) mod stack_memory;
        pub(crate) mod tls;
        pub(crate) mod zeroed;
    }
    pub(crate) mod recorder {
        pub(crate) mod modules;
        pub(crate) mod unwind;
    }
}
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod each_instruction;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../../benches/support/framehop_modules.rs"]
mod framehop_modules;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod made_up_callee;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod made_up_frames;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn main() {
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    made_up_frames::frames_are_left_as_others_do();
    each_instruction::stacks_are_those_of_libgcc();
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn main() {
    println!("skipped: the other unwinders are asked on x86-64 Linux only");
}
