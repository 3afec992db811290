//! The program: arguments, input, output; what happens between is the library's.

mod args;
mod budgets;
mod cli;
mod code;
mod command;
mod failure;
mod go_flags;
mod go_numbers;
mod go_regex;
mod http;
mod input;
mod output;
mod program;
mod progress;
mod source;
mod symbols;
mod tui;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind as ClapErrorKind};
use clap::{CommandFactory, Parser};

use cli::{Cli, Command};
use failure::{EXIT_ERROR, Failure, nearest};

fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if let Some(arguments) = cli::pprof_arguments(&arguments) {
        return exit_code(command::pprof::run(&arguments));
    }
    if let Some(file) = cli::browsed(&arguments) {
        if !(std::io::stdout().is_terminal() && std::io::stderr().is_terminal()) {
            eprint!("{}", cli::what_to_do_with(&file));
            return ExitCode::from(EXIT_ERROR);
        }
        arguments.insert(1, "tui".into());
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(mut error) => {
            suggest_command(&mut error);
            let is_answer = matches!(error.kind(), ClapErrorKind::DisplayHelp | ClapErrorKind::DisplayVersion);
            // There is nobody to tell if the terminal is gone.
            let _ = error.print();
            return if is_answer { ExitCode::SUCCESS } else { ExitCode::from(EXIT_ERROR) };
        }
    };
    exit_code(run(cli))
}

/// Tells what went wrong, if anything did.
fn exit_code(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Names the command that was probably meant, where clap sees no likeness.
fn suggest_command(error: &mut clap::Error) {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return };
    if error.get(ContextKind::SuggestedSubcommand).is_some() {
        return;
    }
    let command = Cli::command();
    let names = command.get_subcommands().filter(|command| !command.is_hide_set()).map(clap::Command::get_name);
    if let Some(name) = nearest(word, names) {
        let suggestion = ContextValue::Strings(vec![name.to_owned()]);
        error.insert(ContextKind::SuggestedSubcommand, suggestion);
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Tui(arguments) => command::tui::run(arguments, cli.color),
        Command::Top(arguments) => command::top::run(&arguments, cli.color),
        Command::Tree(arguments) => command::tree::run(&arguments, cli.color),
        Command::Peek(arguments) => command::peek::run(&arguments, cli.color),
        Command::Calls(arguments) => command::calls::run(&arguments, cli.color),
        Command::Dot(arguments) => command::dot::run(&arguments),
        Command::Callgrind(arguments) => command::callgrind::run(&arguments),
        Command::Flame(arguments) => command::flame::run(&arguments),
        Command::Disasm(arguments) => command::disasm::run(&arguments, cli.color),
        Command::Weblist(arguments) => command::weblist::run(&arguments),
        Command::List(arguments) => command::list::run(&arguments, cli.color),
        Command::Diff(arguments) if arguments.tui => command::tui::browse_changes(arguments, cli.color),
        Command::Diff(arguments) => command::diff::run(&arguments, cli.color),
        Command::Check(arguments) => command::check::run(&arguments, cli.color),
        Command::Info(arguments) => command::info::run(&arguments, cli.color),
        Command::Raw(arguments) => command::raw::run(&arguments),
        Command::Tags(arguments) => command::tags::run(&arguments, cli.color),
        Command::Traces(arguments) => command::traces::run(&arguments, cli.color),
        Command::Comments(arguments) => command::comments::run(&arguments),
        Command::Merge(arguments) => command::merge::run(&arguments),
        Command::Symbolize(arguments) => command::symbolize::run(&arguments),
        Command::Schema(arguments) => command::schema::run(&arguments),
        Command::Completions(arguments) => command::generate::completions(&arguments, Cli::command()),
        Command::Man(arguments) => command::generate::man(&arguments, Cli::command()),
        Command::Pprof(arguments) => command::pprof::run(&arguments.arguments),
    }
}
