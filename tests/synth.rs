//! The generator of synthetic profiles, which benches and examples use.

#[path = "../examples/synth/generator/mod.rs"]
mod generator;

use std::fs;
use std::path::Path;

/// Makes one profile; returns the line about it and its bytes.
fn made(name: &str, arguments: &str) -> (String, Vec<u8>) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let line = run(arguments, &path).expect("the arguments are right");
    (line, fs::read(path).expect("the profile was written"))
}

fn run(arguments: &str, path: &Path) -> Result<String, String> {
    let arguments = arguments.split_whitespace().map(str::to_owned);
    generator::run(arguments.chain(["-o".to_owned(), path.to_str().expect("UTF-8").to_owned()]))
}

/// Returns a count from the line about a profile.
fn count(line: &str, what: &str) -> u64 {
    let counts = line.split(' ').filter_map(|count| count.split_once('='));
    let mut found = counts.filter(|(name, _)| *name == what);
    let (_, number) = found.next().expect("the line has this count");
    number.parse().expect("a number")
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    for (name, arguments) in [
        ("low", "--seed 7 --samples 2000 --locations 800"),
        ("high", "--seed 7 --samples 12000 --locations 3000 --labels high --types 1"),
        ("heap", "--seed 7 --samples 2000 --stacks 2000 --types 4 --labels none"),
    ] {
        let one = made(&format!("synth-{name}-1.pb.gz"), arguments);
        let other = made(&format!("synth-{name}-2.pb.gz"), arguments);
        assert!(one == other, "{arguments}");
        let another = made(&format!("synth-{name}-3.pb.gz"), &arguments.replace("--seed 7", "--seed 8"));
        assert!(one.1 != another.1, "{arguments}");
    }
}

#[test]
fn a_profile_has_the_samples_and_stacks_that_were_asked_for() {
    let (line, _) = made("synth-counts.pb.gz", "--samples 3000 --stacks 700 --locations 2000");
    assert_eq!((count(&line, "samples"), count(&line, "stacks")), (3000, 700), "{line}");
    let frames_of_sample = count(&line, "frames") / 3000;
    assert!((30..=60).contains(&frames_of_sample), "{line}");
    assert!((1000..=2000).contains(&count(&line, "locations")), "{line}");
}

#[test]
fn a_fleet_has_as_many_different_files_as_were_asked_for() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("synth-fleet");
    let line = run("--fleet 6 --samples 100 --stacks 50 --locations 600", &folder).expect("the arguments are right");
    assert_eq!(count(&line, "files"), 6, "{line}");
    let mut files: Vec<Vec<u8>> = (0..6)
        .map(|file| fs::read(folder.join(format!("p{file:04}.pb.gz"))).expect("the profile was written"))
        .collect();
    files.sort_unstable();
    files.dedup();
    assert_eq!(files.len(), 6);
}

#[test]
fn wrong_arguments_say_what_is_right() {
    for (arguments, message) in [
        ("--samples 6000000", "--samples 6000000: expected a number from 1 to 5000000"),
        ("--labels many", "--labels many: expected one of none, low, high"),
        ("--size 5", "unknown option --size; --help lists the options"),
    ] {
        assert_eq!(run(arguments, Path::new("nowhere")), Err(message.to_owned()));
    }
}
