//! `rpprof top`.

use clap::Args;
use rpprof::codec::LabelColumn;
use rpprof::render::{self, ReportHeader, TimeZone};
use rpprof::report::{self, Order, TopOptions};

use super::{OwnCode, load_for, selection, shown_filters, values};
use crate::args::{
    ColorChoice, FilterArgs, FormatArgs, FrameArgs, InputArgs, MeanArgs, OutputArgs, ValueArgs, parse_share,
};
use crate::failure::Failure;
use crate::output::{table_style, terminal_lines, write_report};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof top -n 20 cpu.pb.gz
  rpprof top --cum --focus json --unit ms cpu.pb.gz
  rpprof top -t alloc_space --my-code heap.pb.gz
  rpprof top --label 'route=search and tenant!=acme' cpu.pb.gz")]
pub(crate) struct TopArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Show at most so many rows; 0 for all that weigh enough [default: what fits the terminal, elsewhere all].
    #[arg(short = 'n', long, value_name = "ROWS")]
    pub(crate) limit: Option<usize>,

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

/// Lines that stand above and below the rows on a terminal, the prompt among them.
const OTHER_LINES: usize = 12;
/// So many rows are shown however low the terminal is.
const MIN_FITTING: usize = 10;

pub(crate) fn run(arguments: &TopArgs, color: ColorChoice) -> Result<(), Failure> {
    let profile = load_for(
        &arguments.input,
        &arguments.filters,
        LabelColumn::Skip,
        arguments.mean.needed_stacks(&arguments.values),
    )?;
    let own = OwnCode::new();
    let selection = selection(&profile, &arguments.filters, &own)?;
    let mut options = TopOptions::default();
    options.values = values(&profile, &arguments.values, "minimum")?;
    arguments.mean.apply(&mut options.values);
    options.frames = arguments.frames.options();
    options.order = if arguments.cum { Order::Cum } else { Order::Flat };
    let fitting = terminal_lines(&arguments.format, &arguments.output).map(|lines| lines.saturating_sub(OTHER_LINES));
    options.limit = arguments.limit.or(fitting.map(|lines| lines.max(MIN_FITTING))).unwrap_or(0);
    options.node_fraction = arguments.min_share;
    let top = report::top(&selection, &options);
    write_report(&top, &arguments.format, &arguments.output, |writer| {
        let header = ReportHeader::new(shown_filters(&arguments.filters), TimeZone::system());
        render::top(&top, &header, table_style(color, &arguments.output), &mut *writer)?;
        let cut = top.coverage.candidates - top.rows.len();
        if arguments.limit.is_none() && cut > 0 {
            writeln!(writer, "{cut} more rows do not fit the terminal; -n 0 shows all")?;
        }
        Ok(())
    })
}
