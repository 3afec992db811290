//! From a profile and a command to the bytes of a report.

use std::io::Write;

use regex::Regex;
use rpprof::aggregate::{Averaging, Objects, Whole};
use rpprof::codec::{self, WriteOptions};
use rpprof::profile::Profile;
use rpprof::render::{self, CallWeights, CallgrindNames, LabelEscapes, ReportHeader, TableStyle, TimeZone};
use rpprof::report::{self, Graph, GraphOptions, GraphPurpose, GraphShape, Raw, Shares, TopOptions, ValueOptions};
use rpprof::transform::{Filter, Selection, Unmatched, divide, select};

use super::commands::Format;
use super::config::Config;
use super::disasm;
use super::labels;
use super::list::{self, with_shown_files};
use super::request::Order;
use crate::failure::Failure;
use crate::go_regex;

/// What a report is made of.
struct Job<'p> {
    order: &'p Order,
    /// The argument of the command, compiled.
    argument: Option<Regex>,
    /// The options as the command takes them.
    config: Config,
    values: ValueOptions,
    /// What the filters leave.
    selection: Selection<'p>,
}

/// A report on its way out.
pub(super) enum Body<'r> {
    Bytes(Vec<u8>),
    /// One that is too large to be held, and does not fail once it has begun.
    Stream(&'r dyn Fn(&mut dyn Write) -> Result<(), Failure>),
}

impl Body<'_> {
    /// Writes all of it.
    pub(super) fn write(&self, writer: &mut dyn Write) -> Result<(), Failure> {
        match self {
            Self::Bytes(bytes) => Ok(writer.write_all(bytes)?),
            Self::Stream(stream) => stream(writer),
        }
    }
}

/// Makes the report that a command asks for and passes it on (pprof's `generateRawReport` and `report.Generate`).
///
/// Filters that match nothing are told of on standard error.
pub(super) fn report(
    order: &Order,
    config: &Config,
    profile: &Profile,
    pass_on: impl FnOnce(&Body<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let config = order.command.adapted(config);
    labels::note_units(profile);
    let framed = labels::with_label_frames(&config, profile)?;
    let profile = framed.as_ref().unwrap_or(profile);
    // Which of several mistakes is told depends on when the filters apply.
    let filter = if config.relative_percentages { Some(filter(&config)?) } else { None };
    let values = values(&config, profile)?;
    let argument = match &order.argument {
        Some(text) => Some(compile(text, || format!("argument regexp {text}"))?),
        None => None,
    };
    let filter = match filter {
        Some(filter) => filter,
        None => self::filter(&config)?,
    };
    let shown = with_shown_files(profile, order.command.format, &config);
    let selection = selection(profile, &filter)?.of_renamed(&shown);
    let job = Job { order, argument, config, values, selection };
    let mut bytes = Vec::new();
    match order.command.format {
        Format::Text => job.text(&mut bytes)?,
        Format::Raw => {
            let shown = labels::extracted(&job.config, &job.selection);
            let stream = |writer: &mut dyn Write| {
                Ok(render::raw(&Raw::new(Selection::all(&shown)), &TimeZone::system(), writer)?)
            };
            return pass_on(&Body::Stream(&stream));
        }
        Format::Tree => job.tree(&mut bytes)?,
        Format::Dot => {
            let graph = job.graph(GraphPurpose::Drawing);
            render::dot(&graph, &job.header(), LabelEscapes::Leave, &mut bytes)?;
        }
        Format::Callgrind => {
            let graph = job.graph(GraphPurpose::Callgrind);
            render::callgrind(&graph, CallgrindNames::CalleesNumbered, &mut bytes)?;
        }
        Format::Comments => render::comments(&report::comments(profile), &mut bytes)?,
        Format::Tags => {
            let tags = report::tags(&job.selection, &labels::tags_options(&job.values));
            return pass_on(&Body::Stream(&|writer| Ok(render::tags(&tags, writer)?)));
        }
        Format::Traces => {
            let header = ReportHeader::new(Vec::new(), TimeZone::system());
            let traces = labels::traces(&job.config, &job.values, job.selection);
            return pass_on(&Body::Stream(&|writer| {
                Ok(render::traces(&traces, &header, TableStyle::default(), writer)?)
            }));
        }
        Format::Proto => {
            let extracted = divide(&labels::extracted(&job.config, &job.selection), job.values.divide_by);
            let write = |writer: &mut dyn Write| Ok(codec::write(&extracted, writer, &WriteOptions::default())?);
            return pass_on(&Body::Stream(&write));
        }
        Format::TopProto => {
            let hottest = report::top_profile(&job.selection, &job.top_options())?;
            codec::write(&hottest, &mut bytes, &WriteOptions::default())?;
        }
        Format::List => job.list(&mut bytes)?,
        Format::Disassembly => job.disasm(&mut bytes)?,
        Format::WebList => job.weblist(&mut bytes)?,
    }
    pass_on(&Body::Bytes(bytes))
}

impl<'p> Job<'p> {
    fn text(&self, bytes: &mut Vec<u8>) -> Result<(), Failure> {
        let top = report::top(&self.selection, &self.top_options());
        Ok(render::top(&top, &self.header(), TableStyle::default(), bytes)?)
    }

    fn top_options(&self) -> TopOptions {
        let config = &self.config;
        let mut options = TopOptions::default();
        options.values = self.values.clone();
        options.frames = config.frames();
        options.order = config.order();
        options.limit = config.node_limit();
        options.node_fraction = config.nodefraction;
        options.edge_fraction = config.edgefraction;
        options.negative = config.negative();
        options
    }

    /// Writes callers and callees, of all functions or of those that match the argument.
    fn tree(&self, bytes: &mut Vec<u8>) -> Result<(), Failure> {
        let graph = self.graph(GraphPurpose::Table);
        let is_shown = |name: &str| self.argument.as_ref().is_none_or(|argument| argument.is_match(name));
        let (header, style) = (self.header(), TableStyle::default());
        let found = render::tree(&graph, &header, style, CallWeights::Sums, is_shown, bytes)?;
        match &self.argument {
            Some(_) if found == 0 => Err(self.no_matches()),
            _ => Ok(()),
        }
    }

    /// Writes the source of the functions that match the argument.
    fn list(&self, bytes: &mut Vec<u8>) -> Result<(), Failure> {
        let Some(functions) = &self.argument else { return Err(self.unsupported()) };
        let found = list::list(&self.selection, functions, &self.config, &self.values, bytes)?;
        if found == 0 { Err(self.no_matches()) } else { Ok(()) }
    }

    /// Writes the machine code of the functions that match the argument.
    fn disasm(&self, bytes: &mut Vec<u8>) -> Result<(), Failure> {
        let (Some(functions), Some(written)) = (&self.argument, &self.order.argument) else {
            return Err(self.unsupported());
        };
        disasm::disasm(&self.selection, functions, written, &self.config, &self.values, bytes)
    }

    /// Writes the source of the functions that match the argument as a page, with their machine code.
    fn weblist(&self, bytes: &mut Vec<u8>) -> Result<(), Failure> {
        let Some(functions) = &self.argument else { return Err(self.unsupported()) };
        let found = disasm::weblist(&self.selection, functions, &self.config, &self.values, bytes)?;
        if found == 0 { Err(self.no_matches()) } else { Ok(()) }
    }

    /// Says that the argument, as it was written, matches no function.
    fn no_matches(&self) -> Failure {
        let written = self.order.argument.as_deref().unwrap_or_default();
        Failure::new(format!("no matches found for regexp: {written}"))
    }

    /// Makes a graph; only drawings and callgrind files may be trees.
    fn graph(&self, purpose: GraphPurpose) -> Graph {
        let config = &self.config;
        let mut options = GraphOptions::default();
        options.values = self.values.clone();
        options.frames = config.frames();
        options.purpose = purpose;
        let is_tree = config.call_tree && purpose != GraphPurpose::Table;
        options.shape = if is_tree { GraphShape::Tree } else { GraphShape::Graph };
        options.order = config.order();
        options.limit = config.node_limit();
        options.node_fraction = config.nodefraction;
        options.edge_fraction = config.edgefraction;
        options.negative = config.negative();
        if purpose == GraphPurpose::Callgrind {
            options.frames.objects = Objects::Always;
        }
        report::graph(&self.selection, &options)
    }

    /// Returns what stands above the report.
    fn header(&self) -> ReportHeader {
        let mut header = ReportHeader::new(self.config.shown_filters(), TimeZone::system());
        header.is_compact = self.config.compact_labels;
        header
    }

    fn unsupported(&self) -> Failure {
        let argument = self.argument.as_ref().map(|argument| format!("={argument}")).unwrap_or_default();
        Failure::new(format!("-{}{argument}: this format is not supported yet", self.order.command.name))
    }
}

/// Returns which values are shown, and how.
pub(super) fn values(config: &Config, profile: &Profile) -> Result<ValueOptions, Failure> {
    if profile.sample_types().is_empty() {
        return Err(Failure::new("profile has no samples"));
    }
    let sample_type = if config.sample_index.is_empty() {
        profile.default_sample_type()?
    } else {
        profile.sample_type_by_name(&config.sample_index)?
    };
    if config.divide_by == 0.0 {
        return Err(Failure::new("zero divisor specified"));
    }
    let mut values = ValueOptions::new(sample_type, &config.unit);
    values.divide_by = config.divide_by;
    values.averaging = if config.mean { Averaging::Mean } else { Averaging::Sum };
    values.shares = Shares::OfMeans;
    values.whole = if config.relative_percentages { Whole::Selection } else { Whole::Profile };
    Ok(values)
}

/// Returns the filter that the options ask for.
fn filter(config: &Config) -> Result<Filter, Failure> {
    let regex = |name: &str, text: &str| {
        let compiled = (!text.is_empty()).then(|| compile(text, || format!("{name} regexp")));
        compiled.transpose()
    };
    let mut filter = Filter::default();
    filter.focus = regex("focus", &config.focus)?;
    filter.ignore = regex("ignore", &config.ignore)?;
    filter.hide = regex("hide", &config.hide)?;
    filter.show = regex("show", &config.show)?;
    filter.show_from = regex("show_from", &config.show_from)?;
    filter.tag_focus = labels::tag_filter("tagfocus", &config.tagfocus)?;
    filter.tag_ignore = labels::tag_filter("tagignore", &config.tagignore)?;
    filter.prune_from = regex("prune_from", &config.prune_from)?;
    filter.label_show = regex("tagshow", &config.tagshow)?;
    filter.label_hide = regex("taghide", &config.taghide)?;
    filter.drop_frames = labels::drop_frames(config);
    Ok(filter)
}

/// Compiles an expression in Go's syntax.
pub(super) fn compile(text: &str, what: impl Fn() -> String) -> Result<Regex, Failure> {
    go_regex::compile(text).map_err(|error| Failure::new(format!("parsing {}: {error}", what())))
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
    labels::note_unmatched(&unmatched);
    Ok(selection)
}
