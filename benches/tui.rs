//! The browser in a terminal: from its start to the first full picture against `rpprof top`, and what keys take.
//!
//! `script` of util-linux is the terminal. What a key takes is the time until its picture is written whole; what a filter
//! takes is the time until the line of keys is back, in the place of the one that says that something is computed.

mod support;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use support::{BenchFile, Result, Run, in_turns, mebibytes, millis};

/// How often a browser is opened.
const ROUNDS: usize = 5;
/// Far more than anything takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// Nothing is written for so long when all is done.
const SILENCE: Duration = Duration::from_millis(400);
/// Nothing is written for so long before the next key is pressed.
const PAUSE: Duration = Duration::from_millis(50);
/// How often all keys are pressed.
const REPEATS: usize = 5;
/// What the heading of the table has, which is there as soon as the table is.
const TABLE: &str = "flat▼";
/// What is written last of a picture: the cursor is hidden.
const END: &str = "\x1b[?25l";
/// Keys in each of the views that have rows and boxes.
const KEYS: &str = "1jjjkjjojjGgg2jjljhkHk3jjjlljHkk4jjkk7jjj";
/// Filters, each undone.
const FILTERS: &str = "fuiudujfuiudutt";
/// How the line of keys begins.
const HINTS: &str = "? help";

fn main() -> ExitCode {
    support::main(bench)
}

fn bench() -> Result<()> {
    if Command::new("script").arg("--version").output().is_err() {
        println!("skipped: there is no `script` to make a terminal");
        return Ok(());
    }
    println!("`rpprof tui FILE` to its first full picture; in brackets how many times what `rpprof top FILE` takes");
    println!(
        "{:<12} {:>18} {:>18} {:>12} {:>12} {:>12} {:>12}",
        "file", "wall", "peak memory", "key median", "key p99", "filter", "slowest"
    );
    support::profiles()?.iter().try_for_each(line)
}

fn line(file: &BenchFile) -> Result<()> {
    let (mut walls, mut peaks) = (Vec::new(), Vec::new());
    let mut tops = Vec::new();
    for _ in 0..ROUNDS {
        let mut browser = Browser::start(&file.path)?;
        walls.push(browser.until(TABLE)?);
        peaks.push(browser.peak_bytes()?);
        browser.quit()?;
        let mut top = support::rpprof("top");
        top.arg(&file.path);
        let [cost] = in_turns(1, [Run::new(top)])?;
        tops.push((cost.wall, cost.peak_bytes));
    }
    let (wall, peak) = (middle(&mut walls), middle(&mut peaks));
    tops.sort_unstable();
    let (top_wall, top_peak) = tops[tops.len() / 2];
    let mut browser = Browser::start(&file.path)?;
    browser.until(TABLE)?;
    browser.settle(SILENCE)?;
    let (mut keys, mut filters) = (Vec::new(), Vec::new());
    for key in KEYS.repeat(REPEATS).chars() {
        keys.push(browser.press(key, Until::Picture)?);
        browser.settle(PAUSE)?;
    }
    browser.press('1', Until::Picture)?;
    browser.settle(SILENCE)?;
    for key in FILTERS.chars() {
        let taken = browser.press(key, if key == 'j' { Until::Picture } else { Until::Hints })?;
        filters.extend((key != 'j').then_some(taken));
        browser.settle(PAUSE)?;
    }
    browser.quit()?;
    keys.sort_unstable();
    filters.sort_unstable();
    let wall = format!("{} ({:.2}x)", millis(wall), wall.as_secs_f64() / top_wall.as_secs_f64());
    let peak = format!("{} ({:.2}x)", mebibytes(peak), peak as f64 / top_peak as f64);
    let (key, late) = (keys[keys.len() / 2], keys[keys.len() * 99 / 100]);
    let (filter, slowest) = (filters[filters.len() / 2], filters[filters.len() - 1]);
    let [key, late, filter, slowest] = [key, late, filter, slowest].map(millis);
    println!("{:<12} {wall:>18} {peak:>18} {key:>12} {late:>12} {filter:>12} {slowest:>12}", file.name);
    Ok(())
}

fn middle<T: Ord + Copy>(list: &mut [T]) -> T {
    list.sort_unstable();
    list[list.len() / 2]
}

/// Until when a key takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Picture,
    Hints,
}

/// A browser in a terminal of 120 columns and 40 rows.
struct Browser {
    script: Child,
    keys: ChildStdin,
    written: Receiver<(Instant, Vec<u8>)>,
    begin: Instant,
}

impl Browser {
    fn start(file: &Path) -> Result<Self> {
        let command =
            format!("stty cols 120 rows 40; exec {} tui --no-mouse '{}'", env!("CARGO_BIN_EXE_rpprof"), file.display());
        let begin = Instant::now();
        let mut script = Command::new("script")
            .args(["-qec", &command, "/dev/null"])
            .env("TERM", "xterm-256color")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(keys), Some(mut output)) = (script.stdin.take(), script.stdout.take()) else {
            return Err("script has no pipes".into());
        };
        let (writing, written) = channel();
        thread::spawn(move || {
            let mut chunk = vec![0; 1 << 16];
            while let Ok(length) = output.read(&mut chunk) {
                if length == 0 || writing.send((Instant::now(), chunk[..length].to_vec())).is_err() {
                    break;
                }
            }
        });
        Ok(Self { script, keys, written, begin })
    }

    /// Waits until a text was written; returns the time since the start.
    fn until(&mut self, text: &str) -> Result<Duration> {
        let mut all = Vec::new();
        loop {
            let (time, chunk) = self.written.recv_timeout(PATIENCE)?;
            all.extend(chunk);
            if all.windows(text.len()).any(|part| part == text.as_bytes()) {
                return Ok(time - self.begin);
            }
        }
    }

    /// Waits until nothing is written any more.
    fn settle(&mut self, silence: Duration) -> Result<()> {
        loop {
            match self.written.recv_timeout(silence) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn press(&mut self, key: char, until: Until) -> Result<Duration> {
        let begin = Instant::now();
        write!(self.keys, "{key}")?;
        self.keys.flush()?;
        let end = if until == Until::Hints { HINTS } else { END };
        let mut all = Vec::new();
        loop {
            let (time, chunk) = self.written.recv_timeout(PATIENCE)?;
            all.extend(chunk);
            if all.windows(end.len()).any(|part| part == end.as_bytes()) {
                return Ok(time - begin);
            }
        }
    }

    /// Returns the most memory that the program had at a time.
    fn peak_bytes(&self) -> Result<u64> {
        let script = self.script.id();
        let children = fs::read_to_string(format!("/proc/{script}/task/{script}/children"))?;
        let program = children.split_whitespace().next().ok_or("script has no child")?;
        let status = fs::read_to_string(format!("/proc/{program}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("the system tells no peak")?;
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes << 10)
    }

    fn quit(mut self) -> Result<()> {
        write!(self.keys, "Q")?;
        self.keys.flush()?;
        let status = self.script.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the browser ended with {status}").into()) }
    }
}
