//! Large blocks of the C library's allocator.

/// Makes glibc's allocator return each block of 512 KiB and more to the system when it is freed; returns whether it does.
///
/// On its own it takes a size for usual once a block of that size was freed, up to 32 MiB, and from then on may keep twice
/// as much for each thread, and all that lies below a smaller block in use. A program whose large blocks live short
/// takes more memory then than a heap profile has in use. Returned blocks cost a system call each, and new pages the next
/// time. Call it at the beginning; what was kept before stays. Other C libraries than glibc have no such setting.
///
/// Source: mallopt(3), `M_MMAP_THRESHOLD` and `M_TRIM_THRESHOLD`.
pub fn return_large_blocks() -> bool {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// From so many bytes on a block is a mapping of its own.
        const LARGE: libc::c_int = 512 << 10;
        // SAFETY: mallopt takes the allocator's lock, and sets a word that other threads read one time for each
        // block and that may have any value: freeing a block sets it too, without a lock.
        let are_mapped = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) } == 1;
        // SAFETY: As above; it is how much may be free at the end of a heap before that is returned.
        let are_trimmed = unsafe { libc::mallopt(libc::M_TRIM_THRESHOLD, 2 * LARGE) } == 1;
        are_mapped && are_trimmed
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    false
}
