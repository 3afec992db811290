//! The browser in a terminal: from its start to the first full picture against `rpprof top`, and what keys take.
//!
//! `script` of util-linux is the terminal. What a key takes is the time until its picture is written whole; what a filter
//! takes is the time until the last picture before nothing more is written.
//!
//! `FLAMELENS=path` names a flamelens to show the same paths, folded.

mod support;

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use support::{BenchFile, Result, Run, Screen, in_turns, mebibytes, millis};

/// How often a browser is opened.
const ROUNDS: usize = 5;
/// Nothing is written for so long when all is done.
const SILENCE: Duration = Duration::from_millis(250);
/// Nothing is written for so long when a filter is done: an answer that shows nothing may come before one that does.
const LONG_SILENCE: Duration = Duration::from_millis(800);
/// Nothing is written for so long before the next key is pressed.
const PAUSE: Duration = Duration::from_millis(50);
/// How often all keys are pressed.
const REPEATS: usize = 4;
/// What the heading of the table has, which is there as soon as the table is.
const TABLE: &str = "flat▼";
/// What is written last of a picture: the cursor is hidden.
const END: &str = "\x1b[?25l";
/// Keys in each of the views that have rows and boxes.
const KEYS: &str = "1jjjkjjojjGgg2jjljhkHk3jjjlljHkk4jjkk";
/// Keys in the view of labels, which are read when that is seen first.
const LABEL_KEYS: &str = "7jjj1";
/// What leads to a view, and filters there, each undone: function, ignored, hidden, column, granularity, one's own.
const FILTERS: [(&str, &str); 4] = [("table", "1"), ("flame", "2"), ("tree", "3"), ("calls", "4")];
const FILTER_KEYS: [(&str, &str); 6] =
    [("focus", "f"), ("ignore", "i"), ("hide", "d"), ("column", "t"), ("by files", "gF"), ("my code", "p")];
/// Keys of flamelens: down, right, up, left.
const FLAMELENS_KEYS: &str = "jjjjljhkkjjlhk";

fn main() -> ExitCode {
    support::main(bench)
}

fn bench() -> Result<()> {
    if Command::new("script").arg("--version").output().is_err() {
        println!("skipped: there is no `script` to make a terminal");
        return Ok(());
    }
    let profiles = support::profiles()?;
    println!("`rpprof tui FILE` to its first full picture; in brackets how many times what `rpprof top FILE` takes");
    println!("{:<12} {:>18} {:>18} {:>14} {:>14}", "file", "wall", "peak memory", "after filters", "with labels");
    profiles.iter().try_for_each(opened)?;
    match env::var_os("FLAMELENS") {
        Some(flamelens) => {
            println!("\nbeside flamelens with the same paths, folded, in its flame graph and in ours");
            println!(
                "{:<12} {:<10} {:>10} {:>12} {:>9} {:>9} {:>9}",
                "file", "program", "first", "peak memory", "key p50", "key p99", "key max"
            );
            profiles.iter().try_for_each(|file| beside(file, &flamelens))
        }
        None => {
            println!("\nflamelens: skipped, FLAMELENS=path names one");
            Ok(())
        }
    }
}

/// Opens a file several times, then presses keys and sets filters.
fn opened(file: &BenchFile) -> Result<()> {
    let (mut walls, mut peaks, mut tops) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut browser = browser(&file.path)?;
        walls.push(browser.until(TABLE)?);
        peaks.push(browser.peak_bytes()?);
        browser.quit("Q")?;
        let mut top = support::rpprof("top");
        top.arg(&file.path);
        let [cost] = in_turns(1, [Run::new(top)])?;
        tops.push((cost.wall, cost.peak_bytes));
    }
    let (wall, peak) = (middle(&mut walls), middle(&mut peaks));
    tops.sort_unstable();
    let (top_wall, top_peak) = tops[tops.len() / 2];
    let mut browser = browser(&file.path)?;
    browser.until(TABLE)?;
    browser.settle(SILENCE)?;
    let mut keys: Vec<(char, Vec<Duration>)> = Vec::new();
    let mut press_all = |browser: &mut Screen, text: &str| -> Result<()> {
        for key in text.repeat(REPEATS).chars() {
            let taken = browser.press(&key.to_string(), END)?;
            match keys.iter_mut().find(|(other, _)| *other == key) {
                Some((_, times)) => times.push(taken),
                None => keys.push((key, vec![taken])),
            }
            browser.settle(PAUSE)?;
        }
        Ok(())
    };
    press_all(&mut browser, KEYS)?;
    let mut filters = Vec::new();
    for (view, view_key) in FILTERS {
        browser.press(view_key, END)?;
        browser.settle(LONG_SILENCE)?;
        for (name, keys) in FILTER_KEYS {
            let mut times = Vec::new();
            for _ in 0..2 {
                // Another function each time, so that nothing is known of it yet.
                browser.press("j", END)?;
                browser.settle(PAUSE)?;
                times.push(browser.press_and_settle(keys, LONG_SILENCE)?);
                browser.press_and_settle("u", LONG_SILENCE)?;
            }
            filters.push((format!("{view}, {name}"), times));
        }
    }
    let filters_peak = browser.peak_bytes()?;
    press_all(&mut browser, LABEL_KEYS)?;
    browser.settle(LONG_SILENCE)?;
    let labels_peak = browser.peak_bytes()?;
    browser.quit("Q")?;
    let wall = format!("{} ({:.2}x)", millis(wall), wall.as_secs_f64() / top_wall.as_secs_f64());
    let times_top = |peak: u64| peak as f64 / top_peak as f64;
    let peak = format!("{} ({:.2}x)", mebibytes(peak), times_top(peak));
    let (filters_peak, labels_peak) = (times_top(filters_peak), times_top(labels_peak));
    println!("{:<12} {wall:>18} {peak:>18} {filters_peak:>13.2}x {labels_peak:>13.2}x", file.name);
    let all: Vec<Duration> = keys.iter().flat_map(|(_, times)| times.iter().copied()).collect();
    println!("  {:<24} {:>9} {:>9} {:>9}", "", "p50", "p99", "max");
    print_times("all keys", all);
    keys.into_iter().for_each(|(key, times)| print_times(&format!("key {key}"), times));
    let all: Vec<Duration> = filters.iter().flat_map(|(_, times)| times.iter().copied()).collect();
    print_times("all filters", all);
    filters.into_iter().for_each(|(name, times)| print_times(&name, times));
    Ok(())
}

fn browser(file: &Path) -> Result<Screen> {
    Screen::start(&format!("{} tui --no-mouse '{}'", env!("CARGO_BIN_EXE_rpprof"), file.display()))
}

fn print_times(name: &str, times: Vec<Duration>) {
    let [middle, late, most] = quantiles(times);
    println!("  {name:<24} {middle:>9} {late:>9} {most:>9}");
}

/// Returns the time in the middle, that of which one in a hundred is longer, and the longest.
fn quantiles(mut times: Vec<Duration>) -> [String; 3] {
    times.sort_unstable();
    let last = times.len() - 1;
    [times[last / 2], times[last * 99 / 100], times[last]].map(millis)
}

/// Shows the same paths in flamelens and here.
fn beside(file: &BenchFile, flamelens: &OsString) -> Result<()> {
    let folded = env::temp_dir().join(format!("rpprof-bench-{}.folded", std::process::id()));
    let mut flame = support::rpprof("flame");
    flame.args(["--folded", "--min-share", "0"]).arg(&file.path).stdout(File::create(&folded)?);
    let status = flame.status()?;
    if !status.success() {
        return Err(format!("rpprof flame ended with {status}").into());
    }
    let command = format!("'{}' '{}'", Path::new(flamelens).display(), folded.display());
    let mut screen = Screen::start(&command)?;
    // It hides the cursor once, and does not tell otherwise when a picture is whole.
    let first = screen.until(END)? + screen.settle(PAUSE)?;
    let shown = pressed(&mut screen, FLAMELENS_KEYS)?;
    print_beside(&file.name, "flamelens", first, screen.peak_bytes()?, shown);
    screen.quit("q")?;
    fs::remove_file(&folded)?;
    let mut screen = browser(&file.path)?;
    screen.until(TABLE)?;
    let flame = screen.press_and_settle("2", SILENCE)?;
    let mut again = browser(&file.path)?;
    let first = again.until(TABLE)? + flame;
    again.quit("Q")?;
    let shown = pressed(&mut screen, FLAMELENS_KEYS)?;
    print_beside(&file.name, "rpprof", first, screen.peak_bytes()?, shown);
    screen.quit("Q")
}

fn pressed(screen: &mut Screen, keys: &str) -> Result<Vec<Duration>> {
    // Longer silences there are not: flamelens draws four times a second.
    screen.settle(PAUSE)?;
    let mut times = Vec::new();
    for key in keys.repeat(REPEATS).chars() {
        times.push(screen.press_and_settle(&key.to_string(), PAUSE)?);
    }
    Ok(times)
}

fn print_beside(file: &str, program: &str, first: Duration, peak: u64, times: Vec<Duration>) {
    let [middle, late, most] = quantiles(times);
    let (first, peak) = (millis(first), mebibytes(peak));
    println!("{file:<12} {program:<10} {first:>10} {peak:>12} {middle:>9} {late:>9} {most:>9}");
}

fn middle<T: Ord + Copy>(list: &mut [T]) -> T {
    list.sort_unstable();
    list[list.len() / 2]
}
