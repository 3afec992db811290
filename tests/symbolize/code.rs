//! Machine code as text, compared with what `objdump` writes of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rpprof::symbolize::{
    AddressNames, CodeOptions, NameStyle, Object, Outcome, ResolveOptions, Resolver, Syntax, machine_code, symbolize,
};

use super::programs::{cpp, folder, go, run, tool};
use super::{frames, profile_of};

/// Address and mnemonic of each instruction, as `objdump` says.
fn objdump(tool: &Path, program: &Path, flags: &[&str]) -> BTreeMap<u64, String> {
    let mut command = Command::new(tool);
    command.args(["-d", "--no-show-raw-insn", "-j", ".text"]).args(flags).arg(program);
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let instruction = |line: &str| {
        let (address, text) = line.strip_prefix(' ')?.split_once(':')?;
        Some((u64::from_str_radix(address.trim(), 16).ok()?, text.split_whitespace().next()?.to_owned()))
    };
    text.lines().filter_map(instruction).collect()
}

/// What stands here, and in `objdump`, which has a word for prefixes without effect, and its own choice of aliases.
const ALIASES: [(&str, &str); 12] = [
    ("mov", "movabs"),
    ("nop", "cs"),
    ("nop", "data16"),
    ("nopw", "cs"),
    ("callq", "call"),
    ("jmpq", "jmp"),
    ("b.hs", "b.cs"),
    ("b.lo", "b.cc"),
    ("hint", "bti"),
    ("mov", "dup"),
    ("mov", "movz"),
    ("sys", "dc"),
];

/// Compares the functions of the program that have a size and are in the code that `objdump` shows.
fn check(program: &Path, expected: &BTreeMap<u64, String>, syntax: Syntax) {
    let object = Object::open(program).expect("it is a binary");
    let names = AddressNames::of(&object, None, NameStyle::Short);
    let (mut compared, mut unknown, mut other) = (0, 0, Vec::new());
    for symbol in object.symbols().iter().filter(|symbol| expected.contains_key(&symbol.address())) {
        let range = symbol.address()..symbol.address() + symbol.size();
        let found = object.instructions(range.clone(), syntax, &names).expect("it is in the file");
        let addresses: Vec<u64> = found.iter().map(|instruction| instruction.address).collect();
        let expected_addresses: Vec<u64> = expected.range(range).map(|(&address, _)| address).collect();
        assert_eq!(addresses, expected_addresses, "{}", symbol.name());
        for instruction in &found {
            let mnemonic = instruction.text.split_whitespace().next().expect("it has a name");
            let expected = expected[&instruction.address].as_str();
            let is_alias = ALIASES.contains(&(mnemonic, expected));
            unknown += usize::from(mnemonic == ".inst");
            if mnemonic != expected && mnemonic != ".inst" && !is_alias {
                other.push(format!("{mnemonic} is {expected} to objdump"));
            }
            compared += 1;
        }
    }
    other.sort();
    other.dedup();
    assert!(compared > 1000, "{compared} instructions");
    assert!(unknown * 200 < compared, "{unknown} of {compared} instructions are not known");
    assert!(other.is_empty(), "{compared} instructions; {}", other.join("\n"));
}

#[test]
fn code_of_x86_is_what_objdump_says() {
    let Some(objdump_path) = tool("objdump") else { return };
    if !cfg!(target_arch = "x86_64") {
        eprintln!("skipped: programs that are built here are for another processor");
        return;
    }
    let Some(program) = cpp(&folder("code"), &["-g", "-O2"]) else { return };
    for (syntax, flags) in [(Syntax::Intel, &["-M", "intel"][..]), (Syntax::Att, &[])] {
        check(&program, &objdump(&objdump_path, &program, flags), syntax);
    }
}

#[test]
fn code_of_aarch64_is_what_objdump_says() {
    let tools = tool("aarch64-linux-gnu-gcc").zip(tool("aarch64-linux-gnu-objdump"));
    let Some((compiler, objdump_path)) = tools else { return };
    let folder = folder("code_aarch64");
    // The library of C comes with it, which is enough to read.
    fs::write(folder.join("main.c"), "int main(void) { return 0; }\n").expect("the folder can be written");
    let arguments = ["-O2", "-static", "main.c", "-o", "words"];
    if !run(&folder, &compiler, &arguments) {
        return;
    }
    let program = folder.join("words");
    check(&program, &objdump(&objdump_path, &program, &[]), Syntax::Intel);
}

/// Builds the C++ program, and returns it with the addresses of its functions with a word in their names.
fn program_and_addresses(name: &str, word: &str) -> Option<(PathBuf, Vec<u64>)> {
    let program = cpp(&folder(name), &["-g", "-O2"])?;
    let symbols = Object::open(&program).expect("it is a binary").symbols();
    let found = symbols.iter().filter(|symbol| symbol.name().contains(word) && symbol.size() > 0);
    let addresses: Vec<u64> = found.map(|symbol| symbol.address() + 1).collect();
    assert!(!addresses.is_empty(), "there is no {word}");
    Some((program, addresses))
}

#[test]
fn functions_of_a_profile_are_found_with_their_places() {
    let Some((program, addresses)) = program_and_addresses("code_of_profile", "main") else { return };
    let profile = profile_of(&program, "", &addresses);
    let code = machine_code(&profile, &ResolveOptions::default(), &CodeOptions::default(), |name| name == "main");
    let [routine] = code.routines.as_slice() else { panic!("{:?}", code.routines) };
    assert_eq!((routine.name.as_str(), &routine.binary), ("main", &program));
    assert!(code.failures.is_empty() && code.places.iter().any(Option::is_some));
    assert_eq!(routine.frames.len(), routine.instructions.len());
    let files = routine.frames.iter().filter_map(|frames| frames.last());
    let own = files.filter(|frame| &*frame.function == "main" && frame.file.ends_with("words.cc") && frame.line > 0);
    assert!(own.count() > routine.instructions.len() / 2);
    let nothing = machine_code(&profile, &ResolveOptions::default(), &CodeOptions::default(), |name| name == "nobody");
    assert!(nothing.routines.is_empty() && nothing.failures.is_empty());
    let mut by_address = CodeOptions::default();
    by_address.address = Some(addresses[0]);
    let found = machine_code(&profile, &ResolveOptions::default(), &by_address, |_| false);
    assert_eq!(found.routines.len(), 1);
}

#[test]
fn why_there_is_no_code_is_told() {
    let outcome = |file: &Path, build_id: &str| {
        let profile = profile_of(file, build_id, &[0x1000]);
        let code = machine_code(&profile, &ResolveOptions::default(), &CodeOptions::default(), |_| true);
        assert!(code.routines.is_empty());
        code.failures.into_iter().next().expect("it is told").outcome
    };
    assert_eq!(outcome(Path::new("/nowhere/app"), ""), Outcome::Missing);
    let Some((program, _)) = program_and_addresses("code_of_others", "main") else { return };
    let Some(objcopy) = tool("objcopy") else { return };
    let folder = program.parent().expect("it is in a folder");
    if run(folder, &objcopy, &["--only-keep-debug", "words", "words.debug"]) {
        let told = outcome(&folder.join("words.debug"), "");
        assert!(matches!(&told, Outcome::Unusable(why) if why.contains("no machine code")), "{told:?}");
    }
    assert!(matches!(outcome(&program, "0123456789abcdef"), Outcome::OtherBuild(_)));
}

/// Address and name of each stub that calls another file's function, as `objdump` says.
fn stubs(tool: &Path, program: &Path) -> BTreeMap<u64, String> {
    let output = Command::new(tool).arg("-d").arg(program).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let stub = |line: &str| {
        let (address, name) = line.strip_suffix("@plt>:")?.split_once(" <")?;
        Some((u64::from_str_radix(address, 16).ok()?, format!("{name}@plt")))
    };
    text.lines().filter_map(stub).collect()
}

#[test]
fn stubs_are_named_as_objdump_names_them() {
    for (kind, flags) in [
        ("lazy", &["-Wl,-z,lazy"][..]),
        ("now", &["-Wl,-z,now"]),
        ("landing", &["-fcf-protection", "-Wl,-z,ibtplt"]),
        ("fixed", &["-no-pie"]),
    ] {
        let (Some(objdump), Some(program)) = (tool("objdump"), cpp(&folder(&format!("stubs_{kind}")), flags)) else {
            continue;
        };
        check_stubs(&objdump, &program);
    }
    let tools = tool("aarch64-linux-gnu-gcc").zip(tool("aarch64-linux-gnu-objdump"));
    let Some((compiler, objdump)) = tools else { return };
    let folder = folder("stubs_aarch64");
    let source = "#include <stdio.h>\nint main(int c, char **v) { return puts(v[0]) + printf(\"%d\", c); }\n";
    fs::write(folder.join("main.c"), source).expect("the folder can be written");
    if run(&folder, &compiler, &["-O2", "main.c", "-o", "words"]) {
        check_stubs(&objdump, &folder.join("words"));
    }
}

#[track_caller]
fn check_stubs(objdump: &Path, program: &Path) {
    let expected = stubs(objdump, program);
    assert!(expected.len() > 1, "{}: hardly a stub", program.display());
    let symbols = Object::open(program).expect("it is a binary").symbols();
    let own = symbols.iter().filter(|symbol| symbol.name().ends_with("@plt"));
    let own: BTreeMap<u64, String> = own.map(|symbol| (symbol.address(), symbol.name().to_owned())).collect();
    assert_eq!(own, expected, "{}", program.display());
}

/// A function of which one of two copies is chosen when the program starts.
const CHOSEN: &str = r#"
#include <stdio.h>
static int one(int x) { return x * 3; }
static int other(int x) { return x << 3; }
static int (*choose(void))(int) { return puts ? one : other; }
__attribute__((visibility("hidden"), ifunc("choose"))) int scaled(int x);
int main(int c, char **v) { return scaled(c) + puts(v[0]); }
"#;

#[test]
fn stubs_of_functions_that_are_chosen_are_named_after_them() {
    let tools = (tool("cc"), tool("objcopy"), tool("objdump"));
    let (Some(compiler), Some(objcopy), Some(objdump)) = tools else { return };
    for (kind, flags) in [("now", &["-Wl,-z,now"][..]), ("fixed", &["-no-pie"]), ("static", &["-static"])] {
        let folder = folder(&format!("chosen_{kind}"));
        fs::write(folder.join("chosen.c"), CHOSEN).expect("the folder can be written");
        if !run(&folder, &compiler, &[&["-O2", "chosen.c", "-o", "whole"], flags].concat()) {
            continue;
        }
        assert!(run(&folder, &objcopy, &["--only-keep-debug", "whole", "whole.debug"]));
        assert!(run(&folder, &objcopy, &["--strip-all", "whole", "stripped"]));
        assert!(run(&folder, &objcopy, &["--strip-all", "--add-gnu-debuglink=whole.debug", "whole", "linked"]));
        let names = |file: &str| -> BTreeMap<u64, String> {
            let symbols = Object::open(folder.join(file)).expect("it is a binary").symbols();
            let stubs = symbols.iter().filter(|symbol| symbol.name().ends_with("@plt"));
            stubs.map(|symbol| (symbol.address(), symbol.name().to_owned())).collect()
        };
        let (whole, stripped) = (names("whole"), names("stripped"));
        let (&stub, _) = whole.iter().find(|(_, name)| *name == "scaled@plt").expect("it is called by a stub");
        // It does not look at those of a program that is linked statically.
        if kind == "static" {
            assert!(stripped[&stub].starts_with("*ABS*+0x"), "{stripped:?}");
        } else {
            assert_eq!(stripped, stubs(&objdump, &folder.join("stripped")), "{kind}");
        }
        let named = symbolize(&profile_of(&folder.join("linked"), "", &[stub]), &mut Resolver::default());
        assert_eq!(frames(&named)[0][0].function, "scaled@plt", "{kind}");
    }
}

#[test]
fn stripped_go_programs_come_apart_into_functions() {
    let (Some(whole), Some(stripped)) = (go(&folder("code_go_whole"), ""), go(&folder("code_go_stripped"), "-s -w"))
    else {
        return;
    };
    let [whole, stripped] = [whole, stripped].map(|path| Object::open(&path).expect("it is a binary"));
    let (expected, found) = (whole.symbols(), stripped.symbols());
    let names: BTreeMap<u64, &str> = found.iter().map(|symbol| (symbol.address(), symbol.name())).collect();
    // Marks of the linker, such as the end of all code, have no size.
    let functions: Vec<_> = expected.iter().filter(|symbol| symbol.size() > 0).collect();
    let is_same = |symbol: &&rpprof::symbolize::Symbol<'_>| {
        names.get(&symbol.address()).is_some_and(|name| symbol.name().trim_end_matches(".abi0") == *name)
    };
    let same = functions.iter().filter(|symbol| is_same(symbol)).count();
    eprintln!("{same} of {} functions", functions.len());
    assert!(functions.len() > 1000 && same * 100 > functions.len() * 99);
    let main = |object: &Object| {
        let (symbols, names) = (object.symbols(), AddressNames::of(object, None, NameStyle::Short));
        let symbol = symbols.iter().find(|symbol| symbol.name() == "main.main").expect("it is there");
        let range = symbol.address()..symbol.address() + symbol.size();
        let instructions = object.instructions(range, Syntax::Intel, &names).expect("it is code");
        let is_filler = |text: &str| text.starts_with("int3") || text.starts_with("nop");
        instructions.into_iter().map(|instruction| instruction.text).filter(|text| !is_filler(text)).collect::<Vec<_>>()
    };
    assert!(main(&whole).len() > 10);
    assert_eq!(main(&stripped).len(), main(&whole).len());
}
