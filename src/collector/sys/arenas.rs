//! Arenas of the C library's allocator.

/// Makes all threads share so many of glibc's arenas, at least 1; returns whether they do.
///
/// On its own it makes one for each thread, up to eight for each core, and what is freed in one is of use to the threads of
/// that one alone. A program of several threads that wait more than they allocate takes less memory with fewer; threads
/// that allocate at the same time wait for each other more often. Call it before threads start: arenas that are there
/// stay. Other C libraries than glibc have no such setting.
///
/// Source: mallopt(3), `M_ARENA_MAX`.
pub fn limit_arenas(count: u16) -> bool {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: mallopt takes the allocator's lock, and sets a word that is read when a thread allocates first. 0 would
        // stand for no limit.
        unsafe { libc::mallopt(libc::M_ARENA_MAX, libc::c_int::from(count.max(1))) == 1 }
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    {
        let _ = count;
        false
    }
}
