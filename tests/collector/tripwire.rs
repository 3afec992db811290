//! What the signal handler calls, asks of the system and takes of the stack, instruction by instruction.
//!
//! A child profiles itself under mixed work, and this process traces its thread: from each signal's delivery to
//! `rt_sigreturn` it is stopped after every instruction.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{CStr, CString, c_long, c_void};
use std::fs::{self, File};
use std::hint::black_box;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;
use std::{env, mem, ptr, thread};

use rpprof::collector::{CpuProfiler, CpuSession, Engine};

use super::CHILD;

/// What the list in `collector` allows, and what ends a handler.
const SYSTEM_CALLS: [c_long; 5] =
    [libc::SYS_gettid, libc::SYS_prctl, libc::SYS_rt_sigprocmask, libc::SYS_clock_gettime, libc::SYS_rt_sigreturn];
/// The functions of the C library that a handler may enter: those of the list, and copies, which compilers call.
const FUNCTIONS: [&CStr; 11] = [
    c"syscall",
    c"gettid",
    c"prctl",
    c"clock_gettime",
    c"getauxval",
    c"_dl_find_object",
    c"__errno_location",
    c"memcpy",
    c"memmove",
    c"memset",
    c"memcmp",
];
/// What it surely must not enter; here to be told by name.
const FORBIDDEN: [&CStr; 12] = [
    c"malloc",
    c"free",
    c"calloc",
    c"realloc",
    c"posix_memalign",
    c"aligned_alloc",
    c"pthread_mutex_lock",
    c"pthread_mutex_unlock",
    c"pthread_rwlock_rdlock",
    c"pthread_cond_wait",
    c"dl_iterate_phdr",
    c"__tls_get_addr",
];
/// How many signals are followed, but no more than so many instructions of theirs in all; without optimization a handler
/// has ten times as many.
const SIGNALS: u32 = 300;
const INSTRUCTIONS: u64 = if cfg!(debug_assertions) { 400_000 } else { 3_000_000 };
/// The least room below the kernel's frame that the child leaves on a stack for signals, in bytes.
const LEAST_ROOM: usize = if cfg!(debug_assertions) { 1536 } else { 768 };
/// The kernel's frame is smaller, whatever registers the processor has.
const FRAME: usize = 11 << 10;
/// Where the child tells of itself, for the process that traces it.
const REPORT: &str = "RPPROF_TEST_REPORT";
/// The status by which the child says that the system does not let it be traced.
const NOT_ALLOWED: i32 = 77;
/// What is asked of the kernel about another process, as C libraries have it.
#[cfg(target_env = "gnu")]
type Request = u32;
#[cfg(not(target_env = "gnu"))]
type Request = i32;
/// The library that the child loads again and again.
const COPY: &str = "RPPROF_TEST_COPY";

#[inline(never)]
fn deep(depth: u32) -> u32 {
    if depth == 0 { (0..2000).fold(0, |sum, number| black_box(sum ^ number)) } else { black_box(deep(depth - 1)) + 1 }
}

/// A stack for signals that begins with its first byte at a place that the tracer knows.
fn take_signals_on(stack: &mut [u8], size: usize) {
    let stack = libc::stack_t { ss_sp: stack.as_mut_ptr().cast(), ss_flags: 0, ss_size: size };
    // SAFETY: the memory is the caller's and stays; no signal is being taken on another one.
    assert_eq!(unsafe { libc::sigaltstack(&raw const stack, ptr::null_mut()) }, 0);
}

extern "C" fn compare(one: *const c_void, other: *const c_void) -> i32 {
    deep(1);
    // SAFETY: qsort passes addresses of the items.
    unsafe { (*one.cast::<u32>()).cmp(&*other.cast::<u32>()) as i32 }
}

/// Computes in code of an object that the helper has not seen yet: a copy of the library that has `pow`.
fn work_in_new_object(copy: &CStr) {
    // SAFETY: a system library whose initializers are harmless.
    let library = unsafe { libc::dlopen(copy.as_ptr(), libc::RTLD_NOW) };
    assert!(!library.is_null(), "{copy:?} cannot be loaded");
    // SAFETY: the handle was just returned.
    let pow = unsafe { libc::dlsym(library, c"pow".as_ptr()) };
    assert!(!pow.is_null());
    // SAFETY: `pow` is a function of these types.
    let pow = unsafe { mem::transmute::<*mut c_void, extern "C" fn(f64, f64) -> f64>(pow) };
    black_box((0..50_000).map(|number| pow(black_box(1.5), f64::from(number))).sum::<f64>());
    // SAFETY: nobody runs its code any more.
    unsafe { libc::dlclose(library) };
}

/// Copies the library that has `pow`, which the program has loaded itself, and returns where to; musl has none but itself.
fn copy_of_library() -> Option<PathBuf> {
    let maps = fs::read_to_string("/proc/self/maps").expect("it can be read");
    // Its own name has a version before glibc 2.34.
    let is_library = |path: &&str| path.contains("/libm.so") || path.contains("/libm-");
    let path = maps.lines().find_map(|line| line.split_whitespace().nth(5).filter(is_library));
    let copy = env::temp_dir().join(format!("rpprof-tripwire-{}.so", std::process::id()));
    fs::copy(path?, &copy).expect("it can be copied");
    Some(copy)
}

/// Does many things by turns, on stacks for signals of many sizes, and ends when it is killed.
fn work() -> ! {
    let engines = [(Engine::ThreadTimers, 1000), (Engine::PerfEvents, 500), (Engine::WallClock, 700)];
    let start = |(engine, hz)| CpuProfiler::builder().engine(engine).hz(hz).start().ok();
    let _sessions: Vec<CpuSession> = engines.into_iter().filter_map(start).collect();
    thread::spawn(|| {
        loop {
            thread::spawn(|| deep(5)).join().expect("no panic");
        }
    });
    let mut memory = vec![0_u8; 64 << 10];
    std::panic::set_hook(Box::new(|_| {}));
    let copy = env::var_os(COPY).map(|copy| CString::new(copy.as_bytes()).expect("no zero in it"));
    for round in 0.. {
        let size = match round % 4 {
            0 => memory.len(),
            _ => FRAME.min(frame_size() + LEAST_ROOM + round % 40 * 128),
        };
        take_signals_on(&mut memory, size);
        for _ in 0..20 {
            deep(round as u32 % 100);
            black_box((1..40).map(|size| vec![1_u8; size * size]).collect::<Vec<_>>());
            assert!(std::panic::catch_unwind(|| panic!("as asked")).is_err());
            let mut items: Vec<u32> = (0..50).rev().collect();
            // SAFETY: the array has that many items of that size.
            unsafe { libc::qsort(items.as_mut_ptr().cast(), items.len(), 4, Some(compare)) };
        }
        copy.iter().for_each(|copy| work_in_new_object(copy));
    }
    unreachable!("the rounds do not end");
}

/// Returns how much of a stack for signals the kernel takes, at most.
fn frame_size() -> usize {
    // SAFETY: the call only looks the number up; it is 0 from kernels that do not tell.
    let least = unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) } as usize;
    least.max(2048)
}

/// The child: tells where functions are, and has itself traced.
fn traced() -> ! {
    let mut text = String::new();
    for name in FUNCTIONS.iter().chain(&FORBIDDEN) {
        // SAFETY: the name is a string with its zero.
        let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
        text += &format!("{} {}\n", name.to_str().expect("ASCII"), address.addr());
    }
    fs::write(env::var_os(REPORT).expect("it was set"), text).expect("it can be written");
    // SAFETY: makes the process that started this one its tracer, which waits for it.
    if unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) } != 0 {
        std::process::exit(NOT_ALLOWED);
    }
    // SAFETY: the tracer goes on from here.
    unsafe { libc::raise(libc::SIGSTOP) };
    work()
}

/// A range of code of the C library or the loader.
struct Library {
    start: u64,
    end: u64,
    name: String,
}

/// The thread that is traced.
struct Tracee {
    id: i32,
    memory: File,
    libraries: Vec<Library>,
    functions: HashMap<u64, String>,
    /// Whether there is a `syscall` at an address.
    is_call: HashMap<u64, bool>,
}

/// What was seen of the handlers.
#[derive(Default)]
struct Seen {
    signals: u32,
    instructions: u64,
    system_calls: BTreeMap<i64, u64>,
    entries: BTreeMap<String, u64>,
    /// The most stack that a handler took below the kernel's frame, in bytes: one that asked the C library for an
    /// object, and one that did not.
    most_stack: [u64; 2],
    /// How near a handler came to the end of its stack, in bytes.
    least_left: Option<u64>,
}

impl Tracee {
    fn new(id: i32, report: &str) -> Self {
        let maps = fs::read_to_string(format!("/proc/{id}/maps")).expect("it can be read");
        let mut libraries = Vec::new();
        for line in maps.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let Some(path) = fields.get(5) else { continue };
            let name = path.rsplit('/').next().unwrap_or_default();
            if fields[1].contains('x') && ["libc.so", "libc-", "ld-"].iter().any(|start| name.starts_with(start)) {
                let (start, end) = fields[0].split_once('-').expect("a range");
                let number = |text| u64::from_str_radix(text, 16).expect("an address");
                libraries.push(Library { start: number(start), end: number(end), name: name.to_owned() });
            }
        }
        // Both are one of musl.
        let least = if cfg!(target_env = "gnu") { 2 } else { 1 };
        assert!(libraries.len() >= least, "the C library and the loader are mapped");
        let line = |line: &str| {
            let (name, address) = line.split_once(' ')?;
            Some((address.parse().ok()?, name.to_owned()))
        };
        let functions = report.lines().filter_map(line).collect();
        let memory = File::open(format!("/proc/{id}/mem")).expect("a tracer may read it");
        Self { id, memory, libraries, functions, is_call: HashMap::new() }
    }

    fn registers(&self) -> libc::user_regs_struct {
        let mut registers = mem::MaybeUninit::<libc::user_regs_struct>::zeroed();
        // SAFETY: the tracee is stopped, and there is room for its registers.
        assert_eq!(unsafe { libc::ptrace(libc::PTRACE_GETREGS, self.id, 0, registers.as_mut_ptr()) }, 0);
        // SAFETY: the call has filled them in, and any bits are valid.
        unsafe { registers.assume_init() }
    }

    /// Goes on, and waits for the next stop; returns the signal that it is for.
    fn go_on(&self, by: Request, signal: i32) -> i32 {
        // SAFETY: the tracee is stopped.
        assert_eq!(unsafe { libc::ptrace(by, self.id, 0, c_long::from(signal)) }, 0);
        let mut status = 0;
        // SAFETY: the status has room.
        assert_eq!(unsafe { libc::waitpid(self.id, &raw mut status, libc::__WALL) }, self.id);
        assert!(libc::WIFSTOPPED(status), "the child ended: {status:#x}");
        libc::WSTOPSIG(status)
    }

    /// Returns the library that an address is in.
    fn library(&self, address: u64) -> Option<&Library> {
        self.libraries.iter().find(|library| (library.start..library.end).contains(&address))
    }

    fn is_system_call(&mut self, address: u64) -> bool {
        let memory = &self.memory;
        *self.is_call.entry(address).or_insert_with(|| {
            let mut code = [0; 2];
            memory.read_exact_at(&mut code, address).expect("code can be read");
            code == [0x0f, 0x05]
        })
    }

    fn word(&self, address: u64) -> u64 {
        let mut word = [0; 8];
        self.memory.read_exact_at(&mut word, address).expect("it can be read");
        u64::from_ne_bytes(word)
    }

    /// Notes which function of the C library the tracee enters, if it does; `before` is where it was.
    fn note_entry(&self, rip: u64, before: u64, seen: &mut Seen) {
        let name = match (self.functions.get(&rip), self.library(rip)) {
            (Some(name), _) => name.clone(),
            (None, Some(library)) if self.library(before).is_none() => {
                format!("{}+{:#x}", library.name, rip - library.start)
            }
            _ => return,
        };
        *seen.entries.entry(name).or_default() += 1;
    }

    /// Follows a handler from the delivery of its signal to its end.
    fn follow(&mut self, seen: &mut Seen) {
        assert_eq!(self.go_on(libc::PTRACE_SINGLESTEP, libc::SIGPROF), libc::SIGTRAP);
        let mut registers = self.registers();
        // The third argument is the context, which tells of the stack for signals after two words.
        let (top, stack_start, stack_size) =
            (registers.rsp, self.word(registers.rdx + 16), self.word(registers.rdx + 32));
        let mut lowest = top;
        let look_ups = |seen: &Seen| seen.entries.get("_dl_find_object").copied();
        let look_ups_before = look_ups(seen);
        loop {
            seen.instructions += 1;
            lowest = lowest.min(registers.rsp);
            if self.is_system_call(registers.rip) {
                let call = registers.rax.cast_signed();
                *seen.system_calls.entry(call).or_default() += 1;
                if call == libc::SYS_rt_sigreturn {
                    break;
                }
            }
            let before = registers.rip;
            assert_eq!(self.go_on(libc::PTRACE_SINGLESTEP, 0), libc::SIGTRAP, "another signal came in");
            registers = self.registers();
            // The end of a handler is in the C library too, and is returned to.
            if registers.rsp != top + 8 {
                self.note_entry(registers.rip, before, seen);
            }
        }
        seen.signals += 1;
        let most = &mut seen.most_stack[usize::from(look_ups(seen) != look_ups_before)];
        *most = (*most).max(top - lowest);
        if (stack_start..stack_start + stack_size).contains(&top) {
            assert!(lowest >= stack_start, "the stack for signals is too small by {} bytes", stack_start - lowest);
            let left = lowest - stack_start;
            seen.least_left = Some(seen.least_left.map_or(left, |least| least.min(left)));
        }
    }
}

/// The most stack that a handler may take below the kernel's frame, in bytes: without a look into an object's own
/// table, and with one.
const MOST_STACK: [u64; 2] = if cfg!(debug_assertions) { [6144, 12288] } else { [1536, 3072] };

#[test]
fn handlers_call_nothing_but_what_is_allowed() {
    const NAME: &str = "tripwire::handlers_call_nothing_but_what_is_allowed";
    /// Between two handlers that are followed this many are not, so that the program gets on.
    const LEFT_OUT: u32 = 3;
    if env::var_os(CHILD).is_some() {
        traced();
    }
    let report = env::temp_dir().join(format!("rpprof-tripwire-{}.txt", std::process::id()));
    let mut command = Command::new(env::current_exe().expect("the program has a path"));
    command.args(["--exact", NAME, "--nocapture", "--test-threads=1"]).env(CHILD, NAME).env(REPORT, &report);
    let copy = copy_of_library();
    command.envs(copy.iter().map(|copy| (COPY, copy)));
    let mut child = command.spawn().expect("the program starts");
    let mut status = 0;
    // SAFETY: the status has room; only children of this very thread are waited for.
    let id = unsafe { libc::waitpid(-1, &raw mut status, libc::__WALL | libc::__WNOTHREAD) };
    if libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == NOT_ALLOWED {
        drop(child.wait());
        return println!("skipped: nothing may be traced here");
    }
    assert!(libc::WIFSTOPPED(status), "the child is not to be traced: {status:#x}");
    let text = fs::read_to_string(&report).expect("the child wrote it");
    drop(fs::remove_file(&report));
    let mut tracee = Tracee::new(id, &text);
    let mut seen = Seen::default();
    let mut left_out = 0;
    let mut signal = 0;
    while seen.signals < SIGNALS && seen.instructions < INSTRUCTIONS {
        signal = tracee.go_on(libc::PTRACE_CONT, signal);
        assert!(![libc::SIGSEGV, libc::SIGBUS, libc::SIGILL].contains(&signal), "the child fails: {signal}");
        if signal == libc::SIGPROF && left_out == LEFT_OUT {
            tracee.follow(&mut seen);
            (left_out, signal) = (0, 0);
        } else if signal == libc::SIGPROF {
            left_out += 1;
        }
    }
    child.kill().expect("it is there");
    copy.iter().for_each(|copy| drop(fs::remove_file(copy)));
    println!(
        "{} handlers, {} instructions; stack: {} bytes, {} with a look into an object; at least {:?} left\n{:?}\n{:?}",
        seen.signals,
        seen.instructions,
        seen.most_stack[0],
        seen.most_stack[1],
        seen.least_left,
        seen.system_calls,
        seen.entries
    );
    if id != child.id().cast_signed() {
        // A thread that is traced must be waited for before its process is over.
        // SAFETY: no status is asked for.
        unsafe { libc::waitpid(id, ptr::null_mut(), libc::__WALL) };
    }
    drop(child.wait());
    assert!(seen.signals >= 4, "{} handlers", seen.signals);
    for call in seen.system_calls.keys() {
        assert!(SYSTEM_CALLS.contains(call), "system call {call}");
    }
    for entry in seen.entries.keys() {
        assert!(FUNCTIONS.iter().any(|name| name.to_bytes() == entry.as_bytes()), "{entry} was called");
    }
    assert!(seen.entries.contains_key("__errno_location"), "entries are not seen");
    assert!(seen.most_stack[0] <= MOST_STACK[0] && seen.most_stack[1] <= MOST_STACK[1], "{:?}", seen.most_stack);
}
