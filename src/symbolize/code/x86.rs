//! Instructions of x86, by iced-x86.

use iced_x86::{
    Decoder, DecoderOptions, Formatter, FormatterOptions, GasFormatter, Instruction as Decoded, IntelFormatter, OpKind,
};

use super::{AddressNames, BAD, Instruction, Syntax};

/// Writes the instructions of `bytes`, which lie at `address`, as text; `bits` are 64 or 32.
pub(super) fn decode(bytes: &[u8], address: u64, bits: u32, syntax: Syntax, names: &AddressNames) -> Vec<Instruction> {
    let mut formatter: Box<dyn Formatter> = match syntax {
        Syntax::Intel => Box::new(IntelFormatter::new()),
        Syntax::Att => Box::new(GasFormatter::new()),
    };
    set_style(formatter.options_mut());
    let mut decoder = Decoder::with_ip(bits, bytes, address, DecoderOptions::NONE);
    let mut decoded = Decoded::default();
    let mut instructions = Vec::new();
    while decoder.can_decode() {
        decoder.decode_out(&mut decoded);
        let mut text = String::new();
        if decoded.is_invalid() {
            text.push_str(BAD);
        } else {
            formatter.format(&decoded, &mut text);
        }
        let target = target(&decoded);
        if let Some(target) = target {
            names.append(target, &mut text);
        } else if decoded.is_ip_rel_memory_operand() {
            let place = decoded.ip_rel_memory_address();
            text.push_str(&format!(" # {place:#x}"));
            names.append(place, &mut text);
        }
        instructions.push(Instruction { address: decoded.ip(), size: decoded.len(), text, target });
    }
    instructions
}

/// Writes numbers as the GNU tools do.
fn set_style(options: &mut FormatterOptions) {
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    options.set_small_hex_numbers_in_decimal(false);
    options.set_add_leading_zero_to_hex_numbers(false);
    options.set_branch_leading_zeros(false);
    options.set_rip_relative_addresses(true);
    options.set_show_branch_size(false);
    options.set_signed_immediate_operands(false);
}

/// Returns where an instruction jumps or calls to, if that is part of it.
fn target(decoded: &Decoded) -> Option<u64> {
    let is_branch = matches!(decoded.op0_kind(), OpKind::NearBranch16 | OpKind::NearBranch32 | OpKind::NearBranch64);
    (!decoded.is_invalid() && decoded.op_count() > 0 && is_branch).then(|| decoded.near_branch_target())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8], syntax: Syntax) -> Vec<String> {
        let names = AddressNames::of_pairs(&[(0x1000, 0x100, "main"), (0x2010, 8, "COUNT")]);
        decode(bytes, 0x1000, 64, syntax, &names).into_iter().map(|instruction| instruction.text).collect()
    }

    #[test]
    fn instructions_are_written_in_both_ways() {
        for (bytes, intel, att) in [
            (&[0x55][..], "push rbp", "push %rbp"),
            (&[0x48, 0x89, 0xe5], "mov rbp,rsp", "mov %rsp,%rbp"),
            (&[0x48, 0x83, 0xec, 0x20], "sub rsp,0x20", "sub $0x20,%rsp"),
            (&[0xeb, 0x0e], "jmp 0x1010 <main+0x10>", "jmp 0x1010 <main+0x10>"),
            (&[0xe8, 0xfb, 0xff, 0xff, 0xff], "call 0x1000 <main>", "call 0x1000 <main>"),
            (&[0xff, 0xd0], "call rax", "call *%rax"),
            (
                &[0x48, 0x8d, 0x05, 0x0b, 0x10, 0, 0],
                "lea rax,[rip+0x100b] # 0x2012 <COUNT+0x2>",
                "lea 0x100b(%rip),%rax # 0x2012 <COUNT+0x2>",
            ),
            (&[0x48, 0x8b, 0x05, 0xf9, 0x0f, 0, 0], "mov rax,[rip+0xff9] # 0x2000", "mov 0xff9(%rip),%rax # 0x2000"),
            (&[0x06], "(bad)", "(bad)"),
        ] {
            assert_eq!(texts(bytes, Syntax::Intel), [intel]);
            assert_eq!(texts(bytes, Syntax::Att), [att]);
        }
    }

    #[test]
    fn any_bytes_give_a_text_of_all_of_them() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        let names = AddressNames::default();
        for bits in [32, 64] {
            for address in [0, 0x1000, u64::MAX - 40] {
                let bytes: Vec<u8> = (0..4096).map(|_| next()).collect();
                for syntax in [Syntax::Intel, Syntax::Att] {
                    let instructions = decode(&bytes, address, bits, syntax, &names);
                    assert_eq!(instructions.iter().map(|instruction| instruction.size).sum::<usize>(), bytes.len());
                    assert!(
                        instructions.iter().all(|instruction| instruction.size > 0 && !instruction.text.is_empty())
                    );
                }
            }
        }
    }
}
