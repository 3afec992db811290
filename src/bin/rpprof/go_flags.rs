//! Command lines in the syntax of Go's `flag` package.

use std::collections::HashMap;

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagKind {
    /// True if it is there; `-x=false` and the like say otherwise.
    Bool,
    Int,
    Float,
    Text,
}

/// A command line that was taken apart.
#[derive(Debug, Default)]
pub(crate) struct GoFlags {
    values: HashMap<&'static str, String>,
    /// What stands behind the flags, from the first argument that is none.
    pub(crate) rest: Vec<String>,
}

impl GoFlags {
    /// Takes a command line apart.
    ///
    /// # Errors
    /// What Go's `flag` package would say; `help requested` for `-h` and `-help` unless they are defined.
    pub(crate) fn parse(known: &[(&'static str, FlagKind)], arguments: &[String]) -> Result<Self, String> {
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
                return Err(format!("bad flag syntax: {argument}"));
            }
            let (name, mut value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            let Some(&(name, kind)) = known.iter().find(|(known, _)| *known == name) else {
                let is_help = matches!(name, "h" | "help");
                return Err(if is_help { HELP.to_owned() } else { format!("flag provided but not defined: -{name}") });
            };
            if value.is_none() && kind == FlagKind::Bool {
                value = Some("true".to_owned());
            }
            if value.is_none() {
                value = arguments.get(next).cloned();
                next += 1;
            }
            let value = value.ok_or_else(|| format!("flag needs an argument: -{name}"))?;
            check(name, kind, &value)?;
            flags.values.insert(name, value);
        }
        flags.rest = arguments.get(next..).unwrap_or_default().to_vec();
        Ok(flags)
    }

    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Returns a text, if the flag was given and is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns a switch, `default` if the flag was not given.
    pub(crate) fn flag(&self, name: &str, default: bool) -> bool {
        self.values.get(name).and_then(|value| go_bool(value)).unwrap_or(default)
    }

    /// Returns a number, `default` if the flag was not given.
    pub(crate) fn number(&self, name: &str, default: f64) -> f64 {
        self.values.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }
}

/// The error of a call for help.
pub(crate) const HELP: &str = "flag: help requested";

fn check(name: &str, kind: FlagKind, value: &str) -> Result<(), String> {
    let is_valid = match kind {
        FlagKind::Bool => go_bool(value).is_some(),
        FlagKind::Int => value.parse::<i64>().is_ok(),
        FlagKind::Float => value.parse::<f64>().is_ok(),
        FlagKind::Text => true,
    };
    if is_valid {
        return Ok(());
    }
    let what = if kind == FlagKind::Bool { "boolean value" } else { "value" };
    let relation = if kind == FlagKind::Bool { "for" } else { "for flag" };
    Err(format!("invalid {what} {value:?} {relation} -{name}: parse error"))
}

/// Reads a switch as Go's `strconv.ParseBool` does.
fn go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[(&str, FlagKind)] =
        &[("top", FlagKind::Bool), ("nodecount", FlagKind::Int), ("focus", FlagKind::Text)];

    fn parse(line: &str) -> Result<GoFlags, String> {
        GoFlags::parse(KNOWN, &line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn flags_end_at_the_first_other_argument() {
        let flags = parse("-top --focus=x -nodecount 5 file -top").expect("valid");
        assert!(flags.flag("top", false));
        assert_eq!(flags.text("focus"), Some("x"));
        assert_eq!(flags.number("nodecount", -1.0), 5.0);
        assert_eq!(flags.rest, ["file", "-top"]);
    }

    #[test]
    fn errors_are_those_of_go() {
        for (line, error) in [
            ("-bogus", "flag provided but not defined: -bogus"),
            ("-nodecount=abc", "invalid value \"abc\" for flag -nodecount: parse error"),
            ("-top=maybe", "invalid boolean value \"maybe\" for -top: parse error"),
            ("-focus", "flag needs an argument: -focus"),
            ("-h", HELP),
        ] {
            assert_eq!(parse(line).expect_err("invalid"), error);
        }
    }
}
