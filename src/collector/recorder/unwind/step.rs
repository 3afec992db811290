//! One step of unwinding: from a frame's registers and rule to its caller's registers.

use super::rule::{Kind, Rule, Saved};
use crate::collector::sys::registers::Registers;
use crate::collector::sys::stack_memory::StackMemory;

/// Where a step led.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To a caller, whose registers these are; its address is where the call returns to.
    Caller(Registers),
    /// To code that a signal interrupted; its address is that of the next instruction.
    Interrupted(Registers),
    /// There is no caller.
    Outermost,
    /// There may be a caller, but nothing leads there.
    Lost,
}

/// Where the kernel puts registers in the frame of a signal handler, in bytes from the stack pointer.
struct SignalFrame {
    pc: u64,
    sp: u64,
    fp: u64,
    lr: Option<u64>,
}

#[cfg(target_arch = "x86_64")]
const SIGNAL_FRAME: SignalFrame = SignalFrame { pc: 168, sp: 160, fp: 120, lr: None };
#[cfg(target_arch = "aarch64")]
const SIGNAL_FRAME: SignalFrame = SignalFrame { pc: 568, sp: 560, fp: 544, lr: Some(552) };

/// Addresses below are of no code.
const LOWEST_CODE: u64 = 4096;

/// Takes the signature off a return address, if the processor signed it.
fn without_signature(address: u64) -> u64 {
    if cfg!(target_arch = "aarch64") { address & ((1 << 48) - 1) } else { address }
}

fn arrived(pc: u64, sp: u64, fp: u64) -> Step {
    match without_signature(pc) {
        0 => Step::Outermost,
        pc if pc < LOWEST_CODE => Step::Lost,
        pc => Step::Caller(Registers { pc, sp, fp, lr: 0 }),
    }
}

/// Goes to the caller by a plain rule and by memory that is known to be readable; `None` if it takes more than that.
///
/// Most frames are left this way, so it has no branches but for what nearly never happens.
#[inline]
pub(super) fn plain_step(rule: Rule, registers: Registers, known: StackMemory) -> Option<Registers> {
    if !rule.is_plain() {
        return None;
    }
    let base = if rule.is_from_fp() { registers.fp } else { registers.sp };
    let cfa = base.wrapping_add_signed(rule.cfa_offset());
    let (saved_fp, pc) = plain_words(rule, cfa, known)?;
    if cfa <= registers.sp || pc < LOWEST_CODE {
        return None;
    }
    let fp = if rule.restores_fp() { saved_fp } else { registers.fp };
    Some(Registers { pc, sp: cfa, fp, lr: 0 })
}

/// Returns the frame pointer, if it was saved, and the return address of a frame with a plain rule and this CFA.
#[inline]
pub(super) fn plain_words(rule: Rule, cfa: u64, known: StackMemory) -> Option<(u64, u64)> {
    let fp = known.known(cfa.wrapping_add_signed(rule.fp_offset()))?;
    let return_address = known.known(cfa.wrapping_add_signed(rule.return_address_offset()))?;
    Some((fp, without_signature(return_address)))
}

/// Goes to the caller of the frame at `registers` by its `rule`; `is_leaf` tells that nothing was called from it.
#[cold]
#[inline(never)]
pub(super) fn step(rule: Rule, registers: Registers, is_leaf: bool, stack: &mut StackMemory) -> Step {
    try_step(rule, registers, is_leaf, stack).unwrap_or(Step::Lost)
}

#[inline]
fn try_step(rule: Rule, registers: Registers, is_leaf: bool, stack: &mut StackMemory) -> Option<Step> {
    let offset = rule.cfa_offset().cast_unsigned();
    let cfa = match rule.kind() {
        Kind::Sp => registers.sp.wrapping_add(offset),
        Kind::Fp | Kind::AtFp if registers.fp == 0 => return None,
        Kind::Fp => registers.fp.wrapping_add(offset),
        Kind::AtFp => stack.read(registers.fp.wrapping_add(offset))?,
        Kind::AtSp => stack.read(registers.sp.wrapping_add(offset))?.wrapping_add(8),
        Kind::Plt => {
            // The offset is where in the stub's 16 bytes it has pushed, times 8.
            let has_pushed = (registers.pc & 15) * 8 >= offset;
            registers.sp.wrapping_add(if has_pushed { 16 } else { 8 })
        }
        Kind::Signal => return signal_step(registers, stack),
        Kind::Outermost => return Some(Step::Outermost),
        Kind::Unknown => return frame_pointer_step(registers, stack),
    };
    // A caller's frame is above its callee's, except where the callee is a leaf that has no frame.
    let is_above = cfa > registers.sp || (is_leaf && cfa == registers.sp && rule.return_address() == Saved::Same);
    if !is_above {
        return None;
    }
    let pc = match rule.return_address() {
        Saved::At(offset) => stack.read(cfa.wrapping_add(offset.cast_unsigned()))?,
        Saved::Same if is_leaf && registers.lr != 0 => registers.lr,
        Saved::Same | Saved::Lost => return None,
    };
    let fp_base = if rule.kind() == Kind::AtFp { registers.fp } else { cfa };
    let fp = match rule.fp() {
        Saved::Same => registers.fp,
        Saved::At(offset) => stack.read(fp_base.wrapping_add(offset.cast_unsigned()))?,
        Saved::Lost => 0,
    };
    Some(arrived(pc, cfa, fp))
}

/// Goes on where a signal came in.
fn signal_step(registers: Registers, stack: &mut StackMemory) -> Option<Step> {
    let mut read = |offset: u64| stack.read(registers.sp.wrapping_add(offset));
    let (pc, sp, fp) = (read(SIGNAL_FRAME.pc)?, read(SIGNAL_FRAME.sp)?, read(SIGNAL_FRAME.fp)?);
    let lr = match SIGNAL_FRAME.lr {
        Some(offset) => read(offset)?,
        None => 0,
    };
    let is_code = pc >= LOWEST_CODE;
    Some(if is_code { Step::Interrupted(Registers { pc, sp, fp, lr }) } else { Step::Lost })
}

/// Goes to the caller by the pair of frame pointer and return address that the frame pointer points to.
fn frame_pointer_step(registers: Registers, stack: &mut StackMemory) -> Option<Step> {
    if registers.fp < registers.sp {
        return None;
    }
    let fp = stack.read(registers.fp)?;
    let pc = stack.read(registers.fp.wrapping_add(8))?;
    Some(arrived(pc, registers.fp.wrapping_add(16), fp))
}
