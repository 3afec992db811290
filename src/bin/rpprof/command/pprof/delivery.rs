//! Where a finished report goes: standard output, a file, or the program that shows it.

use std::env;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::thread;
use std::time::Duration;

use super::commands::{Processing, Target};
use super::config::Config;
use super::graphviz::draw;
use super::movable::movable;
use super::report::Body;
use super::request::Order;
use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::output::{Content, write_output};

/// Whether more commands will follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Session {
    Single,
    Shell,
}

/// Delivers reports, and removes the files that it made for viewers when it goes.
#[derive(Debug)]
pub(super) struct Delivery {
    session: Session,
    viewed: Vec<PathBuf>,
}

/// How long a viewer gets to open its file before that may go: it may be a wrapper that starts the real one and ends.
const OPENING_TIME: Duration = Duration::from_secs(1);

impl Delivery {
    pub(super) fn new(session: Session) -> Self {
        Self { session, viewed: Vec::new() }
    }

    /// Processes a report as its command says and brings it to where it belongs.
    pub(super) fn deliver(&mut self, order: &Order, config: &Config, report: &Body<'_>) -> Result<(), Failure> {
        let drawn = |format: &str| {
            let mut dot = Vec::new();
            report.write(&mut dot)?;
            draw(&dot, format)
        };
        let processed = match order.command.processing {
            Processing::None => None,
            Processing::Dot(format) => Some(Body::Bytes(drawn(format)?)),
            Processing::Svg => Some(Body::Bytes(movable(&String::from_utf8_lossy(&drawn("svg")?)).into_bytes())),
        };
        let body = processed.as_ref().unwrap_or(report);
        if !config.output.is_empty() {
            let path = PathBuf::from(&config.output);
            eprintln!("Generating report in {}", path.display());
            return write_whole(Some(path), body);
        }
        match order.command.target {
            Target::AwayFromTerminal(ending) if self.session == Session::Shell || io::stdout().is_terminal() => {
                let (path, file) = new_file(Path::new(""), "profile", ending)?;
                eprintln!("Generating report in {}", path.display());
                write_new(file, body)
            }
            Target::StandardOutput | Target::AwayFromTerminal(_) => write_whole(None, body),
            Target::Viewer { ending, programs } => self.view(programs, ending, body),
            Target::Browser { ending } => {
                let browsers = browsers();
                self.view(&browsers.iter().map(String::as_str).collect::<Vec<_>>(), ending, body)
            }
        }
    }

    /// Shows a report in the first of `programs` that starts; in a shell it stays in the background.
    fn view(&mut self, programs: &[&str], ending: &str, body: &Body<'_>) -> Result<(), Failure> {
        let (path, file) = new_file(&env::temp_dir(), "pprof", ending)?;
        self.viewed.push(path.clone());
        write_new(file, body)?;
        let mut viewer = start(programs, &path)?;
        if self.session == Session::Shell {
            thread::sleep(OPENING_TIME);
            return Ok(());
        }
        let opening = thread::spawn(|| thread::sleep(OPENING_TIME));
        let status = viewer.wait()?;
        opening.join().expect("sleeping does not panic");
        if status.success() {
            Ok(())
        } else {
            Err(Failure::new(status.to_string().replace("exit status:", "exit status")))
        }
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        for path in &self.viewed {
            let _ = fs::remove_file(path); // Whoever removed it before has done the work.
        }
    }
}

fn write_whole(path: Option<PathBuf>, body: &Body<'_>) -> Result<(), Failure> {
    write_output(&OutputArgs { path }, Content::Text, |writer| body.write(writer))
}

fn write_new(file: fs::File, body: &Body<'_>) -> Result<(), Failure> {
    let mut writer = BufWriter::new(file);
    body.write(&mut writer)?;
    Ok(writer.flush()?)
}

/// Makes a file that was not there: `profile001.png` or the next number that is free.
fn new_file(folder: &Path, prefix: &str, ending: &str) -> Result<(PathBuf, fs::File), Failure> {
    for number in 1..10_000 {
        let path = folder.join(format!("{prefix}{number:03}.{ending}"));
        match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Failure::io(&path, error)),
        }
    }
    Err(Failure::new(format!("could not create file of the form {prefix}001.{ending}")))
}

/// Starts the first of `programs` that there is; its arguments stand behind its name, and the file behind them.
fn start(programs: &[&str], path: &Path) -> Result<Child, Failure> {
    for program in programs {
        let mut words = program.split(' ');
        let name = words.next().unwrap_or_default();
        let viewer = Process::new(name).args(words).arg(path).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        if let Ok(viewer) = viewer {
            return Ok(viewer);
        }
    }
    Err(Failure::new(format!("none of these programs could be started to show it: {}", programs.join(", "))))
}

/// Returns the programs that may show a page, the user's own first.
fn browsers() -> Vec<String> {
    let mut browsers: Vec<String> =
        env::var("BROWSER").ok().filter(|browser| !browser.is_empty()).into_iter().collect();
    let known: &[&str] = if cfg!(target_os = "macos") {
        &["/usr/bin/open"]
    } else if cfg!(windows) {
        &["cmd /c start"]
    } else {
        &["chrome", "google-chrome", "chromium", "firefox", "sensible-browser"]
    };
    browsers.extend(known.iter().map(|&browser| browser.to_owned()));
    let is_desktop = env::var_os("DISPLAY").is_some_and(|display| !display.is_empty());
    if cfg!(not(any(target_os = "macos", windows))) && is_desktop {
        browsers.push("xdg-open".to_owned());
    }
    browsers
}
