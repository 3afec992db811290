//! One step of libgcc from any registers: its walk begins in a function whose rules say that these are its caller's.
//!
//! The function is in assembly, twice: as a signal's frame, whose caller was interrupted, and as one that was called. Its
//! rules read all registers of the caller from a record.

use std::arch::global_asm;
use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::collector::sys::registers::Registers;
use crate::made_up_frames::Outcome;

/// The caller's registers by their DWARF numbers; the last one is the program counter.
type Record = [u64; 17];

const FP: usize = 6;
const SP: usize = 7;
const PC: usize = 16;

/// Calls `_Unwind_Backtrace` from below a frame with the registers of a record, which `$kind` says how it was left.
///
/// rbx points to the record at the call, and the rules count from there: the CFA is the word at 8 * 7, and register n
/// is at 8 * n (DW_CFA_expression n, 3 bytes, DW_OP_breg3 and two bytes of the offset).
macro_rules! backtrace_below {
    ($name:literal, $kind:literal) => {
        global_asm!(
            ".pushsection .text",
            concat!(".type ", $name, ",@function"),
            concat!($name, ":"),
            ".cfi_startproc",
            $kind,
            "push rbx",
            "push rbp",
            "push r12",
            "push r13",
            "push r14",
            "push r15",
            "sub rsp, 8",
            "mov [rip + rpprof_test_stack_of_backtrace], rsp",
            "mov rbx, rdi",
            "mov rdi, rsi",
            "mov rsi, rdx",
            // DW_CFA_def_cfa_expression, 4 bytes: DW_OP_breg3 56, DW_OP_deref.
            ".cfi_escape 0x0f, 4, 0x73, 0xb8, 0x00, 0x06",
            ".set register, 0",
            ".rept 17",
            ".if register != 7",
            ".cfi_escape 0x10, register, 3, 0x73, 0x80 + ((register * 8) & 0x7f), (register * 8) >> 7",
            ".endif",
            ".set register, register + 1",
            ".endr",
            "call {backtrace}",
            "jmp rpprof_test_backtrace_ends",
            ".cfi_endproc",
            concat!(".size ", $name, ", . - ", $name),
            ".popsection",
            backtrace = sym _Unwind_Backtrace,
        );
    };
}

backtrace_below!("rpprof_test_backtrace_below_interrupted", ".cfi_signal_frame");
backtrace_below!("rpprof_test_backtrace_below_caller", "");

global_asm!(
    ".local rpprof_test_stack_of_backtrace",
    ".comm rpprof_test_stack_of_backtrace, 8, 8",
    // Also where a walk is given up, from wherever it is.
    "rpprof_test_backtrace_ends:",
    "mov rsp, [rip + rpprof_test_stack_of_backtrace]",
    "add rsp, 8",
    "pop r15",
    "pop r14",
    "pop r13",
    "pop r12",
    "pop rbp",
    "pop rbx",
    "ret",
);

type OnFrame = extern "C" fn(*mut c_void, *mut c_void) -> c_int;

unsafe extern "C" {
    fn _Unwind_Backtrace(on_frame: OnFrame, steps: *mut c_void) -> c_int;
    fn _Unwind_GetIP(frame: *mut c_void) -> usize;
    fn _Unwind_GetCFA(frame: *mut c_void) -> usize;
    fn _Unwind_GetGR(frame: *mut c_void, register: c_int) -> usize;
    fn rpprof_test_backtrace_below_interrupted(record: *const Record, on_frame: OnFrame, steps: *mut c_void) -> c_int;
    fn rpprof_test_backtrace_below_caller(record: *const Record, on_frame: OnFrame, steps: *mut c_void) -> c_int;
    fn rpprof_test_backtrace_ends();
}

/// Why libgcc does not step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It has no rules there.
    NoRules,
    /// It has rules that read where nothing is: they take one of the other registers for an index.
    Unreadable,
}

/// Whether libgcc is at work, and has read where nothing is.
static IS_STEPPING: AtomicBool = AtomicBool::new(false);
static WAS_GIVEN_UP: AtomicBool = AtomicBool::new(false);

/// Gives the walk up.
extern "C" fn on_fault(_signal: c_int, _info: *mut libc::siginfo_t, context: *mut c_void) {
    if IS_STEPPING.swap(false, Ordering::Relaxed) {
        WAS_GIVEN_UP.store(true, Ordering::Relaxed);
        // SAFETY: with SA_SIGINFO the third argument is the interrupted thread's ucontext_t.
        let context = unsafe { &mut *context.cast::<libc::ucontext_t>() };
        context.uc_mcontext.gregs[libc::REG_RIP as usize] = rpprof_test_backtrace_ends as *const () as i64;
    } else {
        // SAFETY: the fault comes again when this returns, and ends the program.
        unsafe { libc::signal(libc::SIGSEGV, libc::SIG_DFL) };
    }
}

/// Has faults of libgcc give its walk up.
pub(crate) fn survive_faults() {
    // SAFETY: a zeroed record is an empty one.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = on_fault as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: the handler is of the kind that the flags say.
    unsafe { libc::sigaction(libc::SIGSEGV, &raw const action, std::ptr::null_mut()) };
}

/// Returns whether an address is of the two functions, whose rules are those of no other code.
pub(crate) fn has(address: u64) -> bool {
    let functions = [rpprof_test_backtrace_below_interrupted, rpprof_test_backtrace_below_caller];
    functions.iter().any(|&function| {
        (function as *const () as u64..).contains(&address) && address - (function as *const () as u64) < 96
    })
}

/// The frames that libgcc has come to: the function's, the one that is made up, its caller's.
#[derive(Default)]
struct Frames {
    count: usize,
    /// Program counter, stack pointer and frame pointer.
    registers: [[u64; 3]; 3],
}

extern "C" fn on_frame(frame: *mut c_void, frames: *mut c_void) -> c_int {
    // SAFETY: these are the frames that were passed along.
    let frames = unsafe { &mut *frames.cast::<Frames>() };
    // SAFETY: libgcc passes its frame, and the registers are among those it knows.
    let [pc, sp, fp] = unsafe { [_Unwind_GetIP(frame), _Unwind_GetCFA(frame), _Unwind_GetGR(frame, FP as c_int)] }
        .map(|word| word as u64);
    frames.registers[frames.count] = [pc, sp, fp];
    frames.count += 1;
    // Anything but 0 ends the walk.
    c_int::from(frames.count == 3)
}

/// Steps from a frame as libgcc does.
///
/// All registers but the three point to the stack too, `others_at` bytes above its first ones, because rules may tell to
/// read there.
pub(crate) fn step_of_libgcc(registers: Registers, is_leaf: bool, others_at: u64) -> Result<Outcome, Refusal> {
    let Registers { pc, sp, fp, .. } = registers;
    let mut record = [0; 17];
    for (number, register) in record.iter_mut().enumerate() {
        *register = sp + others_at + 256 + 64 * number as u64;
    }
    (record[FP], record[SP], record[PC]) = (fp, sp, pc);
    let mut frames = Frames::default();
    let begin = if is_leaf { rpprof_test_backtrace_below_interrupted } else { rpprof_test_backtrace_below_caller };
    IS_STEPPING.store(true, Ordering::Relaxed);
    // SAFETY: the record is as the function's rules read it, and what it points to can be read; where rules lead
    // elsewhere, the fault's handler ends the walk. The callback fits its argument.
    unsafe { begin(&raw const record, on_frame, (&raw mut frames).cast()) };
    IS_STEPPING.store(false, Ordering::Relaxed);
    assert!(frames.count >= 2 && frames.registers[1] == [pc, sp, fp], "libgcc does not begin at the made-up frame");
    match frames.registers[2] {
        _ if WAS_GIVEN_UP.swap(false, Ordering::Relaxed) => Err(Refusal::Unreadable),
        _ if frames.count < 3 => Err(Refusal::NoRules),
        [0, ..] => Ok(Outcome::Outermost),
        caller => Ok(Outcome::Caller(caller)),
    }
}
