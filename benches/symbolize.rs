//! What names for 100,000 addresses of a large program take: the first time, once more, and by other symbolizers.

mod support;

use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use rpprof::codec::{self, WriteOptions};
use rpprof::profile::{Location, Mapping, ProfileBuilder};
use rpprof::symbolize::Object;
use support::{Cost, LARGE_PROGRAMS, Result, Run, in_turns, measure, measure_group, mebibytes, millis, scratch};

const ADDRESSES: usize = 100_000;
const ROUNDS: usize = 5;
/// What another profiler may take before it is stopped.
const LIMIT: Duration = Duration::from_secs(600);
/// Where the program is said to have been loaded.
const LOAD_ADDRESS: u64 = 0x5555_0000_0000;

fn main() -> ExitCode {
    support::main(bench)
}

fn bench() -> Result<()> {
    // A program of choice, such as one that `cargo build --profile profiling` made.
    if let Some(chosen) = env::var_os("RPPROF_SYMBOLIZE") {
        return compare(Path::new(&chosen));
    }
    for large in LARGE_PROGRAMS {
        let Some(program) = large.path()? else {
            println!("no compiler of C++, so this program itself");
            return compare(Path::new(env!("CARGO_BIN_EXE_rpprof")));
        };
        println!("{}: {} units", large.name, large.units);
        compare(&program)?;
    }
    Ok(())
}

/// Prints what names for the addresses of a program take.
fn compare(program: &Path) -> Result<()> {
    let addresses = addresses(program)?;
    let folder = scratch("symbolize");
    fs::create_dir_all(&folder)?;
    let profile = folder.join("addresses.pb.gz");
    write_profile(&profile, program, &addresses)?;
    let questions = folder.join("addresses.txt");
    fs::write(&questions, addresses.iter().map(|address| format!("{address:#x}\n")).collect::<String>())?;

    let cache = folder.join("cache");
    let _ = fs::remove_dir_all(&cache);
    let named = folder.join("named.pb.gz");
    let symbolize = |cache: &Path| {
        let mut command = support::rpprof("symbolize");
        command.arg(&profile).arg("-o").arg(&named).arg("--symbol-cache").arg(cache);
        Run::new(command)
    };
    println!("{} addresses of {}, {} bytes", addresses.len(), program.display(), fs::metadata(program)?.len());
    println!(
        "{:<28} {:>12} {:>12} {:>12}   times the first time's cpu, memory; once more's",
        "", "wall", "cpu", "memory"
    );
    // The round that warms up fills the cache.
    let [first, again] = in_turns(ROUNDS, [symbolize(Path::new("off")), symbolize(&cache)])?;
    let show = |name: &str, run: &Cost| {
        let cpu = run.cpu.as_secs_f64();
        let memory = run.peak_bytes as f64;
        println!(
            "{name:<28} {:>12} {:>12} {:>12}   {:.2}x, {:.2}x; {:.2}x, {:.2}x",
            millis(run.wall),
            millis(run.cpu),
            mebibytes(run.peak_bytes),
            cpu / first.cpu.as_secs_f64(),
            memory / first.peak_bytes as f64,
            cpu / again.cpu.as_secs_f64(),
            memory / again.peak_bytes as f64,
        );
    };
    show("the first time", &first);
    show("once more", &again);
    for (name, flags) in [("llvm-symbolizer", "--inlining -e"), ("addr2line", "-aif -e")] {
        let Some(tool) = tool(name) else {
            println!("{name:<28} is not there");
            continue;
        };
        // It reads addresses from its standard input.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" <\"$QUESTIONS\"", "sh"]).env("QUESTIONS", &questions);
        command.arg(tool).args(flags.split(' ')).arg(program);
        show(name, &measure(Run::new(command))?);
    }
    for (variable, tools, name) in [
        ("PPROF", &[][..], "pprof"),
        ("PPROF_WITH_TOOLS", &["llvm-symbolizer"], "pprof, llvm-symbolizer"),
        ("PPROF_WITH_TOOLS", &["addr2line", "nm"], "pprof, addr2line"),
    ] {
        let Some(pprof) = env::var_os(variable) else {
            println!("{name:<28} is not there: {variable} names none");
            continue;
        };
        let mut command = Command::new(pprof);
        command.args(["-symbolize=local", "-proto"]).arg(format!("-output={}", folder.join("pprof.pb.gz").display()));
        command.arg(&profile).env("PATH", only(tools, &folder.join("tools"))?).env("PPROF_TMPDIR", &folder);
        let run = measure_group(command, LIMIT)?;
        show(&format!("{name}{}", if run.is_over { ", over" } else { "" }), &run.cost);
    }
    Ok(())
}

/// Makes a folder with these programs alone; one that is not there is left out.
fn only(programs: &[&str], folder: &Path) -> Result<PathBuf> {
    // It may be there from the last time.
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    for (name, path) in programs.iter().filter_map(|name| Some((name, tool(name)?))) {
        std::os::unix::fs::symlink(path, folder.join(name))?;
    }
    Ok(folder.to_owned())
}

/// Returns addresses in functions of a program, each once, spread over all of them.
fn addresses(program: &Path) -> Result<Vec<u64>> {
    let symbols = Object::open(program)?.symbols();
    let functions: Vec<_> = symbols.iter().filter(|symbol| symbol.size() > 0).collect();
    let code: u64 = functions.iter().map(rpprof::symbolize::Symbol::size).sum();
    if code < 2 * ADDRESSES as u64 {
        return Err(format!("{}: too little code with symbols", program.display()).into());
    }
    let mut found = BTreeSet::new();
    let mut index = 0_u64;
    while found.len() < ADDRESSES && index < 100 * ADDRESSES as u64 {
        // Steps that are no multiple of one another, over functions and within them.
        let function = functions[(index % functions.len() as u64) as usize];
        found.insert(function.address() + index.wrapping_mul(0x9e37_79b9) % function.size());
        index += 1;
    }
    Ok(found.into_iter().collect())
}

/// Writes a profile of a process that had the program's code mapped.
fn write_profile(path: &Path, program: &Path, addresses: &[u64]) -> Result<()> {
    const PAGE: u64 = 4096;
    let mut builder = ProfileBuilder::new();
    builder.sample_type("samples", "count");
    let file = builder.string(program.to_str().ok_or("the program's path is not UTF-8")?);
    let object = Object::open(program)?;
    let code = object.segments().iter().find(|segment| segment.is_executable).ok_or("a program without code")?;
    let start = code.address / PAGE * PAGE;
    let end = (code.address + code.size).next_multiple_of(PAGE);
    let load_address = if addresses.iter().all(|&address| address < LOAD_ADDRESS) { LOAD_ADDRESS } else { 0 };
    let mapping = builder.mapping(Mapping {
        file,
        start_address: load_address + start,
        limit_address: load_address + end,
        file_offset: code.file_offset / PAGE * PAGE,
        ..Mapping::default()
    });
    let labels = builder.label_set(&[]);
    for &address in addresses {
        let location = builder
            .location(Location { address: load_address + address, mapping: Some(mapping), ..Location::default() }, &[]);
        let stack = builder.stack(&[location]);
        builder.sample(stack, labels, &[1]);
    }
    codec::write(&builder.build()?, File::create(path)?, &WriteOptions::default())?;
    Ok(())
}

fn tool(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
