//! Whole stacks at each instruction of a program, against libgcc.
//!
//! The processor traps after each instruction, and the handler walks the interrupted stack both ways. What runs is
//! code of the C and C++ libraries and of this program, with callbacks, tail calls and recursion.

use std::arch::asm;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::fmt::Write;
use std::hint::black_box;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::collector::recorder::modules::MODULE_MAP;
use crate::collector::recorder::unwind::{End, Foreign, Memo, Rule, rule_of_object, walk};
use crate::collector::sys::object::Object;
use crate::collector::sys::published::Reading;
use crate::collector::sys::registers::Registers;
use crate::collector::sys::stack_memory::StackMemory;
use crate::made_up_frames::{Outcome, step};

const TRAP_FLAG: i64 = 1 << 8;
const MAX_FRAMES: usize = 200;
/// How many of the differences are shown.
const SHOWN: usize = 20;

unsafe extern "C" {
    fn _Unwind_Backtrace(step: extern "C" fn(*mut c_void, *mut c_void) -> c_int, frames: *mut c_void) -> c_int;
    fn _Unwind_GetIPInfo(frame: *mut c_void, is_at_instruction: *mut c_int) -> usize;
}

/// A stack: addresses, leaf first.
struct Stack {
    addresses: [u64; MAX_FRAMES],
    count: usize,
}

impl Stack {
    const EMPTY: Self = Self { addresses: [0; MAX_FRAMES], count: 0 };

    fn push(&mut self, address: u64) -> bool {
        let Some(place) = self.addresses.get_mut(self.count) else { return false };
        (*place, self.count) = (address, self.count + 1);
        true
    }

    fn get(&self) -> &[u64] {
        &self.addresses[..self.count]
    }
}

/// A stack that the two see differently.
struct Difference {
    ours: Stack,
    theirs: Stack,
}

/// What the handler knows; nobody else uses it while the trap flag is set.
struct Steps {
    memo: Memo,
    stack: [u64; 2],
    count: u64,
    /// How often each leaf was seen; a table of fixed size, so that the handler need not allocate.
    leaves: Box<[(u64, u32)]>,
    distinct: u64,
    /// How many stacks were walked, and how many of them were not whole.
    walks: u64,
    cut: u64,
    /// How many leaves had rules that led nowhere.
    misled: u64,
    /// How many stacks had frames of an object without a table.
    foreign: u64,
    /// How many leaves had no rules.
    ruleless: u64,
    differing: u64,
    differences: Vec<Difference>,
}

static STEPS: Mutex<Option<Steps>> = Mutex::new(None);
static IS_DONE: AtomicBool = AtomicBool::new(false);

impl Steps {
    /// Returns how often the leaf was seen before.
    fn see(&mut self, leaf: u64) -> u32 {
        let mask = self.leaves.len() - 1;
        let mut place = leaf.wrapping_mul(0x9e37_79b9_7f4a_7c15) as usize >> 20 & mask;
        loop {
            let entry = &mut self.leaves[place];
            if entry.0 == leaf || entry.0 == 0 {
                self.distinct += u64::from(entry.0 == 0);
                *entry = (leaf, entry.1 + 1);
                return entry.1 - 1;
            }
            place = (place + 1) & mask;
        }
    }

    fn step(&mut self, registers: Registers) {
        /// The same leaf may have other callers, or be in another state of its function.
        const TIMES_EACH: u32 = 8;
        self.count += 1;
        if self.see(registers.pc) >= TIMES_EACH {
            return;
        }
        let reading = Reading::begin(2);
        let mut memory = StackMemory::from_words(self.stack, registers.sp);
        let mut ours = Stack::EMPTY;
        let map = MODULE_MAP.read(&reading);
        let end =
            walk(map, Foreign::LookUp, &self.memo, &mut memory, registers, MAX_FRAMES, |address| ours.push(address));
        self.stack = memory.to_words();
        self.walks += 1;
        self.cut += u64::from(end != End::Outermost);
        let rule_of = |address| match map.map_or(Rule::UNKNOWN, |map| map.rule(address)) {
            Rule::UNKNOWN => Object::at(address).map_or(Rule::UNKNOWN, |object| rule_of_object(&object, address)),
            rule => rule,
        };
        let is_known = |address| map.is_some_and(|map| map.knows(address));
        self.foreign += u64::from(ours.get().iter().any(|&address| !is_known(address)));
        let leads_nowhere = match step(rule_of(registers.pc), registers) {
            Outcome::Caller([pc, ..]) => rule_of(pc - 1) == Rule::UNKNOWN,
            Outcome::Lost => true,
            Outcome::Outermost => false,
        };
        if leads_nowhere {
            // The function's rules are wrong here, and libgcc would read where they lead to.
            self.misled += 1;
            if end != End::Outermost && self.differences.len() < self.differences.capacity() {
                self.differences.push(Difference { ours, theirs: Stack::EMPTY });
            }
            return;
        }
        let mut theirs = Stack::EMPTY;
        // SAFETY: the callback fits its argument.
        unsafe { _Unwind_Backtrace(on_frame, (&raw mut theirs).cast()) };
        // The handler's own frames come first.
        let handler = theirs.get().iter().position(|&address| address == registers.pc).unwrap_or(theirs.count);
        theirs.addresses.copy_within(handler..theirs.count, 0);
        theirs.count -= handler;
        // libgcc ends with an address of 0, or with what has no rules.
        while theirs.count > 0 && theirs.addresses[theirs.count - 1] >= u64::MAX - 1 {
            theirs.count -= 1;
        }
        let its_own = |object: Object| rule_of_object(&object, registers.pc);
        let has_rules = Object::at(registers.pc).map_or(Rule::UNKNOWN, its_own) != Rule::UNKNOWN;
        if !has_rules && theirs.get() == [registers.pc] {
            self.ruleless += 1; // libgcc stops, and our rules were inferred, or there are none.
        } else if ours.get() != theirs.get() {
            self.differing += 1;
            if self.differences.len() < self.differences.capacity() {
                self.differences.push(Difference { ours, theirs });
            }
        }
    }
}

extern "C" fn on_frame(frame: *mut c_void, stack: *mut c_void) -> c_int {
    let mut is_at_instruction = 0;
    // SAFETY: libgcc passes its frame.
    let address = unsafe { _Unwind_GetIPInfo(frame, &raw mut is_at_instruction) } as u64;
    // SAFETY: this is the stack that was passed along.
    let stack = unsafe { &mut *stack.cast::<Stack>() };
    stack.push(address.wrapping_sub(u64::from(is_at_instruction == 0)));
    0
}

extern "C" fn on_trap(_signal: c_int, _info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: with SA_SIGINFO the third argument is the interrupted thread's ucontext_t.
    let context = unsafe { &mut *context.cast::<libc::ucontext_t>() };
    if IS_DONE.load(Ordering::Relaxed) {
        context.uc_mcontext.gregs[libc::REG_EFL as usize] &= !TRAP_FLAG;
        return;
    }
    // The lock is free: it is not held while the trap flag is set.
    if let Ok(mut steps) = STEPS.try_lock()
        && let Some(steps) = steps.as_mut()
    {
        steps.step(Registers::of(context));
    }
}

/// Runs `work` one instruction at a time.
fn traced(work: impl FnOnce()) {
    // SAFETY: a zeroed record is an empty one.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = on_trap as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
    // SAFETY: the handler is of the kind that the flags say.
    unsafe { libc::sigaction(libc::SIGTRAP, &raw const action, ptr::null_mut()) };
    IS_DONE.store(false, Ordering::Relaxed);
    // SAFETY: sets the trap flag; the trap's handler leaves all as it was.
    unsafe { asm!("pushfq", "or qword ptr [rsp], 0x100", "popfq") };
    work();
    IS_DONE.store(true, Ordering::Relaxed);
    black_box(());
}

extern "C" fn compare(one: *const c_void, other: *const c_void) -> c_int {
    // SAFETY: qsort passes pointers to two items of the array, which are 32-bit numbers.
    let (one, other) = unsafe { (*one.cast::<u32>(), *other.cast::<u32>()) };
    one.cmp(&other) as c_int
}

fn recurse(depth: u32, text: &mut String) -> usize {
    if depth == 0 {
        write!(text, "{:>12.3e} {:?}", black_box(1.0 / 3.0), Some("text")).expect("a string takes any text");
        return text.len();
    }
    black_box(recurse(depth - 1, text)) + 1
}

/// Calls much of the C library.
fn c_library() {
    let mut numbers: Vec<u32> = (0..60_u32).map(|number| number.wrapping_mul(2_654_435_761)).collect();
    let mut text = [0_u8; 256];
    // SAFETY: the array has as many items of that size, and the function compares two of them.
    unsafe { libc::qsort(numbers.as_mut_ptr().cast(), numbers.len(), 4, Some(compare)) };
    let room = text.as_mut_ptr().cast::<c_char>();
    // SAFETY: the text fits into the room, and the arguments are what the format says.
    unsafe {
        libc::snprintf(
            room,
            256,
            c"%s %d %08x %.17g %10.3f %p".as_ptr(),
            c"some text".as_ptr(),
            42,
            7,
            0.1,
            2.5e10,
            room,
        );
    }
    let mut value = 0.0_f32;
    // SAFETY: as above.
    unsafe { libc::sscanf(c"12 3.25 word".as_ptr(), c"%*d %f".as_ptr(), &raw mut value) };
    // SAFETY: the texts end with a zero byte.
    unsafe { black_box(libc::strtod(c"1.7976931348623157e308".as_ptr(), ptr::null_mut())) };
    let mut pattern = std::mem::MaybeUninit::<libc::regex_t>::uninit();
    // SAFETY: the pattern is written before it is used, and freed once.
    unsafe {
        libc::regcomp(pattern.as_mut_ptr(), c"^(a+|b)*c[0-9]{2,5}$".as_ptr(), libc::REG_EXTENDED);
        black_box(libc::regexec(pattern.as_ptr(), c"aababc123".as_ptr(), 0, ptr::null_mut(), 0));
        libc::regfree(pattern.as_mut_ptr());
    }
    for size in [1, 15, 100, 300, 5000, 200_000] {
        let one = vec![black_box(7_u8); size];
        let mut other = vec![0_u8; size];
        other.copy_from_slice(&one);
        // SAFETY: both ranges are inside.
        unsafe { black_box(libc::memcmp(one.as_ptr().cast(), other.as_ptr().cast(), size)) };
        // SAFETY: as above.
        unsafe { black_box(libc::memrchr(one.as_ptr().cast(), 3, size)) };
    }
    let mut time: libc::timespec = unsafe { std::mem::zeroed() };
    // SAFETY: the time is written to a variable; the names are texts that end with a zero byte.
    unsafe {
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time);
        let mut parts = std::mem::zeroed();
        libc::gmtime_r(&time.tv_sec, &raw mut parts);
        libc::strftime(room, 256, c"%A %c".as_ptr(), &raw const parts);
        black_box(libc::getenv(c"PATH".as_ptr()));
        black_box(libc::getpid());
    }
}

/// Demangles a name by the C++ library, whose code for that is large and recursive.
fn cpp_library(demangle: usize) {
    type Demangle = extern "C" fn(*const c_char, *mut c_char, *mut usize, *mut c_int) -> *mut c_char;
    if demangle == 0 {
        return;
    }
    // SAFETY: the symbol `__cxa_demangle` is such a function.
    let demangle = unsafe { std::mem::transmute::<usize, Demangle>(demangle) };
    let name = c"_ZNSt6vectorISt4pairINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEiESaIS7_EE17_M_realloc_insertIJRKS6_iEEEvN9__gnu_cxx17__normal_iteratorIPS7_S9_EEDpOT_";
    let text = demangle(name.as_ptr(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: the text was allocated by malloc.
    unsafe { libc::free(text.cast()) };
}

/// Calls what Rust programs are made of.
fn rust_library() {
    let mut text = String::new();
    black_box(recurse(12, &mut text));
    let map: BTreeMap<String, usize> = text.split(' ').map(|word| (word.to_owned(), word.len())).collect();
    let mut words: Vec<_> = map.into_iter().collect();
    words.sort_by_key(|(word, _)| std::cmp::Reverse(word.clone()));
    let mut numbers: Vec<u64> = (0..200_u64).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
    numbers.sort_unstable();
    black_box((words, numbers, "12.5e3".parse::<f64>().ok(), "é".to_uppercase()));
    black_box(std::fs::read_to_string("/proc/self/stat").map(|text| text.len())).ok();
    black_box(std::env::var("HOME")).ok();
}

/// Walks at each instruction.
pub(crate) fn stacks_are_those_of_libgcc() {
    crate::framehop_modules::read_ours();
    // Loaded after the tables were made, so its rules are found in another way.
    // SAFETY: the names end with a zero byte.
    let library = unsafe { libc::dlopen(c"libstdc++.so.6".as_ptr(), libc::RTLD_NOW) };
    // SAFETY: the library, if it is there, stays loaded.
    let demangle =
        unsafe { if library.is_null() { 0 } else { libc::dlsym(library, c"__cxa_demangle".as_ptr()) as usize } };
    *STEPS.lock().expect("no panic") = Some(Steps {
        memo: Memo::new(),
        stack: [0; 2],
        count: 0,
        leaves: vec![(0, 0); 1 << 18].into(),
        distinct: 0,
        walks: 0,
        cut: 0,
        misled: 0,
        foreign: 0,
        ruleless: 0,
        differing: 0,
        differences: Vec::with_capacity(SHOWN),
    });
    traced(|| {
        rust_library();
        c_library();
        cpp_library(demangle);
    });
    let steps = STEPS.lock().expect("no panic").take().expect("it was put there");
    let Steps { count, distinct, walks, cut, foreign, misled, ruleless, differing, .. } = steps;
    println!("{count} instructions, {distinct} distinct; {walks} walks, {cut} of them cut");
    println!("    {foreign} through an object that was loaded after the tables were made");
    println!("    {misled} from leaves whose rules lead nowhere, where libgcc would read from there and was not asked");
    println!(
        "    {ruleless} from leaves without rules, where libgcc stops; {differing} of the others differ from libgcc's"
    );
    for Difference { ours, theirs } in &steps.differences {
        println!("    ours   {:x?}\n    theirs {:x?}", ours.get(), theirs.get());
    }
    assert!(count > 100_000 && distinct > 10_000, "the processor does not trap");
    assert!(foreign > 0 || demangle == 0);
    assert!(differing == 0 && cut * 1000 < walks);
}
