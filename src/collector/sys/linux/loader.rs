//! Asking the dynamic loader whether its list of objects has changed, and which of them stay.

use std::ptr;

use libc::{Elf64_Phdr, c_int, c_void, dl_phdr_info};

use super::process;

/// Returns how many objects were ever loaded and unloaded; not from a handler, because it takes the loader's lock.
///
/// `None` in the child of a fork: a thread that is not there may have held the lock, which then stays locked for ever.
pub(crate) fn generation() -> Option<u64> {
    if process::is_forked() {
        return None;
    }
    extern "C" fn first(info: *mut dl_phdr_info, size: usize, answer: *mut c_void) -> c_int {
        if size < size_of::<dl_phdr_info>() {
            return 1; // An old loader that does not count.
        }
        // SAFETY: the loader passes a whole record, as its size says. Only its counts are read: what its pointers
        // point to may be unmapped by another thread.
        let info = unsafe { &*info };
        // SAFETY: this is the address of `generation` below, which waits for the call.
        unsafe { *answer.cast::<u64>() = info.dlpi_adds.wrapping_add(info.dlpi_subs) };
        1
    }
    let mut generation = 0_u64;
    // SAFETY: the callback fits the argument it gets, and stops at the first object.
    unsafe { libc::dl_iterate_phdr(Some(first), ptr::from_mut(&mut generation).cast()) };
    Some(generation)
}

/// Where an object is.
pub(super) struct Placed {
    /// What is added to the addresses in its file to get those in memory.
    pub(super) bias: u64,
    /// Its program headers, and how many there are; there as long as the object is.
    pub(super) headers: (*const Elf64_Phdr, usize),
}

/// Returns the biases of the objects that came with the program and stay as long as it runs; see [`permanent_objects`].
pub(crate) fn permanent() -> Vec<u64> {
    permanent_objects().iter().map(|object| object.bias).collect()
}

/// Returns the objects that came with the program and stay as long as it runs: itself, its libraries and the loader;
/// not from a handler, because it takes the loader's lock.
///
/// Objects that are loaded later stand behind these in the loader's list, which has the loader itself as one of the
/// first. Empty if it is not there (a static program, or more than 1,000 libraries), and in the child of a fork.
pub(super) fn permanent_objects() -> Vec<Placed> {
    const MOST: usize = 1000;
    /// What is known so far, and the bias of the loader.
    struct Answer {
        objects: Vec<Placed>,
        loader: u64,
        has_loader: bool,
    }
    extern "C" fn next(info: *mut dl_phdr_info, _: usize, answer: *mut c_void) -> c_int {
        // SAFETY: the loader passes a record whose first part is in all versions; its pointers are not followed.
        let (bias, headers) = unsafe { ((*info).dlpi_addr, ((*info).dlpi_phdr, usize::from((*info).dlpi_phnum))) };
        // SAFETY: this is the address of `answer` below, which waits for the call.
        let answer = unsafe { &mut *answer.cast::<Answer>() };
        // No allocation: the loader's lock is held.
        if answer.objects.len() == answer.objects.capacity() {
            return 1;
        }
        answer.objects.push(Placed { bias, headers });
        answer.has_loader = bias == answer.loader;
        c_int::from(answer.has_loader)
    }
    // SAFETY: the function reads what the kernel gave the program.
    let loader = unsafe { libc::getauxval(libc::AT_BASE) };
    let mut answer = Answer { objects: Vec::with_capacity(MOST), loader, has_loader: false };
    if loader != 0 && !process::is_forked() {
        // SAFETY: the callback fits the argument it gets.
        unsafe { libc::dl_iterate_phdr(Some(next), ptr::from_mut(&mut answer).cast()) };
    }
    if answer.has_loader { answer.objects } else { Vec::new() }
}
