//! Names, files, lines and inlined calls, compared with llvm-symbolizer's at thousands of addresses.
//!
//! `RPPROF_SYMBOLIZE_ALL=1` compares 20,000 of each kind of file, and larger programs.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use rpprof::symbolize::{Object, Outcome, ResolveOptions, Resolver, SymbolTable, symbolize};

use super::programs::{cpp, cpp_by, folder, go, is_all_wanted, run, source, tool};
use super::{Frame, frames, profile_of, reference};

/// How many addresses of a file are compared.
const ADDRESSES: usize = 3000;
/// How many are if all there is to compare is wanted.
const ALL_ADDRESSES: usize = 20_000;
/// How often chance is asked for each of them: small programs have fewer.
const DRAWS: usize = 20;

/// Returns addresses of code of a file, ascending: the same ones each time.
///
/// Every other one is of a function that was drawn, and the rest of all code, with what is between functions.
fn some_addresses(file: &Path) -> Vec<u64> {
    let object = Object::open(file).expect("it is a binary");
    let symbols = object.symbols();
    let functions: Vec<_> = symbols.iter().filter(|symbol| symbol.size() > 0).collect();
    assert!(functions.len() > 10, "{}: hardly a function", file.display());
    let (first, last) = (functions[0], functions[functions.len() - 1]);
    let all = last.address() + last.size() - first.address();
    // Numbers of a linear congruence: nothing depends on how good they are.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let count = if is_all_wanted() { ALL_ADDRESSES } else { ADDRESSES };
    let mut addresses = BTreeSet::new();
    for draw in 0..count * DRAWS {
        let function = &functions[next(functions.len() as u64) as usize];
        let of_function = function.address() + next(function.size());
        addresses.insert(if draw % 2 == 0 { of_function } else { first.address() + next(all) });
        if addresses.len() == count {
            break;
        }
    }
    addresses.into_iter().collect()
}

/// Looks up addresses of a file by the library.
fn own(file: &Path, addresses: &[u64]) -> Vec<Vec<Frame>> {
    own_and_source(file, addresses).0
}

/// Does the same, and says which file has the debug information.
fn own_and_source(file: &Path, addresses: &[u64]) -> (Vec<Vec<Frame>>, Option<PathBuf>) {
    let mut resolver = Resolver::new(ResolveOptions::default());
    let named = symbolize(&profile_of(file, "", addresses), &mut resolver);
    let source = match &resolver.summary().binaries[0].outcome {
        Outcome::File(path) => Some(path.clone()),
        _ => None,
    };
    (frames(&named), source)
}

/// Returns whether two names are of one file.
///
/// Where the folder of the compiler is a relative path, llvm-symbolizer has it twice: as that folder, and as the first
/// one of the table of folders, which is the same.
fn is_same_file(own: &str, other: &str) -> bool {
    own == other || !other.starts_with('/') && other.ends_with(own.trim_start_matches("./"))
}

/// Returns whether an answer is the name of a stub that calls another file's function; the reference has none, or that of
/// the symbol before.
fn is_stub(own: &[Frame]) -> bool {
    matches!(own, [frame] if frame.function.ends_with("@plt") && frame.line == 0)
}

/// Returns whether an answer is the symbol before the stubs, which has no size: what is behind a stub is not of it.
fn is_before_stubs(other: &[Frame]) -> bool {
    matches!(other, [frame] if frame.function == "_init" && frame.line == 0)
}

/// Returns whether the reference takes a label within a function of assembly for a function, which no symbol says it is.
fn is_label(symbols: &SymbolTable, address: u64, own: &[Frame], other: &[Frame]) -> bool {
    let ([own], [other]) = (own, other) else { return false };
    let is_held = symbols.at(address).is_some_and(|symbol| symbol.size() > 0 && symbol.name() == own.function);
    let is_function = symbols.iter().any(|symbol| symbol.name() == other.function);
    is_held && !is_function && own.start_line == 0 && *own == Frame { function: own.function.clone(), ..other.clone() }
}

/// How an answer differs from the other one.
fn difference(own: &[Frame], other: &[Frame]) -> Option<&'static str> {
    if is_stub(own) && other.iter().all(|frame| frame.line == 0) || own.is_empty() && is_before_stubs(other) {
        return None;
    }
    let is_same = |(own, other): (&Frame, &Frame)| {
        is_same_file(&own.file, &other.file) && *own == Frame { file: own.file.clone(), ..other.clone() }
    };
    if own.len() == other.len() && own.iter().zip(other).all(is_same) {
        return None;
    }
    if own.is_empty() || other.is_empty() {
        return Some(if own.is_empty() { "nothing" } else { "something where it has nothing" });
    }
    if own.len() != other.len() {
        return Some("another number of frames");
    }
    let differs = |part: fn(&Frame) -> (&str, i64)| own.iter().map(part).ne(other.iter().map(part));
    Some(match () {
        () if differs(|frame| (&frame.function, 0)) => "another function",
        () if own.iter().zip(other).any(|(own, other)| !is_same_file(&own.file, &other.file)) => "another file",
        () if differs(|frame| ("", frame.line)) => "another line",
        () if differs(|frame| ("", frame.column)) => "another column",
        () => "another first line",
    })
}

/// Compares a file with the reference.
#[track_caller]
fn check(file: &Path) {
    let Some(symbolizer) = tool("llvm-symbolizer") else { return };
    let addresses = some_addresses(file);
    let mut expected = reference::frames(&symbolizer, file, &addresses);
    let (found, debug_file) = own_and_source(file, &addresses);
    // Of functions without debug information, such as those of assembly, it reads the binary's symbols alone; those of
    // the debug file are more, and it has the same name for them if it is asked of that file.
    if let Some(debug_file) = debug_file.filter(|debug_file| debug_file != file) {
        let in_debug_file = reference::frames(&symbolizer, &debug_file, &addresses);
        let nameless = expected.iter_mut().zip(in_debug_file).filter(|(frames, _)| frames.is_empty());
        nameless.for_each(|(frames, of_symbol)| *frames = of_symbol);
    }
    compare(file, &addresses, &found, &expected);
}

#[track_caller]
fn compare(file: &Path, addresses: &[u64], own: &[Vec<Frame>], other: &[Vec<Frame>]) {
    let symbols = Object::open(file).expect("it is a binary").symbols();
    let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, &address) in addresses.iter().enumerate() {
        if let Some(kind) = difference(&own[index], &other[index])
            && !is_label(&symbols, address, &own[index], &other[index])
        {
            kinds.entry(kind).or_default().push(index);
        }
    }
    let inlined = other.iter().filter(|frames| frames.len() > 1).count();
    eprintln!("{}: {} addresses, {inlined} of them inlined", file.display(), addresses.len());
    for (kind, places) in &kinds {
        eprintln!("  {kind}: {}", places.len());
        for &place in places.iter().take(3) {
            eprintln!("    {:#x}\n      {:?}\n      {:?}", addresses[place], own[place], other[place]);
        }
    }
    let different: usize = kinds.values().map(Vec::len).sum();
    assert_eq!(different, 0, "{}: other answers", file.display());
}

#[test]
fn this_program_has_the_names_that_llvm_finds() {
    check(&env::current_exe().expect("it has a path"));
}

/// Compares a program that a variable names, such as a release build of this project.
#[test]
fn a_program_of_choice_has_the_names_that_llvm_finds() {
    let Some(program) = env::var_os("RPPROF_SYMBOLIZE") else { return };
    check(Path::new(&program));
}

#[test]
fn cpp_programs_have_the_names_that_llvm_finds() {
    for version in ["-gdwarf-4", "-gdwarf-5"] {
        let Some(program) = cpp(&folder(&format!("cpp{version}")), &["-O2", version]) else { return };
        check(&program);
    }
}

#[test]
fn go_programs_have_the_names_that_llvm_finds() {
    let Some(program) = go(&folder("go"), "") else { return };
    check(&program);
}

/// Returns a library of the system, or tells that there is none in the usual places.
fn library(name: &str) -> Option<PathBuf> {
    let folders = ["/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64"];
    let found = folders.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: there is no {name}");
    }
    found
}

/// The library of C, with its debug information if that is installed.
#[test]
fn the_library_of_c_has_the_names_that_llvm_finds() {
    let Some(library) = library("libc.so.6") else { return };
    let frames = own(&library, &some_addresses(&library));
    if frames.iter().flatten().all(|frame| frame.line == 0) {
        eprintln!("skipped: there is no debug information of {}", library.display());
        return;
    }
    check(&library);
}

#[test]
fn libraries_without_debug_information_have_the_names_that_llvm_finds() {
    let folder = folder("libraries");
    for name in ["libc.so.6", "libm.so.6", "libstdc++.so.6"] {
        let (Some(library), Some(objcopy)) = (library(name), tool("objcopy")) else { return };
        // Without what leads to debug information that may be installed.
        let path = library.to_str().expect("UTF-8");
        if run(&folder, &objcopy, &["-R", ".note.gnu.build-id", "-R", ".gnu_debuglink", path, name]) {
            check(&folder.join(name));
        }
    }
}

/// Makes a program and a copy of it, and compares what is found of the copy with what is found of the program, and that
/// with what llvm-symbolizer finds.
#[track_caller]
fn check_copy(name: &str, flags: &[&str], copy: impl FnOnce(&Path, &Path) -> Option<PathBuf>) {
    let folder = folder(name);
    let Some(program) = cpp(&folder, flags) else { return };
    let Some(copy) = copy(&folder, &program) else { return };
    let addresses = some_addresses(&program);
    // Debug information does not know that the compiler has moved a part of a function.
    let warm = |mut answers: Vec<Vec<Frame>>| {
        let moved = answers.iter_mut().flatten().filter_map(|frame| frame.function.find(".cold").map(|at| (frame, at)));
        moved.for_each(|(frame, at)| frame.function.truncate(at));
        answers
    };
    let found = warm(own(&program, &addresses));
    assert!(found.iter().flatten().filter(|frame| frame.line > 0).count() > addresses.len(), "hardly a line");
    compare(&copy, &addresses, &warm(own(&copy, &addresses)), &found);
    // Older ones do not know all ways to compress, so it is asked of the program that the copy is of.
    let Some(symbolizer) = tool("llvm-symbolizer") else { return };
    compare(&program, &addresses, &found, &warm(reference::frames(&symbolizer, &program, &addresses)));
}

#[test]
fn stripped_programs_have_the_names_of_their_debug_files() {
    for (name, by) in [("link", "-Wl,--build-id=none"), ("link_and_build_id", "-Wl,--build-id")] {
        check_copy(name, &["-O2", "-g", by], |folder, program| {
            let objcopy = tool("objcopy")?;
            let program = program.to_str()?;
            let is_done = run(folder, &objcopy, &["--only-keep-debug", program, "words.debug"])
                && run(folder, &objcopy, &["--strip-all", "--add-gnu-debuglink=words.debug", program, "stripped"]);
            is_done.then(|| folder.join("stripped"))
        });
    }
}

#[test]
fn compressed_debug_information_is_read() {
    for kind in ["zlib", "zlib-gnu", "zstd"] {
        check_copy(kind, &["-O2", "-g"], |folder, program| {
            let objcopy = tool("objcopy")?;
            let option = format!("--compress-debug-sections={kind}");
            run(folder, &objcopy, &[&option, program.to_str()?, "compressed"]).then(|| folder.join("compressed"))
        });
    }
}

#[test]
fn split_debug_information_is_read() {
    for version in ["-gdwarf-4", "-gdwarf-5"] {
        let name = format!("split{version}");
        let Some(program) = cpp(&folder(&name), &["-O2", version, "-gsplit-dwarf"]) else { return };
        check(&program);
    }
}

#[test]
fn packages_of_split_debug_information_are_read() {
    // The linker's packer knows DWARF 4 alone, and LLVM's does not end with DWARF 5 of GCC.
    for (compiler_name, version, packer) in
        [("c++", "-gdwarf-4", "dwp"), ("c++", "-gdwarf-4", "llvm-dwp"), ("clang", "-gdwarf-5", "llvm-dwp")]
    {
        let folder = folder(&format!("{packer}{version}"));
        let Some(compiler) = tool(compiler_name) else { continue };
        let mut flags = vec!["-O2", version, "-gsplit-dwarf"];
        if compiler_name == "clang" {
            flags.push("--driver-mode=g++");
        }
        let Some(program) = cpp_by(&compiler, &folder, &flags) else { continue };
        let addresses = some_addresses(&program);
        let found = own(&program, &addresses);
        assert!(found.iter().any(|frames| frames.len() > 2), "hardly an inlined call");
        let Some(packer) = tool(packer) else { continue };
        if !run(&folder, &packer, &["-e", "words", "-o", "words.dwp"]) {
            continue;
        }
        let files = fs::read_dir(&folder).expect("it is there").map(|entry| entry.expect("it is there").path());
        for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "dwo")) {
            fs::remove_file(file).expect("it is there");
        }
        compare(&program, &addresses, &own(&program, &addresses), &found);
        check(&program);
    }
}

#[test]
fn stripped_go_programs_have_the_functions_of_their_own_table() {
    let (Some(program), Some(stripped)) = (go(&folder("go_whole"), ""), go(&folder("go_stripped"), "-s -w")) else {
        return;
    };
    let addresses = some_addresses(&program);
    // The table tells where code is from, but not who has inlined whom.
    let outermost =
        |mut frames: Vec<Frame>| frames.pop().map(|frame| frame.function.trim_end_matches(".abi0").to_owned());
    // What is between functions is of the one before to the table.
    let whole = own(&program, &addresses);
    let (addresses, whole): (Vec<u64>, Vec<_>) =
        addresses.into_iter().zip(whole).filter(|(_, frames)| !frames.is_empty()).unzip();
    let whole: Vec<_> = whole.into_iter().map(outermost).collect();
    let found = own(&stripped, &addresses);
    let lines = found.iter().flatten().filter(|frame| frame.line > 0 && !frame.file.is_empty()).count();
    let names: Vec<_> = found.into_iter().map(outermost).collect();
    let same = whole.iter().zip(&names).filter(|(one, other)| one == other).count();
    eprintln!("{same} of {} names, {lines} lines", whole.len());
    assert!(same * 100 > whole.len() * 99, "{same} of {} names", whole.len());
    assert!(lines * 100 > whole.len() * 95, "{lines} of {} lines", whole.len());
}

#[test]
fn calls_that_are_inlined_into_one_another_have_the_frames_that_llvm_finds() {
    for (depth, compiler_name) in [(50, "c++"), (500, "c++"), (500, "clang")] {
        let folder = folder(&format!("nested{depth}{compiler_name}"));
        let Some(compiler) = tool(compiler_name) else { continue };
        let depth_flag = format!("-DDEPTH={depth}");
        let source = source("nested.cc");
        let mut arguments = vec!["-O2", "-g", "-std=c++17", &depth_flag, source.to_str().expect("UTF-8")];
        arguments.extend(["-o", "nested", "-x", "none", "-lm"]);
        if compiler_name == "clang" {
            arguments.push("--driver-mode=g++");
        }
        if !run(&folder, &compiler, &arguments) {
            continue;
        }
        let program = folder.join("nested");
        let symbols = Object::open(&program).expect("it is a binary").symbols();
        let deepest = symbols.iter().find(|symbol| symbol.name() == "deepest").expect("it is compiled");
        let addresses: Vec<u64> = (deepest.address()..deepest.address() + deepest.size()).collect();
        let found = own(&program, &addresses);
        let most = found.iter().map(Vec::len).max().expect("there is code");
        assert_eq!(most, depth + 2, "as many calls, the last one, and the function itself");
        check(&program);
    }
}
