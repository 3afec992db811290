//! Runs the programs of `.eh_frame`: from instructions to rules.

use super::bytes::Cursor;
use super::eh_frame::Common;
use super::instruction::{self, InstructionSet};
use super::rule::{Kind, Rule, Saved};

/// A processor: the numbers that DWARF gives to the registers that unwinding needs, and its code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Architecture {
    /// The frame pointer.
    fp: u64,
    /// The stack pointer.
    sp: u64,
    /// How a linkage stub's CFA begins: stack pointer plus 8, program counter, for x86-64 alone.
    has_plt_rule: bool,
    /// What tells rules where there are none.
    pub(crate) instructions: &'static InstructionSet,
}

/// x86-64: rbp and rsp.
#[cfg(any(test, target_arch = "x86_64"))]
pub(crate) const X86_64: Architecture =
    Architecture { fp: 6, sp: 7, has_plt_rule: true, instructions: &instruction::X86_64 };
/// aarch64: x29 and sp.
#[cfg(any(test, target_arch = "aarch64"))]
pub(crate) const AARCH64: Architecture =
    Architecture { fp: 29, sp: 31, has_plt_rule: false, instructions: &instruction::AARCH64 };

/// The architecture of this process.
#[cfg(target_arch = "x86_64")]
pub(crate) const HOST: Architecture = X86_64;
/// The architecture of this process.
#[cfg(target_arch = "aarch64")]
pub(crate) const HOST: Architecture = AARCH64;

/// Where the CFA is.
#[derive(Clone, Copy, Debug)]
enum Cfa {
    Register(u64, i64),
    /// The word at the frame pointer plus an offset.
    AtFp(i64),
    /// Eight bytes above what the word at the stack pointer plus an offset points to.
    AtSp(i64),
    /// A linkage stub that pushes at this offset into its 16 bytes.
    Plt(i64),
    Unknown,
}

/// Where a register is, in more detail than a rule can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Same,
    FromCfa(i64),
    /// In memory, relative to the frame pointer.
    FromFp(i64),
    Undefined,
    Unknown,
}

/// The rules in force at some address.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    cfa: Cfa,
    fp: Place,
    return_address: Place,
}

impl State {
    pub(super) fn new(architecture: &Architecture) -> Self {
        Self { cfa: Cfa::Register(architecture.sp, 0), fp: Place::Same, return_address: Place::Same }
    }

    fn place(&mut self, register: u64, common: &Common<'_>, architecture: &Architecture) -> Option<&mut Place> {
        if register == common.return_register {
            Some(&mut self.return_address)
        } else if register == architecture.fp {
            Some(&mut self.fp)
        } else {
            None
        }
    }

    fn rule(&self, architecture: &Architecture) -> Rule {
        let saved = |place: Place| match place {
            Place::Same => Saved::Same,
            Place::FromCfa(offset) => Saved::At(offset),
            Place::FromFp(_) | Place::Undefined | Place::Unknown => Saved::Lost,
        };
        if self.return_address == Place::Undefined {
            return Rule::OUTERMOST;
        }
        let (kind, offset) = match self.cfa {
            Cfa::Register(register, offset) if register == architecture.sp => (Kind::Sp, offset),
            Cfa::Register(register, offset) if register == architecture.fp => (Kind::Fp, offset),
            Cfa::Plt(threshold) => (Kind::Plt, threshold * 8),
            Cfa::AtSp(offset) => (Kind::AtSp, offset),
            Cfa::AtFp(offset) => {
                let fp = match self.fp {
                    Place::FromFp(offset) => Saved::At(offset),
                    Place::Same => Saved::Same,
                    _ => Saved::Lost,
                };
                return Rule::new(Kind::AtFp, offset, fp, saved(self.return_address));
            }
            _ => return Rule::UNKNOWN,
        };
        Rule::new(kind, offset, saved(self.fp), saved(self.return_address))
    }
}

/// How many states a program can remember at a time; compilers use one or two.
const REMEMBERED: usize = 8;

/// The instructions; those whose operand is in the low six bits are known by the high two.
mod op {
    pub(super) const ADVANCE: u8 = 0x40;
    pub(super) const OFFSET: u8 = 0x80;
    pub(super) const RESTORE: u8 = 0xc0;
    pub(super) const NOP: u8 = 0x00;
    pub(super) const SET_LOCATION: u8 = 0x01;
    pub(super) const ADVANCE_1: u8 = 0x02;
    pub(super) const ADVANCE_2: u8 = 0x03;
    pub(super) const ADVANCE_4: u8 = 0x04;
    pub(super) const OFFSET_EXTENDED: u8 = 0x05;
    pub(super) const RESTORE_EXTENDED: u8 = 0x06;
    pub(super) const UNDEFINED: u8 = 0x07;
    pub(super) const SAME_VALUE: u8 = 0x08;
    pub(super) const REGISTER: u8 = 0x09;
    pub(super) const REMEMBER_STATE: u8 = 0x0a;
    pub(super) const RESTORE_STATE: u8 = 0x0b;
    pub(super) const DEF_CFA: u8 = 0x0c;
    pub(super) const DEF_CFA_REGISTER: u8 = 0x0d;
    pub(super) const DEF_CFA_OFFSET: u8 = 0x0e;
    pub(super) const DEF_CFA_EXPRESSION: u8 = 0x0f;
    pub(super) const EXPRESSION: u8 = 0x10;
    pub(super) const OFFSET_EXTENDED_SF: u8 = 0x11;
    pub(super) const DEF_CFA_SF: u8 = 0x12;
    pub(super) const DEF_CFA_OFFSET_SF: u8 = 0x13;
    pub(super) const VAL_OFFSET: u8 = 0x14;
    pub(super) const VAL_OFFSET_SF: u8 = 0x15;
    pub(super) const VAL_EXPRESSION: u8 = 0x16;
    /// On aarch64: the return address is signed from here on, or no longer.
    pub(super) const NEGATE_SIGNED: u8 = 0x2d;
    pub(super) const ARGUMENTS_SIZE: u8 = 0x2e;
}

/// Runs a program, calling `sink` with each piece of `[first, end)` and its rule.
///
/// Returns `None` if an instruction is unknown or cut; the rest of the function is then without rules.
#[allow(clippy::too_many_arguments, reason = "the two programs of a function differ in all of these")]
pub(super) fn run(
    program: &[u8],
    common: &Common<'_>,
    architecture: &Architecture,
    state: &mut State,
    initial: Option<&State>,
    first: u64,
    end: u64,
    sink: &mut dyn FnMut(u64, u64, Rule),
) -> Option<()> {
    let mut cursor = Cursor::new(program, 0);
    let mut address = first;
    let mut remembered = [*state; REMEMBERED];
    let mut depth = 0;
    while !cursor.is_at_end() {
        let byte = cursor.u8()?;
        let operand = u64::from(byte & 0x3f);
        let operation = if byte & 0xc0 == 0 { byte } else { byte & 0xc0 };
        let advance = match operation {
            op::ADVANCE => operand,
            op::ADVANCE_1 => u64::from(cursor.u8()?),
            op::ADVANCE_2 => u64::from(cursor.u16()?),
            op::ADVANCE_4 => u64::from(cursor.u32()?),
            op::SET_LOCATION => return None,
            op::REMEMBER_STATE => {
                *remembered.get_mut(depth)? = *state;
                depth += 1;
                continue;
            }
            op::RESTORE_STATE => {
                depth = depth.checked_sub(1)?;
                *state = remembered[depth];
                continue;
            }
            _ => {
                change(operation, operand, &mut cursor, common, architecture, state, initial)?;
                continue;
            }
        };
        let next = address.checked_add(advance.checked_mul(common.code_align)?)?.min(end);
        if next > address {
            sink(address, next, state.rule(architecture));
        }
        address = next;
    }
    if address < end {
        sink(address, end, state.rule(architecture));
    }
    Some(())
}

/// Carries out an instruction that changes the rules.
fn change(
    operation: u8,
    operand: u64,
    cursor: &mut Cursor<'_>,
    common: &Common<'_>,
    architecture: &Architecture,
    state: &mut State,
    initial: Option<&State>,
) -> Option<()> {
    let set = |state: &mut State, register: u64, place: Place| {
        if let Some(old) = state.place(register, common, architecture) {
            *old = place;
        }
    };
    let scaled = |offset: u64| offset.cast_signed().wrapping_mul(common.data_align);
    match operation {
        op::NOP | op::NEGATE_SIGNED => {}
        op::ARGUMENTS_SIZE => drop(cursor.uleb()?),
        op::OFFSET => set(state, operand, Place::FromCfa(scaled(cursor.uleb()?))),
        op::OFFSET_EXTENDED => {
            let register = cursor.uleb()?;
            set(state, register, Place::FromCfa(scaled(cursor.uleb()?)));
        }
        op::OFFSET_EXTENDED_SF => {
            let register = cursor.uleb()?;
            set(state, register, Place::FromCfa(cursor.sleb()?.wrapping_mul(common.data_align)));
        }
        op::RESTORE | op::RESTORE_EXTENDED => {
            let register = if operation == op::RESTORE { operand } else { cursor.uleb()? };
            let mut initial = *initial?;
            if let Some(&mut place) = initial.place(register, common, architecture) {
                set(state, register, place);
            }
        }
        op::UNDEFINED => set(state, cursor.uleb()?, Place::Undefined),
        op::SAME_VALUE => set(state, cursor.uleb()?, Place::Same),
        op::REGISTER => {
            let register = cursor.uleb()?;
            cursor.uleb()?;
            set(state, register, Place::Unknown);
        }
        op::VAL_OFFSET => {
            let register = cursor.uleb()?;
            cursor.uleb()?;
            set(state, register, Place::Unknown);
        }
        op::VAL_OFFSET_SF => {
            let register = cursor.uleb()?;
            cursor.sleb()?;
            set(state, register, Place::Unknown);
        }
        op::EXPRESSION | op::VAL_EXPRESSION => {
            let register = cursor.uleb()?;
            let length = usize::try_from(cursor.uleb()?).ok()?;
            let expression = cursor.take(length)?;
            let is_address = operation == op::EXPRESSION;
            let place = match based_on(expression, architecture.fp) {
                Some((offset, [])) if is_address => Place::FromFp(offset),
                _ => Place::Unknown,
            };
            set(state, register, place);
        }
        op::DEF_CFA => state.cfa = Cfa::Register(cursor.uleb()?, cursor.uleb()?.cast_signed()),
        op::DEF_CFA_SF => {
            state.cfa = Cfa::Register(cursor.uleb()?, cursor.sleb()?.wrapping_mul(common.data_align));
        }
        op::DEF_CFA_REGISTER => {
            let register = cursor.uleb()?;
            state.cfa = match state.cfa {
                Cfa::Register(_, offset) => Cfa::Register(register, offset),
                _ => Cfa::Unknown,
            };
        }
        op::DEF_CFA_OFFSET | op::DEF_CFA_OFFSET_SF => {
            let offset = if operation == op::DEF_CFA_OFFSET {
                cursor.uleb()?.cast_signed()
            } else {
                cursor.sleb()?.wrapping_mul(common.data_align)
            };
            state.cfa = match state.cfa {
                Cfa::Register(register, _) => Cfa::Register(register, offset),
                _ => Cfa::Unknown,
            };
        }
        op::DEF_CFA_EXPRESSION => {
            let length = usize::try_from(cursor.uleb()?).ok()?;
            state.cfa = cfa_expression(cursor.take(length)?, architecture);
        }
        _ => return None,
    }
    Some(())
}

/// Splits an expression that begins with `register` plus an offset into the offset and the rest.
fn based_on(expression: &[u8], register: u64) -> Option<(i64, &[u8])> {
    const REGISTER_0: u64 = 0x70;
    let mut cursor = Cursor::new(expression, 0);
    if u64::from(cursor.u8()?) != REGISTER_0 + register {
        return None;
    }
    let offset = cursor.sleb()?;
    Some((offset, &expression[cursor.position()..]))
}

/// Understands the expressions that compilers and linkers use for a CFA.
fn cfa_expression(expression: &[u8], architecture: &Architecture) -> Cfa {
    const DEREFERENCE: u8 = 0x06;
    const PLUS: u8 = 0x23;
    const LITERAL_0: u8 = 0x30;
    match (based_on(expression, architecture.fp), based_on(expression, architecture.sp)) {
        (Some((offset, [])), _) => Cfa::Register(architecture.fp, offset),
        // A realigned stack: the CFA was saved in the frame.
        (Some((offset, [DEREFERENCE])), _) => Cfa::AtFp(offset),
        (_, Some((offset, []))) => Cfa::Register(architecture.sp, offset),
        // The same in assembly without a frame pointer: the stack pointer at the function's beginning was saved.
        (_, Some((offset, [DEREFERENCE, PLUS, 8]))) => Cfa::AtSp(offset),
        // A linkage stub: sp + 8 + ((pc & 15) >= threshold) * 8.
        (_, Some((8, [0x80, 0x00, 0x3f, 0x1a, threshold, 0x2a, 0x33, 0x24, 0x22]))) if architecture.has_plt_rule => {
            Cfa::Plt(i64::from(threshold.wrapping_sub(LITERAL_0) & 15))
        }
        _ => Cfa::Unknown,
    }
}
