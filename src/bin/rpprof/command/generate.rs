//! `rpprof completions` and `rpprof man`: what derives from the command line's definition.

use clap::{Args, Command};
use clap_complete::Shell;
use std::io::Write;
use std::path::PathBuf;

use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::output::{Content, write_output};

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Write a page for each command into this folder [default: the main page on standard output].
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,
}

pub(crate) fn completions(arguments: &CompletionsArgs, mut command: Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "rpprof", &mut script);
    write_output(&OutputArgs { path: None }, Content::Text, |writer| Ok(writer.write_all(&script)?))
}

pub(crate) fn man(arguments: &ManArgs, command: Command) -> Result<(), Failure> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let Some(dir) = &arguments.dir else {
        return write_output(&OutputArgs { path: None }, Content::Text, |writer| write_page(&command, writer));
    };
    std::fs::create_dir_all(dir).map_err(|error| Failure::io(dir, error))?;
    let pages = std::iter::once(&command).chain(command.get_subcommands().filter(|command| !command.is_hide_set()));
    for page in pages {
        let name = page.get_display_name().unwrap_or(page.get_name());
        let output = OutputArgs { path: Some(dir.join(format!("{name}.1"))) };
        write_output(&output, Content::Text, |writer| write_page(page, writer))?;
    }
    Ok(())
}

fn write_page(command: &clap::Command, mut writer: &mut dyn Write) -> Result<(), Failure> {
    // Without a date: the pages are compared with what the program writes.
    Ok(clap_mangen::Man::new(command.clone())
        .source(concat!("rpprof ", env!("CARGO_PKG_VERSION")))
        .date("")
        .render(&mut writer)?)
}
