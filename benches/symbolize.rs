//! What names for 5000 addresses of a program take: the first time, once more, and by other symbolizers.

mod support;

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use rpprof::codec::{self, WriteOptions};
use rpprof::profile::{Location, Mapping, ProfileBuilder};
use rpprof::symbolize::Object;
use support::{Cost, Result, Run, in_turns, measure, mebibytes, millis, scratch};

const ADDRESSES: usize = 5000;
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    support::main(bench)
}

fn bench() -> Result<()> {
    // A program of choice, such as one that `cargo build --profile profiling` made.
    let chosen = env::var_os("RPPROF_SYMBOLIZE");
    let program = chosen.map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_rpprof")), PathBuf::from);
    let addresses = addresses(&program)?;
    let folder = scratch("symbolize");
    fs::create_dir_all(&folder)?;
    let profile = folder.join("addresses.pb.gz");
    write_profile(&profile, &program, &addresses)?;
    let questions = folder.join("addresses.txt");
    fs::write(&questions, addresses.iter().map(|address| format!("{address:#x}\n")).collect::<String>())?;

    let cache = folder.join("cache");
    let _ = fs::remove_dir_all(&cache);
    let symbolize = |cache: &Path| {
        let mut command = support::rpprof("symbolize");
        command.arg(&profile).arg("-o").arg(folder.join("named.pb.gz")).arg("--symbol-cache").arg(cache);
        Run::new(command)
    };
    // The round that warms up fills the cache.
    let [first, again] = in_turns(ROUNDS, [symbolize(Path::new("off")), symbolize(&cache)])?;
    println!("{} addresses of {}", addresses.len(), program.display());
    let show = |name: &str, run: &Cost| {
        let (wall, cpu, peak) = (millis(run.wall), millis(run.cpu), mebibytes(run.peak_bytes));
        let ratio = run.cpu.as_secs_f64() / first.cpu.as_secs_f64();
        println!("{name:<16} {wall:>10} wall {cpu:>10} cpu {peak:>10} {ratio:>8.2} of the first time's cpu");
    };
    show("the first time", &first);
    show("once more", &again);
    for (name, flags) in [("llvm-symbolizer", "--inlining -e"), ("addr2line", "-aif -e")] {
        let Some(tool) = tool(name) else {
            println!("{name:<16} is not there");
            continue;
        };
        // It reads addresses from its standard input.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" <\"$QUESTIONS\"", "sh"]).env("QUESTIONS", &questions);
        command.arg(tool).args(flags.split(' ')).arg(&program);
        show(name, &measure(Run::new(command))?);
    }
    Ok(())
}

/// Returns addresses in functions of a program, spread over all of them.
fn addresses(program: &Path) -> Result<Vec<u64>> {
    let symbols = Object::open(program)?.symbols();
    let functions: Vec<_> = symbols.iter().filter(|symbol| symbol.size() > 0).collect();
    if functions.is_empty() {
        return Err(format!("{}: no symbols", program.display()).into());
    }
    let address = |index: usize| {
        let function = functions[index * functions.len() / ADDRESSES];
        function.address() + index as u64 % function.size()
    };
    let mut addresses: Vec<u64> = (0..ADDRESSES).map(address).collect();
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
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
