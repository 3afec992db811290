//! What a command line of pprof asks for.

use std::path::Path;

use super::commands::{COMMANDS, Command};
use super::config::Config;
use super::options::{OPTIONS, Slot};
use super::remote::Waiting;
use super::sources::{Bases, Sources};
use super::symbols::Symbols;
use super::usage::command_line_usage;
use crate::go_flags::{FlagError, FlagKind, GoFlags};
use crate::program::is_executable;

/// What a command line asks for.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) sources: Sources,
    /// What to write; the shell if there is none.
    pub(super) order: Option<Order>,
    pub(super) config: Config,
    /// Whether a web interface is wanted.
    pub(super) is_web: bool,
}

/// A command with its argument.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) command: &'static Command,
    /// Which functions it is about, as an expression.
    pub(super) argument: Option<String>,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.command.name, self.argument)
    }
}

/// Why there is nothing to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RequestError {
    /// Help is what was asked for.
    Help,
    /// A flag is wrong.
    Flag(String),
    /// There is no source.
    NoSource,
    /// What is asked for contradicts itself.
    Conflict(String),
}

impl RequestError {
    /// Returns what pprof says, the usage included where it tells it.
    pub(super) fn message(&self) -> String {
        let usage = command_line_usage();
        match self {
            Self::Help => usage,
            Self::Flag(message) => format!("{message}\n{}", usage.trim_end()),
            Self::NoSource => format!("{usage}no profile source specified"),
            Self::Conflict(message) => message.clone(),
        }
    }
}

/// The flags that are no options of a report.
const FLAGS: &[(&str, FlagKind)] = &[
    ("diff_base", FlagKind::Text),
    ("base", FlagKind::Text),
    ("symbolize", FlagKind::Text),
    ("buildid", FlagKind::Text),
    ("timeout", FlagKind::Int),
    ("add_comment", FlagKind::Text),
    ("all_frames", FlagKind::Bool),
    ("seconds", FlagKind::Int),
    ("inuse_space", FlagKind::Bool),
    ("inuse_objects", FlagKind::Bool),
    ("alloc_space", FlagKind::Bool),
    ("alloc_objects", FlagKind::Bool),
    ("total_delay", FlagKind::Bool),
    ("contentions", FlagKind::Bool),
    ("mean_delay", FlagKind::Bool),
    ("tools", FlagKind::Text),
    ("http", FlagKind::Text),
    ("no_browser", FlagKind::Bool),
    ("tls_cert", FlagKind::Text),
    ("tls_key", FlagKind::Text),
    ("tls_ca", FlagKind::Text),
];

/// Flags that stand for a sample type, with its name; of several, the first of this list counts.
const SAMPLE_TYPES: &[(&str, &str)] = &[
    ("total_delay", "delay"),
    ("mean_delay", "delay"),
    ("contentions", "contentions"),
    ("inuse_space", "inuse_space"),
    ("inuse_objects", "inuse_objects"),
    ("alloc_space", "alloc_space"),
    ("alloc_objects", "alloc_objects"),
];

impl Request {
    /// Understands a command line; warnings go to standard error.
    pub(super) fn parse(arguments: &[String]) -> Result<Self, RequestError> {
        let conflict = |message: &str| RequestError::Conflict(message.to_owned());
        let flags = GoFlags::parse(&known_flags(), arguments).map_err(|error| match error {
            FlagError::Help => RequestError::Help,
            FlagError::Wrong(message) => RequestError::Flag(message),
        })?;
        if flags.rest.is_empty() {
            return Err(RequestError::NoSource);
        }
        let (executable, names) = match flags.rest.split_first() {
            Some((first, others)) if !others.is_empty() && is_executable(Path::new(first)) => {
                (Some(first.clone()), others.to_vec())
            }
            _ => (None, flags.rest.clone()),
        };
        let mut config = config(&flags).map_err(RequestError::Conflict)?;
        let order = order(&flags)?;
        let is_web = flags.some_text("http").is_some();
        if order.is_some() && is_web {
            return Err(conflict("-http is not compatible with an output format on the command line"));
        }
        if flags.is_on("no_browser") && !is_web {
            return Err(conflict("-no_browser only makes sense with -http"));
        }
        for (flag, name) in SAMPLE_TYPES.iter().filter(|(flag, _)| flags.is_on(flag)) {
            if config.sample_index.is_empty() {
                (*name).clone_into(&mut config.sample_index);
            } else {
                eprintln!("Multiple value selections, ignoring -{flag}");
            }
        }
        config.mean |= flags.is_on("mean_delay");
        let bases = bases(&flags).map_err(conflict)?;
        if config.normalize && bases.is_none() {
            return Err(conflict("must have base profile to normalize by"));
        }
        let text = |name: &str| flags.some_text(name).map(str::to_owned);
        let seconds = |name: &str| flags.int(name).and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0);
        let sources = Sources {
            names,
            executable,
            build_id: text("buildid"),
            bases,
            is_normalized: config.normalize,
            comment: text("add_comment"),
            symbols: Symbols::parse(flags.some_text("symbolize").unwrap_or_default()),
            waiting: Waiting { seconds: seconds("seconds"), timeout_seconds: seconds("timeout") },
            keeps_all_frames: flags.is_on("all_frames"),
        };
        Ok(Self { sources, order, config, is_web })
    }
}

/// Returns all flags there are.
fn known_flags() -> Vec<(&'static str, FlagKind)> {
    let mut known = FLAGS.to_vec();
    for option in OPTIONS {
        if option.choices.is_empty() {
            let kind = match option.slot(&mut Config::default()) {
                Slot::Bool(_) => FlagKind::Bool,
                Slot::Int(_) => FlagKind::Int,
                Slot::Float(_) => FlagKind::Float,
                Slot::Text(_) => FlagKind::Text,
            };
            known.push((option.name, kind));
        }
        known.extend(option.choices.iter().map(|choice| (choice.name, FlagKind::Bool)));
    }
    let kind = |command: &Command| if command.has_argument { FlagKind::Text } else { FlagKind::Bool };
    known.extend(COMMANDS.iter().map(|command| (command.name, kind(command))));
    known
}

/// Returns the options of a report that the flags ask for.
fn config(flags: &GoFlags) -> Result<Config, String> {
    let mut config = Config::default();
    for option in OPTIONS {
        let chosen: Vec<&str> =
            option.choices.iter().map(|choice| choice.name).filter(|choice| flags.is_on(choice)).collect();
        if chosen.len() > 1 {
            return Err(format!("conflicting options set: [{}]", chosen.join(" ")));
        }
        match option.slot(&mut config) {
            Slot::Bool(slot) => *slot = flags.switch(option.name).unwrap_or(*slot),
            Slot::Int(slot) => *slot = flags.int(option.name).unwrap_or(*slot),
            Slot::Float(slot) => *slot = flags.float(option.name).unwrap_or(*slot),
            Slot::Text(slot) => {
                if let Some(value) = chosen.first().copied().or_else(|| flags.text(option.name)) {
                    value.clone_into(slot);
                }
            }
        }
    }
    Ok(config)
}

/// Returns the command that is asked for.
fn order(flags: &GoFlags) -> Result<Option<Order>, RequestError> {
    let mut orders = COMMANDS.iter().filter_map(|command| {
        if command.has_argument {
            let argument = flags.some_text(command.name)?.to_owned();
            Some(Order { command, argument: Some(argument) })
        } else {
            flags.is_on(command.name).then_some(Order { command, argument: None })
        }
    });
    let order = orders.next();
    match orders.next() {
        Some(_) => Err(RequestError::Conflict("must set at most one output format".to_owned())),
        None => Ok(order),
    }
}

fn bases(flags: &GoFlags) -> Result<Option<Bases>, &'static str> {
    match (flags.some_text("base"), flags.some_text("diff_base")) {
        (Some(_), Some(_)) => Err("-base and -diff_base flags cannot both be specified"),
        (Some(base), None) => Ok(Some(Bases { names: vec![base.to_owned()], is_diff: false })),
        (None, Some(base)) => Ok(Some(Bases { names: vec![base.to_owned()], is_diff: true })),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request, RequestError> {
        Request::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn command_lines_are_understood() {
        let request = parse("-top -cum -lines -nodecount=5 -trim=false -mean_delay a b").expect("valid");
        assert_eq!(request.sources.names, ["a", "b"]);
        assert_eq!(request.order.as_ref().map(|order| order.command.name), Some("top"));
        let config = request.config;
        assert_eq!((config.sort.as_str(), config.granularity.as_str(), config.nodecount), ("cum", "lines", 5));
        assert_eq!((config.trim, config.mean, config.sample_index.as_str()), (false, true, "delay"));
        let request = parse("-peek=x -base= -diff_base=old new").expect("valid");
        assert_eq!(request.order.and_then(|order| order.argument).as_deref(), Some("x"));
        assert_eq!(request.sources.bases, Some(Bases { names: vec!["old".to_owned()], is_diff: true }));
        assert!(parse("a").expect("valid").order.is_none());
        assert!(parse("-list= a").expect("valid").order.is_none());
    }

    #[test]
    fn contradictions_are_told_as_pprof_does() {
        for (line, message) in [
            ("-top -text a", "must set at most one output format"),
            ("-top -peek=x a", "must set at most one output format"),
            ("-cum -flat a", "conflicting options set: [cum flat]"),
            ("-lines -files a", "conflicting options set: [files lines]"),
            ("-http=: -top a", "-http is not compatible with an output format on the command line"),
            ("-no_browser a", "-no_browser only makes sense with -http"),
            ("-base=x -diff_base=y a", "-base and -diff_base flags cannot both be specified"),
            ("-normalize a", "must have base profile to normalize by"),
        ] {
            assert_eq!(parse(line).expect_err("invalid"), RequestError::Conflict(message.to_owned()), "{line}");
        }
        for (line, message) in [
            ("-bogus a", "flag provided but not defined: -bogus"),
            ("-divide_by=x a", "invalid value \"x\" for flag -divide_by: parse error"),
        ] {
            assert_eq!(parse(line).expect_err("invalid"), RequestError::Flag(message.to_owned()), "{line}");
        }
        assert_eq!(parse("-top").expect_err("no source"), RequestError::NoSource);
        assert_eq!(parse("-h").expect_err("help"), RequestError::Help);
    }
}
