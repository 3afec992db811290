//! `rpprof top`.

use clap::Args;
use rpprof::codec::LabelColumn;
use rpprof::render::{self, ReportHeader, TimeZone};
use rpprof::report::{self, Order, TopOptions};

use super::{load_for, selection, shown_filters, values};
use crate::args::{
    ColorChoice, FilterArgs, FormatArgs, FrameArgs, InputArgs, MeanArgs, OutputArgs, ValueArgs, parse_share,
};
use crate::failure::Failure;
use crate::output::{table_style, write_report};

#[derive(Debug, Args)]
pub(crate) struct TopArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Show at most so many rows [default: all that weigh enough].
    #[arg(short = 'n', long, value_name = "ROWS", default_value_t = 0, hide_default_value = true)]
    pub(crate) limit: usize,

    /// Sort by what each row weighs with all that it calls.
    #[arg(short = 'c', long)]
    pub(crate) cum: bool,

    /// Leave out what weighs, with all that it calls, less than this share of the whole.
    #[arg(long, value_name = "SHARE", default_value_t = 0.005, value_parser = parse_share)]
    pub(crate) min_share: f64,

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

pub(crate) fn run(arguments: &TopArgs, color: ColorChoice) -> Result<(), Failure> {
    let profile = load_for(&arguments.input, &arguments.filters, LabelColumn::Skip)?;
    let selection = selection(&profile, &arguments.filters)?;
    let mut options = TopOptions::default();
    options.values = values(&profile, &arguments.values, "minimum")?;
    arguments.mean.apply(&mut options.values);
    options.frames = arguments.frames.options();
    options.order = if arguments.cum { Order::Cum } else { Order::Flat };
    options.limit = arguments.limit;
    options.node_fraction = arguments.min_share;
    let top = report::top(&selection, &options);
    write_report(&top, &arguments.format, &arguments.output, |writer| {
        let header = ReportHeader::new(shown_filters(&arguments.filters), TimeZone::system());
        Ok(render::top(&top, &header, table_style(color, &arguments.output), writer)?)
    })
}
