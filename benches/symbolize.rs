//! What names for 100,000 addresses of a large program take: the first time, once more, and by other symbolizers.

mod support;

use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use rpprof::codec::{self, WriteOptions};
use rpprof::profile::{Location, Mapping, ProfileBuilder};
use rpprof::symbolize::Object;
use support::{Cost, Result, Run, in_turns, large_program, measure, mebibytes, millis, scratch};

const ADDRESSES: usize = 100_000;
const ROUNDS: usize = 5;
/// pprof asks for one address after the other, so it gets one in so many.
const FEWER: usize = 50;

fn main() -> ExitCode {
    support::main(bench)
}

fn bench() -> Result<()> {
    // A program of choice, such as one that `cargo build --profile profiling` made.
    let program = match env::var_os("RPPROF_SYMBOLIZE") {
        Some(chosen) => PathBuf::from(chosen),
        None => large_program()?.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_rpprof"))),
    };
    let addresses = addresses(&program)?;
    let folder = scratch("symbolize");
    fs::create_dir_all(&folder)?;
    let (profile, smaller) = (folder.join("addresses.pb.gz"), folder.join("fewer.pb.gz"));
    write_profile(&profile, &program, &addresses)?;
    let fewer: Vec<u64> = addresses.iter().copied().step_by(FEWER).collect();
    write_profile(&smaller, &program, &fewer)?;
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
    println!("{} addresses of {}, {} bytes", addresses.len(), program.display(), fs::metadata(&program)?.len());
    println!(
        "{:<22} {:>12} {:>12} {:>12}   times the first time's cpu, memory; once more's",
        "", "wall", "cpu", "memory"
    );
    // The round that warms up fills the cache.
    let [first, again] = in_turns(ROUNDS, [symbolize(Path::new("off")), symbolize(&cache)])?;
    let show = |name: &str, run: &Cost, scale: usize| {
        let cpu = run.cpu.as_secs_f64() * scale as f64;
        let memory = run.peak_bytes as f64;
        println!(
            "{name:<22} {:>12} {:>12} {:>12}   {:.2}x, {:.2}x; {:.2}x, {:.2}x",
            millis(run.wall),
            millis(run.cpu),
            mebibytes(run.peak_bytes),
            cpu / first.cpu.as_secs_f64(),
            memory / first.peak_bytes as f64,
            cpu / again.cpu.as_secs_f64(),
            memory / again.peak_bytes as f64,
        );
    };
    show("the first time", &first, 1);
    show("once more", &again, 1);
    for (name, flags) in [("llvm-symbolizer", "--inlining -e"), ("addr2line", "-aif -e")] {
        let Some(tool) = tool(name) else {
            println!("{name:<22} is not there");
            continue;
        };
        // It reads addresses from its standard input.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" <\"$QUESTIONS\"", "sh"]).env("QUESTIONS", &questions);
        command.arg(tool).args(flags.split(' ')).arg(&program);
        show(name, &measure(Run::new(command))?, 1);
    }
    let Some(pprof) = env::var_os("PPROF") else {
        println!("pprof                  is not there: PPROF names none");
        return Ok(());
    };
    let mut command = Command::new(pprof);
    command.arg("-proto").arg(format!("-output={}", folder.join("pprof.pb.gz").display())).arg(&smaller);
    show(&format!("pprof, 1 of {FEWER}"), &measure(Run::new(command))?, FEWER);
    Ok(())
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

/// Writes a profile whose mapping stands for all addresses, which are then the file's own.
fn write_profile(path: &Path, program: &Path, addresses: &[u64]) -> Result<()> {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("samples", "count");
    let file = builder.string(program.to_str().ok_or("the program's path is not UTF-8")?);
    let mapping = builder.mapping(Mapping { file, ..Mapping::default() });
    let labels = builder.label_set(&[]);
    for &address in addresses {
        let location = builder.location(Location { address, mapping: Some(mapping), ..Location::default() }, &[]);
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
