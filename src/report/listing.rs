//! Annotated source: what each line of a function weighs.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde::Serialize;

use super::order::Negative;
use super::sources::Sources;
use super::summary::{Summary, ValueScale};
use super::values::ValueOptions;
use crate::aggregate::{
    Columns, FlatAndCum, Frame, FrameId, FrameOptions, Frames, Granularity, Inlines, Interrupt, Objects, StackWeights,
    flat_and_cum_divisors, flat_and_cum_until,
};
use crate::transform::Selection;

/// How often a sample counts for a function or line that recurs in its stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Counting {
    /// Once for each function and once for each line, as in all other reports.
    #[default]
    Samples,
    /// Once for each node of pprof's graph, which is a line, a column and a binary (pprof's `list`).
    ///
    /// What a function weighs is the sum over its nodes: more than all there is if it calls itself
    /// from several lines. Means are not made. Lines whose text is not found are left out.
    Nodes,
}

/// Which lines of a function are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Extent {
    /// All from where it starts to some lines past the last one that weighs something.
    #[default]
    Function,
    /// Those that weigh something, with so many lines before and after each.
    Around(u32),
}

/// How to make a [`Listing`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListingOptions {
    /// Which values, and how to show them.
    pub values: ValueOptions,
    /// Matches the names of the functions to list; all if there is none.
    pub functions: Option<Regex>,
    /// Whether inlined functions are listed in their own source, or count for the line that calls them.
    pub inlines: Inlines,
    /// Whether columns make nodes; only for [`Counting::Nodes`].
    pub columns: Columns,
    /// What becomes of lines that weigh less than nothing.
    pub negative: Negative,
    /// How often a sample counts.
    pub counting: Counting,
    /// Which lines are shown.
    pub extent: Extent,
}

/// The text of a source file, as whoever reads files found it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceText {
    /// Where it was found.
    pub path: String,
    /// The text.
    pub text: String,
}

/// Functions with what each of their lines weighs. Values are in the summary's unit.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Listing {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// Which profile this is of.
    pub summary: Summary,
    /// How values are shown as text.
    pub scale: ValueScale,
    /// What percentages are of.
    pub total: i64,
    /// The functions, by name; one with lines in several files is there for each of them.
    pub routines: Vec<Routine>,
}

/// What is known of the source of a [`Routine`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Source {
    /// It was found.
    Found {
        /// Where.
        path: String,
    },
    /// It was not.
    Missing {
        /// Why, in the words of whoever looked for it.
        reason: String,
    },
    /// The profile names no file.
    Unknown,
}

/// A function with its lines in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Routine {
    /// The function's name.
    pub function: String,
    /// The file, as the profile names it; empty if it names none.
    pub file: String,
    /// Whether the file was found.
    pub source: Source,
    /// What the function weighs itself.
    pub flat: i64,
    /// What it weighs with all that it called.
    pub cum: i64,
    /// The lines that are shown, by number.
    pub lines: Vec<ListingLine>,
}

/// A line of a [`Routine`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListingLine {
    /// Its number; 0 for all that the profile gives no line for.
    pub line: i64,
    /// What it weighs itself.
    pub flat: i64,
    /// What it weighs with all that it called.
    pub cum: i64,
    /// Its text; `None` if the source was not found or ends before.
    pub text: Option<String>,
}

/// Lists the source of functions with what each line weighs (pprof's `list`).
///
/// `find` is asked for the text of each file once, by the name that the profile has for it; its
/// error is the reason that the report tells. The library itself opens nothing.
///
/// The flat values of a function's lines add up to that of the function. Its cumulative value is
/// what it is in a table of functions and files, however often the function calls itself; see
/// [`Counting`] for pprof's own.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::report::{self, ListingOptions, SourceText};
/// use rpprof::transform::Selection;
///
/// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
/// let mut options = ListingOptions::default();
/// options.values.sample_type = profile.default_sample_type()?;
/// options.functions = regex::Regex::new(r"^main\.discount$").ok();
/// let listing = report::listing(&Selection::all(&profile), &options, |file| {
///     let path = format!("testdata/programs/go/{}", file.trim_start_matches("example.com/orders/"));
///     let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
///     Ok(SourceText { path, text })
/// });
/// for routine in &listing.routines {
///     assert_eq!(routine.lines.iter().map(|line| line.flat).sum::<i64>(), routine.flat);
/// }
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// Cost: a few passes over the stacks, and the lines that are shown.
///
/// # Panics
/// If the profile has no such sample type.
pub fn listing(
    selection: &Selection<'_>,
    options: &ListingOptions,
    find: impl FnMut(&str) -> Result<SourceText, String>,
) -> Listing {
    listing_until(selection, options, find, &Interrupt::new()).expect("nobody interrupts it")
}

/// Lists what [`listing()`] lists; `None` if it was interrupted.
///
/// # Panics
/// If the profile has no such sample type.
pub fn listing_until(
    selection: &Selection<'_>,
    options: &ListingOptions,
    find: impl FnMut(&str) -> Result<SourceText, String>,
    interrupt: &Interrupt,
) -> Option<Listing> {
    let summary = Summary::new(selection.profile(), &options.values);
    let scale = ValueScale::of(&summary, &options.values);
    let weights = StackWeights::new(selection, options.values.measure());
    let total = weights.total();
    let lines = Counted::new(selection, options, Granularity::Lines, &weights, interrupt)?;
    let mut groups: BTreeMap<(&str, &str), Group> = BTreeMap::new();
    for (frame, flat, cum) in lines.each(options) {
        let group = groups.entry((frame.function, frame.file)).or_default();
        group.add(&frame, flat, cum);
        if options.counting == Counting::Nodes {
            group.begin(&frame);
        }
    }
    let by_sample = match options.counting {
        Counting::Nodes => None,
        Counting::Samples => {
            let functions = Counted::new(selection, options, Granularity::FileFunctions, &weights, interrupt)?;
            Some((functions, options.frames(selection, Granularity::Lines, Objects::Always)))
        }
    };
    if let Some((functions, starts)) = &by_sample {
        for (frame, flat, cum) in functions.each(options) {
            if let Some(group) = groups.get_mut(&(frame.function, frame.file)) {
                (group.flat, group.cum) = (flat, cum);
            }
        }
        for frame in (0..starts.len()).map(|index| starts.frame(FrameId::from_index(index))) {
            if let Some(group) = groups.get_mut(&(frame.function, frame.file)) {
                group.begin(&frame);
            }
        }
    } else {
        let known: BTreeSet<&str> = groups.keys().filter(|(_, file)| !file.is_empty()).map(|key| key.0).collect();
        groups.retain(|(function, file), _| !file.is_empty() || !known.contains(function));
    }

    let mut sources = Sources::new(find);
    let mut routines = Vec::new();
    for (&(function, file), group) in &groups {
        if interrupt.is_set() {
            return None;
        }
        let (source, text) = sources.of(file);
        let (function, file) = (function.to_owned(), file.to_owned());
        routines.push(Routine {
            function,
            file,
            source,
            flat: group.flat,
            cum: group.cum,
            lines: group.lines(text, options),
        });
    }
    Some(Listing { version: 1, total, routines, scale, summary })
}

impl ListingOptions {
    /// Finds the frames of the functions that are asked for.
    fn frames<'p>(&self, selection: &Selection<'p>, granularity: Granularity, objects: Objects) -> Frames<'p> {
        let mut options = FrameOptions::default();
        (options.granularity, options.objects, options.inlines) = (granularity, objects, self.inlines);
        if self.counting == Counting::Nodes {
            options.columns = self.columns;
        }
        Frames::of_functions(selection, options, |name| self.is_listed(name))
    }

    /// Returns whether functions of a name are asked for.
    fn is_listed(&self, name: &str) -> bool {
        // There is nothing to list of what has no name; pprof says so.
        (self.counting == Counting::Nodes || !name.is_empty())
            && self.functions.as_ref().is_none_or(|functions| functions.is_match(name))
    }
}

/// Frames with what they weigh.
struct Counted<'p> {
    frames: Frames<'p>,
    sums: FlatAndCum,
}

impl<'p> Counted<'p> {
    /// `None` if it was interrupted.
    fn new(
        selection: &Selection<'p>,
        options: &ListingOptions,
        granularity: Granularity,
        weights: &StackWeights,
        interrupt: &Interrupt,
    ) -> Option<Self> {
        let objects = match options.counting {
            Counting::Samples => Objects::WhenNameless,
            Counting::Nodes => Objects::Always,
        };
        let frames = options.frames(selection, granularity, objects);
        let mut sums = flat_and_cum_until(selection, &frames, weights, interrupt)?;
        let counts = flat_and_cum_divisors(selection, &frames, weights);
        if let Some(counts) = counts.filter(|_| options.counting == Counting::Samples) {
            divide(&mut sums.flat, &counts.flat);
            divide(&mut sums.cum, &counts.cum);
        }
        Some(Self { frames, sums })
    }

    /// Returns the frames that were asked for and weigh something, with their flat and cumulative values.
    fn each<'c>(&'c self, options: &'c ListingOptions) -> impl Iterator<Item = (Frame<'c>, i64, i64)> {
        let drops_negative = options.negative == Negative::Drop;
        let chosen = (0..self.frames.len()).filter(|index| self.frames.others() != Some(FrameId::from_index(*index)));
        let weighed = chosen
            .map(|index| (self.frames.frame(FrameId::from_index(index)), self.sums.flat[index], self.sums.cum[index]));
        let is_negative = |flat: i64, cum: i64| flat < 0 || (flat == 0 && cum < 0);
        let is_kept = move |flat, cum| (flat != 0 || cum != 0) && !(drops_negative && is_negative(flat, cum));
        weighed.filter(move |(_, flat, cum)| is_kept(*flat, *cum))
    }
}

/// Divides sums by what they are means over, where that is known.
fn divide(sums: &mut [i64], counts: &[i64]) {
    for (sum, &count) in sums.iter_mut().zip(counts) {
        if count != 0 {
            *sum = sum.wrapping_div(count);
        }
    }
}

/// The lines of a function in a file, before their text is known.
#[derive(Default)]
struct Group {
    flat: i64,
    cum: i64,
    /// The line to begin with if all is shown.
    first_line: Option<i64>,
    /// Flat and cumulative value by line.
    by_line: BTreeMap<i64, (i64, i64)>,
}

/// Lines shown before the first and after the last one that weighs something.
const MARGIN: i64 = 5;

impl Group {
    fn add(&mut self, frame: &Frame<'_>, flat: i64, cum: i64) {
        let sums = self.by_line.entry(frame.line).or_default();
        *sums = (sums.0.wrapping_add(flat), sums.1.wrapping_add(cum));
        (self.flat, self.cum) = (self.flat.wrapping_add(flat), self.cum.wrapping_add(cum));
    }

    /// Begins where the function of a frame does, or some lines before the frame if that is not known.
    fn begin(&mut self, frame: &Frame<'_>) {
        let margin = frame.line.saturating_sub(MARGIN);
        let first = if frame.start_line == 0 { margin } else { frame.start_line };
        if self.by_line.contains_key(&frame.line) {
            self.first_line = Some(self.first_line.map_or(first, |known| known.min(first)));
        }
    }

    /// Returns the lines to show, each with its text as far as there is one.
    fn lines(&self, text: &str, options: &ListingOptions) -> Vec<ListingLine> {
        let mut shown: BTreeMap<i64, ListingLine> = BTreeMap::new();
        if options.counting == Counting::Samples {
            let line = |(&line, &(flat, cum)): (&i64, &(i64, i64))| (line, ListingLine { line, flat, cum, text: None });
            shown.extend(self.by_line.iter().map(line));
        }
        let last_line = self.by_line.keys().next_back().map_or(0, |line| line.saturating_add(MARGIN));
        let ranges: Vec<(i64, i64)> = match options.extent {
            Extent::Function => vec![(self.first_line.unwrap_or(0), last_line)],
            Extent::Around(count) => {
                let around = |&line: &i64| (line.saturating_sub(count.into()), line.saturating_add(count.into()));
                self.by_line.keys().filter(|&&line| line > 0).map(around).collect()
            }
        };
        let texts: Vec<&str> = text.lines().collect();
        for (first, last) in ranges {
            let first = usize::try_from(first.max(1)).unwrap_or(usize::MAX);
            let last = usize::try_from(last.max(0)).unwrap_or(usize::MAX).min(texts.len());
            for number in first..=last {
                let line = number as i64; // No text has more lines.
                let (flat, cum) = self.by_line.get(&line).copied().unwrap_or_default();
                shown.insert(line, ListingLine { line, flat, cum, text: Some(texts[number - 1].to_owned()) });
            }
        }
        shown.into_values().collect()
    }
}
