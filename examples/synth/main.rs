//! Makes synthetic profiles of any size from a seed; the same options give the same bytes.
//!
//! ```text
//! cargo run --release --example synth -- --seed 1 --samples 10000 --locations 5000 -o s10k.pb.gz
//! ```
//!
//! `--help` lists the options.

mod generator;

use std::process::ExitCode;

fn main() -> ExitCode {
    match generator::run(std::env::args().skip(1)) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("synth: {message}");
            ExitCode::FAILURE
        }
    }
}
