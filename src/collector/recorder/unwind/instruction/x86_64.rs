//! Instructions of x86-64, after the opcode maps and the encoding of prefixes and operands in Intel's manual, volume 2.

use super::{Effect, Instruction, InstructionSet};
use crate::collector::recorder::unwind::bytes::Cursor;

/// The code of x86-64.
pub(in crate::collector::recorder::unwind) static X86_64: InstructionSet = InstructionSet {
    decode,
    begins_with_filler,
    // `mov $15, %rax; syscall` and the shorter way to write it.
    signal_returns: &[&[0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 0x05], &[0xb8, 15, 0, 0, 0, 0x0f, 0x05]],
    before_signal_return: |code| code.starts_with(&[NOTHING]).then_some(1),
    // The frame pointer is 0 in a new thread.
    thread_end: &[],
    entry_cfa: 8,
    entry_return_address: Some(-8),
};

/// Does nothing. Before code that a signal's handler returns to, it makes the byte before that of the same function.
const NOTHING: u8 = 0x90;
/// The beginning of longer instructions that do nothing.
const LONG_NOTHING: [u8; 2] = [0x0f, 0x1f];

fn begins_with_filler(code: &[u8]) -> bool {
    let prefixes = code.iter().take_while(|byte| matches!(byte, 0x66 | 0x2e)).count();
    code[prefixes..].starts_with(&[NOTHING]) || code[prefixes..].starts_with(&LONG_NOTHING)
}

/// Numbers of registers.
const SP: u8 = 4;
const FP: u8 = 5;

/// The prefixes that come before the opcode.
#[derive(Clone, Copy, Default)]
struct Prefixes {
    /// Operands of 16 bits.
    is_short: bool,
    /// Addresses of 32 bits.
    has_short_address: bool,
    /// The bits of a REX prefix; 0 without one.
    rex: u8,
}

impl Prefixes {
    fn is_wide(self) -> bool {
        self.rex & 8 != 0
    }

    /// Returns how long an immediate operand is that has no more than 4 bytes.
    fn immediate(self) -> usize {
        if self.is_short && !self.is_wide() { 2 } else { 4 }
    }
}

/// The operands that a `ModRM` byte tells of.
#[derive(Clone, Copy)]
struct Operands {
    /// The register, or what else the opcode does.
    register: u8,
    /// The other register, or `None` for memory.
    other: Option<u8>,
    /// The register and the offset that make the address in memory, if nothing else does.
    memory: Option<(u8, i64)>,
}

/// Decodes the first instruction of `code`, which lies at `address`; `None` if it is none or cut.
fn decode(code: &[u8], address: u64) -> Option<Instruction> {
    let mut cursor = Cursor::new(code, 0);
    let mut prefixes = Prefixes::default();
    let opcode = loop {
        let byte = cursor.u8()?;
        match byte {
            0x26 | 0x2e | 0x36 | 0x3e | 0x64..=0x67 | 0xf0 | 0xf2 | 0xf3 => {
                prefixes.is_short |= byte == 0x66;
                prefixes.has_short_address |= byte == 0x67;
                // One of these counts only right before the opcode.
                prefixes.rex = 0;
            }
            0x40..=0x4f => prefixes.rex = byte,
            _ => break byte,
        }
    };
    let (effect, immediate) = match opcode {
        0xc4 | 0xc5 | 0x62 => (Effect::Plain, vector(opcode, &mut cursor)?),
        0x0f => match cursor.u8()? {
            0x38 => after_two_bytes(prefixes, 0, &mut cursor)?,
            0x3a => after_two_bytes(prefixes, 1, &mut cursor)?,
            second => after_0f(second, prefixes, &mut cursor, address)?,
        },
        _ => one_byte(opcode, prefixes, &mut cursor, address)?,
    };
    cursor.take(immediate)?;
    // Two bytes instead of a word.
    let is_half = prefixes.is_short && matches!(effect, Effect::Push { .. } | Effect::Pop { .. });
    let effect = if is_half { Effect::LoseSp } else { effect };
    let length = cursor.position();
    // No instruction is longer.
    (length <= 15).then_some(Instruction { length, effect })
}

/// Reads what is behind the opcode of an instruction with vectors, but for an immediate operand, whose length it returns.
fn vector(prefix: u8, cursor: &mut Cursor<'_>) -> Option<usize> {
    let first = cursor.u8()?;
    let map = match prefix {
        0xc5 => 1,
        0xc4 => {
            cursor.u8()?;
            first & 0x1f
        }
        _ => {
            cursor.take(2)?;
            first & 7
        }
    };
    let opcode = cursor.u8()?;
    if map == 1 && opcode == 0x77 && prefix != 0x62 {
        return Some(0);
    }
    operands(Prefixes::default(), cursor)?;
    let has_byte = map == 3 || map == 1 && matches!(opcode, 0x70..=0x73 | 0xc2 | 0xc4..=0xc6);
    Some(usize::from(has_byte))
}

/// Reads on after `0f 38` and `0f 3a`; all instructions of one of them have an immediate operand of the same length.
fn after_two_bytes(prefixes: Prefixes, immediate: usize, cursor: &mut Cursor<'_>) -> Option<(Effect, usize)> {
    cursor.u8()?;
    operands(prefixes, cursor)?;
    Some((Effect::Plain, immediate))
}

/// Reads a `ModRM` byte with what belongs to it.
fn operands(prefixes: Prefixes, cursor: &mut Cursor<'_>) -> Option<Operands> {
    let byte = cursor.u8()?;
    let (kind, low) = (byte >> 6, byte & 7);
    let register = byte >> 3 & 7 | (prefixes.rex & 4) << 1;
    if kind == 3 {
        return Some(Operands { register, other: Some(low | (prefixes.rex & 1) << 3), memory: None });
    }
    let mut base = Some(low | (prefixes.rex & 1) << 3);
    let mut has_offset_alone = low == 5 && kind == 0;
    if low == 4 {
        let scaled = cursor.u8()?;
        let has_index = scaled >> 3 & 7 | (prefixes.rex & 2) << 2 != 4;
        base = (!has_index).then_some(scaled & 7 | (prefixes.rex & 1) << 3);
        has_offset_alone = scaled & 7 == 5 && kind == 0;
    }
    let offset = match kind {
        1 => i64::from(cursor.u8()?.cast_signed()),
        _ if kind == 2 || has_offset_alone => i64::from(cursor.u32()?.cast_signed()),
        _ => 0,
    };
    let memory = base.filter(|_| !has_offset_alone).map(|base| (base, offset));
    Some(Operands { register, other: None, memory })
}

/// Reads a jump's or call's target, which counts from the instruction's end.
fn target(cursor: &mut Cursor<'_>, is_near: bool, address: u64) -> Option<u64> {
    let offset = if is_near { i64::from(cursor.u8()?.cast_signed()) } else { i64::from(cursor.u32()?.cast_signed()) };
    Some(address.wrapping_add(cursor.position() as u64).wrapping_add_signed(offset))
}

/// Reads on after `0f`; returns the effect, and the length of the immediate operand.
fn after_0f(opcode: u8, prefixes: Prefixes, cursor: &mut Cursor<'_>, address: u64) -> Option<(Effect, usize)> {
    match opcode {
        0x0b => Some((Effect::Stop, 0)),
        0x80..=0x8f => Some((Effect::Branch(target(cursor, false, address)?), 0)),
        0x04 | 0x0a | 0x0c | 0x24..=0x27 | 0x36 | 0x39 | 0x3b..=0x3f => None,
        // push and pop of segments
        0xa0 | 0xa8 => Some((Effect::Push { is_fp: false }, 0)),
        0xa1 | 0xa9 => Some((Effect::Pop { is_fp: false }, 0)),
        // Moves of control registers, which have no memory operand.
        0x20..=0x23 => cursor.u8().map(|_| (Effect::Plain, 0)),
        0x05..=0x09 | 0x0e | 0x30..=0x37 | 0x77 | 0xa2 | 0xaa | 0xc8..=0xcf => Some((Effect::Plain, 0)),
        _ => {
            operands(prefixes, cursor)?;
            let has_byte = matches!(opcode, 0x0f | 0x70..=0x73 | 0xa4 | 0xac | 0xba | 0xc2 | 0xc4..=0xc6);
            Some((Effect::Plain, usize::from(has_byte)))
        }
    }
}

/// Reads on after an opcode of one byte; returns the effect, and the length of the immediate operand.
fn one_byte(opcode: u8, prefixes: Prefixes, cursor: &mut Cursor<'_>, address: u64) -> Option<(Effect, usize)> {
    let extended = |low: u8| low | (prefixes.rex & 1) << 3;
    Some(match opcode {
        // Arithmetic in eight rows: with registers and memory, and with an immediate operand.
        0x00..=0x3f if opcode & 7 < 4 => {
            let operands = operands(prefixes, cursor)?;
            let destination = if opcode & 2 == 0 { operands.other } else { Some(operands.register) };
            let same = operands.other == Some(operands.register);
            let is_compare = opcode & 0x38 == 0x38;
            let effect = match destination {
                Some(SP) if opcode & 1 == 1 && !is_compare => Effect::LoseSp,
                Some(FP) if matches!(opcode, 0x31 | 0x33) && same => Effect::ClearFp,
                _ => Effect::Plain,
            };
            (effect, 0)
        }
        0x00..=0x3f if opcode & 7 == 4 => (Effect::Plain, 1),
        0x00..=0x3f if opcode & 7 == 5 => (Effect::Plain, prefixes.immediate()),
        0x50..=0x57 => (Effect::Push { is_fp: extended(opcode & 7) == FP }, 0),
        0x58..=0x5f => match extended(opcode & 7) {
            SP => (Effect::LoseSp, 0),
            register => (Effect::Pop { is_fp: register == FP }, 0),
        },
        0x68 => (Effect::Push { is_fp: false }, prefixes.immediate()),
        0x6a => (Effect::Push { is_fp: false }, 1),
        0x69 | 0x6b | 0x80..=0x83 | 0xc0 | 0xc1 | 0xc6 | 0xc7 => with_immediate(opcode, prefixes, cursor)?,
        0x63 | 0x84..=0x8f | 0xd0..=0xd3 | 0xd8..=0xdf | 0xf6 | 0xf7 | 0xfe | 0xff => moves(opcode, prefixes, cursor)?,
        0x70..=0x7f | 0xe0..=0xe3 => (Effect::Branch(target(cursor, true, address)?), 0),
        0x94 if prefixes.rex & 1 == 0 => (Effect::LoseSp, 0),
        0x9c => (Effect::Push { is_fp: false }, 0),
        0x9d => (Effect::Pop { is_fp: false }, 0),
        0xa0..=0xa3 => (Effect::Plain, if prefixes.has_short_address { 4 } else { 8 }),
        0xa8 | 0xb0..=0xb7 | 0xcd | 0xe4..=0xe7 => (Effect::Plain, 1),
        0xa9 => (Effect::Plain, prefixes.immediate()),
        0xb8..=0xbf => {
            let effect = if extended(opcode & 7) == SP { Effect::LoseSp } else { Effect::Plain };
            (effect, if prefixes.is_wide() { 8 } else { prefixes.immediate() })
        }
        0xc2 => (Effect::Return, 2),
        0xc3 => (Effect::Return, 0),
        0xc8 => (Effect::LoseSp, 3),
        0xc9 => (Effect::Leave, 0),
        0xca => (Effect::Stop, 2),
        0xcb | 0xcc | 0xcf | 0xf4 => (Effect::Stop, 0),
        0xe8 => (Effect::Call(target(cursor, false, address)?), 0),
        0xe9 => (Effect::Jump(target(cursor, false, address)?), 0),
        0xeb => (Effect::Jump(target(cursor, true, address)?), 0),
        // What 64-bit code does not have, prefixes that came too late among it.
        0x06
        | 0x07
        | 0x0e
        | 0x16
        | 0x17
        | 0x1e
        | 0x1f
        | 0x27
        | 0x2f
        | 0x37
        | 0x3f
        | 0x40..=0x4f
        | 0x60
        | 0x61
        | 0x9a
        | 0xce
        | 0xd4..=0xd6
        | 0xea => return None,
        _ => (Effect::Plain, 0),
    })
}

/// Instructions of operands and an immediate one.
fn with_immediate(opcode: u8, prefixes: Prefixes, cursor: &mut Cursor<'_>) -> Option<(Effect, usize)> {
    const ADD: u8 = 0;
    const SUB: u8 = 5;
    const COMPARE: u8 = 7;
    let operands = operands(prefixes, cursor)?;
    let is_long = matches!(opcode, 0x69 | 0x81 | 0xc7);
    let immediate = if is_long { prefixes.immediate() } else { 1 };
    if !matches!(opcode, 0x81 | 0x83) || operands.other != Some(SP) {
        let loses = operands.other == Some(SP) && matches!(opcode, 0xc1 | 0xc7)
            || operands.register == SP && matches!(opcode, 0x69 | 0x6b);
        return Some((if loses { Effect::LoseSp } else { Effect::Plain }, immediate));
    }
    let mut value = *cursor;
    let number = match opcode {
        0x83 => i64::from(value.u8()?.cast_signed()),
        _ if immediate == 4 => i64::from(value.u32()?.cast_signed()),
        _ => return Some((Effect::LoseSp, immediate)),
    };
    let effect = match operands.register & 7 {
        ADD => Effect::Add(number),
        SUB => Effect::Add(-number),
        COMPARE => Effect::Plain,
        _ => Effect::LoseSp,
    };
    Some((effect, immediate))
}

/// Moves, exchanges, and what the register field of a `ModRM` byte tells apart.
fn moves(opcode: u8, prefixes: Prefixes, cursor: &mut Cursor<'_>) -> Option<(Effect, usize)> {
    let operands = operands(prefixes, cursor)?;
    let (register, other) = (operands.register, operands.other);
    let what = register & 7;
    let moved = |to: u8, from: Option<u8>| match (to, from) {
        (SP, Some(FP)) => Effect::SpFromFp(0),
        (FP, Some(SP)) => Effect::FpFromSp(0),
        (SP, _) => Effect::LoseSp,
        _ => Effect::Plain,
    };
    let effect = match opcode {
        0x86 | 0x87 if register == SP || other == Some(SP) => Effect::LoseSp,
        0x89 => other.map_or(Effect::Plain, |to| moved(to, Some(register))),
        0x8b => moved(register, other),
        0x63 if register == SP => Effect::LoseSp,
        0x8d => match (register, operands.memory) {
            (SP, Some((SP, offset))) => Effect::Add(offset),
            (SP, Some((FP, offset))) => Effect::SpFromFp(offset),
            (SP, _) => Effect::LoseSp,
            (FP, Some((SP, offset))) => Effect::FpFromSp(offset),
            _ => Effect::Plain,
        },
        0x8f if what == 0 => Effect::Pop { is_fp: other == Some(FP) },
        0x8f => return None,
        0xd1 | 0xd3 | 0xf7 if other == Some(SP) && !(opcode == 0xf7 && what < 2) => Effect::LoseSp,
        0xff => match what {
            2 | 3 => Effect::Plain,
            4 | 5 => Effect::JumpAway,
            6 => Effect::Push { is_fp: other == Some(FP) },
            7 => return None,
            _ if other == Some(SP) => Effect::LoseSp,
            _ => Effect::Plain,
        },
        _ => Effect::Plain,
    };
    let immediate = match opcode {
        0xf6 if what < 2 => 1,
        0xf7 if what < 2 => prefixes.immediate(),
        _ => 0,
    };
    Some((effect, immediate))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes an instruction that lies at 0x1000 and fills all of its bytes.
    #[track_caller]
    fn effect(code: &[u8]) -> Effect {
        let found = decode(code, 0x1000).expect("it is an instruction");
        assert_eq!(found.length, code.len(), "{code:x?}");
        found.effect
    }

    #[test]
    fn effects_on_the_stack_are_told() {
        for (code, expected) in [
            (&[0x55][..], Effect::Push { is_fp: true }),
            (&[0x41, 0x55], Effect::Push { is_fp: false }),
            (&[0x68, 1, 0, 0, 0], Effect::Push { is_fp: false }),
            (&[0xff, 0x75, 0x08], Effect::Push { is_fp: false }),
            (&[0x5d], Effect::Pop { is_fp: true }),
            (&[0x5c], Effect::LoseSp),
            (&[0x48, 0x83, 0xec, 0x28], Effect::Add(-0x28)),
            (&[0x48, 0x81, 0xc4, 0x88, 2, 0, 0], Effect::Add(0x288)),
            (&[0x48, 0x83, 0xe4, 0xf0], Effect::LoseSp),
            (&[0x48, 0x83, 0xfc, 0x10], Effect::Plain),
            (&[0x49, 0x83, 0xec, 0x28], Effect::Plain),
            (&[0x48, 0x29, 0xc4], Effect::LoseSp),
            (&[0x48, 0x39, 0xc4], Effect::Plain),
            (&[0x48, 0x8d, 0x64, 0x24, 0xd8], Effect::Add(-0x28)),
            (&[0x48, 0x8d, 0x65, 0xd8], Effect::SpFromFp(-0x28)),
            (&[0x48, 0x8d, 0x6c, 0x24, 0x10], Effect::FpFromSp(0x10)),
            (&[0x48, 0x8d, 0x2c, 0x04], Effect::Plain),
            (&[0x48, 0x89, 0xe5], Effect::FpFromSp(0)),
            (&[0x48, 0x8b, 0xec], Effect::FpFromSp(0)),
            (&[0x48, 0x89, 0xec], Effect::SpFromFp(0)),
            (&[0x48, 0x8b, 0x62, 0x30], Effect::LoseSp),
            (&[0x48, 0x94], Effect::LoseSp),
            (&[0x31, 0xed], Effect::ClearFp),
            (&[0x48, 0x31, 0xed], Effect::ClearFp),
            (&[0x45, 0x31, 0xed], Effect::Plain),
            (&[0xc9], Effect::Leave),
        ] {
            assert_eq!(effect(code), expected, "{code:x?}");
        }
    }

    #[test]
    fn ways_are_told() {
        for (code, expected) in [
            (&[0xc3][..], Effect::Return),
            (&[0xf3, 0xc3], Effect::Return),
            (&[0xe8, 0xfb, 0xff, 0xff, 0xff], Effect::Call(0x1000)),
            (&[0xe9, 0x10, 0, 0, 0], Effect::Jump(0x1015)),
            (&[0xeb, 0xfe], Effect::Jump(0x1000)),
            (&[0x74, 0x10], Effect::Branch(0x1012)),
            (&[0x0f, 0x85, 0, 1, 0, 0], Effect::Branch(0x1106)),
            (&[0xff, 0xe0], Effect::JumpAway),
            (&[0xff, 0x25, 0, 0, 0, 0], Effect::JumpAway),
            (&[0xff, 0xd0], Effect::Plain),
            (&[0xf4], Effect::Stop),
            (&[0x0f, 0x0b], Effect::Stop),
        ] {
            assert_eq!(effect(code), expected, "{code:x?}");
        }
        assert_eq!(decode(&[0xe8, 0, 0], 0), None);
        assert_eq!(decode(&[0x06], 0), None);
        assert_eq!(decode(&[0x66; 16], 0), None);
    }

    /// Compares with iced-x86 all opcodes with all first operands, behind what may stand before them.
    #[test]
    #[cfg(feature = "disassemble")]
    #[cfg_attr(miri, ignore = "it takes long")]
    fn lengths_are_those_of_another_decoder() {
        use iced_x86::{Code, Decoder, DecoderOptions, Mnemonic, Register};

        const WRITES_NOTHING: [Mnemonic; 3] = [Mnemonic::Cmp, Mnemonic::Test, Mnemonic::Call];
        const PREFIXES: [&[u8]; 14] = [
            &[],
            &[0x66],
            &[0x48],
            &[0x41],
            &[0x4c],
            &[0xf3],
            &[0xf2, 0x0f],
            &[0x0f],
            &[0x66, 0x0f, 0x38],
            &[0x66, 0x0f, 0x3a],
            &[0xc5, 0xf8],
            &[0xc4, 0xe2, 0x79],
            &[0xc4, 0xe3, 0x79],
            &[0x62, 0xf1, 0x7c, 0x48],
        ];
        let mut compared = 0;
        for prefix in PREFIXES {
            for opcode_and_operands in 0..=u16::MAX {
                let [opcode, operands] = opcode_and_operands.to_be_bytes();
                let mut code = prefix.to_vec();
                code.extend([opcode, operands, 0x24, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x11, 0x22]);
                let theirs = Decoder::with_ip(64, &code, 0x1000, DecoderOptions::NONE).decode();
                // Two of AMD alone have two bytes more; no compiler makes them.
                if theirs.code() == Code::INVALID || matches!(theirs.mnemonic(), Mnemonic::Insertq | Mnemonic::Extrq) {
                    continue;
                }
                compared += 1;
                let found = decode(&code, 0x1000);
                assert_eq!(found.map(|found| found.length), Some(theirs.len()), "{code:x?} {theirs:?}");
                let effect = found.map_or(Effect::Plain, |found| found.effect);
                let is_stack = |register| matches!(register, Register::RSP | Register::ESP);
                // Of other maps, what makes a stack pointer is in no program.
                let writes_sp = is_stack(theirs.op0_register()) && !WRITES_NOTHING.contains(&theirs.mnemonic());
                if writes_sp && matches!(prefix, [] | [0x48]) && !matches!(opcode, 0x0f | 0x62 | 0x8c | 0xc4 | 0xc5) {
                    assert_ne!(effect, Effect::Plain, "{code:x?} {theirs:?}");
                }
                let is = |mnemonics: &[Mnemonic]| mnemonics.contains(&theirs.mnemonic());
                let expected = match effect {
                    Effect::Push { .. } => is(&[Mnemonic::Push, Mnemonic::Pushfq]),
                    Effect::Pop { .. } => is(&[Mnemonic::Pop, Mnemonic::Popfq]),
                    Effect::Return => is(&[Mnemonic::Ret]),
                    Effect::Call(_) => is(&[Mnemonic::Call]),
                    Effect::Jump(_) | Effect::JumpAway => is(&[Mnemonic::Jmp]),
                    Effect::Leave => is(&[Mnemonic::Leave]),
                    Effect::LoseSp => true,
                    _ => !is(&[Mnemonic::Push, Mnemonic::Pop, Mnemonic::Ret, Mnemonic::Jmp, Mnemonic::Leave]),
                };
                assert!(expected, "{code:x?} {theirs:?} {effect:?}");
            }
        }
        assert!(compared > 400_000, "{compared}");
    }
}
