//! What is profiled, measured and counted, the same for all contenders.
//!
//! A contender prints what it measured as lines of a key and a number; the driver runs it in rounds and sets the numbers
//! against each other. Unsafe code is allowed here: all of it runs on threads of the bench's own.

pub mod chain;
pub mod clock;
pub mod cpu;
pub mod interrupt;
pub mod program;
pub mod sample;

use std::env;
use std::fmt::Display;
use std::hint::black_box;
use std::str::FromStr;

/// Prints what was measured.
pub fn print(key: impl Display, value: f64) {
    println!("{key} {value}");
}

/// Returns an argument of the command line.
///
/// # Panics
/// If it is missing or no number: the driver is wrong.
pub fn argument<T: FromStr>(index: usize) -> T {
    let text = env::args().nth(index).unwrap_or_else(|| panic!("argument {index} is missing"));
    text.parse().unwrap_or_else(|_| panic!("argument {index} cannot be {text}"))
}

/// Returns the median; of nothing it is no number.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Calls `work`; callgrind counts what happens below this function, by its name.
#[unsafe(no_mangle)]
#[inline(never)]
pub fn sidebyside_counted(work: &mut dyn FnMut()) {
    work();
    black_box(());
}
