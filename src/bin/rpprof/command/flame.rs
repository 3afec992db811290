//! `rpprof flame`.

use std::path::PathBuf;

use clap::Args;
use rpprof::aggregate::Root;
use rpprof::codec::LabelColumn;
use rpprof::render::{self, SvgDirection, SvgOptions};
use rpprof::report::{self, FlameOptions, Top, TopOptions};
use rpprof::transform::Selection;

use super::{OwnCode, load_for, selection, values};
use crate::args::{FilterArgs, FrameArgs, InputArgs, OutputArgs, ValueArgs, parse_share};
use crate::failure::Failure;
use crate::output::{Content, write_output};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof flame cpu.pb.gz -o cpu.svg
  rpprof flame --reverse --my-code cpu.pb.gz -o leaves.svg
  rpprof flame --html cpu.pb.gz -o cpu.html
  rpprof flame --folded -t alloc_space heap.pb.gz > heap.folded")]
pub(crate) struct FlameArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Write folded stacks instead, a line each: frames from the outermost on, joined by `;`, and the value.
    #[arg(long)]
    pub(crate) folded: bool,

    /// Write the boxes as JSON instead, for programs.
    #[arg(long, conflicts_with = "folded")]
    pub(crate) json: bool,

    /// Write a file for https://www.speedscope.app instead.
    #[arg(long, conflicts_with_all = ["folded", "json", "reverse"])]
    pub(crate) speedscope: bool,

    /// Write a page with the picture and a table of functions instead; it loads nothing.
    #[arg(long, conflicts_with_all = ["folded", "json", "speedscope"])]
    pub(crate) html: bool,

    /// Hang callees from their callers (an icicle graph).
    #[arg(long)]
    pub(crate) inverted: bool,

    /// Begin at the innermost functions: who calls them stands on them.
    #[arg(long)]
    pub(crate) reverse: bool,

    /// Width in pixels [default: that of the window].
    #[arg(long, value_name = "PIXELS", value_parser = parse_width)]
    pub(crate) width: Option<usize>,

    /// The title [default: program, sample type and total].
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,

    /// Leave out frames narrower than this share of the whole [default: what cannot be seen; with --folded, --json and --speedscope nothing].
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub(crate) min_share: Option<f64>,

    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) frames: FrameArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

/// Width in pixels for which frames that cannot be seen are left out, unless one is asked for.
pub(super) const USUAL_WIDTH: usize = 1200;
/// Frames narrower than this many pixels cannot be seen.
pub(super) const MIN_PIXELS: f64 = 0.5;
/// So many frames are a picture of about 300 kB; more would not fit a screen either.
pub(super) const MAX_FRAMES: usize = 1400;

pub(crate) fn run(arguments: &FlameArgs) -> Result<(), Failure> {
    let profile = load_for(&arguments.input, &arguments.filters, LabelColumn::Skip, arguments.values.needed_stacks())?;
    let own = OwnCode::new();
    let selection = selection(&profile, &arguments.filters, &own)?;
    let mut options = FlameOptions::default();
    options.values = values(&profile, &arguments.values, "auto")?;
    options.frames = arguments.frames.options();
    options.root = if arguments.reverse { Root::Leaves } else { Root::Callers };
    match arguments.min_share {
        Some(share) => options.min_share = share,
        None if arguments.folded || arguments.json || arguments.speedscope => {}
        None => {
            options.min_share = MIN_PIXELS / arguments.width.unwrap_or(USUAL_WIDTH).max(1) as f64;
            options.max_boxes = MAX_FRAMES;
        }
    }
    let flame = report::flame(&selection, &options);
    if arguments.folded {
        return write_output(&arguments.output, Content::Text, |writer| Ok(render::folded(&flame, writer)?));
    }
    if arguments.json {
        return write_output(&arguments.output, Content::Text, |writer| Ok(render::json(&flame, writer)?));
    }
    if arguments.speedscope {
        let name = arguments.title.clone().unwrap_or_else(|| shown_files(&arguments.input.files));
        return write_output(&arguments.output, Content::Text, |writer| {
            Ok(render::speedscope(&name, &[(&flame.summary.sample_type, &flame)], writer)?)
        });
    }
    if !flame.boxes.iter().any(|flame_box| flame_box.total > 0) {
        return Err(Failure::new("there is nothing to draw: no sample has a positive value")
            .hint("try another column with --sample-type; rpprof info lists them"));
    }
    let mut drawing = SvgOptions::default();
    drawing.direction = if arguments.inverted { SvgDirection::Down } else { SvgDirection::Up };
    drawing.width = arguments.width;
    drawing.title.clone_from(&arguments.title);
    if !arguments.html {
        return write_output(&arguments.output, Content::Data("an SVG"), |writer| {
            Ok(render::svg(&flame, &drawing, writer)?)
        });
    }
    let title = arguments.title.clone().unwrap_or_else(|| shown_files(&arguments.input.files));
    let top = page_table(&selection, &options);
    let mut svg = Vec::new();
    render::svg(&flame, &drawing, &mut svg)?;
    write_output(&arguments.output, Content::Data("a page"), |writer| Ok(render::page(&title, &svg, &top, writer)?))
}

/// Functions in the table of a page.
const PAGE_ROWS: usize = 100;

/// Returns the table of a page.
pub(crate) fn page_table(selection: &Selection<'_>, flame: &FlameOptions) -> Top {
    let mut options = TopOptions::default();
    (options.values, options.frames, options.limit) = (flame.values.clone(), flame.frames, PAGE_ROWS);
    report::top(selection, &options)
}

/// Returns the names of files without their folders.
pub(crate) fn shown_files(files: &[PathBuf]) -> String {
    let name = |file: &PathBuf| file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    files.iter().map(name).collect::<Vec<_>>().join(" ")
}

pub(super) fn parse_width(text: &str) -> Result<usize, String> {
    let width = text.parse().ok().filter(|width| (100..=100_000).contains(width));
    width.ok_or_else(|| "expected pixels, from 100 to 100000".to_owned())
}
