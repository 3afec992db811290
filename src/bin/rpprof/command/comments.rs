//! `rpprof comments`.

use clap::Args;
use rpprof::codec::{LabelColumn, StackColumn};
use rpprof::{render, report};

use crate::args::{FormatArgs, InputArgs, OutputArgs};
use crate::failure::Failure;
use crate::input::load;
use crate::output::write_report;

#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  rpprof comments cpu.pb.gz")]
pub(crate) struct CommentsArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(crate) fn run(arguments: &CommentsArgs) -> Result<(), Failure> {
    let profile = load(&arguments.input, LabelColumn::Skip, StackColumn::Skip)?;
    let comments = report::comments(&profile);
    if comments.comments.is_empty() {
        eprintln!("rpprof: the profile has no comments");
    }
    write_report(&comments, &arguments.format, &arguments.output, |writer| Ok(render::comments(&comments, writer)?))
}
