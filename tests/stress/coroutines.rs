//! Stacks that programs make themselves, switch between, and give up.

#[cfg(target_env = "gnu")]
pub(crate) use on_glibc::coroutines;

#[cfg(not(target_env = "gnu"))]
pub(crate) fn coroutines(_time: std::time::Duration, _findings: &mut crate::findings::Findings) {
    println!("skipped: the C library has no makecontext");
}

#[cfg(target_env = "gnu")]
mod on_glibc {
    use std::cell::Cell;
    use std::mem::MaybeUninit;
    use std::ptr;
    use std::time::Duration;

    use libc::{c_void, ucontext_t};

    use crate::findings::{Findings, Holdings};
    use crate::profiler::profile_at;
    use crate::work::{FAST, allocate, panic_once, silence_panics, spin, spin_deep, watch_errno, with_crew};

    /// The largest stack; a multiple of all others.
    const LARGEST: usize = 512 << 10;

    /// Memory at a fixed place, of which parts are stacks in turns.
    struct Region(*mut u8);

    impl Region {
        fn new() -> Self {
            let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            // SAFETY: asks for new addresses anywhere.
            let new = unsafe { libc::mmap(ptr::null_mut(), LARGEST, libc::PROT_READ | libc::PROT_WRITE, kind, -1, 0) };
            assert_ne!(new, libc::MAP_FAILED);
            Self(new.cast())
        }

        /// Leaves only the first `size` bytes accessible; unmapped ones would soon be another thread's.
        fn shrink(&self, size: usize) {
            // SAFETY: the rest of the region is ours, and nobody's stack any more.
            let result = unsafe { libc::mprotect(self.0.add(size).cast(), LARGEST - size, libc::PROT_NONE) };
            assert_eq!(result, 0);
        }

        fn grow(&self) {
            // SAFETY: the region is ours.
            let result = unsafe { libc::mprotect(self.0.cast(), LARGEST, libc::PROT_READ | libc::PROT_WRITE) };
            assert_eq!(result, 0);
        }
    }

    impl Drop for Region {
        fn drop(&mut self) {
            // SAFETY: the region is ours, and nobody's stack any more.
            unsafe { libc::munmap(self.0.cast::<c_void>(), LARGEST) };
        }
    }

    thread_local! {
        /// The thread's own context, the coroutine's, and what the coroutine is to do.
        static CONTEXTS: Cell<[*mut ucontext_t; 2]> = const { Cell::new([ptr::null_mut(); 2]) };
        static WORK: Cell<fn()> = const { Cell::new(|| {}) };
    }

    extern "C" fn begin() {
        WORK.get()();
        pause();
        WORK.get()();
    }

    /// Goes back to the thread's own stack, until the coroutine is resumed.
    fn pause() {
        let [own, coroutine] = CONTEXTS.get();
        // SAFETY: both contexts are of this thread, and live until `run` returns.
        unsafe { libc::swapcontext(coroutine, own) };
    }

    /// Runs `work` twice on the stack of `size` bytes at the start of the region, with a pause on the own stack.
    fn run(region: &Region, size: usize, work: fn()) {
        let (mut own, mut coroutine) = (MaybeUninit::<ucontext_t>::zeroed(), MaybeUninit::<ucontext_t>::zeroed());
        WORK.set(work);
        CONTEXTS.set([own.as_mut_ptr(), coroutine.as_mut_ptr()]);
        // SAFETY: the context has room.
        assert_eq!(unsafe { libc::getcontext(coroutine.as_mut_ptr()) }, 0);
        // SAFETY: the call has filled it in.
        let context = unsafe { coroutine.assume_init_mut() };
        context.uc_stack.ss_sp = region.0.cast();
        context.uc_stack.ss_size = size;
        context.uc_link = own.as_mut_ptr();
        // SAFETY: the stack is mapped and nobody else's; `begin` has no arguments.
        unsafe { libc::makecontext(context, begin, 0) };
        for _ in 0..2 {
            // SAFETY: both contexts are whole, and the coroutine comes back to this one when it pauses or ends.
            unsafe { libc::swapcontext(own.as_mut_ptr(), coroutine.as_mut_ptr()) };
            spin();
        }
    }

    /// Frames of two kilobytes: a walk along them touches each page of the stack.
    #[inline(never)]
    fn descend(depth: u32) {
        let frame = [depth; 500];
        std::hint::black_box(&frame);
        if depth == 0 {
            (0..30).for_each(|_| spin());
        } else {
            descend(depth - 1);
        }
        std::hint::black_box(&frame);
    }

    // Computes with an arbitrary number in the frame pointer, and without rules to unwind it: what compilers never make,
    // and assembler programmers do.
    #[cfg(target_arch = "x86_64")]
    std::arch::global_asm!(
        ".text",
        // Its users may be compiled into other objects than this.
        ".globl rpprof_stress_without_rules",
        ".hidden rpprof_stress_without_rules",
        "rpprof_stress_without_rules:",
        "push rbp",
        "sub rsp, 96",
        "mov rbp, rdi",
        "mov ecx, 60000",
        "2: dec ecx",
        "jnz 2b",
        "add rsp, 96",
        "pop rbp",
        "ret",
    );

    #[cfg(target_arch = "x86_64")]
    fn without_rules() {
        unsafe extern "C" {
            safe fn rpprof_stress_without_rules(frame_pointer: u64);
        }
        let local = 0_u64;
        let here = ptr::from_ref(&local) as u64;
        // Into what was a stack a moment ago.
        for distance in [64 << 10, 128 << 10, 160 << 10, 256 << 10] {
            rpprof_stress_without_rules(here + distance);
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn without_rules() {
        spin();
    }

    /// Coroutines on stacks of many sizes at the same place, which shrinks and grows; some of them panic.
    pub(crate) fn coroutines(time: Duration, findings: &mut Findings) {
        silence_panics();
        let round = |time, findings: &mut Findings| {
            let session = profile_at(FAST);
            with_crew(time, |crew| {
                crew.add(3, || {
                    let region = Region::new();
                    for size in [LARGEST, 64 << 10, 128 << 10, 256 << 10] {
                        region.grow();
                        run(&region, LARGEST, || descend(150));
                        region.shrink(size);
                        run(&region, size, without_rules);
                        run(&region, size, || spin_deep(30));
                        run(&region, size, panic_once);
                    }
                });
                crew.add(1, allocate);
                crew.add(1, watch_errno);
            });
            session.stop(findings);
        };
        round(time / 4, findings);
        let holdings = Holdings::now();
        round(time / 4 * 3, findings);
        holdings.add_leaks(16 << 10, findings);
    }
}
