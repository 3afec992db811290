//! Command lines in the syntax of Go's `flag` package.

use std::collections::HashMap;

use crate::go_numbers::{parse_bool, parse_float, parse_int};

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagKind {
    /// True if it is there; `-x=false` and the like say otherwise.
    Bool,
    Int,
    Float,
    Text,
}

#[derive(Clone, Debug, PartialEq)]
enum FlagValue {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

/// Why a command line could not be taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FlagError {
    /// It asks for help.
    Help,
    /// What Go says of it, before it tells the usage.
    Wrong(String),
}

/// A command line that was taken apart.
#[derive(Debug, Default)]
pub(crate) struct GoFlags {
    values: HashMap<&'static str, FlagValue>,
    /// What stands behind the flags, from the first argument that is none.
    pub(crate) rest: Vec<String>,
}

impl GoFlags {
    /// Takes a command line apart.
    ///
    /// # Errors
    /// What Go's `flag` package would say; `-h` and `-help` ask for help unless they are defined.
    pub(crate) fn parse(known: &[(&'static str, FlagKind)], arguments: &[String]) -> Result<Self, FlagError> {
        let wrong = |message: String| Err(FlagError::Wrong(message));
        let mut flags = Self::default();
        let mut next = 0;
        while let Some(argument) = arguments.get(next) {
            let Some(name) = argument.strip_prefix('-').filter(|name| !name.is_empty()) else { break };
            next += 1;
            if name == "-" {
                break;
            }
            let name = name.strip_prefix('-').unwrap_or(name);
            if name.is_empty() || name.starts_with(['-', '=']) {
                return wrong(format!("bad flag syntax: {argument}"));
            }
            let (name, mut value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (name, None),
            };
            let Some(&(name, kind)) = known.iter().find(|(known, _)| *known == name) else {
                let is_help = matches!(name, "h" | "help");
                let message = || FlagError::Wrong(format!("flag provided but not defined: -{name}"));
                return Err(if is_help { FlagError::Help } else { message() });
            };
            if value.is_none() && kind == FlagKind::Bool {
                value = Some("true");
            }
            if value.is_none() {
                value = arguments.get(next).map(String::as_str);
                next += 1;
            }
            let Some(value) = value else { return wrong(format!("flag needs an argument: -{name}")) };
            flags.values.insert(name, read(name, kind, value).map_err(FlagError::Wrong)?);
        }
        flags.rest = arguments.get(next..).unwrap_or_default().to_vec();
        Ok(flags)
    }

    /// Returns a text, if the flag was given.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            Some(FlagValue::Text(value)) => Some(value),
            _ => None,
        }
    }

    /// Returns a text, if the flag was given and not with an empty one.
    pub(crate) fn some_text(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// Returns a switch, if the flag was given.
    pub(crate) fn switch(&self, name: &str) -> Option<bool> {
        match self.values.get(name) {
            Some(FlagValue::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    /// Returns whether a switch was given and is on.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.switch(name) == Some(true)
    }

    /// Returns an integer, if the flag was given.
    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        match self.values.get(name) {
            Some(FlagValue::Int(value)) => Some(*value),
            _ => None,
        }
    }

    /// Returns a number, if the flag was given.
    pub(crate) fn float(&self, name: &str) -> Option<f64> {
        match self.values.get(name) {
            Some(FlagValue::Float(value)) => Some(*value),
            _ => None,
        }
    }
}

fn read(name: &str, kind: FlagKind, value: &str) -> Result<FlagValue, String> {
    let wrong = |reason: &str| format!("invalid value {value:?} for flag -{name}: {reason}");
    match kind {
        FlagKind::Text => Ok(FlagValue::Text(value.to_owned())),
        FlagKind::Int => parse_int(value, 0).map(FlagValue::Int).map_err(|error| wrong(error.in_flag())),
        FlagKind::Float => parse_float(value).map(FlagValue::Float).map_err(|error| wrong(error.in_flag())),
        FlagKind::Bool => match parse_bool(value) {
            Some(is_on) => Ok(FlagValue::Bool(is_on)),
            None => Err(format!("invalid boolean value {value:?} for -{name}: parse error")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[(&str, FlagKind)] = &[
        ("top", FlagKind::Bool),
        ("nodecount", FlagKind::Int),
        ("nodefraction", FlagKind::Float),
        ("focus", FlagKind::Text),
    ];

    fn parse(line: &str) -> Result<GoFlags, FlagError> {
        GoFlags::parse(KNOWN, &line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn flags_end_at_the_first_other_argument() {
        let flags = parse("-top --focus=x=y -nodecount 0x10 -nodefraction=.5 file -top").expect("valid");
        assert!(flags.is_on("top"));
        assert_eq!(flags.text("focus"), Some("x=y"));
        assert_eq!(flags.int("nodecount"), Some(16));
        assert_eq!(flags.float("nodefraction"), Some(0.5));
        assert_eq!(flags.rest, ["file", "-top"]);
        assert_eq!(parse("-top -- -top").expect("valid").rest, ["-top"]);
        assert_eq!(parse("- -top").expect("valid").rest, ["-", "-top"]);
    }

    #[test]
    fn the_last_of_equal_flags_wins() {
        let flags = parse("-top -top=f -focus=a -focus b -focus= -nodecount=-1").expect("valid");
        assert_eq!((flags.switch("top"), flags.is_on("top")), (Some(false), false));
        assert_eq!((flags.text("focus"), flags.some_text("focus")), (Some(""), None));
        assert_eq!(flags.int("nodecount"), Some(-1));
        assert_eq!(flags.int("other"), None);
    }

    #[test]
    fn errors_are_those_of_go() {
        for (line, error) in [
            ("-bogus", "flag provided but not defined: -bogus"),
            ("--bogus=1", "flag provided but not defined: -bogus"),
            ("---top", "bad flag syntax: ---top"),
            ("-=x", "bad flag syntax: -=x"),
            ("-nodecount=abc", "invalid value \"abc\" for flag -nodecount: parse error"),
            (
                "-nodecount=99999999999999999999",
                "invalid value \"99999999999999999999\" for flag -nodecount: value out of range",
            ),
            ("-nodefraction x", "invalid value \"x\" for flag -nodefraction: parse error"),
            ("-top=maybe", "invalid boolean value \"maybe\" for -top: parse error"),
            ("-focus", "flag needs an argument: -focus"),
        ] {
            assert_eq!(parse(line).expect_err("invalid"), FlagError::Wrong(error.to_owned()));
        }
        assert_eq!(parse("-top -h").expect_err("help"), FlagError::Help);
        assert_eq!(parse("--help").expect_err("help"), FlagError::Help);
    }
}
