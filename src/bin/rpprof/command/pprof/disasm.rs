//! pprof's `disasm`.

use regex::Regex;
use rpprof::render::{self, SourceLines, TableStyle};
use rpprof::report::{Counting, DisasmOptions, ValueOptions};
use rpprof::symbolize::{ResolveOptions, Syntax};
use rpprof::transform::Selection;

use super::config::Config;
use crate::code::Code;
use crate::failure::Failure;
use crate::go_numbers::parse_int;
use crate::symbols::{binary_folders, debuginfod};

/// Finds the machine code of functions as pprof's options ask for it.
pub(super) fn code(selection: &Selection<'_>, functions: &Regex, config: &Config) -> Code {
    let mut resolve = ResolveOptions::default();
    resolve.binary_folders = binary_folders();
    resolve.debuginfod = debuginfod();
    let syntax = if config.intel_syntax { Syntax::Intel } else { Syntax::Att };
    Code::find(selection.profile(), &resolve, syntax, functions)
}

/// Returns which values are set against instructions: by pprof's rule, by which functions that recur weigh more.
pub(super) fn options(config: &Config, values: &ValueOptions) -> DisasmOptions {
    let mut options = DisasmOptions::default();
    options.values = values.clone();
    options.counting = Counting::Nodes;
    options.negative = config.negative();
    options
}

/// Says that nothing was found, in pprof's words; `written` is the argument of the command.
pub(super) fn nothing(code: &Code, written: &str) -> Failure {
    code.tell();
    let address = parse_int(written, 0).ok().filter(|address| *address >= 0);
    match address {
        Some(address) if code.is_empty() => Failure::new(format!("no matches found for address {address:#x}")),
        Some(address) => Failure::new(format!(
            "address {address:#x} found in binary, but the corresponding symbols do not have samples in the profile"
        )),
        None => Failure::new(format!("no matches found for regexp {written}")),
    }
}

/// Writes the machine code of functions with what it weighs.
pub(super) fn disasm(
    selection: &Selection<'_>,
    functions: &Regex,
    written: &str,
    config: &Config,
    values: &ValueOptions,
    bytes: &mut Vec<u8>,
) -> Result<(), Failure> {
    let code = code(selection, functions, config);
    let report = code.report(selection, &options(config, values), |_| Err(String::new()));
    if report.routines.is_empty() {
        return Err(nothing(&code, written));
    }
    Ok(render::disasm(&report, TableStyle::default(), SourceLines::Leave, bytes)?)
}

/// Writes the source of functions with their machine code as a page; returns how many functions there are.
///
/// It is the page of `rpprof weblist`, in which recursion counts once.
pub(super) fn weblist(
    selection: &Selection<'_>,
    functions: &Regex,
    config: &Config,
    values: &ValueOptions,
    bytes: &mut Vec<u8>,
) -> Result<usize, Failure> {
    let code = code(selection, functions, config);
    let mut options = options(config, values);
    options.counting = Counting::Samples;
    let source = config.source_here()?;
    let report = code.report(selection, &options, |file| source.find(file));
    if report.routines.is_empty() {
        code.tell();
    } else {
        let title = report.summary.file.as_deref().unwrap_or("Pprof listing");
        render::weblist(&report, title, |file| source.find(file).ok().map(|found| found.text), bytes)?;
    }
    Ok(report.routines.len())
}
