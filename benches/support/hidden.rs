//! What a bench does in a process of its own.

use std::fs::File;
use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::Result;

#[path = "../../examples/synth/generator/mod.rs"]
mod generator;

const INPUT_BUFFER_BYTES: usize = 128 << 10;
const OUTPUT_BUFFER_BYTES: usize = 256 << 10;

/// Runs the hidden command that `arguments` begin with, if they do.
pub(super) fn run(arguments: &[String]) -> Option<Result<()>> {
    let (command, arguments) = arguments.split_first()?;
    match command.as_str() {
        "nothing" => Some(Ok(())),
        "inflate" => Some(inflate(arguments)),
        "synth" => Some(synth(arguments)),
        _ => None,
    }
}

/// Inflates gzip files with the library that rpprof uses, and prints how many bytes they have.
fn inflate(paths: &[String]) -> Result<()> {
    let mut buffer = vec![0; OUTPUT_BUFFER_BYTES];
    let mut total = 0;
    for path in paths {
        total += inflate_one(path, &mut buffer).map_err(|error| format!("{path}: {error}"))?;
    }
    println!("{total}");
    Ok(())
}

fn inflate_one(path: &str, buffer: &mut [u8]) -> io::Result<u64> {
    let mut inflated = MultiGzDecoder::new(BufReader::with_capacity(INPUT_BUFFER_BYTES, File::open(path)?));
    let mut total = 0;
    loop {
        match inflated.read(buffer)? {
            0 => return Ok(total),
            count => total += count as u64,
        }
    }
}

/// Makes synthetic profiles.
fn synth(arguments: &[String]) -> Result<()> {
    println!("{}", generator::run(arguments.iter().cloned())?);
    Ok(())
}
