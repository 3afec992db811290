//! The registers that unwinding begins with.

use libc::ucontext_t;

use super::stack_memory::StackMemory;

/// Where a thread is: instruction, stack and frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Registers {
    /// The instruction's address.
    pub(crate) pc: u64,
    /// The stack pointer.
    pub(crate) sp: u64,
    /// The frame pointer: rbp or x29.
    pub(crate) fp: u64,
    /// The return address of a function that has not saved it: x30. 0 on x86-64.
    pub(crate) lr: u64,
}

/// Returns what the kernel left in the register for results.
#[cfg(target_arch = "x86_64")]
fn result(context: &ucontext_t) -> u64 {
    context.uc_mcontext.gregs[libc::REG_RAX as usize].cast_unsigned()
}

/// Returns what the kernel left in the register for results.
#[cfg(target_arch = "aarch64")]
fn result(context: &ucontext_t) -> u64 {
    context.uc_mcontext.regs[0]
}

/// Returns whether a signal came in while the thread waited in a system call.
///
/// Such a call fails with `EINTR`, or is made again: then the next instruction is the one that makes it.
pub(crate) fn has_waited(context: &ucontext_t) -> bool {
    #[cfg(target_arch = "x86_64")]
    const CALL: &[u8] = &[0x0f, 0x05];
    #[cfg(target_arch = "aarch64")]
    const CALL: &[u8] = &[0x01, 0x00, 0x00, 0xd4];
    let pc = Registers::of(context).pc;
    let interrupted = i64::from(-libc::EINTR).cast_unsigned();
    let is_call = |address: u64| code_bytes(address).is_some_and(|bytes| bytes.starts_with(CALL));
    is_call(pc) || (result(context) == interrupted && is_call(pc - CALL.len() as u64))
}

/// Reads four bytes of code, if they are in one word of readable memory.
fn code_bytes(address: u64) -> Option<[u8; 4]> {
    let mut memory = StackMemory::empty();
    let word = memory.read(address & !7)?;
    let next = if address & 7 > 4 { memory.read((address & !7) + 8)? } else { 0 };
    let both = u128::from(word) | u128::from(next) << 64;
    // The low 32 bits of what begins at the address.
    Some(((both >> ((address & 7) * 8)) as u32).to_le_bytes())
}

impl Registers {
    /// Returns the registers of a thread that a signal interrupted.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn of(context: &ucontext_t) -> Self {
        let register = |index: i32| context.uc_mcontext.gregs[index as usize].cast_unsigned();
        Self { pc: register(libc::REG_RIP), sp: register(libc::REG_RSP), fp: register(libc::REG_RBP), lr: 0 }
    }

    /// Returns the registers of a thread that a signal interrupted.
    #[cfg(target_arch = "aarch64")]
    pub(crate) fn of(context: &ucontext_t) -> Self {
        let machine = &context.uc_mcontext;
        Self { pc: machine.pc, sp: machine.sp, fp: machine.regs[29], lr: machine.regs[30] }
    }

    /// Returns the registers as they are here.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(crate) fn here() -> Self {
        let (pc, sp, fp): (u64, u64, u64);
        // SAFETY: reads three registers and changes none but the outputs.
        unsafe {
            std::arch::asm!(
                "lea {pc}, [rip]", "mov {sp}, rsp", "mov {fp}, rbp",
                pc = out(reg) pc, sp = out(reg) sp, fp = out(reg) fp,
                options(nomem, nostack, preserves_flags),
            );
        }
        Self { pc, sp, fp, lr: 0 }
    }

    /// Returns the registers as they are here.
    #[cfg(target_arch = "aarch64")]
    #[inline(always)]
    pub(crate) fn here() -> Self {
        let (pc, sp, fp, lr): (u64, u64, u64, u64);
        // SAFETY: reads four registers and changes none but the outputs.
        unsafe {
            std::arch::asm!(
                "adr {pc}, .", "mov {sp}, sp", "mov {fp}, x29", "mov {lr}, x30",
                pc = out(reg) pc, sp = out(reg) sp, fp = out(reg) fp, lr = out(reg) lr,
                options(nomem, nostack, preserves_flags),
            );
        }
        Self { pc, sp, fp, lr }
    }
}
