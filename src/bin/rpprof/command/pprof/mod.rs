//! `rpprof pprof`: pprof's own command line, as far as it is understood yet.

use clap::Args;
use std::path::PathBuf;

use regex::Regex;
use rpprof::aggregate::{Columns, FrameOptions, Granularity, Inlines};
use rpprof::codec::LabelColumn;
use rpprof::profile::Profile;
use rpprof::render::{self, ReportHeader, TableStyle, TimeZone};
use rpprof::report::{self, Order, Raw, TopOptions};
use rpprof::transform::{DropFrames, Filter, Selection, Unmatched, assume_mapping, select};

use crate::args::{InputArgs, OutputArgs};
use crate::failure::Failure;
use crate::go_flags::{FlagKind, GoFlags, HELP};
use crate::input::load;
use crate::output::{Content, write_output};

#[derive(Debug, Args)]
pub(crate) struct PprofArgs {
    /// pprof's arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
}

/// The flags that are understood.
const FLAGS: &[(&str, FlagKind)] = &[
    ("top", FlagKind::Bool),
    ("text", FlagKind::Bool),
    ("raw", FlagKind::Bool),
    ("flat", FlagKind::Bool),
    ("cum", FlagKind::Bool),
    ("functions", FlagKind::Bool),
    ("filefunctions", FlagKind::Bool),
    ("files", FlagKind::Bool),
    ("lines", FlagKind::Bool),
    ("addresses", FlagKind::Bool),
    ("noinlines", FlagKind::Bool),
    ("showcolumns", FlagKind::Bool),
    ("compact_labels", FlagKind::Bool),
    ("all_frames", FlagKind::Bool),
    ("trim", FlagKind::Bool),
    ("inuse_space", FlagKind::Bool),
    ("inuse_objects", FlagKind::Bool),
    ("alloc_space", FlagKind::Bool),
    ("alloc_objects", FlagKind::Bool),
    ("total_delay", FlagKind::Bool),
    ("contentions", FlagKind::Bool),
    ("nodecount", FlagKind::Int),
    ("nodefraction", FlagKind::Float),
    ("edgefraction", FlagKind::Float),
    ("divide_by", FlagKind::Float),
    ("sample_index", FlagKind::Text),
    ("unit", FlagKind::Text),
    ("focus", FlagKind::Text),
    ("ignore", FlagKind::Text),
    ("hide", FlagKind::Text),
    ("show", FlagKind::Text),
    ("show_from", FlagKind::Text),
    ("prune_from", FlagKind::Text),
    ("symbolize", FlagKind::Text),
    ("output", FlagKind::Text),
];

/// Flags that stand for a sample type, with its name in `-sample_index`.
const SAMPLE_TYPES: &[(&str, &str)] = &[
    ("inuse_space", "inuse_space"),
    ("inuse_objects", "inuse_objects"),
    ("alloc_space", "alloc_space"),
    ("alloc_objects", "alloc_objects"),
    ("total_delay", "delay"),
    ("contentions", "contentions"),
];

/// How large an inflated profile may be: pprof has no limit, so this one is generous.
const MAX_INFLATED_BYTES: u64 = 1 << 36;

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let flags = match GoFlags::parse(FLAGS, arguments) {
        Ok(flags) => flags,
        Err(message) if message == HELP => {
            println!("usage: rpprof pprof -top|-text|-raw [OPTION ...] FILE ...");
            return Ok(());
        }
        Err(message) => return Err(Failure::new(message)),
    };
    let formats: Vec<&str> = ["top", "text", "raw"].into_iter().filter(|name| flags.flag(name, false)).collect();
    let [format] = formats.as_slice() else {
        let message = if formats.is_empty() {
            "no output format that is supported yet"
        } else {
            "must set at most one output format"
        };
        return Err(Failure::new(message));
    };
    if flags.rest.is_empty() {
        return Err(Failure::new("no profile source specified"));
    }
    let files = flags.rest.iter().map(PathBuf::from).collect();
    let profile = load(&InputArgs { files, max_inflated: MAX_INFLATED_BYTES }, LabelColumn::Keep)?;
    let profile = assume_mapping(&profile);
    let filter = filter(&flags)?;
    let output = OutputArgs { path: flags.text("output").map(PathBuf::from) };
    if *format == "raw" {
        sample_type(&flags, &profile)?;
        let report = Raw::new(selection(&profile, &filter)?);
        return write_output(&output, Content::Text, |writer| Ok(render::raw(&report, &TimeZone::system(), writer)?));
    }
    let options = top_options(&flags, &profile)?;
    let top = report::top(&selection(&profile, &filter)?, &options);
    let mut header = ReportHeader::new(shown_filters(&flags), TimeZone::system());
    header.is_compact = flags.flag("compact_labels", false);
    write_output(&output, Content::Text, |writer| Ok(render::top(&top, &header, TableStyle::default(), writer)?))
}

/// Returns the one name of a group that is switched on.
fn choice(flags: &GoFlags, group: &[&'static str]) -> Result<Option<&'static str>, Failure> {
    let chosen: Vec<&'static str> = group.iter().copied().filter(|name| flags.flag(name, false)).collect();
    match chosen.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => Err(Failure::new(format!("conflicting options set: [{}]", several.join(" ")))),
    }
}

fn sample_type(flags: &GoFlags, profile: &Profile) -> Result<usize, Failure> {
    if let Some(name) = flags.text("sample_index") {
        return Ok(profile.sample_type_by_name(name)?);
    }
    let mut chosen = SAMPLE_TYPES.iter().filter(|(flag, _)| flags.flag(flag, false));
    let first = chosen.next();
    for (ignored, _) in chosen {
        eprintln!("Multiple value selections, ignoring -{ignored}");
    }
    match first {
        Some((_, name)) => Ok(profile.sample_type_by_name(name)?),
        None => Ok(profile.default_sample_type()?),
    }
}

fn top_options(flags: &GoFlags, profile: &Profile) -> Result<TopOptions, Failure> {
    let mut options = TopOptions::default();
    options.values.sample_type = sample_type(flags, profile)?;
    options.frames = frame_options(flags)?;
    options.order = if choice(flags, &["cum", "flat"])? == Some("cum") { Order::Cum } else { Order::Flat };
    if flags.flag("trim", true) {
        // A negative count, pprof's default, is no limit.
        options.limit = flags.number("nodecount", 0.0).max(0.0) as usize;
        options.node_fraction = flags.number("nodefraction", options.node_fraction);
        options.edge_fraction = flags.number("edgefraction", options.edge_fraction);
    } else {
        (options.node_fraction, options.edge_fraction) = (0.0, 0.0);
    }
    options.values.divide_by = flags.number("divide_by", 1.0);
    if options.values.divide_by == 0.0 {
        return Err(Failure::new("zero divisor specified"));
    }
    if flags.is_set("unit") {
        options.values.unit = flags.text("unit").unwrap_or_default().to_owned();
    }
    Ok(options)
}

fn frame_options(flags: &GoFlags) -> Result<FrameOptions, Failure> {
    let mut options = FrameOptions::default();
    let group = ["functions", "filefunctions", "files", "lines", "addresses"];
    options.granularity = match choice(flags, &group)? {
        Some("filefunctions") => Granularity::FileFunctions,
        Some("files") => Granularity::Files,
        Some("lines") => Granularity::Lines,
        Some("addresses") => Granularity::Addresses,
        _ => Granularity::Functions,
    };
    options.inlines = if flags.flag("noinlines", false) { Inlines::Outermost } else { Inlines::Expand };
    options.columns = if flags.flag("showcolumns", false) { Columns::Show } else { Columns::Ignore };
    Ok(options)
}

fn filter(flags: &GoFlags) -> Result<Filter, Failure> {
    let regex = |name: &str| match flags.text(name) {
        Some(text) => {
            Regex::new(text).map(Some).map_err(|error| Failure::new(format!("parsing {name} regexp: {error}")))
        }
        None => Ok(None),
    };
    let mut filter = Filter::default();
    filter.focus = regex("focus")?;
    filter.ignore = regex("ignore")?;
    filter.hide = regex("hide")?;
    filter.show = regex("show")?;
    filter.show_from = regex("show_from")?;
    filter.prune_from = regex("prune_from")?;
    filter.drop_frames = if flags.flag("all_frames", false) { DropFrames::Keep } else { DropFrames::Drop };
    Ok(filter)
}

fn selection<'p>(profile: &'p Profile, filter: &Filter) -> Result<Selection<'p>, Failure> {
    let (selection, unmatched) = select(profile, filter)?;
    let Unmatched { focus, ignore, hide, show, show_from, .. } = unmatched;
    for (is_unmatched, name) in
        [(focus, "Focus"), (ignore, "Ignore"), (hide, "Hide"), (show, "Show"), (show_from, "ShowFrom")]
    {
        if is_unmatched {
            eprintln!("{name} expression matched no samples");
        }
    }
    Ok(selection)
}

fn shown_filters(flags: &GoFlags) -> Vec<String> {
    let names = ["focus", "ignore", "hide", "show", "show_from"];
    names.into_iter().filter_map(|name| Some(format!("{name}={}", flags.text(name)?))).collect()
}
