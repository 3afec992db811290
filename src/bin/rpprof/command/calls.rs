//! `rpprof calls`.

use clap::Args;
use rpprof::aggregate::Root;
use rpprof::codec::LabelColumn;
use rpprof::render::{self, ReportHeader, TimeZone};
use rpprof::report::{self, CallsOptions};

use super::{OwnCode, load_for, selection, shown_filters, values};
use crate::args::{ColorChoice, FilterArgs, FormatArgs, FrameArgs, InputArgs, OutputArgs, ValueArgs, parse_share};
use crate::failure::Failure;
use crate::output::{table_style, write_report};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof calls --min-share 0.05 cpu.pb.gz
  rpprof calls --bottom-up --max-depth 3 cpu.pb.gz
  rpprof calls --show-from handle -t alloc_space heap.pb.gz")]
pub(crate) struct CallsArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Begin at the functions where time or memory is spent, with their callers below them.
    #[arg(short = 'b', long)]
    pub(crate) bottom_up: bool,

    /// Leave out paths that weigh less than this share of the whole.
    #[arg(long, value_name = "SHARE", default_value_t = 0.01, value_parser = parse_share)]
    pub(crate) min_share: f64,

    /// Show at most so many calls in a row; 0 for any number.
    #[arg(short = 'd', long, value_name = "DEPTH", default_value_t = 0, hide_default_value = true)]
    pub(crate) max_depth: usize,

    #[command(flatten)]
    pub(crate) values: ValueArgs,
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

pub(crate) fn run(arguments: &CallsArgs, color: ColorChoice) -> Result<(), Failure> {
    let profile = load_for(&arguments.input, &arguments.filters, LabelColumn::Skip, arguments.values.needed_stacks())?;
    let own = OwnCode::new();
    let selection = selection(&profile, &arguments.filters, &own)?;
    let mut options = CallsOptions::default();
    options.values = values(&profile, &arguments.values, "minimum")?;
    options.frames = arguments.frames.options();
    options.root = if arguments.bottom_up { Root::Leaves } else { Root::Callers };
    options.min_share = arguments.min_share;
    options.max_depth = arguments.max_depth;
    let calls = report::calls(&selection, &options);
    write_report(&calls, &arguments.format, &arguments.output, |writer| {
        let header = ReportHeader::new(shown_filters(&arguments.filters), TimeZone::system());
        Ok(render::calls(&calls, &header, table_style(color, &arguments.output), writer)?)
    })
}
