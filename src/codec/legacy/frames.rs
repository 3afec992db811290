//! Functions of allocators, locks and profilers, which are no part of what a profile is about.
//!
//! The old formats do not say which frames to drop; pprof takes these for them, by what the samples measure.

/// Those of allocators: POSIX's, tcmalloc's, macOS's, Go's runtime and C++'s.
const ALLOCATORS: [&str; 49] = [
    "calloc",
    "cfree",
    "malloc",
    "free",
    "memalign",
    "do_memalign",
    "(__)?posix_memalign",
    "pvalloc",
    "valloc",
    "realloc",
    "tcmalloc::.*",
    "tc_calloc",
    "tc_cfree",
    "tc_malloc",
    "tc_free",
    "tc_memalign",
    "tc_posix_memalign",
    "tc_pvalloc",
    "tc_valloc",
    "tc_realloc",
    "tc_new",
    "tc_delete",
    "tc_newarray",
    "tc_deletearray",
    "tc_new_nothrow",
    "tc_newarray_nothrow",
    "malloc_zone_malloc",
    "malloc_zone_calloc",
    "malloc_zone_valloc",
    "malloc_zone_realloc",
    "malloc_zone_memalign",
    "malloc_zone_free",
    r"runtime\..*",
    "BaseArena::.*",
    "(::)?do_malloc_no_errno",
    "(::)?do_malloc_pages",
    "(::)?do_malloc",
    "DoSampledAllocation",
    "MallocedMemBlock::MallocedMemBlock",
    "_M_allocate",
    "__builtin_(vec_)?delete",
    "__builtin_(vec_)?new",
    "__gnu_cxx::new_allocator::allocate",
    "__libc_malloc",
    "__malloc_alloc_template::allocate",
    "allocate",
    "cpp_alloc",
    r"operator new(\[\])?",
    "simple_alloc::allocate",
];
/// Those of Go's runtime that stay: a program's own frames lie below them.
const KEPT: [&str; 3] = [r"runtime\.panic", r"runtime\.reflectcall", r"runtime\.call[0-9]*"];
/// Those of locks, and of what notes their waits.
const LOCKS: [&str; 17] = [
    "RecordLockProfileData",
    "(base::)?RecordLockProfileData.*",
    "(base::)?SubmitMutexProfileData.*",
    "(base::)?SubmitSpinLockProfileData.*",
    "(base::Mutex::)?AwaitCommon.*",
    "(base::Mutex::)?Unlock.*",
    "(base::Mutex::)?UnlockSlow.*",
    "(base::Mutex::)?ReaderUnlock.*",
    "(base::MutexLock::)?~MutexLock.*",
    "(Mutex::)?AwaitCommon.*",
    "(Mutex::)?Unlock.*",
    "(Mutex::)?UnlockSlow.*",
    "(Mutex::)?ReaderUnlock.*",
    "(MutexLock::)?~MutexLock.*",
    "(SpinLock::)?Unlock.*",
    "(SpinLock::)?SlowUnlock.*",
    "(SpinLockHolder::)?~SpinLockHolder.*",
];
/// Those of the signal that takes a sample.
const PROFILERS: [&str; 5] =
    ["ProfileData::Add", "ProfileData::prof_handler", "CpuProfiler::prof_handler", "__pthread_sighandler", "__restore"];
/// Lists of sample types that measure what was allocated.
const OF_HEAP: [&[&str]; 5] = [
    &["allocations", "size"],
    &["objects", "space"],
    &["inuse_objects", "inuse_space"],
    &["alloc_objects", "alloc_space"],
    &["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"],
];

/// Returns expressions for the frames to drop and to keep in a profile with these sample types.
pub(super) fn of_profiler(types: &[&str]) -> (String, String) {
    if OF_HEAP.contains(&types) {
        return (ALLOCATORS.join("|"), KEPT.join("|"));
    }
    let dropped: &[&str] = if types == ["contentions", "delay"] { &LOCKS } else { &PROFILERS };
    (dropped.join("|"), String::new())
}
