//! Where the shell reads lines and says things: a terminal with editing, or plain streams.

use std::env;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

use rustyline::completion::{Completer, Pair};
use rustyline::config::Behavior;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::{FileHistory, History};
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::completion::Names;
use crate::failure::Failure;

/// What stands before each line.
const PROMPT: &str = "(pprof) ";
/// Lines that are remembered.
const HISTORY_LINES: usize = 1000;

/// Where the shell reads lines and says things.
pub(super) enum Console {
    Plain,
    Terminal { editor: Box<Editor<Completion, FileHistory>>, history: Option<PathBuf> },
}

impl Console {
    /// Edits lines if standard input is a terminal that can, wherever reports go; `names` are what tabs complete.
    pub(super) fn new(names: Names) -> Self {
        let is_dumb = env::var("TERM").is_ok_and(|terminal| terminal.is_empty() || terminal == "dumb");
        if !io::stdin().is_terminal() || is_dumb {
            return Self::Plain;
        }
        let config = Config::builder().completion_type(CompletionType::List);
        // Standard output may be a file for reports.
        let config = if io::stdout().is_terminal() { config } else { config.behavior(Behavior::PreferTerm) };
        let Ok(mut editor) = Editor::<Completion, FileHistory>::with_config(config.build()) else {
            return Self::Plain;
        };
        editor.set_helper(Some(Completion(names)));
        let history = history_path();
        if editor.history_mut().set_max_len(HISTORY_LINES).is_ok()
            && let Some(path) = &history
        {
            // The first time there is none.
            let _ = editor.load_history(path);
        }
        Self::Terminal { editor: Box::new(editor), history }
    }

    /// Reads a line; `None` if there are no more.
    pub(super) fn read_line(&mut self) -> Result<Option<String>, Failure> {
        match self {
            Self::Plain => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(PROMPT.as_bytes())?;
                stdout.flush()?;
                let mut line = Vec::new();
                let length = io::stdin().lock().read_until(b'\n', &mut line)?;
                Ok((length > 0).then(|| String::from_utf8_lossy(&line).into_owned()))
            }
            Self::Terminal { editor, history } => loop {
                match editor.readline(PROMPT) {
                    Ok(line) => {
                        remember(editor, history.as_ref(), &line);
                        return Ok(Some(line));
                    }
                    // The line is given up, and another one begins.
                    Err(ReadlineError::Interrupted) => {}
                    Err(ReadlineError::Eof) => return Ok(None),
                    Err(error) => return Err(Failure::new(error.to_string())),
                }
            },
        }
    }

    /// Says something that is no part of a report.
    pub(super) fn say(&self, text: &str) {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        eprint!("{text}{end}");
    }

    /// Says what went wrong; in red where lines are edited.
    pub(super) fn complain(&self, text: &str) {
        let has_color = matches!(self, Self::Terminal { .. })
            && io::stderr().is_terminal()
            && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        if has_color { self.say(&format!("\x1b[31m{text}\x1b[0m")) } else { self.say(text) }
    }
}

/// Keeps a line for later sessions; one that is lost is no failure.
fn remember(editor: &mut Editor<Completion, FileHistory>, history: Option<&PathBuf>, line: &str) {
    let is_new = editor.add_history_entry(line).unwrap_or(false);
    if is_new && let Some(path) = history {
        if let Some(folder) = path.parent() {
            let _ = fs::create_dir_all(folder);
        }
        let _ = editor.append_history(path);
    }
}

/// Returns where lines are remembered.
fn history_path() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = folder("XDG_STATE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| Some(folder(if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" })?.join(".local/state")))?;
    Some(state.join("rpprof/history"))
}

/// Completes words when tab is pressed.
pub(super) struct Completion(Names);

impl Completer for Completion {
    type Candidate = Pair;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, candidates) = self.0.complete(&line[..position]);
        let pair = |candidate: super::completion::Candidate| Pair {
            display: candidate.shown,
            replacement: candidate.replacement,
        };
        Ok((start, candidates.into_iter().map(pair).collect()))
    }
}

impl Helper for Completion {}
impl Highlighter for Completion {}
impl Validator for Completion {}
impl Hinter for Completion {
    type Hint = String;
}
