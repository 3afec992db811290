//! The command line.

use std::path::PathBuf;

/// What `--help` prints.
pub(super) const USAGE: &str = "\
Makes synthetic profiles; the same options give the same bytes.

Usage: synth [OPTIONS] -o PATH

  --seed N           what all is drawn from [default: 1]
  --samples N        samples, up to 5000000 [default: 10000]; with --fleet in a file, on average [default: 3000]
  --stacks N         distinct stacks [default: a quarter of the samples; with --fleet 30000, shared by all files]
  --locations N      locations of the program, of which a profile has those that its stacks meet [default: 5000]
  --types 1|2|4      sample types: cpu; samples and cpu; those of a heap profile [default: 2]
  --labels none|low|high
                     no labels; tenant, route and bytes; these, a worker and a trace id [default: low]
  --fleet N          write N files into the folder PATH: instances of a service in three builds
  -o PATH            where to write";

/// What to make.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) seed: u64,
    pub(super) shape: Shape,
    /// Call sites of the program; a profile has those that its stacks meet.
    pub(super) locations: u64,
    pub(super) types: Types,
    pub(super) labels: Labels,
    /// A file, or a folder for a fleet.
    pub(super) path: PathBuf,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// One file; `stacks` is at most `samples`.
    Single { samples: u64, stacks: u64 },
    /// A folder; `samples` is for each file, on average.
    Fleet { files: u64, samples: u64, stacks: u64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Types {
    Cpu,
    SamplesAndCpu,
    Heap,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Labels {
    None,
    Low,
    High,
}

/// Fewest locations that fill all levels of the call graph.
const MIN_LOCATIONS: u64 = 500;
const MAX_LOCATIONS: u64 = 2_000_000;
const MAX_SAMPLES: u64 = 5_000_000;
const MAX_FILES: u64 = 10_000;

impl Options {
    /// Reads the arguments.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn parse(arguments: &[String]) -> Result<Self, String> {
        let (mut seed, mut locations, mut types, mut labels) = (1, 5_000, Types::SamplesAndCpu, Labels::Low);
        let (mut samples, mut stacks, mut files, mut path) = (None, None, None, None);
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} needs a value; --help lists the options"))?;
            let number = |min, max| number(name, value, min, max);
            match name.as_str() {
                "--seed" => seed = number(0, u64::MAX)?,
                "--samples" => samples = Some(number(1, MAX_SAMPLES)?),
                "--stacks" => stacks = Some(number(1, MAX_SAMPLES)?),
                "--locations" => locations = number(MIN_LOCATIONS, MAX_LOCATIONS)?,
                "--fleet" => files = Some(number(1, MAX_FILES)?),
                "--types" => types = one_of(name, value, &TYPES)?,
                "--labels" => labels = one_of(name, value, &LABELS)?,
                "-o" => path = Some(PathBuf::from(value)),
                _ => return Err(format!("unknown option {name}; --help lists the options")),
            }
        }
        let shape = match files {
            Some(files) => Shape::Fleet { files, samples: samples.unwrap_or(3_000), stacks: stacks.unwrap_or(30_000) },
            None => {
                let samples = samples.unwrap_or(10_000);
                Shape::Single { samples, stacks: stacks.unwrap_or(samples.div_ceil(4)).min(samples) }
            }
        };
        let path = path.ok_or("-o PATH is missing; --help lists the options")?;
        Ok(Self { seed, shape, locations, types, labels, path })
    }
}

const TYPES: [(&str, Types); 3] = [("1", Types::Cpu), ("2", Types::SamplesAndCpu), ("4", Types::Heap)];
const LABELS: [(&str, Labels); 3] = [("none", Labels::None), ("low", Labels::Low), ("high", Labels::High)];

fn number(name: &str, value: &str, min: u64, max: u64) -> Result<u64, String> {
    let number = value.parse().ok().filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| format!("{name} {value}: expected a number from {min} to {max}"))
}

fn one_of<T: Copy>(name: &str, value: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let chosen = choices.iter().find(|(choice, _)| *choice == value);
    chosen.map(|&(_, chosen)| chosen).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|&(choice, _)| choice).collect();
        format!("{name} {value}: expected one of {}", names.join(", "))
    })
}
