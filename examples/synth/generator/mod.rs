//! From options to files: a call graph, what compilers made of it, stacks that walk it, samples of these.

mod build;
mod graph;
mod names;
mod options;
mod random;
mod recorder;
mod samples;
mod stacks;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;

use rpprof::codec::{self, WriteOptions};
use rpprof::profile::Profile;

use build::Build;
use graph::CallGraph;
use options::{Options, Shape, USAGE};
use random::Random;
use recorder::Recorder;
use stacks::Stacks;

/// Effort of the compression: gives the sizes that Go's runtime, which writes profiles at its level 1, would.
const GZIP_LEVEL: u32 = 2;
/// How many builds of the service the instances of a fleet run.
const BUILDS: u64 = 3;

/// Makes what the arguments ask for; returns the line to print.
///
/// # Errors
/// What is wrong with the arguments, or why a file could not be written.
pub(crate) fn run(arguments: impl Iterator<Item = String>) -> Result<String, String> {
    let arguments: Vec<String> = arguments.collect();
    if arguments.iter().any(|argument| matches!(argument.as_str(), "-h" | "--help")) {
        return Ok(USAGE.to_owned());
    }
    let options = Options::parse(&arguments)?;
    let summary = match options.shape {
        Shape::Single { samples, stacks } => single(&options, samples, stacks),
        Shape::Fleet { files, samples, stacks } => fleet(&options, files, samples, stacks),
    };
    let summary = summary.map_err(|error| format!("{}: {error}", options.path.display()))?;
    Ok(summary.to_string())
}

/// Writes one profile, in which each of `stacks` distinct stacks has at least one sample.
fn single(options: &Options, samples: u64, stacks: u64) -> io::Result<Summary> {
    let graph = CallGraph::new(options.seed, options.locations);
    let build = Build::new(&graph, options.seed, 0);
    let mut pool = Stacks::new(&graph, options.seed);
    let mut random = Random::new(options.seed, "samples");
    let mut recorder = Recorder::new(options, options.seed, &graph, &build);
    for done in 0..samples {
        let (missing_stacks, missing_samples) = (stacks - pool.len(), samples - done);
        // Each choice of which samples bring a new stack is as likely as any other.
        let stack = if pool.len() == 0 || random.below(missing_samples) < missing_stacks {
            pool.grow()
        } else {
            random.skewed(pool.len())
        };
        recorder.sample(&pool, stack);
    }
    let mut summary = Summary::default();
    summary.write(&recorder.finish(), &options.path)?;
    Ok(summary)
}

/// Writes a folder of profiles, one for each instance of a service; all draw from the same stacks.
fn fleet(options: &Options, files: u64, samples: u64, stacks: u64) -> io::Result<Summary> {
    fs::create_dir_all(&options.path)?;
    let graph = CallGraph::new(options.seed, options.locations);
    let builds: Vec<Build> = (0..BUILDS).map(|number| Build::new(&graph, options.seed, number)).collect();
    let mut pool = Stacks::new(&graph, options.seed);
    while pool.len() < stacks {
        pool.grow();
    }
    let mut summary = Summary::default();
    for file in 0..files {
        let mut random = Random::new(options.seed.wrapping_add(file), "instance");
        let build = &builds[random.skewed(BUILDS) as usize];
        let mut recorder = Recorder::new(options, random.next(), &graph, build);
        // From half to one and a half of what was asked for.
        for _ in 0..samples / 2 + random.below(samples + 1) {
            let stack = if random.one_in(2) { random.below(stacks) } else { random.skewed(stacks) };
            recorder.sample(&pool, stack);
        }
        summary.write(&recorder.finish(), &options.path.join(format!("p{file:04}.pb.gz")))?;
    }
    Ok(summary)
}

/// What was written, all files together.
#[derive(Debug, Default)]
struct Summary {
    files: u64,
    samples: usize,
    stacks: usize,
    frames: usize,
    locations: usize,
    functions: usize,
    strings: usize,
    size_bytes: u64,
}

impl Summary {
    /// Writes a profile and counts what is in it.
    fn write(&mut self, profile: &Profile, path: &Path) -> io::Result<()> {
        let options = WriteOptions::default().with_level(GZIP_LEVEL);
        codec::write(profile, BufWriter::new(File::create(path)?), &options).map_err(io::Error::other)?;
        self.files += 1;
        self.samples += profile.samples().len();
        self.stacks += profile.stacks().len();
        self.frames += profile.samples().stacks().iter().map(|&stack| profile.stack(stack).len()).sum::<usize>();
        self.locations += profile.symbols().locations().len();
        self.functions += profile.symbols().functions().len();
        self.strings += profile.strings().len();
        self.size_bytes += fs::metadata(path)?.len();
        Ok(())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.files > 1 {
            write!(f, "files={} ", self.files)?;
        }
        let Self { samples, stacks, frames, locations, functions, strings, size_bytes, .. } = self;
        write!(f, "samples={samples} stacks={stacks} frames={frames} locations={locations} ")?;
        write!(f, "functions={functions} strings={strings} size={size_bytes}")
    }
}
