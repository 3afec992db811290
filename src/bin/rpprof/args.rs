//! Groups of arguments that commands share: what there is to say, and nothing of what it does.

use std::error::Error as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use regex::Regex;
use rpprof::aggregate::{Averaging, Columns, FrameOptions, Granularity, Inlines};
use rpprof::codec::StackColumn;
use rpprof::report::{Normalize, ValueOptions};
use rpprof::transform::{CallPath, DropFrames, Filter, LabelQuery, PathStart};

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Which profiles to read.
#[derive(Clone, Debug)]
pub(crate) struct InputArgs {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) max_inflated: u64,
    pub(crate) symbols: SymbolArgs,
}

/// Which profiles to read, as it stands on the command line.
#[derive(Clone, Debug, Args)]
pub(crate) struct InputFlags {
    /// Profiles; several are merged, `-` is standard input. A program before them is what --binary names.
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,

    /// How large each file may be once it is inflated, such as 500MB or 4GB.
    ///
    /// Reading ends with an error there, so that a small file cannot fill the memory.
    #[arg(long, value_name = "SIZE", default_value = "2GB", value_parser = parse_size, hide_short_help = true)]
    pub(crate) max_inflated: u64,

    #[command(flatten)]
    pub(crate) symbols: SymbolArgs,
}

/// Where the names of addresses come from.
#[derive(Clone, Debug, Args)]
pub(crate) struct SymbolArgs {
    /// Which addresses get names from the binaries of this machine.
    ///
    /// Binaries are looked for by build id and name below the folders of PPROF_BINARY_PATH, then where the profile says,
    /// then by build id in /usr/lib/debug, and then at the servers of DEBUGINFOD_URLS if that is set.
    #[arg(long, value_name = "WHICH", hide_short_help = true)]
    pub(crate) symbolize: Option<SymbolizeArg>,

    /// How long the names of functions are that get them.
    #[arg(long, value_name = "LENGTH", default_value = "short", hide_short_help = true)]
    pub(crate) demangle: DemangleArg,

    /// The main program, if it is not where the profile says.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, hide_short_help = true)]
    pub(crate) binary: Option<PathBuf>,

    /// What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, hide_short_help = true)]
    pub(crate) jit_symbols: Vec<PathBuf>,

    /// Ask the running program for names that no binary tells: the address of its profiles, such as
    /// http://localhost:6060/debug/pprof/heap.
    #[arg(long, value_name = "URL", required_if_eq("symbolize", "remote"), hide_short_help = true)]
    pub(crate) symbolz: Option<String>,

    /// Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches].
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath, hide_short_help = true)]
    pub(crate) symbol_cache: Option<PathBuf>,
}

/// Which addresses get names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SymbolizeArg {
    /// Those that have none; what reports do by default.
    Auto,
    /// None; what raw, info, tags, comments and merge do by default.
    None,
    /// All, those that have names too.
    Force,
    /// Those that have none, by asking the program at --symbolz alone.
    Remote,
}

/// How long names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DemangleArg {
    /// Without parameters, template arguments and generic ones.
    Short,
    /// Without parameters.
    Templates,
    /// With all there is.
    Full,
    /// As they stand in the binary.
    None,
}

/// How the values of two sides become comparable.
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// What is made equal before values are compared: none, total, duration, or what an expression matches.
    ///
    /// By default that is the duration of processor, contention and allocation profiles that tell it, and
    /// nothing of others. If both sides did the same work in different times, `none` shows what was saved.
    /// An expression names code that cannot have changed.
    #[arg(long, value_name = "WHAT", value_parser = parse_normalize)]
    pub(crate) normalize: Option<Normalize>,

    /// How sure it has to be that a change is not chance, from 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.95, value_parser = parse_confidence)]
    pub(crate) confidence: f64,
}

/// Which column of values, and how to show it.
#[derive(Debug, Args)]
pub(crate) struct ValueArgs {
    /// The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile's own].
    #[arg(short = 't', long, value_name = "NAME", alias = "sample-index")]
    pub(crate) sample_type: Option<String>,

    /// The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all
    /// [default: minimum for tables, auto for graphs and source].
    #[arg(short = 'u', long, value_name = "UNIT")]
    pub(crate) unit: Option<String>,

    /// Divide all values by this before they are shown, such as the number of processors.
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, hide_default_value = true, value_parser = parse_divisor)]
    pub(crate) divide_by: f64,

    /// Show percentages of what the filters leave, not of the whole profile.
    #[arg(long)]
    pub(crate) relative: bool,
}

/// Which samples and frames to look at. Expressions match function, file and binary names.
#[derive(Debug, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct FilterArgs {
    /// Only samples in whose stack something matches. Given several times, something has to match each.
    #[arg(short = 'f', long, value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) focus: Vec<Regex>,

    /// Only samples in whose stack nothing matches.
    #[arg(short = 'i', long, value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) ignore: Option<Regex>,

    /// Leave out frames that match; their callers get what they weigh.
    #[arg(long, value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) hide: Option<Regex>,

    /// Leave out frames that do not match.
    #[arg(long, value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) show: Option<Regex>,

    /// Leave out the callers of the outermost frame that matches.
    #[arg(long, value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) show_from: Option<Regex>,

    /// Leave out what the innermost function that matches has called.
    ///
    /// The expression is matched against function names without their arguments.
    #[arg(long, value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) prune_from: Option<Regex>,

    /// Leave out what functions that match have called: they are charged with it.
    ///
    /// Of functions that match and call each other the outermost counts. Other filters come first.
    #[arg(long, value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) collapse_callees: Option<Regex>,

    /// Only samples whose stacks begin with a path of calls, outermost first: 'REGEX;REGEX;...'.
    ///
    /// Each function has to match the expression in its place; \x3b stands for a ; in a name. Other filters come first.
    #[arg(long, value_name = "PATH", value_parser = parse_path)]
    pub(crate) focus_path: Option<CallPath>,

    /// Only samples whose stacks end with a path of calls, innermost first.
    #[arg(long, value_name = "PATH", value_parser = parse_leaf_path)]
    pub(crate) focus_leaf_path: Option<CallPath>,

    /// Only samples whose labels fit, such as 'tenant=acme and not route=~"^/health"'.
    ///
    /// KEY or has(KEY) asks for a label; = and != compare texts or numbers, =~ and !~ match expressions,
    /// < <= > >= compare numbers such as 1.5kb or 20ms. A number without a unit is in the label's own unit.
    /// Join with and, or, not and parentheses; quotes stand around what has spaces or operators in it.
    /// Given several times, all must fit.
    #[arg(short = 'l', long = "label", value_name = "QUERY", value_parser = parse_query)]
    pub(crate) labels: Vec<LabelQuery>,

    /// Leave out labels whose keys do not match.
    #[arg(long, value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) label_show: Option<Regex>,

    /// Leave out labels whose keys match.
    #[arg(long, value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) label_hide: Option<Regex>,

    /// Make the labels with these keys the outermost frames of each sample, as if they had called it.
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    pub(crate) group_by: Vec<String>,

    /// Keep the frames that the profile itself wants dropped.
    #[arg(long)]
    pub(crate) all_frames: bool,

    /// Only frames of your own code; libraries, the language and the system count for their callers.
    ///
    /// Whose code a function is follows from its file: cargo's registry and checkouts, Go's module cache and the
    /// sources of languages and systems are not yours. Without a file the name and the binary tell; what stays
    /// unknown is kept. Samples without any code of yours count for `(not my code)`. Other filters come first.
    #[arg(long)]
    pub(crate) my_code: bool,

    /// Make functions of this package that call each other one frame, which has the package's name.
    ///
    /// A package is a Go package path, a Rust crate, a C++ or Java namespace. Other filters come first.
    #[arg(long, value_name = "PACKAGE", value_delimiter = ',')]
    pub(crate) collapse: Vec<String>,

    /// Make a function that calls itself, with nothing in between, one frame.
    #[arg(long)]
    pub(crate) collapse_recursion: bool,
}

/// What makes two places the same frame.
#[derive(Debug, Args)]
#[command(next_help_heading = "Frames")]
pub(crate) struct FrameArgs {
    /// What makes two places the same row.
    #[arg(short = 'g', long, value_name = "WHAT", default_value = "functions")]
    pub(crate) granularity: GranularityArg,

    /// Count inlined functions for the function that they were inlined into.
    #[arg(long)]
    pub(crate) no_inlines: bool,

    /// Tell lines apart by their columns.
    #[arg(long)]
    pub(crate) show_columns: bool,
}

/// What makes two places the same frame.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum GranularityArg {
    /// The function's name.
    Functions,
    /// The function's name and file.
    Filefunctions,
    /// The file.
    Files,
    /// The line.
    Lines,
    /// The address.
    Addresses,
    /// The binary; calls within one are one frame of a call tree or a flame graph.
    Modules,
    /// The package, crate or namespace, or the binary where a name tells none; as of modules.
    Packages,
}

/// Whether values are sums or means.
#[derive(Debug, Args)]
pub(crate) struct MeanArgs {
    /// Show means: each value divided by the first sample type, which counts events or objects.
    #[arg(long)]
    mean: bool,
}

impl ValueArgs {
    /// Returns the stacks of which samples a report of these values needs, if they are sums.
    pub(crate) fn needed_stacks(&self) -> StackColumn {
        if self.sample_type.is_none() { StackColumn::OfDefaultValues } else { StackColumn::Keep }
    }
}

impl MeanArgs {
    /// Returns the stacks of which samples a report of such values needs.
    pub(crate) fn needed_stacks(&self, values: &ValueArgs) -> StackColumn {
        if self.mean { StackColumn::Keep } else { values.needed_stacks() }
    }

    /// Sets whether values are sums or means.
    pub(crate) fn apply(&self, values: &mut ValueOptions) {
        values.averaging = if self.mean { Averaging::Mean } else { Averaging::Sum };
    }
}

/// In which form a report is written.
#[derive(Debug, Args)]
pub(crate) struct FormatArgs {
    /// In which form to write it.
    #[arg(long, value_name = "FORM", default_value = "table")]
    format: Format,

    /// Write JSON, for programs: the same as --format json.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// In which form a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table to read.
    Table,
    /// JSON with the exact values and a version.
    Json,
    /// Comma-separated values, exact, with a line of headings.
    Csv,
    /// A table for a pull request.
    Markdown,
}

impl FormatArgs {
    /// Returns the form that the arguments ask for.
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// Where the output goes.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Write to a file, whole or not at all [default: standard output].
    #[arg(short = 'o', long = "output", value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) path: Option<PathBuf>,
}

impl FilterArgs {
    /// Returns the filter that the arguments ask for.
    pub(crate) fn filter(&self) -> Filter {
        let mut filter = Filter::default();
        filter.focus = self.focus.first().cloned();
        filter.also_focus = self.focus.iter().skip(1).cloned().collect();
        filter.ignore.clone_from(&self.ignore);
        filter.hide.clone_from(&self.hide);
        filter.show.clone_from(&self.show);
        filter.show_from.clone_from(&self.show_from);
        filter.prune_from.clone_from(&self.prune_from);
        filter.labels = self.labels.iter().cloned().reduce(LabelQuery::and);
        filter.label_show.clone_from(&self.label_show);
        filter.label_hide.clone_from(&self.label_hide);
        filter.drop_frames = if self.all_frames { DropFrames::Keep } else { DropFrames::Drop };
        filter
    }

    /// Returns whether anything is asked for but that frames stay.
    pub(crate) fn is_set(&self) -> bool {
        let regexes = [
            &self.ignore,
            &self.hide,
            &self.show,
            &self.show_from,
            &self.prune_from,
            &self.collapse_callees,
            &self.label_show,
            &self.label_hide,
        ];
        !self.focus.is_empty()
            || regexes.into_iter().any(Option::is_some)
            || self.needs_labels()
            || self.my_code
            || self.collapses()
            || self.paths().next().is_some()
    }

    /// Returns the paths that stacks begin or end with.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &CallPath> {
        self.focus_path.iter().chain(&self.focus_leaf_path)
    }

    /// Returns whether some frames become one with others.
    pub(crate) fn collapses(&self) -> bool {
        self.collapse_recursion || !self.collapse.is_empty()
    }

    /// Returns whether the stacks of samples are needed.
    pub(crate) fn needs_stacks(&self) -> bool {
        let expressions =
            [&self.ignore, &self.hide, &self.show, &self.show_from, &self.prune_from, &self.collapse_callees];
        !self.focus.is_empty()
            || expressions.iter().any(|expression| expression.is_some())
            || self.paths().next().is_some()
            || self.my_code
            || self.collapses()
            || !self.group_by.is_empty()
    }

    /// Returns whether the labels of samples are needed.
    pub(crate) fn needs_labels(&self) -> bool {
        !self.labels.is_empty() || !self.group_by.is_empty()
    }
}

impl FrameArgs {
    /// Returns the options that the arguments ask for.
    pub(crate) fn options(&self) -> FrameOptions {
        let mut options = FrameOptions::default();
        options.granularity = match self.granularity {
            GranularityArg::Functions => Granularity::Functions,
            GranularityArg::Filefunctions => Granularity::FileFunctions,
            GranularityArg::Files => Granularity::Files,
            GranularityArg::Lines => Granularity::Lines,
            GranularityArg::Addresses => Granularity::Addresses,
            GranularityArg::Modules => Granularity::Modules,
            GranularityArg::Packages => Granularity::Packages,
        };
        options.inlines = if self.no_inlines { Inlines::Outermost } else { Inlines::Expand };
        options.columns = if self.show_columns { Columns::Show } else { Columns::Ignore };
        options
    }
}

pub(crate) fn parse_regex(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| format!("not a regular expression\n{error}"))
}

fn parse_path(text: &str) -> Result<CallPath, String> {
    CallPath::parse(text, PathStart::Outermost).map_err(|error| error.to_string())
}

fn parse_leaf_path(text: &str) -> Result<CallPath, String> {
    CallPath::parse(text, PathStart::Innermost).map_err(|error| error.to_string())
}

fn parse_divisor(text: &str) -> Result<f64, String> {
    let divisor = text.parse().ok().filter(|divisor: &f64| divisor.is_finite() && *divisor > 0.0);
    divisor.ok_or_else(|| "expected a number above 0".to_owned())
}

fn parse_query(text: &str) -> Result<LabelQuery, String> {
    LabelQuery::parse(text).map_err(|error| match error.source() {
        Some(source) => format!("{error}\n{source}"),
        None => error.to_string(),
    })
}

pub(crate) fn parse_share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "expected a share from 0 to 1, such as 0.005".to_owned())
}

fn parse_confidence(text: &str) -> Result<f64, String> {
    let confidence = text.parse().ok().filter(|confidence| (0.0..1.0).contains(confidence));
    confidence.ok_or_else(|| "expected a share from 0 to less than 1, such as 0.95".to_owned())
}

fn parse_normalize(text: &str) -> Result<Normalize, String> {
    Ok(match text {
        "auto" => Normalize::Auto,
        "none" => Normalize::None,
        "total" => Normalize::Total,
        "duration" => Normalize::Duration,
        _ => Normalize::Matching(parse_regex(text)?),
    })
}

pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(format!("{unit:?} is not one of B, kB, MB, GB, TB")),
    };
    let number: u64 = number.parse().map_err(|_| "expected a number and a unit, such as 500MB".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "too large".to_owned())
}
