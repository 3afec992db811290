//! Too little memory: allocations that fail, and addresses that the system refuses to the profiler.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::alloc::GlobalAlloc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rpprof::collector::{CpuProfiler, heap_in_use_bytes, heap_profile, set_heap_sampling_rate};

use crate::findings::Findings;
use crate::inner;
use crate::profiler::{add_profile, profile_at};
use crate::work::{FAST, with_crew};

const SIZES: [usize; 8] = [1, 40, 500, 5000, 32_767, 32_768, 100_000, 1 << 20];

static FAILED: AtomicU64 = AtomicU64::new(0);

/// Makes, resizes and frees blocks, any of which may fail; what succeeds must keep its bytes.
fn try_all() {
    inner::fail_one_in(5);
    let before = inner::failed();
    for (number, size) in SIZES.into_iter().enumerate() {
        let layout = Layout::from_size_align(size, 8 << (number % 3)).expect("a layout");
        // SAFETY: the size is not 0.
        let block = if number % 2 == 0 { unsafe { alloc(layout) } } else { unsafe { alloc_zeroed(layout) } };
        if block.is_null() {
            continue;
        }
        // SAFETY: the block has that many bytes.
        unsafe { block.write_bytes(7, size) };
        let new_size = SIZES[(number * 3 + 1) % SIZES.len()];
        // SAFETY: the block is of this layout, and the new size not 0.
        let resized = unsafe { realloc(block, layout, new_size) };
        let (block, size) = if resized.is_null() { (block, size) } else { (resized, new_size) };
        let kept = size.min(layout.size());
        // SAFETY: so many bytes were written, and were to be kept.
        let bytes = unsafe { std::slice::from_raw_parts(block, kept) };
        assert!(bytes.iter().all(|&byte| byte == 7), "a block of {size} bytes lost some");
        // SAFETY: the block is ours and of this size.
        unsafe { dealloc(block, Layout::from_size_align_unchecked(size, layout.align())) };
    }
    inner::fail_one_in(0);
    FAILED.fetch_add(inner::failed() - before, Ordering::Relaxed);
}

/// An inner allocator that fails one time in five.
pub(crate) fn failing_allocator(time: Duration, findings: &mut Findings) {
    set_heap_sampling_rate(1);
    try_all();
    let session = profile_at(FAST);
    with_crew(time / 2, |crew| crew.add(4, try_all));
    session.stop(findings);
    let (blocks, in_use) = (inner::blocks(), heap_in_use_bytes());
    with_crew(time / 2, |crew| crew.add(4, try_all));
    findings.add("failed", FAILED.load(Ordering::Relaxed));
    assert!(FAILED.load(Ordering::Relaxed) > 100);
    println!("{blocks} blocks and {in_use} bytes before, {} and {} after", inner::blocks(), heap_in_use_bytes());
    assert!(inner::blocks() <= blocks + 8, "blocks of the inner allocator are left");
    assert!(heap_in_use_bytes() <= in_use + (16 << 10), "samples are left that nobody uses");
}

/// Less address space than the profiler's tables want: allocations go on, and the profile says what is missing.
pub(crate) fn little_address_space(_time: Duration, findings: &mut Findings) {
    // Kept from the tables, for what it takes to make a profile.
    let layout = std::alloc::Layout::from_size_align(16 << 20, 4096).expect("a small one");
    // SAFETY: the layout has a size.
    let kept = unsafe { std::alloc::System.alloc(layout) };
    assert!(!kept.is_null());
    let statm = std::fs::read_to_string("/proc/self/statm").expect("it can be read");
    let pages: u64 = statm.split(' ').next().and_then(|pages| pages.parse().ok()).expect("a number");
    let room = pages * 4096 + (12 << 20);
    let limit = libc::rlimit { rlim_cur: room, rlim_max: room };
    // SAFETY: the limit is whole.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) }, 0);
    set_heap_sampling_rate(1);
    for _ in 0..50 {
        for size in SIZES {
            let mut block = vec![1_u8; size];
            block.resize(size * 2, 2);
            assert!(block[..size].iter().all(|&byte| byte == 1) && block[size..].iter().all(|&byte| byte == 2));
        }
    }
    set_heap_sampling_rate(0);
    // SAFETY: it was allocated with this layout, and nobody used it.
    unsafe { std::alloc::System.dealloc(kept, layout) };
    let profile = heap_profile().expect("there is room for a profile");
    let comments: Vec<&str> = profile.header().comments.iter().map(|&comment| profile.str(comment)).collect();
    println!("{comments:?}");
    assert!(comments.iter().any(|comment| comment.contains("for want of room")), "{comments:?}");
    // A session may be refused for lack of memory, in words.
    match CpuProfiler::builder().hz(1000).start() {
        Ok(session) => add_profile(&session.stop().expect("it stops"), findings),
        Err(error) => println!("{error}"),
    }
    findings.add("comments", comments.len() as u64);
}
