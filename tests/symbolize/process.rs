//! Addresses of processes: from mappings as the system makes them to functions.

use std::fs;

use rpprof::profile::{Location, Mapping, Profile, ProfileBuilder};
use rpprof::symbolize::{
    CodeOptions, Object, Outcome, ResolveOptions, Resolver, Segment, Symbol, machine_code, symbolize,
};

use super::programs::{cpp, folder, run, tool};
use super::{frames, profile_of};

/// A mapping of a process as a profile has it.
struct Mapped {
    start: u64,
    limit: u64,
    offset: u64,
    file: String,
    build_id: String,
}

/// Makes a profile of one mapping and addresses in it.
fn profile_of_mapping(mapped: &Mapped, addresses: &[u64]) -> Profile {
    let mut builder = ProfileBuilder::new();
    let (file, build_id) = (builder.string(&mapped.file), builder.string(&mapped.build_id));
    let mapping = builder.mapping(Mapping {
        start_address: mapped.start,
        limit_address: mapped.limit,
        file_offset: mapped.offset,
        file,
        build_id,
        ..Mapping::default()
    });
    for &address in addresses {
        builder.location(Location { address, mapping: Some(mapping), ..Location::default() }, &[]);
    }
    builder.build().expect("it is valid")
}

fn names(profile: &Profile) -> Vec<Option<String>> {
    frames(profile).into_iter().map(|mut frames| frames.pop().map(|frame| frame.function)).collect()
}

/// Returns the mapping of this process that holds an address.
#[cfg(target_os = "linux")]
fn mapping_of(address: u64) -> Mapped {
    let maps = fs::read_to_string("/proc/self/maps").expect("the system has it");
    let mapped = maps.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (start, limit) = words[0].split_once('-')?;
        let number = |text| u64::from_str_radix(text, 16).ok();
        let file = words.get(5..).unwrap_or_default().join(" ");
        Some(Mapped {
            start: number(start)?,
            limit: number(limit)?,
            offset: number(words[2])?,
            file,
            build_id: String::new(),
        })
    });
    mapped.into_iter().find(|mapped| (mapped.start..mapped.limit).contains(&address)).expect("it is mapped")
}

#[cfg(target_os = "linux")]
#[inline(never)]
extern "C" fn marked_function() -> u64 {
    std::hint::black_box(7)
}

#[cfg(target_os = "linux")]
#[test]
fn functions_of_this_process_are_named() {
    let address = marked_function as extern "C" fn() -> u64 as usize as u64;
    let mapped = mapping_of(address);
    let named = symbolize(&profile_of_mapping(&mapped, &[address]), &mut Resolver::default());
    let name = names(&named).remove(0).expect("it has a name");
    assert!(name.contains("marked_function"), "{name}");
    let place = &frames(&named)[0][0];
    assert!(place.file.ends_with("tests/symbolize/process.rs") && place.line > 0, "{place:?}");
    assert!(named.symbols().mappings()[0].resolved.functions && named.symbols().mappings()[0].resolved.line_numbers);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn code_that_the_system_maps_is_named_if_it_is_of_this_system() {
    let maps = fs::read_to_string("/proc/self/maps").expect("the system has it");
    let Some(line) = maps.lines().find(|line| line.ends_with("[vdso]")) else {
        eprintln!("skipped: the system maps no such code");
        return;
    };
    let start = u64::from_str_radix(line.split('-').next().unwrap_or_default(), 16).expect("a number");
    let mut mapped = mapping_of(start);
    let address = start + 0x800;
    let named = symbolize(&profile_of_mapping(&mapped, &[address]), &mut Resolver::default());
    assert_eq!(names(&named), [None], "it may be of another system");
    let mut resolver = Resolver::default();
    symbolize(&profile_of_mapping(&mapped, &[address]), &mut resolver);
    let Outcome::OtherBuild(others) = &resolver.summary().binaries[0].outcome else { panic!("it has a build id") };
    mapped.build_id.clone_from(&others[0].1);
    let all: Vec<u64> = (mapped.start..mapped.limit).step_by(64).collect();
    let named = symbolize(&profile_of_mapping(&mapped, &all), &mut Resolver::default());
    assert!(names(&named).iter().flatten().any(|name| name.contains("clock_gettime")));
    // Its machine code is that of this process.
    let profile = profile_of_mapping(&mapped, &all);
    let is_wanted = |name: &str| name.contains("clock_gettime");
    let code = machine_code(&profile, &ResolveOptions::default(), &CodeOptions::default(), is_wanted);
    let instructions = |routine: &rpprof::symbolize::Routine| routine.instructions.len();
    assert!(code.routines.iter().any(|routine| instructions(routine) > 1), "{:?}", code.failures);
}

/// What the system makes of a segment: whole pages, moved by `base`.
fn map_segment(segment: &Segment, base: u64, file: &str) -> Mapped {
    const PAGE: u64 = 4096;
    let start = segment.address & !(PAGE - 1);
    let limit = (segment.address + segment.file_size).next_multiple_of(PAGE);
    let offset = segment.file_offset & !(PAGE - 1);
    Mapped { start: base + start, limit: base + limit, offset, file: file.to_owned(), build_id: String::new() }
}

#[test]
fn addresses_are_those_of_the_file_wherever_it_is_loaded() {
    for (flags, base) in [
        (["-pie", "-fPIE"], 0x5555_5555_4000),
        (["-no-pie", "-fno-pie"], 0),
        (["-static", "-no-pie"], 0),
        (["-pie", "-Wl,-z,noseparate-code"], 0x7f00_0000_0000),
        (["-no-pie", "-Wl,-z,noseparate-code"], 0),
        (["-pie", "-Wl,-Ttext-segment=0x200000"], 0x1000_0000),
    ] {
        let Some(program) = cpp(&folder(&format!("loaded{}", flags.join("_"))), &["-O1", flags[0], flags[1]]) else {
            continue;
        };
        let object = Object::open(&program).expect("it is a binary");
        let segment = object.segments().iter().find(|segment| segment.is_executable).expect("it has code");
        let symbols = object.symbols();
        let functions: Vec<u64> = symbols
            .iter()
            .filter(|symbol| symbol.size() > 0 && symbol.address() >= segment.address)
            .map(|symbol| symbol.address())
            .collect();
        assert!(functions.len() > 5, "{flags:?}: hardly a function");
        let expected = names(&symbolize(&profile_of(&program, "", &functions), &mut Resolver::default()));
        let file = program.to_str().expect("UTF-8");
        let loaded: Vec<u64> = functions.iter().map(|address| base + address).collect();
        let mapped = map_segment(segment, base, file);
        let mut resolver = Resolver::new(ResolveOptions::default());
        let named = symbolize(&profile_of_mapping(&mapped, &loaded), &mut resolver);
        assert_eq!(names(&named), expected, "{flags:?}: {:?}", resolver.summary());
        // Half of the mapping, as after a part of it was mapped anew.
        let middle = mapped.start + ((mapped.limit - mapped.start) / 2) / 4096 * 4096;
        let half = Mapped { start: middle, offset: mapped.offset + (middle - mapped.start), ..mapped };
        let loaded: Vec<u64> = loaded.into_iter().filter(|&address| address >= middle).collect();
        let named = symbolize(&profile_of_mapping(&half, &loaded), &mut Resolver::default());
        assert_eq!(names(&named), expected[expected.len() - loaded.len()..], "{flags:?}: the second half");
    }
}

#[test]
fn debug_information_alone_is_enough() {
    let folder = folder("debug_alone");
    let Some(program) = cpp(&folder, &["-O2", "-g", "-Wl,--build-id"]) else { return };
    let object = Object::open(&program).expect("it is a binary");
    let (first, rest) = object.build_id().split_at(2);
    let place = folder.join("binaries").join(first);
    fs::create_dir_all(&place).expect("the folder can be written");
    let debug_file = place.join(format!("{rest}.debug"));
    let Some(objcopy) = tool("objcopy") else { return };
    let paths = [program.as_path(), &debug_file].map(|path| path.to_str().expect("UTF-8"));
    if !run(&folder, &objcopy, &["--only-keep-debug", paths[0], paths[1]]) {
        return;
    }
    let segment = object.segments().iter().find(|segment| segment.is_executable).expect("it has code");
    let symbols = object.symbols();
    // Stubs are known by their code, which is not in such a file.
    let has_symbol = |symbol: &Symbol<'_>| symbol.size() > 0 && !symbol.name().ends_with("@plt");
    let own: Vec<u64> = symbols.iter().filter(has_symbol).map(|symbol| symbol.address()).collect();
    let expected = names(&symbolize(&profile_of(&program, "", &own), &mut Resolver::default()));
    let base = 0x5555_5555_4000;
    let whole = map_segment(segment, base, "/nowhere/words");
    let whole = Mapped { build_id: object.build_id().to_owned(), ..whole };
    let mut options = ResolveOptions::default();
    options.binary_folders = vec![folder.join("binaries")];
    let loaded: Vec<u64> = own.iter().map(|address| base + address).collect();
    let mut resolver = Resolver::new(options);
    let named = symbolize(&profile_of_mapping(&whole, &loaded), &mut resolver);
    assert_eq!(resolver.summary().binaries[0].outcome, Outcome::File(debug_file));
    assert_eq!(names(&named), expected);
    // A part of it, of which only the place in the file tells where it is.
    let half = Mapped { start: whole.start + 4096, offset: whole.offset + 4096, ..whole };
    let in_half: Vec<u64> = loaded.iter().copied().filter(|&address| address >= half.start).collect();
    if !in_half.is_empty() {
        let named = symbolize(&profile_of_mapping(&half, &in_half), &mut resolver);
        assert_eq!(names(&named), expected[expected.len() - in_half.len()..]);
    }
}
