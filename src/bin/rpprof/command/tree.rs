//! `rpprof tree`.

use clap::Args;
use rpprof::codec::LabelColumn;
use rpprof::render::{self, CallWeights, ReportHeader, TimeZone};
use rpprof::report::{self, GraphOptions, Order};

use super::{OwnCode, load_for, selection, shown_filters, values};
use crate::args::{
    ColorChoice, FilterArgs, FormatArgs, FrameArgs, InputArgs, MeanArgs, OutputArgs, ValueArgs, parse_share,
};
use crate::failure::Failure;
use crate::output::{table_style, write_report};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof tree -n 10 cpu.pb.gz
  rpprof tree -g lines --focus Parse cpu.pb.gz")]
pub(crate) struct TreeArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Show at most so many functions; 0 for all that weigh enough.
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 80)]
    pub(crate) limit: usize,

    /// Sort by what each function weighs with all that it calls.
    #[arg(short = 'c', long)]
    pub(crate) cum: bool,

    #[command(flatten)]
    pub(crate) shares: GraphShareArgs,
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

/// What of a call graph is left out.
#[derive(Debug, Args)]
pub(crate) struct GraphShareArgs {
    /// Leave out functions that weigh, with all that they call, less than this share of the whole.
    #[arg(long, value_name = "SHARE", default_value_t = 0.005, value_parser = parse_share)]
    pub(crate) min_share: f64,

    /// Leave out calls that weigh less than this share of the whole.
    #[arg(long, value_name = "SHARE", default_value_t = 0.001, value_parser = parse_share)]
    pub(crate) min_call_share: f64,
}

impl GraphShareArgs {
    /// Sets what is left out.
    pub(crate) fn apply(&self, options: &mut GraphOptions) {
        options.node_fraction = self.min_share;
        options.edge_fraction = self.min_call_share;
    }
}

pub(crate) fn run(arguments: &TreeArgs, color: ColorChoice) -> Result<(), Failure> {
    let profile = load_for(
        &arguments.input,
        &arguments.filters,
        LabelColumn::Skip,
        arguments.mean.needed_stacks(&arguments.values),
    )?;
    let own = OwnCode::new();
    let selection = selection(&profile, &arguments.filters, &own)?;
    let mut options = GraphOptions::default();
    options.values = values(&profile, &arguments.values, "minimum")?;
    arguments.mean.apply(&mut options.values);
    options.frames = arguments.frames.options();
    options.order = if arguments.cum { Order::Cum } else { Order::Flat };
    options.limit = arguments.limit;
    arguments.shares.apply(&mut options);
    let graph = report::graph(&selection, &options);
    write_report(&graph, &arguments.format, &arguments.output, |writer| {
        let header = ReportHeader::new(shown_filters(&arguments.filters), TimeZone::system());
        let style = table_style(color, &arguments.output);
        render::tree(&graph, &header, style, CallWeights::Values, |_| true, writer)?;
        Ok(())
    })
}
