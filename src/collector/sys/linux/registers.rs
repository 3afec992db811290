//! The registers that unwinding begins with.

use libc::ucontext_t;

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
