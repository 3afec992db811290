//! `rpprof peek`.

use clap::Args;
use regex::Regex;
use rpprof::codec::{LabelColumn, StackColumn};
use rpprof::render::{self, CallWeights, ReportHeader, TimeZone};
use rpprof::report::{self, GraphOptions, Order};

use super::{OwnCode, function_like, load_for, selection, shown_filters, values};
use crate::args::{
    ColorChoice, FilterArgs, FormatArgs, FrameArgs, InputArgs, MeanArgs, OutputArgs, ValueArgs, parse_regex,
};
use crate::failure::Failure;
use crate::output::{table_style, write_report};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof peek '^sort\\.' cpu.pb.gz
  rpprof peek --json Parse cpu.pb.gz")]
pub(crate) struct PeekArgs {
    /// Which functions to show, by their names.
    #[arg(value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) functions: Regex,

    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Sort by what each function weighs with all that it calls.
    #[arg(short = 'c', long)]
    pub(crate) cum: bool,

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

pub(crate) fn run(arguments: &PeekArgs, color: ColorChoice) -> Result<(), Failure> {
    let profile = load_for(&arguments.input, &arguments.filters, LabelColumn::Skip, StackColumn::Keep)?;
    let own = OwnCode::new();
    let selection = selection(&profile, &arguments.filters, &own)?;
    let mut options = GraphOptions::default();
    options.values = values(&profile, &arguments.values, "minimum")?;
    arguments.mean.apply(&mut options.values);
    options.frames = arguments.frames.options();
    options.order = if arguments.cum { Order::Cum } else { Order::Flat };
    (options.limit, options.node_fraction, options.edge_fraction) = (0, 0.0, 0.0);
    let mut graph = report::graph(&selection, &options);
    graph.retain_shown(|node| arguments.functions.is_match(&node.name));
    if graph.shown().is_empty() {
        let pattern = arguments.functions.as_str();
        let failure = Failure::unmet(format!("no function matches {pattern:?}"));
        return Err(match function_like(&profile, pattern) {
            Some(name) => failure.hint(format!("did you mean '{}'?", regex::escape(name))),
            None => failure,
        });
    }
    write_report(&graph, &arguments.format, &arguments.output, |writer| {
        let header = ReportHeader::new(shown_filters(&arguments.filters), TimeZone::system());
        let style = table_style(color, &arguments.output);
        render::tree(&graph, &header, style, CallWeights::Values, |_| true, writer)?;
        Ok(())
    })
}
