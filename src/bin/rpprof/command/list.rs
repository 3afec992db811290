//! `rpprof list`.

use std::path::Path;

use clap::Args;
use regex::Regex;
use rpprof::aggregate::Inlines;
use rpprof::codec::{LabelColumn, StackColumn};
use rpprof::profile::Profile;
use rpprof::render;
use rpprof::report::{self, Extent, Listing, ListingOptions, Source};

use super::{OwnCode, function_like, load_for, selection, values};
use crate::args::{ColorChoice, FilterArgs, FormatArgs, InputArgs, OutputArgs, ValueArgs, parse_regex};
use crate::failure::Failure;
use crate::output::{table_style, write_report};
use crate::source::{Machine, SourceArgs, SourceFinder};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof list 'main\\.discount$' --source-path src cpu.pb.gz
  rpprof list Parse -C 2 cpu.pb.gz

Columns are what each line weighs itself, and with all that it calls. A sample counts once for a \
        line and once for a function, however often a function calls itself.")]
pub(crate) struct ListArgs {
    /// The functions: their names match, anywhere in them.
    #[arg(value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) functions: Regex,

    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Show only lines that weigh something, with so many lines around each [default: whole functions].
    #[arg(short = 'C', long, value_name = "LINES")]
    pub(crate) context: Option<u32>,

    /// Count inlined functions for the line that calls them.
    #[arg(long)]
    pub(crate) no_inlines: bool,

    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

pub(crate) fn run(arguments: &ListArgs, color: ColorChoice) -> Result<(), Failure> {
    let loaded = load_for(&arguments.input, &arguments.filters, LabelColumn::Skip, StackColumn::Keep);
    let profile = loaded.map_err(|failure| told_of_order(failure, arguments))?;
    let own = OwnCode::new();
    let selection = selection(&profile, &arguments.filters, &own)?;
    let mut options = ListingOptions::default();
    options.values = values(&profile, &arguments.values, "auto")?;
    options.functions = Some(arguments.functions.clone());
    options.inlines = if arguments.no_inlines { Inlines::Outermost } else { Inlines::Expand };
    options.extent = arguments.context.map_or(Extent::Function, Extent::Around);

    let machine = Machine::this();
    let finder = SourceFinder::new(&arguments.source, &machine);
    let listing = report::listing(&selection, &options, |file| finder.find(file));
    if listing.routines.is_empty() {
        return Err(nothing_to_list(&profile, &arguments.functions, &listing));
    }
    write_report(&listing, &arguments.format, &arguments.output, |writer| {
        Ok(render::listing(&listing, table_style(color, &arguments.output), writer)?)
    })?;
    tell_of_missing(&listing);
    Ok(())
}

/// Says that the expression comes first if it is a file.
fn told_of_order(failure: Failure, arguments: &ListArgs) -> Failure {
    let functions = arguments.functions.as_str();
    if Path::new(functions).is_file() { failure.hint("the expression comes before the files") } else { failure }
}

/// Says why nothing is listed: no such function, or it weighs nothing.
fn nothing_to_list(profile: &Profile, functions: &Regex, listing: &Listing) -> Failure {
    let mut names = profile.symbols().functions().iter().map(|function| profile.str(function.name));
    if let Some(name) = names.find(|name| functions.is_match(name)) {
        let what = &listing.summary.sample_type;
        let failure = Failure::unmet(format!("what matches {functions}, such as {name}, weighs nothing in {what}"));
        return failure.hint("look at another column with --sample-type, or with fewer filters");
    }
    let failure = Failure::unmet(format!("no function matches {functions}"));
    match function_like(profile, functions.as_str()) {
        Some(name) => failure.hint(format!("did you mean '{}'?", regex::escape(name))),
        None => failure.hint("rpprof top shows the names of functions"),
    }
}

/// Says on standard error which flags find sources that were not found.
fn tell_of_missing(listing: &Listing) {
    let mut missing: Vec<&str> = listing
        .routines
        .iter()
        .filter(|routine| matches!(routine.source, Source::Missing { .. }))
        .map(|routine| routine.file.as_str())
        .collect();
    missing.sort_unstable();
    missing.dedup();
    let Some(first) = missing.first() else { return };
    let others = if missing.len() > 1 { format!(" and {} more", missing.len() - 1) } else { String::new() };
    eprintln!("rpprof: the source is missing of {first}{others}");
    eprintln!("  hint: --source-path DIR says where sources lie, --trim-path PREFIX what to cut off their names");
}
