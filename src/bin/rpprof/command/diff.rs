//! `rpprof diff`.

use std::path::PathBuf;

use clap::Args;
use rpprof::aggregate::{FrameOptions, Names, Root};
use rpprof::profile::Profile;
use rpprof::render::{self, ReportHeader, SvgDirection, SvgOptions, TimeZone};
use rpprof::report::{self, CompareOptions, DiffFlameOptions, DiffOptions, DiffRows, Order};
use rpprof::transform::Selection;

use super::flame::{MAX_FRAMES, MIN_PIXELS, USUAL_WIDTH, parse_width};
use super::{OwnCode, compare_options, load_each_for, selections, shown_filters};
use crate::args::{
    ColorChoice, CompareArgs, FilterArgs, Format, FormatArgs, FrameArgs, OutputArgs, SymbolArgs, ValueArgs,
    parse_share, parse_size,
};
use crate::failure::Failure;
use crate::output::{Content, table_style, write_output, write_report};
use crate::program::is_executable;

#[derive(Debug, Args)]
#[command(
    override_usage = "rpprof diff [OPTIONS] <OLD> <NEW>\n       rpprof diff [OPTIONS] --old <FILE,…> --new <FILE,…>",
    after_help = "Exit codes: 0 compared, 1 no sample is left by the filters, 2 error.",
    after_long_help = "Examples:
  rpprof diff old.pb.gz new.pb.gz
  rpprof diff --old old.pb.gz,more.pb.gz --new new.pb.gz --cum
  rpprof diff --flame old.pb.gz new.pb.gz -o diff.svg
  rpprof diff --tui old.pb.gz new.pb.gz

Exit codes: 0 compared, 1 no sample is left by the filters, 2 error."
)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pub(crate) sides: SideArgs,

    #[command(flatten)]
    pub(crate) compare: CompareArgs,

    /// Show at most so many rows [default: all that changed enough].
    #[arg(short = 'n', long, value_name = "ROWS", default_value_t = 0, hide_default_value = true)]
    pub(crate) limit: usize,

    /// Compare what each row weighs with all that it calls.
    #[arg(short = 'c', long)]
    pub(crate) cum: bool,

    /// Show also what stayed the same.
    #[arg(long)]
    pub(crate) all: bool,

    /// Leave out what changed by less than this share of the whole [default: 0.005; with --flame what cannot be seen].
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub(crate) min_share: Option<f64>,

    /// Browse the comparison in the terminal; all views show it.
    #[arg(
        long,
        conflicts_with_all = ["flame", "format", "json", "path", "limit", "cum", "all", "min_share", "exact_names",
            "normalize", "unit", "divide_by", "relative", "granularity", "no_inlines", "show_columns"]
    )]
    pub(crate) tui: bool,

    /// Tell names apart that differ only by what each build makes anew, such as hashes and numbers of closures.
    #[arg(long)]
    pub(crate) exact_names: bool,

    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) flame: FlameArgs,
    #[command(flatten)]
    pub(crate) frames: FrameArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

/// What is compared.
#[derive(Clone, Debug, Args)]
pub(crate) struct SideArgs {
    /// The old profile; `-` is standard input.
    #[arg(
        value_name = "OLD",
        required_unless_present_any = ["old", "new"],
        conflicts_with_all = ["old", "new"],
        requires = "new_file",
        value_hint = clap::ValueHint::FilePath
    )]
    pub(crate) old_file: Option<PathBuf>,

    /// The new profile.
    #[arg(value_name = "NEW", required_unless_present_any = ["old", "new"], value_hint = clap::ValueHint::FilePath)]
    pub(crate) new_file: Option<PathBuf>,

    /// The new profile, if the program that both are of stands before them.
    #[arg(value_name = "NEW", hide = true, value_hint = clap::ValueHint::FilePath)]
    pub(crate) behind_program: Option<PathBuf>,

    /// Old profiles, runs of the same thing: with commas between them, or one flag each.
    ///
    /// Values are means of the runs, and how much runs differ tells what is chance.
    #[arg(long, value_name = "FILE,…", value_delimiter = ',', requires = "new", value_hint = clap::ValueHint::FilePath)]
    pub(crate) old: Vec<PathBuf>,

    /// New profiles, likewise.
    #[arg(long, value_name = "FILE,…", value_delimiter = ',', requires = "old", value_hint = clap::ValueHint::FilePath)]
    pub(crate) new: Vec<PathBuf>,

    /// How large each file may be once it is inflated, such as 500MB or 4GB.
    ///
    /// Reading ends with an error there, so that a small file cannot fill the memory.
    #[arg(long, value_name = "SIZE", default_value = "2GB", value_parser = parse_size, hide_short_help = true)]
    pub(crate) max_inflated: u64,

    #[command(flatten)]
    pub(crate) symbols: SymbolArgs,
}

/// How the flame graph looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Flame graph")]
pub(crate) struct FlameArgs {
    /// Draw a flame graph of both sides as SVG: blue shrank, orange grew, what was removed is there.
    #[arg(id = "flame", long = "flame", conflicts_with_all = ["format", "json", "limit", "all", "cum"])]
    pub(crate) is_wanted: bool,

    /// Hang callees from their callers (an icicle graph).
    #[arg(long, requires = "flame")]
    pub(crate) inverted: bool,

    /// Begin at the innermost functions: who calls them stands on them.
    #[arg(long, requires = "flame")]
    pub(crate) reverse: bool,

    /// Width in pixels [default: that of the window].
    #[arg(long, value_name = "PIXELS", value_parser = parse_width, requires = "flame")]
    pub(crate) width: Option<usize>,

    /// The title [default: program, sample type and totals].
    #[arg(long, value_name = "TEXT", requires = "flame")]
    pub(crate) title: Option<String>,
}

impl SideArgs {
    /// Takes a program that stands before two profiles for what `--binary` names.
    pub(crate) fn resolved(mut self) -> Result<Self, Failure> {
        let Some(last) = self.behind_program.take() else { return Ok(self) };
        let first = self.old_file.take().unwrap_or_default();
        if self.symbols.binary.is_some() || !is_executable(&first) {
            let hint = "several runs of each side are read by --old FILE,FILE --new FILE,FILE";
            return Err(Failure::new("two profiles are compared, but there are three files").hint(hint));
        }
        (self.old_file, self.new_file) = (self.new_file.take(), Some(last));
        self.symbols.binary = Some(first);
        Ok(self)
    }

    /// Reads the profiles of both sides; the old ones are the first, as many as the number says.
    fn load(&self, filters: &FilterArgs) -> Result<(Vec<Profile>, usize), Failure> {
        let old: Vec<PathBuf> = self.old_file.iter().chain(&self.old).cloned().collect();
        let new = self.new_file.iter().chain(&self.new).cloned();
        let old_count = old.len();
        let files: Vec<PathBuf> = old.into_iter().chain(new).collect();
        Ok((load_each_for(&files, self.max_inflated, &self.symbols, filters)?, old_count))
    }
}

pub(crate) fn run(arguments: &DiffArgs, color: ColorChoice) -> Result<(), Failure> {
    let (profiles, old_count) = arguments.sides.clone().resolved()?.load(&arguments.filters)?;
    let own = OwnCode::new();
    let selections = selections(&profiles, &arguments.filters, &own)?;
    let (old, new) = selections.split_at(old_count);
    let unit = if arguments.flame.is_wanted { "auto" } else { "minimum" };
    let compare = compare_options(new[0].profile(), &arguments.values, unit, &arguments.compare)?;
    let mut frames = arguments.frames.options();
    frames.names = if arguments.exact_names { Names::Exact } else { Names::Folded };
    if arguments.flame.is_wanted {
        return draw(arguments, old, new, compare, frames);
    }
    let mut options = DiffOptions::default();
    (options.compare, options.frames) = (compare, frames);
    options.order = if arguments.cum { Order::Cum } else { Order::Flat };
    options.rows = if arguments.all { DiffRows::All } else { DiffRows::Changed };
    options.limit = arguments.limit;
    options.min_share = arguments.min_share.unwrap_or(options.min_share);
    let diff = report::diff(old, new, &options)?;
    if arguments.format.format() == Format::Markdown {
        return write_output(&arguments.output, Content::Text, |writer| Ok(render::diff_markdown(&diff, writer)?));
    }
    write_report(&diff, &arguments.format, &arguments.output, |writer| {
        let header = ReportHeader::new(shown_filters(&arguments.filters), TimeZone::system());
        Ok(render::diff(&diff, &header, table_style(color, &arguments.output), writer)?)
    })
}

fn draw(
    arguments: &DiffArgs,
    old: &[Selection<'_>],
    new: &[Selection<'_>],
    compare: CompareOptions,
    frames: FrameOptions,
) -> Result<(), Failure> {
    let FlameArgs { inverted, reverse, width, title, .. } = &arguments.flame;
    let mut options = DiffFlameOptions::default();
    (options.compare, options.frames) = (compare, frames);
    options.root = if *reverse { Root::Leaves } else { Root::Callers };
    match arguments.min_share {
        Some(share) => options.min_share = share,
        None => {
            options.min_share = MIN_PIXELS / width.unwrap_or(USUAL_WIDTH).max(1) as f64;
            options.max_boxes = MAX_FRAMES;
        }
    }
    let flame = report::diff_flame(old, new, &options)?;
    if !flame.boxes.iter().any(|diff_box| diff_box.width > 0) {
        return Err(Failure::new("there is nothing to draw: no sample has a positive value")
            .hint("try another column with --sample-type; rpprof info lists them"));
    }
    let mut drawing = SvgOptions::default();
    drawing.direction = if *inverted { SvgDirection::Down } else { SvgDirection::Up };
    drawing.width = *width;
    drawing.title.clone_from(title);
    write_output(&arguments.output, Content::Data("an SVG"), |writer| Ok(render::diff_svg(&flame, &drawing, writer)?))
}
