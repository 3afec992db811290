//! `rpprof info`.

use clap::Args;
use rpprof::codec::{LabelColumn, StackColumn};
use rpprof::render::{self, TimeZone};
use rpprof::report;

use crate::args::{ColorChoice, FormatArgs, InputArgs, OutputArgs};
use crate::failure::Failure;
use crate::input::load;
use crate::output::{table_style, write_report};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof info cpu.pb.gz
  rpprof info --json heap.pb.gz")]
pub(crate) struct InfoArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(crate) fn run(arguments: &InfoArgs, color: ColorChoice) -> Result<(), Failure> {
    let profile = load(&arguments.input, LabelColumn::Keep, StackColumn::Keep)?;
    let info = report::info(&profile)?;
    write_report(&info, &arguments.format, &arguments.output, |writer| {
        let files: Vec<String> = arguments.input.files.iter().map(|file| file.display().to_string()).collect();
        let command = |hint: &str| {
            let (command, flags) = hint.split_once(' ').unwrap_or((hint, ""));
            format!("rpprof {command} {} {flags}", files.join(" ")).trim_end().to_owned()
        };
        let style = table_style(color, &arguments.output);
        Ok(render::info(&info, &command, &TimeZone::system(), style, writer)?)
    })
}
