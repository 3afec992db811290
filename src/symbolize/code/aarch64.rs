//! Instructions of aarch64, by yaxpeax-arm.

use yaxpeax_arch::{Decoder, U8Reader};
use yaxpeax_arm::armv8::a64::{InstDecoder, Instruction as Decoded, Opcode, Operand};

use super::{AddressNames, BAD, Instruction};

/// How long each instruction is, in bytes.
const SIZE: usize = 4;
/// What `adrp` counts in.
const PAGE: u64 = 4096;

/// Writes the instructions of `bytes`, which lie at `address`, as text.
///
/// The decoder was tried on each of the 2^32 words there are: it gives a text or an error. It knows nothing of vectors of
/// any length (SVE): what it does not know is written as a number.
pub(super) fn decode(bytes: &[u8], address: u64, names: &AddressNames) -> Vec<Instruction> {
    let decoder = InstDecoder::default();
    let words = bytes.chunks(SIZE).zip((0..).step_by(SIZE));
    let instruction = |(word, offset): (&[u8], u64)| {
        let address = address.wrapping_add(offset);
        let mut decoded = Decoded::default();
        let (text, target) = match decoder.decode_into(&mut decoded, &mut U8Reader::new(word)) {
            Ok(()) if word.len() == SIZE => describe(&decoded, address, names),
            _ => match <[u8; SIZE]>::try_from(word) {
                Ok(word) => (format!(".inst {:#010x}", u32::from_le_bytes(word)), None),
                Err(_) => (BAD.to_owned(), None),
            },
        };
        Instruction { address, size: word.len(), text, target }
    };
    words.map(instruction).collect()
}

/// Returns an instruction as text, and where it jumps or calls to.
fn describe(decoded: &Decoded, address: u64, names: &AddressNames) -> (String, Option<u64>) {
    let text = decoded.to_string();
    let offset = decoded.operands.iter().find_map(|operand| match operand {
        Operand::PCOffset(offset) => Some(*offset),
        _ => None,
    });
    let Some(offset) = offset else { return (text, None) };
    let base = if decoded.opcode == Opcode::ADRP { address & !(PAGE - 1) } else { address };
    let place = base.wrapping_add_signed(offset);
    // The decoder knows no address, and writes how far it is from here.
    let mut named = match text.rfind('$') {
        Some(start) => {
            let end = text[start..].find([',', ' ']).map_or(text.len(), |length| start + length);
            format!("{}{place:#x}{}", &text[..start], &text[end..])
        }
        None => text,
    };
    names.append(place, &mut named);
    let is_data = matches!(decoded.opcode, Opcode::ADR | Opcode::ADRP | Opcode::LDR | Opcode::LDRSW | Opcode::PRFM);
    (named, (!is_data).then_some(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_written_with_addresses_and_names() {
        let names = AddressNames::of_pairs(&[(0x1000, 0x100, "main"), (0x3000, 8, "COUNT")]);
        for (word, text, target) in [
            (0xa9bf_7bfd_u32, "stp x29, x30, [sp, #-0x10]!", None),
            (0x9100_03fd, "mov x29, sp", None),
            (0x9400_0004, "bl 0x1018 <main+0x18>", Some(0x1018)),
            (0x17ff_fffe, "b 0x1000 <main>", Some(0x1000)),
            (0x5400_0040, "b.eq 0x1010 <main+0x10>", Some(0x1010)),
            (0xb400_0040, "cbz x0, 0x1010 <main+0x10>", Some(0x1010)),
            (0x3600_0040, "tbz w0, #0x0, 0x1010 <main+0x10>", Some(0x1010)),
            (0xd000_0000, "adrp x0, 0x3000 <COUNT>", None),
            (0xd65f_03c0, "ret", None),
            (0xffff_ffff, ".inst 0xffffffff", None),
        ] {
            let code = decode(&word.to_le_bytes(), 0x1008, &names);
            assert_eq!((code[0].text.as_str(), code[0].target), (text, target), "{word:#x}");
        }
        let cut = decode(&[0xfd, 0x7b], 0x1000, &names);
        assert_eq!((cut[0].text.as_str(), cut[0].size), (BAD, 2));
    }

    #[test]
    fn any_word_gives_a_text() {
        let names = AddressNames::default();
        for word in (0..=u32::MAX).step_by(65_521) {
            for address in [0, u64::MAX - 3] {
                assert!(!decode(&word.to_le_bytes(), address, &names)[0].text.is_empty(), "{word:#x}");
            }
        }
    }
}
