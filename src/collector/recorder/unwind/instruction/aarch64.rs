//! Instructions of aarch64, after the encodings in Arm's Architecture Reference Manual for A-profile, chapter C4.

use super::{Effect, Instruction, InstructionSet};

/// The code of aarch64.
pub(in crate::collector::recorder::unwind) static AARCH64: InstructionSet = InstructionSet {
    decode,
    begins_with_filler,
    // mov x8, #139; svc #0
    signal_returns: &[&[0x68, 0x11, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4]],
    before_signal_return,
    // mov x8, #93; svc #0
    thread_end: &[0xa8, 0x0b, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4],
    entry_cfa: 0,
    entry_return_address: None,
};

/// Each instruction has so many bytes.
const LENGTH: usize = 4;
/// Numbers of registers.
const FP: u32 = 29;
const RETURN_ADDRESS: u32 = 30;
const SP: u32 = 31;

const NOTHING: [u8; LENGTH] = 0xd503_201f_u32.to_le_bytes();
/// The ways to write that the frame pointer becomes 0: `mov x29, #0` and `mov x29, xzr`.
const CLEAR_FP: [u32; 2] = [0xd280_001d, 0xaa1f_03fd];

fn begins_with_filler(code: &[u8]) -> bool {
    code.starts_with(&NOTHING)
}

/// Whatever it is, unless it is a call that returns: nothing stands between functions in assembly.
fn before_signal_return(code: &[u8]) -> Option<usize> {
    decode(code, 0)
        .filter(|found| !matches!(found.effect, Effect::Call(_) | Effect::CallAway))
        .map(|found| found.length)
}

/// Returns a number of `width` bits at bit `at` of an instruction, with its sign.
fn signed(word: u32, at: u32, width: u32) -> i64 {
    let above = u32::BITS - width;
    i64::from((word >> at << above).cast_signed() >> above)
}

fn register(word: u32, at: u32) -> u32 {
    word >> at & 31
}

/// Decodes the first instruction of `code`, which lies at `address`; `None` if it is cut.
fn decode(code: &[u8], address: u64) -> Option<Instruction> {
    let word = u32::from_le_bytes(*code.first_chunk()?);
    let target = |at: u32, width: u32| address.wrapping_add_signed(signed(word, at, width) * LENGTH as i64);
    let effect = match word {
        _ if CLEAR_FP.contains(&word) => Effect::ClearFp,
        _ if word & 0xfc00_0000 == 0x1400_0000 => Effect::Jump(target(0, 26)),
        _ if word & 0xfc00_0000 == 0x9400_0000 => Effect::Call(target(0, 26)),
        // By condition; by a register that is 0 or not; by a bit.
        _ if word & 0xff00_0000 == 0x5400_0000 => Effect::Branch(target(5, 19)),
        _ if word & 0x7e00_0000 == 0x3400_0000 => Effect::Branch(target(5, 19)),
        _ if word & 0x7e00_0000 == 0x3600_0000 => Effect::Branch(target(5, 14)),
        // With or without a signature.
        _ if word & 0xfeff_f000 == 0xd63f_0000 => Effect::CallAway,
        _ if word & 0xfeff_f000 == 0xd61f_0000 => Effect::JumpAway,
        _ if word & 0xffff_f000 == 0xd65f_0000 => Effect::Return,
        // Breakpoints, and what is undefined for ever.
        _ if word & 0xffe0_001f == 0xd420_0000 || word & 0xffff_0000 == 0 => Effect::Stop,
        _ if word & 0x3a00_0000 == 0x2800_0000 => pair(word),
        _ if word & 0x3a00_0000 == 0x3800_0000 => single(word),
        _ if word & 0xbf80_0000 == 0x9100_0000 => sum(word),
        // Sums of registers, and logical ones with a number: their target may be the stack pointer.
        _ if matches!(word & 0xbfe0_0000, 0x8b20_0000) && register(word, 0) == SP => Effect::LoseSp,
        _ if matches!(word & 0xff80_0000, 0x9200_0000 | 0xb200_0000 | 0xd200_0000) && register(word, 0) == SP => {
            Effect::LoseSp
        }
        _ => Effect::Plain,
    };
    Some(Instruction { length: LENGTH, effect })
}

/// `add` and `sub` of a number.
fn sum(word: u32) -> Effect {
    let shift = if word & 1 << 22 == 0 { 0 } else { 12 };
    let number = i64::from(word >> 10 & 0xfff) << shift;
    let number = if word & 1 << 30 == 0 { number } else { -number };
    match (register(word, 0), register(word, 5)) {
        (SP, SP) => Effect::Add(number),
        (SP, FP) => Effect::SpFromFp(number),
        (SP, _) => Effect::LoseSp,
        (FP, SP) => Effect::FpFromSp(number),
        _ => Effect::Plain,
    }
}

/// Where an instruction reaches, counted from the stack pointer.
#[derive(Clone, Copy)]
struct Reach {
    /// What is added to the stack pointer, before or behind it.
    add: i64,
    /// Where the first register is, counted from the lower of the two stack pointers.
    at: i64,
}

impl Reach {
    /// Returns where an instruction reaches that adds `number` to the stack pointer before (3) or behind (1) it, or
    /// else reaches to that place.
    fn new(mode: u32, number: i64) -> Self {
        match mode {
            1 | 3 => Self { add: number, at: 0 },
            _ => Self { add: 0, at: number },
        }
    }
}

/// Loads and stores of two registers.
fn pair(word: u32) -> Effect {
    if register(word, 5) != SP {
        return Effect::Plain;
    }
    let is_vector = word & 1 << 26 != 0;
    let size = match (word >> 30, is_vector) {
        (size, true) => 4_i64 << size,
        (0, false) => 4,
        (1, false) if word & 1 << 22 == 0 => 16, // With tags.
        (1, false) => 4,
        (_, false) => 8,
    };
    let reach = Reach::new(word >> 23 & 3, signed(word, 15, 7) * size);
    let is_whole = !is_vector && word >> 30 == 2;
    moved(word, reach, is_whole, [register(word, 0), register(word, 10)])
}

/// Loads and stores of one register.
fn single(word: u32) -> Effect {
    if register(word, 5) != SP {
        return Effect::Plain;
    }
    let is_whole = word & 1 << 26 == 0 && word >> 30 == 3 && word >> 23 & 1 == 0;
    let reach = match (word >> 24 & 1, word >> 21 & 1) {
        (1, _) => Reach::new(2, i64::from(word >> 10 & 0xfff) << (word >> 30)),
        (_, 0) => Reach::new(word >> 10 & 3, signed(word, 12, 9)),
        // By a register, or an atomic operation.
        _ => return Effect::Plain,
    };
    // The second one is none.
    moved(word, reach, is_whole, [register(word, 0), SP])
}

/// Returns the effect of a load or store of registers of 8 bytes, if `is_whole`.
fn moved(word: u32, reach: Reach, is_whole: bool, registers: [u32; 2]) -> Effect {
    let place = |wanted: u32| {
        let index = registers.iter().position(|&register| register == wanted).filter(|_| is_whole)?;
        i16::try_from(reach.at + 8 * index as i64).ok()
    };
    let (fp, return_address) = (place(FP), place(RETURN_ADDRESS));
    let is_load = word & 1 << 22 != 0;
    match i16::try_from(reach.add) {
        Ok(0) if fp.is_none() && return_address.is_none() => Effect::Plain,
        Ok(add) if is_load => Effect::Load { fp: fp.is_some(), return_address: return_address.is_some(), add },
        // What is stored behind the stack pointer's old place is not its frame's.
        Ok(add) if add <= 0 => Effect::Store { add, fp, return_address },
        Ok(add) => Effect::Add(add.into()),
        Err(_) => Effect::LoseSp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_told() {
        let store = |add, fp, return_address| Effect::Store { add, fp, return_address };
        let load = |fp, return_address, add| Effect::Load { fp, return_address, add };
        let cases: [(u32, Effect); 39] = [
            (0xa9bd_7bfd, store(-48, Some(0), Some(8))), // stp x29, x30, [sp, #-48]!
            (0xa901_7bfd, store(0, Some(16), Some(24))), // stp x29, x30, [sp, #16]
            (0xa9be_7bf3, store(-32, None, Some(8))),    // stp x19, x30, [sp, #-32]!
            (0xa900_53f3, Effect::Plain),                // stp x19, x20, [sp]
            (0x6dbf_27e8, store(-16, None, None)),       // stp d8, d9, [sp, #-16]!
            (0xadbf_07e0, store(-32, None, None)),       // stp q0, q1, [sp, #-32]!
            (0xa8c3_7bfd, load(true, true, 48)),         // ldp x29, x30, [sp], #48
            (0xa941_7bfd, load(true, true, 0)),          // ldp x29, x30, [sp, #16]
            (0x6cc1_27e8, load(false, false, 16)),       // ldp d8, d9, [sp], #16
            (0xa940_7bfd & !(31 << 5), Effect::Plain),   // ldp x29, x30, [x0]
            (0x297f_7bfd, Effect::Plain),                // ldp w29, w30, [sp, #-8]
            (0xf81f_0ffe, store(-16, None, Some(0))),    // str x30, [sp, #-16]!
            (0xf900_0ffe, store(0, None, Some(24))),     // str x30, [sp, #24]
            (0xb900_0ffe, Effect::Plain),                // str w30, [sp, #12]
            (0xf81f_83fd, store(0, Some(-8), None)),     // stur x29, [sp, #-8]
            (0xf841_07fe, load(false, true, 16)),        // ldr x30, [sp], #16
            (0xf940_0ffe, load(false, true, 0)),         // ldr x30, [sp, #24]
            (0x3c81_0fe0, Effect::Add(16)),              // str q0, [sp, #16]!
            (0xf822_6be0, Effect::Plain),                // str x0, [sp, x2]
            (0xd101_03ff, Effect::Add(-64)),             // sub sp, sp, #64
            (0x9140_07ff, Effect::Add(4096)),            // add sp, sp, #1, lsl #12
            (0x9100_43fd, Effect::FpFromSp(16)),         // add x29, sp, #16
            (0x9100_03fd, Effect::FpFromSp(0)),          // mov x29, sp
            (0x9100_03bf, Effect::SpFromFp(0)),          // mov sp, x29
            (0xd100_43bf, Effect::SpFromFp(-16)),        // sub sp, x29, #16
            (0x9100_021f, Effect::LoseSp),               // mov sp, x16
            (0xcb30_63ff, Effect::LoseSp),               // sub sp, sp, x16
            (0x927c_ec1f, Effect::LoseSp),               // and sp, x0, #-16
            (0xf100_03ff, Effect::Plain),                // cmp sp, #0
            (0xd280_001d, Effect::ClearFp),              // mov x29, #0
            (0x17ff_ffff, Effect::Jump(0xffc)),          // b 0xffc
            (0x9400_0002, Effect::Call(0x1008)),         // bl 0x1008
            (0x5400_0041, Effect::Branch(0x1008)),       // b.ne 0x1008
            (0xb5ff_ffe0, Effect::Branch(0xffc)),        // cbnz x0, 0xffc
            (0x3707_ffe0, Effect::Branch(0xffc)),        // tbnz w0, #0, 0xffc
            (0xd61f_0200, Effect::JumpAway),             // br x16
            (0xd63f_0020, Effect::CallAway),             // blr x1
            (0xd65f_03c0, Effect::Return),               // ret
            (0xd420_0020, Effect::Stop),                 // brk #1
        ];
        for (word, effect) in cases {
            let expected = Some(Instruction { length: 4, effect });
            assert_eq!(decode(&word.to_le_bytes(), 0x1000), expected, "{word:#x}");
        }
        assert_eq!(decode(&[0; 3], 0), None);
    }
}
