//! What is asked for, and how it becomes a selection.

use regex::Regex;

use super::cut::Cutter;
use super::label_query::LabelQuery;
use super::matches::{NameMatches, SimpleNameMatches};
use super::selection::Selection;
use super::tag_filter::TagFilter;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;

/// Which samples and frames to look at; all of them by default.
///
/// The expressions are unanchored. Those from `focus` to `show_from` are matched against function names,
/// file names and the file names of mappings (pprof's `FilterSamplesByName` and `ShowFrom`).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Filter {
    /// Keep samples in whose stack some location matches.
    pub focus: Option<Regex>,
    /// Keep, of those, the samples in whose stack some location matches each of these, too.
    pub also_focus: Vec<Regex>,
    /// Drop samples in whose stack some location matches.
    pub ignore: Option<Regex>,
    /// Leave out the frames that match; their samples count for the callers.
    pub hide: Option<Regex>,
    /// Leave out the frames that do not match.
    pub show: Option<Regex>,
    /// Cut stacks above (on the caller's side of) the match that is nearest to the root; drop those without a match.
    pub show_from: Option<Regex>,
    /// Keep samples whose labels match.
    pub tag_focus: Option<TagFilter>,
    /// Drop samples whose labels match.
    pub tag_ignore: Option<TagFilter>,
    /// Keep samples whose labels fit.
    pub labels: Option<LabelQuery>,
    /// Leave out labels with keys that do not match; their samples stay.
    pub label_show: Option<Regex>,
    /// Leave out labels with keys that match; their samples stay.
    pub label_hide: Option<Regex>,
    /// Cut stacks below (on the callee's side of) the match that is nearest to the leaf.
    ///
    /// Matched against function names without their arguments (pprof's `PruneFrom`).
    pub prune_from: Option<Regex>,
    /// What becomes of the frames that the profile itself wants dropped.
    pub drop_frames: DropFrames,
}

/// What becomes of the frames that a profile's `drop_frames` matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DropFrames {
    /// They go, with all that they called (pprof's `RemoveUninteresting`).
    #[default]
    Drop,
    /// They stay (pprof's `-all_frames`).
    Keep,
}

/// The parts of a filter that matched nothing, which often is a slip of whoever wrote them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unmatched {
    /// `focus`, or one of `also_focus`, matched no location.
    pub focus: bool,
    /// `ignore` matched no location.
    pub ignore: bool,
    /// `hide` matched no location.
    pub hide: bool,
    /// `show` left nothing over.
    pub show: bool,
    /// `show_from` matched no location.
    pub show_from: bool,
    /// `tag_focus` matched no sample that the parts before it leave.
    pub tag_focus: bool,
    /// `tag_ignore` matched no sample that the parts before it leave.
    pub tag_ignore: bool,
    /// `labels` fits no sample that the parts before it leave.
    pub labels: bool,
    /// `label_show` matched no key of the samples that are left.
    pub label_show: bool,
    /// `label_hide` matched no key of the samples that are left.
    pub label_hide: bool,
}

/// Finds out what of `profile` the filter leaves.
///
/// The parts apply in pprof's order: `drop_frames`, then focus, ignore, hide and show at once, then
/// `show_from`, then the parts about labels, then `prune_from`. Samples without any frame go as soon as
/// one of the four is set.
///
/// Cost: one match for each distinct name and label, then a pass over the stacks for each part that is set.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::transform::{Filter, select};
///
/// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
/// let mut filter = Filter::default();
/// filter.focus = regex::Regex::new(r"^main\.discount$").ok();
/// filter.show_from = regex::Regex::new("pricing").ok();
/// let (selection, unmatched) = select(&profile, &filter)?;
/// assert!(!unmatched.focus && !unmatched.show_from);
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Inconsistent`] if the profile's own `drop_frames` or `keep_frames` is no regular expression,
/// [`ErrorKind::Argument`] if `labels` compares what does not compare.
pub fn select<'p>(profile: &'p Profile, filter: &Filter) -> Result<(Selection<'p>, Unmatched)> {
    let mut cutter = Cutter::new(profile);
    let mut unmatched = Unmatched::default();
    if filter.drop_frames == DropFrames::Drop
        && let Some((drop, keep)) = drop_expressions(profile)?
    {
        let dropped = SimpleNameMatches::new(profile, |name| {
            drop.is_match(name) && !keep.as_ref().is_some_and(|keep| keep.is_match(name))
        });
        cutter.drop_frames(&dropped);
    }
    let mut is_unmatched = false;
    for regex in &filter.also_focus {
        is_unmatched |= cutter.by_name(Some(&NameMatches::new(profile, regex)), None, None, None).focus;
    }
    let matches = |regex: &Option<Regex>| regex.as_ref().map(|regex| NameMatches::new(profile, regex));
    let (focus, ignore) = (matches(&filter.focus), matches(&filter.ignore));
    let (hide, show) = (matches(&filter.hide), matches(&filter.show));
    if focus.is_some() || ignore.is_some() || hide.is_some() || show.is_some() {
        unmatched = cutter.by_name(focus.as_ref(), ignore.as_ref(), hide.as_ref(), show.as_ref());
    }
    unmatched.focus |= is_unmatched;
    if let Some(show_from) = matches(&filter.show_from) {
        unmatched.show_from = !cutter.show_from(&show_from);
    }
    cutter.by_labels(filter, &mut unmatched)?;
    if let Some(regex) = &filter.prune_from {
        cutter.prune_from(&SimpleNameMatches::new(profile, |name| regex.is_match(name)));
    }
    Ok((cutter.finish(), unmatched))
}

/// Returns what the profile itself wants dropped and, of that, kept.
fn drop_expressions(profile: &Profile) -> Result<Option<(Regex, Option<Regex>)>> {
    let compile = |text: &str, field: &str| {
        Regex::new(&format!("^(?:{text})$")).map_err(|error| {
            let message = format!("{field} {text:?} is not a regular expression");
            Error::new(ErrorKind::Inconsistent, message).because(error)
        })
    };
    let header = profile.header();
    let (drop, keep) = (profile.str(header.drop_frames), profile.str(header.keep_frames));
    if drop.is_empty() {
        return Ok(None);
    }
    let keep = if keep.is_empty() { None } else { Some(compile(keep, "keep_frames")?) };
    Ok(Some((compile(drop, "drop_frames")?, keep)))
}
