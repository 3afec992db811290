//! The flags that say how profiles are read and where names and sources are, for commands that do it likewise.

use std::path::Path;

use clap::ValueEnum;

use super::scope::quoted;
use crate::args::{DemangleArg, InputArgs};
use crate::source::SourceArgs;

/// How large files may be if no flag says it.
const MAX_INFLATED: u64 = 2 << 30;

/// Flags that commands have too, written as a shell takes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Those of all commands: how profiles are read, and where names come from.
    pub(super) names: Vec<String>,
    /// Those of commands that show source.
    pub(super) sources: Vec<String>,
}

impl Reading {
    /// Returns the flags that were given.
    pub(crate) fn of_flags(input: &InputArgs, source: &SourceArgs) -> Self {
        let flag = |name: &str, value: &str| format!("{name} {}", quoted(value));
        let path = |name: &str, path: &Path| flag(name, &path.display().to_string());
        let symbols = &input.symbols;
        let mut names = Vec::new();
        if input.max_inflated != MAX_INFLATED {
            names.push(format!("--max-inflated {}", input.max_inflated));
        }
        names.extend(
            symbols.symbolize.and_then(|which| Some(flag("--symbolize", which.to_possible_value()?.get_name()))),
        );
        let length = Some(symbols.demangle).filter(|length| *length != DemangleArg::Short);
        names.extend(length.and_then(|length| Some(flag("--demangle", length.to_possible_value()?.get_name()))));
        names.extend(symbols.binary.iter().map(|file| path("--binary", file)));
        names.extend(symbols.jit_symbols.iter().map(|file| path("--jit-symbols", file)));
        names.extend(symbols.symbolz.iter().map(|address| flag("--symbolz", address)));
        names.extend(symbols.symbol_cache.iter().map(|folder| path("--symbol-cache", folder)));
        let mut sources: Vec<String> = source.source_path.iter().map(|folder| path("--source-path", folder)).collect();
        sources.extend(source.trim_path.iter().map(|prefix| flag("--trim-path", prefix)));
        Self { names, sources }
    }
}
