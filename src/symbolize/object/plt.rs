//! The stubs that call functions of other files (`.plt`), which no symbol table names.

use std::collections::HashMap;

use object::elf::{R_AARCH64_IRELATIVE, R_X86_64_IRELATIVE};
use object::read::elf::{Rela, SectionHeader};
use object::{Architecture, Object as _, ObjectSection, ObjectSymbol, ObjectSymbolTable, SymbolIndex};

use super::symbols::{Symbol, SymbolTable};

/// A stub: its address, its size in bytes, and where it jumps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stub {
    pub(super) address: u64,
    pub(super) size: u64,
    target: Target,
}

/// The function that a stub calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// That of a dynamic symbol.
    Symbol(SymbolIndex),
    /// The one that a function of this file, at this address, chooses for the processor (`STT_GNU_IFUNC`).
    Chosen(u64),
}

impl Stub {
    /// Returns what people call it, such as `malloc@plt`; `None` if the symbol has no name.
    ///
    /// A function that is chosen has the name of the function that chooses, as one of the tables has it: it is the name
    /// that callers know. Without one it is called as objdump does, `*ABS*+0x2e730@plt`.
    pub(super) fn name(&self, file: &object::File<'_>, tables: [&SymbolTable; 2]) -> Option<String> {
        match self.target {
            Target::Symbol(index) => {
                let symbol = file.dynamic_symbol_table()?.symbol_by_index(index).ok()?;
                let name = symbol.name_bytes().ok().filter(|name| !name.is_empty())?;
                Some(format!("{}@plt", String::from_utf8_lossy(name)))
            }
            Target::Chosen(address) => {
                let begins = |symbol: &Symbol<'_>| symbol.address() == address;
                let symbol = tables.iter().find_map(|table| table.at(address).filter(begins));
                Some(
                    symbol.map_or_else(|| format!("*ABS*+{address:#x}@plt"), |symbol| format!("{}@plt", symbol.name())),
                )
            }
        }
    }
}

/// How large a stub is, in bytes, on the processors that are read.
const STUB_BYTES: usize = 16;
/// The instruction that begins a function where calls may land (`endbr64`).
const LANDING_OF_X86: [u8; 4] = [0xf3, 0x0f, 0x1e, 0xfa];
/// The sections with stubs: lazy ones, those of programs with shadow stacks, and those that are bound at the start.
const SECTIONS: [&str; 3] = [".plt", ".plt.sec", ".plt.got"];

/// Returns the stubs of an ELF file of x86-64 or aarch64.
///
/// A stub is known by what it does: it jumps to where a word of memory says, and the loader puts the address of a
/// function into that word.
pub(super) fn stubs(file: &object::File<'_>) -> Vec<Stub> {
    let slot_of: fn(u64, &[u8]) -> Option<u64> = match file.architecture() {
        Architecture::X86_64 => slot_of_x86,
        Architecture::Aarch64 => slot_of_aarch64,
        _ => return Vec::new(),
    };
    let slots = targets(file);
    let mut stubs = Vec::new();
    for section in SECTIONS.iter().filter_map(|name| file.section_by_name(name)) {
        let Ok(code) = section.data() else { continue };
        // Those that are bound at the start are smaller if they need no landing instruction.
        let is_small = section.name() == Ok(".plt.got") && !code.starts_with(&LANDING_OF_X86);
        let step = if is_small { STUB_BYTES / 2 } else { STUB_BYTES };
        for (index, stub) in code.chunks(step).enumerate() {
            let address = section.address().wrapping_add((index * step) as u64);
            let Some(&target) = slot_of(address, stub).and_then(|slot| slots.get(&slot)) else { continue };
            stubs.push(Stub { address, size: step as u64, target });
        }
    }
    stubs
}

/// Returns which functions' addresses the loader puts into words of memory, by the addresses of the words.
///
/// A program that is linked statically has no dynamic symbols, but it has functions to choose.
fn targets(file: &object::File<'_>) -> HashMap<u64, Target> {
    let object::File::Elf64(elf) = file else { return HashMap::new() };
    let (endian, data) = (elf.endian(), elf.data());
    let mut targets = HashMap::new();
    let mut room = data.len();
    for section in elf.elf_section_table().iter() {
        let is_loaded = section.sh_flags(endian).0 & object::elf::SHF_ALLOC.0 != 0;
        let Some((relocations, _)) = section.rela(endian, data).ok().flatten().filter(|_| is_loaded) else { continue };
        // Sections of a hostile file may all be the same bytes.
        let Some(left) = room.checked_sub(size_of_val(relocations)) else { break };
        room = left;
        for relocation in relocations {
            let kind = relocation.r_type(endian, false);
            let target = if kind == R_X86_64_IRELATIVE || kind == R_AARCH64_IRELATIVE {
                Target::Chosen(relocation.r_addend(endian).cast_unsigned())
            } else {
                let Some(symbol) = relocation.symbol(endian, false) else { continue };
                Target::Symbol(symbol)
            };
            targets.insert(relocation.r_offset(endian), target);
        }
    }
    targets
}

/// Returns which word a stub reads: `endbr64`, which may be missing, and `jmp *slot(%rip)`, which may be prefixed.
fn slot_of_x86(address: u64, code: &[u8]) -> Option<u64> {
    const BOUND: u8 = 0xf2;
    let jump = code.strip_prefix(&LANDING_OF_X86).unwrap_or(code);
    let jump = jump.strip_prefix(&[BOUND]).unwrap_or(jump);
    let operand = jump.strip_prefix(&[0xff, 0x25])?.first_chunk::<4>()?;
    // It counts from the end of the instruction.
    let end = (code.len() - jump.len() + 6) as u64;
    let offset = i64::from(i32::from_le_bytes(*operand));
    Some(address.wrapping_add(end).wrapping_add_signed(offset))
}

/// Returns which word a stub reads: `adrp x16, page` and `ldr x17, [x16, #offset]`, behind a landing instruction or not.
fn slot_of_aarch64(address: u64, code: &[u8]) -> Option<u64> {
    const PAGE: u64 = 4096;
    const LANDING: u32 = 0xd503_245f;
    let words: Vec<u32> =
        code.chunks_exact(4).filter_map(|word| Some(u32::from_le_bytes(word.try_into().ok()?))).collect();
    let skipped = usize::from(words.first() == Some(&LANDING));
    let (&page, &load) = (words.get(skipped)?, words.get(skipped + 1)?);
    if page & 0x9f00_001f != 0x9000_0010 || load & 0xffc0_03ff != 0xf940_0211 {
        return None;
    }
    // 21 bits with their sign, of which the lowest two stand apart.
    let pages = (page >> 5 & 0x7_ffff) << 2 | page >> 29 & 3;
    let pages = i64::from((pages << 11).cast_signed() >> 11);
    let base = (address & !(PAGE - 1)).wrapping_add_signed(pages * PAGE.cast_signed());
    Some(base.wrapping_add(u64::from(load >> 10 & 0xfff) * 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stubs_of_x86_read_a_word() {
        let plain = [0xff, 0x25, 0xe2, 0x2f, 0, 0, 0x68, 0, 0, 0, 0];
        assert_eq!(slot_of_x86(0x1030, &plain), Some(0x4018));
        let landing = [0xf3, 0x0f, 0x1e, 0xfa, 0xf2, 0xff, 0x25, 0xfd, 0xff, 0xff, 0xff];
        assert_eq!(slot_of_x86(0x1000, &landing), Some(0x1008));
        for other in [&[][..], &[0xff, 0x25, 1], &[0xff, 0x35, 0, 0, 0, 0], &[0x90; 16]] {
            assert_eq!(slot_of_x86(0x1000, other), None);
        }
    }

    #[test]
    fn stubs_of_aarch64_read_a_word() {
        // adrp x16, 0x11000; ldr x17, [x16, #0xfa8]; add; br: from the page 0x0.
        let words = [0x9000_0090_u32, 0xf947_d611, 0x913e_a210, 0xd61f_0220];
        let code: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        assert_eq!(slot_of_aarch64(0x5d0, &code), Some(0x10fa8));
        assert_eq!(slot_of_aarch64(0x5d0, &code[4..]), None);
        assert_eq!(slot_of_aarch64(0x5d0, &code[..6]), None);
    }
}
