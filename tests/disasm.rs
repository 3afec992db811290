//! Machine code with what it weighs: a program is built, and a profile of its addresses is made up.
#![cfg(all(feature = "cli", unix))]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rpprof::codec::{self, WriteOptions};
use rpprof::profile::{LabelSetId, Location, LocationId, Mapping, ProfileBuilder};
use rpprof::report;
use rpprof::symbolize::{AddressNames, Instruction, NameStyle, Object, Syntax};

const PROGRAM: &str = "\
static inline __attribute__((always_inline)) unsigned mix(unsigned a) {
    return a * 2654435761u ^ a >> 7;
}

__attribute__((noinline)) unsigned walk(unsigned depth, unsigned *words) {
    if (depth == 0)
        return words[0];
    words[0] = mix(words[0] + depth);
    return walk(depth - 1, words) + words[0] / 3;
}

int main(void) {
    unsigned words[1] = {1};
    return walk(40, words) == 7;
}
";

/// A program with a recursive function that another one is inlined into, and a profile of it.
struct Case {
    folder: PathBuf,
    walk: Vec<Instruction>,
}

/// Builds the program, and a profile with two samples: at the last instruction of `walk`, 3 deep, and in `main`.
///
/// `None` if there is no compiler; it is told.
fn case(name: &str) -> Option<Case> {
    case_of(name, PROGRAM)
}

fn case_of(name: &str, program: &str) -> Option<Case> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("disasm").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    fs::write(folder.join("walk.c"), program).expect("the folder can be written");
    let mut compiler = Command::new("cc");
    // Without optimization of calls to itself, the function stays recursive.
    compiler.args(["-g", "-O1", "-fno-optimize-sibling-calls", "walk.c", "-o", "walk"]).current_dir(&folder);
    if !compiler.status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no C compiler");
        return None;
    }
    let program = folder.join("walk");
    let object = Object::open(&program).expect("it is a binary");
    let (symbols, names) = (object.symbols(), AddressNames::of(&object, None, NameStyle::Short));
    let code = |name: &str| {
        // One of several symbols at an address is known.
        let is_it = |symbol: &str| symbol == name || name == "walk" && ["stroll", "main.hash"].contains(&symbol);
        let symbol = symbols.iter().find(|symbol| is_it(symbol.name())).expect("it is there");
        let range = symbol.address()..symbol.address() + symbol.size();
        object.instructions(range, Syntax::Intel, &names).expect("it is code")
    };
    let (walk, main) = (code("walk"), code("main"));
    let call = |code: &[Instruction]| {
        code.iter().find(|instruction| instruction.target == Some(walk[0].address)).expect("it calls").address
    };
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let (file, build_id) = (builder.string(program.to_str().expect("UTF-8")), builder.string(object.build_id()));
    let mapping = builder.mapping(Mapping { file, build_id, ..Mapping::default() });
    let mut location = |address| -> LocationId {
        builder.location(Location { address, mapping: Some(mapping), ..Location::default() }, &[])
    };
    let (leaf, recursion) = (location(walk.last()?.address), location(call(&walk)));
    let (caller, other) = (location(call(&main)), location(main[0].address));
    for (stack, nanos) in [(&[leaf, recursion, recursion, caller][..], 30_000_000), (&[other], 10_000_000)] {
        let stack = builder.stack(stack);
        builder.sample(stack, LabelSetId::EMPTY, &[nanos]);
    }
    let profile = builder.build().expect("it is valid");
    let file = File::create(folder.join("walk.pb.gz")).expect("the folder can be written");
    codec::write(&profile, file, &WriteOptions::default()).expect("the folder can be written");
    Some(Case { folder, walk })
}

impl Case {
    fn run(&self, arguments: &[&str]) -> Output {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rpprof"));
        program.args(arguments).arg("walk.pb.gz").current_dir(&self.folder);
        program.env("PPROF_BINARY_PATH", "/nonexistent").env("XDG_CACHE_HOME", self.folder.join("cache"));
        program.env_remove("DEBUGINFOD_URLS");
        program.output().expect("it starts")
    }

    fn printed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

#[test]
fn instructions_have_what_they_weigh_and_recursion_counts_once() {
    let Some(case) = case("text") else { return };
    let text = case.printed(&["disasm", "^walk$"]);
    let lines: Vec<&str> = text.lines().collect();
    let heading = ["Total: 40ms", "ROUTINE ======================== walk"];
    assert_eq!(lines[..2], heading);
    assert_eq!(lines[2], "      30ms       30ms (flat, cum) 75.00% of Total");
    assert_eq!(lines.len(), 3 + case.walk.len(), "{text}");
    for (line, instruction) in lines[3..].iter().zip(&case.walk) {
        let (values, rest) = line.split_at(21);
        assert!(rest.trim_start().starts_with(&format!("{:x}: {}", instruction.address, instruction.text)), "{line}");
        let is_call = instruction.target == Some(case.walk[0].address);
        let expected = match instruction {
            last if Some(last) == case.walk.last() => "      30ms       30ms",
            _ if is_call => "         .       30ms",
            _ => "         .          .",
        };
        assert_eq!(values, expected, "{line}");
    }
    // What is inlined into a function leads to it.
    assert!(text.contains(";mix walk.c:2"), "{text}");
    let sources = case.printed(&["disasm", "--source", "--syntax", "att", "walk"]);
    assert!(sources.contains("|     words[0] = mix(words[0] + depth);") && sources.contains('%'), "{sources}");
}

#[test]
fn functions_with_several_names_have_the_one_that_is_asked_for() {
    let program = format!("{PROGRAM}unsigned stroll(unsigned, unsigned *) __attribute__((alias(\"walk\")));\n");
    let Some(case) = case_of("aliases", &program) else { return };
    let address = format!("{:#x}", case.walk[1].address);
    let drop_in = format!("-disasm={address}");
    for (arguments, expected) in [
        (&["disasm", "^walk$"][..], &["ROUTINE ======================== walk"][..]),
        (&["disasm", "^stroll$"], &["ROUTINE ======================== stroll"]),
        (
            &["disasm", "^main$|^stroll$"],
            &["ROUTINE ======================== main", "ROUTINE ======================== stroll"],
        ),
        (&["disasm", &address], &["ROUTINE ======================== stroll", "    AKA ======================== walk"]),
        (&["pprof", &drop_in], &["ROUTINE ======================== stroll", "    AKA ======================== walk"]),
    ] {
        let text = case.printed(arguments);
        let headings: Vec<&str> = text.lines().filter(|line| line.contains(" =====")).collect();
        assert_eq!(headings, expected, "{arguments:?}");
    }
    let json: serde_json::Value = serde_json::from_str(&case.printed(&["disasm", "--json", &address])).expect("JSON");
    assert_eq!(json["routines"][0]["other_names"], serde_json::json!(["walk"]));
}

#[test]
fn json_fits_its_schema() {
    let Some(case) = case("json") else { return };
    let json: serde_json::Value =
        serde_json::from_str(&case.printed(&["disasm", "--json", "walk|main"])).expect("JSON");
    let schema = report::schema("disasm").expect("it is a report");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    assert!(validator.is_valid(&json), "{:?}", validator.iter_errors(&json).next());
    let routines = json["routines"].as_array().expect("a list");
    assert_eq!(routines.len(), 2);
    for routine in routines {
        for rows in ["instructions", "lines"] {
            let flat = |row: &serde_json::Value| row["flat"].as_i64().expect("a number");
            let sum: i64 = routine[rows].as_array().expect("a list").iter().map(flat).sum();
            assert_eq!(sum, flat(routine), "{rows} of {}", routine["function"]);
        }
    }
    let csv = case.printed(&["disasm", "--format", "csv", "walk"]);
    assert_eq!(csv.lines().count(), 1 + case.walk.len());
    assert!(csv.starts_with("flat,flat%,cum,cum%,function,address,instruction,file,line\n"));
}

#[test]
fn a_page_has_all_lines_and_instructions_and_loads_nothing() {
    let Some(case) = case("page") else { return };
    let page = case.printed(&["weblist", "walk|main"]);
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    for part in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(part), "{part} in the page");
    }
    for instruction in &case.walk {
        let place = format!("-{:x}\">", instruction.address);
        let links = case.walk.iter().filter(|other| other.target == Some(instruction.address)).count();
        assert_eq!(page.matches(&place).count(), 1 + links, "{place}");
    }
    // What is inlined stands inside of the line that calls it.
    let walk = &page[page.find("<h2>walk</h2>").expect("it has a heading")..];
    let line = &walk[walk.find("words[0] = mix(words[0] + depth);").expect("the line is there")..];
    let inlined = line.find("mix walk.c:2  return a * 2654435761u ^ a &gt;&gt; 7;").expect("it is inlined");
    assert!(line.find("</details>").expect("it ends") > inlined, "{page}");
    assert_eq!(page.matches("<details>").count(), page.matches("</details>").count());
}

/// Makes a dump as programs write it of code that they made: a line of it, and the code twice, the second time elsewhere.
fn dump() -> Vec<u8> {
    let words = |numbers: &[u64]| -> Vec<u8> { numbers.iter().flat_map(|number| number.to_le_bytes()).collect() };
    let record = |kind: u32, body: &[u8]| {
        let size = body.len() as u32 + 16;
        [&kind.to_le_bytes()[..], &size.to_le_bytes(), &[0; 8], body].concat()
    };
    // lea eax,[rdi+rsi*1]; ret
    let code = [0x8d, 0x04, 0x37, 0xc3];
    let header: Vec<u8> = [0x4a69_5444_u32, 1, 40, 62, 0, 7].into_iter().flat_map(u32::to_le_bytes).collect();
    let lines = [&words(&[0x7000_1000, 1, 0x7000_1000, 7])[..], b"sum.js\0"].concat();
    let load = [&words(&[0, 0x7000_1000, 0x7000_1000, code.len() as u64, 1])[..], b"sum\0", &code].concat();
    let moved = words(&[0, 0, 0x7000_1000, 0x7000_2000, code.len() as u64, 1]);
    [header, vec![0; 16], record(2, &lines), record(0, &load), record(1, &moved)].concat()
}

#[test]
fn code_that_a_program_made_is_in_its_dump() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("disasm/jit");
    fs::create_dir_all(&folder).expect("the folder can be made");
    fs::write(folder.join("jit-7.dump"), dump()).expect("the folder can be written");
    fs::write(folder.join("perf-7.map"), "70001000 4 sum\n").expect("the folder can be written");
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let file = builder.string("//anon");
    let (start_address, limit_address) = (0x7000_0000, 0x7001_0000);
    let mapping = builder.mapping(Mapping { file, start_address, limit_address, ..Mapping::default() });
    for (address, nanos) in [(0x7000_1003, 30), (0x7000_2000, 10), (0x7000_3000, 5)] {
        let location = Location { address, mapping: Some(mapping), ..Location::default() };
        let location = builder.location(location, &[]);
        let stack = builder.stack(&[location]);
        builder.sample(stack, LabelSetId::EMPTY, &[nanos]);
    }
    let profile = builder.build().expect("it is valid");
    let file = File::create(folder.join("jit.pb.gz")).expect("the folder can be written");
    codec::write(&profile, file, &WriteOptions::default()).expect("the folder can be written");
    let run = |symbols: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rpprof"));
        program.args(["disasm", "^sum$", "--jit-symbols", symbols, "jit.pb.gz"]).current_dir(&folder);
        let output = program.env("XDG_CACHE_HOME", folder.join("cache")).output().expect("it starts");
        let [text, errors] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
        (output.status.code(), text, errors)
    };
    let (status, text, errors) = run("jit-7.dump");
    assert_eq!(status, Some(0), "{errors}");
    let expected = [
        "Total: 45ns",
        "ROUTINE ======================== sum",
        "      30ns       30ns (flat, cum) 66.67% of Total",
        "         .          .   70001000: lea eax,[rdi+rsi]                       ;sum sum.js:7",
        "      30ns       30ns   70001003: ret",
        "ROUTINE ======================== sum",
        "      10ns       10ns (flat, cum) 22.22% of Total",
        "      10ns       10ns   70002000: lea eax,[rdi+rsi]                       ;sum",
        "         .          .   70002003: ret",
    ];
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = text.lines().map(words).collect();
    assert_eq!(lines, expected.map(words), "{text}");
    // A map has names alone.
    let (status, _, errors) = run("perf-7.map");
    assert_ne!(status, Some(0));
    assert!(errors.contains("perf-7.map tells names and has no machine code"), "{errors}");
}

/// The README shows a program whose binary is not here; another one with a function of that name stands for it.
#[test]
fn the_examples_of_the_readme_run() {
    const ALIAS: &str =
        "unsigned hash(unsigned, unsigned *) __asm__(\"main.hash\") __attribute__((alias(\"walk\")));\n";
    let Some(case) = case_of("readme", &format!("{PROGRAM}{ALIAS}")) else { return };
    fs::copy(case.folder.join("walk.pb.gz"), case.folder.join("cpu.pb.gz")).expect("the folder can be written");
    let readme = include_str!("../README.md");
    let examples = |name: &str| -> Vec<Vec<&str>> {
        let command = format!("$ rpprof {name} ");
        let lines = readme.lines().filter(|line| line.starts_with(&command) && line.contains(" cpu.pb.gz"));
        lines.map(|line| line.split(' ').skip(2).collect()).collect()
    };
    let run = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rpprof"));
        program.args(arguments).current_dir(&case.folder).env("PPROF_BINARY_PATH", "/nonexistent");
        let output = program.env("XDG_CACHE_HOME", case.folder.join("cache")).output().expect("it starts");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let (code, pages) = (examples("disasm"), examples("weblist"));
    assert!(!code.is_empty() && !pages.is_empty(), "where are the examples?");
    for arguments in code {
        assert!(run(&arguments).contains("\nROUTINE ======================== main.hash\n"), "{arguments:?}");
    }
    for arguments in pages {
        assert_eq!(run(&arguments), "", "{arguments:?} writes a file");
        let ["-o", page] = arguments[arguments.len() - 2..] else { panic!("{arguments:?} names no file") };
        let page = fs::read_to_string(case.folder.join(page)).expect("it is written");
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<h2>main.hash</h2>"), "{page}");
        assert!(case.walk.iter().all(|instruction| page.contains(&format!("-{:x}\">", instruction.address))));
    }
}

#[test]
fn the_drop_in_adds_up_as_pprof_does() {
    let Some(case) = case("drop_in") else { return };
    let text = case.printed(&["pprof", "-disasm=^walk$"]);
    let lines: Vec<&str> = text.lines().collect();
    // Each address counts for the function, so recursion counts more than once.
    assert_eq!(lines[2], "      30ms       60ms (flat, cum) 150.00% of Total");
    assert!(lines[3].contains("%"), "AT&T's syntax: {text}");
    let intel = case.printed(&["pprof", "-intel_syntax", "-disasm=^walk$"]);
    assert!(!intel.lines().skip(3).any(|line| line.contains('%')), "{intel}");
    let by_address = case.printed(&["pprof", &format!("-disasm={:#x}", case.walk[1].address)]);
    assert_eq!(by_address, text);
    case.printed(&["pprof", "-weblist=^walk$", "-intel_syntax", "-output=page.html"]);
    let page = fs::read_to_string(case.folder.join("page.html")).expect("it was written");
    assert_eq!(page, case.printed(&["weblist", "^walk$"]));
    for (argument, told) in [
        ("-weblist=nobody", "no matches found for regexp: nobody\n"),
        ("-disasm=nobody", "no matches found for regexp nobody\n"),
        ("-disasm=0x7fff0000", "no matches found for address 0x7fff0000\n"),
    ] {
        let output = case.run(&["pprof", argument]);
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(2), told));
    }
}

#[test]
fn what_is_missing_is_told_with_the_next_step() {
    let Some(case) = case("missing") else { return };
    fs::rename(case.folder.join("walk"), case.folder.join("moved")).expect("it is there");
    let output = case.run(&["disasm", "walk"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("there is no such file") && told.contains("PPROF_BINARY_PATH"), "{told}");
    let found = case.printed(&["disasm", "walk", "--binary", "moved"]);
    assert!(found.contains("ROUTINE ======================== walk"), "{found}");
}
