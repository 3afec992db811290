//! A program in a terminal of 120 columns and 40 rows, which `script` of util-linux makes.

use std::fs;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::Result;

/// Far more than anything takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program in a terminal.
pub(crate) struct Screen {
    script: Child,
    keys: ChildStdin,
    written: Receiver<(Instant, Vec<u8>)>,
    begin: Instant,
}

impl Screen {
    /// Starts a command line of a shell.
    pub(crate) fn start(command: &str) -> Result<Self> {
        let command = format!("stty cols 120 rows 40; exec {command}");
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
    pub(crate) fn until(&mut self, text: &str) -> Result<Duration> {
        Ok(self.next(text)? - self.begin)
    }

    fn next(&mut self, text: &str) -> Result<Instant> {
        let mut all = Vec::new();
        loop {
            let (time, chunk) = self.written.recv_timeout(PATIENCE)?;
            all.extend(chunk);
            if all.windows(text.len()).any(|part| part == text.as_bytes()) {
                return Ok(time);
            }
        }
    }

    /// Waits until nothing is written any more; returns how long something was.
    pub(crate) fn settle(&mut self, silence: Duration) -> Result<Duration> {
        let begin = Instant::now();
        let mut last = begin;
        loop {
            match self.written.recv_timeout(silence) {
                Ok((time, _)) => last = last.max(time),
                Err(RecvTimeoutError::Timeout) => return Ok(last - begin),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Presses keys at once; returns the time until a text is written.
    pub(crate) fn press(&mut self, keys: &str, until: &str) -> Result<Duration> {
        let begin = Instant::now();
        self.keys.write_all(keys.as_bytes())?;
        self.keys.flush()?;
        Ok(self.next(until)? - begin)
    }

    /// Presses keys at once; returns the time until the last of what is written before a silence.
    pub(crate) fn press_and_settle(&mut self, keys: &str, silence: Duration) -> Result<Duration> {
        let begin = Instant::now();
        self.keys.write_all(keys.as_bytes())?;
        self.keys.flush()?;
        let (first, _) = self.written.recv_timeout(PATIENCE)?;
        let more = self.settle(silence)?;
        Ok(if more.is_zero() { first - begin } else { begin.elapsed() - silence })
    }

    /// Returns the most memory that the program had at a time.
    pub(crate) fn peak_bytes(&self) -> Result<u64> {
        let script = self.script.id();
        let children = fs::read_to_string(format!("/proc/{script}/task/{script}/children"))?;
        let program = children.split_whitespace().next().ok_or("script has no child")?;
        let status = fs::read_to_string(format!("/proc/{program}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("the system tells no peak")?;
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes << 10)
    }

    /// Ends the program by a key.
    pub(crate) fn quit(mut self, key: &str) -> Result<()> {
        self.keys.write_all(key.as_bytes())?;
        self.keys.flush()?;
        let status = self.script.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the program ended with {status}").into()) }
    }
}
