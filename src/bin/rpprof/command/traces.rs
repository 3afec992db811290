//! `rpprof traces`.

use clap::Args;
use rpprof::codec::{LabelColumn, StackColumn};
use rpprof::render::{self, ReportHeader, TimeZone};
use rpprof::report::{Traces, TracesOptions};

use super::{OwnCode, load_for, selection, shown_filters, values};
use crate::args::{ColorChoice, FilterArgs, FormatArgs, FrameArgs, InputArgs, MeanArgs, OutputArgs, ValueArgs};
use crate::failure::Failure;
use crate::output::{table_style, write_report};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof traces --label tenant=acme cpu.pb.gz
  rpprof traces -g lines --focus Parse cpu.pb.gz")]
pub(crate) struct TracesArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) mean: MeanArgs,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) frames: FrameArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

pub(crate) fn run(arguments: &TracesArgs, color: ColorChoice) -> Result<(), Failure> {
    let profile = load_for(&arguments.input, &arguments.filters, LabelColumn::Keep, StackColumn::Keep)?;
    let own = OwnCode::new();
    let selection = selection(&profile, &arguments.filters, &own)?;
    let mut options = TracesOptions::default();
    options.values = values(&profile, &arguments.values, "auto")?;
    arguments.mean.apply(&mut options.values);
    options.frames = arguments.frames.options();
    let traces = Traces::new(selection, options);
    write_report(&traces, &arguments.format, &arguments.output, |writer| {
        let header = ReportHeader::new(shown_filters(&arguments.filters), TimeZone::system());
        Ok(render::traces(&traces, &header, table_style(color, &arguments.output), writer)?)
    })
}
