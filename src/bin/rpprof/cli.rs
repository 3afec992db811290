//! The command line as a whole: the commands, and what is said of a lone file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, Parser, Subcommand};

use crate::args::ColorChoice;
use crate::command::{
    callgrind, calls, check, comments, diff, disasm, dot, flame, generate, info, list, merge, peek, pprof, raw, schema,
    symbolize, tags, top, traces, tree, tui, weblist,
};
use crate::input::server_address;
use crate::program::is_executable;

/// Reads pprof profiles: tables, flame graphs, comparisons, merges.
#[derive(Debug, Parser)]
#[command(name = "rpprof", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Files may be gzip, zlib, zstd or plain protobuf, or what gperftools and Go wrote before that; `-` is standard input. Several files are merged. A \
        good beginning is: rpprof info FILE"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Browses a profile in the terminal: table, flame graph, call tree, source, labels.
    Tui(tui::TuiArgs),
    /// Shows the functions that weigh most.
    #[command(visible_alias = "text")]
    Top(top::TopArgs),
    /// Shows each function between its callers and callees.
    Tree(tree::TreeArgs),
    /// Shows the callers and callees of the functions that match.
    Peek(peek::PeekArgs),
    /// Shows the call tree as indented text, heaviest paths first.
    Calls(calls::CallsArgs),
    /// Shows the source of functions with what each line weighs.
    List(list::ListArgs),
    /// Shows the machine code of functions with what each instruction weighs.
    Disasm(disasm::DisasmArgs),
    /// Writes source as a page in which each line opens to its instructions.
    Weblist(weblist::WeblistArgs),
    /// Draws a flame graph as SVG, or writes folded stacks.
    Flame(flame::FlameArgs),
    /// Writes the call graph for Graphviz.
    Dot(dot::DotArgs),
    /// Writes the call graph for KCachegrind.
    Callgrind(callgrind::CallgrindArgs),
    /// Compares two profiles, or two sets of runs: what grew, what shrank, what is chance.
    Diff(diff::DiffArgs),
    /// Fails if code weighs more than a budget allows, or has grown by more.
    Check(check::CheckArgs),
    /// Says what kind of profile it is, what it holds, and what to run next.
    Info(info::InfoArgs),
    /// Shows all that a profile says, as it stands in the file.
    Raw(raw::RawArgs),
    /// Shows the labels of samples by what these weigh.
    Tags(tags::TagsArgs),
    /// Shows the samples one after another, with their labels and stacks.
    Traces(traces::TracesArgs),
    /// Shows the comments that the producer left.
    Comments(comments::CommentsArgs),
    /// Merges profiles into one, and writes what filters leave.
    Merge(merge::MergeArgs),
    /// Writes the profile with names for its addresses, from the binaries of this machine.
    Symbolize(symbolize::SymbolizeArgs),
    /// Writes the JSON Schema of a report.
    Schema(schema::SchemaArgs),
    /// Writes a completion script for a shell.
    Completions(generate::CompletionsArgs),
    /// Writes the manual pages.
    Man(generate::ManArgs),
    /// Stands in for pprof, with its own command line and its shell.
    Pprof(pprof::PprofArgs),
}

/// Returns the profile if there are no arguments but that, or its program before it, and no command.
pub(crate) fn browsed(arguments: &[OsString]) -> Option<PathBuf> {
    let (first, only) = match arguments {
        [_, only] => (only, only),
        [_, program, only] if is_executable(Path::new(program)) => (program, only),
        _ => return None,
    };
    let is_command = first.to_str().is_some_and(|name| {
        let is_named = |command: &clap::Command| {
            command.get_name() == name || command.get_all_aliases().any(|alias| alias == name)
        };
        name.starts_with('-') || name == "help" || Cli::command().get_subcommands().any(is_named)
    });
    let path = Path::new(only);
    (!is_command && (path.is_file() || server_address(path).is_some())).then(|| path.to_owned())
}

/// Says which commands there are for a file.
pub(crate) fn what_to_do_with(file: &Path) -> String {
    let mut text = format!("rpprof: say what to do with {}:\n\n", file.display());
    let reads_files = |command: &&clap::Command| command.get_positionals().any(|argument| argument.get_id() == "files");
    let calls: Vec<(String, String)> = (Cli::command().get_subcommands())
        .filter(|command| !command.is_hide_set())
        .filter(reads_files)
        .map(|command| {
            let others = command.get_positionals().take_while(|argument| argument.get_id() != "files");
            let names = others.flat_map(|argument| argument.get_value_names().unwrap_or_default().iter());
            let words: Vec<&str> =
                [command.get_name()].into_iter().chain(names.map(clap::builder::Str::as_str)).collect();
            (words.join(" "), command.get_about().map(ToString::to_string).unwrap_or_default())
        })
        .collect();
    let width = calls.iter().map(|(words, _)| words.len()).max().unwrap_or(0);
    for (words, about) in calls {
        text.push_str(&format!("  rpprof {words:<width$} {}    {about}\n", file.display()));
    }
    text.push_str("\nrpprof help says more.\n");
    text
}

/// The name of the command that takes pprof's command line, and of links to this program that stand for it.
const PPROF: &str = "pprof";

/// Returns the arguments of pprof, if that is what the program is called or its first argument.
pub(crate) fn pprof_arguments(arguments: &[OsString]) -> Option<Vec<String>> {
    let (program, arguments) = arguments.split_first()?;
    let is_pprof = Path::new(program).file_stem().is_some_and(|name| name == PPROF);
    let arguments = match arguments.split_first() {
        _ if is_pprof => arguments,
        Some((first, arguments)) if first == PPROF => arguments,
        _ => return None,
    };
    Some(arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect())
}
