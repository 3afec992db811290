//! Instructions, as far as unwinding needs them: how long they are, and what they do to the stack pointer, to the frame
//! pointer, to the return address and to the order in which code runs.

#[cfg(any(test, target_arch = "aarch64"))]
mod aarch64;
#[cfg(any(test, target_arch = "x86_64"))]
mod x86_64;

#[cfg(any(test, target_arch = "aarch64"))]
pub(super) use aarch64::AARCH64;
#[cfg(any(test, target_arch = "x86_64"))]
pub(super) use x86_64::X86_64;

/// What an instruction does.
#[cfg_attr(not(test), expect(dead_code, reason = "no processor has instructions of all kinds"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing that matters here.
    Plain,
    /// Pushes a word; whether that is the frame pointer.
    Push { is_fp: bool },
    /// Pops a word; whether into the frame pointer.
    Pop { is_fp: bool },
    /// Adds to the stack pointer.
    Add(i64),
    /// Gives the stack pointer a value that is not known.
    LoseSp,
    /// Gives the frame pointer that of the stack pointer and an offset.
    FpFromSp(i64),
    /// Gives the stack pointer that of the frame pointer and an offset.
    SpFromFp(i64),
    /// Does that without an offset, and pops the frame pointer.
    Leave,
    /// Adds to the stack pointer, and stores the frame pointer and the return address that many bytes above it.
    Store { add: i16, fp: Option<i16>, return_address: Option<i16> },
    /// Loads them from where they were stored, and adds to the stack pointer.
    Load { fp: bool, return_address: bool, add: i16 },
    /// Makes the frame pointer 0.
    ClearFp,
    /// Returns to the caller.
    Return,
    /// Goes to an address.
    Jump(u64),
    /// Goes to an address that is not known.
    JumpAway,
    /// May go to an address.
    Branch(u64),
    /// Calls an address.
    Call(u64),
    /// Calls an address that is not known; told only where a call has the return address in a register.
    CallAway,
    /// Ends the program, or is filler that nobody comes to.
    Stop,
}

/// An instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// In bytes.
    pub(crate) length: usize,
    pub(crate) effect: Effect,
}

/// What there is to know of a processor's code.
#[derive(Debug)]
pub(crate) struct InstructionSet {
    /// Decodes the first instruction of some code, which lies at an address; `None` if it is none or cut.
    pub(crate) decode: fn(&[u8], u64) -> Option<Instruction>,
    /// Returns whether code begins with an instruction that does nothing.
    pub(super) begins_with_filler: fn(&[u8]) -> bool,
    /// The code that a signal's handler returns to.
    pub(super) signal_returns: &'static [&'static [u8]],
    /// Returns how long the first instruction of some code is, if one like it may stand before that.
    pub(super) before_signal_return: fn(&[u8]) -> Option<usize>,
    /// The code that a thread's first function returns to, in which the thread ends; empty if that is told otherwise.
    pub(super) thread_end: &'static [u8],
    /// Where the CFA is at the beginning of a function, counted from the stack pointer.
    pub(super) entry_cfa: i32,
    /// Where the return address is then, counted from the CFA; `None` if it is in a register.
    pub(super) entry_return_address: Option<i32>,
}
