//! `rpprof dot`.

use clap::Args;
use rpprof::codec::{LabelColumn, StackColumn};
use rpprof::render::{self, LabelEscapes, ReportHeader, TimeZone};
use rpprof::report::{self, GraphOptions, GraphPurpose, GraphShape};

use super::tree::GraphShareArgs;
use super::{OwnCode, load_for, selection, shown_filters, values};
use crate::args::{FilterArgs, FrameArgs, InputArgs, MeanArgs, OutputArgs, ValueArgs};
use crate::failure::Failure;
use crate::output::{Content, write_output};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof dot cpu.pb.gz -o cpu.dot
  rpprof dot --focus store -n 30 cpu.pb.gz > cpu.dot")]
pub(crate) struct DotArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Draw at most so many boxes, those of labels among them; 0 for all that weigh enough.
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 80)]
    pub(crate) limit: usize,

    /// Draw a function once for each path of calls that leads to it.
    #[arg(long)]
    pub(crate) call_tree: bool,

    #[command(flatten)]
    pub(crate) shares: GraphShareArgs,
    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) mean: MeanArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) frames: FrameArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

pub(crate) fn run(arguments: &DotArgs) -> Result<(), Failure> {
    let profile = load_for(&arguments.input, &arguments.filters, LabelColumn::Keep, StackColumn::Keep)?;
    let own = OwnCode::new();
    let selection = selection(&profile, &arguments.filters, &own)?;
    let mut options = GraphOptions::default();
    options.values = values(&profile, &arguments.values, "minimum")?;
    arguments.mean.apply(&mut options.values);
    options.frames = arguments.frames.options();
    options.purpose = GraphPurpose::Drawing;
    options.shape = if arguments.call_tree { GraphShape::Tree } else { GraphShape::Graph };
    options.limit = arguments.limit;
    arguments.shares.apply(&mut options);
    let graph = report::graph(&selection, &options);
    write_output(&arguments.output, Content::Text, |writer| {
        let header = ReportHeader::new(shown_filters(&arguments.filters), TimeZone::system());
        Ok(render::dot(&graph, &header, LabelEscapes::Escape, writer)?)
    })
}
