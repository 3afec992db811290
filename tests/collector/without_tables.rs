//! Stacks through code that has no unwind tables, as C libraries for static programs are compiled.

use std::ffi::{CString, c_long};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rpprof::collector::CpuProfiler;

use crate::in_own_process;
use crate::measure::{addresses, assert_near, is_cut, on_worker, share_of_worker, thread_cpu, total};

/// Functions with frames of all kinds: none, registers, room of a size that is known later, a table of jumps, and calls
/// that do not return.
const SOURCE: &str = r#"
#define ALONE __attribute__((noinline))
extern void abort(void);
static volatile long sink;

ALONE static long loop(long n) {
    long sum = 0;
    for (long i = 0; i < n; i++) { sink = i; sum += sink ^ n; }
    return sum;
}

ALONE static long choose(long n, char *text) {
    switch (n % 9) {
    case 0: return loop(n) + text[0];
    case 1: sink += loop(n + 1); return text[1];
    case 2: return loop(n) * 3 + text[2];
    case 3: sink ^= text[3]; return loop(n / 2);
    case 4: return loop(n) - text[4];
    case 5: sink = loop(n); return n ^ text[5];
    case 6: return loop(n + 6) + text[6];
    case 7: return loop(n) + loop(n / 3);
    }
    return loop(n + 8);
}

ALONE static long sized(long n) {
    char *room = __builtin_alloca((n & 1023) + 16);
    for (long i = 0; i < 16; i++) room[i] = (char)(i * n);
    long sum = choose(n, room);
    for (long i = 0; i < 16; i++) sum += room[i];
    return sum;
}

ALONE static long checked(long n) {
    if (n < 0) abort();
    long sum = sized(n) + loop(n);
    if (sum == 42) abort();
    return sum;
}

ALONE static long deep(long n, long depth) {
    long first = depth ? deep(n, depth - 1) : checked(n);
    long second = loop(n / 4);
    return first ^ second ^ depth;
}

long work(long n, long (*back)(long)) {
    return deep(n, 12) + back(n) + loop(n);
}
"#;

type Work = extern "C" fn(c_long, extern "C" fn(c_long) -> c_long) -> c_long;

extern "C" fn back(number: c_long) -> c_long {
    (0..number).fold(0, |sum, next| black_box(sum ^ next))
}

#[inline(never)]
fn call(work: Work, time: Duration) {
    let start = thread_cpu();
    let mut number = 1000;
    while thread_cpu() - start < time {
        number = 1000 + (number * 7 + 1) % 4001;
        black_box(work(number, back));
    }
}

/// Compiles the source into a folder, and returns its function; `None` if there is no compiler.
fn work_without_tables(folder: &Path) -> Option<Work> {
    let library = folder.join("library.so");
    let source = folder.join("library.c");
    std::fs::write(&source, SOURCE).expect("the folder can be written");
    let flags = ["-O2", "-shared", "-fPIC", "-fomit-frame-pointer", "-fno-asynchronous-unwind-tables"];
    let mut compiler = Command::new("cc");
    compiler.args(flags).args(["-fno-unwind-tables", "-fno-exceptions", "-o"]).arg(&library).arg(&source);
    if !compiler.status().is_ok_and(|status| status.success()) {
        return None;
    }
    let path = CString::new(library.to_str().expect("UTF-8")).expect("a path has no zero byte");
    // SAFETY: the library has no initializers, and stays loaded.
    let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW) };
    assert!(!handle.is_null(), "{} cannot be loaded", library.display());
    // SAFETY: the handle is of a library, in which the function of this name is such a one.
    Some(unsafe { std::mem::transmute::<*mut libc::c_void, Work>(libc::dlsym(handle, c"work".as_ptr())) })
}

#[test]
fn stacks_are_whole_through_code_without_tables() {
    in_own_process("without_tables::stacks_are_whole_through_code_without_tables", || {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("without_tables");
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let Some(work) = work_without_tables(&folder) else {
            return println!("skipped: there is no compiler of C");
        };
        let session = CpuProfiler::builder().hz(1000).thread_labels(true).start().expect("it starts");
        on_worker(|| call(work, Duration::from_millis(800)));
        let profile = session.stop().expect("it stops");
        assert!(total(&profile) >= Duration::from_millis(400));
        let whole = share_of_worker(&profile, |sample| !is_cut(&profile, sample));
        assert_near("whole stacks", whole, 1.0, 0.02);
        let entry = call as *const () as u64;
        let below = share_of_worker(&profile, |sample| {
            addresses(&profile, sample)[1..].iter().any(|address| (entry..entry + 1000).contains(address))
        });
        assert_near("samples below the caller of the library", below, 1.0, 0.05);
        // `deep` calls itself twelve times before it calls anything else.
        let deep = share_of_worker(&profile, |sample| addresses(&profile, sample).len() > 14);
        assert!(deep > 0.4, "{deep}");
    });
}
