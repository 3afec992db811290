//! `rpprof raw`.

use clap::Args;
use rpprof::render::{self, TimeZone};
use rpprof::report::Raw;

use super::{OwnCode, load_whole, selection};
use crate::args::{FilterArgs, Format, FormatArgs, InputArgs, OutputArgs};
use crate::failure::Failure;
use crate::output::{Content, write_output};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof raw cpu.pb.gz
  rpprof raw --format csv --label tenant=acme cpu.pb.gz > samples.csv")]
pub(crate) struct RawArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

pub(crate) fn run(arguments: &RawArgs) -> Result<(), Failure> {
    let profile = load_whole(&arguments.input, &arguments.filters)?;
    let own = OwnCode::new();
    let report = Raw::new(selection(&profile, &arguments.filters, &own)?);
    write_output(&arguments.output, Content::Text, |writer| {
        Ok(match arguments.format.format() {
            Format::Table => render::raw(&report, &TimeZone::system(), writer),
            Format::Json => render::json_rows(&report, writer),
            Format::Csv => render::csv(&report, writer),
            Format::Markdown => render::markdown(&report, writer),
        }?)
    })
}
