//! Tables against what gimli reads, and whose an address was when.

use gimli::{BaseAddresses, CfaRule, CieOrFde, EhFrame, LittleEndian, Register, RegisterRule, UnwindSection};

use super::*;
use crate::collector::recorder::unwind::{AARCH64, Kind, Saved};

/// DWARF's numbers of frame pointer, stack pointer and return address.
const AARCH64_REGISTERS: [Register; 3] = [Register(29), Register(31), Register(30)];
#[cfg(target_arch = "x86_64")]
const HOST_REGISTERS: [Register; 3] = [Register(6), Register(7), Register(16)];
#[cfg(target_arch = "aarch64")]
const HOST_REGISTERS: [Register; 3] = AARCH64_REGISTERS;

/// Returns the rule that gimli reads, or `None` if it has an expression in it.
fn expected(row: &gimli::UnwindTableRow<usize>, registers: [Register; 3]) -> Option<Rule> {
    let [fp, sp, return_address] = registers;
    if row.register(return_address).as_ref() == Some(&RegisterRule::Undefined) {
        return Some(Rule::OUTERMOST);
    }
    let saved = |register: Register| match row.register(register) {
        None | Some(RegisterRule::SameValue) => Some(Saved::Same),
        Some(RegisterRule::Offset(offset)) => Some(Saved::At(offset)),
        Some(RegisterRule::Undefined | RegisterRule::Register(_)) => Some(Saved::Lost),
        _ => None,
    };
    let CfaRule::RegisterAndOffset { register, offset } = *row.cfa() else { return None };
    let kind = match register {
        register if register == sp => Kind::Sp,
        register if register == fp => Kind::Fp,
        _ => return Some(Rule::UNKNOWN),
    };
    Some(Rule::new(kind, offset, saved(fp)?, saved(return_address)?))
}

/// Compares all rows of all functions of an object with gimli's reading of them.
///
/// Returns how many places were compared, and at how many of them there were expressions.
fn compare(memory: &ProcessMemory, base: u64, path: &str, machine: (&Architecture, [Register; 3])) -> (u32, u32) {
    let (mut compared, mut with_expression) = (0, 0);
    let Some(headers) = Headers::read(memory, base) else { return (0, 0) };
    let Some((header_address, header_size)) = headers.unwind_header else { return (0, 0) };
    let header = memory.read(header_address, header_size.min(16));
    let address = section_of_header(Section { bytes: &header, address: header_address }).expect("a header");
    let end = headers.segment_end(address).expect("it is in a segment");
    let bytes = memory.read(address, end - address);
    let table = table(memory, &headers, base, machine.0);
    let section = EhFrame::new(&bytes, LittleEndian);
    let bases = BaseAddresses::default().set_eh_frame(address).set_eh_frame_hdr(header_address);
    let mut entries = section.entries(&bases);
    let mut context = gimli::UnwindContext::new();
    while let Ok(Some(entry)) = entries.next() {
        let CieOrFde::Fde(partial) = entry else { continue };
        let fde = partial.parse(EhFrame::cie_from_offset).expect("it has a CIE");
        if fde.len() == 0 || fde.is_signal_trampoline() {
            continue;
        }
        let mut rows = fde.rows(&section, &bases, &mut context).expect("it has rows");
        while let Some(row) = rows.next_row().expect("a row") {
            for address in [row.start_address(), row.end_address().wrapping_sub(1)] {
                let offset = u32::try_from(address - base).expect("near the start");
                match expected(row, machine.1) {
                    Some(expected) => assert_eq!(table.find(offset), expected, "{path}+{offset:#x}"),
                    None => with_expression += 1,
                }
                compared += 1;
            }
        }
    }
    (compared, with_expression)
}

/// Returns Debian's libraries for the other processor, if they are installed; their code and unwind sections lie in the
/// file as in memory, so that the file can stand for it.
fn libraries_of_aarch64() -> impl Iterator<Item = (String, ProcessMemory)> {
    ["libc.so.6", "libstdc++.so.6", "libm.so.6", "ld-linux-aarch64.so.1"].into_iter().filter_map(|name| {
        let path = format!("/usr/aarch64-linux-gnu/lib/{name}");
        let memory = ProcessMemory::of_file(&path);
        if memory.is_none() {
            println!("skipped: there is no {path}; Debian has it in libc6-arm64-cross and libstdc++6-arm64-cross");
        }
        Some((path, memory?))
    })
}

#[test]
#[cfg_attr(miri, ignore = "it looks at its own process")]
fn tables_of_aarch64_say_what_gimli_reads() {
    let mut compared = 0;
    for (path, memory) in libraries_of_aarch64() {
        let (places, with_expression) = compare(&memory, 0, &path, (&AARCH64, AARCH64_REGISTERS));
        println!("{path}: {places} places, {with_expression} of them with expressions");
        assert!(places > 1000 && with_expression * 50 < places);
        compared += places;
    }
    println!("{compared} places");
}

#[test]
#[cfg_attr(miri, ignore = "it looks at its own process")]
fn tables_say_what_gimli_reads() {
    let memory = ProcessMemory::open().expect("the process can read itself");
    let text = fs::read_to_string("/proc/self/maps").expect("it can be read");
    let (mut compared, mut with_expression) = (0, 0);
    let lines: Vec<_> = maps::lines(&text).collect();
    // Other tests map files to read them; such a file is one line, without code, and may be gone soon.
    let is_loaded = |index: usize| {
        let of_file = lines[index..].iter().take_while(|line| line.file_id == lines[index].file_id);
        of_file.skip(1).any(|line| line.is_executable)
    };
    let first_lines = (0..lines.len()).filter(|&index| lines[index].offset == 0 && is_loaded(index));
    for line in first_lines.map(|index| &lines[index]).filter(|line| line.path.starts_with('/')) {
        let (places, expressions) = compare(&memory, line.start, line.path, (&HOST, HOST_REGISTERS));
        compared += places;
        with_expression += expressions;
    }
    println!("{compared} places, {with_expression} of them with expressions");
    assert!(compared > 20_000 && with_expression * 50 < compared);
}

#[test]
fn the_programs_libraries_are_never_in_doubt() {
    let library = |start: u64, path: &str| Module {
        start,
        end: start + 0x1000,
        file_offset: 0,
        bias: start,
        path: path.to_owned(),
        build_id: String::new(),
    };
    let mut modules = Modules { permanent: vec![0x10_000], ..Modules::default() };
    let seen = || vec![library(0x10_000, "/lib/libc.so.6"), library(0x20_000, "/lib/plugin.so")];
    modules.note_modules(seen(), 2);
    // Nothing is new, but ten objects came or went: one of them may have been where the plugin is.
    modules.note_modules(seen(), 10);
    let history = modules.history(0);
    let owner = |epoch, address| history.find(epoch, address).map(|index| history.0[index].module.path.as_str());
    for (epoch, plugin) in [(0, Some("/lib/plugin.so")), (1, None), (2, Some("/lib/plugin.so"))] {
        assert_eq!(owner(epoch, 0x10_800), Some("/lib/libc.so.6"), "epoch {epoch}");
        assert_eq!(owner(epoch, 0x20_800), plugin, "epoch {epoch}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "it looks at its own process")]
#[cfg(target_env = "gnu")]
fn the_c_library_stays_and_so_does_the_loader() {
    let memory = ProcessMemory::open().expect("the process can read itself");
    let text = fs::read_to_string("/proc/self/maps").expect("it can be read");
    let permanent = loader::permanent();
    // As they are named now, before glibc 2.34, and by musl, where both are one.
    let names = [["/libc.so.6", "/libc-2.", "/ld-musl-"], ["/ld-linux", "/ld-2.", "/ld-musl-"]];
    for names in names {
        let is_library = |line: &MapLine<'_>| line.offset == 0 && names.iter().any(|name| line.path.contains(name));
        // Others may read the file at the same time.
        let mut biases = maps::lines(&text).filter(is_library).filter_map(|line| Headers::read(&memory, line.start));
        assert!(biases.any(|headers| permanent.contains(&headers.bias)), "{names:?} is not in {permanent:x?}:\n{text}");
    }
}

/// How rules that were inferred from code compare with those of the compiler, by instructions.
#[derive(Clone, Copy, Debug, Default)]
struct Inferred {
    same: u32,
    /// They count from the stack pointer, and the compiler's from the frame pointer.
    otherwise: u32,
    unknown: u32,
    different: u32,
}

/// Returns whether a rule is that of the compiler but for the frame pointer, which is in its register again.
fn is_restored(own: Rule, expected: Rule) -> bool {
    let is_below_the_stack = matches!(expected.fp(), Saved::At(offset) if offset < -own.cfa_offset());
    let is_same_frame = (own.kind(), own.cfa_offset()) == (expected.kind(), expected.cfa_offset());
    is_same_frame && own.fp() == Saved::Same && is_below_the_stack
}

/// Infers rules of all code of an object as if it had none.
fn compare_inferred(memory: &ProcessMemory, base: u64, architecture: &Architecture) -> Inferred {
    let mut found = Inferred::default();
    let Some(headers) = Headers::read(memory, base) else { return found };
    let expected = told_rules(memory, &headers, base, architecture).finish();
    for code in &headers.code {
        let bytes = memory.read(code.start, code.end - code.start);
        let mut builder = TableBuilder::new(base);
        builder.add_inferred(Section { bytes: &bytes, address: code.start }, headers.start, architecture);
        let table = builder.finish();
        let mut offset = 0;
        while let Some(instruction) = (architecture.instructions.decode)(&bytes[offset..], 0) {
            let place = (code.start - base) as u32 + offset as u32;
            let (own, expected) = (table.find(place), expected.find(place));
            match () {
                () if expected == Rule::UNKNOWN => {}
                () if own == expected => found.same += 1,
                () if expected.kind() == Kind::Plt || is_restored(own, expected) => found.same += 1,
                () if own == Rule::UNKNOWN => found.unknown += 1,
                () if own.kind() == Kind::Sp && expected.kind() == Kind::Fp && own.fp() == expected.fp() => {
                    found.otherwise += 1;
                }
                () => found.different += 1,
            }
            offset += instruction.length;
        }
    }
    found
}

/// Checks the rules that are inferred for the code of an object, and returns of how many instructions.
fn check_inferred(memory: &ProcessMemory, base: u64, path: &str, architecture: &Architecture) -> u32 {
    let Inferred { same, otherwise, unknown, different } = compare_inferred(memory, base, architecture);
    let all = same + otherwise + unknown + different;
    println!("{path}: {same} the same, {otherwise} otherwise, {unknown} unknown, {different} different");
    assert!(different <= all / 20 && unknown <= all / 7, "{path}");
    all
}

#[test]
#[cfg_attr(miri, ignore = "it looks at its own process")]
fn inferred_rules_are_those_of_the_compiler() {
    let memory = ProcessMemory::open().expect("the process can read itself");
    let text = fs::read_to_string("/proc/self/maps").expect("the process can read its map");
    let program = fs::read_link("/proc/self/exe").expect("the process has a program");
    let is_library = |path: &str| path.starts_with('/') && Some(path) != program.to_str();
    let mut compared = 0;
    for line in maps::lines(&text).filter(|line| line.offset == 0 && is_library(line.path)) {
        compared += check_inferred(&memory, line.start, line.path, &HOST);
    }
    assert!(compared > 0);
}

#[test]
#[cfg_attr(miri, ignore = "it looks at its own process")]
fn inferred_rules_are_those_of_the_compiler_for_aarch64() {
    // Those in C++ are left out: its landing pads are reached by tables, so there are always some.
    for (path, memory) in libraries_of_aarch64().filter(|(path, _)| !path.contains("++")) {
        assert!(check_inferred(&memory, 0, &path, &AARCH64) > 1000);
    }
}
