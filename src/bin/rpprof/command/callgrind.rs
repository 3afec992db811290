//! `rpprof callgrind`.

use clap::Args;
use rpprof::aggregate::{Granularity, Inlines, Objects};
use rpprof::codec::LabelColumn;
use rpprof::render::{self, CallgrindNames};
use rpprof::report::{self, GraphOptions, GraphPurpose, GraphShape};

use super::{OwnCode, load_for, selection, values};
use crate::args::{FilterArgs, InputArgs, OutputArgs, ValueArgs};
use crate::failure::Failure;
use crate::output::{Content, write_output};

#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  rpprof callgrind cpu.pb.gz -o callgrind.out.cpu")]
pub(crate) struct CallgrindArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Tell functions apart by the path of calls that leads to them.
    #[arg(long)]
    pub(crate) call_tree: bool,

    /// Count inlined functions for the function that they were inlined into.
    #[arg(long)]
    pub(crate) no_inlines: bool,

    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

pub(crate) fn run(arguments: &CallgrindArgs) -> Result<(), Failure> {
    let profile = load_for(&arguments.input, &arguments.filters, LabelColumn::Skip, arguments.values.needed_stacks())?;
    let own = OwnCode::new();
    let selection = selection(&profile, &arguments.filters, &own)?;
    let mut options = GraphOptions::default();
    // Costs are whole numbers: in the profile's own unit nothing is lost.
    let mut values = values(&profile, &arguments.values, "")?;
    if values.unit.is_empty() {
        let sample_type = profile.sample_types()[values.sample_type];
        profile.value_type_names(sample_type).1.clone_into(&mut values.unit);
    }
    options.values = values;
    options.frames.granularity = Granularity::Addresses;
    options.frames.objects = Objects::Always;
    options.frames.inlines = if arguments.no_inlines { Inlines::Outermost } else { Inlines::Expand };
    options.purpose = GraphPurpose::Callgrind;
    options.shape = if arguments.call_tree { GraphShape::Tree } else { GraphShape::Graph };
    (options.limit, options.node_fraction, options.edge_fraction) = (0, 0.0, 0.0);
    let graph = report::graph(&selection, &options);
    write_output(&arguments.output, Content::Text, |writer| {
        Ok(render::callgrind(&graph, CallgrindNames::Linked, writer)?)
    })
}
