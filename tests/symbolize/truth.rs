//! Names, files, lines and inlined calls, compared with llvm-symbolizer's at thousands of addresses.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use rpprof::symbolize::{Object, ResolveOptions, Resolver, symbolize};

use super::programs::{cpp, folder, go, run, tool};
use super::{Frame, frames, profile_of, reference};

/// How many addresses of a file are compared.
const ADDRESSES: usize = 4000;

/// Returns addresses in functions of a file, ascending: the same ones each time.
fn some_addresses(file: &Path) -> Vec<u64> {
    let object = Object::open(file).expect("it is a binary");
    let symbols = object.symbols();
    let functions: Vec<_> = symbols.iter().filter(|symbol| symbol.size() > 0).collect();
    assert!(functions.len() > 10, "{}: hardly a function", file.display());
    // Numbers of a linear congruence: nothing depends on how good they are.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let mut addresses: Vec<u64> = (0..ADDRESSES)
        .map(|_| {
            let function = &functions[next(functions.len() as u64) as usize];
            function.address() + next(function.size())
        })
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// Looks up addresses of a file by the library.
fn own(file: &Path, addresses: &[u64]) -> Vec<Vec<Frame>> {
    let mut resolver = Resolver::new(ResolveOptions::default());
    let named = symbolize(&profile_of(file, "", addresses), &mut resolver);
    frames(&named)
}

/// Returns whether two names are of one file.
///
/// Where the folder of the compiler is a relative path, llvm-symbolizer has it twice: as that folder, and as the first
/// one of the table of folders, which is the same.
fn is_same_file(own: &str, other: &str) -> bool {
    own == other || !other.starts_with('/') && other.ends_with(own.trim_start_matches("./"))
}

/// How an answer differs from the other one.
fn difference(own: &[Frame], other: &[Frame]) -> Option<&'static str> {
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
    compare(file, &addresses, &own(file, &addresses), &reference::frames(&symbolizer, file, &addresses));
}

#[track_caller]
fn compare(file: &Path, addresses: &[u64], own: &[Vec<Frame>], other: &[Vec<Frame>]) {
    let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for index in 0..addresses.len() {
        if let Some(kind) = difference(&own[index], &other[index]) {
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

#[test]
fn libraries_without_debug_information_have_the_names_that_llvm_finds() {
    for library in ["/lib/x86_64-linux-gnu/libc.so.6", "/lib/x86_64-linux-gnu/libstdc++.so.6", "/lib64/libc.so.6"] {
        if Path::new(library).exists() {
            check(Path::new(library));
        }
    }
}

/// Makes a program and a copy of it, and compares what is found of the copy with what is found of the program.
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
    for version in ["-gdwarf-4", "-gdwarf-5"] {
        let folder = folder(&format!("package{version}"));
        let Some(program) = cpp(&folder, &["-O2", version, "-gsplit-dwarf"]) else { return };
        let addresses = some_addresses(&program);
        let found = own(&program, &addresses);
        assert!(found.iter().any(|frames| frames.len() > 2), "hardly an inlined call");
        let Some(dwp) = tool("dwp") else { return };
        if !run(&folder, &dwp, &["-e", "words", "-o", "words.dwp"]) {
            return;
        }
        let files = fs::read_dir(&folder).expect("it is there").map(|entry| entry.expect("it is there").path());
        for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "dwo")) {
            fs::remove_file(file).expect("it is there");
        }
        compare(&program, &addresses, &own(&program, &addresses), &found);
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
    let whole: Vec<_> = own(&program, &addresses).into_iter().map(outermost).collect();
    let found = own(&stripped, &addresses);
    let lines = found.iter().flatten().filter(|frame| frame.line > 0 && !frame.file.is_empty()).count();
    let names: Vec<_> = found.into_iter().map(outermost).collect();
    let same = whole.iter().zip(&names).filter(|(one, other)| one == other).count();
    eprintln!("{same} of {} names, {lines} lines", whole.len());
    assert!(same * 100 > whole.len() * 99, "{same} of {} names", whole.len());
    assert!(lines * 100 > whole.len() * 95, "{lines} of {} lines", whole.len());
}
