//! `rpprof tags`.

use clap::Args;
use rpprof::codec::{LabelColumn, StackColumn};
use rpprof::render::{self, ReportHeader, TimeZone};
use rpprof::report::{self, TagsOptions};

use super::{OwnCode, load_for, selection, shown_filters, values};
use crate::args::{ColorChoice, FilterArgs, Format, FormatArgs, InputArgs, OutputArgs, ValueArgs};
use crate::failure::Failure;
use crate::output::{table_style, write_report};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof tags cpu.pb.gz
  rpprof tags --label-show tenant --focus store cpu.pb.gz")]
pub(crate) struct TagsArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Show at most so many values of each key, 0 for all [default: 20 in tables to read, else all].
    #[arg(short = 'n', long, value_name = "ROWS")]
    pub(crate) limit: Option<usize>,

    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

/// How many values of a key a table to read has unless told otherwise.
const USUAL_ROWS: usize = 20;

pub(crate) fn run(arguments: &TagsArgs, color: ColorChoice) -> Result<(), Failure> {
    let profile = load_for(&arguments.input, &arguments.filters, LabelColumn::Keep, StackColumn::Skip)?;
    let own = OwnCode::new();
    let selection = selection(&profile, &arguments.filters, &own)?;
    let mut options = TagsOptions::default();
    options.values = values(&profile, &arguments.values, "auto")?;
    let usual_limit = if arguments.format.format() == Format::Table { USUAL_ROWS } else { 0 };
    options.limit = arguments.limit.unwrap_or(usual_limit);
    let tags = report::tags(&selection, &options);
    if tags.keys.is_empty() {
        eprintln!("rpprof: no sample has labels");
    }
    write_report(&tags, &arguments.format, &arguments.output, |writer| {
        let header = ReportHeader::new(shown_filters(&arguments.filters), TimeZone::system());
        Ok(render::label_table(&tags, &header, table_style(color, &arguments.output), writer)?)
    })
}
